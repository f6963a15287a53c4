// SPDX-License-Identifier: MIT
// Rules of applications: behaviours as text, and how a generation of their tickets is judged (TK4, TK5).
#include <boost/test/unit_test.hpp>

#include <authtickets/core/applications.h>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::applications;
using namespace std::chrono_literals;
using tickets::Verdict;

namespace {

const Time born = test::FakeClock().now();

Grant grant() {
    return {.realm = RealmNo{1},
            .application = ApplicationNo{3},
            .generation = 3,
            .min_generation = 1,
            .created_at = born,
            .rotated_at = born,
            .lifetimes = {.access = 3600s, .refresh = 86400s, .ends_at = born + std::chrono::days(30)}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(applications_rules)

BOOST_AUTO_TEST_CASE(behaviours_are_read_and_named) {
    struct Case {
        const char* text;
        std::optional<Behaviours> read;
        const char* named;
    };
    const Case cases[] = {
        {"storefront", storefront, "storefront"},
        {"admin", admin, "admin"},
        {"storefront,admin", storefront | admin, "storefront,admin"},
        {"admin,storefront", storefront | admin, "storefront,admin"},
        {"admin,admin", admin, "admin"},
        {"publishable", publishable, "publishable"},
        {"publishable,admin,storefront", storefront | admin | publishable, "storefront,admin,publishable"},
        {"", {}, ""},
        {",", {}, ""},
        {"storefront,,admin", {}, ""},
        {"Admin", {}, ""},
        {"admin ", {}, ""},
        {"publisher", {}, ""},
        {"storefront,publisher", {}, ""},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT("'" << each.text << "'") {
            const auto read = parse_behaviours(each.text);
            BOOST_TEST((read == each.read));
            if (read) BOOST_TEST(behaviour_names(*read) == each.named);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_application_may_what_one_of_its_behaviours_allows) {
    const Application shop{.behaviours = storefront}, both{.behaviours = storefront | admin}, none{};
    BOOST_TEST(shop.may(storefront));
    BOOST_TEST(shop.may(storefront | admin));
    BOOST_TEST(!shop.may(admin));
    BOOST_TEST(both.may(admin));
    BOOST_TEST(!none.may(storefront | admin));
}

BOOST_AUTO_TEST_CASE(lives_end_with_the_grant) {
    auto g = grant();
    BOOST_TEST((access_expires(g) == born + 3600s));
    BOOST_TEST((refresh_expires(g) == born + 86400s));
    g.rotated_at = g.lifetimes.ends_at - 60s;
    BOOST_TEST((access_expires(g) == g.lifetimes.ends_at));
    BOOST_TEST((refresh_expires(g) == g.lifetimes.ends_at));
}

BOOST_AUTO_TEST_CASE(generations_of_refresh_tokens_are_judged_TK4_TK5) {
    struct Case {
        std::uint32_t generation;
        Millis since;
        Seconds grace;
        Verdict verdict;
    };
    const Case cases[] = {
        {3, 0ms, 10s, Verdict::good},
        {3, 86'399'999ms, 10s, Verdict::good},
        {3, 86'400'000ms, 10s, Verdict::refused},
        {2, 0ms, 10s, Verdict::grace},
        {2, 10'000ms, 10s, Verdict::grace},
        {2, 10'001ms, 10s, Verdict::reuse},
        {2, -2'000ms, 10s, Verdict::grace},
        {2, -2'001ms, 10s, Verdict::reuse},
        {2, 1ms, 0s, Verdict::reuse},
        {1, 0ms, 10s, Verdict::reuse},
        {0, 0ms, 10s, Verdict::reuse},
        {4, 0ms, 10s, Verdict::refused},
        {2, 86'400'000ms, 10s, Verdict::refused},  // all of it is over
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT("generation " << each.generation << ", " << each.since.count() << " ms after") {
            BOOST_TEST((judge_refresh(grant(), each.generation, born + each.since, each.grace) == each.verdict));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
