// SPDX-License-Identifier: MIT
// Rules of tickets: lives (TK2), what keeps one alive (TK6), and how a generation is judged (TK4, TK5).
#include <boost/test/unit_test.hpp>

#include <authtickets/core/tickets.h>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::tickets;
using namespace std::chrono_literals;

namespace {

const Time born = test::FakeClock().now();
constexpr ApplicationNo ours{3}, theirs{4};

Ticket ticket() {
    return {.realm = RealmNo{1},
            .account_no = AccountNo{1001},
            .application = ours,
            .epoch = 7,
            .generation = 5,
            .min_generation = 2,
            .created_at = born,
            .rotated_at = born,
            .lifetimes = {.access = 900s, .refresh = 86400s, .ends_at = born + std::chrono::days(30)},
            .user_epoch = 7,
            .account = accounts::Account{.no = AccountNo{1001}}};
}

}  // namespace

namespace authtickets::tickets {

std::ostream& boost_test_print_type(std::ostream& out, Verdict verdict) {
    constexpr const char* names[] = {"good", "grace", "reuse", "refused"};
    return out << names[static_cast<int>(verdict)];
}

}  // namespace authtickets::tickets

BOOST_AUTO_TEST_SUITE(tickets_rules)

BOOST_AUTO_TEST_CASE(lives_asked_for_are_cut_to_the_realms_TK2) {
    const realms::Settings settings;
    struct Case {
        std::optional<Seconds> access, refresh;
        Seconds given_access, given_refresh;
    };
    const Case cases[] = {
        {{}, {}, 900s, 86400s},
        {300s, 600s, 300s, 600s},
        {60s, 60s, 240s, 300s},  // clients refresh 180 s before the end (kibo 9)
        {900s, 86400s, 900s, 86400s},
        {901s, 86401s, 900s, 86400s},
        {Seconds::max(), Seconds::max(), 900s, 86400s},
    };
    for (const auto& each : cases) {
        const auto lives = lifetimes(settings, born, each.access, each.refresh);
        BOOST_TEST(lives.access.count() == each.given_access.count());
        BOOST_TEST(lives.refresh.count() == each.given_refresh.count());
        BOOST_TEST((lives.ends_at == born + std::chrono::days(30)));
    }
}

BOOST_AUTO_TEST_CASE(no_token_outlives_the_session_TK2) {
    auto t = ticket();
    BOOST_TEST((access_expires(t) == born + 900s));
    BOOST_TEST((refresh_expires(t) == born + 86400s));
    t.rotated_at = t.lifetimes.ends_at - 600s;
    BOOST_TEST((access_expires(t) == t.lifetimes.ends_at));
    BOOST_TEST((refresh_expires(t) == t.lifetimes.ends_at));
}

BOOST_AUTO_TEST_CASE(anything_that_ends_a_ticket_ends_it_TK6) {
    struct Case {
        const char* what;
        void (*change)(Ticket&);
    };
    const Case cases[] = {
        {"ended", [](Ticket& t) { t.ended_at = born; }},
        {"a newer epoch", [](Ticket& t) { t.user_epoch = 8; }},
        {"an older epoch, after a restore", [](Ticket& t) { t.user_epoch = 6; }},
        {"blocked", [](Ticket& t) { t.user_blocked = true; }},
        {"no longer a member", [](Ticket& t) { t.member = false; }},
        {"the account is gone", [](Ticket& t) { t.account.reset(); }},
        {"the account is disabled", [](Ticket& t) { t.account->active = false; }},
        {"the session is over", [](Ticket& t) { t.lifetimes.ends_at = born + 1s; }},
    };
    BOOST_TEST(alive(ticket(), born + 1s));
    for (const auto& each : cases) {
        auto t = ticket();
        each.change(t);
        BOOST_TEST_CONTEXT(each.what) {
            BOOST_TEST(!alive(t, born + 1s));
            BOOST_TEST(judge_access(t, 5, born + 1s) == Verdict::refused);
            BOOST_TEST(judge_refresh(t, 5, ours, born + 1s, 10s) == Verdict::refused);
            BOOST_TEST(judge_refresh(t, 4, ours, born + 1s, 10s) == Verdict::refused);
            BOOST_TEST(judge_refresh(t, 1, ours, born + 1s, 10s) == Verdict::refused);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_ticket_of_a_user_without_an_account_lives_without_one) {
    auto t = ticket();
    t.account_no.reset();
    t.account.reset();
    t.member = false;
    BOOST_TEST(alive(t, born));
}

BOOST_AUTO_TEST_CASE(a_session_is_over_at_its_end_and_not_before_TK2) {
    const auto t = ticket();
    BOOST_TEST(alive(t, t.lifetimes.ends_at - 1ms));
    BOOST_TEST(!alive(t, t.lifetimes.ends_at));
}

BOOST_AUTO_TEST_CASE(an_access_token_is_good_from_min_generation_to_the_rows) {
    const Verdict wanted[] = {Verdict::refused, Verdict::refused, Verdict::good, Verdict::good, Verdict::good, Verdict::good, Verdict::refused};
    for (std::uint32_t generation = 0; generation < std::size(wanted); ++generation) {
        BOOST_TEST_CONTEXT("generation " << generation) { BOOST_TEST(judge_access(ticket(), generation, born) == wanted[generation]); }
    }
}

BOOST_AUTO_TEST_CASE(generations_of_refresh_tokens_are_judged_TK4_TK5) {
    struct Case {
        std::uint32_t generation;
        Millis since;  // the rotation
        Seconds grace;
        Verdict verdict;
    };
    const Case cases[] = {
        {5, 0ms, 10s, Verdict::good},
        {5, 86'399'999ms, 10s, Verdict::good},
        {5, 86'400'000ms, 10s, Verdict::refused},
        {5, -3'600'000ms, 10s, Verdict::good},   // a clock that was stepped back signs nobody out
        {4, 0ms, 10s, Verdict::grace},
        {4, 10'000ms, 10s, Verdict::grace},
        {4, 10'001ms, 10s, Verdict::reuse},
        {4, -2'000ms, 10s, Verdict::grace},      // two hosts' clocks
        {4, -2'001ms, 10s, Verdict::reuse},      // a clock stepped back gives no endless grace
        {4, -3'600'000ms, 10s, Verdict::reuse},
        {4, 0ms, 0s, Verdict::grace},
        {4, 1ms, 0s, Verdict::reuse},
        {4, 3'000ms, 3s, Verdict::grace},
        {4, 3'001ms, 3s, Verdict::reuse},
        {3, 0ms, 10s, Verdict::reuse},           // one level only
        {3, 5'000ms, 10s, Verdict::reuse},
        {1, 0ms, 10s, Verdict::reuse},
        {0, 0ms, 10s, Verdict::reuse},
        {6, 0ms, 10s, Verdict::refused},         // ahead of the row: never reuse
        {7, 0ms, 10s, Verdict::refused},
        {4'294'967'295u, 0ms, 10s, Verdict::refused},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT("generation " << each.generation << ", " << each.since.count() << " ms after, grace " << each.grace.count()) {
            BOOST_TEST(judge_refresh(ticket(), each.generation, ours, born + each.since, each.grace) == each.verdict);
        }
    }
}

BOOST_AUTO_TEST_CASE(another_application_gets_neither_grace_nor_a_say_TK5) {
    for (const std::uint32_t generation : {1u, 3u, 4u, 5u, 6u}) {
        BOOST_TEST(judge_refresh(ticket(), generation, theirs, born + 1s, 10s) == Verdict::refused);
    }
}

BOOST_AUTO_TEST_CASE(a_parent_below_min_generation_gets_no_grace) {
    auto t = ticket();
    t.min_generation = 5;  // a step-up, or sign-out elsewhere
    BOOST_TEST(judge_refresh(t, 4, ours, born + 1s, 10s) == Verdict::reuse);
    BOOST_TEST(judge_refresh(t, 5, ours, born + 1s, 10s) == Verdict::good);
}

BOOST_AUTO_TEST_SUITE_END()
