// SPDX-License-Identifier: MIT
// Time comes from here and nowhere else. A request takes `now` once and carries it; rows get that value.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace authtickets {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;  // UTC

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() = 0;
};

class SystemClock final : public Clock {
public:
    Time now() override;
};

// Monotonic milliseconds for waiting and for in-process budgets; never written anywhere.
std::chrono::milliseconds steady_now();

std::string iso8601(Time);                          // 2026-01-15T10:35:30.120Z, always three fraction digits
std::string iso8601_seconds(Time);                  // 2026-01-15T10:35:30, as the JWT claims want it (kibo 4.4)
std::string rfc1123(Time);                          // Thu, 15 Jan 2026 10:35:30 GMT, as in HTTP's Date
std::string sql_text(Time);                         // 2026-01-15 10:35:30.120
std::optional<Time> parse_sql(std::string_view);    // with 0 to 6 fraction digits
std::optional<Time> parse_iso8601(std::string_view);// date-time with Z, an offset or none (read as UTC); fraction 0 to 9 digits

}  // namespace authtickets
