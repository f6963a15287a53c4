// SPDX-License-Identifier: MIT
// The region of a network address by a MaxMind database file, read by libmaxminddb, which is met in src/text/geo.cpp
// only. A region decides whether a sign-in looks new; a file that is missing or broken makes it unknown and is never a
// fault.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/clock.h>
#include <authtickets/base/log.h>

namespace authtickets::text {

class Geo {
public:
    // path: option geo.database; empty: every region is unknown. Nothing is opened before the first question.
    Geo(std::string path, Log&);
    ~Geo();
    Geo(const Geo&) = delete;
    Geo& operator=(const Geo&) = delete;

    // "US-TX": country and first subdivision by ISO 3166, or the country alone. None: unknown. For many threads.
    // now: the request's. The file is looked at again at most once a second, and opened again when it was replaced.
    std::optional<std::string> region_of(std::string_view address, Time now);
    bool configured() const { return !path_.empty(); }

    // What doctor says of the file: its type and when it was made, or what is wrong with it.
    struct State {
        bool good = false;
        std::string text{};
    };
    State state() const;

private:
    struct File;
    std::shared_ptr<const File> file(Time now);
    const std::string path_;
    Log& log_;
    std::mutex mutex_;
    std::shared_ptr<const File> file_;
    std::string stamp_;  // what the file looked like when it was opened, or could not be
    Time looked_at_{};
    bool looked_ = false;
};

}  // namespace authtickets::text
