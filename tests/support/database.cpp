// SPDX-License-Identifier: MIT
#include "support/database.h"

#include <signal.h>

#include <map>
#include <thread>

#include <authtickets/db/schema.h>

#include "support/server_process.h"

namespace authtickets::test {

namespace {

using namespace std::chrono_literals;

constexpr db::Query tables{"test.tables",
    "SELECT table_name, auto_increment FROM information_schema.tables"
    " WHERE table_schema = ? AND table_name <> 'schema_migrations'"};

std::string text_of(db::Row& row) { return row.next<std::string>(); }

}  // namespace

void wait_until_it_answers(ServerProcess& server, const Config& config) {
    SystemClock clock;
    QuietLog log;
    std::string why = "it ended";
    for (const auto begun = steady_now(); steady_now() - begun < 30s && server.running();) {
        try {
            db::Db(config, db::Rights::serve, clock, log).execute("DO 1");
            return;
        } catch (const Unavailable& error) {
            why = error.what();
            std::this_thread::sleep_for(20ms);
        }
    }
    server.fail("mariadbd did not start: " + why);
}

struct TestDatabase::Impl {
    ScratchFolder folder;
    ServerProcess server{folder, "db"};
    SystemClock clock;
    QuietLog log;
    std::unique_ptr<db::Db> root;
    int copies = 0;
    std::string filled_text;
    db::Query filled{"test.filled", {}};
    std::map<std::string, int> first_numbers;  // of tables that count

    Config config(std::string_view database) const {
        auto config = parse_config("", "tests");
        config.database_socket = server.socket();
        config.database_name = database;
        config.serve = config.maintain = config.migrate = {.user = "root", .password = {}};
        config.hash_folder = folder.path();
        config.codes_per_second = 10'000;  // tests that count budgets send more in a second than a shop
        return config;
    }
    void start() {
        server.start({"--skip-networking"});
        wait_until_it_answers(server, config("mysql"));
    }
    void list_tables() {
        struct Table {
            std::string name;
            std::optional<int> next;
        };
        for (const auto& table : root->all(tables, [](db::Row& row) {
                 return Table{"authtickets." + row.next<std::string>(), row.next<std::optional<int>>()};
             }, "authtickets")) {
            filled_text += (filled_text.empty() ? "" : " UNION ALL ") + ("SELECT '" + table.name) +
                           "' FROM DUAL WHERE EXISTS (SELECT 1 FROM " + table.name + ")";
            if (table.next) first_numbers[table.name] = *table.next;
        }
        filled.text = filled_text;
    }
    Config create(const std::string& name, bool migrated) {
        root->execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
        auto its = config(name);
        if (migrated) {
            db::Db db(its, db::Rights::migrate, clock, log);
            db::migrate(db, clock, [](std::string_view) {});
        }
        return its;
    }
};

TestDatabase& TestDatabase::instance() {
    // Tried once: after the first failure every test that needs it fails at once.
    static bool failed = false;
    if (failed) throw std::runtime_error("the tests' MariaDB did not start; the first failure says why");
    failed = true;
    static TestDatabase one;
    failed = false;
    return one;
}

TestDatabase::TestDatabase() : impl_(std::make_unique<Impl>()) {
    impl_->start();
    impl_->root = std::make_unique<db::Db>(impl_->config("mysql"), db::Rights::migrate, impl_->clock, impl_->log);
    impl_->create("authtickets", true);
    impl_->list_tables();
}

TestDatabase::~TestDatabase() = default;

Config TestDatabase::config() const { return impl_->config("authtickets"); }

Config TestDatabase::fresh(bool migrated) { return impl_->create("copy_" + std::to_string(++impl_->copies), migrated); }

void TestDatabase::empty_all_tables() {
    auto& root = *impl_->root;
    // TRUNCATE takes thirty times as long for tables as small as ours.
    for (const auto& table : root.all(impl_->filled, text_of)) {
        root.execute("DELETE FROM " + table);
        const auto first = impl_->first_numbers.find(table);
        if (first == impl_->first_numbers.end()) continue;
        root.execute("ALTER TABLE " + table + " AUTO_INCREMENT = " + std::to_string(first->second));
    }
}

void TestDatabase::execute(std::string_view sql) { impl_->root->execute(sql); }

void TestDatabase::stop() { impl_->server.stop(); }
void TestDatabase::kill_now() { impl_->server.kill_now(); }
void TestDatabase::start() { impl_->start(); }

}  // namespace authtickets::test
