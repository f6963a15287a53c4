// SPDX-License-Identifier: MIT
// src/db on two primaries: who wins is known after COMMIT only, and a causal read sees what the other one committed.
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <barrier>
#include <thread>

#include <authtickets/db/schema.h>

#include "support/database.h"
#include "support/galera.h"

using namespace authtickets;
using namespace authtickets::test;
using db::Query;
using db::Row;
using db::Tx;

namespace {

constexpr Query guarded{"galera.guarded", "UPDATE galera SET value = value + 1 WHERE id = 1 AND value = ?"};
constexpr Query raise{"galera.raise", "UPDATE galera SET value = value + 1 WHERE id = 1"};
constexpr Query value{"galera.value", "SELECT value FROM galera WHERE id = 1"};

std::int64_t number(Row& row) { return row.next<std::int64_t>(); }

struct Fixture {
    SystemClock clock;
    QuietLog log;
    GaleraPair& pair = GaleraPair::instance();
    db::Db one{pair.node(0), db::Rights::serve, clock, log};
    db::Db two{pair.node(1), db::Rights::serve, clock, log};

    Fixture() {
        one.execute("CREATE OR REPLACE TABLE galera (id INT PRIMARY KEY, value BIGINT NOT NULL)");
        one.execute("INSERT INTO galera VALUES (1, 0)");
        BOOST_REQUIRE(two.one_causally(value, number) == 0);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(galera_db, Fixture)

BOOST_AUTO_TEST_CASE(both_nodes_know_that_they_are_clustered_and_have_the_schema) {
    BOOST_TEST(one.server().clustered);
    BOOST_TEST(two.server().clustered);
    BOOST_TEST(one.server().schema == db::newest_schema());
    two.disconnect();
    BOOST_TEST(two.server().schema == db::newest_schema());
}

BOOST_AUTO_TEST_CASE(of_two_primaries_one_wins_a_guarded_update) {
    constexpr int rounds = 100;
    std::array<std::atomic<int>, rounds> winners{};
    std::atomic<int> behind = 0;
    std::barrier start(2);
    const auto host = [&](int which) {
        db::Db db(pair.node(which), db::Rights::serve, clock, log);
        for (int round = 0; round < rounds; ++round) {
            // Both have seen the round before.
            behind += db.one_causally(value, number) != round;
            start.arrive_and_wait();
            winners[static_cast<std::size_t>(round)] += db.transact([&](Tx& tx) { return tx.run(guarded, round); }) == 1;
            start.arrive_and_wait();
        }
    };
    {
        std::jthread first(host, 0), second(host, 1);
    }
    BOOST_TEST(behind == 0);
    for (const auto& count : winners) BOOST_TEST(count == 1);
    BOOST_TEST(one.one_causally(value, number).value() == rounds);
    BOOST_TEST(two.one_causally(value, number).value() == rounds);
}

BOOST_AUTO_TEST_CASE(what_was_answered_was_done_once_and_what_was_refused_was_not) {
    constexpr int each = 50;
    std::atomic<std::uint64_t> changed = 0;
    const auto host = [&](int which) {
        db::Db db(pair.node(which), db::Rights::serve, clock, log);
        for (int i = 0; i < each; ++i) {
            try {
                changed += db.run(raise);
            } catch (const Unavailable&) {
                // Five times the other primary was first.
            }
        }
    };
    {
        std::jthread first(host, 0), second(host, 1);
    }
    BOOST_TEST(changed >= each);
    BOOST_TEST(one.one_causally(value, number).value() == static_cast<std::int64_t>(changed));
}

BOOST_AUTO_TEST_CASE(a_causal_read_sees_what_the_other_primary_answered) {
    for (int i = 1; i <= 100; ++i) {
        BOOST_TEST(one.transact([](Tx& tx) { return tx.run(raise); }) == 1u);
        BOOST_TEST(two.one_causally(value, number).value() == i);
    }
}

BOOST_AUTO_TEST_CASE(hosts_on_two_primaries_may_migrate_at_once) {
    one.execute("CREATE DATABASE migrated_by_two CHARACTER SET utf8mb4");
    BOOST_REQUIRE(two.one_causally(value, number) == 0);
    struct Host {
        int ran = 0, schema = 0;
        std::string error;
    };
    std::array<Host, 2> hosts;
    const auto work = [&](int which) {
        auto& host = hosts[static_cast<std::size_t>(which)];
        auto config = pair.node(which);
        config.database_name = "migrated_by_two";
        try {
            db::Db db(config, db::Rights::migrate, clock, log);
            host.ran = db::migrate(db, clock, [](std::string_view) {});
            host.schema = db.server().schema;
        } catch (const std::exception& error) {
            host.error = error.what();
        }
    };
    {
        std::jthread first(work, 0), second(work, 1);
    }
    for (const auto& host : hosts) {
        BOOST_TEST(host.error == "");
        BOOST_TEST(host.schema == db::newest_schema());
    }
    BOOST_TEST(hosts[0].ran + hosts[1].ran == static_cast<int>(db::migrations.size()));
}

BOOST_AUTO_TEST_SUITE_END()
