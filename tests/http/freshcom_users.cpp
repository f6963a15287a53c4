// SPDX-License-Identifier: MIT
// Users at the Freshcom door: one's own (FC90 to FC111, docs/freshcom.md) and those that administrators look after.
#include <authtickets/core/staff.h>

#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Users : FreshcomShop {
    Reply read(const Person& person) { return send(call(GET, "/v1/user", person.token)); }
    Reply change(const Person& person, Json attributes) {
        return send(call(PATCH, "/v1/user", person.token, document("User", std::move(attributes))));
    }
    Reply change_as(const Person& boss, const Person& person, Json attributes) {
        return send(call(PATCH, person.path(), boss.token, document("User", std::move(attributes))));
    }
    Reply add_as(std::string_view token, Json attributes) { return send(call(POST, "/v1/users", token, document("User", std::move(attributes)))); }
    // Factors were shown too long ago, and the access token lives on.
    void after_a_while() { clock.advance(10min); }
    Person with_number(const std::string& name = "mira") {
        return register_person(name, Json::object({{"phoneNumber", mobile}, {"phoneVerificationCode", phone_code()}}));
    }
    static Json staff_attributes(std::string_view role) {
        return Json::object({{"username", "Otto.K"}, {"password", password}, {"name", "Otto K"}, {"email", "otto@shop.test"}, {"role", role}});
    }
};

constexpr std::string_view other_number = "+16045550199";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_users, Users)

BOOST_AUTO_TEST_CASE(FC90_FC94_FC96_FC97_FC99_FC102_one_reads_ones_own) {
    const auto mira = with_number();
    const auto reply = read(mira);
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
    BOOST_TEST(reply.text_at("data.type") == "User");
    BOOST_TEST(reply.text_at("data.id") == mira.id);
    BOOST_TEST(reply.text_at("data.attributes.username") == "mira@shop.test");
    BOOST_TEST(reply.text_at("data.attributes.email") == "mira@shop.test");
    BOOST_TEST(reply.text_at("data.attributes.phoneNumber") == mobile);
    BOOST_TEST(reply.text_at("data.attributes.name") == "Mira Q");
    BOOST_TEST(reply.text_at("data.attributes.role") == "customer");
    BOOST_TEST(reply.text_at("data.attributes.status") == "active");
    BOOST_TEST(reply.text_at("data.attributes.authMethod") == "simple");
    BOOST_TEST((reply.at("data.attributes.emailVerified") == Json(false)));
    BOOST_TEST(reply.at("data.attributes.emailVerifiedAt").is_null());
    BOOST_TEST((reply.at("data.attributes.phoneVerified") == Json(true)));
    BOOST_TEST(reply.text_at("data.attributes.phoneVerifiedAt").size() == 26U);
    for (const std::string secret : {"password", "currentPassword", "phoneVerificationCode", "emailVerificationCode", "resetToken"}) {
        BOOST_TEST(reply.at("data.attributes." + secret).is_null());
        BOOST_TEST(reply.text.find("\"" + secret + "\"") == std::string::npos);
    }
    const auto boss = administrator();
    BOOST_TEST(read(boss).text_at("data.attributes.role") == "administrator");
    BOOST_TEST(read(staff(users::Role::support_specialist)).text_at("data.attributes.role") == "supportSpecialist");
}

BOOST_AUTO_TEST_CASE(FC7_FC90_FC94_FC100_names_and_notes_change_at_once) {
    const auto mira = register_person();
    after_a_while();
    const auto changed = change(mira, Json::object({{"name", "Mira Quell"}, {"firstName", "Mira"}, {"lastName", "Quell"},
                                                    {"customData", Json::object({{"seat", "window"}})}}));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.attributes.name") == "Mira Quell");
    BOOST_TEST(changed.text_at("data.attributes.firstName") == "Mira");
    BOOST_TEST(changed.text_at("data.attributes.lastName") == "Quell");
    BOOST_TEST(changed.text_at("data.attributes.customData.seat") == "window");
    is_wrong(change(mira, Json::object({{"name", nullptr}, {"firstName", nullptr}, {"lastName", ""}})), "required name");
    const auto cleared = change(mira, Json::object({{"customData", nullptr}}));
    BOOST_TEST(cleared.at("data.attributes.customData").dump() == "{}");
    // As it was read.
    const auto again = send(call(PATCH, "/v1/user", mira.token, Json::object({{"data", cleared.at("data")}})));
    BOOST_TEST_CONTEXT(again.text) BOOST_TEST(again.status == 200);
}

BOOST_AUTO_TEST_CASE(FC96_FC105_a_method_needs_a_contact_that_is_verified) {
    const auto mira = register_person();
    is_wrong(change(mira, Json::object({{"authMethod", "tfa_sms"}})), "required phoneNumber");
    is_wrong(change(mira, Json::object({{"authMethod", "tfa_email"}})), "required emailVerificationCode");
    is_wrong(change(mira, Json::object({{"authMethod", "tfa_sms"}, {"phoneNumber", mobile}})), "required phoneVerificationCode");
    for (const std::string method : {"tfa_phone", "tfa_totp", "none", ""}) is_wrong(change(mira, Json::object({{"authMethod", method}})), "inclusion authMethod");
    BOOST_TEST(change(mira, Json::object({{"phoneNumber", mobile}})).status == 200);
    is_wrong(change(mira, Json::object({{"authMethod", "tfa_sms"}})), "required phoneVerificationCode");
    BOOST_TEST(read(mira).text_at("data.attributes.authMethod") == "simple");
}

BOOST_AUTO_TEST_CASE(FC106_what_is_verified_already_is_enough_however_old_the_sign_in_is) {
    const auto mira = with_number();
    after_a_while();
    const auto changed = change(mira, Json::object({{"authMethod", "tfa_sms"}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.text_at("data.attributes.authMethod") == "tfa_sms");
    asks_code(send(signing_in(mira.name)), "tfa_sms");
}

BOOST_AUTO_TEST_CASE(FC107_value_code_and_method_in_one_request) {
    const auto mira = register_person();
    const auto code = phone_code();
    is_wrong(change(mira, Json::object({{"authMethod", "tfa_sms"}, {"phoneNumber", mobile}, {"phoneVerificationCode", other(code)}})),
             "invalid phoneVerificationCode");
    const auto changed = change(mira, Json::object({{"authMethod", "tfa_sms"}, {"phoneNumber", mobile}, {"phoneVerificationCode", code}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    BOOST_TEST((changed.at("data.attributes.phoneVerified") == Json(true)));
    const auto nora = register_person("nora");
    const auto mailed = email_code("nora.new@shop.test");
    const auto hers = change(nora, Json::object({{"authMethod", "tfa_email"}, {"email", "Nora.New@shop.test"}, {"emailVerificationCode", mailed}}));
    BOOST_TEST_CONTEXT(hers.text) BOOST_TEST(hers.status == 200);
    BOOST_TEST(hers.text_at("data.attributes.email") == "nora.new@shop.test");
    BOOST_TEST((hers.at("data.attributes.emailVerified") == Json(true)));
    asks_code(send(signing_in(nora.name)), "tfa_email");
}

BOOST_AUTO_TEST_CASE(FC107_a_code_verifies_where_no_method_needs_it) {
    const auto mira = register_person();
    const auto changed = change(mira, Json::object({{"phoneNumber", mobile}, {"phoneVerificationCode", phone_code()}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST((changed.at("data.attributes.phoneVerified") == Json(true)));
    const auto without = change(mira, Json::object({{"phoneNumber", other_number}}));
    BOOST_TEST_CONTEXT(without.text) BOOST_TEST((without.at("data.attributes.phoneVerified") == Json(false)));
}

BOOST_AUTO_TEST_CASE(FC108_another_number_of_the_method_needs_its_code) {
    auto mira = with_number();
    BOOST_REQUIRE(change(mira, Json::object({{"authMethod", "tfa_sms"}})).status == 200);
    // Her session was begun without a code, so the password stands in for it (FC109).
    const auto changing = [&](Json attributes) {
        attributes.set("currentPassword", password);
        return change(mira, std::move(attributes));
    };
    is_wrong(change(mira, Json::object({{"phoneNumber", other_number}})), {"required phoneVerificationCode", "required currentPassword"});
    is_wrong(changing(Json::object({{"phoneNumber", other_number}})), "required phoneVerificationCode");
    is_wrong(changing(Json::object({{"phoneNumber", other_number}, {"phoneVerificationCode", "000000"}})), "invalid phoneVerificationCode");
    is_wrong(changing(Json::object({{"phoneNumber", nullptr}})), "required phoneNumber");
    BOOST_TEST(read(mira).text_at("data.attributes.phoneNumber") == mobile);
    const auto changed = changing(Json::object({{"phoneNumber", other_number}, {"phoneVerificationCode", phone_code(other_number)}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.text_at("data.attributes.phoneNumber") == other_number);
    // With another method at once it is free.
    const auto back = changing(Json::object({{"phoneNumber", nullptr}, {"authMethod", "simple"}}));
    BOOST_TEST_CONTEXT(back.text) BOOST_TEST(back.status == 200);
    BOOST_TEST(back.at("data.attributes.phoneNumber").is_null());
}

// The code that was shown to get the session is the factor.
BOOST_AUTO_TEST_CASE(FC108_FC109_who_has_just_shown_a_code_needs_no_password) {
    auto mira = with_number();
    BOOST_REQUIRE(change(mira, Json::object({{"authMethod", "tfa_sms"}})).status == 200);
    asks_code(send(signing_in(mira.name)), "tfa_sms");
    mira.token = token_of(mira.name, password, code_for_second_step());
    const auto changed = change(mira, Json::object({{"phoneNumber", other_number}, {"phoneVerificationCode", phone_code(other_number)}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    BOOST_TEST(change(mira, Json::object({{"authMethod", "simple"}})).status == 200);
}

BOOST_AUTO_TEST_CASE(FC108_FC142_another_address_of_the_method_needs_its_code_and_asking_a_token_takes_none_away) {
    auto mira = register_person("mira", Json::object({{"authMethod", "tfa_email"}, {"emailVerificationCode", email_code("mira@shop.test")}}));
    mira.token = token_of(mira.name, password, code_for_second_step());
    is_wrong(change(mira, Json::object({{"email", "other@shop.test"}})), "required emailVerificationCode");
    is_wrong(change(mira, Json::object({{"email", nullptr}})), "required email");
    auto asking = Json::object({{"type", "EmailVerificationToken"},
                                {"relationships", Json::object({{"user", Json::object({{"data", Json::object({{"type", "User"}, {"id", mira.id}})}})}})}});
    is_done(send(call(POST, "/v1/email_verification_tokens", mira.token, Json::object({{"data", std::move(asking)}}))));
    BOOST_TEST(read(mira).text_at("data.attributes.authMethod") == "tfa_email");
    asks_code(send(signing_in(mira.name)), "tfa_email");
    BOOST_TEST(last(events::Name::second_step_code_sent).destination == "mira@shop.test");
    const auto changed = change(mira, Json::object({{"email", "other@shop.test"}, {"emailVerificationCode", email_code("other@shop.test")}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    asks_code(send(signing_in(mira.name)), "tfa_email");
    BOOST_TEST(last(events::Name::second_step_code_sent).destination == "other@shop.test");
}

BOOST_AUTO_TEST_CASE(FC109_RS6_an_older_sign_in_shows_the_password) {
    const auto mira = with_number();
    BOOST_REQUIRE(change(mira, Json::object({{"authMethod", "tfa_sms"}})).status == 200);
    after_a_while();
    const std::vector<std::pair<std::string, std::string>> changes{{"email", "other@shop.test"}, {"username", "somebody"}, {"authMethod", "simple"}};
    for (const auto& [name, value] : changes) {
        BOOST_TEST_CONTEXT(name) {
            is_wrong(change(mira, Json::object({{name, value}})), "required currentPassword");
            is_wrong(change(mira, Json::object({{name, value}, {"currentPassword", "Engine-No-9"}})), "mustMatch currentPassword");
        }
    }
    BOOST_TEST(read(mira).text_at("data.attributes.authMethod") == "tfa_sms");
    const auto changed = change(mira, Json::object({{"email", "other@shop.test"}, {"username", "somebody"}, {"authMethod", "simple"},
                                                    {"currentPassword", password}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.text_at("data.attributes.email") == "other@shop.test");
    BOOST_TEST(changed.text_at("data.attributes.username") == "somebody");
    BOOST_TEST(changed.text_at("data.attributes.authMethod") == "simple");
    BOOST_TEST((changed.at("data.attributes.emailVerified") == Json(false)));
    BOOST_TEST(send(signing_in("somebody")).status == 200);
}

BOOST_AUTO_TEST_CASE(FC109_PW12_wrong_current_passwords_count) {
    const auto mira = register_person();
    after_a_while();
    for (int i = 0; i < 10; ++i) {
        is_wrong(change(mira, Json::object({{"email", "other@shop.test"}, {"currentPassword", "Engine-No-9"}})), "mustMatch currentPassword");
    }
    is_wrong(change(mira, Json::object({{"email", "other@shop.test"}, {"currentPassword", password}})), "mustMatch currentPassword");
    is_refused_grant(send(signing_in(mira.name)));
}

BOOST_AUTO_TEST_CASE(FC93_FC95_FC32_all_that_is_wrong_is_told_at_once) {
    const auto mira = register_person();
    register_person("nora");
    is_wrong(change(mira, Json::object({{"username", "a b"}, {"email", "none"}, {"phoneNumber", "12"}, {"authMethod", "tfa_phone"}, {"firstName", 7},
                                        {"customData", 5}})),
             {"length username", "format email", "length phoneNumber", "inclusion authMethod", "invalid firstName", "invalid customData"});
    is_wrong(change(mira, Json::object({{"username", "mira#q"}})), "format username");
    is_wrong(change(mira, Json::object({{"username", ""}})), "required username");
    is_wrong(change(mira, Json::object({{"phoneNumber", "0604555014200"}})), "format phoneNumber");
    is_wrong(change(mira, Json::object({{"username", "Nora@ shop.test"}})), "taken username");
    const auto kept = change(mira, Json::object({{"username", " Mira Q@Shop.test "}}));
    BOOST_TEST_CONTEXT(kept.text) BOOST_TEST(kept.text_at("data.attributes.username") == "miraq@shop.test");
    // Two may have one address.
    BOOST_TEST(change(mira, Json::object({{"email", "nora@shop.test"}})).status == 200);
}

BOOST_AUTO_TEST_CASE(FC38_FC103_a_new_password_takes_the_current_one_and_ends_every_token) {
    const auto mira = register_person();
    is_wrong(change(mira, Json::object({{"password", "another one 2"}})), "required currentPassword");
    is_wrong(change(mira, Json::object({{"password", "another one 2"}, {"currentPassword", "wrong one 3"}})), "mustMatch currentPassword");
    const auto brief = change(mira, Json::object({{"password", "short 1"}, {"currentPassword", password}}));
    is_wrong(brief, "length password");
    BOOST_TEST(brief.at("errors").items()->front().find("meta")->dump() == R"({"min":8})");
    BOOST_TEST(opens(mira.token) == 200);
    const auto changed = change(mira, Json::object({{"password", "another one 2"}, {"currentPassword", password}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    BOOST_TEST(opens(mira.token) == 401);
    is_refused_grant(send(signing_in(mira.name)));
    BOOST_TEST(send(signing_in(mira.name, "another one 2")).status == 200);
}

BOOST_AUTO_TEST_CASE(FC97_FC98_nobody_changes_ones_own_role_or_status) {
    const auto mira = register_person();
    const auto boss = administrator();
    for (const std::string role : {"administrator", "readOnly"}) is_wrong(change(mira, Json::object({{"role", role}})), "invalid role");
    is_wrong(change(mira, Json::object({{"role", "owner"}})), "inclusion role");
    const auto refused = change(mira, Json::object({{"status", "suspended"}}));
    is_wrong(refused, "invalid status");
    BOOST_TEST(*refused.at("errors").items()->front().find("title")->text() == "Status cannot be changed by the user");
    BOOST_TEST(change(mira, Json::object({{"role", "customer"}, {"status", "active"}})).status == 200);
    is_wrong(change_as(boss, boss, Json::object({{"role", "readOnly"}})), "invalid role");
    is_wrong(change_as(boss, boss, Json::object({{"status", "suspended"}})), "invalid status");
}

BOOST_AUTO_TEST_CASE(FC109_an_administrator_s_own_record_is_not_changed_by_another_way) {
    const auto boss = administrator();
    after_a_while();
    is_wrong(change_as(boss, boss, Json::object({{"email", "other@shop.test"}})), "required currentPassword");
    is_wrong(change_as(boss, boss, Json::object({{"password", "another one 2"}})), "required currentPassword");
    BOOST_TEST(change_as(boss, boss, Json::object({{"email", "other@shop.test"}, {"currentPassword", password}})).status == 200);
}

BOOST_AUTO_TEST_CASE(FC111_a_new_address_gets_a_token_and_both_are_told) {
    const auto mira = register_person();
    const auto before = caused(events::Name::verification_token_sent);
    BOOST_REQUIRE(change(mira, Json::object({{"email", "other@shop.test"}})).status == 200);
    BOOST_TEST(caused(events::Name::verification_token_sent) == before + 1);
    BOOST_TEST(last(events::Name::verification_token_sent).destination == "other@shop.test");
    BOOST_REQUIRE(change(mira, Json::object({{"email", "third@shop.test"}, {"emailVerificationCode", email_code("third@shop.test")}})).status == 200);
    BOOST_TEST(caused(events::Name::verification_token_sent) == before + 1);
    BOOST_TEST((read(mira).at("data.attributes.emailVerified") == Json(true)));
}

BOOST_AUTO_TEST_CASE(FC91_FC97_FC255_administrators_and_developers_make_staff) {
    const auto boss = administrator();
    const auto made = add_as(boss.token, staff_attributes("goodsSpecialist"));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    BOOST_TEST(made.text_at("data.type") == "User");
    BOOST_TEST(made.text_at("data.attributes.username") == "otto.k");
    BOOST_TEST(made.text_at("data.attributes.role") == "goodsSpecialist");
    const auto otto = token_of("otto.k");
    BOOST_TEST(opens(otto) == 200);
    is_not_found(send(call(GET, "/v1/customer", otto)));  // FC153
    is_wrong(add_as(boss.token, staff_attributes("readOnly")), "taken username");
    const auto developer = staff(users::Role::developer);
    auto other = staff_attributes("developer");
    other.set("username", "olga.k").set("email", "olga@shop.test");
    BOOST_TEST(add_as(developer.token, other).status == 201);
    other.set("username", "oskar.k").set("role", "administrator");
    is_denied(add_as(developer.token, other));
    BOOST_TEST(add_as(boss.token, other).status == 201);
    for (const std::string role : {"guest", "customer", "owner", ""}) {
        other.set("username", "nobody.k").set("role", role);
        BOOST_TEST_CONTEXT(role) is_wrong(add_as(boss.token, other), "inclusion role");
    }
    is_wrong(add_as(boss.token, Json::object({{"role", "manager"}, {"username", 5}, {"name", false}, {"password", "letters alone"}, {"status", "nope"}})),
             {"invalid username", "invalid name", "format password", "inclusion status"});
    is_wrong(add_as(boss.token, Json::object({})), {"required role", "required username", "required password", "required name"});
}

BOOST_AUTO_TEST_CASE(FC91_a_guest_s_user_is_a_customer_whatever_role_was_asked_for) {
    auto wanted = mira_attributes();
    wanted.set("role", "administrator");
    const auto made = add_as(guest, wanted);
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    BOOST_TEST(made.text_at("data.type") == "User");
    BOOST_TEST(made.text_at("data.attributes.role") == "customer");
    const auto token = token_of("mira@shop.test");
    const auto own = send(call(GET, "/v1/customer", token));
    BOOST_TEST_CONTEXT(own.text) BOOST_TEST(own.text_at("data.attributes.status") == "registered");
    BOOST_TEST(own.text_at("data.relationships.user.data.id") == made.text_at("data.id"));
    is_wrong(add_as(guest, Json::object({})), {"required username", "required password", "required name"});
}

BOOST_AUTO_TEST_CASE(FC92_FC104_FC110_administrators_read_change_and_delete_users) {
    const auto boss = administrator();
    const auto mira = with_number();
    BOOST_TEST(send(call(GET, mira.path(), boss.token)).text == read(mira).text);
    const auto changed = change_as(boss, mira, Json::object({{"phoneNumber", other_number}, {"name", "Mira Two"}}));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.attributes.phoneNumber") == other_number);
    BOOST_TEST((changed.at("data.attributes.phoneVerified") == Json(false)));
    // OC9: nobody picks a method whose contact is not verified.
    is_wrong(change_as(boss, mira, Json::object({{"authMethod", "tfa_sms"}})), "required phoneVerificationCode");
    is_wrong(change_as(boss, mira, Json::object({{"role", "developer"}})), "inclusion role");
    is_wrong(change_as(boss, mira, Json::object({{"password", "short"}})), "length password");
    BOOST_TEST(opens(mira.token) == 200);
    BOOST_TEST(change_as(boss, mira, Json::object({{"password", "given to her 3"}})).status == 200);
    BOOST_TEST(opens(mira.token) == 401);
    BOOST_TEST(send(signing_in(mira.name, "given to her 3")).status == 200);
    is_done(send(call(DELETE, mira.path(), boss.token)));
    is_not_found(send(call(GET, mira.path(), boss.token)));
    is_not_found(send(call(DELETE, mira.path(), boss.token)));
    is_not_found(change_as(boss, mira, Json::object({{"name", "Ghost"}})));
    is_refused_grant(send(signing_in(mira.name, "given to her 3")));
}

BOOST_AUTO_TEST_CASE(FC110_staff_change_a_number_that_codes_go_to_without_a_code) {
    const auto boss = administrator();
    const auto mira = with_number();
    BOOST_REQUIRE(change(mira, Json::object({{"authMethod", "tfa_sms"}})).status == 200);
    const auto changed = change_as(boss, mira, Json::object({{"phoneNumber", other_number}}));
    BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    asks_code(send(signing_in(mira.name)), "tfa_sms");
    BOOST_TEST(last(events::Name::second_step_code_sent).destination == other_number);
}

BOOST_AUTO_TEST_CASE(FC98_TK6_a_suspended_user_is_out) {
    const auto boss = administrator();
    const auto mira = register_person();
    const auto out = change_as(boss, mira, Json::object({{"status", "suspended"}}));
    BOOST_REQUIRE_MESSAGE(out.status == 200, out.text);
    BOOST_TEST(out.text_at("data.attributes.status") == "suspended");
    BOOST_TEST(opens(mira.token) == 401);
    is_refused_grant(send(signing_in(mira.name)));
    const auto back = change_as(boss, mira, Json::object({{"status", "active"}}));
    BOOST_TEST(back.text_at("data.attributes.status") == "active");
    BOOST_TEST(opens(mira.token) == 401);
    BOOST_TEST(send(signing_in(mira.name)).status == 200);
}

BOOST_AUTO_TEST_CASE(FC112_the_last_administrator_stays) {
    const auto boss = administrator();
    const auto second = staff(users::Role::administrator, "second");
    BOOST_TEST(change_as(boss, second, Json::object({{"role", "manager"}})).status == 200);
    is_stranger(send(call(GET, boss.path(), second.token)));  // another role, another session
    is_wrong(send(call(DELETE, boss.path(), boss.token)), "invalid role");
    BOOST_TEST(change_as(boss, second, Json::object({{"role", "administrator"}})).status == 200);
    is_done(send(call(DELETE, boss.path(), token_of(second.name))));
    BOOST_TEST(opens(boss.token) == 401);
}

BOOST_AUTO_TEST_CASE(FC8_FC92_ids_that_are_none_or_of_another_shop) {
    const auto boss = administrator();
    for (const std::string id : {"none", "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11", "0b4fd1a66d524d4c9d8e0d9b3a0f7d11"}) {
        BOOST_TEST_CONTEXT(id) is_not_found(send(call(GET, "/v1/users/" + id, boss.token)));
    }
    const auto elsewhere = add_realm("elsewhere", 1001, 2001);
    auto there = in_realm();
    there.realm = elsewhere;
    const auto realm_there = core.realms.get(core.db, clock.now(), elsewhere);
    const auto stranger = core.staff.add(core.db, there, *realm_there,
                                         {.role = users::Role::manager, .user_name = "stranger", .password = Secret(password), .name = "Stranger"});
    BOOST_REQUIRE(stranger);
    is_not_found(send(call(GET, "/v1/users/" + dashed(stranger->who.id.value), boss.token)));
    is_not_found(send(call(DELETE, "/v1/users/" + dashed(stranger->who.id.value), boss.token)));
    is_refused_grant(send(signing_in("stranger")));
}

BOOST_AUTO_TEST_SUITE_END()
