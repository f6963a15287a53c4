// SPDX-License-Identifier: MIT
// The database as the stores see it: named queries, typed rows, transactions whose verdicts count only after COMMIT.
// The connector (MySQL Connector/C++ 1.1) is met in src/db only. One Db belongs to one worker thread and connects
// at its first statement. docs/decisions.md says why COMMIT goes as text and which errors are retried.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <authtickets/base/clock.h>
#include <authtickets/base/config.h>
#include <authtickets/base/fault.h>
#include <authtickets/base/ids.h>
#include <authtickets/base/log.h>
#include <authtickets/base/result.h>

namespace authtickets::db {

// What a statement does in a transaction that gathers rows (Tx::gather).
enum class Gather : std::uint8_t {
    no,      // what was gathered goes first
    row,     // an INSERT of one row, ending in `VALUES (...)`, whose row count nobody needs: sent with others of its kind
    beside,  // goes at once: it neither sees nor touches what is gathered
};

// A statement with a name for logs, errors and the statement budget. Always a constant; compared by address.
struct Query {
    std::string_view name;
    std::string_view text;
    Gather gather = Gather::no;
};

// A DATETIME among the columns of a wide read that many requests make. The server writes its text for a fraction of what it costs
// the connector, which has snprintf do it (D414, docs/decisions.md).
#define AUTHTICKETS_TIME(column) "CAST(" column " AS CHAR) _"

// The statement for so many rows.
std::string for_rows(const Query&, std::size_t rows);

// A bound value: null, number, or text (bytes are text to the connector).
using Param = std::variant<std::monostate, std::int64_t, std::string>;

inline Param param(std::nullopt_t) { return {}; }
inline Param param(std::string_view value) { return std::string(value); }
inline Param param(const char* value) { return std::string(value); }
inline Param param(std::string value) { return value; }
inline Param param(Time value) { return sql_text(value); }
inline Param param(const Uuid& value) { return as_text(value.bytes); }
inline Param param(ByteView value) { return as_text(value); }
template <class Int>
    requires std::is_integral_v<Int>
Param param(Int value) { return static_cast<std::int64_t>(value); }
template <class Enum>
    requires std::is_enum_v<Enum>
Param param(Enum value) { return static_cast<std::int64_t>(value); }
template <class Rep, class Period>
Param param(std::chrono::duration<Rep, Period> value) {  // whole seconds
    return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(value).count());
}
template <class Tag>
Param param(const UuidOf<Tag>& value) { return param(value.value); }
template <class Tag, class Int>
Param param(const NumberOf<Tag, Int>& value) { return static_cast<std::int64_t>(value.value); }
template <class T>
Param param(const std::optional<T>& value) { return value ? param(*value) : Param{}; }

// A statement put together by db/where from a Query and the conditions of a list. It is prepared for its one run.
struct Statement {
    std::string_view name;
    std::string text;
    std::vector<Param> params;
};

// One row while it is being read; columns are taken in their order.
class Row {
public:
    virtual ~Row() = default;

    template <class T>
    T next() {
        T value{};
        read(value);
        return value;
    }
    template <class T>
    void into(T& target) { read(target); }

protected:
    virtual bool null_here() = 0;              // does not move on
    virtual void skip() = 0;
    virtual std::int64_t number() = 0;         // 0 for NULL
    virtual std::string text() = 0;            // empty for NULL

private:
    template <class Int>
        requires(std::is_integral_v<Int> || std::is_enum_v<Int>)
    void read(Int& value) { value = static_cast<Int>(number()); }
    void read(std::string& value) { value = text(); }
    void read(Time& value);                    // Fault when it is no DATETIME
    void read(Uuid& value);                    // zeros for NULL; Fault when not 16 bytes
    template <class Rep, class Period>
    void read(std::chrono::duration<Rep, Period>& value) { value = std::chrono::seconds(number()); }
    template <class Tag>
    void read(UuidOf<Tag>& value) { read(value.value); }
    template <class Tag, class Int>
    void read(NumberOf<Tag, Int>& value) { value.value = static_cast<Int>(number()); }
    template <class T>
    void read(std::optional<T>& value) {
        if (null_here()) {
            skip();
            value.reset();
        } else {
            value.emplace();
            read(*value);
        }
    }
};

// What a store function needs says where it may run: Session& anywhere, Tx& only inside a transaction,
// Db& only outside one (autocommitted statements such as admissions and throttles).
class Session {
public:
    virtual ~Session() = default;

    // Rows changed. Inside a transaction the number is provisional until COMMIT has returned.
    template <class... Args>
    std::uint64_t run(const Query& query, const Args&... args) {
        return change(query, {param(args)...});
    }
    // The first row as read(Row&) makes it, or none.
    template <class Read, class... Args>
    auto one(const Query& query, Read&& read, const Args&... args) {
        std::optional<std::invoke_result_t<Read, Row&>> out;
        select(query, {param(args)...}, false, [&](Row& row) { out.emplace(read(row)); return false; });
        return out;
    }
    // The same, read after everything other primaries have committed (Galera); where wsrep is off: none, without asking.
    template <class Read, class... Args>
    auto one_causally(const Query& query, Read&& read, const Args&... args) {
        std::optional<std::invoke_result_t<Read, Row&>> out;
        if (clustered()) select(query, {param(args)...}, true, [&](Row& row) { out.emplace(read(row)); return false; });
        return out;
    }
    template <class Read, class... Args>
    auto all(const Query& query, Read&& read, const Args&... args) {
        std::vector<std::invoke_result_t<Read, Row&>> out;
        select(query, {param(args)...}, false, [&](Row& row) { out.push_back(read(row)); return true; });
        return out;
    }
    template <class Read>
    auto all(const Statement& statement, Read&& read) {
        std::vector<std::invoke_result_t<Read, Row&>> out;
        select(statement, [&](Row& row) { out.push_back(read(row)); return true; });
        return out;
    }
    template <class Read>
    auto one(const Statement& statement, Read&& read) {
        std::optional<std::invoke_result_t<Read, Row&>> out;
        select(statement, [&](Row& row) { out.emplace(read(row)); return false; });
        return out;
    }

protected:
    virtual std::uint64_t change(const Query&, const std::vector<Param>&) = 0;
    // each: return false to stop
    virtual void select(const Query&, const std::vector<Param>&, bool causally, const std::function<bool(Row&)>& each) = 0;
    virtual void select(const Statement&, const std::function<bool(Row&)>& each) = 0;
    virtual bool clustered() = 0;
};

class Tx;

enum class Rights { serve, maintain, migrate };  // which of the three database users

class Db final : public Session {
public:
    Db(const Config&, Rights, Clock&, Log&);
    ~Db() override;

    // Runs work(Tx&) between START TRANSACTION and COMMIT and returns what it returned; the value may be used only
    // now. Refusals are values and are committed. An exception rolls back and flies on. Deadlock (1213), lock wait
    // (1205), 1020 and a COMMIT that was refused run `work` again, at most five times in all; then Unavailable.
    // A connection lost during COMMIT is Unavailable, and so is a primary cut off from the others by then (1180): what became
    // of the transaction is not known, so it is not repeated.
    template <class Work>
    auto transact(Work&& work) {
        using T = std::invoke_result_t<Work, Tx&>;
        std::optional<T> out;
        in_transaction([&](Tx& tx) { out.emplace(work(tx)); });
        return std::move(*out);
    }

    // The same for work that returns a Result: a refusal rolls back what was written before it.
    template <class Work>
    auto transact_or_undo(Work&& work) -> std::invoke_result_t<Work, Tx&> {
        struct Undo {
            Refusal refusal;
        };
        try {
            return transact([&](Tx& tx) {
                auto out = work(tx);
                if (!out) throw Undo{std::move(out.error())};
                return out;
            });
        } catch (Undo& undo) {
            return refuse(std::move(undo.refusal));
        }
    }

    // Statements sent so far, BEGIN and COMMIT included, connecting and preparing not: the budget of the tests.
    std::uint64_t statements() const;

    // Ends the connection if there is one; the next statement connects again.
    void disconnect();

    // What connecting found; connects when needed. Unavailable when the database is away.
    struct Server {
        std::string version;   // "10.11.6-MariaDB..."
        bool clustered{};      // wsrep_on
        std::int64_t clock_ahead_ms{};  // database's clock minus ours
        int schema{};          // highest migration applied, 0 when none
    };
    const Server& server();

    // For db/schema and the commands: text that is no prepared statement (DDL).
    void execute(std::string_view sql);

    // One small statement. Unavailable when nobody answers.
    void ping();

protected:
    std::uint64_t change(const Query&, const std::vector<Param>&) override;
    void select(const Query&, const std::vector<Param>&, bool, const std::function<bool(Row&)>&) override;
    void select(const Statement&, const std::function<bool(Row&)>&) override;
    bool clustered() override;

private:
    friend class Tx;
    void in_transaction(const std::function<void(Tx&)>&);
    struct Connection;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

class Tx final : public Session {
public:
    explicit Tx(Db& db) : db_(db) {}
    Tx(const Tx&) = delete;

    // Runs `work`, and sends the rows that its statements insert by many at a time; all are sent when this returns. What
    // is wrong with a row is told by the statement that sends it, with no word on which row it was.
    void gather(const std::function<void()>& work);

protected:
    std::uint64_t change(const Query&, const std::vector<Param>&) override;
    void select(const Query&, const std::vector<Param>&, bool, const std::function<bool(Row&)>&) override;
    void select(const Statement&, const std::function<bool(Row&)>&) override;
    bool clustered() override;

private:
    Db& db_;
};

// A duplicate key, where a store inserts without IGNORE on purpose.
struct Duplicate : Fault {
    using Fault::Fault;
};

// Loads the connector's driver; main calls it before any thread starts.
void load_driver();

}  // namespace authtickets::db
