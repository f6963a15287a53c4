// SPDX-License-Identifier: MIT
// Applies migrations. A migration is claimed by its row before it runs and has its time set after, so a host that died
// in between leaves a trace: whoever finds it runs the statement again and takes "it is there already" for an answer.
// The named lock keeps hosts apart; on Galera it holds on one node only, there the others wait for the claim's time.
#include <authtickets/db/schema.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <thread>

#include "failure.h"

namespace authtickets::db {

namespace {

constexpr std::string_view table =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " number INT NOT NULL,"
    " name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " applied_at DATETIME(3) NULL,"
    " PRIMARY KEY (number)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";

constexpr Query lock{"schema.lock", "SELECT GET_LOCK('authtickets.migrate', 30)"};
constexpr Query unlock{"schema.unlock", "SELECT RELEASE_LOCK('authtickets.migrate')"};
constexpr Query recorded{"schema.recorded", "SELECT number, name, checksum, applied_at FROM schema_migrations"};
constexpr Query one_recorded{"schema.one_recorded", "SELECT applied_at FROM schema_migrations WHERE number = ?"};
constexpr Query claim{"schema.claim", "INSERT INTO schema_migrations (number, name, checksum) VALUES (?, ?, ?)"};
constexpr Query give_up{"schema.give_up", "DELETE FROM schema_migrations WHERE number = ? AND applied_at IS NULL"};
constexpr Query done{"schema.done", "UPDATE schema_migrations SET applied_at = ? WHERE number = ? AND applied_at IS NULL"};

// Table, column or key exists; column or key to drop does not; table to drop does not.
constexpr std::array already_so{1050, 1060, 1061, 1091, 1051};

constexpr auto patience = std::chrono::seconds(30);

struct Record {
    std::string name, checksum;
    std::optional<Time> applied_at;
};
using Records = std::map<int, Record>;

class Lock {
public:
    explicit Lock(Db& db) : db_(db) {
        const auto got = db_.one(lock, [](Row& row) { return row.next<int>(); });
        if (got != 1) throw Unavailable("database: another host is migrating; it has held the lock for 30 s");
    }
    ~Lock() {
        try {
            db_.one(unlock, [](Row& row) { return row.next<int>(); });
        } catch (const Fault&) {
            // The lock ends with the connection.
        }
    }
    Lock(const Lock&) = delete;

private:
    Db& db_;
};

Records read_records(Db& db) {
    Records out;
    for (auto& [number, record] : db.all(recorded, [](Row& row) {
             const auto number = row.next<int>();
             return std::pair(number, Record{row.next<std::string>(), row.next<std::string>(), row.next<std::optional<Time>>()});
         })) {
        out.emplace(number, std::move(record));
    }
    return out;
}

// A file that changed after it was applied somewhere: that database and a new one would differ.
void compare(const Records& records) {
    for (const auto& [number, record] : records) {
        if (number > newest_schema()) continue;  // a newer program was here
        const auto ours = std::ranges::find(migrations, number, &Migration::number);
        if (ours == migrations.end()) {
            throw Fault(fmt::format("migration {} is recorded in the database and not part of this program", record.name));
        }
        if (ours->checksum != record.checksum) {
            throw Fault(fmt::format("migration {} was changed after it had been applied", ours->name));
        }
    }
}

// On Galera the claim may be that of a host at work on another node. True when it finished.
bool finished_by_another(Db& db, const Migration& migration) {
    for (const auto begun = steady_now(); steady_now() - begun < patience; std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
        const auto applied = db.one(one_recorded, [](Row& row) { return row.next<std::optional<Time>>(); }, migration.number);
        if (!applied) throw Unavailable(fmt::format("migration {}: another host gave it up; that host says why", migration.name));
        if (*applied) return true;
    }
    return false;
}

bool claim_it(Db& db, const Migration& migration) {
    try {
        db.run(claim, migration.number, migration.name, migration.checksum);
        return true;
    } catch (const Duplicate&) {
        return false;
    }
}

// False when another host has done it.
bool apply(Db& db, Clock& clock, const Migration& migration, bool clustered) {
    const bool first = claim_it(db, migration);
    if (!first && clustered && finished_by_another(db, migration)) return false;
    try {
        db.execute(migration.text);
    } catch (const ServerFault& fault) {
        if (first) db.run(give_up, migration.number);
        if (first || std::ranges::find(already_so, fault.code) == already_so.end()) {
            throw Fault(fmt::format("migration {}: {}", migration.name, fault.what()));
        }
    }
    db.run(done, clock.now(), migration.number);
    return true;
}

}  // namespace

int newest_schema() { return migrations.empty() ? 0 : migrations.back().number; }

bool serves_schema(int in_database) {
    return in_database == newest_schema() || in_database == newest_schema() + 1;
}

int migrate(Db& db, Clock& clock, const std::function<void(std::string_view)>& said) {
    int ran = 0;
    const bool clustered = db.server().clustered;
    db.execute(table);
    {
        const Lock held(db);
        const auto records = read_records(db);
        compare(records);
        for (const auto& migration : migrations) {
            const auto record = records.find(migration.number);
            if (record != records.end() && record->second.applied_at) continue;
            if (!apply(db, clock, migration, clustered)) continue;
            said(migration.name);
            ++ran;
        }
    }
    db.disconnect();  // the next connection reads the new number
    return ran;
}

}  // namespace authtickets::db
