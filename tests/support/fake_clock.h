// SPDX-License-Identifier: MIT
// A clock that stands still until a test moves it. Threads may read it while another moves it.
#pragma once

#include <atomic>

#include <authtickets/base/clock.h>
#include <authtickets/base/fault.h>

namespace authtickets::test {

class FakeClock final : public Clock {
  public:
    // 2026-01-15T10:20:30.120Z: an hour, minute, second and fraction that differ, for texts that tests print.
    FakeClock() : FakeClock("2026-01-15T10:20:30.120Z") {}
    explicit FakeClock(std::string_view iso) {
        const auto time = parse_iso8601(iso);
        if (!time) throw Fault("FakeClock: not a time");
        set(*time);
    }
    explicit FakeClock(Time time) { set(time); }

    Time now() override { return Time{std::chrono::milliseconds{now_.load()}}; }
    void set(Time time) { now_ = time.time_since_epoch().count(); }
    void advance(std::chrono::milliseconds by) { now_ += by.count(); }  // may go back

  private:
    std::atomic<std::int64_t> now_{0};
};

}  // namespace authtickets::test
