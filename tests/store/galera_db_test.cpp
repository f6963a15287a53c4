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
constexpr Query raise_other{"galera.raise_other", "UPDATE galera SET value = value + 1 WHERE id = 2"};
constexpr Query other_value{"galera.other_value", "SELECT value FROM galera WHERE id = 2"};
constexpr Query both{"galera.both", "SELECT COUNT(*) FROM galera"};
constexpr std::array looks{
    Query{"galera.look_1", "SELECT id FROM galera WHERE id = 1"}, Query{"galera.look_2", "SELECT id + 1 FROM galera WHERE id = 1"},
    Query{"galera.look_3", "SELECT id + 2 FROM galera WHERE id = 1"}, Query{"galera.look_4", "SELECT id + 3 FROM galera WHERE id = 1"},
    Query{"galera.look_5", "SELECT id + 4 FROM galera WHERE id = 1"}, Query{"galera.look_6", "SELECT id + 5 FROM galera WHERE id = 1"}};
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

// A connection that is new prepares its statements within the transaction. A conflict noticed meanwhile takes it back, and what comes
// after must not stand alone.
BOOST_AUTO_TEST_CASE(a_transaction_that_prepares_its_statements_is_done_whole_or_not_at_all) {
    one.execute("INSERT INTO galera VALUES (2, 0)");
    BOOST_REQUIRE(two.one_causally(both, number) == 2);
    const db::Statement once{.name = "galera.once", .text = "SELECT id FROM galera WHERE id = ?", .params = {db::param(1)}};
    constexpr int each = 200;
    std::atomic<std::int64_t> done = 0;
    const auto host = [&](int which) {
        db::Db db(pair.node(which), db::Rights::serve, clock, log);
        for (int i = 0; i < each; ++i) {
            if (i % 2 == 0) db.disconnect();
            try {
                db.transact([&](Tx& tx) {
                    tx.run(raise);
                    for (const auto& query : looks) tx.one(query, number);
                    tx.all(once, number);
                    return tx.run(raise_other);
                });
                ++done;
            } catch (const Unavailable&) {
                // Five times the other primary was first.
            }
        }
    };
    {
        std::jthread first(host, 0), second(host, 1);
    }
    for (auto* db : {&one, &two}) {
        BOOST_TEST(db->one_causally(value, number).value() == done.load());
        BOOST_TEST(db->one_causally(other_value, number).value() == done.load());
    }
}

// Two that lose each other are no majority: neither goes on alone, and a COMMIT that is under way fails with 1180. It may have
// reached the other one, so nothing is repeated.
BOOST_AUTO_TEST_CASE(a_primary_cut_off_from_the_other_is_away_and_comes_back) {
    db::Db option_one{pair.node(0), db::Rights::serve, clock, log}, option_two{pair.node(1), db::Rights::serve, clock, log};
    for (auto* each : {&option_one, &option_two}) each->execute("SET GLOBAL wsrep_provider_options = 'evs.suspect_timeout=PT1S'");
    const auto before = one.one_causally(value, number).value();
    int runs = 0;
    std::string said_by_one, said_by_two;
    const auto say = [](std::string& said, auto&& work) {
        try {
            work();
        } catch (const Unavailable& error) {
            said = error.what();
        } catch (const std::exception& error) {
            said = std::string("another fault: ") + error.what();
        }
    };
    {
        std::jthread other;
        say(said_by_one, [&] {
            one.transact([&](Tx& tx) {
                if (++runs == 1) {
                    option_two.execute("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'");
                    other = std::jthread([&] { say(said_by_two, [&] { two.run(raise); }); });
                }
                return tx.run(raise);
            });
        });
    }
    BOOST_TEST(runs == 1);
    // 1180, or 2013 where the server was slow to notice.
    BOOST_TEST(said_by_one.starts_with("database: what became of a COMMIT is not known, error "), said_by_one);
    BOOST_TEST(said_by_two.starts_with("database: galera.raise: error "), said_by_two);
    for (auto* each : {&one, &two}) BOOST_CHECK_THROW(each->run(raise), Unavailable);

    for (auto* each : {&option_one, &option_two}) each->execute("SET GLOBAL wsrep_provider_options = 'evs.suspect_timeout=PT60S'");
    option_two.execute("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'");
    for (int node = 0; node < 2; ++node) pair.wait_until_synced(node);
    BOOST_TEST(one.one_causally(value, number).value() == before);  // neither had a majority
    for (auto* each : {&one, &two}) BOOST_TEST(each->run(raise) == 1u);
    for (auto* each : {&one, &two}) BOOST_TEST(each->one_causally(value, number).value() == before + 2);
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
