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
#include <authtickets/core/account_tickets.h>
#include <authtickets/core/applications.h>
#include <authtickets/core/breaches.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/members.h>
#include <authtickets/core/profiles.h>
#include <authtickets/core/deliveries.h>
#include <authtickets/core/desk.h>
#include <authtickets/core/directory.h>
#include <authtickets/core/enrolment.h>
#include <authtickets/core/one_time.h>
#include <authtickets/core/operators.h>
#include <authtickets/core/own_user.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/recovery.h>
#include <authtickets/core/registration.h>
#include <authtickets/core/sign_in.h>
#include <authtickets/core/staff.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/templates.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/totp.h>
#include <authtickets/core/two_step.h>
#include <authtickets/core/triggers.h>
#include <authtickets/core/verifications.h>
#include <authtickets/http/message.h>
#include <authtickets/http/path.h>
#include <authtickets/net/url.h>
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
    profiles::Profiles& profiles;
    members::Members& members;
    tickets::Tickets& tickets;
    sign_in::SignIn& sign_in;
    account_tickets::AccountTickets& account_tickets;
    recovery::Recovery& recovery;
    text::Geo& geo;
    contacts::Contacts& contacts;
    verifications::Verifications& verifications;
    own_user::OwnUser& own_user;
    staff::Staff& staff;
    enrolment::Enrolment& enrolment;
    events::Events& events;
    subscriptions::Subscriptions& subscriptions;
    deliveries::Deliveries& deliveries;
    triggers::Triggers& triggers;
    breaches::Breaches& breaches;
    logins::Logins& logins;
    users::Users& users;
    codes::Codes& codes;
    one_time::OneTime& one_time;
    devices::Devices& devices;
    totp::Totp& totp;
    recovery_codes::RecoveryCodes& recovery_codes;
    two_step::TwoStep& two_step;
    registration::Registrations& registrations;
    templates::Templates& templates;
    directory::Directory& directory;
    operators::Operators& operators;
    desk::Desk& desk;
    net::UrlRules hook_rules;
};

// Who may call.
enum class Caller {
    anyone,       // no credentials are looked at
    storefront,   // an application with behaviour storefront or admin
    shop,         // any application, and who holds an implicit token (DoorFace::implicit)
    admin,        // an application with behaviour admin; never an implicit token
    any_application,
};

// Who may call a route of a door whose one token says who calls (DoorFace::bearer): a bit for each kind of caller.
namespace roles {
using Mask = std::uint32_t;
constexpr Mask of(users::Role role) { return 1U << static_cast<unsigned>(role); }
inline constexpr Mask guest = 1U << 0;    // what a publishable token gives: nobody in particular, of one realm
inline constexpr Mask nobody = 1U << 31;  // no token, or one that is none
inline constexpr Mask customer = of(users::Role::customer);
inline constexpr Mask support_specialist = of(users::Role::support_specialist);
inline constexpr Mask developer = of(users::Role::developer);
inline constexpr Mask administrator = of(users::Role::administrator);
inline constexpr Mask staff = of(users::Role::read_only) | support_specialist | of(users::Role::marketing_specialist) |
                              of(users::Role::goods_specialist) | of(users::Role::manager) | developer | administrator;
inline constexpr Mask users = customer | staff;
}  // namespace roles

// What becomes of a shopper's token beside the application's (kibo 4.1, 6.1).
enum class Claims {
    unread,     // stale or foreign ones must not make the call fail
    confine,    // when present they must be live, and the call is for that shopper's account only
    required,   // no live ticket, no answer
    unless_admin,       // forbidden without a live ticket; what has behaviour admin may call without, for the shop as a whole
    or_new_password,    // the same, and a ticket that opens nothing but setting a password will do (tickets::Scope)
    never,              // one that is live makes the call forbidden: it is for the shop as a whole
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
    roles::Mask who = roles::nobody;                         // of a door with DoorFace::bearer: one bit
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
    // Of a door with DoorFace::bearer, and only there: who may call. With Caller::anyone a token need not be there, and one that
    // is none is as none: the caller is nobody. None at all: the token is not looked at.
    roles::Mask roles = 0;
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
    std::string_view prefix;      // paths under it are this door's: "/api/"; "/account": that page too
    std::span<const Route> routes;
    Credentials (*credentials)(const http::Request&);
    http::Response (*refusal)(const Context&, const http::Request&, const Refusal&);
    http::Response (*fault)(const Context&, const http::Request&, int status, Seconds retry_after);  // 500 and 503
    void (*finish)(const Context&, http::Response&);  // headers every answer of the door carries
    bool direct = false;          // who calls is the shopper's own browser, so address budgets apply (TH2)
    Handler nowhere = nullptr;    // reads of addresses that no row has; without one: refusal() of not_found
    bool implicit = false;        // takes implicit tokens; whoever holds one calls directly
    bool merges_slashes = false;  // "//" in a path is "/"
    http::Response (*preflight)(const http::Request&) = nullptr;  // answers OPTIONS, whatever the path (CORS)
    // One token (Credentials::application) says all: the realm, and who calls. Rows have Route::roles.
    bool bearer = false;
    // Whether the caller's media types are spoken here; an answer in place of the call when they are not.
    std::optional<http::Response> (*media)(const http::Request&, const Route&) = nullptr;
};

}  // namespace authtickets
