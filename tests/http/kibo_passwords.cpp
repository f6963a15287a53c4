// SPDX-License-Identifier: MIT
// Passwords changed: one by its owner or the merchant (PW12), many by the merchant (X11, docs/security.md); kibo 6.1
// (docs/kibo.md).
#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

const std::string wrong_old = "Missing or invalid parameter: password ";
const std::string bcrypt_of_u_star_u = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";  // "U*U"

struct Shop : KiboShop {
    Reply ada_ = register_ada();
    Json id = ada_.at("customerAccount.id");
    std::string token = ada_.text_at("accessToken");
    Client plain = add_client(realm, applications::storefront);

    http::Request changing_of(const Json& account, std::string body, const std::string& query = {}) const {
        return on(account, POST, "/Change-Password" + query, std::move(body));
    }
    http::Request changing(std::string body, const std::string& query = {}) const { return changing_of(id, std::move(body), query); }
    static std::string passwords(std::string_view old, std::string_view fresh) {
        return Json::object({{"oldPassword", old}, {"newPassword", fresh}}).dump();
    }
    http::Request changing_all(std::string body) const { return request(POST, accounts_path + "/Change-Passwords", std::move(body)); }
    Reply change_all(Json::Array items) {
        const auto count = static_cast<std::int64_t>(items.size());
        return send(changing_all(Json::object({{"totalCount", count}, {"items", Json(std::move(items))}}).dump()));
    }
    static Json item(const Json& account, std::initializer_list<Json::Member> info, std::initializer_list<Json::Member> more = {}) {
        auto out = Json::object({{"accountId", account}, {"passwordInfo", Json::object(info)}});
        for (const auto& [name, value] : more) out.set(name, value);
        return out;
    }
    static Json outcome(const Reply& reply, std::size_t place) { return reply.at("items").items()->at(place); }
    static bool succeeded(const Reply& reply, std::size_t place) { return outcome(reply, place).find("succeeded")->boolean().value(); }
    static std::string error(const Reply& reply, std::size_t place) { return text(outcome(reply, place), "errorMessage"); }
    Json state() { return send(on(id, GET, "/loginstate")).json(); }
    void lock() {
        for (int i = 0; i < 10; ++i) wrong_password();
        BOOST_REQUIRE((*state().find("isLocked") == Json(true)));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_passwords, Shop)

// --- changePassword

BOOST_AUTO_TEST_CASE(kibo_6_1_changePassword_ends_all_tickets_and_the_new_one_signs_in) {
    const auto second = send(signing_in());
    const auto reply = send(changing(passwords("Engine-No-1", "Engine-No-2")));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text.empty());
    is_ended(ada_);
    is_ended(second);
    is_refused(send(signing_in()), 401, "INVALID_CREDENTIALS");
    is_live(send(signing_in("ada.byron", "Engine-No-2")));
    is_live(send(signing_in("ada@example.com", "Engine-No-2")));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePassword_of_the_shopper_in_live_user_claims) {
    BOOST_TEST(send(by(plain, as(token, changing(passwords("Engine-No-1", "Engine-No-2"))))).status == 200);
    is_ended(ada_);
    const auto next = send(signing_in("ada.byron", "Engine-No-2"));
    const auto user = "?userId=" + next.text_at("userId");
    BOOST_TEST(send(as(next.text_at("accessToken"), changing(passwords("Engine-No-2", "Engine-No-3"), user))).status == 200);
    is_ended(next);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePassword_rights) {
    const auto bob = register_bob();
    const auto request = changing(passwords("Engine-No-1", "Engine-No-2"));
    is_refused(send(by(plain, request)), 403, "FORBIDDEN");
    for (const Client* caller : {&std::as_const(plain), &std::as_const(client)}) {
        is_refused(send(by(*caller, as(bob.text_at("accessToken"), request))), 404, "ITEM_NOT_FOUND");
        is_refused(send(by(*caller, as("long-forgotten", request))), 401, "INVALID_ACCESS_TOKEN");
        is_refused(send(by(*caller, as(guest().text_at("accessToken"), request))), 404, "ITEM_NOT_FOUND");
        // Freeing a locked login and taking over a hash are the merchant's.
        is_refused(send(by(*caller, as(token, changing(passwords("Engine-No-1", "Engine-No-2"), "?unlockAccount=true")))), 403, "FORBIDDEN");
        is_refused(send(by(*caller, as(token, changing(Json::object({{"oldPassword", "Engine-No-1"},
                                                                    {"externalPassword", bcrypt_of_u_star_u}}).dump())))),
                   403, "FORBIDDEN");
        is_refused(send(by(*caller, as(token, changing(passwords("Engine-No-1", "Engine-No-2"),
                                                       "?userId=" + bob.text_at("userId"))))), 404, "ITEM_NOT_FOUND");
    }
    is_refused(send(changing_of(std::int64_t{2'000'000'000}, passwords("Engine-No-1", "Engine-No-2"))), 404, "ITEM_NOT_FOUND");
    is_refused(send(changing(passwords("Engine-No-1", "Engine-No-2"), "?userId=" + bob.text_at("userId"))), 404, "ITEM_NOT_FOUND");
    const auto made = send(this->request(POST, accounts_path, "{}"));
    is_refused(send(changing_of(made.at("id"), passwords("Engine-No-1", "Engine-No-2"))), 404, "ITEM_NOT_FOUND");
    is_live(ada_);
    is_live(send(signing_in()));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePassword_with_bad_input_is_400_and_named) {
    names_parameter(send(changing("")), "passwordInfo");
    names_parameter(send(changing("[]")), "body");
    names_parameter(send(changing(R"({"newPassword":"Engine-No-2"})")), "password");
    names_parameter(send(changing(passwords("", "Engine-No-2"))), "password");
    names_parameter(send(changing(R"({"oldPassword":null,"newPassword":"Engine-No-2"})")), "password");
    names_parameter(send(changing(R"({"oldPassword":7,"newPassword":"Engine-No-2"})")), "oldPassword");
    names_parameter(send(changing(R"({"oldPassword":"Engine-No-1"})")), "newPassword");
    names_parameter(send(changing(R"({"oldPassword":"Engine-No-1","newPassword":[]})")), "newPassword");
    names_parameter(send(changing(R"({"oldPassword":"Engine-No-1","newPassword":"Engine-No-2","externalPassword":"x"})")), "externalPassword");
    names_parameter(send(changing(R"({"oldPassword":"Engine-No-1","externalPassword":"x"})")), "externalPassword");
    names_parameter(send(changing(passwords("Engine-No-1", "Engine-No-2"), "?unlockAccount=yes")), "unlockAccount");
    names_parameter(send(changing(passwords("Engine-No-1", "Engine-No-2"), "?userId=me")), "userId");
    BOOST_TEST((*state().find("failedLoginAttemptCount") == Json(0)));  // TH7
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_7_2_changePassword_refuses_what_the_policy_refuses_and_says_why) {
    const auto weak = send(changing(passwords("Engine-No-1", "a1")));
    gives_reason(weak, "password_weak");
    BOOST_TEST(weak.text_at("message") ==
               "Missing or invalid parameter: password Password must be a minimum of 6 characters with at least 1 number and 1 alphabetic character");
    for (const auto& [bad, reason] : {std::pair{std::string("ada.byron1"), "password_context"}, {std::string(1025, 'a') + "1", "password_too_long"}}) {
        const auto reply = send(changing(passwords("Engine-No-1", bad)));
        gives_reason(reply, reason);
        BOOST_TEST(reply.text_at("message") == "Missing or invalid parameter: password Invalid password format.");
    }
    is_live(ada_);
    is_live(send(signing_in()));
}

BOOST_AUTO_TEST_CASE(kibo_7_2_changePassword_with_a_wrong_old_password_is_the_literal_and_is_counted) {
    for (const auto& request : {changing(passwords("Engine-No-9", "Engine-No-2")),
                                as(token, by(plain, changing(passwords("Engine-No-9", "Engine-No-2"))))}) {
        const auto reply = send(request);
        names_parameter(reply, "password");
        BOOST_TEST(reply.text_at("message") == wrong_old);
    }
    const auto now = state();
    BOOST_TEST((*now.find("failedLoginAttemptCount") == Json(2)));
    BOOST_TEST((*now.find("remainingLoginAttempts") == Json(8)));
    is_live(ada_);
    BOOST_TEST(send(changing(passwords("Engine-No-1", "Engine-No-2"))).status == 200);
    BOOST_TEST((*state().find("failedLoginAttemptCount") == Json(0)));
}

BOOST_AUTO_TEST_CASE(TH1_changePassword_is_no_way_around_the_lock) {
    for (int i = 0; i < 10; ++i) names_parameter(send(changing(passwords("Engine-No-9", "Engine-No-2"))), "password");
    BOOST_TEST((*state().find("isLocked") == Json(true)));
    // The right one now gets what a wrong one gets, here as at sign-in (EN3).
    const auto right = send(changing(passwords("Engine-No-1", "Engine-No-2")));
    const auto wrong = send(changing(passwords("Engine-No-9", "Engine-No-2")));
    BOOST_TEST(right.status == 400);
    BOOST_TEST(right.text == wrong.text);
    is_refused(send(signing_in()), 401, "INVALID_CREDENTIALS");
    is_live(ada_);  // TH5
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePassword_with_unlockAccount_frees_a_locked_login) {
    lock();
    names_parameter(send(changing(passwords("Engine-No-1", "Engine-No-2"), "?unlockAccount=false")), "password");
    names_parameter(send(changing(passwords("Engine-No-9", "Engine-No-2"), "?unlockAccount=true")), "password");
    is_refused(send(signing_in()), 401, "INVALID_CREDENTIALS");
    const auto reply = send(changing(passwords("Engine-No-1", "Engine-No-2"), "?unlockAccount=TRUE"));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    is_ended(ada_);
    BOOST_TEST((*state().find("isLocked") == Json(false)));
    is_live(send(signing_in("ada.byron", "Engine-No-2")));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePassword_by_the_merchant_takes_a_hash_made_elsewhere) {
    const auto reply = send(changing(Json::object({{"oldPassword", "Engine-No-1"}, {"externalPassword", bcrypt_of_u_star_u}}).dump()));
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    is_ended(ada_);
    BOOST_TEST((send(on(id, GET)).at("hasExternalPassword") == Json(true)));
    is_refused(send(signing_in()), 401, "INVALID_CREDENTIALS");
    is_live(send(signing_in("ada.byron", "U*U")));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePassword_meets_a_required_change) {
    BOOST_TEST(send(on(id, POST, "/Set-Password-Change-Required", "true")).status == 200);
    is_refused(send(signing_in()), 403, "FORBIDDEN");
    BOOST_TEST(send(changing(passwords("Engine-No-1", "Engine-No-2"))).status == 200);
    is_live(send(signing_in("ada.byron", "Engine-No-2")));
}

// --- changePasswords

BOOST_AUTO_TEST_CASE(kibo_6_1_changePasswords_sets_each_by_itself) {
    const auto bob = register_bob();
    const auto bob_id = bob.at("customerAccount.id");
    const Json nobody = std::int64_t{2'000'000'000};
    const auto reply = change_all({item(id, {{"newPassword", "Engine-No-2"}}),
                                   item(nobody, {{"newPassword", "Engine-No-2"}}),
                                   item(bob_id, {{"oldPassword", "Garden-No-9"}, {"newPassword", "Garden-No-3"}}),
                                   item(bob_id, {{"newPassword", "a1"}}),
                                   item(bob_id, {}),
                                   item(bob_id, {{"oldPassword", "Garden-No-2"}, {"newPassword", "Garden-No-3"}})});
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == 200);
        BOOST_TEST(reply.json().members()->size() == 2U);
        BOOST_TEST((reply.at("totalCount") == Json(6)));
        const bool expected[] = {true, false, false, false, false, true};
        for (std::size_t i = 0; i < 6; ++i) {
            BOOST_TEST(succeeded(reply, i) == expected[i]);
            BOOST_TEST(error(reply, i).empty() == expected[i]);
            BOOST_TEST(outcome(reply, i).members()->size() == 3U);
        }
        BOOST_TEST((*outcome(reply, 0).find("accountId") == id));
        BOOST_TEST((*outcome(reply, 1).find("accountId") == nobody));
        BOOST_TEST(error(reply, 1).starts_with("Item not found"));
        BOOST_TEST(error(reply, 2) == wrong_old);
        BOOST_TEST(error(reply, 3).starts_with("Missing or invalid parameter: password Password must be"));
        BOOST_TEST(error(reply, 4).starts_with("Missing or invalid parameter: newPassword "));
    }
    is_ended(ada_);
    is_ended(bob);
    is_live(send(signing_in("ada.byron", "Engine-No-2")));
    is_live(send(signing_in("bob", "Garden-No-3")));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePasswords_rights) {
    const auto body = Json::object({{"items", Json(Json::Array{item(id, {{"newPassword", "Engine-No-2"}})})}}).dump();
    is_refused(send(by(plain, changing_all(body))), 403, "FORBIDDEN");
    is_refused(send(by(plain, as(token, changing_all(body)))), 403, "FORBIDDEN");
    is_refused(send(as(token, changing_all(body))), 403, "FORBIDDEN");
    is_refused(send(as(guest().text_at("accessToken"), changing_all(body))), 403, "FORBIDDEN");
    is_refused(send(as("long-forgotten", changing_all(body))), 401, "INVALID_ACCESS_TOKEN");
    is_live(ada_);
    const auto stranger = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    auto from_there = by(stranger, changing_all(body));
    from_there.headers.erase("x-vol-tenant");
    from_there.headers.erase("x-vol-site");
    BOOST_TEST(!succeeded(send(from_there), 0));
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePasswords_with_bad_input_is_400_and_changes_nothing) {
    const auto good = item(id, {{"newPassword", "Engine-No-2"}});
    names_parameter(send(changing_all("")), "items");
    names_parameter(send(changing_all("{}")), "items");
    names_parameter(send(changing_all(R"({"items":null})")), "items");
    names_parameter(send(changing_all(R"({"items":{}})")), "items");
    names_parameter(send(changing_all("[]")), "body");
    names_parameter(change_all({good, 7}), "[1]");
    names_parameter(change_all({good, Json::object({})}), "[1].accountId");
    names_parameter(change_all({good, Json::object({{"accountId", "1001"}})}), "[1].accountId");
    names_parameter(change_all({good, Json::object({{"accountId", -1}})}), "[1].accountId");
    names_parameter(change_all({good, Json::object({{"accountId", std::int64_t{4294967296}}})}), "[1].accountId");
    names_parameter(change_all(Json::Array(101, good)), "items");
    is_live(ada_);
    is_live(send(signing_in()));
    BOOST_TEST(change_all({}).text == R"({"totalCount":0,"items":[]})");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePasswords_answers_what_is_wrong_within_an_item_there) {
    const auto reply = change_all({item(id, {{"newPassword", 7}}),
                                   item(id, {{"newPassword", "Engine-No-2"}}, {{"userId", "me"}}),
                                   item(id, {{"newPassword", "Engine-No-2"}}, {{"unlockAccount", "yes"}}),
                                   Json::object({{"accountId", id}}),
                                   Json::object({{"accountId", id}, {"passwordInfo", 7}}),
                                   item(id, {{"newPassword", "Engine-No-2"}, {"externalPassword", bcrypt_of_u_star_u}}),
                                   item(id, {{"newPassword", "Engine-No-2"}}, {{"userId", std::string(32, '0')}})});
    const std::string_view named[] = {"newPassword", "userId", "unlockAccount", "passwordInfo", "passwordInfo", "externalPassword"};
    for (std::size_t i = 0; i < 6; ++i) {
        BOOST_TEST_CONTEXT(error(reply, i)) {
            BOOST_TEST(!succeeded(reply, i));
            BOOST_TEST(error(reply, i).starts_with("Missing or invalid parameter: " + std::string(named[i]) + " "));
        }
    }
    BOOST_TEST(error(reply, 6).starts_with("Item not found"));
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePasswords_takes_hashes_and_frees_locked_logins) {
    lock();
    auto reply = change_all({item(id, {{"newPassword", "Engine-No-2"}})});
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(succeeded(reply, 0));
    is_refused(send(signing_in("ada.byron", "Engine-No-2")), 401, "INVALID_CREDENTIALS");  // still locked
    reply = change_all({item(id, {{"externalPassword", bcrypt_of_u_star_u}}, {{"unlockAccount", true}})});
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(succeeded(reply, 0));
    is_live(send(signing_in("ada.byron", "U*U")));
    is_ended(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_changePasswords_takes_a_hundred_at_once) {
    Json::Array items;
    for (int i = 0; i < 100; ++i) items.push_back(item(std::int64_t{3'000'000'000}, {{"newPassword", "Engine-No-2"}}));
    items.back() = item(id, {{"newPassword", "Engine-No-2"}});
    const auto reply = change_all(std::move(items));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST((reply.at("totalCount") == Json(100)));
    BOOST_TEST(!succeeded(reply, 0));
    BOOST_TEST(succeeded(reply, 99));
}

BOOST_AUTO_TEST_CASE(kibo_5_response_fields_shape_changePasswords) {
    auto request = changing_all(Json::object({{"items", Json(Json::Array{item(id, {{"newPassword", "Engine-No-2"}})})}}).dump());
    request.query.add("responseFields", "items(succeeded)");
    BOOST_TEST(send(request).text == R"({"items":[{"succeeded":true}]})");
}

BOOST_AUTO_TEST_SUITE_END()
