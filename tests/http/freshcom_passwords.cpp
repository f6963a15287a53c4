// SPDX-License-Identifier: MIT
// New passwords at the Freshcom door (FC190 to FC197, docs/freshcom.md).
#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view fresh = "another one 2", uuid = "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11";

struct Passwords : FreshcomShop {
    http::Request asking(std::string_view name, std::string_view bearer) const {
        return call(POST, "/v1/password_reset_tokens", bearer, document("PasswordResetToken", Json::object({{"username", name}})));
    }
    http::Request setting(std::string_view bearer, Json attributes) const {
        return call(PATCH, "/v1/password", bearer, document("Password", std::move(attributes)));
    }
    Reply reset(std::string_view token, std::string_view value = fresh, std::string_view bearer = {}) {
        return send(setting(bearer, Json::object({{"resetToken", token}, {"value", value}})));
    }
    http::Request giving(std::string_view bearer, std::string_view user, Json attributes) const {
        return call(PATCH, "/v1/passwords/" + std::string(user), bearer, document("Password", std::move(attributes)));
    }
    std::string last_token() { return std::string(last(events::Name::password_reset_sent).link.reveal()); }
    std::string token_for(const Person& person) {
        is_done(send(asking(person.name, guest)));
        return last_token();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_passwords, Passwords)

BOOST_AUTO_TEST_CASE(FC190_FC194_a_token_sets_a_password_once) {
    const auto mira = register_person();
    const auto token = token_for(mira);
    BOOST_REQUIRE(parse_uuid(token));
    is_done(reset(token));
    BOOST_TEST(opens(mira.token) == 401);
    is_refused_grant(send(signing_in(mira.name)));
    BOOST_TEST(opens(token_of(mira.name, fresh)) == 200);
    is_wrong(reset(token, "a third one 3"), "invalid resetToken");
}

BOOST_AUTO_TEST_CASE(FC190_RS1_the_newest_alone_and_for_a_day) {
    const auto mira = register_person();
    const auto first = token_for(mira), second = token_for(mira);
    is_wrong(reset(first), "invalid resetToken");
    later(24h);
    is_wrong(reset(second), "invalid resetToken");
    const auto third = token_for(mira);
    later(24h - 1s);
    is_done(reset(third));
    const auto fourth = token_for(mira);
    const auto token = token_of(mira.name, fresh);
    BOOST_REQUIRE(send(call(PATCH, "/v1/user", token, document("User", Json::object({{"email", "other@shop.test"}})))).status == 200);
    is_wrong(reset(fourth, "a third one 3"), "invalid resetToken");
}

BOOST_AUTO_TEST_CASE(FC38_FC193_FC194_FC196_what_is_refused_leaves_the_token_good) {
    const auto mira = register_person();
    const auto token = token_for(mira);
    const auto brief = reset(token, "short 1");
    is_wrong(brief, "length value");
    BOOST_TEST(brief.at("errors").items()->front().find("meta")->dump() == R"({"min":8})");
    is_wrong(reset(token, ""), "required value");
    is_wrong(reset(token, std::string(300, 'x') + "1"), "length value");
    is_wrong(reset(token, "letters alone"), "format value");
    is_wrong(reset(token, "password1"), "invalid value");
    is_wrong(reset(uuid, ""), {"required value", "invalid resetToken"});
    is_wrong(reset("none"), "invalid resetToken");
    is_wrong(send(setting({}, Json::object({}))), {"required value", "required resetToken"});
    is_wrong(send(setting(guest, Json::object({{"value", fresh}}))), "required resetToken");
    is_wrong(send(setting(mira.token, Json::object({{"value", fresh}}))), "required currentPassword");
    BOOST_TEST(opens(mira.token) == 200);
    is_done(reset(token));
}

BOOST_AUTO_TEST_CASE(FC194_RS2_a_reset_leaves_the_second_step) {
    auto wanted = Json::object({{"authMethod", "tfa_sms"}, {"phoneNumber", mobile}, {"phoneVerificationCode", phone_code()}});
    const auto mira = register_person("mira", std::move(wanted));
    is_done(reset(token_for(mira), fresh, guest));
    asks_code(send(signing_in(mira.name, fresh)), "tfa_sms");
}

BOOST_AUTO_TEST_CASE(FC190_FC191_EN1_whether_anybody_has_the_name_nothing_tells) {
    register_person();
    const auto known = send(asking("mira@shop.test", guest)), unknown = send(asking("nobody@shop.test", guest));
    is_done(known);
    is_done(unknown);
    BOOST_TEST(caused(events::Name::password_reset_sent) == 1U);
    BOOST_TEST(events_of("password.reset_requested", "unknown") == 1);
    is_done(send(asking("mira@shop.test", {})));  // the only shop there is
    BOOST_TEST(caused(events::Name::password_reset_sent) == 2U);
    is_wrong(send(call(POST, "/v1/password_reset_tokens", guest, document("PasswordResetToken"))), "required username");
    add_realm("elsewhere", 1001, 2001);
    clock.advance(2s);
    is_stranger(send(asking("mira@shop.test", {})));
    is_done(send(asking("mira@shop.test", guest)));
}

BOOST_AUTO_TEST_CASE(FC192_OC7_beyond_the_budget_nothing_is_sent_and_nothing_told) {
    register_person();
    for (int i = 0; i < 14; ++i) is_done(send(asking("mira@shop.test", guest)));
    BOOST_TEST(caused(events::Name::password_reset_sent) == 12U);
}

BOOST_AUTO_TEST_CASE(FC195_TK6_with_the_current_one_every_token_ends) {
    const auto mira = register_person();
    const auto elsewhere = token_of(mira.name);
    const auto set = [&](std::string_view current, std::string_view value) {
        return send(setting(mira.token, Json::object({{"currentPassword", current}, {"value", value}})));
    };
    is_wrong(set("wrong one 9", fresh), "mustMatch currentPassword");
    is_wrong(set(password, "short 1"), "length value");
    BOOST_TEST(opens(mira.token) == 200);
    is_done(set(password, fresh));
    BOOST_TEST(opens(mira.token) == 401);
    BOOST_TEST(opens(elsewhere) == 401);
    BOOST_TEST(send(signing_in(mira.name, fresh)).status == 200);
}

BOOST_AUTO_TEST_CASE(FC195_PW12_wrong_ones_count_and_staff_have_one_too) {
    const auto otto = staff(users::Role::manager);
    const auto set = [&](std::string_view current) { return send(setting(otto.token, Json::object({{"currentPassword", current}, {"value", fresh}}))); };
    for (int i = 0; i < 10; ++i) is_wrong(set("wrong one 9"), "mustMatch currentPassword");
    is_wrong(set(password), "mustMatch currentPassword");
    is_refused_grant(send(signing_in(otto.name)));
}

BOOST_AUTO_TEST_CASE(FC195_FC260_nobody_and_a_guest_have_no_current_one) {
    const auto attributes = Json::object({{"currentPassword", password}, {"value", fresh}});
    is_stranger(send(setting({}, attributes)));
    is_denied(send(setting(guest, attributes)));
}

BOOST_AUTO_TEST_CASE(FC197_X11_an_administrator_gives_another_one_a_password) {
    const auto boss = administrator();
    const auto mira = register_person();
    const auto otto = staff(users::Role::manager);
    is_wrong(send(giving(boss.token, mira.id, Json::object({}))), "required value");
    is_wrong(send(giving(boss.token, mira.id, Json::object({{"value", "short 1"}}))), "length value");
    is_done(send(giving(boss.token, mira.id, Json::object({{"value", fresh}}))));
    BOOST_TEST(opens(mira.token) == 401);
    BOOST_TEST(send(signing_in(mira.name, fresh)).status == 200);
    is_done(send(giving(boss.token, otto.id, Json::object({{"value", fresh}}))));
    BOOST_TEST(send(signing_in(otto.name, fresh)).status == 200);
    is_denied(send(giving(boss.token, boss.id, Json::object({{"value", fresh}}))));
    for (const std::string_view id : {uuid, std::string_view("none")}) is_not_found(send(giving(boss.token, id, Json::object({{"value", fresh}}))));
}

BOOST_AUTO_TEST_SUITE_END()
