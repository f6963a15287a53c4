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

BOOST_AUTO_TEST_CASE(by_policy_standard_a_second_factor_cuts_the_lives_TK2) {
    realms::Settings settings;
    const auto same = [](const Lifetimes& a, const Lifetimes& b) { return a.access == b.access && a.refresh == b.refresh && a.ends_at == b.ends_at; };
    BOOST_TEST(same(lifetimes(settings, born, {}, {}, true), lifetimes(settings, born, {}, {})));
    BOOST_TEST(same(session_lifetimes(settings, born, true), session_lifetimes(settings, born, false)));
    BOOST_TEST((session_lifetimes(settings, born, false).refresh == 24h));
    BOOST_TEST((session_lifetimes(settings, born, false).ends_at == born + std::chrono::days(30)));
    settings.policy = realms::PasswordPolicy::standard;
    settings.access_life = 7200s;
    BOOST_TEST((lifetimes(settings, born, {}, {}).refresh == 24h));
    BOOST_TEST((session_lifetimes(settings, born, false).refresh == 24h));
    const auto cut = lifetimes(settings, born, {}, 24h, true);
    BOOST_TEST((cut.access == 1h));
    BOOST_TEST((cut.refresh == 1h));
    BOOST_TEST((cut.ends_at == born + 24h));
    BOOST_TEST((session_lifetimes(settings, born, true).refresh == 1h));
    BOOST_TEST((session_lifetimes(settings, born, true).ends_at == born + 24h));
    settings.refresh_life = 600s;
    settings.session_life = 3600s;
    BOOST_TEST((session_lifetimes(settings, born, true).refresh == 600s));
    BOOST_TEST((session_lifetimes(settings, born, true).ends_at == born + 1h));
}

BOOST_AUTO_TEST_CASE(account_tokens_live_as_their_setting_says_EP171_TK2) {
    realms::Settings settings;
    BOOST_TEST((account_lifetimes(settings, born, true).access == 24h));
    BOOST_TEST((account_lifetimes(settings, born, true).refresh == 24h));
    BOOST_TEST((account_lifetimes(settings, born, true).ends_at == born + std::chrono::days(30)));
    settings.account_life = 60s;
    BOOST_TEST((account_lifetimes(settings, born, false).access == 60s));
    settings.account_life = std::chrono::days(30);
    settings.policy = realms::PasswordPolicy::standard;
    BOOST_TEST((account_lifetimes(settings, born, false).access == std::chrono::days(30)));
    BOOST_TEST((account_lifetimes(settings, born, true).access == 1h));
    BOOST_TEST((account_lifetimes(settings, born, true).ends_at == born + 24h));
}

BOOST_AUTO_TEST_CASE(a_reset_ticket_opens_the_password_for_ten_minutes_PW12_X17) {
    auto t = ticket();
    BOOST_TEST(!opens_password(t, born));
    for (const auto scope : {Scope::reset, Scope::password_update}) {
        t.scope = scope;
        BOOST_TEST(opens_password(t, born));
        BOOST_TEST(opens_password(t, born + 10min - 1ms));
        BOOST_TEST(!opens_password(t, born + 10min));
    }
    t.state = State::pending;
    BOOST_TEST(!opens_password(t, born));
}

BOOST_AUTO_TEST_CASE(a_session_rests_as_long_as_a_refresh_token_lives_TK2) {
    auto t = ticket();
    BOOST_TEST((seen_at(t) == born));
    BOOST_TEST(session_alive(t, born + 24h - 1ms));
    BOOST_TEST(!session_alive(t, born + 24h));
    t.last_seen_at = born + 12h;
    BOOST_TEST(session_alive(t, born + 36h - 1ms));
    BOOST_TEST(!session_alive(t, born + 36h));
    t.rotated_at = born + 20h;  // stepped up later
    BOOST_TEST((seen_at(t) == born + 20h));
    t.ended_at = born;
    BOOST_TEST(!session_alive(t, born + 1h));
}

BOOST_AUTO_TEST_CASE(an_operators_session_for_a_customer_ends_with_the_operators_tickets_TK6) {
    auto t = ticket();
    t.acting = ActingOperator{.realm = RealmNo{2}, .user = {}, .epoch = 4};
    BOOST_TEST(!alive(t, born + 1s));  // he is gone, blocked or no manager
    t.operator_epoch = 5;
    BOOST_TEST(!alive(t, born + 1s));
    t.operator_epoch = 4;
    BOOST_TEST(alive(t, born + 1s));
    t.user_epoch = 8;
    BOOST_TEST(!alive(t, born + 1s));
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
