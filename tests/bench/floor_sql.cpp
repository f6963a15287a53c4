// floor-sql: a FastCGI responder that runs the statements of one operation through the database's C client and
// answers a fixed body. Prepared once per thread, one connection per thread, nothing else done: no token is read,
// nothing is parsed, checked or logged. What it reaches is the most that a program with these statements can reach.
//     floor_sql SOCKET THREADS BODY-FILE check|refresh
// DB_SOCKET, DB_NAME, DB_USER and DB_PASSWORD name the database. It works on rows that sign-ins have left there.
// SPDX-License-Identifier: MIT
#include <mariadb/mysql.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "answer.h"

namespace {

// These mirror named queries of the program; the comment before each says which. A copy, because a floor that
// shared code with the program would rise with the program's own mistakes.

// tickets.get (src/core/tickets/store.cpp): what a token check needs, in one read by primary key
constexpr std::string_view get_ticket =
    "SELECT t.realm_no, t.ticket_id, t.state, t.door, t.user_id, t.account_no, t.login_id, t.application_no, t.epoch,"
    " t.generation, t.min_generation, t.created_at, t.rotated_at, t.access_life, t.refresh_life, t.ends_at, t.password_at,"
    " t.address, t.browser, t.anonymous_id, t.ended_at, t.successor_id, u.epoch, u.blocked_at IS NOT NULL, m.account_no IS NOT NULL,"
    " r.settings_version, a.account_no IS NOT NULL,"
    " a.realm_no, a.account_no, a.account_id, a.account_type, a.email, a.first_name, a.last_name, a.company,"
    " a.locale_code, a.external_id, a.tax_id, a.tax_exempt, a.accepts_marketing, a.customer_since_at, a.profile,"
    " a.active, a.created_at, a.updated_at, a.created_by, a.updated_by,"
    " u.user_id, l.user_name, l.locked_at IS NOT NULL OR u.blocked_at IS NOT NULL, l.foreign_password, u.last_second_step_at"
    " FROM tickets t"
    " JOIN realms r ON r.realm_no = t.realm_no"
    " JOIN users u ON u.realm_no = t.realm_no AND u.user_id = t.user_id"
    " LEFT JOIN memberships m ON m.realm_no = t.realm_no AND m.user_id = t.user_id AND m.account_no = t.account_no"
    " LEFT JOIN accounts a ON a.realm_no = t.realm_no AND a.account_no = t.account_no"
    " LEFT JOIN logins l ON l.realm_no = t.realm_no AND l.login_id = t.login_id"
    " WHERE t.realm_no = ? AND t.ticket_id = ?";
// tickets.rotate
constexpr std::string_view rotate =
    "UPDATE tickets SET generation = generation + 1, rotated_at = ?, dead_at = ?"
    " WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND ended_at IS NULL";
// events.insert (src/core/events/store.cpp)
constexpr std::string_view insert_event =
    "INSERT INTO events (realm_no, event_id, name, happened_at, outcome, reason, factor, actor, application_no, user_id,"
    " account_no, ticket_id, request_id, details, personal, personal_hash, key_id, mac)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// What the program sets at every connect (src/db/connection.cpp), as far as it bears on speed.
constexpr std::string_view session = "SET SESSION tx_isolation = 'READ-COMMITTED', SESSION innodb_lock_wait_timeout = 3";

using Value = std::variant<std::monostate, std::int64_t, std::string>;

class Statement {
public:
    Statement(MYSQL* connection, std::string_view text) : handle_(mysql_stmt_init(connection)) {
        if (!handle_ || mysql_stmt_prepare(handle_, text.data(), text.size())) fail();
        columns_.resize(mysql_stmt_field_count(handle_));
        cells_.resize(columns_.size());
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            columns_[i].buffer_type = MYSQL_TYPE_STRING;
            columns_[i].buffer = cells_[i].bytes.data();
            columns_[i].buffer_length = cells_[i].bytes.size();
            columns_[i].length = &cells_[i].length;
            columns_[i].is_null = &cells_[i].null;
        }
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    // Rows changed, or rows read.
    std::uint64_t run(const std::vector<Value>& values) {
        std::vector<MYSQL_BIND> binds(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) bind(binds[i], values[i]);
        if (mysql_stmt_bind_param(handle_, binds.data()) || mysql_stmt_execute(handle_)) fail();
        if (columns_.empty()) return mysql_stmt_affected_rows(handle_);
        // Kept whole on this side, as the program's connector does.
        if (mysql_stmt_bind_result(handle_, columns_.data()) || mysql_stmt_store_result(handle_)) fail();
        std::uint64_t rows = 0;
        while (mysql_stmt_fetch(handle_) != MYSQL_NO_DATA) ++rows;
        mysql_stmt_free_result(handle_);
        return rows;
    }

private:
    struct Cell {
        std::array<char, 1024> bytes;
        unsigned long length;
        my_bool null;
    };

    static void bind(MYSQL_BIND& to, const Value& value) {
        // The C client takes parameters by pointers to what it could change, and does not change them.
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            to.buffer_type = MYSQL_TYPE_LONGLONG;
            to.buffer = const_cast<std::int64_t*>(number);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            to.buffer_type = MYSQL_TYPE_STRING;
            to.buffer = const_cast<char*>(text->data());
            to.buffer_length = text->size();
        } else {
            to.buffer_type = MYSQL_TYPE_NULL;
        }
    }

    [[noreturn]] void fail() {
        std::fprintf(stderr, "floor_sql: %s\n", handle_ ? mysql_stmt_error(handle_) : "no memory");
        std::exit(1);
    }

    MYSQL_STMT* handle_;
    std::vector<MYSQL_BIND> columns_;
    std::deque<Cell> cells_;  // does not move
};

std::string wanted(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

class Connection {
public:
    Connection() : handle_(mysql_init(nullptr)) {
        mysql_options(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        if (!mysql_real_connect(handle_, nullptr, wanted("DB_USER").c_str(), wanted("DB_PASSWORD").c_str(),
                                wanted("DB_NAME").c_str(), 0, wanted("DB_SOCKET").c_str(), 0))
            fail();
        run(session);
    }
    void run(std::string_view text) {
        if (mysql_real_query(handle_, text.data(), text.size())) fail();
    }
    std::vector<std::vector<std::string>> rows(std::string_view text) {
        run(text);
        MYSQL_RES* result = mysql_store_result(handle_);
        if (!result) fail();
        std::vector<std::vector<std::string>> all;
        while (MYSQL_ROW row = mysql_fetch_row(result)) {
            const unsigned long* lengths = mysql_fetch_lengths(result);
            auto& cells = all.emplace_back();
            for (unsigned i = 0; i < mysql_num_fields(result); ++i) cells.emplace_back(row[i] ? row[i] : "", lengths[i]);
        }
        mysql_free_result(result);
        return all;
    }
    MYSQL* handle() { return handle_; }

private:
    [[noreturn]] void fail() {
        std::fprintf(stderr, "floor_sql: %s\n", mysql_error(handle_));
        std::exit(1);
    }
    MYSQL* handle_;
};

struct Ticket {
    std::int64_t realm_no;
    std::string ticket_id, user_id;
    std::int64_t account_no, generation;
};

std::vector<Ticket> tickets;  // read once, before the threads start
std::atomic<std::size_t> threads_started{0};

struct Worker {
    Connection db;
    Statement get{db.handle(), get_ticket}, update{db.handle(), rotate}, event{db.handle(), insert_event};
    std::size_t number = threads_started++;
    std::size_t turn = number * 7;  // threads begin at different rows
    std::uint64_t events_written = 0;
};

// Rises with time, as the program's UUIDv7 do, so that rows are added where the program adds them.
std::string new_event_id(Worker& worker) {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%012llx%c%03llx",
                  static_cast<unsigned long long>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count()),
                  static_cast<char>('A' + worker.number), static_cast<unsigned long long>(worker.events_written++ & 0xfff));
    return {text.data(), 16};
}

// One read by primary key, joined to user, account and membership.
int check(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const Ticket& ticket = tickets[worker.turn++ % tickets.size()];
    return worker.get.run({ticket.realm_no, ticket.ticket_id}) == 1 ? 0 : 1;
}

// The same read, then the guarded update and the event, in one transaction. Every thread has a session of its own.
int refresh(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    Ticket& ticket = tickets[worker.number];
    if (worker.get.run({ticket.realm_no, ticket.ticket_id}) != 1) return 1;
    static const std::string now = "2026-01-15 10:20:30.120", later = "2026-01-16 10:20:30.120", hash(32, 'h');
    static const std::string details = "{}", personal = R"({"address":"127.0.0.1","browser":""})";
    worker.db.run("START TRANSACTION");
    const auto changed = worker.update.run({now, later, ticket.realm_no, ticket.ticket_id, ticket.generation});
    worker.event.run({ticket.realm_no, new_event_id(worker), "ticket.refreshed", now, "success", "", "", "application",
                      std::int64_t{1}, ticket.user_id, ticket.account_no, ticket.ticket_id, std::string(16, 'r'), details,
                      personal, hash, std::int64_t{1}, hash});
    worker.db.run("COMMIT");
    ++ticket.generation;
    return changed == 1 ? 0 : 1;
}

void* make_worker() { return new Worker; }  // lives as long as the process

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc == 5 ? argv[4] : "";
    if (mode != "check" && mode != "refresh") {
        std::fputs("usage: floor_sql SOCKET THREADS BODY-FILE check|refresh\n", stderr);
        return 64;
    }
    const auto threads = static_cast<std::size_t>(std::atoi(argv[2]));
    mysql_library_init(0, nullptr, nullptr);
    Connection connection;
    // The newest rows: for refresh those that the bench has just made for this floor.
    for (const auto& row : connection.rows("SELECT realm_no, ticket_id, user_id, COALESCE(account_no, 0), generation FROM tickets"
                                           " ORDER BY ticket_id DESC LIMIT 200"))
        tickets.push_back({std::stoll(row[0]), row[1], row[2], std::stoll(row[3]), std::stoll(row[4])});
    if (tickets.size() < threads) {
        std::fputs("floor_sql: fewer tickets than threads\n", stderr);
        return 1;
    }
    answer_make = make_worker;
    answer_before = mode == "check" ? check : refresh;
    answer_read(argv[3]);
    answer_serve(argv[1], static_cast<int>(threads));
}
