// SPDX-License-Identifier: MIT
// SQL of core/throttle: one guarded update per charge; its row count is the verdict.
#include "core/throttle/store.h"

#include "core/query_lists.h"

namespace authtickets::throttle {
namespace {

// Intervals go in as microseconds. Both rates move or neither: the guard sees the row as it was. An arrival beyond what a
// budget can come to is of a clock that was ahead and has been set right: it begins anew, or the address would wait for
// the wrong time to come.
constexpr db::Query charge_both{"throttle.charge",
    "UPDATE throttles SET "
    "arrival_at = DATE_ADD(GREATEST(IF(arrival_at > ?, CAST(? AS DATETIME(3)), arrival_at), CAST(? AS DATETIME(3))), "
    "INTERVAL ? MICROSECOND), "
    "long_arrival_at = DATE_ADD(GREATEST(IF(long_arrival_at > ?, CAST(? AS DATETIME(3)), long_arrival_at), CAST(? AS DATETIME(3))), "
    "INTERVAL ? MICROSECOND), "
    "dead_at = GREATEST(arrival_at, long_arrival_at) "
    "WHERE realm_no = ? AND throttle_key = ? AND (arrival_at <= ? OR arrival_at > ?) AND (long_arrival_at <= ? OR long_arrival_at > ?)"};
constexpr db::Query open_budget{"throttle.open",
    "INSERT IGNORE INTO throttles (realm_no, throttle_key, arrival_at, long_arrival_at, dead_at) VALUES (?, ?, ?, ?, ?)"};
constexpr db::Query refund_both{"throttle.refund",
    "UPDATE throttles SET arrival_at = DATE_SUB(arrival_at, INTERVAL ? MICROSECOND), "
    "long_arrival_at = DATE_SUB(long_arrival_at, INTERVAL ? MICROSECOND) WHERE realm_no = ? AND throttle_key = ?"};
constexpr db::Query select_arrivals{"throttle.arrivals",
    "SELECT arrival_at, long_arrival_at FROM throttles WHERE realm_no = ? AND throttle_key = ?"};

std::int64_t microseconds(Rate rate) { return std::chrono::duration_cast<std::chrono::microseconds>(rate.interval).count(); }

}  // namespace

namespace store {

bool charge(db::Db& db, RealmNo realm, const Key& key, const Budget& budget, Time now) {
    const Time beyond_brief = beyond_clock(now, budget.brief), beyond_lasting = beyond_clock(now, budget.lasting);
    const auto charged = [&] {
        return db.run(charge_both, beyond_brief, now, now, microseconds(budget.brief), beyond_lasting, now, now,
                      microseconds(budget.lasting), realm, ByteView(key), latest_arrival(now, budget.brief), beyond_brief,
                      latest_arrival(now, budget.lasting), beyond_lasting) == 1;
    };
    if (charged()) return true;
    const Time brief = now + budget.brief.interval, lasting = now + budget.lasting.interval;
    if (db.run(open_budget, realm, ByteView(key), brief, lasting, std::max(brief, lasting)) == 1) return true;
    return charged();  // a row was there: spent, or opened by another caller just now
}

void refund(db::Db& db, RealmNo realm, const Key& key, const Budget& budget) {
    db.run(refund_both, microseconds(budget.brief), microseconds(budget.lasting), realm, ByteView(key));
}

std::optional<Arrivals> arrivals(db::Db& db, RealmNo realm, const Key& key) {
    return db.one(select_arrivals, [](db::Row& row) {
        const auto brief = row.next<Time>();
        return Arrivals{brief, row.next<Time>()};
    }, realm, ByteView(key));
}

}  // namespace store

// --- Upkeep

namespace {

// A row whose arrivals have passed says what no row says.
constexpr db::Query purge_budgets{"throttle.purge",
    "DELETE FROM throttles WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};

}  // namespace

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_budgets, realm, before, most); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&charge_both, &open_budget, &refund_both, &select_arrivals, &purge_budgets});
}

}  // namespace authtickets::throttle
