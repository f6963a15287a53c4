// SPDX-License-Identifier: MIT
// Outgoing HTTP. Certificates are verified, redirects not followed, proxies named by the environment not used (KL7), and
// one deadline and one size bound the whole exchange. libcurl does the work and is met in src/net only. It is loaded at its
// first use: it brings some thirty libraries along, which would double the start of every CGI process (measured: 24
// instead of 11 ms), and most processes never call out.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include <authtickets/base/result.h>

namespace authtickets::net {

// Loads it now; what went wrong, or nothing. Better before other threads start, safe to repeat.
std::string start();

struct Limits {
    Millis deadline{};       // name resolution, handshake and all
    std::size_t bytes{};     // of the answer's body
};

struct Answer {
    int status{};            // 0: there was no answer, or not a whole one
    std::string body{};
    std::string why{};       // with status 0: what went wrong, for the log; names no more than the host
    bool late = false;       // with status 0: the deadline passed
};

// Keeps its connection for the next call. For one thread at a time.
class Client {
public:
    Client();   // without libcurl every call of get() says so
    ~Client();
    // Addresses that begin with http:// are asked without encryption: whoever names them has judged them.
    Answer get(const std::string& address, std::span<const std::string> headers, Limits);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace authtickets::net
