// SPDX-License-Identifier: MIT
// Login states, the merchant's block beside the lock by failures, and the demand for another password (kibo 6.1, 6.2,
// docs/kibo.md; TH1, TH5, TK6, docs/security.md).
#include <thread>

#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Shop : KiboShop {
    Reply ada_ = register_ada();
    Json id = ada_.at("customerAccount.id");
    std::string token = ada_.text_at("accessToken");
    Client plain = add_client(realm, applications::storefront);

    http::Request state_of(const Json& account, const std::string& query = {}) const { return on(account, GET, "/loginstate" + query); }
    Reply state() { return send(state_of(id)); }
    http::Request by_name(const std::string& query, std::string body = {}) const {
        return request(POST, accounts_path + "/loginstatebyusername" + query, std::move(body));
    }
    http::Request by_email(const std::string& query, std::string body = {}) const {
        return request(POST, accounts_path + "/loginstatebyemailaddress" + query, std::move(body));
    }
    http::Request locking(std::string body, const std::string& query = {}) const {
        return on(id, POST, "/Set-Login-Locked" + query, std::move(body));
    }
    http::Request demanding(std::string body, const std::string& query = {}) const {
        return on(id, POST, "/Set-Password-Change-Required" + query, std::move(body));
    }
    void fail(int times) {
        for (int i = 0; i < times; ++i) wrong_password();
    }
    static void is_empty_200(const Reply& reply) {
        BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
        BOOST_TEST(reply.text.empty());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_locks, Shop)

// --- login states

BOOST_AUTO_TEST_CASE(kibo_6_1_getLoginState_of_a_fresh_login) {
    BOOST_TEST(state().text ==
               R"({"isLocked":false,"isPasswordChangeRequired":false,"failedLoginAttemptCount":0,"remainingLoginAttempts":10,)"
               R"("lastPasswordChangeOn":"2026-01-15T10:20:30.120Z","lastLockedOn":null,"firstFailedLoginAttemptOn":null,)"
               R"("lastLoginOn":"2026-01-15T10:20:30.120Z","createdOn":"2026-01-15T10:20:30.120Z","updatedOn":"2026-01-15T10:20:30.120Z"})");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getLoginState_counts_failures_and_a_right_password_clears_them) {
    clock.advance(1s);
    fail(3);
    auto now = state();
    BOOST_TEST((now.at("failedLoginAttemptCount") == Json(3)));
    BOOST_TEST((now.at("remainingLoginAttempts") == Json(7)));
    BOOST_TEST((now.at("isLocked") == Json(false)));
    BOOST_TEST(now.text_at("firstFailedLoginAttemptOn") == "2026-01-15T10:20:31.120Z");
    clock.advance(1s);
    send(signing_in());
    now = state();
    BOOST_TEST((now.at("failedLoginAttemptCount") == Json(0)));
    BOOST_TEST((now.at("remainingLoginAttempts") == Json(10)));
    BOOST_TEST(now.at("firstFailedLoginAttemptOn").is_null());
    BOOST_TEST(now.text_at("lastLoginOn") == "2026-01-15T10:20:32.120Z");
}

BOOST_AUTO_TEST_CASE(TH1_getLoginState_shows_the_lock_at_exactly_ten) {
    fail(9);
    BOOST_TEST((state().at("isLocked") == Json(false)));
    BOOST_TEST((state().at("remainingLoginAttempts") == Json(1)));
    clock.advance(1s);
    fail(1);
    const auto locked = state();
    BOOST_TEST((locked.at("isLocked") == Json(true)));
    BOOST_TEST((locked.at("remainingLoginAttempts") == Json(0)));
    BOOST_TEST((locked.at("failedLoginAttemptCount") == Json(10)));
    BOOST_TEST(locked.text_at("lastLockedOn") == "2026-01-15T10:20:31.120Z");
    BOOST_TEST((send(on(id, GET)).at("isLocked") == Json(true)));
    is_live(ada_);  // TH5: a lock refuses passwords only
}

BOOST_AUTO_TEST_CASE(kibo_6_1_getLoginStateByUserName_and_ByEmailAddress_find_the_same_login) {
    fail(2);
    const auto expected = state().text;
    BOOST_TEST(send(by_name("?userName=ada.byron")).text == expected);
    BOOST_TEST(send(by_name("?userName=ADA.Byron&customerSetCode=")).text == expected);
    BOOST_TEST(send(by_name("?userName=ada.byron&customerSetCode=default")).text == expected);
    BOOST_TEST(send(by_email("?emailAddress=ada%40example.com")).text == expected);
    BOOST_TEST(send(by_email("?emailAddress=ADA%40EXAMPLE.com&customerSetCode=Default")).text == expected);
    BOOST_TEST(send(state_of(id, "?userId=" + ada_.text_at("userId"))).text == expected);
}

BOOST_AUTO_TEST_CASE(kibo_10_getLoginStateByUserName_ignores_its_body_whatever_it_is) {
    const auto expected = state().text;
    for (const auto* body : {R"({"userName":"a b"})", "{", "7", "\xff"}) {
        BOOST_TEST(send(by_name("?userName=ada.byron", body)).text == expected);
        BOOST_TEST(send(by_email("?emailAddress=ada%40example.com", body)).text == expected);
    }
}

BOOST_AUTO_TEST_CASE(kibo_7_2_login_states_of_the_unknown_are_404) {
    const auto made = send(request(POST, accounts_path, R"({"emailAddress":"guest@example.com"})"));
    is_refused(send(state_of(made.at("id"))), 404, "ITEM_NOT_FOUND");
    is_refused(send(state_of(std::int64_t{2'000'000'000})), 404, "ITEM_NOT_FOUND");
    is_refused(send(state_of(id, "?userId=" + std::string(32, '0'))), 404, "ITEM_NOT_FOUND");
    is_refused(send(by_name("?userName=nobody")), 404, "ITEM_NOT_FOUND");
    is_refused(send(by_name("?userName=" + std::string(4000, 'a'))), 404, "ITEM_NOT_FOUND");
    is_refused(send(by_name("?userName=ada.byron&customerSetCode=vip")), 404, "ITEM_NOT_FOUND");
    is_refused(send(by_email("?emailAddress=guest%40example.com")), 404, "ITEM_NOT_FOUND");
    is_refused(send(by_email("?emailAddress=ada%40example.com&customerSetCode=vip")), 404, "ITEM_NOT_FOUND");
    names_parameter(send(state_of(id, "?userId=me")), "userId");
    names_parameter(send(by_name("")), "userName");
    names_parameter(send(by_name("?userName=")), "userName");
    names_parameter(send(by_email("?userName=ada.byron")), "emailAddress");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_login_states_rights) {
    is_for_admin_only(ada_, [&](const Json& no) { return state_of(no); });
    const auto bob = send(signing_in("bob", "Garden-No-2"));
    for (const auto& request : {by_name("?userName=ada.byron"), by_email("?emailAddress=ada%40example.com")}) {
        is_refused(send(by(plain, request)), 403, "FORBIDDEN");
        is_refused(send(by(plain, as(token, request))), 403, "FORBIDDEN");
        is_refused(send(as("long-forgotten", request)), 401, "INVALID_ACCESS_TOKEN");
        is_refused(send(as(bob.text_at("accessToken"), request)), 404, "ITEM_NOT_FOUND");
        is_refused(send(as(guest().text_at("accessToken"), request)), 404, "ITEM_NOT_FOUND");
        BOOST_TEST(send(as(token, request)).status == 200);
        BOOST_TEST(send(request).status == 200);
    }
    BOOST_TEST(send(as(token, state_of(id))).status == 200);
    const auto stranger = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    for (auto request : {by_name("?userName=ada.byron"), by_email("?emailAddress=ada%40example.com"), state_of(id), locking("true"), demanding("true")}) {
        request.headers.erase("x-vol-tenant");
        request.headers.erase("x-vol-site");
        is_refused(send(by(stranger, request)), 404, "ITEM_NOT_FOUND");
    }
    is_live(ada_);
}

BOOST_AUTO_TEST_CASE(kibo_5_response_fields_shape_login_states) {
    BOOST_TEST(send(state_of(id, "?responseFields=isLocked,createdOn")).text ==
               R"({"isLocked":false,"createdOn":"2026-01-15T10:20:30.120Z"})");
    BOOST_TEST(send(by_name("?userName=ada.byron&responseFields=islocked")).text == R"({"isLocked":false})");
}

// --- setLoginLocked

BOOST_AUTO_TEST_CASE(kibo_6_1_setLoginLocked_true_blocks_and_ends_all_tickets) {
    const auto second = send(signing_in());
    clock.advance(1s);
    is_empty_200(send(locking("true")));
    is_ended(ada_);
    is_ended(second);
    is_refused(send(signing_in()), 401, "INVALID_CREDENTIALS");
    const auto blocked = state();
    BOOST_TEST((blocked.at("isLocked") == Json(true)));
    BOOST_TEST((blocked.at("remainingLoginAttempts") == Json(0)));
    BOOST_TEST(blocked.text_at("lastLockedOn") == "2026-01-15T10:20:31.120Z");
    BOOST_TEST((send(on(id, GET)).at("isLocked") == Json(true)));
    is_empty_200(send(locking("true")));  // said twice
}

BOOST_AUTO_TEST_CASE(kibo_6_1_setLoginLocked_false_clears_block_and_lock_and_brings_no_ticket_back) {
    is_empty_200(send(locking("true")));
    is_empty_200(send(locking("false")));
    is_ended(ada_);
    BOOST_TEST((state().at("isLocked") == Json(false)));
    is_live(send(signing_in()));

    fail(10);
    BOOST_TEST((state().at("isLocked") == Json(true)));
    is_empty_200(send(locking("false", "?userId=" + ada_.text_at("userId"))));
    const auto now = state();
    BOOST_TEST((now.at("isLocked") == Json(false)));
    BOOST_TEST((now.at("remainingLoginAttempts") == Json(10)));
    is_live(send(signing_in()));
    is_empty_200(send(locking("false")));  // said twice
}

BOOST_AUTO_TEST_CASE(kibo_10_setLoginLocked_without_a_flag_unlocks) {
    for (const auto* body : {"", "null", "  \n", R"({"accountId":7})", " false "}) {
        is_empty_200(send(locking(" true ")));
        BOOST_TEST((state().at("isLocked") == Json(true)));
        is_empty_200(send(locking(body)));
        BOOST_TEST((state().at("isLocked") == Json(false)));
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_setLoginLocked_with_bad_input_is_400_and_changes_nothing) {
    is_empty_200(send(locking("true")));
    for (const auto* body : {"tru", R"("true")", "1", "[true]", "true false", "{"}) names_parameter(send(locking(body)), "body");
    names_parameter(send(locking("false", "?userId=me")), "userId");
    is_refused(send(locking("false", "?userId=" + std::string(32, '0'))), 404, "ITEM_NOT_FOUND");
    BOOST_TEST((state().at("isLocked") == Json(true)));
    const auto made = send(request(POST, accounts_path, "{}"));
    is_refused(send(on(made.at("id"), POST, "/Set-Login-Locked", "true")), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_setLoginLocked_rights) {
    is_for_admin_only(ada_, [&](const Json& no) { return on(no, POST, "/Set-Login-Locked", "true"); });
}

BOOST_AUTO_TEST_CASE(kibo_6_1_setLoginLocked_by_two_operators_at_once) {
    for (int round = 0; round < 4; ++round) {
        auto one = another_worker(), two = another_worker();
        Reply a, b;
        {
            std::jthread other([&] { b = send(*two, locking("false")); });
            a = send(*one, locking("true"));
        }
        is_empty_200(a);
        is_empty_200(b);
        // Whoever was last, the answer and the door agree, and no old ticket is alive.
        const bool locked = state().at("isLocked").boolean().value();
        BOOST_TEST(send(signing_in()).status == (locked ? 401 : 200));
        is_ended(ada_);
    }
}

// --- setPasswordChangeRequired

BOOST_AUTO_TEST_CASE(kibo_6_1_setPasswordChangeRequired_is_met_at_the_next_sign_in) {
    is_empty_200(send(demanding("true")));
    BOOST_TEST((state().at("isPasswordChangeRequired") == Json(true)));
    const auto right = send(signing_in());
    is_refused(right, 403, "FORBIDDEN");
    BOOST_TEST(right.at("additionalErrorData").dump() == R"([{"name":"PasswordChangeRequired","value":"true"}])");
    is_refused(wrong_password(), 401, "INVALID_CREDENTIALS");
    is_empty_200(send(demanding("true")));  // said twice

    is_empty_200(send(demanding("false")));
    BOOST_TEST((state().at("isPasswordChangeRequired") == Json(false)));
    is_live(send(signing_in()));
}

BOOST_AUTO_TEST_CASE(kibo_10_setPasswordChangeRequired_without_a_flag_is_false) {
    for (const auto* body : {"", "null", R"({"accountId":7})"}) {
        is_empty_200(send(demanding("true")));
        is_empty_200(send(demanding(body)));
        BOOST_TEST((state().at("isPasswordChangeRequired") == Json(false)));
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_setPasswordChangeRequired_with_bad_input_is_400) {
    for (const auto* body : {"yes", R"("true")", "0", "[]"}) names_parameter(send(demanding(body)), "body");
    names_parameter(send(demanding("true", "?userId=me")), "userId");
    BOOST_TEST((state().at("isPasswordChangeRequired") == Json(false)));
    const auto made = send(request(POST, accounts_path, "{}"));
    is_refused(send(on(made.at("id"), POST, "/Set-Password-Change-Required", "true")), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_setPasswordChangeRequired_rights) {
    is_for_admin_only(ada_, [&](const Json& no) { return on(no, POST, "/Set-Password-Change-Required", "true"); });
}

BOOST_AUTO_TEST_SUITE_END()
