// SPDX-License-Identifier: MIT
// A helper of the tests in Python (tests/support/*.py) that serves on 127.0.0.1 and keeps what it was sent as lines of JSON.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include <authtickets/base/json.h>

#include "support/server_process.h"

namespace authtickets::test {

class Script {
public:
    // Waits until it says its port. SRC_DIR names the source folder.
    Script(const ScratchFolder&, const std::string& file, std::vector<std::string> options);
    ~Script();
    Script(const Script&) = delete;

    unsigned port() const { return port_; }
    std::vector<Json> lines() const;                      // so far
    std::vector<Json> lines_with(std::string_view member) const;
    Json wait_for(std::string_view member) const;         // the first line with it, which may take a moment

private:
    std::string log_;
    pid_t pid_ = 0;
    unsigned port_ = 0;
};

// A certificate for localhost and 127.0.0.1 that vouches for itself.
struct Certificate {
    explicit Certificate(const ScratchFolder&);
    std::string file, key;
};

}  // namespace authtickets::test
