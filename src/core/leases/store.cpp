// SPDX-License-Identifier: MIT
// SQL of core/leases.
#include <authtickets/core/leases.h>

#include "core/query_lists.h"

namespace authtickets::leases {
namespace {

// The holder is settled first, and the end follows it. A lease that ends after any that begins at this moment is of a clock
// that was ahead. An end that would stay as it is moves by a millisecond: the number of changed rows is the verdict.
constexpr db::Query hold_lease{"leases.hold",
    "INSERT INTO leases (realm_no, name, holder, until_at) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
    "holder = IF(holder = VALUES(holder) OR until_at <= ? OR until_at > DATE_ADD(VALUES(until_at), INTERVAL 1 MINUTE), "
    "VALUES(holder), holder), "
    "until_at = IF(holder <> VALUES(holder), until_at, "
    "IF(until_at = VALUES(until_at), DATE_ADD(until_at, INTERVAL 1000 MICROSECOND), VALUES(until_at)))"};

constexpr db::Query release_lease{"leases.release", "DELETE FROM leases WHERE realm_no = ? AND name = ? AND holder = ?"};

}  // namespace

bool hold(db::Db& db, RealmNo realm, std::string_view name, const Uuid& holder, Time now, Millis life) {
    return db.transact([&](db::Tx& tx) { return tx.run(hold_lease, realm, name, holder, now + life, now) != 0; });
}

void release(db::Db& db, RealmNo realm, std::string_view name, const Uuid& holder) {
    db.transact([&](db::Tx& tx) { return tx.run(release_lease, realm, name, holder); });
}

void list_queries(QueryList& out) { out.insert(out.end(), {&hold_lease, &release_lease}); }

}  // namespace authtickets::leases
