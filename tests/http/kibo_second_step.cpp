// SPDX-License-Identifier: MIT
// The second step by code, step-up, devices and regions (kibo 4.5, 4.6; X6, X15, X16, TK3, TK7, docs/security.md).
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

BOOST_AUTO_TEST_CASE(X16_with_several_pending_one_code_gives_a_new_ticket_and_changes_none_of_them) {
    set("second_step.always", "on");
    const auto first = pending(), second = pending();
    is_empty(send(asking_second(Json::object({{"userId", user}}))));
    const auto code = code_for_second_step();
    is_wrong_code(send(with(first, entering_second(user, code))));  // it hangs on the user, not on that ticket
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
    BOOST_TEST(core.db.statements() - before <= 15U);  // 13, and the event and the cause of a device that is new
}

BOOST_AUTO_TEST_SUITE_END()
