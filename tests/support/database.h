// SPDX-License-Identifier: MIT
// The tests' MariaDB: one private server per test program, started at first use (about two seconds), ended with it.
// All migrations are applied. If it cannot start, what needed it fails with the server's log.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <authtickets/base/clock.h>
#include <authtickets/base/config.h>
#include <authtickets/base/log.h>
#include <authtickets/db/db.h>

namespace authtickets::test {

class ServerProcess;

class QuietLog final : public Log {
    void line(LogLevel, const std::string&) override {}
};

class TestDatabase {
public:
    static TestDatabase& instance();

    // The standard options with this server and its migrated database `authtickets`, one user for all rights.
    Config config() const;
    // The same with another, empty database on the same server; migrated unless told otherwise.
    Config fresh(bool migrated = true);

    // Takes all rows out of `authtickets`; AUTO_INCREMENT starts again.
    void empty_all_tables();

    // As the server's root, without a database chosen.
    void execute(std::string_view sql);

    // For tests of what happens while the database is away. start() returns when it answers.
    void stop();
    void kill_now();
    void start();

private:
    TestDatabase();
    ~TestDatabase();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// What most store tests begin with: empty tables and a connection.
struct EmptyDatabase {
    EmptyDatabase() { TestDatabase::instance().empty_all_tables(); }
    SystemClock clock;
    QuietLog log;
    Config config = TestDatabase::instance().config();
    db::Db db{config, db::Rights::serve, clock, log};
};

// Asks until the server answers, for half a minute at most and while it is running; else fails with what it said.
void wait_until_it_answers(ServerProcess&, const Config&);

}  // namespace authtickets::test
