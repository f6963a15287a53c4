// SPDX-License-Identifier: MIT
// What every door speaks. A door is a constexpr table of routes and three functions: where its credentials stand, how it
// shows a refusal, what it adds to each answer. The policy of a route stands in its row, so reading the table is
// the access review; server/guard enforces it before the handler runs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/core/applications.h>
#include <authtickets/core/breaches.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/deliveries.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/recovery.h>
#include <authtickets/core/sign_in.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/tickets.h>
#include <authtickets/http/message.h>
#include <authtickets/http/path.h>
#include <authtickets/text/geo.h>

namespace authtickets {

// The core as one worker thread has it: a connection of its own, the services, what they borrow. Wired in main.
struct App {
    db::Db& db;
    crypto::Keyring& keys;
    Log& log;
    realms::Realms& realms;
    applications::Applications& applications;
    accounts::Accounts& accounts;
    customers::Customers& customers;
    tickets::Tickets& tickets;
    sign_in::SignIn& sign_in;
    recovery::Recovery& recovery;
    text::Geo& geo;
    contacts::Contacts& contacts;
    events::Events& events;
    subscriptions::Subscriptions& subscriptions;
    deliveries::Deliveries& deliveries;
    breaches::Breaches& breaches;
};

// Who may call.
enum class Caller {
    anyone,       // no credentials are looked at
    storefront,   // an application with behaviour storefront or admin
    admin,        // an application with behaviour admin
    any_application,
};

// What becomes of a shopper's token beside the application's (kibo 4.1, 6.1).
enum class Claims {
    unread,     // stale or foreign ones must not make the call fail
    confine,    // when present they must be live, and the call is for that shopper's account only
    required,   // no live ticket, no answer
};

// Where tenant and site headers are looked at.
enum class SiteCheck { none, when_sent };

struct Call {                     // what a handler gets beside App and Context
    const http::Request& request;
    const http::PathParameters& path;
    realms::RealmPtr realm{};                                  // set unless the caller is anyone
    std::optional<applications::Applications::Checked> application{};
    std::optional<tickets::Shopper> shopper{};                 // set when Claims asked for it and it was sent
    std::uint32_t tenant{}, site{};                          // as sent, 0 when absent
};

using Handler = Result<http::Response> (*)(App&, const Context&, const Call&);

struct Route {
    http::Method method;
    std::string_view path;
    Caller caller;
    Claims claims;
    SiteCheck sites;
    std::size_t body;             // bytes, KL6; 0: a body is ignored unread
    Handler handler;
};

inline constexpr std::size_t operator""_KiB(unsigned long long n) { return static_cast<std::size_t>(n) * 1024; }

// Where a door's callers put their credentials.
struct Credentials {
    std::string application{};      // token text, empty when none
    std::string shopper{};
    std::optional<std::string> tenant{}, site{};
};

struct DoorFace {
    Door door;
    std::string_view prefix;      // paths under it are this door's: "/api/"
    std::span<const Route> routes;
    Credentials (*credentials)(const http::Request&);
    http::Response (*refusal)(const Context&, const http::Request&, const Refusal&);
    http::Response (*fault)(const Context&, const http::Request&, int status, Seconds retry_after);  // 500 and 503
    void (*finish)(const Context&, http::Response&);  // headers every answer of the door carries
    bool direct = false;          // who calls is the shopper's own browser, so address budgets apply (TH2)
};

}  // namespace authtickets
