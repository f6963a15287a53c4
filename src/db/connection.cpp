// SPDX-License-Identifier: MIT
// The connector is met here and nowhere else. Its commit(), rollback() and setAutoCommit() are never used, they
// swallow errors; nor is its automatic reconnect, which would lose a transaction silently (D40, docs/decisions.md).
#include "connection.h"

#include <cppconn/connection.h>
#include <cppconn/datatype.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

namespace authtickets::db {

namespace {

// One round trip for all of it. The two kinds of comment are read by MySQL 8 and by MariaDB alone, in this order.
constexpr std::string_view session =
    "SET SESSION /*!80000 transaction_isolation *//*M! tx_isolation */ = 'READ-COMMITTED',"
    " SESSION innodb_lock_wait_timeout = 3,"
    " SESSION time_zone = '+00:00',"
    " SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
    "NO_ENGINE_SUBSTITUTION'";

// Our statements join few tables in the order that they are written in; a list that a caller puts together may join many,
// and looking at every order of 30 tables takes minutes. And a statement that nobody waits for any more must end: left
// alone, the server would go on. Half a second before our own patience, so that it is the server that says so.
std::string bounds(int answer_seconds) {
    std::string out = ", SESSION optimizer_search_depth = 5";
    if (answer_seconds == 0) return out;
    const auto milliseconds = std::to_string(answer_seconds * 1000 - 500);
    return out + "/*!80000 , SESSION max_execution_time = " + milliseconds + " *//*M! , SESSION max_statement_time = " + milliseconds +
           " / 1000 */";
}

// MySQL, and a MariaDB built without wsrep, do not know wsrep_on; an empty database has no schema_migrations.
constexpr std::string_view everything =
    "SELECT VERSION(), UTC_TIMESTAMP(3), /*M! @@wsrep_on + */ 0,"
    " (SELECT COALESCE(MAX(number), 0) FROM schema_migrations WHERE applied_at IS NOT NULL)";
constexpr std::string_view least = "SELECT VERSION(), UTC_TIMESTAMP(3)";
constexpr std::string_view wsrep = "SHOW VARIABLES LIKE 'wsrep_on'";
constexpr std::string_view schema =
    "SELECT COALESCE(MAX(number), 0) FROM schema_migrations WHERE applied_at IS NOT NULL";

constexpr int no_such_table = 1146;
constexpr int unknown_variable = 1193;
constexpr int no_such_savepoint = 1305;

sql::Driver& driver() {
    // The connector's own look-up is not safe between threads, a local static is.
    static sql::Driver* const loaded = get_driver_instance();
    return *loaded;
}

// May the server's words be kept in an error? Not once parameters are bound, it quotes them.
enum class Words { keep, drop };

// Runs what talks to the server and turns the connector's exceptions into Failures. Code 0 is the connector's own
// complaint, about how it was called.
template <class Work>
auto met(Words words, Work&& work) {
    try {
        return work();
    } catch (const sql::SQLException& error) {
        const int code = error.getErrorCode();
        throw Failure{trouble_of(code), code, words == Words::keep || code == 0 ? error.what() : std::string()};
    }
}

class ResultRow final : public Row {
public:
    explicit ResultRow(sql::ResultSet& result) : result_(result) {}

protected:
    bool null_here() override {
        return met(Words::drop, [&] { return result_.isNull(column_); });
    }
    void skip() override { ++column_; }
    std::int64_t number() override {
        return met(Words::drop, [&] { return result_.getInt64(column_++); });  // which is 0 for NULL
    }
    std::string text() override {
        return met(Words::drop, [&] { return result_.getString(column_++).asStdString(); });  // which is empty for NULL
    }

private:
    sql::ResultSet& result_;
    std::uint32_t column_ = 1;
};

// Behind `column`, which moves on.
void bind(sql::PreparedStatement& statement, const std::vector<Param>& params, unsigned& column) {
    for (const auto& value : params) {
        ++column;
        if (const auto* text = std::get_if<std::string>(&value)) {
            statement.setString(column, *text);
        } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
            statement.setInt64(column, *number);
        } else {
            statement.setNull(column, sql::DataType::SQLNULL);
        }
    }
}

void bind(sql::PreparedStatement& statement, const std::vector<Param>& params) {
    unsigned column = 0;
    bind(statement, params, column);
}

sql::SQLString word(std::string_view text) { return sql::SQLString(text.data(), text.size()); }

sql::ConnectOptionsMap options(const Target& target) {
    sql::ConnectOptionsMap map;
    if (target.socket.empty()) {
        map["hostName"] = word("tcp://[" + target.host + "]");  // brackets keep the colons of an IPv6 address whole
        map["port"] = target.port;
    } else {
        map["hostName"] = word("unix://" + target.socket);
    }
    map["userName"] = word(target.login.user);
    map["password"] = word(target.login.password.reveal());
    if (!target.database.empty()) map["schema"] = word(target.database);
    map["OPT_CHARSET_NAME"] = word("utf8mb4");
    map["characterSetResults"] = word("utf8mb4");
    map["OPT_CONNECT_TIMEOUT"] = target.connect_seconds;
    map["OPT_READ_TIMEOUT"] = target.answer_seconds;
    map["OPT_WRITE_TIMEOUT"] = target.answer_seconds;
    return map;
}

}  // namespace

void load_driver() { driver(); }

Db::Connection::Connection(const Target& target, Clock& clock) {
    try {
        met(Words::keep, [&] {
            auto map = options(target);
            link_.reset(driver().connect(map));
            plain_.reset(link_->createStatement());
            plain_->execute(word(std::string(session) + bounds(target.answer_seconds)));
        });
        ask_server(clock);
    } catch (Failure& failure) {
        // Whatever the reason was, there is no connection, and it is nothing that a request did. Only a look at the schema that
        // met another host changing it is taken again.
        if (failure.trouble != Trouble::again) failure.trouble = Trouble::away;
        throw;
    }
}

Db::Connection::~Connection() = default;

void Db::Connection::ask_server(Clock& clock) {
    using Result = std::unique_ptr<sql::ResultSet>;
    const auto ask = [&](std::string_view text) {
        return met(Words::keep, [&] {
            Result result(plain_->executeQuery(word(text)));
            return result->next() ? std::move(result) : Result();
        });
    };
    const auto before = clock.now();
    Result all;
    try {
        all = ask(everything);
    } catch (const Failure& failure) {
        if (failure.code != no_such_table && failure.code != unknown_variable) throw;
    }
    const auto common = all ? std::move(all) : ask(least);
    const auto after = clock.now();
    met(Words::keep, [&] {
        server_.version = common->getString(1).asStdString();
        if (const auto theirs = parse_sql(common->getString(2).asStdString())) {
            server_.clock_ahead_ms = (*theirs - (before + (after - before) / 2)).count();
        }
    });
    if (common->getMetaData()->getColumnCount() == 4) {
        server_.clustered = common->getInt(3) != 0;
        server_.schema = common->getInt(4);
        return;
    }
    if (const auto found = ask(wsrep)) server_.clustered = found->getString(2) == "ON";
    try {
        server_.schema = ask(schema)->getInt(1);
    } catch (const Failure& failure) {
        if (failure.code != no_such_table) throw;
    }
}

// A Galera primary that takes a transaction back while it prepares or closes a statement answers as if nothing had happened, and
// what came after would be done alone (D421). A savepoint goes with the transaction: where it is missing, all runs again.
void Db::Connection::watched(const std::function<void()>& work) {
    if (!open_ || !server_.clustered) return work();
    execute("SAVEPOINT watched");
    work();
    try {
        execute("RELEASE SAVEPOINT watched");
    } catch (Failure& failure) {
        if (failure.code == no_such_savepoint) failure.trouble = Trouble::again;
        throw;
    }
}

std::unique_ptr<sql::PreparedStatement> Db::Connection::prepare(const std::string& text) {
    try {
        return met(Words::keep, [&] { return std::unique_ptr<sql::PreparedStatement>(link_->prepareStatement(text)); });
    } catch (Failure& failure) {
        if (failure.trouble == Trouble::lost) failure.trouble = Trouble::unsent;
        throw;
    }
}

sql::PreparedStatement& Db::Connection::prepared(const Query& query, bool causally) {
    auto& place = (causally ? causal_ : prepared_)[&query];
    if (!place) watched([&] { place = prepare((causally ? "SET STATEMENT wsrep_sync_wait=1 FOR " : "") + std::string(query.text)); });
    return *place;
}

void Db::Connection::insert(const Query& query, std::span<const std::vector<Param>> rows) {
    auto& place = for_rows_[{&query, rows.size()}];
    if (!place) watched([&] { place = prepare(for_rows(query, rows.size())); });
    met(Words::drop, [&] {
        unsigned column = 0;
        for (const auto& row : rows) bind(*place, row, column);
        place->executeUpdate();
    });
}

std::uint64_t Db::Connection::change(const Query& query, const std::vector<Param>& params) {
    auto& statement = prepared(query, false);
    return met(Words::drop, [&] {
        bind(statement, params);
        return static_cast<std::uint64_t>(statement.executeUpdate());
    });
}

void Db::Connection::select(const Query& query, const std::vector<Param>& params, bool causally,
                            const std::function<bool(Row&)>& each) {
    select(prepared(query, causally), params, each);
}

void Db::Connection::select(const Statement& statement, const std::function<bool(Row&)>& each) {
    watched([&] {  // to the end of the statement, which is closed
        const auto once = prepare(statement.text);
        select(*once, statement.params, each);
    });
}

void Db::Connection::select(sql::PreparedStatement& statement, const std::vector<Param>& params,
                            const std::function<bool(Row&)>& each) {
    // The connector fetches the whole result before it returns, and its end frees it: the connection is free for
    // the next statement however `each` leaves.
    const auto result = met(Words::drop, [&] {
        bind(statement, params);
        return std::unique_ptr<sql::ResultSet>(statement.executeQuery());
    });
    while (met(Words::drop, [&] { return result->next(); })) {
        ResultRow row(*result);
        if (!each(row)) break;
    }
}

void Db::Connection::execute(std::string_view sql) {
    met(Words::keep, [&] {
        if (plain_->execute(word(sql))) std::unique_ptr<sql::ResultSet>(plain_->getResultSet());
    });
}

void Db::Connection::begin() {
    execute("START TRANSACTION");
    open_ = true;
}

void Db::Connection::end(std::string_view how) {
    open_ = false;
    execute(how);
}

bool Db::Connection::alive() {
    return met(Words::drop, [&] { return link_->isValid(); });
}

}  // namespace authtickets::db
