// SPDX-License-Identifier: MIT
// Rules of throttling: the arithmetic of budgets, one address under its spellings (TH2), and whose address it is (TH9).
#include <boost/test/unit_test.hpp>

#include <authtickets/base/fault.h>
#include <authtickets/core/throttle.h>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::throttle;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(throttle_rules)

// What the guarded statement does, done here: the arrival moves on when it is not too far ahead.
BOOST_AUTO_TEST_CASE(a_budget_lets_its_burst_in_and_then_one_per_interval_TH2) {
    const Time now = test::FakeClock().now();
    const Rate rate{.burst = 30, .interval = 2s};
    Time arrival{};
    const auto charge = [&](Time at) {
        if (arrival > latest_arrival(at, rate)) return false;
        arrival = std::max(arrival, at) + rate.interval;
        return true;
    };
    int granted = 0;
    while (charge(now)) ++granted;
    BOOST_TEST(granted == 30);
    BOOST_TEST(wait(arrival, now, rate).count() == 2);
    BOOST_TEST(!charge(now + 1999ms));
    BOOST_TEST(wait(arrival, now + 1999ms, rate).count() == 1);  // never zero
    BOOST_TEST(charge(now + 2s));
    BOOST_TEST(!charge(now + 2s));
    granted = 0;
    while (charge(now + 1h)) ++granted;
    BOOST_TEST(granted == 30);  // unused time is not saved up
}

BOOST_AUTO_TEST_CASE(what_is_left_is_what_could_be_charged_TH10) {
    const Time now = test::FakeClock().now();
    const Rate rate{.burst = 30, .interval = 2s};
    const struct {
        Millis ahead;  // of the arrival, of now
        unsigned remaining, reset;
    } cases[] = {{0ms, 30, 0},     {-1h, 30, 0},     {1ms, 29, 1},      {2s, 29, 2},        {2001ms, 28, 3},
                 {58s, 1, 58},     {58001ms, 0, 59}, {60s, 0, 60},      {70s, 0, 70}};  // the last after a clock stepped back
    for (const auto& each : cases) {
        const auto quota = left(now + each.ahead, now, rate);
        BOOST_TEST_CONTEXT(each.ahead.count() << " ms ahead") {
            BOOST_TEST(quota.limit == 30u);
            BOOST_TEST(quota.remaining == each.remaining);
            BOOST_TEST(quota.reset.count() == each.reset);
            // Exactly so many charges go through.
            unsigned charges = 0;
            for (Time arrival = now + each.ahead; arrival <= latest_arrival(now, rate); ++charges) arrival = std::max(arrival, now) + rate.interval;
            BOOST_TEST(charges == each.remaining);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_narrowest_budget_is_told_TH10) {
    std::optional<Quota> noted;
    Context context{.quota = &noted};
    note(context, {.limit = 600, .remaining = 599});
    note(context, {.limit = 30, .remaining = 29});
    note(context, {.limit = 300, .remaining = 299});
    BOOST_TEST(noted->limit == 30u);
    note({}, {.limit = 1, .remaining = 0});  // nobody asked
    BOOST_TEST(noted->remaining == 29u);
}

BOOST_AUTO_TEST_CASE(an_address_is_one_under_its_spellings_and_IPv6_by_64_TH2) {
    const char* const same[][2] = {
        {"203.0.113.9", "::ffff:203.0.113.9"},
        {"203.0.113.9", "::FFFF:cb00:7109"},
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"},
        {"2001:db8:1:2::1", "2001:0DB8:0001:0002:0:0:0:9"},
    };
    for (const auto& pair : same) BOOST_TEST((address_block(pair[0]) == address_block(pair[1])));
    const char* const different[][2] = {
        {"203.0.113.9", "203.0.113.10"},
        {"2001:db8:1:2::1", "2001:db8:1:3::1"},
        {"::203.0.113.9", "203.0.113.9"},
        {"203.0.113.9", "unix"},
    };
    for (const auto& pair : different) BOOST_TEST((address_block(pair[0]) != address_block(pair[1])));
    BOOST_TEST(address_block("unix") == "unix");
    BOOST_TEST(address_block("") == "");
}

BOOST_AUTO_TEST_CASE(the_clients_address_is_found_from_right_to_left_TH9) {
    const TrustedProxies proxies({"10.0.0.0/8", "192.0.2.1", "2001:db8:f::/48", "::ffff:198.51.100.0/120"});
    struct Case {
        const char* peer;
        const char* header;
        const char* address;
        bool forwarded;
    };
    const Case cases[] = {
        // a peer that is not trusted is believed nothing
        {"203.0.113.5", "", "203.0.113.5", false},
        {"203.0.113.5", "198.18.0.1", "203.0.113.5", false},
        {"203.0.113.5", "10.0.0.1", "203.0.113.5", false},
        // a trusted one says whom it speaks for
        {"10.1.2.3", "", "10.1.2.3", false},
        {"10.1.2.3", "203.0.113.5", "203.0.113.5", true},
        {"192.0.2.1", "203.0.113.5", "203.0.113.5", true},
        {"192.0.2.2", "203.0.113.5", "192.0.2.2", false},
        {"::ffff:10.1.2.3", "203.0.113.5", "203.0.113.5", true},
        {"198.51.100.77", "203.0.113.5", "203.0.113.5", true},
        {"2001:db8:f:1::1", "2001:db8:1:2::9", "2001:db8:1:2::9", true},
        {"2001:db8:e::1", "203.0.113.5", "2001:db8:e::1", false},
        // what the client itself wrote stands further left and changes nothing
        {"10.1.2.3", "1.1.1.1, 203.0.113.5", "203.0.113.5", true},
        {"10.1.2.3", "1.1.1.1,203.0.113.5, 10.9.9.9", "203.0.113.5", true},
        {"10.1.2.3", "10.0.0.7, 203.0.113.5 ,192.0.2.1,10.9.9.9", "203.0.113.5", true},
        {"10.1.2.3", "garbage, 203.0.113.5", "203.0.113.5", true},
        // nobody outside is named
        {"10.1.2.3", "10.0.0.9, 10.0.0.8", "10.1.2.3", false},
        {"10.1.2.3", "203.0.113.5:1234", "203.0.113.5", true},
        {"10.1.2.3", "[2001:db8::1]:1234, 10.0.0.8:9", "2001:db8::1", true},
        {"10.1.2.3", "[2001:db8::1]", "2001:db8::1", true},
        {"10.1.2.3", "\xff, 203.0.113.5", "203.0.113.5", true},
        // malformed where it decides: the peer's budget, not nobody's
        {"10.1.2.3", "203.0.113.5, garbage", "10.1.2.3", true},
        {"10.1.2.3", "203.0.113.5,", "10.1.2.3", true},
        {"10.1.2.3", ",", "10.1.2.3", true},
        {"10.1.2.3", " ", "10.1.2.3", true},
        {"10.1.2.3", "203.0.113.256", "10.1.2.3", true},
        {"10.1.2.3", "203.0.113", "10.1.2.3", true},
        {"10.1.2.3", "unknown", "10.1.2.3", true},
        {"10.1.2.3", "2001:db8::1%eth0", "10.1.2.3", true},
        {"10.1.2.3", "garbage, 10.0.0.8", "10.1.2.3", true},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.peer << " / " << each.header) {
            const auto found = proxies.client(each.peer, each.header);
            BOOST_TEST(found.address == each.address);
            BOOST_TEST(found.forwarded == each.forwarded);
        }
    }
    BOOST_TEST(TrustedProxies({}).client("10.1.2.3", "203.0.113.5").address == "10.1.2.3");
    const std::string nul("203.0.113.5\0", 12);
    BOOST_TEST(proxies.client("10.1.2.3", nul).address == "10.1.2.3");
}

BOOST_AUTO_TEST_CASE(blocks_trust_exactly_their_bits_TH9) {
    struct Case {
        const char* block;
        const char* inside;
        const char* outside;
    };
    const Case cases[] = {
        {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
        {"192.168.100.0/22", "192.168.103.255", "192.168.104.0"},
        {"203.0.113.9/32", "203.0.113.9", "203.0.113.8"},
        {"203.0.113.128/25", "203.0.113.128", "203.0.113.127"},
        {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
        {"0.0.0.0/0", "255.255.255.255", "2001:db8::1"},
        {"203.0.113.9", "::ffff:203.0.113.9", "203.0.113.10"},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.block) {
            const TrustedProxies proxies({each.block});
            BOOST_TEST(proxies.trusts(each.inside));
            BOOST_TEST(!proxies.trusts(each.outside));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_block_of_addresses_stops_the_start) {
    for (const char* bad : {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "/8", "2001:db8::/129",
                            "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0 /8", "*"}) {
        BOOST_TEST_CONTEXT("'" << bad << "'") { BOOST_CHECK_THROW(TrustedProxies({bad}), BadConfiguration); }
    }
}

BOOST_AUTO_TEST_CASE(an_arrival_that_no_budget_comes_to_is_of_another_clock_TH2) {
    const Rate rate{.burst = 30, .interval = Millis(2000)};
    const Time now{Millis(1'000'000'000)};
    // The charge that spends the budget.
    BOOST_TEST((latest_arrival(now, rate) + rate.interval < beyond_clock(now, rate)));
    BOOST_TEST((beyond_clock(now, rate) == now + std::chrono::seconds(120)));
}

BOOST_AUTO_TEST_SUITE_END()
