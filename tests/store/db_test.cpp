// SPDX-License-Identifier: MIT
// src/db against a real server: values, transactions, races.
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <barrier>
#include <thread>

#include "support/database.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;
using db::Query;
using db::Row;
using db::Tx;

namespace {

constexpr Query put{"values.put", "INSERT INTO all_values VALUES (?, ?, ?, ?, ?, ?, ?)"};
constexpr Query get{"values.get", "SELECT id, small, large, at, short, body, word FROM all_values WHERE id = ?"};
constexpr Query find_bytes{"values.find_bytes", "SELECT id FROM all_values WHERE short = ?"};

constexpr Query add{"counters.add", "INSERT INTO counters VALUES (?, ?)"};
constexpr Query raise{"counters.raise", "UPDATE counters SET value = value + 1 WHERE id = ?"};
constexpr Query set{"counters.set", "UPDATE counters SET value = ? WHERE id = ?"};
constexpr Query guarded{"counters.guarded", "UPDATE counters SET value = value + 1 WHERE id = ? AND value = ?"};
constexpr Query value{"counters.value", "SELECT value FROM counters WHERE id = ?"};
constexpr Query gathered{"counters.gathered", "INSERT INTO counters (id, value) VALUES (?, ?)", db::Gather::row};
constexpr Query value_beside{"counters.value_beside", "SELECT value FROM counters WHERE id = ?", db::Gather::beside};
constexpr Query gathered_body{"values.gathered", "INSERT INTO all_values (id, small, body) VALUES (?, 7, ?)", db::Gather::row};
constexpr Query every{"counters.every", "SELECT id FROM counters ORDER BY id"};

constexpr auto null = std::nullopt;

std::int64_t number(Row& row) { return row.next<std::int64_t>(); }

class RecordingLog final : public Log {
public:
    std::string all;

private:
    void line(LogLevel, const std::string& text) override { all += text + "\n"; }
};

// A database of this suite's own, made once.
const Config& own() {
    static const Config config = [] {
        auto fresh = TestDatabase::instance().fresh(false);
        const auto in = "USE " + fresh.database_name;
        for (const std::string_view sql : std::initializer_list<std::string_view>{in,
                 "CREATE TABLE all_values (id INT PRIMARY KEY, small INT UNSIGNED, large BIGINT, at DATETIME(3),"
                 " short VARBINARY(300), body MEDIUMBLOB, word VARCHAR(100)) CHARSET utf8mb4 COLLATE utf8mb4_bin",
                 "CREATE TABLE counters (id INT PRIMARY KEY, value BIGINT NOT NULL)"}) {
            TestDatabase::instance().execute(sql);
        }
        return fresh;
    }();
    return config;
}

struct Fixture {
    SystemClock clock;
    RecordingLog log;
    db::Db db{own(), db::Rights::serve, clock, log};
    db::Db other{own(), db::Rights::serve, clock, log};

    Fixture() {
        db.execute("DELETE FROM counters");
        db.execute("DELETE FROM all_values");
        db.run(add, 1, 0);
        db.run(add, 2, 0);
    }
    std::int64_t at(int id) { return db.one(value, number, id).value_or(-1); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(db_statements, Fixture)

BOOST_AUTO_TEST_CASE(every_kind_of_value_comes_back_as_it_went) {
    const auto bytes = std::string("\0\xFF\0\x80 a\\'\"", 9);
    const auto big = std::string(400'000, '\xFE');  // over what the connector sends in one piece
    const auto word = std::string("Grüße, 😀");
    const auto at = *parse_sql("2026-01-15 10:35:30.007");
    struct Case {
        int id;
        std::optional<std::uint32_t> small;
        std::optional<std::int64_t> large;
        std::optional<Time> at;
        std::optional<std::string> bytes, body, word;
    };
    const std::vector<Case> cases{
        {1, 0, 0, at, bytes, big, word},
        {2, 4294967295u, std::numeric_limits<std::int64_t>::max(), at + 993ms, "", "", ""},
        {3, 2147483648u, std::numeric_limits<std::int64_t>::min(), at - 7ms, std::string(1, '\0'), bytes, "'; --"},
        {4, {}, {}, {}, {}, {}, {}},
        {5, 1, -1, *parse_sql("1970-01-01 00:00:00"), "x", "short again", "x"},
    };
    for (const auto& c : cases) BOOST_TEST(db.run(put, c.id, c.small, c.large, c.at, c.bytes, c.body, c.word) == 1u);
    for (const auto& c : cases) {
        const auto found = db.one(get, [](Row& row) {
            Case out{};
            row.into(out.id), row.into(out.small), row.into(out.large), row.into(out.at);
            row.into(out.bytes), row.into(out.body), row.into(out.word);
            return out;
        }, c.id);
        BOOST_REQUIRE(found);
        BOOST_TEST_CONTEXT("row " << c.id) {
            BOOST_TEST((found->small == c.small));
            BOOST_TEST((found->large == c.large));
            BOOST_TEST((found->at == c.at));
            BOOST_TEST((found->bytes == c.bytes));
            BOOST_TEST((found->body == c.body));
            BOOST_TEST((found->word == c.word));
        }
    }
    BOOST_TEST(db.one(find_bytes, number, bytes).value() == 1);
    BOOST_TEST(!db.one(find_bytes, number, "\xFF"));
}

BOOST_AUTO_TEST_CASE(a_value_of_the_wrong_form_is_a_fault) {
    db.run(put, 1, null, null, null, "15 bytes long..", null, "word");
    constexpr Query uuid{"test.uuid", "SELECT short FROM all_values"};
    constexpr Query time{"test.time", "SELECT word FROM all_values"};
    BOOST_CHECK_THROW(db.one(uuid, [](Row& row) { return row.next<Uuid>(); }), Fault);
    BOOST_CHECK_THROW(db.one(time, [](Row& row) { return row.next<Time>(); }), Fault);
    BOOST_TEST(at(1) == 0);
}

BOOST_AUTO_TEST_CASE(ids_keep_their_sixteen_bytes) {
    const AccountId id{Uuid{{0, 255, 1, 0, 39, 92, 128, 7, 8, 9, 10, 11, 12, 13, 14, 0}}};
    db.run(put, 1, AccountNo{1001}, null, null, id, null, null);
    constexpr Query read{"test.ids", "SELECT small, short, body FROM all_values WHERE short = ?"};
    const auto found = db.one(read, [](Row& row) {
        return std::tuple{row.next<AccountNo>(), row.next<AccountId>(), row.next<std::optional<AccountId>>()};
    }, id);
    BOOST_REQUIRE(found);
    BOOST_TEST((std::get<1>(*found) == id));
    BOOST_TEST(!std::get<2>(*found));
}

BOOST_AUTO_TEST_CASE(changed_rows_are_counted_not_found_ones) {
    BOOST_TEST(db.run(set, 5, 1) == 1u);
    BOOST_TEST(db.run(set, 5, 1) == 0u);
    BOOST_TEST(db.run(set, 5, 99) == 0u);
}

BOOST_AUTO_TEST_CASE(a_reader_that_stops_early_or_throws_leaves_the_connection_usable) {
    for (int id = 10; id < 200; ++id) db.run(add, id, id);
    BOOST_TEST(db.one(every, number).value() == 1);
    BOOST_CHECK_THROW(db.all(every, [](Row&) -> int { throw std::logic_error("reader"); }), std::logic_error);
    BOOST_TEST(db.all(every, number).size() == 192u);
    db.transact([](Tx& tx) {
        BOOST_TEST(tx.one(every, number).value() == 1);
        BOOST_CHECK_THROW(tx.all(every, [](Row&) -> int { throw std::logic_error("reader"); }), std::logic_error);
        BOOST_TEST(tx.run(raise, 1) == 1u);
        return 0;
    });
    BOOST_TEST(at(1) == 1);
}

BOOST_AUTO_TEST_CASE(statements_are_counted_and_connecting_is_not) {
    db::Db counted{own(), db::Rights::serve, clock, log};
    counted.server();
    BOOST_TEST(counted.statements() == 0u);
    counted.run(raise, 1);
    counted.one(value, number, 1);
    BOOST_TEST(counted.statements() == 2u);
    counted.transact([](Tx& tx) { return tx.run(raise, 1); });
    BOOST_TEST(counted.statements() == 5u);
}

BOOST_AUTO_TEST_CASE(the_session_is_what_the_stores_rely_on) {
    constexpr Query session{"test.session",
        "SELECT @@tx_isolation, @@innodb_lock_wait_timeout, @@time_zone, @@autocommit, @@character_set_connection,"
        " @@character_set_results, @@sql_mode LIKE '%STRICT_ALL_TABLES%'"};
    const auto words = db.one(session, [](Row& row) {
        std::string out;
        for (int i = 0; i < 7; ++i) out += row.next<std::string>() + " ";
        return out;
    });
    BOOST_TEST(words.value() == "READ-COMMITTED 3 +00:00 1 utf8mb4 utf8mb4 1 ");
    const auto& server = db.server();
    BOOST_TEST(server.version.find('.') != std::string::npos);
    BOOST_TEST(!server.clustered);
    BOOST_TEST(server.schema == 0);
    BOOST_TEST(std::abs(server.clock_ahead_ms) < 1000);
    BOOST_TEST(!db.one_causally(value, number, 1));
}

// Nobody waits for it any more, so the server must not go on with it either: it says so itself, and the connection stays.
BOOST_AUTO_TEST_CASE(a_statement_that_takes_too_long_ends_in_the_server_D93) {
    constexpr Query endless{"test.endless", "SELECT COUNT(*) FROM information_schema.COLLATIONS a, information_schema.COLLATIONS b, "
                                            "information_schema.COLLATIONS c, information_schema.COLLATIONS d WHERE a.ID + b.ID + c.ID > d.ID"};
    constexpr Query same_connection{"test.connection_id", "SELECT CONNECTION_ID()"};
    auto config = own();
    config.database_timeout = std::chrono::seconds(1);
    db::Db hasty(config, db::Rights::serve, clock, log);
    const auto connection = hasty.one(same_connection, number);
    BOOST_CHECK_THROW(hasty.one(endless, number), Unavailable);
    BOOST_TEST((hasty.one(same_connection, number) == connection));
    BOOST_TEST(log.all.find("db.retry") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_clock_that_differs_is_logged_and_said) {
    struct Late final : Clock {
        Time now() override { return SystemClock().now() - 3s; }
    } late;
    db::Db of_late{own(), db::Rights::serve, late, log};
    BOOST_TEST(std::abs(of_late.server().clock_ahead_ms - 3000) < 1000);
    BOOST_TEST(log.all.find("db.clock") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_slow_statement_is_logged_by_its_name) {
    constexpr Query sleepy{"test.sleepy", "SELECT SLEEP(0.6)"};
    db.one(sleepy, number);
    BOOST_TEST(log.all.find("db.slow") != std::string::npos);
    BOOST_TEST(log.all.find("test.sleepy") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(errors_name_the_query_and_never_its_values) {
    constexpr Query missing{"test.missing", "SELECT x FROM no_such_table WHERE x = ?"};
    constexpr Query column{"test.column", "SELECT no_such_column FROM counters WHERE value = ?"};
    constexpr Query range{"test.range", "UPDATE all_values SET small = ? WHERE id = 1"};
    constexpr Query few{"test.few", "SELECT value FROM counters WHERE id = ? AND value = ?"};
    db.run(put, 1, 1, null, null, null, null, null);
    const auto said = [&](const Query& query, auto&&... values) -> std::string {
        try {
            db.run(query, values...);
        } catch (const db::Duplicate& e) {
            return std::string("duplicate ") + e.what();
        } catch (const Unavailable& e) {
            return std::string("unavailable ") + e.what();
        } catch (const Fault& e) {
            return std::string("fault ") + e.what();
        }
        return "nothing";
    };
    for (const auto& [text, begins] : {std::pair{said(missing, "s3cret"), "unavailable database: test.missing: error 1146"},
                                       std::pair{said(column, "s3cret"), "fault database: test.column: error 1054"},
                                       std::pair{said(range, "s3cret"), "fault database: test.range: error 1366"},
                                       std::pair{said(few, "s3cret"), "fault database: test.few: error 0"},
                                       std::pair{said(add, 1, 777123), "duplicate database: counters.add: error 1062"}}) {
        BOOST_TEST(text.starts_with(begins), text);
        BOOST_TEST(text.find("s3cret") == std::string::npos, text);
        BOOST_TEST(text.find("777123") == std::string::npos, text);
    }
    BOOST_TEST(at(1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(db_transactions, Fixture)

BOOST_AUTO_TEST_CASE(a_refusal_is_a_value_and_is_committed) {
    const auto result = db.transact([](Tx& tx) -> Result<int> {
        tx.run(raise, 1);
        return refuse(Why::credentials_wrong);
    });
    BOOST_TEST(!result);
    BOOST_TEST(other.one(value, number, 1).value() == 1);
}

BOOST_AUTO_TEST_CASE(an_exception_rolls_back_and_flies_on) {
    BOOST_CHECK_THROW(db.transact([](Tx& tx) -> int {
        tx.run(raise, 1);
        throw std::logic_error("work");
    }), std::logic_error);
    BOOST_TEST(at(1) == 0);
    BOOST_CHECK_THROW(db.transact([](Tx& tx) {
        tx.run(raise, 1);
        return tx.run(add, 1, 0);
    }), db::Duplicate);
    BOOST_TEST(at(1) == 0);
}

BOOST_AUTO_TEST_CASE(a_duplicate_that_is_expected_does_not_end_the_transaction) {
    db.transact([](Tx& tx) {
        tx.run(raise, 1);
        BOOST_CHECK_THROW(tx.run(add, 2, 0), db::Duplicate);
        return tx.run(raise, 2);
    });
    BOOST_TEST(at(1) == 1);
    BOOST_TEST(at(2) == 1);
}

BOOST_AUTO_TEST_CASE(nothing_runs_beside_an_open_transaction_or_after_it) {
    db.transact([&](Tx&) {
        BOOST_CHECK_THROW(db.run(raise, 1), Fault);
        BOOST_CHECK_THROW(db.execute("DO 1"), Fault);
        BOOST_CHECK_THROW(db.transact([](Tx&) { return 0; }), Fault);
        return 0;
    });
    Tx late(db);
    BOOST_CHECK_THROW(late.run(raise, 1), Fault);
    BOOST_TEST(at(1) == 0);
}

BOOST_AUTO_TEST_CASE(of_two_in_a_deadlock_both_succeed) {
    std::barrier both(2);
    std::atomic<int> runs = 0;
    const auto cross = [&](int first, int second) {
        RecordingLog its_log;
        db::Db its{own(), db::Rights::serve, clock, its_log};
        bool met = false;
        its.transact([&](Tx& tx) {
            ++runs;
            tx.run(raise, first);
            if (!met) met = true, both.arrive_and_wait();
            return tx.run(raise, second);
        });
    };
    {
        std::jthread one(cross, 1, 2), two(cross, 2, 1);
    }
    BOOST_TEST(runs == 3);
    BOOST_TEST(at(1) == 2);
    BOOST_TEST(at(2) == 2);
}

BOOST_AUTO_TEST_CASE(work_that_swallows_a_deadlock_is_not_committed_in_halves) {
    std::barrier both(2);
    const auto cross = [&](int first, int second) {
        RecordingLog its_log;
        db::Db its{own(), db::Rights::serve, clock, its_log};
        bool met = false;
        its.transact([&](Tx& tx) {
            tx.run(raise, first);
            if (!met) met = true, both.arrive_and_wait();
            try {
                tx.run(raise, second);
            } catch (const Fault&) {
            }
            return 0;
        });
    };
    {
        std::jthread one(cross, 1, 2), two(cross, 2, 1);
    }
    BOOST_TEST(at(1) == 2);
    BOOST_TEST(at(2) == 2);
}

BOOST_AUTO_TEST_CASE(a_lock_wait_rolls_back_and_runs_again) {
    std::atomic<int> runs = 0;
    std::jthread waits;
    const auto holds = other.transact([&](Tx& tx) {
        tx.run(raise, 2);
        std::atomic<bool> waiting = false;
        waits = std::jthread([&] {
            RecordingLog its_log;
            db::Db its{own(), db::Rights::serve, clock, its_log};
            its.transact([&](Tx& inner) {
                inner.run(raise, 1);
                if (++runs == 2) waiting = true, waiting.notify_all();  // the first attempt timed out after 3 s
                return inner.run(raise, 2);
            });
        });
        waiting.wait(false);
        return 0;
    });
    waits.join();
    BOOST_TEST(holds == 0);
    BOOST_TEST(runs >= 2);
    BOOST_TEST(at(1) == 1);
    BOOST_TEST(at(2) == 2);
}

BOOST_AUTO_TEST_CASE(a_transaction_is_given_up_after_five_attempts) {
    int runs = 0;
    constexpr Query deadlocked{"test.deadlock", "CALL no_luck()"};
    db.execute("CREATE OR REPLACE PROCEDURE no_luck() SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213");
    BOOST_CHECK_THROW(db.transact([&](Tx& tx) {
        ++runs;
        tx.run(raise, 1);
        return tx.run(deadlocked);
    }), Unavailable);
    BOOST_TEST(runs == 5);
    BOOST_TEST(at(1) == 0);
    BOOST_TEST(db.run(raise, 1) == 1u);
}

BOOST_AUTO_TEST_CASE(of_sixteen_threads_one_wins_a_guarded_update) {
    constexpr int rounds = 20;
    std::array<std::atomic<int>, rounds> winners{};
    {
        std::barrier start(16);
        std::vector<std::jthread> threads;
        for (int i = 0; i < 16; ++i) {
            threads.emplace_back([&] {
                RecordingLog its_log;
                db::Db its{own(), db::Rights::serve, clock, its_log};
                its.server();
                for (int round = 0; round < rounds; ++round) {
                    start.arrive_and_wait();
                    winners[static_cast<std::size_t>(round)] += its.transact([&](Tx& tx) { return tx.run(guarded, 1, round); }) == 1;
                }
            });
        }
    }
    for (const auto& count : winners) BOOST_TEST(count == 1);
    BOOST_TEST(at(1) == rounds);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(db_gathering, Fixture)

BOOST_AUTO_TEST_CASE(rows_are_sent_by_many_and_all_are_there) {
    for (const int rows : {0, 1, 3, 4, 5, 31, 32, 33, 100}) {
        db.execute("DELETE FROM counters");
        const auto before = db.statements();
        db.transact([&](Tx& tx) {
            tx.gather([&] {
                for (int i = 0; i < rows; ++i) tx.run(gathered, i, i * i);
            });
            return 0;
        });
        const auto sent = db.statements() - before - 2;  // BEGIN and COMMIT
        BOOST_TEST(sent == static_cast<unsigned>(rows / 32 + rows % 32 / 4 + rows % 4), rows);
        BOOST_TEST(db.all(every, number).size() == static_cast<std::size_t>(rows));
        if (rows) BOOST_TEST(at(rows - 1) == (rows - 1) * (rows - 1));
    }
}

BOOST_AUTO_TEST_CASE(what_reads_or_changes_finds_the_rows_unless_it_stands_beside_them) {
    db.transact([&](Tx& tx) {
        tx.gather([&] {
            tx.run(gathered, 5, 50);
            BOOST_TEST(!tx.one(value_beside, number, 5));
            BOOST_TEST(tx.one(value, number, 5).value_or(-1) == 50);
            tx.run(gathered, 6, 60);
            BOOST_TEST(tx.run(raise, 6) == 1u);
        });
        return 0;
    });
    BOOST_TEST(at(6) == 61);
}

BOOST_AUTO_TEST_CASE(values_and_nulls_keep_their_places) {
    const auto bytes = std::string("\0\xFF\0'", 4);
    db.transact([&](Tx& tx) {
        tx.gather([&] {
            for (int i = 0; i < 9; ++i) tx.run(gathered_body, i, i % 2 ? std::optional<std::string>() : std::optional(bytes + std::to_string(i)));
        });
        return 0;
    });
    const auto body = [&](int id) {
        return db.one(get, [](Row& row) {
            for (int i = 0; i < 5; ++i) row.next<std::string>();
            return row.next<std::optional<std::string>>();
        }, id).value();
    };
    BOOST_TEST((body(4) == bytes + "4"));
    BOOST_TEST(!body(5).has_value());
    BOOST_TEST((body(8) == bytes + "8"));
}

BOOST_AUTO_TEST_CASE(a_duplicate_or_an_exception_leaves_nothing) {
    const auto with = [&](bool thrown) {
        db.transact([&](Tx& tx) {
            tx.gather([&] {
                for (int i = 1; i < 6; ++i) tx.run(gathered, i + 10 * thrown, 0);  // 1 is there
                if (thrown) throw std::runtime_error("stop");
            });
            return 0;
        });
    };
    BOOST_CHECK_THROW(with(false), db::Duplicate);
    BOOST_CHECK_THROW(with(true), std::runtime_error);
    BOOST_TEST(db.all(every, number).size() == 2u);
    // And the next transaction gathers nothing of theirs.
    db.transact([&](Tx& tx) {
        tx.gather([&] { tx.run(gathered, 99, 0); });
        tx.run(gathered, 98, 0);
        return 0;
    });
    BOOST_TEST(db.all(every, number).size() == 4u);
    BOOST_CHECK_THROW(db.transact([&](Tx& tx) { tx.gather([&] { tx.gather([] {}); }); return 0; }), Fault);
}

BOOST_AUTO_TEST_CASE(only_an_insert_of_one_row_is_made_one_of_many) {
    BOOST_TEST(db::for_rows(gathered, 1) == gathered.text);
    BOOST_TEST(db::for_rows(gathered, 3) == "INSERT INTO counters (id, value) VALUES (?, ?), (?, ?), (?, ?)");
    BOOST_CHECK_THROW(db::for_rows(raise, 2), Fault);
    BOOST_CHECK_THROW(db::for_rows({"a.b", "INSERT INTO a VALUES (?) ON DUPLICATE KEY UPDATE b = 1"}, 2), Fault);
}

BOOST_AUTO_TEST_SUITE_END()
