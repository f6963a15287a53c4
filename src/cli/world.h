// SPDX-License-Identifier: MIT
// What commands stand on: configuration, keys, database. Each is opened at its first use, so that a command fails only
// over what it needs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <authtickets/door/core.h>

#include "cli/command.h"

namespace authtickets::cli {

std::optional<std::string> environment(std::string_view name);

class World {
public:
    World();
    ~World();

    Clock& clock() { return clock_; }
    Rng& rng() { return rng_; }
    Log& log() { return *log_; }
    const Config& config();  // BadConfiguration
    Core& core();            // as the serving user

    // What the services are told: a command of this moment, in this realm.
    Context context(RealmNo = {});
    // The realm of that name; Failed when there is none.
    realms::RealmPtr realm(const std::string& name);
    realms::RealmPtr shop(const std::string& name);  // and Failed when it is the operators'

private:
    struct Wired;
    SystemClock clock_;
    SystemRng rng_;
    std::unique_ptr<Log> log_;
    std::optional<Config> config_;
    std::unique_ptr<Wired> wired_;
};

[[noreturn]] void fail(const Refusal&);

// The first line of a file that a flag names, which holds a secret: on a command line every user would see it.
Secret secret_in_file(std::string_view flag, const std::string& file);

// The value, or Failed with the refusal's words.
template <class T>
T must(Result<T> result) {
    if (!result) fail(result.error());
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace authtickets::cli
