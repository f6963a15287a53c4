// SPDX-License-Identifier: MIT
// The whole program but its ways in, on the throwaway database: requests are given to server::serve() as values and
// answers read as values. Time is a FakeClock. Begins with empty tables, one realm (tenant 1000, site 2000) and one
// application with both behaviours.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/api/kibo/door.h>
#include <authtickets/base/json.h>
#include <authtickets/door/core.h>
#include <authtickets/server/server.h>

#include "support/fake_clock.h"
#include "support/fake_rng.h"
#include "support/folder.h"

namespace authtickets::test {

// Keeps its lines, so that a test can say what stands in them and what does not.
class RecordingLog final : public Log {
public:
    std::vector<std::string> lines() const;
    bool mentions(std::string_view text) const;

private:
    void line(LogLevel, const std::string&) override;
    mutable std::mutex lock_;
    std::vector<std::string> lines_;
};

struct Reply {
    int status = 0;
    std::map<std::string, std::string> headers;  // by lower-case name; Content-Type among them
    std::string text;

    std::string header(const std::string& lower_case_name) const;  // empty when absent
    Json json() const;                                             // fails the test when it is no JSON
    // The member at a path of names such as "customerAccount.id"; null when there is none.
    Json at(std::string_view path) const;
    std::string text_at(std::string_view path) const;              // empty when it is no text
};

struct Client {
    std::string id;
    Secret secret;
    std::string token;  // a live access token
};

class InProcess {
public:
    static constexpr std::uint32_t tenant = 1000, site = 2000;

    explicit InProcess(std::vector<const DoorFace*> doors = {&kibo::door()});
    InProcess(Config, std::vector<const DoorFace*> doors);  // on a database that may lack realm and tables

    // A request as a web server would hand it on: target is path and query, still encoded.
    http::Request bare(http::Method, std::string_view target, std::string body = {}) const;
    // The same with the application's token and the headers of tenant and site.
    http::Request request(http::Method, std::string_view target, std::string body = {}) const;

    Reply send(const http::Request&);
    Reply send(const Result<http::Request>&, std::string_view path);
    Reply send(Core& worker, const http::Request&);  // by another worker, for races

    // Another worker thread's core: a connection of its own, the same keys, clock and budgets.
    std::unique_ptr<Core> another_worker();

    RealmNo add_realm(std::string name, std::uint32_t tenant, std::uint32_t site);
    Client add_client(RealmNo, applications::Behaviours);
    void renew_token();  // of `client`, after the clock has moved past its life
    Context context();  // as a command would make it

    Config config;
    FakeClock clock;
    FakeRng rng;
    RecordingLog log;
    Folder folder;

    throttle::TrustedProxies proxies;
    throttle::ApplicationBuckets buckets;
    crypto::Keyring keys;
    logins::HashGate gate;
    throttle::SendingCap cap;
    std::vector<const DoorFace*> doors;
    server::Shared shared;
    Core core;

    RealmNo realm{};
    Client client;
};

}  // namespace authtickets::test
