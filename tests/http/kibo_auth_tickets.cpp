// SPDX-License-Identifier: MIT
// Shoppers' tickets: sign-in, refresh, anonymous, what their claims say (kibo 4, docs/kibo.md).
#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == text.npos; }

// kibo 4.3 and 11.6: what every ticket has.
void is_ticket(const Reply& reply) {
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.json().members()->size() == 9U);
        BOOST_TEST(reply.text_at("userId").size() == 32U);
        BOOST_TEST(is_hex(reply.text_at("userId")));
        for (const auto* name : {"accessTokenExpiration", "refreshTokenExpiration"}) {
            const auto time = reply.text_at(name);
            BOOST_TEST(time.size() == 24U);
            BOOST_TEST(time.substr(19, 1) == ".");
            BOOST_TEST(time.ends_with('Z'));
        }
        BOOST_TEST((reply.at("requires2FA") == Json(false)));
        BOOST_TEST((reply.at("requires2fa") == Json(false)));
        constexpr auto url_safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        BOOST_TEST(!reply.text_at("accessToken").empty());
        BOOST_TEST(reply.text_at("refreshToken").find_first_not_of(url_safe) == std::string::npos);
        BOOST_TEST(KiboShop::user_claims(reply).find("bv")->is_array());
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_auth_tickets, KiboShop)

BOOST_AUTO_TEST_CASE(kibo_4_1_the_right_password_gives_a_ticket) {
    const auto registered = register_ada();
    const auto reply = send(signing_in());
    BOOST_TEST(reply.status == 200);
    is_ticket(reply);
    BOOST_TEST(reply.text_at("userId") == registered.text_at("userId"));
    BOOST_TEST((reply.at("customerAccount.id") == registered.at("customerAccount.id")));
    BOOST_TEST(reply.text_at("customerAccount.emailAddress") == "ada@example.com");
    BOOST_TEST(reply.text_at("accessTokenExpiration") == "2026-01-15T10:35:30.120Z");
    BOOST_TEST(reply.text_at("refreshTokenExpiration") == "2026-01-16T10:20:30.120Z");
    BOOST_TEST(send(current(reply.text_at("accessToken"))).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_4_1_the_email_address_signs_in_too) {
    register_ada();
    BOOST_TEST(send(signing_in("ADA@example.com")).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_4_1_the_account_may_be_named) {
    const auto id = register_ada().at("customerAccount.id");
    const auto body = Json::object({{"username", "ada.byron"}, {"password", "Engine-No-1"}, {"accountId", id}});
    BOOST_TEST((send(request(POST, authtickets_path, body.dump())).at("customerAccount.id") == id));
    for (const Json& bad : {Json("1001"), Json(0), Json(-1), Json(std::int64_t{1} << 32), Json(true)}) {
        auto wrong = body;
        wrong.set("accountId", bad);
        names_parameter(send(request(POST, authtickets_path, wrong.dump())), "accountId");
    }
}

BOOST_AUTO_TEST_CASE(kibo_7_2_wrong_password_and_unknown_name_are_the_same_401) {
    register_ada();
    const auto wrong = send(signing_in("ada.byron", "Not-The-Password-1"));
    const auto unknown = send(signing_in("nobody", "Not-The-Password-1"));
    is_refused(wrong, 401, "INVALID_CREDENTIALS");
    BOOST_TEST(wrong.text == unknown.text);
}

BOOST_AUTO_TEST_CASE(kibo_7_2_a_locked_login_gets_the_401_of_a_wrong_password) {
    register_ada();
    for (int i = 0; i < 10; ++i) send(signing_in("ada.byron", "Not-The-Password-1"));
    const auto right = send(signing_in());
    is_refused(right, 401, "INVALID_CREDENTIALS");
    BOOST_TEST(right.text == send(signing_in("nobody")).text);
}

BOOST_AUTO_TEST_CASE(x18_with_reveal_lock_the_lock_is_told_in_the_words_that_themes_compare) {
    register_ada();
    BOOST_REQUIRE(core.realms.set(core.db, context(), realm, "signin.reveal_lock", "on"));
    clock.advance(Seconds{2});
    for (int i = 0; i < 10; ++i) send(signing_in("ada.byron", "Not-The-Password-1"));
    const auto reply = send(signing_in());
    is_refused(reply, 403, "FORBIDDEN");
    BOOST_TEST(reply.text_at("message") ==
               "The system does not permit the attempted operation.  User account is locked, Please contact System "
               "Administrator ");
}

BOOST_AUTO_TEST_CASE(kibo_7_2_a_sign_in_without_body_name_or_password_is_400) {
    names_parameter(send(request(POST, authtickets_path)), "username");
    names_parameter(send(request(POST, authtickets_path, "{}")), "username");
    names_parameter(send(request(POST, authtickets_path, R"({"username":null,"password":"x"})")), "username");
    names_parameter(send(request(POST, authtickets_path, R"({"username":"ada.byron"})")), "password");
    names_parameter(send(request(POST, authtickets_path, R"({"username":"ada.byron","password":""})")), "password");
    names_parameter(send(request(POST, authtickets_path, R"({"username":7,"password":"x"})")), "username");
    names_parameter(send(request(POST, authtickets_path, R"({"username":"ada.byron","password":["x"]})")), "password");
    names_parameter(send(request(POST, authtickets_path, "null")), "username");
    names_parameter(send(request(POST, authtickets_path, "[]")), "body");
    names_parameter(send(request(POST, authtickets_path, "{\"username\":")), "body");
}

BOOST_AUTO_TEST_CASE(pw1_a_password_over_1024_bytes_is_400_invalid_format) {
    const auto reply = send(signing_in("ada.byron", std::string(1025, 'a')));
    is_refused(reply, 400, "MISSING_OR_INVALID_PARAMETER");
    BOOST_TEST(reply.text_at("message") == "Missing or invalid parameter: password Invalid password format.");
}

BOOST_AUTO_TEST_CASE(kibo_4_2_lives_asked_for_are_an_admin_right_and_are_cut) {
    register_ada();
    const auto body = [](Json access, Json refresh) {
        return Json::object({{"username", "ada.byron"}, {"password", "Engine-No-1"}, {"authTicketTtlMinutes", std::move(access)},
                             {"refreshTokenTtlMinutes", std::move(refresh)}}).dump();
    };
    const auto shorter = send(request(POST, authtickets_path, body(5, 60)));
    BOOST_TEST(shorter.text_at("accessTokenExpiration") == "2026-01-15T10:25:30.120Z");
    BOOST_TEST(shorter.text_at("refreshTokenExpiration") == "2026-01-15T11:20:30.120Z");
    const auto longer = send(request(POST, authtickets_path, body(INT64_MAX, 1000000)));
    BOOST_TEST(longer.text_at("accessTokenExpiration") == "2026-01-15T10:35:30.120Z");
    BOOST_TEST(longer.text_at("refreshTokenExpiration") == "2026-01-16T10:20:30.120Z");
    for (const Json& bad : {Json(0), Json(-1), Json("5"), Json(true), Json(JsonNumber{"1.5"})}) {
        names_parameter(send(request(POST, authtickets_path, body(bad, nullptr))), "authTicketTtlMinutes");
        names_parameter(send(request(POST, authtickets_path, body(nullptr, bad))), "refreshTokenTtlMinutes");
    }
    const auto plain = add_client(realm, applications::storefront);
    is_refused(send(by(plain, request(POST, authtickets_path, body(5, nullptr)))), 403, "FORBIDDEN");
    is_refused(send(by(plain, request(POST, authtickets_path, body(nullptr, 5)))), 403, "FORBIDDEN");
    BOOST_TEST(send(by(plain, request(POST, authtickets_path, body(nullptr, nullptr)))).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_4_1_an_anonymous_ticket_has_no_account_and_lives_as_a_shoppers) {
    const auto reply = guest();
    BOOST_TEST(reply.status == 200);
    is_ticket(reply);
    BOOST_TEST(reply.at("customerAccount").is_null());
    BOOST_TEST(reply.text_at("accessTokenExpiration") == "2026-01-15T10:35:30.120Z");
    const auto user = user_claims(reply);
    BOOST_TEST(text(user, "anon") == "1");
    BOOST_TEST(text(user, "uid") == reply.text_at("userId"));
}

BOOST_AUTO_TEST_CASE(kibo_4_1_an_anonymous_ticket_is_refreshed_and_keeps_its_user) {
    const auto first = guest();
    clock.advance(Seconds{60});
    renew_token();
    const auto second = send(refreshing(first.text_at("refreshToken")));
    BOOST_TEST(second.status == 200);
    is_ticket(second);
    BOOST_TEST(second.text_at("userId") == first.text_at("userId"));
    BOOST_TEST(second.at("customerAccount").is_null());
    BOOST_TEST(second.text_at("accessTokenExpiration") == "2026-01-15T10:36:30.120Z");
}

BOOST_AUTO_TEST_CASE(kibo_4_1_a_refresh_gives_the_next_ticket_of_the_session) {
    const auto first = register_ada();
    const auto second = send(refreshing(first.text_at("refreshToken")));
    BOOST_TEST(second.status == 200);
    is_ticket(second);
    BOOST_TEST(second.text_at("userId") == first.text_at("userId"));
    BOOST_TEST((second.at("customerAccount.id") == first.at("customerAccount.id")));
    BOOST_TEST(second.text_at("refreshToken") != first.text_at("refreshToken"));
    BOOST_TEST(text(claims(second), "sid") == text(claims(first), "sid"));
    BOOST_TEST(send(current(second.text_at("accessToken"))).status == 200);
}

BOOST_AUTO_TEST_CASE(tk5_parallel_pages_that_refresh_one_token_are_both_answered) {
    const auto token = register_ada().text_at("refreshToken");
    const auto first = send(refreshing(token));
    clock.advance(Seconds{1});
    const auto second = send(refreshing(token));
    BOOST_TEST(second.status == 200);
    BOOST_TEST(second.text_at("accessTokenExpiration") == first.text_at("accessTokenExpiration"));
    BOOST_TEST(send(current(second.text_at("accessToken"))).status == 200);
}

BOOST_AUTO_TEST_CASE(tk4_a_refresh_token_that_comes_back_ends_the_session) {
    const auto first = register_ada().text_at("refreshToken");
    const auto second = send(refreshing(first));
    clock.advance(Seconds{11});
    is_refused(send(refreshing(first)), 404, "ITEM_NOT_FOUND");
    is_refused(send(refreshing(second.text_at("refreshToken"))), 404, "ITEM_NOT_FOUND");
    is_refused(send(current(second.text_at("accessToken"))), 401, "INVALID_ACCESS_TOKEN");
}

BOOST_AUTO_TEST_CASE(kibo_7_2_unknown_refresh_token_is_404_item_not_found) {
    const auto ticket = register_ada();
    const auto token = ticket.text_at("refreshToken");
    const auto mangled = (token.front() == 'A' ? "B" : "A") + token.substr(1);
    const std::string answer = send(refreshing("nobody")).text;
    for (const auto& bad : {std::string("nobody"), mangled, std::string("a%2Bb%2Fc%3D"), ticket.text_at("accessToken"),
                            client.token, token + "A", token.substr(1)}) {
        const auto reply = send(refreshing(bad));
        is_refused(reply, 404, "ITEM_NOT_FOUND");
        BOOST_TEST(reply.text == answer);
    }
}

BOOST_AUTO_TEST_CASE(kibo_7_2_an_expired_refresh_token_is_404_too) {
    const auto ticket = register_ada();
    const auto anonymous = guest();
    clock.advance(std::chrono::hours(24));
    renew_token();
    is_refused(send(refreshing(ticket.text_at("refreshToken"))), 404, "ITEM_NOT_FOUND");
    clock.advance(std::chrono::hours(13 * 24));
    renew_token();
    is_refused(send(refreshing(anonymous.text_at("refreshToken"))), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_7_2_a_refresh_without_token_or_with_a_bad_account_is_400) {
    const auto token = register_ada().text_at("refreshToken");
    names_parameter(send(request(PUT, authtickets_path + "/refresh")), "refreshToken");
    names_parameter(send(request(PUT, authtickets_path + "/refresh?refreshToken=")), "refreshToken");
    for (const auto* account : {"0", "-1", "abc", "1.5", "99999999999"}) {
        names_parameter(send(refreshing(token, "&accountId=" + std::string(account))), "accountId");
    }
    BOOST_TEST(send(refreshing(token, "&accountId=")).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_4_1_a_refresh_may_name_the_same_account_but_no_strangers) {
    const auto ticket = register_ada();
    const auto id = std::to_string(*ticket.at("customerAccount.id").integer());
    const auto other = send(request(POST, accounts_path, R"({"emailAddress":"bob@example.com"})"));
    const auto same = send(refreshing(ticket.text_at("refreshToken"), "&accountId=" + id));
    BOOST_TEST(same.status == 200);
    const auto theirs = std::to_string(*other.at("id").integer());
    is_refused(send(refreshing(same.text_at("refreshToken"), "&accountId=" + theirs)), 403, "FORBIDDEN");
    BOOST_TEST(send(refreshing(same.text_at("refreshToken"))).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_4_1_a_ticket_of_another_realm_is_not_refreshed) {
    const auto token = register_ada().text_at("refreshToken");
    const auto stranger = add_client(add_realm("elsewhere", 1001, 2001), applications::storefront);
    auto request = by(stranger, refreshing(token));
    request.headers.erase("x-vol-tenant");
    request.headers.erase("x-vol-site");
    is_refused(send(request), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_4_1_signing_in_claims_the_anonymous_shopper_once) {
    register_ada();
    const auto anonymous = guest();
    const auto first = send(as(anonymous.text_at("accessToken"), signing_in()));
    BOOST_TEST(text(user_claims(first), "b.PreviousAnonymousId") == anonymous.text_at("userId"));
    const auto second = send(as(anonymous.text_at("accessToken"), signing_in()));
    BOOST_TEST(second.status == 200);
    BOOST_TEST(!user_claims(second).find("b.PreviousAnonymousId"));
    // The claim stays with the session it was made by.
    const auto refreshed = send(refreshing(first.text_at("refreshToken")));
    BOOST_TEST(text(user_claims(refreshed), "b.PreviousAnonymousId") == anonymous.text_at("userId"));
}

BOOST_AUTO_TEST_CASE(kibo_4_1_registering_claims_the_anonymous_shopper) {
    const auto anonymous = guest();
    const auto registered = send(as(anonymous.text_at("accessToken"), registering()));
    BOOST_TEST(registered.status == 201);
    BOOST_TEST(text(user_claims(registered), "b.PreviousAnonymousId") == anonymous.text_at("userId"));
    BOOST_TEST(registered.text_at("userId") != anonymous.text_at("userId"));
}

BOOST_AUTO_TEST_CASE(kibo_11_2_stale_foreign_and_senseless_user_claims_stand_in_nobodys_way) {
    const auto ada_ticket = register_ada();
    const auto anonymous = guest();
    add_realm("elsewhere", 1001, 2001);
    clock.advance(std::chrono::minutes(16));  // both are stale now
    renew_token();
    for (const auto& claims : {std::string("long-forgotten"), anonymous.text_at("accessToken"), ada_ticket.text_at("accessToken"),
                               std::string(3000, 'x'), client.token}) {
        const auto signed_in = send(as(claims, signing_in()));
        BOOST_TEST(signed_in.status == 200);
        BOOST_TEST(!user_claims(signed_in).find("b.PreviousAnonymousId"));
        BOOST_TEST(send(as(claims, refreshing(signed_in.text_at("refreshToken")))).status == 200);
        BOOST_TEST(send(as(claims, request(GET, authtickets_path + "/anonymousshopper"))).status == 200);
        BOOST_TEST(send(as(claims, request(POST, accounts_path, R"({"firstName":"x"})"))).status == 201);
    }
    BOOST_TEST(send(as("long-forgotten", registering(R"({"account":{"emailAddress":"b@example.com"},"password":"Engine-No-2"})"))).status == 201);
}

BOOST_AUTO_TEST_CASE(kibo_4_4_the_claims_say_who_where_and_until_when) {
    const auto reply = register_ada();
    const auto all = claims(reply);
    BOOST_TEST(text(all, "sub") == reply.text_at("userId"));
    BOOST_TEST(text(all, "unique_name") == reply.text_at("userId"));
    BOOST_TEST(text(all, "iss") == "https://shop.example");
    BOOST_TEST(text(all, "aud") == "https://shop.example");
    const auto iat = *all.find("iat")->integer();
    BOOST_TEST(*all.find("nbf")->integer() == iat);
    BOOST_TEST(*all.find("exp")->integer() == iat + 900);
    const auto user = user_claims(reply);
    BOOST_TEST(text(user, "exp") + ".120Z" == reply.text_at("accessTokenExpiration"));
    BOOST_TEST(text(user, "anon") == "0");
    BOOST_TEST(text(user, "b.AccountId") == std::to_string(*reply.at("customerAccount.id").integer()));
    BOOST_TEST(text(user, "b.TenantId") == "1000");
    BOOST_TEST(text(user, "b.SiteId") == "2000");
    BOOST_TEST(text(user, "b.UserFirstName") == "Ada");
    BOOST_TEST(text(user, "b.UserLastName") == "Byron");
    BOOST_TEST(text(user, "requires2fa") == "false");
    BOOST_TEST(user.find("bv")->dump() == "[31,4194304]");
    const auto app = *all.find("https://www.kibocommerce.com/app_claims");
    BOOST_TEST(text(app, "akey") == client.id);
    BOOST_TEST(app.find("bv")->is_array());
    BOOST_TEST(text(app, "exp") == "2026-01-15T11:20:30");
}

BOOST_AUTO_TEST_CASE(kibo_4_4_the_issuer_is_a_setting_of_the_realm) {
    BOOST_REQUIRE(core.realms.set(core.db, context(), realm, "jwt.issuer", "https://www.kibocommerce.com"));
    clock.advance(Seconds{2});
    BOOST_TEST(text(claims(guest()), "iss") == "https://www.kibocommerce.com");
}

BOOST_AUTO_TEST_CASE(tk1_a_jwt_opens_nothing) {
    const auto ticket = register_ada();
    const auto jwt = ticket.text_at("jwtAccessToken");
    is_refused(send(current(jwt)), 401, "INVALID_ACCESS_TOKEN");
    is_refused(send(refreshing(jwt)), 404, "ITEM_NOT_FOUND");
    auto request = bare(GET, "/api/platform/tenants/1000");
    request.headers["authorization"] = "Bearer " + jwt;
    is_refused(send(request), 401, "INVALID_ACCESS_TOKEN");
}

BOOST_AUTO_TEST_CASE(kibo_5_response_fields_shape_tickets) {
    register_ada();
    auto request = signing_in();
    request.query.add("responseFields", "userId,customerAccount(id,emailAddress)");
    const auto reply = send(request);
    BOOST_TEST(reply.json().members()->size() == 2U);
    BOOST_TEST(reply.at("customerAccount").members()->size() == 2U);
    BOOST_TEST(reply.text_at("customerAccount.emailAddress") == "ada@example.com");
}

BOOST_AUTO_TEST_CASE(kibo_5_bad_response_fields_are_400_before_anything_is_done) {
    auto request = registering();
    request.query.add("responseFields", "userId(");
    names_parameter(send(request), "responseFields");
    register_ada();  // the refused call has taken no name
    auto wrong = signing_in("ada.byron", "Not-The-Password-1");
    wrong.query.add("responseFields", "nosuch");
    BOOST_TEST(send(wrong).json().members()->size() == 6U);  // errors are never shaped
}

BOOST_AUTO_TEST_CASE(statements_stay_within_the_budget_when_caches_are_warm) {
    auto ticket = register_ada();
    const auto count = [&](const http::Request& request) {
        const auto before = core.db.statements();
        BOOST_TEST(send(request).status == 200);
        return core.db.statements() - before;
    };
    BOOST_TEST(count(request(GET, authtickets_path + "/anonymousshopper")) == 0U);
    BOOST_TEST(count(current(ticket.text_at("accessToken"))) == 1U);
    BOOST_TEST(count(refreshing(ticket.text_at("refreshToken"))) <= 5U);
    BOOST_TEST(count(refreshing(ticket.text_at("refreshToken"))) <= 6U);  // grace
    BOOST_TEST(count(signing_in()) <= 10U);
    BOOST_TEST(count(as(guest().text_at("accessToken"), signing_in())) <= 11U);
}

BOOST_AUTO_TEST_SUITE_END()
