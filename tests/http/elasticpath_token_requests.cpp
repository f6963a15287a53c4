// SPDX-License-Identifier: MIT
// Asking for a one-time password token (EP121 to EP143, docs/elasticpath.md).
#include <authtickets/core/one_time.h>

#include "elasticpath_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Requests : ElasticShop {
    Person mira = add_person("mira");

    http::Request to(const std::string& path, std::string body) const { return by_page(request(POST, path, std::move(body))); }
    http::Request with_body(std::string body) const {
        return to(realm_path + "/password-profiles/" + profile + "/one-time-password-token-request", std::move(body));
    }
    std::size_t sent() { return caused(events::Name::signin_token_sent); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_token_requests, Requests)

BOOST_AUTO_TEST_CASE(EP126_EP132_EP263_a_token_is_sent_and_the_answer_is_empty) {
    is_nothing(send(asking_token(mira.name, "reset_password")), 202);
    BOOST_TEST(sent() == 1U);
    const auto told = last(events::Name::signin_token_sent);
    BOOST_TEST(told.code.reveal().size() == 6U);
    BOOST_TEST(told.code.reveal().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos);
    BOOST_TEST(told.destination == mira.email);
    BOOST_TEST(told.reason == "reset_password");
    BOOST_TEST((told.expires_at == clock.now() + 10min));
}

BOOST_AUTO_TEST_CASE(EP121_EP122_EP4_the_body_is_wrapped_and_names_its_type) {
    const std::string members = R"("username":"mira@shop.test","purpose":"reset_password")";
    is_nothing(send(with_body(R"({"data":{"type":"one_time_password_token_request",)" + members + "}}")), 202);
    is_nothing(send(with_body(R"({"data":{"type":"one-time-password-token-request",)" + members + "}}")), 202);
    BOOST_TEST(sent() == 2U);
    for (const std::string& body : {std::string(), std::string("{"), "{" + members + "}", R"({"type":"one_time_password_token_request",)" + members + "}",
                                    R"({"data":{)" + members + "}}", R"({"data":[{"type":"one_time_password_token_request",)" + members + "}]}",
                                    R"({"data":{"type":"password_profile",)" + members + "}}", R"({"data":{"type":null,)" + members + "}}"}) {
        BOOST_TEST_CONTEXT(body) refuses(send(with_body(body)), 400);
    }
    BOOST_TEST(sent() == 2U);
}

BOOST_AUTO_TEST_CASE(EP123_EP124_username_and_purpose_are_needed_and_a_misspelled_one_is_none) {
    const auto with_data = [&](Json data) {
        data.set("type", "one_time_password_token_request");
        return with_body(Json::object({{"data", std::move(data)}}).dump());
    };
    refuses(send(with_data(Json::object({{"purpose", "reset_password"}}))), 400, "username");
    refuses(send(with_data(Json::object({{"username", ""}, {"purpose", "reset_password"}}))), 400, "username");
    refuses(send(with_data(Json::object({{"username", 7}, {"purpose", "reset_password"}}))), 400, "username");
    refuses(send(with_data(Json::object({{"username", mira.name}}))), 400, "purpose");
    refuses(send(with_data(Json::object({{"username", mira.name}, {"purpose", Json::array()}}))), 400, "purpose");
    for (const char* const purpose : {"passwordless_authenication", "reset-password", "RESET_PASSWORD", "reset_password ", "login"}) {
        refuses(send(asking_token(mira.name, purpose)), 422, "purpose");
    }
    BOOST_TEST(sent() == 0U);
}

BOOST_AUTO_TEST_CASE(EP128_a_profile_without_tokens_is_422_for_everybody_and_nothing_is_made) {
    const auto off = add_profile("no tokens", false);
    BOOST_REQUIRE(add_info(users_path() + "/" + mira.user, "mira", "Engine-No-1", off).status == 201);
    std::vector<std::string> told;
    for (const char* const name : {"mira", "nobody"}) {
        auto asking = asking_token(name);
        asking.path = realm_path + "/password-profiles/" + off + "/one-time-password-token-request";
        told.push_back(send(asking).text);
        refuses(send(asking), 422);
    }
    BOOST_TEST(told[0] == told[1]);
    BOOST_TEST(sent() == 0U);
    BOOST_TEST(number("SELECT COUNT(*) FROM one_time_tokens") == 0);
}

BOOST_AUTO_TEST_CASE(EP129_EP7_unknown_realms_and_profiles_are_404) {
    const std::string nowhere = "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11";
    for (const std::string& path : {"/v2/authentication-realms/" + nowhere + "/password-profiles/" + profile,
                                    "/v2/authentication-realms/shopper/password-profiles/" + profile, realm_path + "/password-profiles/" + nowhere,
                                    realm_path + "/password-profiles/shoppers", realm_path + "/password-profiles/" + mira.user}) {
        auto asking = asking_token(mira.name);
        asking.path = path + "/one-time-password-token-request";
        BOOST_TEST_CONTEXT(path) refuses(send(asking), 404);
    }
    BOOST_TEST(sent() == 0U);
}

BOOST_AUTO_TEST_CASE(EP130_EP48_whoever_holds_a_bearer_may_ask) {
    is_nothing(send(asking_token(mira.name)), 202);
    auto by_server = asking_token(mira.name);
    by_server.headers["authorization"] = "Bearer " + client.token;
    is_nothing(send(by_server), 202);
    is_nothing(send(with("long forgotten", asking_token(mira.name))), 202);  // the account token is not read
    auto without = asking_token(mira.name);
    without.headers.erase("authorization");
    refuses(send(without), 401);
    without.headers["authorization"] = "Bearer forged";
    refuses(send(without), 401);
    BOOST_TEST(sent() == 3U);
}

BOOST_AUTO_TEST_CASE(EP17_double_slashes_are_one) {
    auto asking = asking_token(mira.name);
    asking.path = "/v2/" + asking.path.substr(3);
    BOOST_TEST(asking.path.starts_with("/v2//authentication-realms/"));
    is_nothing(send(asking), 202);
    asking.path += "//";
    is_nothing(send(asking), 202);
    BOOST_TEST(sent() == 2U);
}

BOOST_AUTO_TEST_CASE(EP123_a_name_is_looked_up_in_that_profile_alone) {
    const auto staff = add_profile("staff", true);
    auto asking = asking_token(mira.name);
    asking.path = realm_path + "/password-profiles/" + staff + "/one-time-password-token-request";
    is_nothing(send(asking), 202);
    BOOST_TEST(sent() == 0U);
    BOOST_REQUIRE(add_info(mira.path, "other", "Engine-No-1", staff).status == 201);
    BOOST_REQUIRE(add_info(add_person("bob").path, mira.name, "Engine-No-1", staff).status == 201);
    is_nothing(send(asking), 202);
    BOOST_TEST(sent() == 1U);
    BOOST_TEST(last(events::Name::signin_token_sent).destination == "bob@shop.test");
}

BOOST_AUTO_TEST_CASE(EP135_an_older_token_works_until_five_newer_ones_are_there) {
    std::vector<std::string> tokens;
    for (int i = 0; i < 6; ++i) tokens.push_back(token_for(mira));
    refuses(send(by_token(mira.name, tokens[0])), 401, dead_token);
    BOOST_TEST(send(by_token(mira.name, tokens[1])).status == 201);
    BOOST_TEST(send(by_token(mira.name, tokens[5])).status == 201);
}

BOOST_AUTO_TEST_CASE(EP131_OC2_a_token_lives_ten_minutes) {
    const auto first = token_for(mira);
    clock.advance(10min - 2s);
    BOOST_TEST(send(by_token(mira.name, first)).status == 201);
    const auto second = token_for(mira);
    clock.advance(10min + 1s);
    refuses(send(by_token(mira.name, second)), 401, dead_token);
}

BOOST_AUTO_TEST_CASE(EP143_OC7_a_flood_is_answered_as_ever_and_not_sent) {
    for (int i = 0; i < 20; ++i) is_nothing(send(asking_token(mira.name)), 202);
    BOOST_TEST(sent() == 12U);
    later(1min);
    is_nothing(send(asking_token(mira.name)), 202);
    BOOST_TEST(sent() == 13U);
}

BOOST_AUTO_TEST_CASE(TH6_asking_changes_nothing_about_the_login) {
    for (int i = 0; i < 100; ++i) is_nothing(send(asking_token(mira.name, "reset_password")), 202);
    BOOST_TEST(send(by_password(mira.name)).status == 201);
}

BOOST_AUTO_TEST_CASE(EP134_OC6_no_token_stands_in_tables_logs_or_answers) {
    const auto token = token_for(mira);
    BOOST_TEST(dump().find(hex(as_bytes(token))) == std::string::npos);
    BOOST_TEST(!log.mentions(token));
}

BOOST_AUTO_TEST_SUITE_END()
