// SPDX-License-Identifier: MIT
// Authenticator apps and recovery codes behind the Kibo door (kibo 4.5; TO3 to TO8, RC3 to RC6, RS2, X15, TK7,
// docs/security.md), and how they are turned on and off.
#include <authtickets/core/two_step.h>

#include "kibo_codes.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Shop : CodeShop {
    Reply ada_ = register_ada();
    std::string user = ada_.text_at("userId");
    UserId user_id{*parse_uuid(user)};
    Secret secret;

    Context of_user() {
        auto out = context();
        out.realm = realm;
        out.door = Door::pages;
        return out;
    }
    realms::RealmPtr shop() { return core.realms.get(core.db, clock.now(), realm); }
    tickets::Ticket session(const Reply& reply) {
        auto at_kibo = of_user();
        at_kibo.door = Door::kibo;  // whose ticket it is
        const auto checked = core.tickets.check(core.db, at_kibo, reply.text_at("accessToken"));
        BOOST_REQUIRE(checked);
        return *checked->ticket;
    }
    // What the app shows now; the next step's code after a while.
    std::string code(int steps = 0) {
        return std::string(totp::code_at(secret, totp::step_of(clock.now()) + steps).reveal());
    }
    std::string next_code() {
        clock.advance(30s);
        return code();
    }
    std::vector<std::string> turn_on() {
        const auto ticket = session(ada_);
        BOOST_REQUIRE(core.two_step.begin(core.db, of_user(), *shop(), ticket));
        secret = core.totp.setup(core.db, of_user(), user_id).secret;
        const auto on = core.two_step.activate(core.db, of_user(), *shop(), ticket, code());
        BOOST_REQUIRE(on);
        BOOST_REQUIRE(on->codes);
        std::vector<std::string> out;
        for (const auto& each : on->codes->codes) out.emplace_back(each.reveal());
        return out;
    }
    Reply pending() {
        auto reply = send(signing_in());
        is_pending(reply, "app");
        return reply;
    }
    Reply show(const Reply& ticket, std::string_view typed) {
        return send(as(ticket.text_at("accessToken"), entering_second(user, typed)));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_app, Shop)

BOOST_AUTO_TEST_CASE(a_sign_in_by_password_owes_the_apps_code_and_nothing_is_sent) {
    turn_on();
    const auto ticket = pending();
    is_empty(send(as(ticket.text_at("accessToken"), asking_second())));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
    const auto used = next_code();
    const auto full = show(ticket, used.substr(0, 3) + " " + used.substr(3));
    is_full(full);
    BOOST_TEST(!full.at("customerAccount.factorsShown.app").is_null());
    BOOST_TEST(user_claims(full).find("factors")->find("app") != nullptr);
    is_live(full);
    is_wrong_code(show(pending(), used));  // TO4
    BOOST_TEST(events_of("2fa.failure", "replayed") == 1);
}

BOOST_AUTO_TEST_CASE(by_the_users_id_alone_as_the_guide_has_it) {
    turn_on();
    pending();
    is_empty(send(asking_second(Json::object({{"userId", user}}))));
    is_full(send(entering_second(user, next_code())));
}

BOOST_AUTO_TEST_CASE(TO4_the_code_of_the_set_up_signs_nobody_in_and_TO8_a_set_up_left_alone_changes_nothing) {
    const auto ticket = session(ada_);
    for (int i = 0; i < 3; ++i) BOOST_TEST(core.two_step.begin(core.db, of_user(), *shop(), ticket).has_value());
    BOOST_TEST(events_of("2fa.setup_started") == 1);
    is_full(send(signing_in()));
    turn_on();
    is_wrong_code(show(pending(), code()));
    is_full(show(pending(), next_code()));
    BOOST_TEST(caused(events::Name::second_step_enabled) == 1U);  // N1
}

BOOST_AUTO_TEST_CASE(X15_a_code_by_mail_does_not_stand_for_the_app) {
    set("signin.email_code", "on");
    turn_on();
    is_empty(send(asking()));
    const auto ticket = send(entering(address, code_for_sign_in()));
    is_pending(ticket, "app");
    is_full(show(ticket, next_code()));
}

BOOST_AUTO_TEST_CASE(RC6_a_recovery_code_lets_in_once_and_says_how_many_are_left) {
    const auto codes = turn_on();
    BOOST_TEST(codes.size() == 10U);
    const auto full = show(pending(), codes[3]);
    is_full(full);
    BOOST_TEST(text(user_claims(full), "usedRecovery") == "true");
    BOOST_TEST(text(user_claims(full), "recoveryCodesLeft") == "9");
    const auto told = last(events::Name::recovery_code_used);  // N4
    BOOST_TEST(told.remaining == "9");
    is_wrong_code(show(pending(), codes[3]));
    auto lower = codes[4];
    for (auto& c : lower) c = static_cast<char>(c == '-' ? ' ' : std::tolower(static_cast<unsigned char>(c)));
    is_full(show(pending(), lower));
    is_full(show(pending(), next_code()));  // the app stays on
    BOOST_TEST(events_of("recovery.code_used") == 2);
    BOOST_TEST(events_of("recovery.failure") == 1);
}

BOOST_AUTO_TEST_CASE(TK7_five_wrong_codes_end_the_sign_in_and_TO5_ten_in_a_row_pause) {
    const auto codes = turn_on();
    clock.advance(30s);
    auto ticket = pending();
    for (int i = 0; i < 5; ++i) is_wrong_code(show(ticket, other(code())));
    BOOST_TEST(show(ticket, code()).status == 401);
    BOOST_TEST(events_of("2fa.exhausted", "tries") == 1);
    ticket = pending();
    for (int i = 0; i < 4; ++i) is_wrong_code(show(ticket, other(code())));
    is_wrong_code(show(ticket, "ABCD-EFGH-JKLM-NPQR"));  // RC5
    BOOST_TEST(events_of("2fa.paused", "paused") == 1);
    ticket = pending();
    is_wrong_code(show(ticket, next_code()));
    is_wrong_code(show(ticket, codes[0]));
    clock.advance(15min);
    renew_token();
    is_full(show(pending(), code()));
}

BOOST_AUTO_TEST_CASE(a_pending_ticket_that_owes_the_app_stays_pending_through_refresh) {
    turn_on();
    const auto refreshed = send(refreshing(pending().text_at("refreshToken")));
    is_pending(refreshed, "app");
    is_full(show(refreshed, next_code()));
}

BOOST_AUTO_TEST_CASE(RS2_a_reset_leaves_the_app_on) {
    turn_on();
    is_empty(send(request(POST, accounts_path + "/Reset-Password", R"({"userName":"ada.byron"})")));
    const auto token = last(events::Name::password_reset_sent).link;
    is_empty(send(request(POST, accounts_path + "/Update-Forgotten-Password",
                          Json::object({{"userName", "ada.byron"}, {"confirmationCode", token.reveal()}, {"newPassword", "Loom-No-77"}}).dump())));
    const auto ticket = send(signing_in("ada.byron", "Loom-No-77"));
    is_pending(ticket, "app");
    is_full(show(ticket, next_code()));
}

BOOST_AUTO_TEST_CASE(a_session_steps_up_by_the_app_and_a_change_of_address_wants_it_RS6) {
    turn_on();
    const auto change = on(ada_.at("customerAccount.id"), PUT, {}, R"({"emailAddress":"countess@example.com"})");
    const auto full = show(pending(), next_code());
    clock.advance(6min);
    BOOST_TEST(send(as(full.text_at("accessToken"), change)).status == 403);
    is_empty(send(as(full.text_at("accessToken"), asking_second())));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);  // no mail takes the app's place
    is_wrong_code(show(full, other(code())));
    const auto stepped = show(full, code());
    is_full(stepped);
    BOOST_TEST(send(current(full.text_at("accessToken"))).status == 401);
    BOOST_TEST(send(as(stepped.text_at("accessToken"), change)).status == 200);
}

BOOST_AUTO_TEST_CASE(W9_its_owner_turns_it_off_with_the_password_and_may_start_again) {
    const auto codes = turn_on();
    const auto ticket = session(show(pending(), next_code()));
    BOOST_TEST(!core.two_step.turn_off(core.db, of_user(), *shop(), ticket, Secret(std::string_view("not it"))));
    pending();
    BOOST_TEST(core.two_step.turn_off(core.db, of_user(), *shop(), ticket, Secret(std::string_view("Engine-No-1"))).has_value());
    BOOST_TEST(caused(events::Name::second_step_disabled) == 1U);  // N2
    is_full(send(signing_in()));
    BOOST_TEST(number("SELECT COUNT(*) FROM recovery_codes") == 0);
    const auto old = secret;
    ada_ = send(signing_in());
    turn_on();
    BOOST_TEST(old.reveal() != secret.reveal());
    is_wrong_code(show(pending(), codes[0]));
}

BOOST_AUTO_TEST_CASE(W8_W16_the_shop_turns_it_off_once_and_sign_ins_that_wait_begin_anew) {
    turn_on();
    const auto ticket = pending();
    const auto login = core.logins.named(core.db, realm, "ada.byron");
    BOOST_REQUIRE(login);
    BOOST_TEST(login->app);
    BOOST_TEST(core.two_step.turn_off_for(core.db, of_user(), *login, "command", "lost telephone").has_value());
    BOOST_TEST(!core.two_step.turn_off_for(core.db, of_user(), *login, "command", "again").has_value());
    BOOST_TEST(events_of("2fa.disabled", "by_shop") == 1);
    BOOST_TEST(caused(events::Name::second_step_disabled) == 1U);
    BOOST_TEST(show(ticket, next_code()).status == 401);
    is_full(send(signing_in()));
}

BOOST_AUTO_TEST_CASE(RC4_new_codes_want_password_and_app_and_void_the_old_ones) {
    const auto codes = turn_on();
    const auto ticket = session(show(pending(), next_code()));
    const auto made = [&](std::string_view password, std::string_view typed) {
        return core.two_step.new_codes(core.db, of_user(), *shop(), ticket, Secret(password), typed);
    };
    BOOST_TEST(!made("not it", next_code()));
    BOOST_TEST(!made("Engine-No-1", other(code())));
    const auto set = made("Engine-No-1", code());
    BOOST_REQUIRE(set);
    is_wrong_code(show(pending(), codes[0]));
    is_full(show(pending(), set->codes[0].reveal()));
    core.two_step.confirm_saved(core.db, of_user(), ticket, set->number);
    core.two_step.confirm_saved(core.db, of_user(), ticket, set->number);
    BOOST_TEST(events_of("recovery.saved_confirmed") == 1);
}

BOOST_AUTO_TEST_CASE(RS6_an_old_session_turns_nothing_on) {
    const auto ticket = session(ada_);
    clock.advance(6min);
    BOOST_TEST((core.two_step.begin(core.db, of_user(), *shop(), ticket).error().why == Why::step_up_required));
}

BOOST_AUTO_TEST_SUITE_END()
