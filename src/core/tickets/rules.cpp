// SPDX-License-Identifier: MIT
// Decisions about tickets: values and a time in, a verdict out.
#include <authtickets/core/tickets.h>

#include <algorithm>

namespace authtickets::tickets {
namespace {

// Two hosts rotate and judge by their own clocks; doctor and healthz warn above this difference.
constexpr auto clock_tolerance = std::chrono::seconds(2);

// Published clients refresh 180 s before expiry (kibo 9); shorter lives would make them refresh without end.
constexpr Seconds least_access{240}, least_refresh{300};

}  // namespace

Lifetimes lifetimes(const realms::Settings& settings, Time now, std::optional<Seconds> access, std::optional<Seconds> refresh) {
    return {.access = std::clamp(access.value_or(settings.access_life), std::min(least_access, settings.access_life), settings.access_life),
            .refresh = std::clamp(refresh.value_or(settings.refresh_life), std::min(least_refresh, settings.refresh_life), settings.refresh_life),
            .ends_at = now + settings.session_life};
}

// A pending ticket lives for the second step alone. What was asked for the full one is asked again with it, since the row
// keeps the lives that its successor gets.
Lifetimes pending_lifetimes(const Lifetimes& asked, Time now) { return {.access = asked.access, .refresh = asked.refresh, .ends_at = now + pending_life}; }

std::string_view name(Factor factor) {
    switch (factor) {
        case Factor::none: return "none";
        case Factor::email: return "email";
        case Factor::sms: return "sms";
    }
    return "none";  // unreachable: the column holds nothing else
}

Time access_expires(const Ticket& ticket) {
    return std::min<Time>(ticket.rotated_at + ticket.lifetimes.access, ticket.lifetimes.ends_at);
}

Time refresh_expires(const Ticket& ticket) {
    return std::min<Time>(ticket.rotated_at + ticket.lifetimes.refresh, ticket.lifetimes.ends_at);
}

bool alive(const Ticket& ticket, Time now) {
    if (ticket.ended_at || now >= ticket.lifetimes.ends_at) return false;
    if (ticket.epoch != ticket.user_epoch || ticket.user_blocked) return false;  // TK6
    if (!ticket.account_no) return true;
    return ticket.member && ticket.account && ticket.account->active;
}

bool endangers_successor(const Ticket& ticket, ApplicationNo application, Time now, Seconds grace) {
    return ticket.successor && ticket.ended_at && application == ticket.application && now - *ticket.ended_at > grace;
}

Verdict judge_access(const Ticket& ticket, std::uint32_t generation, Time now) {
    const bool current = ticket.min_generation <= generation && generation <= ticket.generation;
    return current && alive(ticket, now) ? Verdict::good : Verdict::refused;
}

Verdict judge_refresh(const Ticket& ticket, std::uint32_t generation, ApplicationNo application, Time now, Seconds grace) {
    if (!alive(ticket, now) || application != ticket.application) return Verdict::refused;
    // Ahead of the row: a fail-over or a restored backup lost the rotation. Nobody stole anything.
    if (generation > ticket.generation) return Verdict::refused;
    if (generation == ticket.generation) return now < refresh_expires(ticket) ? Verdict::good : Verdict::refused;
    const bool parent = generation + 1 == ticket.generation && generation >= ticket.min_generation;
    const auto since = now - ticket.rotated_at;
    return parent && since >= -clock_tolerance && since <= grace ? Verdict::grace : Verdict::reuse;
}

}  // namespace authtickets::tickets
