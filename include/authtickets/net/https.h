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
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/net/addresses.h>
#include <authtickets/net/url.h>

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
    bool refused = false;    // with status 0: the rules do not let this URL or its address be called; nothing was sent
    bool cut = false;        // of post() and ask(): the body was longer, or did not end in time or in order; the status stands
    std::string location{};  // of ask(): where the answer leads to
};

// Keeps its connection for the next call. For one thread at a time.
class Client {
public:
    Client() : Client(AddressRules::anywhere()) {}
    // Every address is judged when the connection to it is made. The rules are the client's because its connections stay.
    // Without libcurl every call says so.
    explicit Client(AddressRules);
    ~Client();
    // Addresses that begin with http:// are asked without encryption: whoever names them has judged them. An answer that
    // is longer than the limit is none.
    Answer get(const std::string& address, std::span<const std::string> headers, Limits);
    // Any 2xx to 5xx is an answer as soon as its head is whole; of the body no more is read than the limit. The URL is one
    // that why_not() lets pass, or that the operator's configuration names.
    Answer post(const std::string& url, std::span<const std::string> headers, std::string_view body, Limits);
    // The same with any method: GET, DELETE ...
    Answer ask(const std::string& method, const std::string& url, std::span<const std::string> headers, std::string_view body, Limits);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace authtickets::net
