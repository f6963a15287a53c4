// SPDX-License-Identifier: MIT
// Customers at the Freshcom door (FC150 to FC175, docs/freshcom.md).
#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Customers : FreshcomShop {
    Reply add_as(std::string_view token, Json attributes) { return send(call(POST, "/v1/customers", token, document("Customer", std::move(attributes)))); }
    Reply change_as(std::string_view token, const std::string& customer, Json attributes) {
        return send(call(PATCH, "/v1/customers/" + customer, token, document("Customer", std::move(attributes))));
    }
    Reply get_as(std::string_view token, const std::string& customer) { return send(call(GET, "/v1/customers/" + customer, token)); }
    std::vector<std::string> names(std::string_view token, const std::string& query) {
        const auto reply = send(call(GET, "/v1/customers" + query, token));
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        std::vector<std::string> out;
        for (const auto& each : documents(reply)) out.push_back(attribute(each, "name"));
        return out;
    }
    void default_method(std::string_view value) {
        set("second_step.default", value);
        renew_guest();
    }
};

const std::vector<std::string> all_required{"required username", "required password", "required name", "required email"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_customers, Customers)

BOOST_AUTO_TEST_CASE(FC150_FC155_FC156_a_guest_customer_needs_nothing) {
    const auto bare_one = add_as(guest, Json::object({}));
    BOOST_REQUIRE_MESSAGE(bare_one.status == 201, bare_one.text);
    BOOST_TEST(bare_one.text_at("data.type") == "Customer");
    BOOST_TEST(bare_one.text_at("data.attributes.status") == "guest");
    BOOST_TEST(bare_one.at("data.relationships.user.data").is_null());
    BOOST_TEST(bare_one.at("data.attributes.name").is_null());
    const auto whole = add_as(guest, Json::object({{"status", "guest"}, {"code", "C-100"}, {"firstName", "Mira"}, {"lastName", "Q"},
                                                   {"email", "Mira@Shop.test"}, {"phoneNumber", mobile}, {"label", "vip"}, {"caption", "short"},
                                                   {"description", "long"}, {"customData", Json::object({{"size", 42}})}}));
    BOOST_REQUIRE_MESSAGE(whole.status == 201, whole.text);
    BOOST_TEST(whole.text_at("data.attributes.code") == "C-100");
    BOOST_TEST(whole.text_at("data.attributes.name") == "Mira Q");
    BOOST_TEST(whole.text_at("data.attributes.email") == "mira@shop.test");
    BOOST_TEST(whole.text_at("data.attributes.phoneNumber") == mobile);
    BOOST_TEST(whole.text_at("data.attributes.label") == "vip");
    BOOST_TEST(whole.text_at("data.attributes.caption") == "short");
    BOOST_TEST(whole.text_at("data.attributes.description") == "long");
    BOOST_TEST(whole.at("data.attributes.customData.size").dump() == "42");
    BOOST_TEST(get_as(administrator().token, whole.text_at("data.id")).text == whole.text);
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 1);  // the administrator
}

BOOST_AUTO_TEST_CASE(FC158_a_registered_one_has_a_user_and_signs_in) {
    const auto made = send(registering(mira_attributes()));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    BOOST_TEST(made.text_at("data.attributes.status") == "registered");
    BOOST_TEST(made.text_at("data.attributes.email") == "mira@shop.test");
    BOOST_TEST(made.text_at("data.relationships.user.data.type") == "User");
    for (const std::string secret : {"password", "username", "authMethod", "phoneVerificationCode"}) BOOST_TEST(made.at("data.attributes." + secret).is_null());
    const auto token = token_of("mira@shop.test");
    BOOST_TEST(send(call(GET, "/v1/customer", token)).text == made.text);  // FC153
    BOOST_TEST(send(call(GET, "/v1/user", token)).text_at("data.id") == made.text_at("data.relationships.user.data.id"));
}

BOOST_AUTO_TEST_CASE(FC32_FC155_FC156_FC158_all_that_is_wrong_is_told_at_once) {
    is_wrong(add_as(guest, Json::object({{"status", "registered"}})), all_required);
    for (const std::string status : {"internal", "anonymous", "deleted", "Guest", "suspended", ""}) {
        BOOST_TEST_CONTEXT(status) is_wrong(add_as(guest, Json::object({{"status", status}})), "inclusion status");
    }
    is_wrong(add_as(guest, Json::object({{"email", "none"}, {"phoneNumber", "12"}, {"code", 5}, {"customData", "x"}, {"label", std::string(256, 'l')}})),
             {"format email", "length phoneNumber", "invalid code", "invalid customData", "length label"});
    auto wanted = mira_attributes();
    wanted.set("username", "m q").set("password", "short").set("phoneNumber", "x").set("authMethod", "tfa_phone");
    is_wrong(add_as(guest, wanted), {"length username", "length password", "length phoneNumber", "inclusion authMethod"});
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 0);
    register_person();
    is_wrong(add_as(guest, mira_attributes()), "taken username");
}

BOOST_AUTO_TEST_CASE(FC38_X12_a_taken_name_is_told_five_times_an_hour_and_then_nothing_is) {
    register_person();
    for (int i = 0; i < 5; ++i) is_wrong(add_as(guest, mira_attributes()), "taken username");
    const auto late = add_as(guest, mira_attributes());
    is_error(late, 429, "too_many_requests");
    BOOST_TEST(!late.header("retry-after").empty());
    BOOST_TEST(add_as(guest, mira_attributes("nora")).status == 429);
    const auto boss = administrator();
    is_wrong(add_as(boss.token, mira_attributes()), "taken username");
}

BOOST_AUTO_TEST_CASE(FC159_FC175_registered_with_sms_and_signed_in_by_the_same_code) {
    default_method("sms");
    is_wrong(send(registering(mira_attributes())), {"required phoneNumber", "required phoneVerificationCode"});
    auto wanted = mira_attributes();
    wanted.set("phoneNumber", mobile);
    is_wrong(send(registering(wanted)), "required phoneVerificationCode");
    const auto code = phone_code();
    wanted.set("phoneVerificationCode", other(code));
    is_wrong(send(registering(wanted)), "invalid phoneVerificationCode");
    wanted.set("phoneVerificationCode", code);
    const auto made = send(registering(wanted));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    const auto sent = caused(events::Name::second_step_code_sent);
    const auto token = token_of("mira@shop.test", password, code);
    BOOST_TEST(opens(token) == 200);
    BOOST_TEST(caused(events::Name::second_step_code_sent) == sent);
    const auto user = send(call(GET, "/v1/user", token));
    BOOST_TEST(user.text_at("data.attributes.authMethod") == "tfa_sms");
    BOOST_TEST((user.at("data.attributes.phoneVerified") == Json(true)));
    asks_code(send(signing_in("mira@shop.test", password, code)), "tfa_sms");  // once
}

BOOST_AUTO_TEST_CASE(FC159_FC175_registered_with_mail_and_signed_in_by_the_same_code) {
    default_method("email");
    is_wrong(send(registering(mira_attributes())), "required emailVerificationCode");
    auto wanted = mira_attributes();
    const auto code = email_code("mira@shop.test");
    wanted.set("emailVerificationCode", code);
    BOOST_REQUIRE(send(registering(wanted)).status == 201);
    const auto user = send(call(GET, "/v1/user", token_of("mira@shop.test", password, code)));
    BOOST_TEST(user.text_at("data.attributes.authMethod") == "tfa_email");
    BOOST_TEST((user.at("data.attributes.emailVerified") == Json(true)));
    asks_code(send(signing_in("mira@shop.test")), "tfa_email");
}

BOOST_AUTO_TEST_CASE(FC175_X9_the_code_signs_in_for_five_minutes_from_when_it_was_sent) {
    default_method("sms");
    const auto register_with = [&](const std::string& name, std::string_view value, Millis waits) {
        const auto code = phone_code(value);
        later(waits);
        auto wanted = mira_attributes(name);
        wanted.set("phoneNumber", value).set("phoneVerificationCode", code);
        BOOST_REQUIRE(send(registering(wanted)).status == 201);
        return code;
    };
    const auto early = register_with("mira", "+16045550142", 290s);
    clock.advance(8s);
    BOOST_TEST(send(signing_in("mira@shop.test", password, early)).status == 200);
    const auto late = register_with("nora", "+16045550143", 290s);
    clock.advance(12s);
    asks_code(send(signing_in("nora@shop.test", password, late)), "tfa_sms");
    // Nor is it anybody else's.
    const auto own = register_with("olga", "+16045550144", 1s);
    asks_code(send(signing_in("mira@shop.test", password, own)), "tfa_sms");
    BOOST_TEST(send(signing_in("olga@shop.test", password, own)).status == 200);
}

BOOST_AUTO_TEST_CASE(FC159_the_method_that_is_asked_for) {
    auto wanted = mira_attributes();
    wanted.set("authMethod", "tfa_sms").set("phoneNumber", mobile).set("phoneVerificationCode", phone_code());
    BOOST_REQUIRE(send(registering(wanted)).status == 201);
    asks_code(send(signing_in("mira@shop.test")), "tfa_sms");
    const auto support = staff(users::Role::support_specialist).token;
    default_method("sms");
    auto simple = mira_attributes("nora");
    simple.set("authMethod", "simple");
    is_wrong(send(registering(simple)), "inclusion authMethod");
    BOOST_TEST(add_as(support, simple).status == 201);
    BOOST_TEST(send(signing_in("nora@shop.test")).status == 200);
    // OC9 holds for staff too.
    is_wrong(add_as(support, mira_attributes("olga")), {"required phoneNumber", "required phoneVerificationCode"});
}

BOOST_AUTO_TEST_CASE(FC161_FC163_a_guest_is_registered_and_stays_the_same_customer) {
    const auto id = add_guest(Json::object({{"code", "C-100"}, {"name", "Mira Q"}, {"email", "mira@shop.test"}}));
    is_wrong(change_as(guest, id, Json::object({{"status", "registered"}})), {"required username", "required password"});
    const auto code = phone_code();
    const auto done = change_as(guest, id, Json::object({{"status", "registered"}, {"username", "mira@shop.test"}, {"password", password},
                                                         {"phoneNumber", mobile}, {"phoneVerificationCode", code}, {"authMethod", "tfa_sms"}}));
    BOOST_REQUIRE_MESSAGE(done.status == 200, done.text);
    BOOST_TEST(done.text_at("data.id") == id);
    BOOST_TEST(done.text_at("data.attributes.status") == "registered");
    BOOST_TEST(done.text_at("data.attributes.code") == "C-100");
    BOOST_TEST(done.text_at("data.attributes.name") == "Mira Q");
    BOOST_TEST(done.text_at("data.attributes.phoneNumber") == mobile);
    BOOST_TEST(!done.at("data.relationships.user.data").is_null());
    const auto token = token_of("mira@shop.test", password, code);
    BOOST_TEST(send(call(GET, "/v1/customer", token)).text_at("data.id") == id);
    // From now on it is out of a guest's reach.
    is_not_found(change_as(guest, id, Json::object({{"label", "x"}})));
    is_not_found(change_as(guest, id, Json::object({{"status", "registered"}, {"username", "thief@shop.test"}, {"password", password}})));
}

BOOST_AUTO_TEST_CASE(FC150_guests_made_from_one_address_have_a_budget) {
    const auto make = [&](const std::string& bearer) { return send(call(POST, "/v1/customers", bearer, document("Customer", Json::object({{"label", "x"}})))); };
    for (int i = 0; i < 30; ++i) BOOST_TEST(make(guest).status == 201);
    const auto refused = make(guest);
    is_error(refused, 429, "too_many_requests");
    BOOST_TEST(refused.header("retry-after") == "60");
    BOOST_TEST(make(staff(users::Role::manager).token).status == 201);
    later(std::chrono::minutes(1));
    BOOST_TEST(make(guest).status == 201);
    BOOST_TEST(make(guest).status == 429);
}

BOOST_AUTO_TEST_CASE(FC161_a_guest_changes_a_guest) {
    const auto id = add_guest(Json::object({{"name", "Mira"}}));
    const auto changed = change_as(guest, id, Json::object({{"name", "Mira Q"}, {"email", "mira@shop.test"}, {"label", "new"}}));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.attributes.email") == "mira@shop.test");
    BOOST_TEST(change_as(guest, id, Json::object({{"email", nullptr}})).at("data.attributes.email").is_null());
    is_wrong(change_as(guest, id, Json::object({{"status", "suspended"}})), "invalid status");
    is_wrong(change_as(guest, id, Json::object({{"status", "deleted"}, {"email", "none"}})), {"inclusion status", "format email"});
    is_not_found(change_as(guest, "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11", Json::object({{"name", "x"}})));
    is_not_found(change_as(guest, "none", Json::object({{"name", "x"}})));
}

BOOST_AUTO_TEST_CASE(FC162_FC166_a_customer_changes_its_own) {
    const auto mira = register_person(), nora = register_person("nora");
    const auto changed = change_as(mira.token, mira.customer, Json::object({{"firstName", "Mira"}, {"lastName", "Quell"}, {"name", "Mira Quell"},
                                                                            {"email", "quell@shop.test"}, {"phoneNumber", mobile}, {"caption", "mine"},
                                                                            {"status", "suspended"}, {"code", "FREE"}}));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.attributes.status") == "registered");
    BOOST_TEST(changed.at("data.attributes.code").is_null());
    BOOST_TEST(changed.text_at("data.attributes.caption") == "mine");
    BOOST_TEST(changed.text_at("data.attributes.email") == "quell@shop.test");
    BOOST_TEST(changed.text_at("data.attributes.phoneNumber") == mobile);
    const auto user = send(call(GET, "/v1/user", mira.token));
    BOOST_TEST(user.text_at("data.attributes.name") == "Mira Quell");
    BOOST_TEST(user.text_at("data.attributes.firstName") == "Mira");
    BOOST_TEST(user.text_at("data.attributes.email") == "quell@shop.test");
    BOOST_TEST(user.text_at("data.attributes.phoneNumber") == mobile);
    is_not_found(change_as(mira.token, nora.customer, Json::object({{"caption", "hers"}})));
    is_not_found(change_as(mira.token, add_guest(), Json::object({{"caption", "nobody's"}})));
}

BOOST_AUTO_TEST_CASE(FC162_RS6_an_old_sign_in_shows_the_password_for_another_address) {
    const auto mira = register_person();
    clock.advance(10min);
    BOOST_TEST(change_as(mira.token, mira.customer, Json::object({{"caption", "mine"}})).status == 200);
    is_wrong(change_as(mira.token, mira.customer, Json::object({{"email", "quell@shop.test"}})), "required currentPassword");
    BOOST_TEST(change_as(mira.token, mira.customer, Json::object({{"email", "quell@shop.test"}, {"currentPassword", password}})).status == 200);
}

BOOST_AUTO_TEST_CASE(FC166_the_user_s_own_changes_are_the_customer_s) {
    const auto mira = register_person();
    BOOST_REQUIRE(send(call(PATCH, "/v1/user", mira.token, document("User", Json::object({{"name", "Mira Quell"}, {"email", "quell@shop.test"},
                                                                                         {"phoneNumber", mobile}})))).status == 200);
    const auto own = send(call(GET, "/v1/customer", mira.token));
    BOOST_TEST_CONTEXT(own.text) BOOST_TEST(own.text_at("data.attributes.name") == "Mira Quell");
    BOOST_TEST(own.text_at("data.attributes.email") == "quell@shop.test");
    BOOST_TEST(own.text_at("data.attributes.phoneNumber") == mobile);
}

BOOST_AUTO_TEST_CASE(FC164_what_a_status_cannot_become) {
    const auto boss = administrator();
    const auto mira = register_person();
    const auto id = add_guest();
    is_wrong(change_as(boss.token, mira.customer, Json::object({{"status", "guest"}})), "invalid status");
    is_wrong(change_as(boss.token, id, Json::object({{"status", "suspended"}})), "invalid status");
    BOOST_REQUIRE(change_as(boss.token, mira.customer, Json::object({{"status", "suspended"}})).status == 200);
    is_wrong(change_as(boss.token, mira.customer, Json::object({{"status", "guest"}})), "invalid status");
}

BOOST_AUTO_TEST_CASE(FC165_TK6_a_suspended_customer_is_out_and_the_name_stays_taken) {
    const auto boss = administrator();
    const auto mira = register_person();
    const auto out = change_as(boss.token, mira.customer, Json::object({{"status", "suspended"}}));
    BOOST_REQUIRE_MESSAGE(out.status == 200, out.text);
    BOOST_TEST(out.text_at("data.attributes.status") == "suspended");
    BOOST_TEST(opens(mira.token) == 401);
    is_refused_grant(send(signing_in(mira.name)));
    BOOST_TEST(send(call(GET, mira.path(), boss.token)).text_at("data.attributes.status") == "suspended");
    is_wrong(send(registering(mira_attributes())), "taken username");
    const auto back = change_as(boss.token, mira.customer, Json::object({{"status", "registered"}}));
    BOOST_TEST(back.text_at("data.attributes.status") == "registered");
    BOOST_TEST(opens(mira.token) == 401);
    BOOST_TEST(opens(token_of(mira.name)) == 200);
}

BOOST_AUTO_TEST_CASE(FC110_FC159_staff_change_any_customer) {
    const auto boss = administrator();
    const auto mira = register_person();
    const auto changed = change_as(boss.token, mira.customer, Json::object({{"code", "C-7"}, {"email", "quell@shop.test"}, {"phoneNumber", mobile}, {"name", "Quell"}}));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    BOOST_TEST(changed.text_at("data.attributes.code") == "C-7");
    BOOST_TEST(changed.text_at("data.attributes.phoneNumber") == mobile);
    const auto user = send(call(GET, mira.path(), boss.token));
    BOOST_TEST(user.text_at("data.attributes.email") == "quell@shop.test");
    BOOST_TEST((user.at("data.attributes.emailVerified") == Json(false)));
    BOOST_TEST((user.at("data.attributes.phoneVerified") == Json(false)));
    const auto id = add_guest();
    const auto registered = change_as(boss.token, id, Json::object({{"status", "registered"}, {"username", "nora@shop.test"}, {"password", password},
                                                                    {"name", "Nora"}, {"email", "nora@shop.test"}}));
    BOOST_TEST_CONTEXT(registered.text) BOOST_TEST(registered.status == 200);
    BOOST_TEST(send(signing_in("nora@shop.test")).status == 200);
}

BOOST_AUTO_TEST_CASE(FC110_where_the_codes_go_takes_a_code_of_staff_but_of_no_administrator) {
    const auto seller = staff(users::Role::goods_specialist), boss = administrator();
    const auto mira = register_person("mira", Json::object({{"authMethod", "tfa_sms"}, {"phoneNumber", mobile}, {"phoneVerificationCode", phone_code()}}));
    const std::string other = "+16045550149";
    is_wrong(change_as(seller.token, mira.customer, Json::object({{"phoneNumber", other}, {"email", "eve@shop.test"}})), "required phoneVerificationCode");
    is_wrong(change_as(seller.token, mira.customer, Json::object({{"phoneNumber", other}, {"phoneVerificationCode", "000000"}})), "invalid phoneVerificationCode");
    is_wrong(change_as(seller.token, mira.customer, Json::object({{"phoneNumber", nullptr}})), "required phoneNumber");
    BOOST_TEST(get_as(seller.token, mira.customer).text_at("data.attributes.email") == mira.email);
    BOOST_TEST(change_as(seller.token, mira.customer, Json::object({{"phoneNumber", other}, {"phoneVerificationCode", phone_code(other)}})).status == 200);
    BOOST_TEST(change_as(seller.token, mira.customer, Json::object({{"email", "quell@shop.test"}})).status == 200);
    const auto back = change_as(boss.token, mira.customer, Json::object({{"phoneNumber", mobile}}));
    BOOST_TEST_CONTEXT(back.text) BOOST_TEST(back.status == 200);
    const auto user = send(call(GET, mira.path(), boss.token));
    BOOST_TEST((user.at("data.attributes.phoneVerified") == Json(false)));
    BOOST_TEST((user.at("data.attributes.emailVerified") == Json(false)));
    const auto nora = register_person("nora", Json::object({{"authMethod", "tfa_email"}, {"emailVerificationCode", email_code("nora@shop.test")}}));
    is_wrong(change_as(seller.token, nora.customer, Json::object({{"email", "eve@shop.test"}})), "required emailVerificationCode");
    BOOST_TEST(change_as(boss.token, nora.customer, Json::object({{"email", "olga@shop.test"}})).status == 200);
    is_denied(send(call(PATCH, boss.path(), seller.token, document("User", Json::object({{"email", "eve@shop.test"}})))));
}

BOOST_AUTO_TEST_CASE(FC154_FC161_FC163_a_guest_reaches_no_account_that_another_door_made) {
    const auto boss = administrator();
    const auto made = core.customers.guest(core.db, in_realm(), {.email = "mira@shop.test", .first_name = "Mira", .last_name = "Q"});
    BOOST_REQUIRE(made);
    const auto id = dashed(made->id.value);
    const auto no_such = change_as(guest, "0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11", Json::object({{"label", "x"}}));
    is_not_found(no_such);
    BOOST_TEST(change_as(boss.token, id, Json::object({{"code", "C-100"}})).status == 200);
    BOOST_TEST(change_as(guest, id, Json::object({{"label", "x"}})).text == no_such.text);
    const auto upgrade = Json::object({{"status", "registered"}, {"username", "thief@shop.test"}, {"password", password}});
    BOOST_TEST(change_as(guest, id, upgrade).text == no_such.text);
    is_not_found(send(call(GET, "/v1/customer?code=C-100&email=mira@shop.test", guest)));
    BOOST_TEST(get_as(boss.token, id).text_at("data.attributes.status") == "guest");
    // A guest of ours of the same code is found beside it, whoever made it.
    const auto ours = add_as(boss.token, Json::object({{"code", "C-100"}, {"email", "mira@shop.test"}})).text_at("data.id");
    BOOST_TEST(send(call(GET, "/v1/customer?code=C-100&email=mira@shop.test", guest)).text_at("data.id") == ours);
    BOOST_TEST(change_as(guest, ours, Json::object({{"label", "x"}})).status == 200);
    const auto registered = change_as(boss.token, id, upgrade);
    BOOST_TEST_CONTEXT(registered.text) BOOST_TEST(registered.status == 200);
    // Who was registered once is no guest's, though the user is gone.
    const auto nora = register_person("nora");
    is_done(send(call(DELETE, nora.path(), boss.token)));
    BOOST_TEST(get_as(boss.token, nora.customer).text_at("data.attributes.status") == "guest");
    is_not_found(change_as(guest, nora.customer, Json::object({{"label", "x"}})));
}

BOOST_AUTO_TEST_CASE(FC154_a_guest_finds_a_guest_by_code_and_something_more) {
    const auto id = add_guest(Json::object({{"code", "C-100"}, {"name", "Mira Q"}, {"email", "mira@shop.test"}, {"phoneNumber", mobile}}));
    const auto find = [&](const std::string& query) { return send(call(GET, "/v1/customer" + query, guest)); };
    for (const std::string query : {"?code=C-100&email=mira@shop.test", "?code=C-100&name=Mira%20Q", "?filter[code]=C-100&filter[phoneNumber]=%2B16045550142",
                                    "?code=C-100&email=mira@shop.test&name=Mira%20Q"}) {
        const auto found = find(query);
        BOOST_TEST_CONTEXT(query << found.text) BOOST_TEST(found.status == 200);
        BOOST_TEST(found.text_at("data.id") == id);
    }
    const auto none = find("?code=C-100");
    is_not_found(none);
    for (const std::string query : {"", "?email=mira@shop.test", "?code=C-100&email=nora@shop.test", "?code=C-101&email=mira@shop.test",
                                    "?code=C-100&email=mira@shop.test&name=Nora", "?code=&email=mira@shop.test"}) {
        BOOST_TEST_CONTEXT(query) BOOST_TEST(find(query).text == none.text);
    }
    BOOST_REQUIRE(change_as(guest, id, Json::object({{"status", "registered"}, {"username", "mira@shop.test"}, {"password", password}})).status == 200);
    BOOST_TEST(find("?code=C-100&email=mira@shop.test").text == none.text);
}

BOOST_AUTO_TEST_CASE(FC154_TH2_searches_that_find_nothing_are_failures_of_the_address) {
    add_guest(Json::object({{"code", "C-100"}, {"email", "mira@shop.test"}}));
    const auto find = [&](const std::string& email) { return send(call(GET, "/v1/customer?code=C-100&email=" + email, guest)).status; };
    for (int i = 0; i < 40; ++i) BOOST_TEST(find("mira@shop.test") == 200);
    for (int i = 0; i < 30; ++i) BOOST_TEST(find("no" + std::to_string(i) + "@shop.test") == 404);
    BOOST_TEST(find("mira@shop.test") == 429);
}

BOOST_AUTO_TEST_CASE(FC107_FC162_a_code_alone_verifies_what_the_customer_has) {
    const auto mira = register_person("mira", Json::object({{"phoneNumber", mobile}}));
    const auto verified = [&] { return send(call(GET, "/v1/user", mira.token)).at("data.attributes.phoneVerified") == Json(true); };
    BOOST_TEST(!verified());
    const auto code = phone_code();
    is_wrong(change_as(mira.token, mira.customer, Json::object({{"phoneVerificationCode", other(code)}})), "invalid phoneVerificationCode");
    BOOST_TEST(change_as(mira.token, mira.customer, Json::object({{"phoneVerificationCode", code}})).status == 200);
    BOOST_TEST(verified());
}

BOOST_AUTO_TEST_CASE(FC157_what_is_the_user_s_is_passed_over_where_no_user_is_made) {
    const auto boss = administrator();
    const auto mira = register_person();
    for (const auto& token : {mira.token, boss.token}) {
        const auto changed = change_as(token, mira.customer, Json::object({{"username", "other@shop.test"}, {"password", "another one 2"}, {"authMethod", "tfa_sms"}}));
        BOOST_TEST_CONTEXT(changed.text) BOOST_TEST(changed.status == 200);
    }
    BOOST_TEST(opens(token_of(mira.name)) == 200);
    BOOST_TEST(add_as(guest, Json::object({{"username", "guest@shop.test"}, {"password", "x"}})).status == 201);
    is_refused_grant(send(signing_in("guest@shop.test", "x")));
}

BOOST_AUTO_TEST_CASE(FC12_FC13_FC14_FC151_staff_list_filter_and_search) {
    const auto boss = administrator();
    add_guest(Json::object({{"name", "Ada B"}, {"code", "A-1"}, {"email", "ada@shop.test"}, {"label", "vip"}}));
    clock.advance(1s);
    add_guest(Json::object({{"name", "Bob C"}, {"code", "B-1"}, {"label", "vip"}, {"phoneNumber", mobile}}));
    clock.advance(1s);
    register_person();
    using List = std::vector<std::string>;
    BOOST_TEST(names(boss.token, "") == (List{"Mira Q", "Bob C", "Ada B"}), boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?filter[status]=guest") == (List{"Bob C", "Ada B"}), boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?filter[status]=registered") == List{"Mira Q"}, boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?filter[label]=vip&filter[code]=A-1") == List{"Ada B"}, boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?filter%5BphoneNumber%5D=%2B16045550142") == List{"Bob C"}, boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?filter[email]=mira@shop.test") == List{"Mira Q"}, boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?search=ada") == List{"Ada B"}, boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?search=B-1") == List{"Bob C"}, boost::test_tools::per_element());
    BOOST_TEST(names(boss.token, "?search=nobody").empty());
    BOOST_TEST(names(boss.token, "?page[size]=2&page[number]=2") == List{"Ada B"}, boost::test_tools::per_element());
    const auto page = send(call(GET, "/v1/customers?filter[label]=vip&page[size]=1", boss.token));
    BOOST_TEST(page.at("meta.totalCount").dump() == "2");
    BOOST_TEST(page.at("meta.allCount").dump() == "3");
    BOOST_TEST(page.text_at("meta.locale") == "en");
    for (const std::string query : {"?page[size]=0", "?page[size]=101", "?page[number]=0", "?page[number]=x", "?page[size]=25&page[number]=402",
                                    "?filter[birthday]=1", "?filter[status]=odd", "?filter[code]=a&filter[code]=b"}) {
        const auto reply = send(call(GET, "/v1/customers" + query, boss.token));
        BOOST_TEST_CONTEXT(query << reply.text) BOOST_TEST(reply.status == 400);
        BOOST_TEST(errors_of(reply) == std::vector<std::string>{"invalid_query"}, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(FC167_a_deleted_customer_is_gone_with_its_user) {
    const auto boss = administrator();
    const auto mira = register_person();
    is_done(send(call(DELETE, mira.customer_path(), boss.token)));
    is_not_found(get_as(boss.token, mira.customer));
    is_not_found(send(call(GET, mira.path(), boss.token)));
    BOOST_TEST(opens(mira.token) == 401);
    is_not_found(send(call(DELETE, mira.customer_path(), boss.token)));
    BOOST_TEST(send(registering(mira_attributes())).status == 201);
}

BOOST_AUTO_TEST_CASE(FC262_a_customer_makes_others_as_a_guest_does) {
    const auto mira = register_person();
    BOOST_TEST(add_as(mira.token, Json::object({{"name", "A friend"}})).status == 201);
    is_wrong(add_as(mira.token, Json::object({{"status", "suspended"}})), "inclusion status");
    BOOST_TEST(add_as(mira.token, mira_attributes("nora")).status == 201);
}

BOOST_AUTO_TEST_SUITE_END()
