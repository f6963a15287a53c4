// SPDX-License-Identifier: MIT
// What answers tell about budgets (TH10, docs/security.md), and which passwords the Kibo door takes (PW3, PW4).
#include <set>

#include "http/kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Limited : KiboShop {
    // As a trusted proxy hands it on: the shopper's own address is known.
    static http::Request from(const std::string& address, http::Request request) {
        request.peer = "192.0.2.1";
        request.headers["x-forwarded-for"] = address;
        return request;
    }
    Reply guess(const std::string& address, std::string_view name) { return send(from(address, signing_in(name, "Wrong-No-1"))); }
    static std::string budget(const Reply& reply) {
        return reply.header("ratelimit-limit") + " " + reply.header("ratelimit-remaining") + " " + reply.header("ratelimit-reset");
    }
    static std::set<std::string> names(const Reply& reply) {
        std::set<std::string> out;
        for (const auto& [name, value] : reply.headers) out.insert(name);
        return out;
    }
    Reply registering_with(std::string_view password) {
        auto body = Json::object({{"account", Json::object({{"emailAddress", "bob@example.com"}, {"userName", "bob"}})}, {"password", password}});
        return send(registering(body.dump()));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_rate_limit, Limited)

BOOST_AUTO_TEST_CASE(an_application_is_told_what_is_left_of_its_requests_TH10) {
    const auto limit = std::to_string(config.application_requests_per_second);
    for (const auto& reply : {send(registering()), send(signing_in()), send(signing_in("nobody")), send(current("x")), guest(),
                              send(request(GET, accounts_path + "/99999"))}) {
        BOOST_TEST_CONTEXT(reply.text) {
            BOOST_TEST(reply.header("ratelimit-limit") == limit);
            BOOST_TEST(std::stoul(reply.header("ratelimit-remaining")) < config.application_requests_per_second);
            BOOST_TEST(reply.header("ratelimit-reset") == "1");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_limited_tells_nothing_TH10) {
    auto stranger = bare(GET, accounts_path + "/1001");
    for (const auto& reply : {send(bare(GET, "/healthz")), send(stranger), send(bare(GET, "/api/nowhere"))}) {
        BOOST_TEST(!reply.headers.contains("ratelimit-limit"));
        BOOST_TEST(!reply.headers.contains("ratelimit-remaining"));
        BOOST_TEST(!reply.headers.contains("ratelimit-reset"));
    }
}

BOOST_AUTO_TEST_CASE(an_address_is_told_what_is_left_of_its_failures_TH10) {
    register_ada();
    BOOST_TEST(budget(guess("203.0.113.9", "ada.byron")) == "30 29 2");
    BOOST_TEST(budget(guess("203.0.113.9", "ada.byron")) == "30 28 4");
    // A success costs nothing, and what is left is no less for it.
    const auto good = send(from("203.0.113.9", signing_in()));
    BOOST_TEST(good.status == 200);
    BOOST_TEST(budget(good) == "30 28 4");
    BOOST_TEST(budget(guess("203.0.113.9", "nobody")) == "30 27 6");
    clock.advance(std::chrono::seconds(6));
    BOOST_TEST(budget(send(from("203.0.113.9", signing_in()))) == "30 30 0");
    BOOST_TEST(budget(guess("203.0.113.10", "nobody")) == "30 29 2");
}

BOOST_AUTO_TEST_CASE(a_spent_address_is_told_zero_and_when_to_come_again_TH10) {
    for (int i = 0; i < 30; ++i) BOOST_TEST(guess("203.0.113.9", "nobody").status == 401);
    const auto refused = guess("203.0.113.9", "nobody");
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(budget(refused) == "30 0 60");
    BOOST_TEST(refused.header("retry-after") == "2");
}

BOOST_AUTO_TEST_CASE(known_locked_and_unknown_names_get_the_same_headers_EN1_TH10) {
    register_ada();
    send(registering(R"({"account":{"emailAddress":"eve@example.com","userName":"eve"},"password":"Engine-No-1"})"));
    for (int i = 0; i < 10; ++i) send(signing_in("eve", "Wrong-No-1"));
    const auto unknown = guess("203.0.113.1", "nobody");
    const std::pair<const char*, const char*> others[] = {{"203.0.113.2", "ada.byron"}, {"203.0.113.3", "eve"}, {"203.0.113.4", "ada@example.com"}};
    for (const auto& [address, name] : others) {
        const auto known = guess(address, name);
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(known.status == unknown.status);
            BOOST_TEST(budget(known) == budget(unknown));
            BOOST_TEST(names(known) == names(unknown), boost::test_tools::per_element());
        }
    }
    // While locked, a right password looks like a wrong one (EN3), and is charged like it.
    const auto right = send(from("203.0.113.5", signing_in("eve")));
    BOOST_TEST(right.status == 401);
    BOOST_TEST(budget(right) == budget(unknown));
}

BOOST_AUTO_TEST_CASE(common_passwords_and_context_words_are_refused_PW3_PW4) {
    const char* const refused[] = {"abc123", "ABC123", "1qaz2wsx", "Trustno1", "password1", "qwerty123456789", "bob@example.com1", "authtickets1"};
    for (const char* password : refused) {
        const auto reply = registering_with(password);
        BOOST_TEST_CONTEXT(password) {
            BOOST_TEST(reply.status == 400);
            BOOST_TEST(reply.text_at("message") == "Missing or invalid parameter: password Invalid password format.");
        }
    }
    BOOST_TEST(registering_with("Engine-No-1").status == 201);
}

BOOST_AUTO_TEST_SUITE_END()
