// SPDX-License-Identifier: MIT
// What every use case is told about the request it serves: the one `now`, where it came from, which realm and
// application it speaks for. Doors fill it (door/route.h); commands make one of their own.
#pragma once

#include <optional>
#include <string>

#include <authtickets/base/clock.h>
#include <authtickets/base/ids.h>

namespace authtickets {

enum class Door : std::uint8_t { none = 0, kibo = 1, pages = 2, desk = 3, elasticpath = 4, freshcom = 5 };  // stored; never renumber. pages: the account pages

constexpr bool by_browser(Door door) { return door == Door::pages || door == Door::desk; }  // its sessions are cookies

// What is left of the budget that a call was charged to, for the RateLimit headers (TH10).
struct Quota {
    unsigned limit{}, remaining{};
    std::chrono::seconds reset{};  // until the budget is whole again
    bool given_back = false;       // a budget of failures: a success takes its charge back
};

// An operator at work: every call of the desk is one's own doing, and what a session does that an operator holds for a
// customer is too. Events name him (events::Events::write).
struct Acting {
    RealmNo realm{};            // the operators'
    UserId user{};
    std::string name{};         // first and last name, or the user name
};

struct Context {
    Time now{};
    Uuid request_id{};          // x-vol-correlation; written into events and log lines
    std::string address{};      // the client's, as far as it can be believed (TH9)
    bool own_address = false;   // true: the shopper's own (direct, or forwarded by a trusted proxy), so address budgets apply (TH2)
    std::string browser{};      // User-Agent, cut to 255 bytes
    Door door = Door::none;
    RealmNo realm{};            // set once the caller is known
    ApplicationNo application{};
    std::uint32_t site{};       // as sent with the call; 0 when absent
    UserId user{};              // the shopper whose live ticket came with the call; empty when none did
    std::optional<Acting> acting{};
    std::optional<Quota>* quota = nullptr;  // where the narrowest budget charged so far is noted; the request's own
};

}  // namespace authtickets
