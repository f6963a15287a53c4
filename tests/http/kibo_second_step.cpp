// SPDX-License-Identifier: MIT
// The second step by code, step-up, devices and regions (kibo 4.5, 4.6; X6, X15, X16, TK3, TK7, docs/security.md).
#include <array>
#include <thread>

#include "kibo_codes.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Shop : CodeShop {
    Reply ada_ = register_ada();
    std::string user = ada_.text_at("userId");

    Reply pending() {
        auto reply = send(signing_in());
        is_pending(reply);
        return reply;
    }
    http::Request with(const Reply& ticket, http::Request call) const { return as(ticket.text_at("accessToken"), std::move(call)); }
    Reply pass(const Reply& ticket) {
        is_empty(send(with(ticket, asking_second())));
        return send(with(ticket, entering_second(user, code_for_second_step())));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_second_step, Shop)

BOOST_AUTO_TEST_CASE(kibo_4_6_always_asks_for_a_code_to_the_stored_address) {
    set("second_step.always", "on");
    const auto ticket = pending();
    BOOST_TEST(ticket.text_at("userId") == user);
    is_empty(send(asking_second(Json::object({{"userId", user}}))));  // the guide's body, without claims
    const auto cause = last(events::Name::second_step_code_sent);
    BOOST_TEST(cause.destination == address);
    const auto full = send(entering_second(user, cause.code.reveal()));
    is_full(full);
    is_live(full);
    BOOST_TEST(!full.at("customerAccount.last2FaDate").is_null());
    BOOST_TEST(full.text_at("accessToken") != ticket.text_at("accessToken"));
    BOOST_TEST(send(with(ticket, asking_second())).status == 401);  // the pending ticket is gone (TK3)
    BOOST_TEST(events_of("2fa.success") == 1);
    BOOST_TEST(events_of("signin.pending", "always") == 1);
}

// Where requires2fa appears: the ticket in both spellings, its claims, and the 401 of a wrong code at the top and as data.
BOOST_AUTO_TEST_CASE(kibo_4_5_requires2fa_stands_in_the_ticket_its_claims_and_the_401) {
    is_full(send(signing_in()));
    set("second_step.always", "on");
    const auto ticket = pending();
    is_pending(send(refreshing(ticket.text_at("refreshToken"))));
    is_wrong_code(send(entering_second(user, "123456")));
    set("signin.email_code", "on");
    is_wrong_code(send(entering(address, "123456")));
}

BOOST_AUTO_TEST_CASE(kibo_2fa_request_by_claims_alone_and_by_neither) {
    set("second_step.always", "on");
    const auto ticket = pending();
    auto bodiless = with(ticket, request(POST, authtickets_path + "/2fa/request"));
    is_empty(send(bodiless));
    is_full(send(with(ticket, entering_second(Json::object({{"otpCode", code_for_second_step()}})))));
    names_parameter(send(asking_second()), "userId");
}

BOOST_AUTO_TEST_CASE(kibo_4_6_claims_and_a_body_that_disagree_are_no_pending_sign_in) {
    set("second_step.always", "on");
    const auto bob = register_bob();
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second(Json::object({{"userId", bob.text_at("userId")}})))));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
    is_empty(send(with(ticket, asking_second())));
    is_wrong_code(send(with(ticket, entering_second(bob.text_at("userId"), code_for_second_step()))));
}

BOOST_AUTO_TEST_CASE(X16_without_a_pending_sign_in_nothing_is_sent_and_no_code_is_right) {
    set("second_step.always", "on");
    is_empty(send(asking_second(Json::object({{"userId", user}}))));
    is_empty(send(asking_second(Json::object({{"userId", "0123456789abcdef0123456789abcdef"}}))));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
    is_wrong_code(send(entering_second(user, "123456")));
    // That of another application is none of this one's.
    pending();
    const auto another = add_client(realm, applications::storefront);
    is_empty(send(by(another, asking_second(Json::object({{"userId", user}})))));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
    // Nor is one that is older than ten minutes.
    clock.advance(601s);
    is_empty(send(asking_second(Json::object({{"userId", user}}))));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
}

BOOST_AUTO_TEST_CASE(X16_the_claims_of_one_application_are_none_to_another) {
    set("second_step.always", "on");
    const auto ticket = pending();
    const auto another = add_client(realm, applications::storefront);
    is_empty(send(by(another, with(ticket, asking_second()))));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
    is_empty(send(with(ticket, asking_second())));
    const auto code = code_for_second_step();
    is_wrong_code(send(by(another, with(ticket, entering_second(user, code)))));
    is_wrong_code(send(by(another, entering_second(user, code))));
    is_full(send(with(ticket, entering_second(user, code))));
}

BOOST_AUTO_TEST_CASE(X16_a_pending_sign_in_of_somebody_else_is_never_changed) {
    set("second_step.always", "on");
    register_bob();
    const auto ticket = pending();
    const auto bobs = send(signing_in("bob", "Garden-No-2"));
    is_pending(bobs);
    is_empty(send(with(ticket, asking_second())));
    const auto code = code_for_second_step();
    is_empty(send(with(bobs, asking_second())));
    const auto bobs_code = code_for_second_step();
    const std::string state = "SELECT CRC32(GROUP_CONCAT(CONCAT_WS(' ', HEX(ticket_id), state, generation, spent_codes, dead_at) ORDER BY ticket_id)) FROM tickets";
    const auto before = number(state);
    const auto tries = number("SELECT SUM(tries) FROM codes");
    // His claims with her id, her code on his sign-in, wrong codes by his claims.
    is_wrong_code(send(with(bobs, entering_second(user, code))));
    BOOST_TEST(number("SELECT SUM(tries) FROM codes") == tries);
    if (code != bobs_code) is_wrong_code(send(with(bobs, entering_second(Json::object({{"otpCode", code}})))));
    is_wrong_code(send(with(bobs, entering_second(Json::object({{"otpCode", other(bobs_code)}})))));
    BOOST_TEST(number(state) == before);
    is_full(send(with(ticket, entering_second(user, code))));
}

BOOST_AUTO_TEST_CASE(X16_with_several_pending_one_code_gives_a_new_ticket_and_changes_none_of_them) {
    set("second_step.always", "on");
    const auto first = pending(), second = pending();
    is_empty(send(asking_second(Json::object({{"userId", user}}))));
    const auto code = code_for_second_step();
    is_full(send(entering_second(user, code)));
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 0);
    is_empty(send(with(second, asking_second())));
    is_full(send(with(second, entering_second(user, code_for_second_step()))));
    is_empty(send(with(first, asking_second())));
    is_full(send(with(first, entering_second(user, code_for_second_step()))));
}

BOOST_AUTO_TEST_CASE(TK7_a_pending_ticket_opens_the_second_step_and_nothing_else) {
    set("second_step.always", "on");
    const auto ticket = pending();
    const auto id = ada_.at("customerAccount.id");
    for (auto call : {current(ticket.text_at("accessToken")), with(ticket, on(id, GET)), with(ticket, on(id, PUT, {}, "{}")),
                      with(ticket, on(id, POST, "/Change-Password", R"({"oldPassword":"Engine-No-1","newPassword":"Engine-No-2"})"))}) {
        BOOST_TEST_CONTEXT(call.path) is_refused(send(call), 401, "INVALID_ACCESS_TOKEN");
    }
    // Refreshing it leaves it pending, and the ten minutes as they were.
    clock.advance(5min);
    const auto again = send(refreshing(ticket.text_at("refreshToken")));
    is_pending(again);
    BOOST_TEST(send(current(again.text_at("accessToken"))).status == 401);
    clock.advance(301s);
    BOOST_TEST(send(refreshing(again.text_at("refreshToken"))).status == 404);
    is_refused(send(with(again, asking_second())), 401, "INVALID_ACCESS_TOKEN");
}

// Every row of the door's table, so that a new route is tried too. A row that reads user claims refuses these. Of a row that
// does not, a pending ticket opens the second step; all others answer as if there were no claims.
BOOST_AUTO_TEST_CASE(TK6_TK7_every_route_refuses_pending_and_ended_tickets_as_user_claims) {
    set("second_step.always", "on");
    const auto waiting = pending();
    const auto no = std::to_string(ada_.at("customerAccount.id").integer().value());
    const auto ended = send(registering(R"({"account":{"emailAddress":"eve@example.com","userName":"eve"},"password":"Garden-No-3"})"));
    send(on(ended.at("customerAccount.id"), POST, "/Set-Login-Locked", "true"));
    constexpr std::array<std::string_view, 2> second_step{"/2fa/request", "/2fa/auth"};
    unsigned swept = 0, passed_over = 0;
    for (const auto& route : kibo::door().routes) {
        std::string path(route.path);
        for (auto at = path.find('{'); at != path.npos; at = path.find('{')) {
            const auto end = path.find('}', at);
            path.replace(at, end - at + 1, path.substr(at, end - at + 1) == "{accountId}" ? no : "1");
        }
        BOOST_TEST_CONTEXT(http::name(route.method) << " " << path) {
            const auto call = request(route.method, path, route.body != 0 ? "{}" : "");
            if (route.claims != Claims::unread) {
                const auto before = number("SELECT COUNT(*) FROM events");
                is_refused(send(with(waiting, call)), 401, "INVALID_ACCESS_TOKEN");
                is_refused(send(with(ended, call)), 401, "INVALID_ACCESS_TOKEN");
                BOOST_TEST(number("SELECT COUNT(*) FROM events") == before);
                ++swept;
            } else if (std::ranges::any_of(second_step, [&](auto end) { return path.ends_with(end); })) {
                BOOST_TEST(send(with(waiting, call)).status != 401);  // a code is sent; without one it is a 400
                BOOST_TEST(send(with(ended, call)).status == 401);
                ++passed_over;
            } else {
                const auto without = send(call);
                const auto beside = send(with(waiting, call));
                BOOST_TEST(beside.status == without.status);
                if (without.status >= 400) BOOST_TEST(beside.text == without.text);
                else BOOST_TEST(beside.text.size() == without.text.size());
            }
        }
    }
    BOOST_TEST(swept > 20U);
    BOOST_TEST(passed_over == second_step.size());
    // Nothing of all this was hers: the sign-in still waits.
    is_full(pass(waiting));
}

BOOST_AUTO_TEST_CASE(TK7_three_codes_spent_by_wrong_tries_end_the_pending_sign_in) {
    set("second_step.always", "on");
    const auto ticket = pending();
    for (int i = 0; i < 3; ++i) {
        is_empty(send(with(ticket, asking_second())));
        const auto code = code_for_second_step();
        for (int j = 0; j < 3; ++j) is_wrong_code(send(with(ticket, entering_second(user, other(code)))));
    }
    BOOST_TEST(send(with(ticket, asking_second())).status == 401);
    BOOST_TEST(events_of("2fa.exhausted") == 1);
    BOOST_TEST(events_of("2fa.failure", "spent") == 3);
}

BOOST_AUTO_TEST_CASE(two_right_codes_at_once_make_one_ticket_TK3) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto call = with(ticket, entering_second(user, code_for_second_step()));
    const auto before = number("SELECT COUNT(*) FROM tickets WHERE state = 1");
    is_full(send(call));
    BOOST_TEST(send(call).status == 401);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE state = 1") == before + 1);
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_new_fingerprint_asks_and_a_validated_one_does_not_X6) {
    set("second_step.on_fingerprint", "on");
    const auto first = send(signing_in_from("phone"));
    is_pending(first);  // no stored fingerprint counts as a change
    is_full(pass(first));
    is_full(send(signing_in_from("phone")));
    is_pending(send(signing_in_from("laptop")));
    is_pending(send(signing_in()));  // missing
    BOOST_TEST(number("SELECT COUNT(*) FROM devices") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM devices WHERE LOCATE('phone', fingerprint) > 0") == 0);  // a keyed hash
    BOOST_TEST(events_of("signin.new_device") == 1);
}

BOOST_AUTO_TEST_CASE(X6_empty_wrong_typed_and_over_long_fingerprints_count_as_changed) {
    set("second_step.on_fingerprint", "on");
    is_full(pass(send(signing_in_from("phone"))));
    const auto with_fingerprint = [&](Json value) {
        return request(POST, authtickets_path,
                       Json::object({{"username", "ada.byron"}, {"password", "Engine-No-1"}, {"fingerprint", std::move(value)}}).dump());
    };
    for (const auto& value : {Json(""), Json(7), Json(nullptr), Json::array(), Json(true), Json(std::string(513, 'x')), Json("a\tb")}) {
        BOOST_TEST_CONTEXT(value.dump()) is_pending(send(with_fingerprint(value)));
    }
}

BOOST_AUTO_TEST_CASE(kibo_4_6_another_region_than_the_last_validated_one_asks) {
    set("second_step.on_region", "on");
    const auto first = send(signing_in_from("phone", "DE-BE"));
    is_pending(first);
    is_full(pass(first));
    is_full(send(signing_in_from("other", "DE-BE")));
    const auto second = send(signing_in_from("phone", "US-TX"));
    is_pending(second);
    is_full(pass(second));
    is_pending(send(signing_in_from("phone", "DE-BE")));  // the last validated one alone
    BOOST_TEST(events_of("signin.new_region") == 1);
}

BOOST_AUTO_TEST_CASE(X6_missing_empty_wrong_typed_and_over_long_regions_count_as_changed) {
    set("second_step.on_region", "on");
    is_full(pass(send(signing_in_from("phone", "DE-BE"))));
    is_pending(send(signing_in_from("phone")));
    const auto from = [&](Json region) {
        return request(POST, authtickets_path,
                       Json::object({{"username", "ada.byron"}, {"password", "Engine-No-1"}, {"fingerprint", "phone"}, {"region", std::move(region)}}).dump());
    };
    for (const auto& value : {Json(""), Json(7), Json(nullptr), Json::array(), Json(true), Json(std::string(65, 'x')), Json("a\tb"), Json("de-be")}) {
        BOOST_TEST_CONTEXT(value.dump()) is_pending(send(from(value)));
    }
    is_full(send(from("DE-BE")));
}

BOOST_AUTO_TEST_CASE(kibo_4_6_fingerprint_and_region_combine_and_always_disables_both) {
    set("second_step.on_fingerprint", "on");
    set("second_step.on_region", "on");
    is_full(pass(send(signing_in_from("phone", "DE-BE"))));
    is_full(send(signing_in_from("phone", "DE-BE")));
    is_pending(send(signing_in_from("phone", "US-TX")));
    is_pending(send(signing_in_from("laptop", "DE-BE")));
    set("second_step.always", "on");
    is_pending(send(signing_in_from("phone", "DE-BE")));
}

BOOST_AUTO_TEST_CASE(X6_device_strict_asks_for_our_own_token_beside_the_fingerprint) {
    set("second_step.on_fingerprint", "on");
    set("device.strict", "on");
    const auto full = pass(send(signing_in_from("phone")));
    is_full(full);
    const auto token = full.text_at("deviceToken");
    BOOST_TEST(!token.empty());
    is_pending(send(signing_in_from("phone")));
    auto call = signing_in_from("phone");
    call.headers["x-authtickets-device"] = token;
    is_full(send(call));
    call.headers["x-authtickets-device"] = token.substr(0, token.size() - 2) + "AA";
    is_pending(send(call));
    call = signing_in_from("laptop");
    call.headers["x-authtickets-device"] = token;
    is_pending(send(call));
}

BOOST_AUTO_TEST_CASE(X15_a_good_email_code_meets_an_emailed_second_step_and_never_one_by_sms) {
    set("second_step.always", "on");
    set("signin.email_code", "on");
    is_empty(send(asking()));
    is_full(send(entering(address, code_for_sign_in())));
    db::Db maintain(config, db::Rights::serve, clock, log);
    maintain.execute("INSERT INTO contacts (realm_no, user_id, kind, value, normal, verified_at, created_at, updated_at) "
                     "SELECT realm_no, user_id, 2, '+4915112345678', '+4915112345678', created_at, created_at, created_at FROM users");
    maintain.execute("UPDATE users SET method = 3");
    is_empty(send(asking()));
    const auto ticket = send(entering(address, code_for_sign_in()));
    is_pending(ticket, "sms");
    is_empty(send(with(ticket, asking_second())));
    const auto cause = last(events::Name::second_step_code_sent);
    BOOST_TEST((cause.channel == outbox::Channel::sms));
    BOOST_TEST(cause.destination == "+4915112345678");
    is_full(send(with(ticket, entering_second(user, cause.code.reveal()))));
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_second_step_code_lives_three_minutes_and_dies_at_the_third_wrong_entry_OC2_OC3) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    BOOST_TEST((last(events::Name::second_step_code_sent).expires_at == clock.now() + 180s));
    auto code = code_for_second_step();
    clock.advance(181s);
    is_wrong_code(send(with(ticket, entering_second(user, code))));
    is_empty(send(with(ticket, asking_second())));
    code = code_for_second_step();
    for (int i = 0; i < 3; ++i) is_wrong_code(send(with(ticket, entering_second(user, other(code)))));
    is_wrong_code(send(with(ticket, entering_second(user, code))));
    is_empty(send(with(ticket, asking_second())));
    code = code_for_second_step();
    clock.advance(179s);
    is_full(send(with(ticket, entering_second(user, code))));
}

BOOST_AUTO_TEST_CASE(a_newer_second_step_code_ends_the_older_one_and_a_contact_code_is_none_OC5) {
    set("second_step.always", "on");
    set("signin.email_code", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto older = code_for_second_step();
    is_empty(send(with(ticket, asking_second())));
    const auto newer = code_for_second_step();
    if (older != newer) is_wrong_code(send(with(ticket, entering_second(user, older))));
    // The code to a new address opens neither door.
    auto in_realm = context();
    in_realm.realm = realm;
    in_realm.application = ApplicationNo{1};
    const auto shop = core.realms.get(core.db, clock.now(), realm);
    const auto login = core.logins.named(core.db, realm, "ada.byron");
    BOOST_REQUIRE(core.contacts.request(core.db, in_realm, *shop, *login, users::ContactKind::email, "countess@example.com"));
    const std::string contact(last(events::Name::contact_code_sent).code.reveal());
    if (contact != newer) is_wrong_code(send(with(ticket, entering_second(user, contact))));
    is_wrong_code(send(entering(address, contact)));
    is_full(send(with(ticket, entering_second(user, newer))));
}

BOOST_AUTO_TEST_CASE(OC7_ten_SMS_at_once_then_429_and_one_more_in_two_minutes) {
    set("second_step.always", "on");
    look.execute("INSERT INTO contacts (realm_no, user_id, kind, value, normal, verified_at, created_at, updated_at) "
                 "SELECT realm_no, user_id, 2, '+4915112345678', '+4915112345678', created_at, created_at, created_at FROM users");
    look.execute("UPDATE users SET method = 3");
    const auto ticket = send(signing_in());
    is_pending(ticket, "sms");
    for (int i = 0; i < 10; ++i) is_empty(send(with(ticket, asking_second())));
    const auto refused = send(with(ticket, asking_second()));
    is_refused(refused, 429, "TOO_MANY_REQUESTS");
    BOOST_TEST(!refused.header("retry-after").empty());
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 10U);
    clock.advance(121s);
    is_empty(send(with(ticket, asking_second())));
    BOOST_TEST(send(with(ticket, asking_second())).status == 429);
}

BOOST_AUTO_TEST_CASE(OC4_fifty_right_codes_at_once_make_one_ticket_and_leave_no_charge_OC8) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto call = with(ticket, entering_second(user, code_for_second_step()));
    std::vector<std::unique_ptr<Core>> workers;
    for (int i = 0; i < 10; ++i) workers.push_back(another_worker());
    std::atomic<int> good = 0;
    {
        std::vector<std::jthread> threads;
        for (auto& worker : workers) {
            threads.emplace_back([&] {
                for (int i = 0; i < 5; ++i) good += send(*worker, call).status == 200;
            });
        }
    }
    BOOST_TEST(good == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
    BOOST_TEST(number("SELECT COALESCE(SUM(failed), 0) FROM code_failures") == 0);
}

BOOST_AUTO_TEST_CASE(TK7_fifty_wrong_codes_at_once_are_one_spent_code) {
    set("second_step.always", "on");
    const auto ticket = pending();
    for (int round = 1; round <= 2; ++round) {
        is_empty(send(with(ticket, asking_second())));
        const auto call = with(ticket, entering_second(user, other(code_for_second_step())));
        std::vector<std::unique_ptr<Core>> workers;
        for (int i = 0; i < 10; ++i) workers.push_back(another_worker());
        {
            std::vector<std::jthread> threads;
            for (auto& worker : workers) {
                threads.emplace_back([&] {
                    for (int i = 0; i < 5; ++i) send(*worker, call);
                });
            }
        }
        BOOST_TEST(number("SELECT failed FROM code_failures") == 3 * round);
        BOOST_TEST(number("SELECT spent_codes FROM tickets WHERE state <> 1") == round);
        BOOST_TEST(events_of("2fa.failure", "spent") == round);
    }
    is_full(pass(ticket));  // two of three
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_registration_asks_for_no_second_step) {
    set("second_step.always", "on");
    const auto reply = send(registering(R"({"account":{"emailAddress":"eve@example.com"},"password":"Garden-No-3","fingerprint":"f","region":"DE-BE"})"));
    BOOST_TEST(reply.status == 201);
    BOOST_TEST((reply.at("requires2FA") == Json(false)));
    is_live(reply);
}

BOOST_AUTO_TEST_CASE(kibo_4_1_the_code_calls_tolerate_what_all_calls_do_and_shape_their_tickets) {
    set("second_step.always", "on");
    set("signin.email_code", "on");
    const auto asked = [&](const std::string& path, const std::string& body) {
        auto call = request(POST, path, body);
        call.content_type = "text/plain;charset=UTF-8";
        return send(call);
    };
    const std::string her = R"({"USERID":")" + user + R"("})";
    is_empty(asked("/API/Commerce/Customer/AuthTickets/OTP/Request/?responseFields=", R"({"EMAIL":"ada@example.com","nothing":null})"));
    const auto first = asked(authtickets_path + "/otp/auth/?responseFields=userId,requires2FA",
                             R"({"Email":"ada@example.com","OTPCODE":")" + code_for_sign_in() + R"("})");
    BOOST_TEST(first.text == R"({"userId":")" + user + R"(","requires2FA":false,"requires2fa":false})");
    pending();
    is_empty(asked(authtickets_path + "/2FA/REQUEST/", her));
    const auto second = asked(authtickets_path + "/2fa/auth?responseFields=-customerAccount,-jwtAccessToken",
                              R"({"userId":")" + user + R"(","otpCode":")" + code_for_second_step() + R"("})");
    BOOST_TEST(second.status == 200);
    BOOST_TEST(second.at("customerAccount").is_null());
    BOOST_TEST(second.text_at("userId") == user);
    // Fields that cannot be given are refused before anything is spent (kibo 5).
    is_empty(asked(authtickets_path + "/otp/request", R"({"email":"ada@example.com"})"));
    const auto entry = R"({"email":"ada@example.com","otpCode":")" + code_for_sign_in() + R"("})";
    BOOST_TEST(asked(authtickets_path + "/otp/auth?responseFields=a(", entry).status == 400);
    BOOST_TEST(asked(authtickets_path + "/otp/auth", entry).status == 200);
}

BOOST_AUTO_TEST_CASE(step_up_a_full_ticket_shows_a_code_and_its_older_tokens_die_TK3) {
    const auto other_session = send(signing_in());
    const auto ticket = send(signing_in());
    is_full(ticket);
    BOOST_TEST(user_claims(ticket).find("factors")->find("password") != nullptr);
    BOOST_TEST(user_claims(ticket).find("factors")->find("email") == nullptr);
    clock.advance(60s);
    is_empty(send(with(ticket, asking_second())));
    is_wrong_code(send(with(ticket, entering_second(user, other(code_for_second_step())))));
    const auto stepped = send(with(ticket, entering_second(user, code_for_second_step())));
    is_full(stepped);
    BOOST_TEST(user_claims(stepped).find("factors")->find("email") != nullptr);
    BOOST_TEST(!stepped.at("customerAccount.factorsShown.email").is_null());
    BOOST_TEST(text(user_claims(stepped), "sid").empty());  // the session's id stands at the top
    BOOST_TEST(text(claims(stepped), "sid") == text(claims(ticket), "sid"));
    is_live(stepped);
    is_live(other_session);
    BOOST_TEST(send(current(ticket.text_at("accessToken"))).status == 401);
    BOOST_TEST(send(refreshing(ticket.text_at("refreshToken"))).status == 404);
    BOOST_TEST(events_of("stepup.success") == 1);
    BOOST_TEST(events_of("stepup.failure") == 1);
}

BOOST_AUTO_TEST_CASE(the_second_step_keeps_the_lives_that_were_asked_for_and_claims_the_anonymous_id) {
    set("second_step.always", "on");
    const auto anonymous = guest();
    auto call = request(POST, authtickets_path, Json::object({{"username", "ada.byron"}, {"password", "Engine-No-1"}, {"authTicketTtlMinutes", 5}}).dump());
    const auto ticket = send(as(anonymous.text_at("accessToken"), call));
    is_pending(ticket);
    BOOST_TEST(text(user_claims(ticket), "b.PreviousAnonymousId").empty());
    const auto full = pass(ticket);
    is_full(full);
    BOOST_TEST(text(user_claims(full), "b.PreviousAnonymousId") == anonymous.text_at("userId"));
    BOOST_TEST(full.text_at("accessTokenExpiration") == iso8601(clock.now() + 5min));
}

BOOST_AUTO_TEST_CASE(a_code_request_is_nine_statements_and_a_check_thirteen_at_most) {
    set("second_step.on_fingerprint", "on");
    is_full(pass(send(signing_in_from("phone"))));
    const auto ticket = send(signing_in_from("laptop"));
    auto before = core.db.statements();
    is_empty(send(with(ticket, asking_second())));
    BOOST_TEST(core.db.statements() - before <= 9U);
    const auto code = code_for_second_step();
    before = core.db.statements();
    is_full(send(with(ticket, entering_second(user, code))));
    BOOST_TEST(core.db.statements() - before <= 16U);  // 13, and the event, the cause and the bound of a device that is new
}

// --- Found by attack

BOOST_AUTO_TEST_CASE(OC9_a_code_for_the_second_step_that_went_to_the_old_address_is_wrong) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto code = code_for_second_step();
    BOOST_TEST(send(on(ada_.at("customerAccount.id"), PUT, {}, R"({"emailAddress":"new@example.com"})")).status == 200);
    is_wrong_code(send(with(ticket, entering_second(user, code))));
    is_full(pass(ticket));
    BOOST_TEST(events_of("contact.verified", "email") == 1);
}

BOOST_AUTO_TEST_CASE(X6_the_token_of_who_lifted_a_lock_shows_no_device) {
    set("second_step.on_fingerprint", "on");
    for (int i = 0; i < 10; ++i) wrong_password();
    auto of_page = context();
    of_page.realm = realm;
    of_page.door = Door::pages;
    const auto shop = core.realms.get(core.db, clock.now(), realm);
    BOOST_REQUIRE(core.recovery.request_unlock(core.db, of_page, *shop, "ada.byron"));
    const auto device = core.recovery.unlock(core.db, of_page, *shop, last(events::Name::account_unlock_requested).link);
    BOOST_REQUIRE(device);
    const auto shown = [&](http::Request call, std::string_view token) {
        call.headers["x-authtickets-device"] = std::string(token);
        return send(call);
    };
    for (const auto* const fingerprint : {"", "laptop"}) is_pending(shown(signing_in_from(fingerprint), device->reveal()));
    set("device.strict", "on");
    const auto full = pass(shown(signing_in_from("phone"), device->reveal()));
    is_full(full);
    const auto own = full.text_at("deviceToken");
    is_pending(shown(signing_in_from("phone"), device->reveal()));  // a claim, and the token of nothing
    is_full(shown(signing_in_from("phone"), own));
    is_pending(shown(signing_in_from(""), own));
    const auto second = pass(shown(signing_in_from("laptop"), own));
    is_pending(shown(signing_in_from("phone"), second.text_at("deviceToken")));  // the token of another device
}

BOOST_AUTO_TEST_CASE(OC7_asking_for_codes_to_sign_in_leaves_the_second_step_its_own) {
    set("signin.email_code", "on");
    set("second_step.always", "on");
    for (int i = 0; i < 12; ++i) is_empty(send(asking()));
    BOOST_TEST(send(asking()).status == 429);
    is_full(pass(pending()));
}

BOOST_AUTO_TEST_CASE(OC8_who_knows_the_id_alone_spends_nothing_of_the_pending_tickets_own_code) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    for (int i = 0; i < 4; ++i) is_wrong_code(send(entering_second(user, other(code_for_second_step()))));
    for (int round = 0; round < 5; ++round) {
        is_empty(send(asking_second(Json::object({{"userId", user}}))));
        const auto by_id = code_for_second_step();
        for (int i = 0; i < 3; ++i) is_wrong_code(send(entering_second(user, other(by_id))));
    }
    BOOST_TEST(number("SELECT failed FROM code_failures WHERE purpose = 4") == 15);
    BOOST_TEST(number("SELECT COUNT(*) FROM code_failures WHERE purpose = 2") == 0);
    is_full(pass(ticket));  // neither his count nor his pending sign-in was touched
}

// The clients name the ticket at one call, by its claims, and the user at the next, by the body.
BOOST_AUTO_TEST_CASE(X16_a_code_asked_for_by_claims_is_entered_by_id_and_the_other_way_round) {
    set("second_step.always", "on");
    auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    is_full(send(entering_second(user, code_for_second_step())));
    ticket = pending();
    is_empty(send(asking_second(Json::object({{"userId", user}}))));
    is_full(send(with(ticket, entering_second(Json::object({{"otpCode", code_for_second_step()}})))));
    BOOST_TEST(number("SELECT COALESCE(SUM(failed), 0) FROM code_failures") == 0);
}

BOOST_AUTO_TEST_CASE(RS7_another_method_ends_what_went_out_by_the_old_one) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto code = code_for_second_step();
    execute("UPDATE contacts SET verified_at = created_at");
    auto in_realm = context();
    in_realm.realm = realm;
    BOOST_REQUIRE(core.contacts.set_method(core.db, in_realm, *core.logins.named(core.db, realm, "ada.byron"), users::Method::email));
    BOOST_TEST(send(with(ticket, entering_second(user, code))).status == 401);
    is_full(pass(pending()));
}

BOOST_AUTO_TEST_CASE(a_password_change_that_is_demanded_meanwhile_is_not_stepped_over) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto code = code_for_second_step();
    BOOST_TEST(send(on(ada_.at("customerAccount.id"), POST, "/Set-Password-Change-Required", "true")).status == 200);
    BOOST_TEST(send(with(ticket, entering_second(user, code))).status == 401);
    is_wrong_code(send(entering_second(user, code)));
    BOOST_TEST(send(signing_in()).status == 403);
}

BOOST_AUTO_TEST_CASE(OC8_while_a_purpose_is_closed_no_code_is_good_until_an_operator_opens_it) {
    set("second_step.always", "on");
    for (int round = 0; round < 5; ++round) {
        const auto ticket = pending();
        is_empty(send(with(ticket, asking_second())));
        const auto code = code_for_second_step();
        for (int i = 0; i < 3; ++i) is_wrong_code(send(with(ticket, entering_second(user, other(code)))));
    }
    clock.advance(2min);
    auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto cause = last(events::Name::second_step_code_sent);
    BOOST_TEST(!core.codes.alive(core.db, realm, cause.code_id, cause.code_hash, clock.now()));  // so the worker sends it to nobody
    is_wrong_code(send(with(ticket, entering_second(user, cause.code.reveal()))));
    BOOST_TEST(send(on(ada_.at("customerAccount.id"), POST, "/Set-Login-Locked", "false")).status == 200);
    is_full(pass(ticket));
}

BOOST_AUTO_TEST_CASE(TH7_what_cannot_be_a_code_costs_no_try) {
    set("second_step.always", "on");
    const auto ticket = pending();
    is_empty(send(with(ticket, asking_second())));
    const auto code = code_for_second_step();
    for (const auto* const typed : {"12345", "1234567", "12345a", "１２３４５６"}) {
        names_parameter(send(with(ticket, entering_second(user, typed))), "otpCode");
    }
    is_full(send(with(ticket, entering_second(user, code.substr(0, 3) + " " + code.substr(3)))));
}

BOOST_AUTO_TEST_SUITE_END()
