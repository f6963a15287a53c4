// SPDX-License-Identifier: MIT
// From the CGI environment (RFC 3875 section 4, also what FastCGI sends as parameters) to a Request. Everything in it is
// foreign: unknown HTTP_* are dropped, no value is believed to be well formed. A doubled, over-long or garbled parameter
// makes the request bad; those that only describe the caller (User-Agent, Cookie,
// Accept-Language, If-None-Match, X-Forwarded-For, Host, Content-Type) are left out instead.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include <authtickets/http/message.h>

namespace authtickets::http {

struct BodySource {
    // Reads up to `size` bytes into `into`, returns how many; 0 at the end.
    std::function<std::size_t(char* into, std::size_t size)> read;
    // Before the first read and after the last, where a body is there at all. Refused by begin: too many read already.
    std::function<bool()> begin{};
    std::function<void()> end{};
};

struct EnvironmentLimits {
    std::size_t target = 8192;      // REQUEST_URI
    std::size_t header = 8192;      // each value
    std::size_t body = std::size_t{1024} * 1024; // KL6: the largest any route takes; the route's own limit is the guard's
};

// environment: "NAME=value" items as in envp. mount: configured prefix taken off the path.
// Refusals: bad_request (missing REQUEST_METHOD or REQUEST_URI, broken escapes, doubled parameters, body shorter than
// CONTENT_LENGTH), not_found (a path outside the mount), unsupported_media, body_too_large (nothing was read, unless
// the body is chunked).
Result<Request> read_request(std::span<const std::string_view> environment, std::string_view mount, const BodySource&,
                             const EnvironmentLimits& = {});

// The path of a request, as far as it can be told without judging it: with escapes, without the query and the mount.
std::string raw_path(std::span<const std::string_view> environment, std::string_view mount);

// What a web server asks about somebody else's request: Request::guarded is set, and of the rest method, host and the headers
// that tell who comes. Never a refusal, and the body is not read: only our own credentials may be flawed, and the rest of the
// request is the guarded application's concern. role: the question is FastCGI's AUTHORIZER.
Request read_guarded(std::span<const std::string_view> environment, bool role, const EnvironmentLimits& = {});

}  // namespace authtickets::http
