// SPDX-License-Identifier: MIT
// What is old enough to go, and the epoch that no earlier ticket can carry.
#include <authtickets/core/upkeep.h>

#include <algorithm>
#include <array>
#include <limits>

namespace authtickets::upkeep {

Time dead_before(Time now) { return now - std::chrono::hours(1); }

Time kept_from(Time now, const realms::Settings& settings) { return now - std::chrono::days(settings.retention_days); }

Time imports_kept_from(Time now) { return now - std::chrono::days(90); }

std::uint32_t fresh_epoch(Time now) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max() - 1'000'000;  // room to rise, in the year 2106
    const auto seconds = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, most));
}

std::string_view name(Table table) {
    constexpr std::array<std::string_view, table_count> names{
        "tickets", "application_tokens", "anonymous_claims", "throttles", "codes", "code_failures", "one_time_tokens", "one_time_tries",
        "verification_codes", "verification_tries", "links",
        "devices", "totp_setups",        "deliveries",       "events",    "event_seals", "account_changes", "erased_events", "imports"};
    return names[static_cast<std::size_t>(table)];
}

}  // namespace authtickets::upkeep
