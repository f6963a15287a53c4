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

bool strict(const realms::Settings& settings, bool second_factor) {
    return second_factor && settings.policy == realms::PasswordPolicy::standard;
}

}  // namespace

Lifetimes lifetimes(const realms::Settings& settings, Time now, std::optional<Seconds> access, std::optional<Seconds> refresh,
                    bool second_factor) {
    const auto most = session_lifetimes(settings, now, second_factor);
    const auto most_access = strict(settings, second_factor) ? std::min(settings.access_life, most.refresh) : settings.access_life;
    return {.access = std::clamp(access.value_or(most_access), std::min(least_access, most_access), most_access),
            .refresh = std::clamp(refresh.value_or(most.refresh), std::min(least_refresh, most.refresh), most.refresh),
            .ends_at = most.ends_at};
}

Lifetimes session_lifetimes(const realms::Settings& settings, Time now, bool second_factor) {
    const bool cut = strict(settings, second_factor);
    const auto idle = cut ? std::min(settings.refresh_life, strict_idle) : settings.refresh_life;
    return {.access = idle, .refresh = idle, .ends_at = now + (cut ? std::min(settings.session_life, strict_life) : settings.session_life)};
}

Lifetimes account_lifetimes(const realms::Settings& settings, Time now, bool second_factor) {
    const auto session = session_lifetimes(settings, now, second_factor);
    const auto life = strict(settings, second_factor) ? std::min(settings.account_life, session.refresh) : settings.account_life;
    return {.access = life, .refresh = life, .ends_at = session.ends_at};
}

Lifetimes user_lifetimes(const realms::Settings& settings, Time now, bool second_factor) {
    const auto session = session_lifetimes(settings, now, second_factor);
    const auto idle = strict(settings, second_factor) ? session.refresh : settings.session_life;
    return {.access = std::min(user_access_life, idle), .refresh = idle, .ends_at = session.ends_at};
}

// A pending ticket lives for the second step alone. What was asked for the full one is asked again with it, since the row
// keeps the lives that its successor gets.
Lifetimes pending_lifetimes(const Lifetimes& asked, Time now) { return {.access = asked.access, .refresh = asked.refresh, .ends_at = now + pending_life}; }

std::string_view name(Factor factor) {
    switch (factor) {
        case Factor::none: return "none";
        case Factor::app: return "app";
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
    if (ticket.acting && ticket.operator_epoch != ticket.acting->epoch) return false;
    if (!ticket.account_no) return true;
    return ticket.member && ticket.account && ticket.account->active;
}

std::optional<Time> shown_at(const Ticket& ticket) {
    return std::max({ticket.password_at, ticket.app_at, ticket.email_at, ticket.sms_at});  // none is before all
}

std::optional<Time> second_factor_at(const Ticket& ticket) {
    auto out = ticket.app_at;
    if (ticket.password_at || ticket.sms_at) out = std::max(out, ticket.email_at);
    if (ticket.password_at || ticket.email_at) out = std::max(out, ticket.sms_at);
    return out;
}

Time seen_at(const Ticket& ticket) { return std::max(ticket.rotated_at, ticket.last_seen_at.value_or(ticket.rotated_at)); }

bool session_alive(const Ticket& ticket, Time now) { return alive(ticket, now) && now < seen_at(ticket) + ticket.lifetimes.refresh; }

bool opens_password(const Ticket& ticket, Time now) {
    return ticket.state == State::full && ticket.scope != Scope::full && now < ticket.created_at + reset_life;
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
