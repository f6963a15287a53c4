// SPDX-License-Identifier: MIT
// Sessions of browsers against the database: the cookie (TK1, TK2), the list of a user's sessions and their end (TK8), and
// stepping one up (TK3, RS6; docs/security.md).
#include "store/browser.h"

using namespace authtickets;
using namespace authtickets::test;
using tickets::Ticket;

namespace {

struct Sessions : Browsers {
    Secret cookie = expect(enter()).issued.cookie;
    Ticket ticket() { return expect(session(cookie)); }
    std::vector<Ticket> all() { return core.tickets.sessions(core.db, realm_no(), user, clock.now(), 50); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sessions_store, Sessions)

BOOST_AUTO_TEST_CASE(TK1_a_browser_gets_a_cookie_and_no_other_token) {
    const auto in = expect(enter());
    BOOST_TEST(in.issued.access.empty());
    BOOST_TEST(in.issued.refresh.empty());
    BOOST_TEST(opens(in.issued.cookie) == "granted");
    BOOST_TEST(check(in.issued.cookie) == "ticket_invalid");
    BOOST_TEST(why(core.tickets.read_refresh(context(), in.issued.cookie)) == "unknown_item");
    BOOST_TEST(opens(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(opens(ann.issued.refresh) == "ticket_invalid");
    BOOST_TEST(ann.issued.cookie.empty());
    auto bent = std::string(in.issued.cookie.reveal());
    bent[20] = bent[20] == 'A' ? 'B' : 'A';
    BOOST_TEST(opens(Secret(std::string_view(bent))) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(a_cookie_serves_its_own_door_and_realm_only) {
    BOOST_TEST(opens(cookie, Door::desk) == "ticket_invalid");
    const auto at_desk = expect(enter({}, Door::desk)).issued.cookie;
    BOOST_TEST(opens(at_desk, Door::desk) == "granted");
    BOOST_TEST(opens(at_desk) == "ticket_invalid");
    auto elsewhere = page();
    elsewhere.realm = RealmNo{realm_no().value + 1};
    BOOST_TEST(statements([&] { BOOST_TEST(why(core.tickets.session(core.db, elsewhere, cookie.reveal())) == "ticket_invalid"); }) == 0u);
}

BOOST_AUTO_TEST_CASE(a_click_is_one_statement_and_every_five_minutes_three_more) {
    BOOST_TEST(statements([&] { ticket(); }) == 1u);
    clock.advance(tickets::seen_rests - 1ms);
    BOOST_TEST(statements([&] { ticket(); }) == 1u);
    clock.advance(1ms);
    BOOST_TEST(statements([&] { BOOST_TEST((ticket().last_seen_at == clock.now())); }) == 4u);
    BOOST_TEST(statements([&] { BOOST_TEST((ticket().last_seen_at == clock.now())); }) == 1u);
}

BOOST_AUTO_TEST_CASE(TK2_a_session_ends_after_a_day_without_a_click_and_after_thirty_with_them) {
    clock.advance(24h - 1ms);
    BOOST_TEST(opens(cookie) == "granted");
    clock.advance(24h);
    BOOST_TEST(opens(cookie) == "ticket_invalid");
    const auto another = expect(enter()).issued;
    for (int day = 0; day < 59; ++day) {
        clock.advance(12h);
        BOOST_TEST(opens(another.cookie) == "granted");
    }
    clock.advance(12h - 1ms);
    BOOST_TEST(opens(another.cookie) == "granted");
    clock.advance(1ms);
    BOOST_TEST(opens(another.cookie) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(TK2_by_policy_standard_who_has_a_second_factor_rests_an_hour_and_stays_a_day) {
    turn_on(ticket());
    set("policy", "standard");
    clock.advance(30s);
    const auto pending = expect(enter());
    BOOST_TEST(pending.pending());
    const auto in = expect(step(pending.issued.ticket, app_code())).issued;
    BOOST_TEST((in.ticket.lifetimes.ends_at == clock.now() + 24h));
    const auto begun = clock.now();
    while (clock.now() < begun + 23h) {
        clock.advance(1h - 1ms);
        BOOST_TEST(opens(in.cookie) == "granted");
    }
    clock.set(begun + 24h - 1ms);
    BOOST_TEST(opens(in.cookie) == "granted");
    clock.set(begun + 24h);
    BOOST_TEST(opens(in.cookie) == "ticket_invalid");
    const auto rests = expect(step(expect(enter()).issued.ticket, app_code())).issued.cookie;
    clock.advance(1h);
    BOOST_TEST(opens(rests) == "ticket_invalid");
    // The same by an application: its refresh token rests an hour.
    const auto by_api = expect(sign_in("ann"));
    const auto api = expect(core.sign_in.second_step(core.db, context(), *realm(), {.claims = as_read(by_api.issued.ticket)}, Secret(next_app_code())));
    BOOST_TEST((api.issued.refresh_expires_at == clock.now() + 1h));
    BOOST_TEST((api.issued.ticket.lifetimes.ends_at == clock.now() + 24h));
}

BOOST_AUTO_TEST_CASE(TK6_what_ends_tickets_ends_sessions) {
    BOOST_TEST(core.db.transact([&](db::Tx& tx) { return core.users.raise_epoch(tx, page(), user); }));
    BOOST_TEST(opens(cookie) == "ticket_invalid");
    const auto another = expect(enter()).issued;
    expect(core.tickets.end(core.db, page(), another.ticket.id, tickets::End::signed_out));
    BOOST_TEST(opens(another.cookie) == "ticket_invalid");
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'signout' AND actor = 'user'") == 1);
}

BOOST_AUTO_TEST_CASE(an_operators_session_for_a_customer_lives_by_the_operators_epoch_too) {
    const auto boss = customer("boss").account.user;
    const auto given = [&] {
        const auto epoch = login().epoch;
        return core.db.transact([&](db::Tx& tx) {
            const auto now = page();
            return core.tickets.issue(tx, now, {.user = user, .account_no = ann.account.no, .epoch = epoch,
                                                .lifetimes = {.access = 1800s, .refresh = 1800s, .ends_at = now.now + 30min},
                                                .acting = tickets::ActingOperator{.realm = realm_no(), .user = boss, .epoch = 1}});
        });
    };
    BOOST_TEST(opens(given().cookie) == "ticket_invalid");
    change("INSERT INTO operators (realm_no, user_id, shop_no, role, preferences, changes, created_at, updated_at) SELECT realm_no, user_id, realm_no, 3, "
           "'{}', 0, created_at, created_at FROM logins WHERE user_name = 'boss'");
    const auto first = given();
    const auto acting = expect(session(first.cookie)).acting;
    BOOST_REQUIRE(acting);
    BOOST_TEST((acting->user == boss));
    change("UPDATE operators SET role = 2");
    BOOST_TEST(opens(first.cookie) == "ticket_invalid");
    change("UPDATE operators SET role = 3");
    BOOST_TEST(opens(first.cookie) == "granted");
    BOOST_TEST(core.db.transact([&](db::Tx& tx) { return core.users.raise_epoch(tx, page(), boss); }));
    BOOST_TEST(opens(first.cookie) == "ticket_invalid");
    BOOST_TEST(opens(given().cookie) == "ticket_invalid");
    BOOST_TEST(opens(cookie) == "granted");
    clock.advance(30min);
    BOOST_TEST(opens(cookie) == "granted");
}

BOOST_AUTO_TEST_CASE(TK8_the_list_has_the_live_full_sessions_of_every_door_the_last_seen_first) {
    clock.advance(1s);
    expect(sign_in("ann"));
    customer("bob");
    clock.advance(10min);
    ticket();
    const auto found = all();
    BOOST_REQUIRE(found.size() == 3u);
    BOOST_TEST((found[0].id == ticket().id));
    BOOST_TEST((tickets::seen_at(found[0]) == clock.now()));
    BOOST_TEST((found[1].application == application->application.no));
    BOOST_TEST(found[0].browser == "Mozilla/5.0");
    BOOST_TEST(found[0].address == "203.0.113.9");
    set("second_step.always", "on");
    BOOST_TEST(expect(enter()).pending());
    BOOST_TEST(all().size() == 3u);
    clock.advance(24h);
    BOOST_TEST(all().size() == 0u);
}

BOOST_AUTO_TEST_CASE(TK8_one_session_is_ended_once_by_one_of_sixteen) {
    const auto id = ticket().id;
    const auto told = race([&](Core& with, unsigned) { return why(with.tickets.end_session(with.db, page(), user, id)); });
    BOOST_TEST(std::ranges::count(told, "granted") == 1);
    BOOST_TEST(std::ranges::count(told, "unknown_item") == 15);
    BOOST_TEST(events("session.ended", "one") == 1);
    BOOST_TEST(opens(cookie) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(TK8_nobody_ends_the_session_of_another) {
    const auto bob = customer("bob").account.user;
    BOOST_TEST(why(core.tickets.end_session(core.db, page(), bob, ticket().id)) == "unknown_item");
    BOOST_TEST(opens(cookie) == "granted");
    BOOST_TEST(events("session.ended") == 0);
}

BOOST_AUTO_TEST_CASE(TK8_all_others_end_and_one_event_says_how_many) {
    const auto bob = expect(sign_in(customer("bob").account.user_name)).issued.access;
    const auto other = expect(enter()).issued.cookie;
    BOOST_TEST(core.tickets.end_others(core.db, page(), user, ann.account.no, ticket().id) == 2u);
    BOOST_TEST(opens(cookie) == "granted");
    BOOST_TEST(opens(other) == "ticket_invalid");
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(check(bob) == "granted");
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'session.ended' AND reason = 'others' AND JSON_VALUE(details, '$.ended') = 2") == 1);
    BOOST_TEST(core.tickets.end_others(core.db, page(), user, ann.account.no, ticket().id) == 0u);
    BOOST_TEST(events("session.ended") == 1);
    BOOST_TEST(core.tickets.end_others(core.db, page(), user, ann.account.no, {}) == 1u);
    BOOST_TEST(opens(cookie) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(TK8_sign_ins_that_wait_end_with_the_others) {
    set("second_step.always", "on");
    const auto waiting = expect(enter()).issued.cookie;
    BOOST_TEST(opens(waiting) == "granted");
    BOOST_TEST(core.tickets.end_others(core.db, page(), user, ann.account.no, ticket().id) == 1u);
    BOOST_TEST(opens(waiting) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(P17_the_password_steps_a_session_up_and_its_old_cookie_is_dead_TK3) {
    clock.advance(10min);
    const auto before = ticket();
    const auto up = expect(core.sign_in.step_up_by_password(core.db, page(), *realm(), before, Secret(right_password)));
    BOOST_TEST((up.issued.ticket.id == before.id));
    BOOST_TEST(opens(cookie) == "ticket_invalid");
    BOOST_TEST((expect(session(up.issued.cookie)).password_at == clock.now()));
    BOOST_TEST(customers::fresh(expect(session(up.issued.cookie)), login(), clock.now(), 300s));
    BOOST_TEST(events("stepup.success") == 1);
    BOOST_TEST(check(ann.issued.access) == "granted");
}

BOOST_AUTO_TEST_CASE(the_last_sign_in_is_the_one_that_was_completed_M1_P9) {
    const auto last = [&] { return login().last_login_at.value_or(Time{}); };
    const auto begun = last();
    BOOST_TEST((begun == clock.now()));
    clock.advance(10min);
    expect(core.sign_in.step_up_by_password(core.db, page(), *realm(), ticket(), Secret(right_password)));
    BOOST_TEST((last() == begun));  // a step-up begins no session

    set("second_step.always", "on");
    const auto waiting = expect(enter());
    BOOST_TEST(waiting.pending());
    BOOST_TEST((last() == begun));  // a password alone signs nobody in here
    clock.advance(1min);
    expect(step_by_mail(waiting.issued.ticket));
    BOOST_TEST((last() == clock.now()));

    const auto ben = customer("ben");        // registered, and signed in by that
    BOOST_TEST((core.logins.of_user(core.db, realm_no(), ben.account.user)->last_login_at == clock.now()));
}

BOOST_AUTO_TEST_CASE(P17_a_wrong_password_counts_and_locks_as_at_sign_in_TH1) {
    const auto before = ticket();
    const auto shows = [&](const std::string& password) {
        return why(core.sign_in.step_up_by_password(core.db, page(), *realm(), before, Secret(std::string_view(password))));
    };
    for (int i = 0; i < 10; ++i) BOOST_TEST(shows("wrong horse 2") == "password_wrong");
    BOOST_TEST(shows(right_password) == "password_wrong");
    BOOST_TEST(events("stepup.failure", "wrong_password") == 10);
    BOOST_TEST(events("stepup.failure", "locked") == 1);
    BOOST_TEST(events("account.locked") == 1);
    BOOST_TEST(opens(cookie) == "granted");  // TH5
    BOOST_TEST(why(enter()) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(P17_one_session_is_stepped_up_by_one_of_sixteen) {
    const auto before = ticket();
    set("lock.attempts", "50");
    const auto told = race([&](Core& with, unsigned) {
        const auto now = page();
        return why(with.db.transact([&](db::Tx& tx) { return with.tickets.step_up_by_password(tx, now, before); }));
    });
    BOOST_TEST(std::ranges::count(told, "granted") == 1);
    BOOST_TEST(std::ranges::count(told, "ticket_invalid") == 15);
}

BOOST_AUTO_TEST_CASE(B1_a_session_begun_by_a_recovery_code_says_so_until_it_is_dismissed) {
    turn_on(ticket());
    const auto tells = [&](const Secret& of) {
        return two_step::tells_recovery(expect(session(of)), core.totp.state(core.db, realm_no(), user));
    };
    const auto in_by_recovery = [&](std::size_t which) {
        return expect(step(expect(enter()).issued.ticket, std::string(recovery[which].reveal()))).issued.cookie;
    };
    const auto first = in_by_recovery(0);
    BOOST_TEST(tells(first));
    core.tickets.dismiss(core.db, page(), expect(session(first)).id);
    BOOST_TEST(!tells(first));
    const auto second = in_by_recovery(1), third = in_by_recovery(2);
    clock.advance(30s);
    expect(core.two_step.new_codes(core.db, page(), *realm(), expect(session(second)), Secret(right_password), app_code()));
    BOOST_TEST(!tells(second));
    BOOST_TEST(!tells(third));
    BOOST_TEST(!tells(expect(step(expect(enter()).issued.ticket, next_app_code())).issued.cookie));
}

BOOST_AUTO_TEST_CASE(RS2_a_reset_with_a_factor_of_ones_own_leaves_a_pending_sign_in_and_without_one_none) {
    const auto after = [&] { return expect(core.sign_in.pending_after_reset(core.db, page(), *realm(), user)); };
    BOOST_TEST(!after());
    turn_on(ticket());
    const auto pending = after();
    BOOST_REQUIRE(pending);
    BOOST_TEST(pending->pending());
    BOOST_TEST((pending->issued.ticket.owes == tickets::Factor::app));
    BOOST_TEST((expect(session(pending->issued.cookie)).state == tickets::State::pending));
    BOOST_TEST(events("signin.pending", "reset") == 1);
    const auto in = expect(step(expect(session(pending->issued.cookie)), next_app_code()));
    BOOST_TEST(!in.pending());
    BOOST_TEST(opens(pending->issued.cookie) == "ticket_invalid");
    // Of somebody who is kept out there is none.
    BOOST_TEST(core.db.transact([&](db::Tx& tx) { return core.users.block(tx, page(), user, true); }));
    BOOST_TEST(!after());
}

BOOST_AUTO_TEST_CASE(RS2_the_shops_rule_alone_leaves_no_pending_sign_in_after_a_reset) {
    set("second_step.always", "on");
    BOOST_TEST(!expect(core.sign_in.pending_after_reset(core.db, page(), *realm(), user)));
}

BOOST_AUTO_TEST_SUITE_END()
