// SPDX-License-Identifier: MIT
// Codes that verify a number or an address, and tokens that verify the address of a user (FC130 to FC143, docs/freshcom.md).
#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Verifications : FreshcomShop {
    http::Request asking_token(std::string_view bearer, std::string_view user) const {
        auto body = Json::object({{"type", "EmailVerificationToken"},
                                  {"relationships", Json::object({{"user", Json::object({{"data", Json::object({{"type", "User"}, {"id", user}})}})}})}});
        return call(POST, "/v1/email_verification_tokens", bearer, Json::object({{"data", std::move(body)}}));
    }
    http::Request showing(std::string_view token, std::string_view bearer = {}) const {
        return call(POST, "/v1/email_verifications", bearer, document("EmailVerification", Json::object({{"token", token}})));
    }
    std::string last_token() { return std::string(last(events::Name::verification_token_sent).link.reveal()); }
    bool verified(const Person& person) { return send(call(GET, "/v1/user", person.token)).at("data.attributes.emailVerified") == Json(true); }
    // Whether the number is verified by this code: by a customer who is made with it.
    Reply using_code(std::string_view code, const std::string& name, std::string_view value = mobile) {
        auto attributes = mira_attributes(name);
        attributes.set("phoneNumber", value).set("phoneVerificationCode", code).set("authMethod", "tfa_sms");
        return send(registering(std::move(attributes)));
    }
};

constexpr std::string_view uuid = "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_verification_codes, Verifications)

BOOST_AUTO_TEST_CASE(FC130_FC131_a_code_goes_out_and_no_answer_has_it) {
    const auto by_sms = send(asking_phone_code());
    is_done(by_sms);
    const auto sms = last(events::Name::verification_code_sent);
    BOOST_TEST((sms.channel == outbox::Channel::sms));
    BOOST_TEST(sms.destination == mobile);
    BOOST_TEST(sms.code.size() == 6U);
    is_done(send(asking_email_code("mira@shop.test")));
    const auto mail = last(events::Name::verification_code_sent);
    BOOST_TEST((mail.channel == outbox::Channel::email));
    BOOST_TEST(mail.destination == "mira@shop.test");
    BOOST_TEST(mail.code.size() == 6U);
    for (const auto& [name, value] : by_sms.headers) BOOST_TEST(value.find(sms.code.reveal()) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(FC132_what_is_no_number_or_address_is_told) {
    const auto phone = [&](Json value) {
        return send(call(POST, "/v1/phone_verification_codes", guest, document("PhoneVerificationCode", Json::object({{"phoneNumber", std::move(value)}}))));
    };
    const auto email = [&](Json value) {
        return send(call(POST, "/v1/email_verification_codes", guest, document("EmailVerificationCode", Json::object({{"email", std::move(value)}}))));
    };
    is_wrong(phone(nullptr), "required phoneNumber");
    is_wrong(phone(""), "required phoneNumber");
    is_wrong(phone("  "), "required phoneNumber");
    is_wrong(send(call(POST, "/v1/phone_verification_codes", guest, document("PhoneVerificationCode"))), "required phoneNumber");
    const auto brief = phone("+1604555");
    is_wrong(brief, "length phoneNumber");
    BOOST_TEST(brief.at("errors").items()->front().find("meta")->dump() == R"({"min":9})");
    is_wrong(phone("6045550142"), "format phoneNumber");
    is_wrong(phone("+16045550142x"), "format phoneNumber");
    is_wrong(phone(16045550142), "invalid phoneNumber");
    is_wrong(email(nullptr), "required email");
    is_wrong(email("no address"), "format email");
    is_wrong(email(true), "invalid email");
    BOOST_TEST(causes().empty());
}

BOOST_AUTO_TEST_CASE(FC16_FC257_guests_and_users_may_ask_and_strangers_may_not) {
    const auto mira = register_person();
    const auto reader = staff(users::Role::read_only);
    for (const auto& token : {guest, mira.token, reader.token}) {
        auto request = asking_phone_code();
        request.headers["authorization"] = "Bearer " + token;
        is_done(send(request));
    }
    auto request = asking_phone_code();
    request.headers.erase("authorization");
    is_stranger(send(request));
    request.headers["authorization"] = "Bearer no-token";
    is_stranger(send(request));
}

BOOST_AUTO_TEST_CASE(FC133_a_code_lives_for_half_an_hour_and_a_newer_one_does_not_end_it) {
    const auto first = phone_code();
    later(1min);
    const auto second = phone_code();
    BOOST_TEST(first != second);
    later(29min - 1s);
    BOOST_TEST(using_code(first, "mira").status == 201);
    is_wrong(using_code(second, "nora"), "invalid phoneVerificationCode");  // FC135: all of them are gone
    const auto late = phone_code();
    later(30min);
    is_wrong(using_code(late, "olga"), "invalid phoneVerificationCode");
}

BOOST_AUTO_TEST_CASE(FC133_with_the_standard_policy_the_newest_alone_is_good_for_ten_minutes) {
    set("policy", "standard");
    renew_guest();
    const auto first = phone_code();
    const auto second = phone_code();
    auto attributes = mira_attributes();
    attributes.set("password", "a longer sentence it is").set("phoneNumber", mobile).set("phoneVerificationCode", first);
    is_wrong(send(registering(attributes)), "invalid phoneVerificationCode");
    later(10min);
    attributes.set("phoneVerificationCode", second);
    is_wrong(send(registering(attributes)), "invalid phoneVerificationCode");
    attributes.set("phoneVerificationCode", phone_code());
    BOOST_TEST(send(registering(attributes)).status == 201);
}

BOOST_AUTO_TEST_CASE(FC134_a_code_is_of_its_number_and_of_no_other) {
    const auto code = phone_code();
    is_wrong(using_code(code, "mira", "+16045550143"), "invalid phoneVerificationCode");
    BOOST_TEST(using_code(code, "mira").status == 201);
}

BOOST_AUTO_TEST_CASE(FC135_a_code_that_came_with_something_else_that_was_wrong_stays_good) {
    const auto code = phone_code();
    auto attributes = mira_attributes();
    attributes.set("phoneNumber", mobile).set("phoneVerificationCode", code).set("password", "short");
    is_wrong(send(registering(attributes)), "length password");
    attributes.set("password", password);
    BOOST_TEST(send(registering(attributes)).status == 201);
}

BOOST_AUTO_TEST_CASE(FC136_after_ten_wrong_ones_the_right_one_is_wrong_too) {
    const auto code = phone_code();
    for (int i = 0; i < 10; ++i) is_wrong(using_code(other(code), "mira"), "invalid phoneVerificationCode");
    is_wrong(using_code(code, "mira"), "invalid phoneVerificationCode");
}

BOOST_AUTO_TEST_CASE(FC137_beyond_the_budget_the_answer_is_the_same_and_nothing_is_sent) {
    for (int i = 0; i < 5; ++i) is_done(send(asking_phone_code()));
    BOOST_TEST(caused(events::Name::verification_code_sent) == 5U);
    is_done(send(asking_phone_code()));
    BOOST_TEST(caused(events::Name::verification_code_sent) == 5U);
    is_done(send(asking_phone_code("+16045550143")));
    BOOST_TEST(caused(events::Name::verification_code_sent) == 6U);
}

BOOST_AUTO_TEST_CASE(FC138_EN1_whose_number_or_address_it_is_no_answer_tells) {
    const auto mira = register_person("mira", Json::object({{"phoneNumber", mobile}, {"phoneVerificationCode", phone_code()}}));
    const auto same = [](const Reply& one, const Reply& two) {
        BOOST_TEST(one.status == two.status);
        BOOST_TEST(one.text == two.text);
        auto names = [](const Reply& reply) {
            std::vector<std::string> out;
            for (const auto& [name, value] : reply.headers) out.push_back(name);
            return out;
        };
        BOOST_TEST(names(one) == names(two), boost::test_tools::per_element());
    };
    same(send(asking_phone_code()), send(asking_phone_code("+16045550143")));
    same(send(asking_email_code(mira.email)), send(asking_email_code("nobody@shop.test")));
}

BOOST_AUTO_TEST_CASE(FC140_FC141_FC142_FC143_a_token_verifies_the_address_once) {
    const auto mira = register_person();
    const auto first = last_token();  // sent when she got the address
    BOOST_REQUIRE(parse_uuid(first));
    is_done(send(showing(first)));
    BOOST_TEST(verified(mira));
    is_not_found(send(showing(first)));
    is_done(send(asking_token(mira.token, mira.id)));
    BOOST_TEST(!verified(mira));
    const auto second = last_token();
    is_done(send(asking_token(mira.token, mira.id)));
    is_not_found(send(showing(second)));
    is_done(send(showing(last_token(), mira.token)));
    BOOST_TEST(verified(mira));
}

BOOST_AUTO_TEST_CASE(FC141_a_token_lives_for_a_day) {
    const auto mira = register_person();
    clock.advance(24h);
    is_not_found(send(showing(last_token())));
    later(0s);
}

BOOST_AUTO_TEST_CASE(FC140_FC258_a_token_is_for_ones_own_address_and_an_administrator_s_for_any) {
    const auto mira = register_person(), nora = register_person("nora");
    const auto boss = administrator();
    is_done(send(asking_token(boss.token, mira.id)));
    BOOST_TEST((last(events::Name::verification_token_sent).user == UserId{*parse_uuid(mira.id)}));
    for (const auto& whose : {nora.id, std::string(uuid)}) is_wrong(send(asking_token(mira.token, whose)), "notFound /data/relationships/user");
    is_wrong(send(asking_token(boss.token, uuid)), "notFound /data/relationships/user");
    is_wrong(send(asking_token(mira.token, "none")), "invalid /data/relationships/user");
    is_wrong(send(call(POST, "/v1/email_verification_tokens", mira.token, document("EmailVerificationToken"))), "required /data/relationships/user");
    const auto otto = core.staff.add(core.db, in_realm(), *shop(), {.role = users::Role::manager, .user_name = "otto.k", .password = Secret(password), .name = "Otto"});
    BOOST_REQUIRE(otto);  // who has no address
    is_wrong(send(asking_token(boss.token, dashed(otto->who.id.value))), "notFound /data/relationships/user");
    is_denied(send(asking_token(guest, mira.id)));
    is_stranger(send(asking_token("no-token", mira.id)));
}

BOOST_AUTO_TEST_CASE(FC17_FC143_FC259_an_address_is_verified_without_a_bearer) {
    const auto mira = register_person();
    const auto token = last_token();
    is_not_found(send(showing(uuid)));
    is_not_found(send(showing("no-uuid")));
    is_wrong(send(call(POST, "/v1/email_verifications", {}, document("EmailVerification"))), "required token");
    is_done(send(showing(token, "a token that is none")));
    BOOST_TEST(verified(mira));
}

BOOST_AUTO_TEST_CASE(FC33_a_body_that_cannot_be_read_is_400) {
    const auto post = [&](std::string body) {
        auto request = asking_phone_code();
        request.body = std::move(body);
        return send(request);
    };
    for (const std::string body : {"", "{", "[1"}) is_error(post(body), 400, "invalid_json");
    for (const std::string body : {"{}", R"({"data":null})", R"({"data":[]})"}) is_error(post(body), 400, "missing_required_fields");
    for (const std::string body : {R"({"data":{}})", R"({"data":{"type":null}})"}) is_error(post(body), 400, "missing_type");
    is_error(post(R"({"data":{"type":"Customer"}})"), 400, "invalid_type");
}

BOOST_AUTO_TEST_SUITE_END()
