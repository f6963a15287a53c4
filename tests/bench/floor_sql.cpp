// floor-sql: a FastCGI responder that runs the statements of one operation through the database's C client and
// answers a fixed body. Prepared once per thread, one connection per thread, nothing else done: no token is read,
// nothing is parsed, checked or logged. What it reaches is the most that a program with these statements can reach.
//     floor_sql SOCKET THREADS BODY-FILE MODE
//     floor_sql clean
// MODE: check, authorizer, refresh, code_request, code_check, second_step, token_request, token_exchange.
// DB_SOCKET, DB_NAME, DB_USER and DB_PASSWORD name the database. It works on rows that sign-ins have left there. Codes and
// what belongs to them it writes for a realm that there is not, where no worker looks; `clean` removes them.
// SPDX-License-Identifier: MIT
#include <mariadb/mysql.h>

#include <algorithm>
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
#define TIME(column) "CAST(" column " AS CHAR) _"
#define ACCOUNT_COLUMNS " a.realm_no _, a.account_no _, u.user_id _, a.account_id _," ACCOUNT_SHOWN
#define ACCOUNT_SHOWN                                                                                                  \
    " a.account_type _, a.email _, a.first_name _, a.last_name _, a.company _, a.locale_code _, a.external_id _, a.tax_id _,"          \
    " a.tax_exempt _, a.accepts_marketing _, " TIME("a.customer_since_at") ", a.profile _, a.active _, " TIME("a.created_at") ", "       \
    TIME("a.updated_at") ", a.created_by _, a.updated_by _, a.name _, a.legal_name _, a.registration_id _, a.parent_id _, a.code _,"   \
    " a.label _, a.phone _, l.user_name _, l.locked_at IS NOT NULL OR u.blocked_at IS NOT NULL _, l.foreign_password _, "              \
    TIME("u.last_second_step_at")
constexpr std::string_view get_ticket =
    "SELECT t.realm_no _, t.ticket_id _,"
    " t.state | t.scope << 4 | t.owes << 8 | t.door << 12 | u.role << 20 | t.used_recovery << 28 | t.dismissed << 29 |"
    " (u.blocked_at IS NOT NULL) << 30 | (m.account_no IS NOT NULL) << 31 _,"
    " t.user_id _, t.account_no _, t.login_id _, t.application_no _, t.epoch _, t.generation _, t.min_generation _, "
    TIME("t.created_at") ", " TIME("t.rotated_at") ", t.access_life _, t.refresh_life _, " TIME("t.ends_at") ", "
    TIME("t.password_at") ", " TIME("t.app_at") ", " TIME("t.email_at") ", " TIME("t.sms_at") ","
    " t.address _, t.browser _, t.fingerprint _, t.fingerprint_key_id _, t.region _, t.anonymous_id _, " TIME("t.ended_at") ","
    " t.successor_id _, " TIME("t.last_seen_at") ", t.acting_realm_no _, t.acting_user_id _, t.acting_epoch _,"
    " IF(o.blocked_at IS NULL AND w.role = 3, o.epoch, NULL) _, u.epoch _, u.region _, r.settings_version _,"
    " a.account_id _," ACCOUNT_SHOWN
    " FROM tickets t"
    " JOIN realms r ON r.realm_no = t.realm_no"
    " JOIN users u ON u.realm_no = t.realm_no AND u.user_id = t.user_id"
    " LEFT JOIN memberships m ON m.realm_no = t.realm_no AND m.user_id = t.user_id AND m.account_no = t.account_no"
    " LEFT JOIN accounts a ON a.realm_no = t.realm_no AND a.account_no = t.account_no"
    " LEFT JOIN logins l ON l.realm_no = t.realm_no AND l.login_id = t.login_id"
    " LEFT JOIN users o ON o.realm_no = t.acting_realm_no AND o.user_id = t.acting_user_id"
    " LEFT JOIN operators w ON w.realm_no = t.acting_realm_no AND w.user_id = t.acting_user_id AND w.shop_no = t.realm_no"
    " WHERE t.realm_no = ? AND t.ticket_id = ?";
// tickets.admitted: what the authorizer needs
constexpr std::string_view get_admitted =
    "SELECT t.realm_no _, t.ticket_id _, t.state _, t.scope _, t.door _, t.user_id _, t.account_no _, t.epoch _, t.generation _, t.min_generation _, "
    TIME("t.created_at") ", " TIME("t.rotated_at") ", t.access_life _, t.refresh_life _, " TIME("t.ends_at") ", " TIME("t.password_at") ", " TIME("t.app_at") ", " TIME("t.email_at") ", " TIME("t.sms_at") ", t.used_recovery _, "
    TIME("t.ended_at") ", " TIME("t.last_seen_at") ", t.acting_realm_no _, t.acting_user_id _, t.acting_epoch _, "
    "IF(o.blocked_at IS NULL AND w.role = 3, o.epoch, NULL) _, u.epoch _, u.blocked_at IS NOT NULL _, m.account_no IS NOT NULL _, a.active _, "
    "r.name _, r.address _, l.user_name _, c.value _, c.verified_at IS NOT NULL _, ol.user_name _"
    " FROM tickets t"
    " JOIN realms r ON r.realm_no = t.realm_no AND r.kind = 1"
    " JOIN users u ON u.realm_no = t.realm_no AND u.user_id = t.user_id"
    " LEFT JOIN memberships m ON m.realm_no = t.realm_no AND m.user_id = t.user_id AND m.account_no = t.account_no"
    " LEFT JOIN accounts a ON a.realm_no = t.realm_no AND a.account_no = t.account_no"
    " LEFT JOIN logins l ON l.realm_no = t.realm_no AND l.login_id = t.login_id"
    " LEFT JOIN contacts c ON c.realm_no = t.realm_no AND c.user_id = t.user_id AND c.kind = 1"
    " LEFT JOIN users o ON o.realm_no = t.acting_realm_no AND o.user_id = t.acting_user_id"
    " LEFT JOIN operators w ON w.realm_no = t.acting_realm_no AND w.user_id = t.acting_user_id AND w.shop_no = t.realm_no"
    " LEFT JOIN logins ol ON ol.realm_no = t.acting_realm_no AND ol.user_id = t.acting_user_id"
    " WHERE t.realm_no = ? AND t.ticket_id = ?";
// tickets.rotate
constexpr std::string_view rotate =
    "UPDATE tickets SET generation = generation + 1, rotated_at = ?, dead_at = ?"
    " WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND ended_at IS NULL";
// events.insert (src/core/events/store.cpp)
constexpr std::string_view insert_event =
    "INSERT INTO events (realm_no, event_id, name, happened_at, outcome, reason, factor, actor, application_no, user_id,"
    " account_no, ticket_id, operator_id, request_id, details, personal, personal_hash, key_id, mac)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// logins.find (src/core/logins/store.cpp)
constexpr std::string_view find_login =
    "SELECT n.name = ? _, l.login_id _, l.user_id _, l.profile_no _, l.user_name _, l.password _, l.password_version _, l.foreign_password _,"
    " l.password_change_required _, l.failed _, " TIME("l.locked_at") ", " TIME("l.last_locked_at") ", " TIME("u.blocked_at") ", "
    TIME("l.first_failed_at") ", " TIME("l.last_login_at") ", " TIME("l.password_set_at") ", " TIME("l.created_at") ", "
    TIME("l.updated_at") ", u.epoch _, u.failed_day _, " TIME("u.failed_day_at") ","
    " EXISTS(SELECT 1 FROM totp_authenticators ta WHERE ta.realm_no = u.realm_no AND ta.user_id = u.user_id) _, u.method _, u.region _, u.role _,"
    " ce.value _, ce.verified_at IS NOT NULL _, cp.value _, cp.verified_at IS NOT NULL _, m.role _,"
    " a.account_no IS NOT NULL _," ACCOUNT_COLUMNS
    " FROM login_names n"
    " JOIN logins l ON l.realm_no = n.realm_no AND l.login_id = n.login_id"
    " JOIN users u ON u.realm_no = l.realm_no AND u.user_id = l.user_id"
    " LEFT JOIN contacts ce ON ce.realm_no = u.realm_no AND ce.user_id = u.user_id AND ce.kind = 1"
    " LEFT JOIN contacts cp ON cp.realm_no = u.realm_no AND cp.user_id = u.user_id AND cp.kind = 2"
    " LEFT JOIN memberships m ON m.realm_no = l.realm_no AND m.user_id = l.user_id AND m.account_no = COALESCE(?, "
    "(SELECT MIN(mp.account_no) FROM memberships mp WHERE mp.realm_no = l.realm_no AND mp.user_id = l.user_id AND mp.is_primary = 1), "
    "(SELECT MIN(mf.account_no) FROM memberships mf WHERE mf.realm_no = l.realm_no AND mf.user_id = l.user_id))"
    " LEFT JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"
    " WHERE n.realm_no = ? AND n.profile_no = ? AND n.name = COALESCE("
    "(SELECT MIN(name) FROM login_names WHERE realm_no = ? AND profile_no = ? AND name >= ?), "
    "(SELECT MAX(name) FROM login_names WHERE realm_no = ? AND profile_no = ?))";
// logins.settle_right_beside_lock
constexpr std::string_view note_sign_in =
    "UPDATE logins SET last_login_at = COALESCE(?, last_login_at), sign_ins = sign_ins + 1 WHERE realm_no = ? AND login_id = ? AND password_version = ?";
// throttle.charge (src/core/throttle/store.cpp)
constexpr std::string_view charge_budget =
    "UPDATE throttles SET "
    "arrival_at = DATE_ADD(GREATEST(IF(arrival_at > ?, CAST(? AS DATETIME(3)), arrival_at), CAST(? AS DATETIME(3))), "
    "INTERVAL ? MICROSECOND), "
    "long_arrival_at = DATE_ADD(GREATEST(IF(long_arrival_at > ?, CAST(? AS DATETIME(3)), long_arrival_at), CAST(? AS DATETIME(3))), "
    "INTERVAL ? MICROSECOND), "
    "dead_at = GREATEST(arrival_at, long_arrival_at) "
    "WHERE realm_no = ? AND throttle_key = ? AND (arrival_at <= ? OR arrival_at > ?) AND (long_arrival_at <= ? OR long_arrival_at > ?)";
// codes.put, codes.admit, codes.charge_user, codes.get, codes.give_back, codes.consume (src/core/codes/store.cpp)
constexpr std::string_view put_code =
    "INSERT INTO codes (realm_no, code_id, user_id, purpose, channel, destination, code_hash, key_id, tries, max_tries, created_at, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON DUPLICATE KEY UPDATE user_id = VALUES(user_id), channel = VALUES(channel), "
    "former_hash = code_hash, former_key_id = key_id, destination = VALUES(destination), code_hash = VALUES(code_hash), "
    "key_id = VALUES(key_id), tries = 0, max_tries = VALUES(max_tries), created_at = VALUES(created_at), dead_at = VALUES(dead_at)";
constexpr std::string_view admit_try =
    "UPDATE codes SET tries = tries + 1 WHERE realm_no = ? AND code_id = ? AND tries < max_tries AND dead_at > ?";
constexpr std::string_view charge_user =
    "UPDATE code_failures SET failed = IF(since_at <= ?, 0, failed) + 1, dead_at = IF(since_at <= ?, ?, dead_at), "
    "since_at = IF(since_at <= ?, ?, since_at) "
    "WHERE realm_no = ? AND user_id = ? AND purpose = ? AND (failed < ? OR since_at <= ?)";
constexpr std::string_view get_code =
    "SELECT c.user_id, c.purpose, c.channel, c.destination, c.code_hash, c.key_id, c.former_hash, c.former_key_id, c.tries, c.max_tries, "
    "c.created_at, c.dead_at, t.value, t.verified_at "
    "FROM codes c LEFT JOIN contacts t ON t.realm_no = c.realm_no AND t.user_id = c.user_id AND t.kind = c.channel "
    "WHERE c.realm_no = ? AND c.code_id = ?";
constexpr std::string_view give_back =
    "UPDATE code_failures SET failed = failed - 1 WHERE realm_no = ? AND user_id = ? AND purpose = ? AND failed > 0";
constexpr std::string_view consume_code = "DELETE FROM codes WHERE realm_no = ? AND code_id = ? AND code_hash = ?";
// outbox.insert (src/core/outbox/store.cpp)
constexpr std::string_view insert_cause =
    "INSERT INTO outbox (realm_no, cause_id, name, cause, key_id, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
// tickets.complete, tickets.insert
constexpr std::string_view complete_ticket = "DELETE FROM tickets WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL";
constexpr std::string_view insert_ticket =
    "INSERT INTO tickets (realm_no, ticket_id, state, scope, owes, door, user_id, account_no, login_id, application_no, epoch, generation, "
    "min_generation, created_at, rotated_at, access_life, refresh_life, ends_at, password_at, app_at, email_at, sms_at, used_recovery, address, browser, "
    "fingerprint, fingerprint_key_id, region, anonymous_id, acting_realm_no, acting_user_id, acting_epoch, end_reason, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)";
// users.note_step (src/core/users/store.cpp)
constexpr std::string_view note_step =
    "UPDATE users u LEFT JOIN logins l ON l.realm_no = u.realm_no AND l.login_id = ? SET l.last_login_at = ?, "
    "u.last_second_step_at = COALESCE(?, u.last_second_step_at), u.region_at = IF(? = '', u.region_at, ?), u.region = IF(? = '', u.region, ?) "
    "WHERE u.realm_no = ? AND u.user_id = ?";
// one_time.accounts, open, make_room, insert, charge, get, give_back, consume (src/core/one_time/store.cpp)
constexpr std::string_view accounts_open =
    "SELECT COUNT(*) > 0 AND COALESCE(SUM(a.active), 0) = 0 FROM memberships m "
    "JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no WHERE m.realm_no = ? AND m.user_id = ?";
constexpr std::string_view open_tries =
    "INSERT INTO one_time_tries (realm_no, user_id, made, failed, since_at, failed_day, day_at, closed, last_tag, last_at, seen, dead_at) "
    "VALUES (?, ?, 1, 0, NULL, 0, NULL, 0, NULL, NULL, 0, ?) ON DUPLICATE KEY UPDATE made = made + 1, dead_at = GREATEST(dead_at, VALUES(dead_at))";
constexpr std::string_view make_room =
    "DELETE FROM one_time_tokens WHERE realm_no = ? AND user_id = ? AND (dead_at <= ? OR token_id <= "
    "(SELECT token_id FROM (SELECT token_id FROM one_time_tokens WHERE realm_no = ? AND user_id = ? AND dead_at > ? "
    "ORDER BY token_id DESC LIMIT ?, 1) AS last))";
constexpr std::string_view insert_token =
    "INSERT INTO one_time_tokens (realm_no, user_id, token_id, purpose, epoch, destination, token_hash, key_id, created_at, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
#define SAME_VALUE "(last_tag <=> ? AND last_at > ?)"
constexpr std::string_view charge_token =
    "UPDATE one_time_tries SET failed = IF(since_at > ?, failed, 0) + LAST_INSERT_ID(NOT " SAME_VALUE "), "
    "failed_day = IF(day_at > ?, failed_day, 0) + (NOT " SAME_VALUE "), closed = IF(day_at > ?, closed, 0), "
    "since_at = IF(since_at > ?, since_at, ?), day_at = IF(day_at > ?, day_at, ?), last_at = IF(" SAME_VALUE ", last_at, ?), last_tag = ?, "
    "seen = seen + 1, dead_at = ? WHERE realm_no = ? AND user_id = ? AND (failed < ? OR since_at <= ?) AND (failed_day < ? OR day_at <= ?) "
    "AND EXISTS(SELECT 1 FROM one_time_tokens t WHERE t.realm_no = ? AND t.user_id = ? AND t.dead_at > ?)";
constexpr std::string_view get_tokens =
    "SELECT f.failed, f.failed_day, f.since_at, f.day_at, f.closed, LAST_INSERT_ID(), t.token_id, t.purpose, t.epoch, t.destination, t.token_hash, "
    "t.key_id, t.dead_at FROM one_time_tries f LEFT JOIN one_time_tokens t ON t.realm_no = f.realm_no AND t.user_id = f.user_id "
    "WHERE f.realm_no = ? AND f.user_id = ?";
constexpr std::string_view give_token_back =
    "UPDATE one_time_tries SET failed = IF(failed > 0, failed - 1, 0), failed_day = IF(closed = 0 AND failed_day > 0, failed_day - 1, failed_day), "
    "seen = seen + 1 WHERE realm_no = ? AND user_id = ?";
constexpr std::string_view consume_token = "DELETE FROM one_time_tokens WHERE realm_no = ? AND user_id = ? AND token_hash = ?";
// profiles.find (src/core/profiles/store.cpp)
constexpr std::string_view find_profile =
    "SELECT profile_no, profile_id, name, name_format, one_time_tokens, created_at, COALESCE(updated_at, created_at) FROM password_profiles "
    "WHERE realm_no = ? AND profile_id = ?";
// account_tickets.count, account_tickets.accounts (src/core/account_tickets/store.cpp)
#define OF_USER                                                                                                        \
    " FROM memberships m JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"                   \
    " WHERE m.realm_no = ? AND m.user_id = ? AND a.active = 1"
constexpr std::string_view count_accounts = "SELECT COUNT(*)" OF_USER;
constexpr std::string_view select_accounts = "SELECT a.account_no, a.account_id, a.name" OF_USER " ORDER BY a.created_at, a.account_no LIMIT ? OFFSET ?";
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

// Who asks for codes and enters them.
struct Person {
    std::string name, user_id, login_id;
    std::int64_t account_no, profile_no, password_version;
};
std::vector<Person> people;
std::string profile_id;  // of the realm's first password profile
constexpr std::int64_t realm = 1, nowhere = 4'000'000'000;  // the demo's realm; and one that there is not
constexpr std::size_t codes_made = 8000;                    // before the threads start: each is good for one check
std::atomic<std::size_t> threads_started{0}, next_code{0};

struct Worker {
    Connection db;
    Statement get{db.handle(), get_ticket}, admitted{db.handle(), get_admitted}, update{db.handle(), rotate}, event{db.handle(), insert_event};
    Statement find{db.handle(), find_login}, note{db.handle(), note_sign_in}, charge{db.handle(), charge_budget};
    Statement put{db.handle(), put_code}, admit{db.handle(), admit_try}, charge_try{db.handle(), charge_user};
    Statement code{db.handle(), get_code}, back{db.handle(), give_back}, consume{db.handle(), consume_code};
    Statement cause{db.handle(), insert_cause}, complete{db.handle(), complete_ticket}, issue{db.handle(), insert_ticket};
    Statement step{db.handle(), note_step};
    Statement tries{db.handle(), open_tries}, room{db.handle(), make_room}, token{db.handle(), insert_token};
    Statement charge_exchange{db.handle(), charge_token}, held{db.handle(), get_tokens}, refund_exchange{db.handle(), give_token_back};
    Statement profile{db.handle(), find_profile}, kept_out{db.handle(), accounts_open}, spend{db.handle(), consume_token}, count{db.handle(), count_accounts}, accounts{db.handle(), select_accounts};
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

// The times that go into rows; like the program's, but for the day.
const std::string now = "2026-01-15 10:20:30.120", later = "2036-01-16 10:20:30.120", hash(32, 'h');
const std::string details = "{}", personal = R"({"address":"127.0.0.1","browser":""})";

// One read by primary key, joined to user, account and membership.
int check(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const Ticket& ticket = tickets[worker.turn++ % tickets.size()];
    return worker.get.run({ticket.realm_no, ticket.ticket_id}) == 1 ? 0 : 1;
}

// The authorizer's read.
int authorizer(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const Ticket& ticket = tickets[worker.turn++ % tickets.size()];
    return worker.admitted.run({ticket.realm_no, ticket.ticket_id}) == 1 ? 0 : 1;
}

// The read of a check, then the guarded update and the event, in one transaction. Every thread has a session of its own.
int refresh(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    Ticket& ticket = tickets[worker.number];
    if (worker.get.run({ticket.realm_no, ticket.ticket_id}) != 1) return 1;
    worker.db.run("START TRANSACTION");
    const auto changed = worker.update.run({now, later, ticket.realm_no, ticket.ticket_id, ticket.generation});
    worker.event.run({ticket.realm_no, new_event_id(worker), "ticket.refreshed", now, "success", "", "", "application",
                      std::int64_t{1}, ticket.user_id, ticket.account_no, ticket.ticket_id, {}, std::string(16, 'r'), details,
                      personal, hash, std::int64_t{1}, hash});
    worker.db.run("COMMIT");
    ++ticket.generation;
    return changed == 1 ? 0 : 1;
}

std::string padded(char kind, std::size_t number) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%c%015zu", kind, number);
    return {text.data(), 16};
}

const Person& next_person(Worker& worker) { return people[(worker.turn += 7) % people.size()]; }

bool found_login(Worker& worker, const Person& person) {
    return worker.find.run({person.name, {}, realm, person.profile_no, realm, person.profile_no, person.name, realm, person.profile_no}) == 1;
}

void write_event(Worker& worker, const std::string& name, const Person& person) {
    worker.event.run({nowhere, new_event_id(worker), name, now, "success", "", "email", "user", std::int64_t{1}, person.user_id,
                      person.account_no, std::string(16, 't'), {}, std::string(16, 'r'), details, personal, hash, std::int64_t{1}, hash});
}

void write_ticket(Worker& worker, const std::string& id, std::int64_t state, const Person& person) {
    const Value none;
    const std::int64_t zero = 0, one = 1, hour = 3600;
    worker.issue.run({nowhere, id, state, one, one, one, person.user_id, person.account_no, person.login_id, one, one, one, one, now, now, hour,
                      hour, later, now, none, now, none, zero, "127.0.0.1", "", none, none, "", none, none, none, none, later});
}

bool charged(Worker& worker, const std::string& key) {
    const std::string far = "2037-01-01 00:00:00.000";
    const std::int64_t step = 1000;  // so that the row changes
    return worker.charge.run({far, now, now, step, far, now, now, step, nowhere, key, later, far, later, far}) == 1;
}

// The login, two budgets, and code, event and cause in one transaction.
int code_request(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const auto& person = next_person(worker);
    if (!found_login(worker, person)) return 1;
    const auto number = static_cast<std::size_t>(&person - people.data());
    if (!charged(worker, padded('u', number)) || !charged(worker, padded('d', number))) return 1;
    worker.db.run("START TRANSACTION");
    worker.put.run({nowhere, padded('c', number), person.user_id, std::int64_t{1}, std::int64_t{1}, "", hash, std::int64_t{1}, std::int64_t{3}, now, later});
    write_event(worker, "signin.code_sent", person);
    worker.cause.run({nowhere, new_event_id(worker), "signin.code_sent", std::string(520, 'c'), std::int64_t{1}, now, now});
    worker.db.run("COMMIT");
    return 0;
}

// A try admitted and charged, the code read; then what makes it used up.
bool tried(Worker& worker, const Person& person, const std::string& id) {
    const std::string day_ago = "2026-01-14 10:20:30.120";
    return worker.admit.run({nowhere, id, now}) == 1 &&
           worker.charge_try.run({day_ago, day_ago, later, day_ago, now, nowhere, person.user_id, std::int64_t{1}, std::int64_t{15}, day_ago}) == 1 &&
           worker.code.run({nowhere, id}) == 1;
}
bool used(Worker& worker, const Person& person, const std::string& id) {
    worker.back.run({nowhere, person.user_id, std::int64_t{1}});
    return worker.consume.run({nowhere, id, hash}) == 1;
}

// A right code: the login, the try, and in one transaction the code used, the sign-in noted, ticket and event.
int code_check(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const auto number = next_code++;
    const auto& person = people[number % people.size()];
    const auto id = padded('c', number);
    if (!found_login(worker, person) || !tried(worker, person, id)) return 1;
    worker.db.run("START TRANSACTION");
    const bool good = used(worker, person, id);
    worker.note.run({now, realm, person.login_id, person.password_version});
    write_ticket(worker, new_event_id(worker), 1, person);
    write_event(worker, "signin.success", person);
    worker.db.run("COMMIT");
    return good ? 0 : 1;
}

// A right code of a pending ticket: the ticket, the try, and in one transaction the code used, the pending ticket gone,
// another one, the event and the user's time.
int second_step(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const Ticket& ticket = tickets[worker.turn++ % tickets.size()];
    const auto number = next_code++;
    const auto& person = people[number % people.size()];
    const auto id = padded('c', number);
    if (worker.get.run({ticket.realm_no, ticket.ticket_id}) != 1 || !tried(worker, person, id)) return 1;
    worker.db.run("START TRANSACTION");
    const bool good = used(worker, person, id) && worker.complete.run({nowhere, padded('p', number), std::int64_t{2}}) == 1;
    write_ticket(worker, new_event_id(worker), 1, person);
    write_event(worker, "second_step.success", person);
    worker.step.run({person.login_id, now, now, "", now, "", "", realm, person.user_id});
    worker.db.run("COMMIT");
    return good ? 0 : 1;
}

// Each token of these has a hash of its own, since a user may have several.
std::string token_hash(std::size_t number) {
    auto bytes = padded('h', number);
    return bytes + bytes;
}

void put_token(Worker& worker, const Person& person, const std::string& id, const std::string& value) {
    worker.tries.run({nowhere, person.user_id, later});
    worker.room.run({nowhere, person.user_id, now, nowhere, person.user_id, now, std::int64_t{4}});
    worker.token.run({nowhere, person.user_id, id, std::int64_t{2}, std::int64_t{1}, person.name, value, std::int64_t{1}, now, later});
}

bool found(Worker& worker, const Person& person) {
    return worker.profile.run({realm, profile_id}) == 1 && found_login(worker, person);
}

// Profile and login, two budgets, and in one transaction the token in its place, event and cause.
int token_request(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const auto& person = next_person(worker);
    if (!found(worker, person) || worker.kept_out.run({realm, person.user_id}) != 1) return 1;
    const auto number = static_cast<std::size_t>(&person - people.data());
    if (!charged(worker, padded('u', number)) || !charged(worker, padded('d', number))) return 1;
    worker.db.run("START TRANSACTION");
    put_token(worker, person, new_event_id(worker), hash);
    write_event(worker, "signin.token_sent", person);
    worker.cause.run({nowhere, new_event_id(worker), "signin.token_sent", std::string(640, 'c'), std::int64_t{1}, now, now});
    worker.db.run("COMMIT");
    return 0;
}

// A right token: profile and login, the try counted, the tokens and the accounts read, and in one transaction the token used up, the
// sign-in noted, ticket and event.
int token_exchange(void* state) {
    auto& worker = *static_cast<Worker*>(state);
    const auto number = next_code++;
    const auto& person = people[number % people.size()];
    const std::string passed = "2026-01-15 10:10:30.120", day_ago = "2026-01-14 10:20:30.120", again = "2026-01-15 10:20:20.120";
    const std::int64_t tag = static_cast<std::int64_t>(number & 0xffff), tries = 10, daily = 100, limit = 25, offset = 0;
    if (!found(worker, person)) return 1;
    if (worker.charge_exchange.run({passed, tag, again, day_ago, tag, again, day_ago, passed, now, day_ago, now, tag, again, now, tag, later, nowhere,
                                    person.user_id, tries, passed, daily, day_ago, nowhere, person.user_id, now}) != 1) return 1;
    if (worker.held.run({nowhere, person.user_id}) == 0) return 1;
    worker.count.run({realm, person.user_id});
    if (worker.accounts.run({realm, person.user_id, limit, offset}) == 0) return 1;
    worker.db.run("START TRANSACTION");
    worker.refund_exchange.run({nowhere, person.user_id});
    const bool good = worker.spend.run({nowhere, person.user_id, token_hash(number)}) == 1;
    worker.note.run({now, realm, person.login_id, person.password_version});
    write_ticket(worker, new_event_id(worker), 1, person);
    write_event(worker, "signin.success", person);
    worker.db.run("COMMIT");
    return good ? 0 : 1;
}

void clean(Connection& connection) {
    for (const std::string_view table : {"codes", "code_failures", "throttles", "outbox", "tickets", "one_time_tokens", "one_time_tries"})
        connection.run("DELETE FROM " + std::string(table) + " WHERE realm_no = " + std::to_string(nowhere));
}

// What requests and checks find: everybody's budgets, and codes that wait to be entered, of pending tickets for second_step.
void prepare(std::string_view mode) {
    Worker worker;
    clean(worker.db);
    for (auto& row : worker.db.rows("SELECT n.name, l.user_id, l.login_id, m.account_no, n.profile_no, l.password_version FROM login_names n"
                                    " JOIN logins l ON l.realm_no = n.realm_no AND l.login_id = n.login_id"
                                    " JOIN memberships m ON m.realm_no = l.realm_no AND m.user_id = l.user_id"
                                    " WHERE n.realm_no = " + std::to_string(realm) + " AND n.name LIKE 'reader%'"))
        people.push_back({row[0], row[1], row[2], std::stoll(row[3]), std::stoll(row[4]), std::stoll(row[5])});
    for (auto& row : worker.db.rows("SELECT profile_id FROM password_profiles WHERE profile_no = 1 AND realm_no = " + std::to_string(realm))) profile_id = row[0];
    if (people.empty()) {
        std::fputs("floor_sql: nobody is named reader...\n", stderr);
        std::exit(1);
    }
    Statement budget(worker.db.handle(), "INSERT INTO throttles (realm_no, throttle_key, arrival_at, long_arrival_at, dead_at) VALUES (?, ?, ?, ?, ?)");
    Statement failures(worker.db.handle(), "INSERT IGNORE INTO code_failures (realm_no, user_id, purpose, failed, since_at, dead_at) VALUES (?, ?, ?, 0, ?, ?)");
    worker.db.run("START TRANSACTION");
    for (std::size_t i = 0; i < people.size(); ++i) {
        for (const char kind : {'u', 'd'}) budget.run({nowhere, padded(kind, i), now, now, now});
        failures.run({nowhere, people[i].user_id, std::int64_t{1}, now, later});
    }
    for (std::size_t i = 0; i < codes_made; ++i) {
        const auto& person = people[i % people.size()];
        if (mode == "token_exchange") {
            if (i < people.size()) put_token(worker, person, padded('t', i), token_hash(i));
            continue;
        }
        worker.put.run({nowhere, padded('c', i), person.user_id, std::int64_t{1}, std::int64_t{1}, "", hash, std::int64_t{1}, std::int64_t{3}, now, later});
        if (mode == "second_step") write_ticket(worker, padded('p', i), 2, person);
    }
    worker.db.run("COMMIT");
}

void* make_worker() { return new Worker; }  // lives as long as the process

}  // namespace

int main(int argc, char** argv) {
    struct Mode {
        std::string_view name;
        int (*before)(void*);
        bool codes;
        const char* status;
    };
    static constexpr std::array modes{Mode{"check", check, false, "200 OK"}, Mode{"authorizer", authorizer, false, "200 OK"}, Mode{"refresh", refresh, false, "200 OK"},
                                      Mode{"code_request", code_request, true, "200 OK"}, Mode{"code_check", code_check, true, "200 OK"},
                                      Mode{"second_step", second_step, true, "200 OK"}, Mode{"token_request", token_request, true, "202 Accepted"},
                                      Mode{"token_exchange", token_exchange, true, "201 Created"}};
    mysql_library_init(0, nullptr, nullptr);
    if (argc == 2 && argv[1] == std::string_view("clean")) {
        Connection connection;
        clean(connection);
        return 0;
    }
    const auto mode = std::find_if(modes.begin(), modes.end(), [&](const Mode& each) { return argc == 5 && argv[4] == each.name; });
    if (mode == modes.end()) {
        std::fputs("usage: floor_sql SOCKET THREADS BODY-FILE check|authorizer|refresh|code_request|code_check|second_step|token_request|token_exchange\n"
                   "       floor_sql clean\n", stderr);
        return 64;
    }
    const auto threads = static_cast<std::size_t>(std::atoi(argv[2]));
    Connection connection;
    // The newest rows: for refresh those that the bench has just made for this floor.
    for (const auto& row : connection.rows("SELECT realm_no, ticket_id, user_id, COALESCE(account_no, 0), generation FROM tickets"
                                           " WHERE realm_no = " + std::to_string(realm) + " ORDER BY ticket_id DESC LIMIT 200"))
        tickets.push_back({std::stoll(row[0]), row[1], row[2], std::stoll(row[3]), std::stoll(row[4])});
    if (tickets.size() < threads) {
        std::fputs("floor_sql: fewer tickets than threads\n", stderr);
        return 1;
    }
    if (mode->codes) prepare(mode->name);
    answer_make = make_worker;
    answer_before = mode->before;
    answer_status = mode->status;
    answer_read(argv[3]);
    answer_serve(argv[1], static_cast<int>(threads));
}
