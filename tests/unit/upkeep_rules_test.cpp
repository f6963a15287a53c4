// SPDX-License-Identifier: MIT
// What is old enough to be deleted, and the epoch that no earlier ticket carries.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/upkeep.h>

#include <set>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::upkeep;
using namespace std::chrono_literals;

namespace {

const Time now = test::FakeClock().now();

}  // namespace

BOOST_AUTO_TEST_SUITE(upkeep_rules)

BOOST_AUTO_TEST_CASE(dead_rows_wait_an_hour_and_events_their_retention_KL5) {
    BOOST_TEST((dead_before(now) == now - 1h));
    realms::Settings settings;
    BOOST_TEST((kept_from(now, settings) == now - std::chrono::days(400)));
    BOOST_TEST((imports_kept_from(now) == now - std::chrono::days(90)));
    settings.retention_days = 30;
    BOOST_TEST((kept_from(now, settings) == now - std::chrono::days(30)));
}

BOOST_AUTO_TEST_CASE(a_fresh_epoch_is_above_every_count_and_every_earlier_one_TK6) {
    BOOST_TEST(fresh_epoch(now) == 1'768'472'430U);
    BOOST_TEST(fresh_epoch(now + 1s) == fresh_epoch(now) + 1);
    BOOST_TEST(fresh_epoch(Time{}) == 1U);
    BOOST_TEST(fresh_epoch(now - std::chrono::days(365 * 200)) == 1U);
    BOOST_TEST(fresh_epoch(now + std::chrono::days(365 * 200)) == 4'293'967'295U);  // still room to rise by one at a time
}

BOOST_AUTO_TEST_CASE(every_table_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (int i = 0; i < table_count; ++i) BOOST_TEST(names.insert(name(static_cast<Table>(i))).second);
    BOOST_TEST(!names.contains(""));
}

BOOST_AUTO_TEST_SUITE_END()
