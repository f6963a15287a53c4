// SPDX-License-Identifier: MIT
// Signing in by a code sent to the stored address (kibo 4.1, 4.2, 4.6; OC1 to OC9, EN1, docs/security.md).
#include <thread>

#include "kibo_codes.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Shop : CodeShop {
    Reply ada_ = register_ada();
    std::string user = ada_.text_at("userId");
    Shop() { set("signin.email_code", "on"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_otp, Shop)

BOOST_AUTO_TEST_CASE(kibo_4_6_a_code_is_six_digits_to_the_stored_address_and_signs_in) {
    is_empty(send(asking()));
    const auto cause = last(events::Name::signin_code_sent);
    BOOST_TEST(cause.code.size() == 6U);
    BOOST_TEST(cause.destination == address);
    BOOST_TEST((cause.channel == outbox::Channel::email));
    BOOST_TEST((cause.expires_at == clock.now() + 180s));  // OC2
    const auto reply = send(entering(address, cause.code.reveal()));
    is_full(reply);
    BOOST_TEST(reply.text_at("userId") == user);
    BOOST_TEST(reply.text_at("customerAccount.emailAddress") == address);
    is_live(reply);
    BOOST_TEST(events_of("signin.code_sent") == 1);
}

BOOST_AUTO_TEST_CASE(kibo_4_2_the_guides_bodies_name_the_shopper_by_user_id_and_account_number) {
    is_empty(send(asking_by(Json::object({{"userId", user}, {"email", address}, {"fingerprint", "f"}, {"region", "r"}}))));
    const auto account = ada_.at("customerAccount.id");
    is_full(send(entering_by(Json::object({{"userId", user}, {"customerAccountId", account}, {"otpCode", code_for_sign_in()}}))));
    is_empty(send(asking_by(Json::object({{"userId", user}}))));
    is_full(send(entering_by(Json::object({{"customerAccountId", account}, {"otpCode", code_for_sign_in()}}))));
}

BOOST_AUTO_TEST_CASE(kibo_4_6_an_address_and_a_user_who_disagree_get_the_same_answer_and_no_code) {
    register_bob();
    is_empty(send(asking_by(Json::object({{"userId", user}, {"email", "bob@example.com"}}))));
    is_empty(send(asking_by(Json::object({{"userId", "not an id"}}))));
    BOOST_TEST(caused(events::Name::signin_code_sent) == 0U);
}

BOOST_AUTO_TEST_CASE(kibo_4_6_the_typed_address_is_never_written_to_OC9) {
    is_empty(send(asking("ADA@Example.com ")));
    BOOST_TEST(last(events::Name::signin_code_sent).destination == address);
    is_empty(send(asking("ada.byron")));  // the user name field may hold a name
    BOOST_TEST(last(events::Name::signin_code_sent).destination == address);
}

BOOST_AUTO_TEST_CASE(kibo_4_6_neither_address_nor_user_is_a_400) {
    names_parameter(send(asking_by(Json::object({}))), "otpRequest");
    names_parameter(send(entering_by(Json::object({{"otpCode", "123456"}}))), "authTicketOtpInfo");
    names_parameter(send(entering_by(Json::object({{"email", address}}))), "otpCode");
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_shop_that_does_not_allow_it_refuses) {
    set("signin.email_code", "off");
    is_refused(send(asking()), 403, "FORBIDDEN");
    BOOST_TEST(send(entering(address, "123456")).status == 403);
}

BOOST_AUTO_TEST_CASE(kibo_4_6_the_third_wrong_entry_voids_the_code_OC3) {
    is_empty(send(asking()));
    const auto code = code_for_sign_in();
    for (int i = 0; i < 3; ++i) is_wrong_code(send(entering(address, other(code))));
    is_wrong_code(send(entering(address, code)));
    is_empty(send(asking()));
    is_full(send(entering(address, code_for_sign_in())));
}

BOOST_AUTO_TEST_CASE(two_wrong_entries_leave_the_code_good_OC3) {
    is_empty(send(asking()));
    const auto code = code_for_sign_in();
    for (int i = 0; i < 2; ++i) is_wrong_code(send(entering(address, other(code))));
    is_full(send(entering(address, code)));
    is_wrong_code(send(entering(address, code)));  // used once
}

BOOST_AUTO_TEST_CASE(kibo_4_6_a_code_lives_three_minutes_OC2) {
    is_empty(send(asking()));
    auto code = code_for_sign_in();
    clock.advance(179s);
    is_full(send(entering(address, code)));
    is_empty(send(asking()));
    code = code_for_sign_in();
    clock.advance(181s);
    is_wrong_code(send(entering(address, code)));
}

BOOST_AUTO_TEST_CASE(a_newer_request_ends_the_older_code_OC5) {
    is_empty(send(asking()));
    const auto older = code_for_sign_in();
    is_empty(send(asking()));
    const auto newer = code_for_sign_in();
    if (older != newer) is_wrong_code(send(entering(address, older)));
    is_full(send(entering(address, newer)));
}

BOOST_AUTO_TEST_CASE(a_code_is_bound_to_user_application_and_purpose_OC5) {
    register_bob();
    is_empty(send(asking()));
    const auto code = code_for_sign_in();
    is_wrong_code(send(entering("bob@example.com", code)));
    const auto another = add_client(realm, applications::storefront);
    is_wrong_code(send(by(another, entering(address, code))));
    set("second_step.always", "on");
    is_pending(send(signing_in()));
    is_wrong_code(send(entering_second(user, code)));
    is_full(send(entering(address, code)));
}

// Every column of every row, whatever was asked for by code or link.
BOOST_AUTO_TEST_CASE(codes_and_links_rest_as_hashes_and_appear_nowhere_OC6_RS1) {
    set("second_step.always", "on");
    std::vector<std::string> secrets;
    is_empty(send(asking()));
    secrets.push_back(code_for_sign_in());
    send(entering(address, other(secrets.back())));
    const auto ticket = send(signing_in());
    is_pending(ticket);
    is_empty(send(as(ticket.text_at("accessToken"), asking_second())));
    secrets.push_back(code_for_second_step());
    send(as(ticket.text_at("accessToken"), entering_second(user, other(secrets.back()))));
    is_empty(send(request(POST, accounts_path + "/Reset-Password", R"({"emailAddress":"ada@example.com"})")));
    secrets.emplace_back(last(events::Name::password_reset_sent).link.reveal());
    auto in_realm = context();
    in_realm.realm = realm;
    const auto shop = core.realms.get(core.db, clock.now(), realm);
    for (int i = 0; i < 10; ++i) wrong_password();
    BOOST_REQUIRE(core.recovery.request_unlock(core.db, in_realm, *shop, "ada.byron"));
    secrets.emplace_back(last(events::Name::account_unlock_requested).link.reveal());
    const auto login = core.logins.named(core.db, realm, "ada.byron");
    BOOST_REQUIRE(core.contacts.request(core.db, in_realm, *shop, *login, users::ContactKind::email, "countess@example.com"));
    secrets.emplace_back(last(events::Name::contact_code_sent).code.reveal());

    const auto all = dump();
    BOOST_TEST((all.find(hex(as_bytes(address))) != all.npos));  // the search finds what is there
    for (const auto& secret : secrets) {
        BOOST_TEST_CONTEXT(secret) {
            BOOST_TEST((all.find(hex(as_bytes(secret))) == all.npos));
            const auto bytes = from_base64url(secret);
            BOOST_TEST((secret.size() == 6U || all.find(hex(*bytes)) == all.npos));
            BOOST_TEST((secret.size() == 43U || all.find(hex(crypto::sha256(as_bytes(secret)))) == all.npos));  // of six digits a hash is no secret
            BOOST_TEST(!log.mentions(secret));
        }
    }
    BOOST_TEST((all.find(hex(as_bytes("countess@example.com"))) != all.npos));  // what a right code will put in force
    BOOST_TEST(number("SELECT COUNT(*) FROM outbox WHERE LOCATE('@example.com', cause) > 0") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE LOCATE('countess', CONCAT_WS(' ', details, personal)) > 0") == 0);
}

BOOST_AUTO_TEST_CASE(OC7_the_thirteenth_code_at_once_is_429_and_not_sent_alike_for_unknown_addresses) {
    for (const std::string& who : {std::string(address), std::string("nobody@example.com")}) {
        BOOST_TEST_CONTEXT(who) {
            for (int i = 0; i < 12; ++i) is_empty(send(asking(who)));
            const auto sent = number("SELECT COUNT(*) FROM outbox");
            const auto refused = send(asking(who));
            is_refused(refused, 429, "TOO_MANY_REQUESTS");
            BOOST_TEST(!refused.header("retry-after").empty());
            BOOST_TEST(number("SELECT COUNT(*) FROM outbox") == sent);
        }
    }
    clock.advance(61s);
    is_empty(send(asking()));
    BOOST_TEST(send(asking()).status == 429);
}

// Counted by the real clock: how many go out before a second is over depends on the machine, that one is refused does not.
BOOST_AUTO_TEST_CASE(OC7_a_process_sends_so_many_codes_a_second_and_a_refusal_costs_nobody_a_charge) {
    throttle::SendingCap one_a_second(1);
    Core capped(config, db::Rights::serve, keys, gate, one_a_second, clock, rng, log);
    std::string who;
    Reply reply;
    for (int i = 0; i < 50 && reply.status != 429; ++i) {
        who = "nobody" + std::to_string(i) + "@example.com";
        reply = send(capped, asking(who));
    }
    is_refused(reply, 429, "TOO_MANY_REQUESTS");
    BOOST_TEST(reply.header("retry-after") == "1");
    for (int i = 0; i < 12; ++i) is_empty(send(asking(who)));
}

BOOST_AUTO_TEST_CASE(OC7_forty_codes_a_day) {
    int sent = 0;
    for (int i = 0; i < 60; ++i) {
        sent += send(asking()).status == 200;
        clock.advance(60s);
        if (i % 30 == 29) renew_token();
    }
    BOOST_TEST(sent >= 40);
    BOOST_TEST(sent <= 42);  // 40, and what an hour gives back
}

BOOST_AUTO_TEST_CASE(OC8_fifteen_wrong_tries_over_codes_close_the_purpose_for_a_day) {
    for (int i = 0; i < 5; ++i) {
        is_empty(send(asking()));
        const auto code = code_for_sign_in();
        for (int j = 0; j < 3; ++j) is_wrong_code(send(entering(address, other(code))));
    }
    clock.advance(61s);
    is_empty(send(asking()));
    is_wrong_code(send(entering(address, code_for_sign_in())));
    BOOST_TEST(events_of("signin.failure", "closed") == 1);
    // An outsider who burns it does not stop a second step.
    set("second_step.always", "on");
    const auto pending = send(signing_in());
    is_pending(pending);
    clock.advance(61s);
    is_empty(send(as(pending.text_at("accessToken"), asking_second())));
    is_full(send(as(pending.text_at("accessToken"), entering_second(user, code_for_second_step()))));
    clock.advance(25h);
    renew_token();
    is_empty(send(asking()));
    is_full(send(entering(address, code_for_sign_in())));
}

BOOST_AUTO_TEST_CASE(right_codes_take_their_charge_back_OC8) {
    for (int i = 0; i < 20; ++i) {
        clock.advance(40min);
        renew_token();
        is_empty(send(asking()));
        is_full(send(entering(address, code_for_sign_in())));
    }
}

BOOST_AUTO_TEST_CASE(known_unknown_locked_blocked_disabled_guest_get_the_same_bytes_for_the_same_statements_EN1_EN2) {
    register_bob();
    const auto blocked = send(registering(R"({"account":{"emailAddress":"bea@example.com"},"password":"Garden-No-3"})"));
    send(on(blocked.at("customerAccount.id"), POST, "/Set-Login-Locked", "true"));
    const auto disabled = send(registering(R"({"account":{"emailAddress":"dan@example.com"},"password":"Garden-No-4"})"));
    send(on(disabled.at("customerAccount.id"), POST, "/action", R"({"actionName":"DisableAccount"})"));
    send(request(POST, accounts_path, R"({"emailAddress":"gus@example.com"})"));
    for (int i = 0; i < 10; ++i) wrong_password("bob");
    std::optional<std::string> first_sent, first_entered;
    std::optional<std::uint64_t> sent_by, entered_by;
    for (const char* const who : {"ada@example.com", "bob@example.com", "bea@example.com", "dan@example.com", "gus@example.com", "nobody@example.com"}) {
        BOOST_TEST_CONTEXT(who) {
            // Everybody's budgets are open, so that none has a row to make.
            send(asking(who));
            send(entering(who, "000000"));
            auto before = core.db.statements();
            const auto asked = send(asking(who));
            const auto cost = core.db.statements() - before;
            before = core.db.statements();
            const auto entered = send(entering(who, "000000"));
            const auto cost_entered = core.db.statements() - before;
            is_empty(asked);
            is_wrong_code(entered);
            if (!first_sent) first_sent = asked.text, first_entered = entered.text, sent_by = cost, entered_by = cost_entered;
            BOOST_TEST(asked.text == *first_sent);
            BOOST_TEST(entered.text == *first_entered);
            BOOST_TEST(cost == *sent_by);
            BOOST_TEST(cost_entered == *entered_by);
        }
    }
    BOOST_TEST(*sent_by <= 9U);      // the budget of a code request
    BOOST_TEST(*entered_by <= 13U);  // and of a check
    BOOST_TEST(caused(events::Name::signin_code_sent) == 4U);  // ada's and bob's two each: a lock refuses passwords only (TH5)
}

BOOST_AUTO_TEST_CASE(a_right_code_of_a_blocked_or_disabled_user_is_a_wrong_one) {
    is_empty(send(asking()));
    const auto code = code_for_sign_in();
    send(on(ada_.at("customerAccount.id"), POST, "/Set-Login-Locked", "true"));
    is_wrong_code(send(entering(address, code)));
}

BOOST_AUTO_TEST_CASE(a_demanded_password_change_stands_against_a_code_too) {
    send(on(ada_.at("customerAccount.id"), POST, "/Set-Password-Change-Required", "true"));
    is_empty(send(asking()));
    BOOST_TEST(send(entering(address, other(code_for_sign_in()))).status == 401);
    BOOST_TEST(send(entering(address, code_for_sign_in())).status == 403);
}

BOOST_AUTO_TEST_CASE(the_first_right_code_verifies_the_address_OC9) {
    BOOST_TEST(number("SELECT COUNT(*) FROM contacts WHERE verified_at IS NOT NULL") == 0);
    is_empty(send(asking()));
    is_full(send(entering(address, code_for_sign_in())));
    BOOST_TEST(number("SELECT COUNT(*) FROM contacts WHERE verified_at IS NOT NULL") == 1);
}

BOOST_AUTO_TEST_CASE(fifty_right_codes_at_once_one_success_OC4) {
    is_empty(send(asking()));
    const auto code = code_for_sign_in();
    std::vector<std::unique_ptr<Core>> workers;
    for (int i = 0; i < 10; ++i) workers.push_back(another_worker());
    std::atomic<int> good = 0;
    {
        std::vector<std::jthread> threads;
        for (auto& worker : workers) {
            threads.emplace_back([&] {
                for (int i = 0; i < 5; ++i) good += send(*worker, entering(address, code)).status == 200;
            });
        }
    }
    BOOST_TEST(good == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM codes") == 0);
}

BOOST_AUTO_TEST_CASE(fifty_wrong_codes_at_once_three_are_compared_OC4) {
    is_empty(send(asking()));
    const auto code = code_for_sign_in();
    std::vector<std::unique_ptr<Core>> workers;
    for (int i = 0; i < 10; ++i) workers.push_back(another_worker());
    {
        std::vector<std::jthread> threads;
        for (auto& worker : workers) {
            threads.emplace_back([&] {
                for (int i = 0; i < 5; ++i) send(*worker, entering(address, other(code)));
            });
        }
    }
    BOOST_TEST(number("SELECT tries FROM codes") == 3 + 1);  // and the note that it is spent
    BOOST_TEST(number("SELECT failed FROM code_failures") == 3);
    is_wrong_code(send(entering(address, code)));
}

BOOST_AUTO_TEST_CASE(OC9_a_code_to_sign_in_that_went_to_the_old_address_is_wrong) {
    is_empty(send(asking()));
    const auto code = code_for_sign_in();
    BOOST_TEST(send(on(ada_.at("customerAccount.id"), PUT, {}, R"({"emailAddress":"new@example.com"})")).status == 200);
    is_wrong_code(send(entering("ada.byron", code)));
    is_wrong_code(send(entering("new@example.com", code)));
}

BOOST_AUTO_TEST_CASE(EN1_a_spent_mailbox_is_not_told_to_who_names_it_otherwise) {
    for (int i = 0; i < 12; ++i) is_empty(send(asking()));
    const auto sent = caused(events::Name::signin_code_sent);
    const auto live = code_for_sign_in();
    is_empty(send(asking("ada.byron")));
    BOOST_TEST(caused(events::Name::signin_code_sent) == sent);
    BOOST_TEST(events_of("signin.code_sent", "budget") == 1);
    is_full(send(entering(address, live)));  // what sent nothing replaced nothing
}

BOOST_AUTO_TEST_SUITE_END()
