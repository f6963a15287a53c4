// SPDX-License-Identifier: MIT
// From a web server's request to the answer: FastCGI and CGI make the same Request and end in the same Response.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <authtickets/base/config.h>
#include <authtickets/core/throttle.h>
#include <authtickets/door/route.h>

namespace authtickets::server {

// What is shared by all workers of a process; all of it outlives them.
struct Shared {
    const Config& config;
    Clock& clock;
    Rng& rng;
    Log& log;
    const throttle::TrustedProxies& proxies;
    throttle::ApplicationBuckets& buckets;
    std::span<const DoorFace* const> doors;
};

// One request of one worker: finds the door and the row, lets the guard judge, calls the handler, renders. Never throws:
// faults become 500 or 503 with a log line and the request's id. `path`: of a request that could not be read, as far as
// it is known, so that its refusal is shown by the right door.
http::Response serve(const Shared&, App&, const Result<http::Request>&, std::string_view path = {});

// The guard: what a row demands (body, caller, rights, budget, site, shopper), or the refusal. Fills context and call.
Result<void> guard(const Shared&, App&, const DoorFace&, const Route&, const http::Request&, Context&, Call&);

// /healthz: 200 when keys and database answer and schemas fit; 503 with what is wrong. No secrets, no versions.
http::Response healthz(const Shared&, App&);

// What a process with a configuration that cannot be used answers to everything: 503, to an authorizer's question without a body.
http::Response unconfigured(Clock&, Rng&, const Result<http::Request>&);

// The two ways in. Each worker has an Answer of its own, with an App and a connection behind it; a WithAnswer makes one,
// hands it over, and takes it down when `use` returns.
using Answer = std::function<http::Response(const Result<http::Request>&, std::string_view path)>;
using WithAnswer = std::function<void(const std::function<void(const Answer&)>& use)>;
struct Entry {
    unsigned workers = 1;
    std::string mount;  // http.mount
    Log& log;
    std::function<void()> housekeeping{};  // of FastCGI: called every ten seconds, beside the requests
};

// Runs until SIGTERM or SIGINT: answers the requests in hand, then returns; a worker that is stuck is left behind after ten
// seconds, or at the second signal. listen: empty for descriptor 0, else a path or ":PORT" (on 127.0.0.1).
// To be called before any other thread starts. Throws BadConfiguration when it cannot listen there.
int run_fastcgi(const Entry&, const WithAnswer&, const std::string& listen);
int run_cgi(const Entry&, const WithAnswer&, std::span<const std::string_view> environment);

// How this process was started; argv plays no part in it.
enum class Started { fastcgi, cgi, command };
Started how_started(bool gateway_interface, bool request_method);

}  // namespace authtickets::server
