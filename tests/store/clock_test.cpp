// SPDX-License-Identifier: MIT
// A clock that is stepped forth by an hour and back again, as a broken time service does it: no endless life, no endless
// lock, nothing deleted that lives.
#include "store/shop.h"

#include <authtickets/core/upkeep.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Stepping : Shop {
    upkeep::Purged purge() { return upkeep::Upkeep(core.events, core.imports).purge(core.db, context(), {realm()}); }
    void fail(int times) {
        for (int i = 0; i < times; ++i) sign_in("ann", "wrong horse 2");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(stepped_clock, Stepping)

BOOST_AUTO_TEST_CASE(a_ticket_of_before_lives_through_it_and_ends_at_its_time_TK2) {
    const auto ann = customer("ann");
    const auto begun = clock.now();
    clock.advance(-1h);
    BOOST_TEST(check(ann.issued.access) == "granted");
    clock.set(begun + 1h);
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");  // fifteen minutes, by this clock
    clock.set(begun + 1min);
    BOOST_TEST(check(ann.issued.access) == "granted");
    clock.set(begun + 15min);
    BOOST_TEST(check(ann.issued.access) == "ticket_invalid");
    clock.set(begun + 24h - 1ms);
    BOOST_TEST(why(refresh(ann.issued.refresh)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_ticket_of_the_wrong_hour_lives_an_hour_longer_at_most_TK2) {
    const auto begun = clock.now();
    clock.advance(1h);
    auto token = customer("ann").issued.refresh;
    clock.set(begun);
    BOOST_TEST(why(refresh(token)) == "granted");
    // However often it is refreshed, the session ends when it was to end.
    clock.set(begun + 1h);
    token = expect(sign_in("ann")).issued.refresh;
    clock.set(begun);
    for (int day = 0; day < 60 && clock.now() < begun + std::chrono::days(30) + 1h; ++day) {
        clock.advance(12h);
        const auto next = refresh(token);
        if (!next) break;
        token = next->refresh;
        BOOST_TEST((next->refresh_expires_at <= begun + std::chrono::days(30) + 1h));
    }
    clock.set(begun + std::chrono::days(30) + 1h);
    BOOST_TEST(why(refresh(token)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_generation_made_in_the_wrong_hour_goes_on_and_gives_no_endless_grace_TK5) {
    const auto ann = customer("ann");
    const auto begun = clock.now();
    clock.advance(1h);
    const auto second = expect(refresh(ann.issued.refresh));
    clock.set(begun);
    const auto third = expect(refresh(second.refresh));
    BOOST_TEST((third.refresh_expires_at == begun + 24h));
    BOOST_TEST(check(third.access) == "granted");
    clock.advance(11s);
    BOOST_TEST(why(refresh(second.refresh)) == "unknown_item");  // not grace: reuse
    BOOST_TEST(check(third.access) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(a_lock_of_the_wrong_hour_ends_an_hour_late_at_most_TH1) {
    set("lock.release_minutes", "30");
    customer("ann");
    const auto begun = clock.now();
    clock.advance(1h);
    fail(10);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.set(begun);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.set(begun + 90min);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_and_forth_frees_no_lock_before_its_time_TH1) {
    set("lock.release_minutes", "30");
    customer("ann");
    const auto begun = clock.now();
    fail(10);
    clock.set(begun - 1h);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.set(begun + 29min);
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.set(begun + 30min);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_charge_left_by_a_dead_worker_lapses_an_hour_late_at_most_TH1) {
    customer("ann");
    const auto begun = clock.now();
    change("UPDATE logins SET in_flight = 10, in_flight_at = '" + sql_text(begun + 1h) + "'");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    clock.set(begun + 1h + 30s);
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_budget_spent_in_the_wrong_hour_is_whole_again_when_the_clock_is_set_right_TH2) {
    const auto charge = [&] { return why(core.throttle.charge_address(core.db, from_browser(), realm()->settings)); };
    const auto begun = clock.now();
    clock.advance(2h);
    for (int i = 0; i < 30; ++i) BOOST_TEST(charge() == "granted");
    BOOST_TEST(charge() == "throttled");
    clock.set(begun);
    for (int i = 0; i < 30; ++i) BOOST_TEST(charge() == "granted");
    BOOST_TEST(charge() == "throttled");
    clock.advance(2s);
    BOOST_TEST(charge() == "granted");
}

BOOST_AUTO_TEST_CASE(an_hour_back_throttles_an_address_for_two_minutes_at_most_TH2) {
    const auto charge = [&] { return why(core.throttle.charge_address(core.db, from_browser(), realm()->settings)); };
    const auto begun = clock.now();
    for (const int charges : {1, 5, 6, 30}) {
        TestDatabase::instance().execute("DELETE FROM authtickets.throttles");
        clock.set(begun + 1h);
        for (int i = 0; i < charges; ++i) BOOST_TEST(charge() == "granted");
        clock.set(begun + 2min);
        BOOST_TEST(charge() == "granted");
    }
}

BOOST_AUTO_TEST_CASE(a_purge_in_the_wrong_hour_takes_nothing_that_lives) {
    const auto ann = customer("ann");
    const auto begun = clock.now();
    clock.set(begun + 23h + 30min);  // half an hour before the refresh token ends
    clock.advance(1h);
    BOOST_TEST(purge().of(upkeep::Table::tickets) == 0u);
    clock.advance(-1h);
    BOOST_TEST(why(refresh(ann.issued.refresh)) == "granted");
    clock.advance(-5h);
    BOOST_TEST(purge().of(upkeep::Table::tickets) == 0u);
    clock.set(begun + std::chrono::days(60));
    BOOST_TEST(purge().of(upkeep::Table::tickets) == 1u);
}

BOOST_AUTO_TEST_CASE(what_a_worker_keeps_is_read_again_after_a_step_back_TK6) {
    const auto grant = expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    const auto check_app = [&] { return why(core.applications.check(core.db, clock.now(), grant.access.reveal())); };
    BOOST_TEST(check_app() == "granted");
    clock.advance(-1h);
    change("DELETE FROM application_tokens");
    BOOST_TEST(check_app() == "application_unknown");
    change("INSERT INTO settings VALUES (" + std::to_string(realm_no().value) + ", 'ticket.access_life', '300', '" + sql_text(clock.now()) + "')");
    BOOST_TEST(realm()->settings.access_life.count() == 300);
}

BOOST_AUTO_TEST_CASE(events_keep_the_time_of_the_clock_and_prove_themselves_KL2) {
    customer("ann");
    clock.advance(-1h);
    expect(sign_in("ann"));
    clock.advance(2h);
    expect(sign_in("ann"));
    const auto all = events::page(core.db, realm_no(), {}, {}, 100);
    BOOST_TEST(all.size() == 6u);
    for (const auto& each : all) BOOST_TEST(core.events.verify(each));
}

BOOST_AUTO_TEST_SUITE_END()
