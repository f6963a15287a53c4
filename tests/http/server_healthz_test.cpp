// SPDX-License-Identifier: MIT
// server/healthz: what it says, and that it costs one statement.
#include <boost/test/unit_test.hpp>

#include <filesystem>

#include "support/database.h"
#include "support/in_process.h"

namespace authtickets::test {

namespace {

using http::Method;

struct Healthy : InProcess {
    Healthy() {  // the database's clock is the system's
        clock.set(SystemClock().now());
        core.db.disconnect();
    }
    Reply ask(Method method = Method::get) { return send(bare(method, "/healthz")); }
    std::string problems() { return ask().at("problems").dump(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server_healthz)

BOOST_FIXTURE_TEST_CASE(all_is_well, Healthy) {
    const auto reply = ask();
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text == R"({"status":"ok"})");
    BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
    BOOST_TEST(reply.header("cache-control") == "no-store");
    BOOST_TEST(reply.header("x-vol-correlation").size() == 32U);
    BOOST_TEST(ask(Method::head).status == 200);
    BOOST_TEST(send(bare(Method::get, "/healthz/")).status == 200);
}

BOOST_FIXTURE_TEST_CASE(it_costs_one_statement, Healthy) {
    ask();
    const auto before = core.db.statements();
    ask();
    BOOST_TEST(core.db.statements() - before == 1U);
}

BOOST_FIXTURE_TEST_CASE(it_is_read_only, Healthy) {
    const auto reply = ask(Method::post);
    BOOST_TEST(reply.status == 405);
    BOOST_TEST(reply.header("allow") == "GET, HEAD");
}

BOOST_AUTO_TEST_CASE(clocks_apart_are_a_warning) {
    InProcess server;  // its clock stands in January 2026
    server.core.db.disconnect();
    const auto reply = server.send(server.bare(Method::get, "/healthz"));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text == R"({"status":"ok","warnings":["clock"]})");
}

BOOST_AUTO_TEST_CASE(a_database_that_is_not_migrated_is_a_problem) {
    InProcess server(TestDatabase::instance().fresh(false), {&kibo::door()});
    server.clock.set(SystemClock().now());
    const auto reply = server.send(server.bare(Method::get, "/healthz"));
    BOOST_TEST(reply.status == 503);
    BOOST_TEST(reply.text == R"({"status":"unavailable","problems":["schema"]})");
    BOOST_TEST(reply.header("retry-after") == "1");
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_a_problem) {
    auto config = TestDatabase::instance().config();
    config.database_socket = "/nonexistent/socket";
    InProcess server(config, {&kibo::door()});
    const auto reply = server.send(server.bare(Method::get, "/healthz"));
    BOOST_TEST(reply.status == 503);
    BOOST_TEST(reply.text == R"({"status":"unavailable","problems":["database"]})");
    BOOST_TEST(reply.text.find("socket") == std::string::npos);
    BOOST_TEST(server.log.mentions("health.problem what=database"));

    const auto call = server.send(server.bare(Method::post, "/api/platform/applications/authtickets/oauth", "{}"));
    BOOST_TEST(call.status == 503);
    BOOST_TEST(call.header("retry-after") == "1");
    BOOST_TEST(call.text_at("errorCode") == "SYSTEM_MAINTENANCE");
}

BOOST_AUTO_TEST_CASE(it_is_well_again_when_the_database_is_back) {
    Healthy server;
    TestDatabase::instance().kill_now();
    BOOST_TEST(server.problems() == R"(["database"])");
    TestDatabase::instance().start();
    BOOST_TEST(server.ask().status == 200);
}

BOOST_AUTO_TEST_CASE(a_missing_key_file_is_a_problem_until_it_is_there) {
    Healthy server;
    server.renew_token();
    const auto path = server.folder.path("keys"), aside = server.folder.path("aside");
    std::filesystem::rename(path, aside);
    crypto::Keyring keys(path, server.clock);
    Core core(server.config, db::Rights::serve, keys, server.gate, server.cap, server.clock, server.rng, server.log);
    const auto ask = [&] { return server.send(core, server.bare(Method::get, "/healthz")); };
    BOOST_TEST(ask().text == R"({"status":"unavailable","problems":["keys"]})");
    const auto call = server.send(core, server.request(Method::get, "/api/platform/tenants/1000"));
    BOOST_TEST(call.status == 503);

    std::filesystem::rename(aside, path);
    server.clock.advance(std::chrono::seconds(1));
    BOOST_TEST(ask().status == 200);
    BOOST_TEST(server.send(core, server.request(Method::get, "/api/platform/tenants/1000")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
