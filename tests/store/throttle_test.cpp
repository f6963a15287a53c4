// SPDX-License-Identifier: MIT
// Budgets per address against the database (TH2, TH8) and per application in the process.
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Budgets : Shop {
    Result<void> charge(const std::string& address) { return core.throttle.charge_address(core.db, from_browser(address), realm()->settings); }
    int charges(const std::string& address, int most = 2000) {
        int count = 0;
        while (count < most && charge(address)) ++count;
        return count;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(throttle_store, Budgets)

BOOST_AUTO_TEST_CASE(thirty_failures_a_minute_per_address_TH2) {
    BOOST_TEST(charges("203.0.113.9") == 30);
    const auto refused = charge("203.0.113.9");
    BOOST_TEST(why(refused) == "throttled");
    BOOST_TEST(refused.error().retry_after.count() == 2);
    clock.advance(1999ms);
    BOOST_TEST(why(charge("203.0.113.9")) == "throttled");
    clock.advance(1ms);
    BOOST_TEST(charges("203.0.113.9") == 1);
    clock.advance(60s);
    BOOST_TEST(charges("203.0.113.9") == 30);
    BOOST_TEST(charges("203.0.113.10") == 30);
}

BOOST_AUTO_TEST_CASE(three_hundred_failures_an_hour_per_address_TH2) {
    set("address.failures_per_minute", "1000");
    BOOST_TEST(charges("203.0.113.9") == 300);
    BOOST_TEST(charge("203.0.113.9").error().retry_after.count() == 12);
    clock.advance(12s);
    BOOST_TEST(charges("203.0.113.9") == 1);
    clock.advance(1h);
    BOOST_TEST(charges("203.0.113.9") == 300);
}

BOOST_AUTO_TEST_CASE(the_longer_of_two_waits_is_told_and_a_refused_charge_costs_neither_TH2) {
    set("address.failures_per_hour", "30");
    BOOST_TEST(charges("203.0.113.9") == 30);
    for (int i = 0; i < 5; ++i) BOOST_TEST(charge("203.0.113.9").error().retry_after.count() == 120);
    clock.advance(120s);
    BOOST_TEST(charges("203.0.113.9") == 1);
}

BOOST_AUTO_TEST_CASE(rotating_within_a_64_shares_a_budget_TH2) {
    int granted = 0;
    for (int i = 0; i < 40; ++i) granted += charge("2001:db8:1:2::" + std::to_string(i)) ? 1 : 0;
    BOOST_TEST(granted == 30);
    BOOST_TEST(why(charge("2001:0DB8:1:2:ffff:ffff:ffff:ffff")) == "throttled");
    BOOST_TEST(charges("2001:db8:1:3::1") == 30);
}

BOOST_AUTO_TEST_CASE(an_IPv4_mapped_address_is_the_IPv4_one_TH2) {
    BOOST_TEST(charges("203.0.113.9", 15) == 15);
    BOOST_TEST(charges("::ffff:203.0.113.9") == 15);
    BOOST_TEST(why(charge("203.0.113.9")) == "throttled");
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_the_shoppers_own_costs_no_statement_and_is_never_refused_TH2) {
    const auto shop = realm();
    auto behind = context();
    behind.address = "203.0.113.9";
    BOOST_TEST(statements([&] {
        for (int i = 0; i < 100; ++i) {
            BOOST_TEST(core.throttle.charge_address(core.db, behind, shop->settings).has_value());
            core.throttle.refund_address(core.db, behind, shop->settings);
        }
    }) == 0u);
    BOOST_TEST(charges("203.0.113.9") == 30);
}

BOOST_AUTO_TEST_CASE(a_charge_given_back_is_there_again_and_no_more_TH2) {
    for (int i = 0; i < 100; ++i) {
        expect(charge("203.0.113.9"));
        core.throttle.refund_address(core.db, from_browser(), realm()->settings);
    }
    BOOST_TEST(charges("203.0.113.9") == 30);
    core.throttle.refund_address(core.db, from_browser(), realm()->settings);
    BOOST_TEST(charges("203.0.113.9") == 1);
}

BOOST_AUTO_TEST_CASE(what_is_left_is_noted_and_a_charge_given_back_is_left_again_TH10) {
    std::optional<Quota> quota;
    auto shopper = from_browser();
    shopper.quota = &quota;
    const auto left = [&] { return std::to_string(quota->remaining) + " of " + std::to_string(quota->limit) + ", " + std::to_string(quota->reset.count()) + " s"; };
    const auto charged = [&] {
        shopper.now = clock.now();
        quota.reset();
        const auto refused = !core.throttle.charge_address(core.db, shopper, realm()->settings);
        return left() + (refused ? ", refused" : "");
    };
    BOOST_TEST(charged() == "29 of 30, 2 s");
    BOOST_TEST(charged() == "28 of 30, 4 s");
    core.throttle.refund_address(core.db, shopper, realm()->settings);
    BOOST_TEST(left() == "29 of 30, 2 s");
    for (int i = 0; i < 28; ++i) charged();
    BOOST_TEST(charged() == "0 of 30, 60 s");
    BOOST_TEST(charged() == "0 of 30, 60 s, refused");
    clock.advance(60s);
    shopper.now = clock.now();
    core.throttle.refund_address(core.db, shopper, realm()->settings);  // never more than there is
    BOOST_TEST(left() == "1 of 30, 58 s");
    // Of both rates the one that has less left, and of an application's budget and this one likewise.
    set("address.failures_per_hour", "30");
    clock.advance(2h);
    for (int i = 0; i < 29; ++i) charged();
    clock.advance(60s);
    BOOST_TEST(charged() == "0 of 30, 3540 s");
    clock.advance(2h);
    shopper.now = clock.now();
    quota = Quota{.limit = 5, .remaining = 3, .reset = Seconds(1)};
    expect(core.throttle.charge_address(core.db, shopper, realm()->settings));
    core.throttle.refund_address(core.db, shopper, realm()->settings);
    BOOST_TEST(left() == "3 of 5, 1 s");
}

BOOST_AUTO_TEST_CASE(realms_have_budgets_of_their_own) {
    BOOST_TEST(charges("203.0.113.9") == 30);
    auto other = from_browser("203.0.113.9");
    other.realm = RealmNo{realm_no().value + 1};
    BOOST_TEST(core.throttle.charge_address(core.db, other, realm()->settings).has_value());
}

BOOST_AUTO_TEST_CASE(no_address_stands_in_the_table_and_rows_can_die) {
    expect(charge("203.0.113.9"));
    expect(charge("203.0.113.9"));
    BOOST_TEST(number("SELECT COUNT(*) FROM throttles WHERE throttle_key LIKE '%203.0.113.9%'") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM throttles WHERE dead_at = GREATEST(arrival_at, long_arrival_at)") == 1);
}

BOOST_AUTO_TEST_CASE(a_clock_stepped_back_refuses_no_longer_than_the_step) {
    BOOST_TEST(charges("203.0.113.9") == 30);
    clock.advance(-10s);
    BOOST_TEST(charge("203.0.113.9").error().retry_after.count() == 12);
    clock.advance(12s);
    BOOST_TEST(charges("203.0.113.9") == 1);
}

BOOST_AUTO_TEST_CASE(an_application_has_its_second_of_requests_at_once_TH2) {
    throttle::ApplicationBuckets buckets(5);
    const auto begun = steady_now();
    std::optional<Quota> quota;
    auto asking = context();
    asking.quota = &quota;
    expect(buckets.charge(asking, RealmNo{1}, ApplicationNo{1}));
    BOOST_TEST(quota->limit == 5u);
    BOOST_TEST(quota->remaining == 4u);
    BOOST_TEST(quota->reset.count() == 1);
    int granted = 1;
    for (int i = 0; i < 100; ++i) granted += buckets.charge(context(), RealmNo{1}, ApplicationNo{1}) ? 1 : 0;
    const auto took = steady_now() - begun;
    BOOST_TEST(granted >= 5);
    BOOST_TEST(granted <= 5 + took / 200ms);
    const auto refused = buckets.charge(context(), RealmNo{1}, ApplicationNo{1});
    BOOST_TEST(why(refused) == "throttled");
    BOOST_TEST(refused.error().retry_after.count() == 1);
    BOOST_TEST(buckets.charge(context(), RealmNo{1}, ApplicationNo{2}).has_value());
    BOOST_TEST(buckets.charge(context(), RealmNo{2}, ApplicationNo{1}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
