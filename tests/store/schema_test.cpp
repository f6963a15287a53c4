// SPDX-License-Identifier: MIT
// Migrations: together they are schema.sql, each runs once, whoever races or died half-way. (Statements against the
// schema: queries_test.cpp.)
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <thread>

#include <authtickets/db/schema.h>

#include "support/database.h"

using namespace authtickets;
using namespace authtickets::test;
using db::Query;
using db::Row;

namespace {

constexpr Query table_names{"test.table_names",
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
    " AND table_name <> 'schema_migrations' ORDER BY table_name"};
constexpr Query recorded{"test.recorded", "SELECT COUNT(*), COUNT(applied_at) FROM schema_migrations"};

std::string text(Row& row) { return row.next<std::string>(); }
constexpr auto nobody = [](std::string_view) {};

struct Fixture {
    SystemClock clock;
    QuietLog log;
    TestDatabase& server = TestDatabase::instance();

    db::Db connect(const Config& config) { return db::Db(config, db::Rights::migrate, clock, log); }
};

// Every table as the server would make it again.
std::map<std::string, std::string> tables_of(db::Db& db) {
    std::map<std::string, std::string> out;
    std::deque<std::pair<std::string, Query>> kept;  // a Query is known by its address
    for (const auto& name : db.all(table_names, text)) {
        auto& [sql, query] = kept.emplace_back("SHOW CREATE TABLE " + name, Query{"test.show", {}});
        query.text = sql;
        out[name] = db.one(query, [](Row& row) { return text(row), text(row); }).value();
    }
    return out;
}

std::string read_source(const std::string& path) {
    const auto* folder = std::getenv("SRC_DIR");
    std::ifstream in((folder ? folder : ".") + ("/" + path));
    BOOST_REQUIRE_MESSAGE(in, path << " is not there; SRC_DIR names the source folder");
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

// schema.sql ends every statement at the end of a line.
std::vector<std::string> statements_of(const std::string& all) {
    std::vector<std::string> out;
    for (std::size_t begin = 0, end; (end = all.find(";\n", begin)) != all.npos; begin = end + 2) {
        out.push_back(all.substr(begin, end - begin));
    }
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(schema, Fixture)

BOOST_AUTO_TEST_CASE(all_migrations_together_are_schema_sql) {
    const auto migrated_config = server.fresh(true), written_config = server.fresh(false);
    auto migrated_db = connect(migrated_config), written_db = connect(written_config);
    for (const auto& statement : statements_of(read_source("sql/schema.sql"))) written_db.execute(statement);
    const auto migrated = tables_of(migrated_db), written = tables_of(written_db);
    BOOST_TEST(migrated.size() > 10u);
    for (const auto& [name, sql] : written) BOOST_TEST(migrated.contains(name), name << " stands in schema.sql only");
    for (const auto& [name, sql] : migrated) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_REQUIRE(written.contains(name));
            BOOST_TEST(sql == written.at(name));
        }
    }
}

BOOST_AUTO_TEST_CASE(each_migration_runs_once_and_is_told) {
    const auto config = server.fresh(false);
    auto db = connect(config);
    BOOST_TEST(db.server().schema == 0);
    std::vector<std::string> told;
    BOOST_TEST(db::migrate(db, clock, [&](std::string_view name) { told.emplace_back(name); }) ==
               static_cast<int>(db::migrations.size()));
    BOOST_REQUIRE(told.size() == db::migrations.size());
    BOOST_TEST(std::ranges::equal(told, db::migrations, {}, {}, &db::Migration::name));
    BOOST_TEST(db.server().schema == db::newest_schema());
    BOOST_TEST(db::migrate(db, clock, [](std::string_view name) { BOOST_ERROR("ran again: " << name); }) == 0);
}

BOOST_AUTO_TEST_CASE(a_server_seen_before_it_was_migrated_is_looked_at_again) {
    const auto config = server.fresh(false);
    db::Db worker(config, db::Rights::serve, clock, log);
    auto db = connect(config);
    BOOST_TEST(worker.server().schema == 0);
    db::migrate(db, clock, nobody);
    BOOST_TEST(worker.server().schema == db::newest_schema());
}

BOOST_AUTO_TEST_CASE(its_own_schema_and_the_next_are_served) {
    const int newest = db::newest_schema();
    for (const auto& [number, served] : {std::pair{0, false}, {newest - 1, false}, {newest, true}, {newest + 1, true},
                                         {newest + 2, false}}) {
        BOOST_TEST(db::serves_schema(number) == served, number);
    }
    const auto config = server.fresh(true);
    auto db = connect(config);
    db.execute("INSERT INTO schema_migrations VALUES (" + std::to_string(newest + 1) +
               ", '999_of_a_newer_program', 'x', '2026-01-15 10:00:00')");
    BOOST_TEST(db::migrate(db, clock, nobody) == 0);
    BOOST_TEST(db.server().schema == newest + 1);
}

BOOST_AUTO_TEST_CASE(a_migration_that_changed_after_it_ran_is_refused) {
    const auto config = server.fresh(true);
    auto db = connect(config);
    db.execute("UPDATE schema_migrations SET checksum = REPEAT('0', 64) WHERE number = 2");
    try {
        db::migrate(db, clock, nobody);
        BOOST_ERROR("nothing was said");
    } catch (const Fault& fault) {
        BOOST_TEST(std::string_view(fault.what()).find(db::migrations[1].name) != std::string_view::npos, fault.what());
    }
}

BOOST_AUTO_TEST_CASE(two_hosts_at_once_do_not_disturb_each_other) {
    const auto config = server.fresh(false);
    std::array<int, 4> ran{};
    {
        std::vector<std::jthread> hosts;
        for (auto& count : ran) {
            hosts.emplace_back([&] {
                auto db = connect(config);
                count = db::migrate(db, clock, nobody);
            });
        }
    }
    BOOST_TEST(std::accumulate(ran.begin(), ran.end(), 0) == static_cast<int>(db::migrations.size()));
}

BOOST_AUTO_TEST_CASE(what_a_host_left_half_done_is_finished) {
    for (const bool table_was_made : {false, true}) {
        const auto config = server.fresh(true);
        auto db = connect(config);
        const auto whole = tables_of(db);
        if (!table_was_made) db.execute("DROP TABLE settings");
        db.execute("UPDATE schema_migrations SET applied_at = NULL WHERE number = 3");
        BOOST_TEST(db::migrate(db, clock, nobody) == 1);
        BOOST_TEST((tables_of(db) == whole));
        BOOST_TEST(db::migrate(db, clock, nobody) == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_table_of_somebody_else_is_not_taken_for_ours) {
    const auto config = server.fresh(false);
    auto db = connect(config);
    db.execute("CREATE TABLE realms (x INT)");
    for (int tries = 0; tries < 2; ++tries) BOOST_CHECK_THROW(db::migrate(db, clock, nobody), Fault);
    const auto [all, applied] = db.one(recorded, [](Row& row) {
        return std::pair{row.next<int>(), row.next<int>()};
    }).value();
    BOOST_TEST(all == 0);
    BOOST_TEST(applied == 0);
    db.execute("DROP TABLE realms");
    BOOST_TEST(db::migrate(db, clock, nobody) == static_cast<int>(db::migrations.size()));
}

BOOST_AUTO_TEST_SUITE_END()
