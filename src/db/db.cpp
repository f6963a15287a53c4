// SPDX-License-Identifier: MIT
// When a statement or a transaction runs again, and what the caller is told. It may run again only where it
// certainly left nothing behind: D40 to D44 (docs/decisions.md).
#include <authtickets/db/db.h>

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <span>
#include <thread>

#include <authtickets/db/schema.h>

#include "connection.h"
#include "failure.h"

namespace authtickets::db {

namespace {

constexpr Query anybody_there{"db.ping", "SELECT 1"};
constexpr int attempts = 5;                           // D44
constexpr auto slow = std::chrono::milliseconds(500);
constexpr auto clock_tolerance_ms = 2000;             // D55
// An idle connection may have been closed by the server or a firewall. Asking costs one round trip.
constexpr auto idle = std::chrono::seconds(10);

Target target_of(const Config& config, Rights rights) {
    const auto& own = rights == Rights::serve ? config.serve : rights == Rights::maintain ? config.maintain : config.migrate;
    const auto seconds = static_cast<int>(config.database_timeout.count());
    return {.host = config.database_host,
            .socket = config.database_socket,
            .database = config.database_name,
            .port = config.database_port,
            .login = own.user.empty() ? config.serve : own,
            .connect_seconds = seconds,
            // A change of the schema may take hours on a large table.
            .answer_seconds = rights == Rights::migrate ? 0 : seconds};
}

}  // namespace

struct Db::Impl {
    Impl(const Config& config, Rights rights, Clock& its_clock, Log& its_log)
        : target(target_of(config, rights)), clock(its_clock), log(its_log) {}

    Target target;
    Clock& clock;
    Log& log;
    std::unique_ptr<Connection> connection;
    std::chrono::milliseconds used_at{};
    std::uint64_t statements = 0;
    bool in_transaction = false;
    std::optional<Failure> doom;  // why the transaction cannot be committed any more
    // Rows that wait to be sent with others of their kind, while the transaction gathers.
    struct Waiting {
        const Query* query;
        std::vector<std::vector<Param>> rows{};
    };
    std::optional<std::vector<Waiting>> gathered;

    Connection& connected();
    template <class Statement>
    auto timed(std::string_view name, Statement&& statement);
    template <class Statement>
    auto outside(std::string_view name, bool harmless, Statement&& statement);
    template <class Statement>
    auto inside(std::string_view name, Statement&& statement);

    void keep(const Query&, const std::vector<Param>&);
    void send(Waiting&, std::size_t at_once);
    void send_all();

    std::optional<Failure> attempt(Db&, const std::function<void(Tx&)>& work);
    void begin();
    std::optional<Failure> commit();
    void abandon();
    void retrying(std::string_view name, const Failure&, int tries);
};

Db::Connection& Db::Impl::connected() {
    if (connection && steady_now() - used_at > idle && !connection->alive()) connection.reset();
    if (!connection) {
        connection = std::make_unique<Connection>(target, clock);
        const auto ahead = connection->server().clock_ahead_ms;
        if (ahead > clock_tolerance_ms || ahead < -clock_tolerance_ms) log.warn("db.clock", {{"ahead_ms", ahead}});
    }
    used_at = steady_now();
    return *connection;
}

template <class Statement>
auto Db::Impl::timed(std::string_view name, Statement&& statement) {
    ++statements;
    struct Watch {
        Impl& impl;
        std::string_view name;
        std::chrono::milliseconds begun = steady_now();
        ~Watch() {
            impl.used_at = steady_now();
            const auto took = impl.used_at - begun;
            if (took > slow) impl.log.warn("db.slow", {{"query", name}, {"ms", std::int64_t{took.count()}}});
        }
    } const watch{*this, name};
    return statement(*connection);
}

void Db::Impl::retrying(std::string_view name, const Failure& failure, int tries) {
    log.warn("db.retry", {{"query", name}, {"code", failure.code}});
    if (failure.trouble != Trouble::again) return;
    // By chance up to 4, 16, 64 and 256 ms: those who met must not meet again in step, and primaries may be far from each other.
    thread_local std::minstd_rand chance(std::random_device{}());
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 1000 << 2 * tries)(chance)));
}

// A statement with a transaction of its own. `harmless`: running it twice is like running it once.
template <class Statement>
auto Db::Impl::outside(std::string_view name, bool harmless, Statement&& statement) {
    if (in_transaction) throw Fault(fmt::format("database: {}: must not run beside the open transaction", name));
    for (int tries = 1;; ++tries) {
        try {
            connected();
            return timed(name, statement);
        } catch (const Failure& failure) {
            const bool gone = failure.trouble == Trouble::lost || failure.trouble == Trouble::unsent;
            if (gone || failure.code == 0) connection.reset();
            const bool once_more = failure.trouble == Trouble::again                         ? tries < attempts
                                   : failure.trouble == Trouble::unsent || (gone && harmless) ? tries == 1
                                                                                              : false;
            if (!once_more) raise(name, failure);
            retrying(name, failure, tries);
        }
    }
}

template <class Statement>
auto Db::Impl::inside(std::string_view name, Statement&& statement) {
    if (!in_transaction) throw Fault(fmt::format("database: {}: the transaction is over", name));
    if (doom) throw Repeat(fmt::format("database: {}: the transaction has to run again", name));
    try {
        return timed(name, statement);
    } catch (const Failure& failure) {
        switch (failure.trouble) {
        case Trouble::away: case Trouble::lost: case Trouble::unsent: case Trouble::again:
            doom = failure;
            throw Repeat(fmt::format("database: {}: error {}", name, failure.code));
        default: raise(name, failure);
        }
    }
}

// Two sizes, so that few statements are prepared and few are sent.
constexpr std::size_t many_rows = 32, some_rows = 4;

void Db::Impl::keep(const Query& query, const std::vector<Param>& params) {
    auto place = std::ranges::find(*gathered, &query, &Waiting::query);
    if (place == gathered->end()) place = gathered->insert(gathered->end(), Waiting{&query});
    place->rows.push_back(params);
    if (place->rows.size() == many_rows) send(*place, many_rows);
}

// As many groups of that size as there are; the rest stays.
void Db::Impl::send(Waiting& waiting, std::size_t at_once) {
    std::size_t sent = 0;
    for (const std::span<const std::vector<Param>> rows = waiting.rows; rows.size() - sent >= at_once; sent += at_once) {
        inside(waiting.query->name, [&](Connection& to) { to.insert(*waiting.query, rows.subspan(sent, at_once)); });
    }
    waiting.rows.erase(waiting.rows.begin(), waiting.rows.begin() + static_cast<std::ptrdiff_t>(sent));
}

void Db::Impl::send_all() {
    for (auto& each : *gathered) {
        for (const auto at_once : {many_rows, some_rows, std::size_t{1}}) send(each, at_once);
    }
}

// Nothing has happened before BEGIN has returned, so a lost connection is replaced at once.
void Db::Impl::begin() {
    outside("begin", true, [](Connection& to) { to.begin(); });
}

// None when it is committed. A server that says no has rolled back, or will at our ROLLBACK. A connection that
// breaks here, or a primary's to the others, leaves it open what became of the transaction: saying so is all that is left.
std::optional<Failure> Db::Impl::commit() {
    try {
        timed("commit", [](Connection& to) { to.end("COMMIT"); });
        return {};
    } catch (const Failure& failure) {
        if (failure.trouble != Trouble::lost && failure.code != 2006) return failure;
        connection.reset();
        throw Unavailable(fmt::format("database: what became of a COMMIT is not known, error {}", failure.code));
    }
}

void Db::Impl::abandon() {
    const bool gone = doom && doom->trouble != Trouble::again;
    if (!gone) {
        try {
            timed("rollback", [](Connection& to) { to.end("ROLLBACK"); });
            return;
        } catch (const Failure&) {
            // The server rolls back when the connection ends.
        }
    }
    connection.reset();
}

std::optional<Failure> Db::Impl::attempt(Db& db, const std::function<void(Tx&)>& work) {
    begin();
    struct Open {
        Impl& impl;
        explicit Open(Impl& its) : impl(its) { impl.in_transaction = true; }
        ~Open() { impl.in_transaction = false, impl.doom.reset(), impl.gathered.reset(); }
    } const open(*this);
    try {
        Tx tx(db);
        work(tx);
    } catch (...) {
        abandon();
        if (doom) return doom;  // whatever flew then is a consequence
        throw;
    }
    if (!doom) doom = commit();
    if (!doom) return {};
    abandon();
    return doom;
}

Db::Db(const Config& config, Rights rights, Clock& clock, Log& log)
    : impl_(std::make_unique<Impl>(config, rights, clock, log)) {}

Db::~Db() = default;

void Db::in_transaction(const std::function<void(Tx&)>& work) {
    if (impl_->in_transaction) throw Fault("database: a transaction inside a transaction");
    for (int tries = 1;; ++tries) {
        const auto failure = impl_->attempt(*this, work);
        if (!failure) return;
        if (tries == attempts) {
            throw Unavailable(fmt::format("database: transaction given up after {} attempts, error {}", tries, failure->code));
        }
        impl_->retrying("transaction", *failure, tries);
    }
}

std::uint64_t Db::statements() const { return impl_->statements; }

void Db::disconnect() {
    if (impl_->in_transaction) throw Fault("database: disconnect inside a transaction");
    impl_->connection.reset();
}

const Db::Server& Db::server() {
    auto& impl = *impl_;
    if (impl.in_transaction) return impl.connection->server();
    // A schema that cannot be served is looked at again each time, so that migrating is noticed.
    if (impl.connection && !serves_schema(impl.connection->server().schema)) impl.connection.reset();
    for (int tries = 1;; ++tries) {
        try {
            return impl.connected().server();
        } catch (const Failure& failure) {
            if (failure.trouble != Trouble::again || tries == attempts) raise("connect", failure);
            impl.retrying("connect", failure, tries);
        }
    }
}

void Db::ping() {
    one(anybody_there, [](Row& row) { return row.next<int>(); });
}

void Db::execute(std::string_view sql) {
    impl_->outside("text", false, [&](Connection& to) { to.execute(sql); });
}

std::uint64_t Db::change(const Query& query, const std::vector<Param>& params) {
    return impl_->outside(query.name, false, [&](Connection& to) { return to.change(query, params); });
}

void Db::select(const Query& query, const std::vector<Param>& params, bool causally,
                const std::function<bool(Row&)>& each) {
    impl_->outside(query.name, true, [&](Connection& to) { to.select(query, params, causally, each); });
}

void Db::select(const Statement& statement, const std::function<bool(Row&)>& each) {
    impl_->outside(statement.name, true, [&](Connection& to) { to.select(statement, each); });
}

bool Db::clustered() {
    auto& impl = *impl_;
    if (impl.in_transaction) return impl.connection->server().clustered;
    try {
        return impl.connected().server().clustered;
    } catch (const Failure& failure) {
        raise("connect", failure);
    }
}

std::string for_rows(const Query& query, std::size_t rows) {
    constexpr std::string_view values = "VALUES ";
    const auto at = query.text.rfind(values);
    if (at == query.text.npos || !query.text.ends_with(')')) throw Fault(fmt::format("database: {} inserts no row", query.name));
    std::string out(query.text);
    for (; rows > 1; --rows) out.append(", ").append(query.text.substr(at + values.size()));
    return out;
}

void Tx::gather(const std::function<void()>& work) {
    auto& impl = *db_.impl_;
    if (impl.gathered) throw Fault("database: a transaction gathers already");
    impl.gathered.emplace();
    // Whoever leaves by an exception leaves the transaction too, or sends something else than he thinks.
    struct Gathers {
        Db::Impl& impl;
        ~Gathers() { impl.gathered.reset(); }
    } const gathers{impl};
    work();
    impl.send_all();
}

std::uint64_t Tx::change(const Query& query, const std::vector<Param>& params) {
    auto& impl = *db_.impl_;
    if (impl.gathered && query.gather == Gather::row) {
        impl.keep(query, params);
        return 1;
    }
    if (impl.gathered && query.gather == Gather::no) impl.send_all();
    return db_.impl_->inside(query.name, [&](Db::Connection& to) { return to.change(query, params); });
}

void Tx::select(const Query& query, const std::vector<Param>& params, bool causally,
                const std::function<bool(Row&)>& each) {
    if (db_.impl_->gathered && query.gather == Gather::no) db_.impl_->send_all();
    db_.impl_->inside(query.name, [&](Db::Connection& to) { to.select(query, params, causally, each); });
}

void Tx::select(const Statement& statement, const std::function<bool(Row&)>& each) {
    db_.impl_->inside(statement.name, [&](Db::Connection& to) { to.select(statement, each); });
}

bool Tx::clustered() { return db_.impl_->connection->server().clustered; }

}  // namespace authtickets::db
