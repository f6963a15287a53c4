// SPDX-License-Identifier: MIT
// SQL of core/outbox. The delete is the verdict: of two workers that hold one cause, one turns it into deliveries.
#include "core/outbox/store.h"

#include "core/query_lists.h"

namespace authtickets::outbox {
namespace {

constexpr db::Query insert_cause{"outbox.insert",
    "INSERT INTO outbox (realm_no, cause_id, name, cause, key_id, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)", db::Gather::row};
// Of all realms: the one worker serves them all. A clock that was set back hides no cause: none is due more than an hour
// after it was made or put off.
constexpr db::Query select_due{"outbox.due",
    "SELECT realm_no, cause_id, created_at, cause FROM outbox WHERE due_at <= ? OR due_at > ? ORDER BY due_at LIMIT ?"};
constexpr db::Query delete_cause{"outbox.remove", "DELETE FROM outbox WHERE realm_no = ? AND cause_id = ?"};
constexpr db::Query move_due{"outbox.put_off", "UPDATE outbox SET due_at = ? WHERE realm_no = ? AND cause_id = ?"};
constexpr db::Query key_in_use{"outbox.key_in_use", "SELECT EXISTS(SELECT 1 FROM outbox WHERE key_id = ?)"};

constexpr auto believed = std::chrono::hours(1);

}  // namespace

namespace store {

void insert(db::Session& session, const Context& context, const CauseId& id, std::string_view name, std::string_view sealed,
            crypto::KeyId key) {
    session.run(insert_cause, context.realm, id, name, sealed, key, context.now, context.now);
}

std::vector<Taken> due(db::Session& session, Time now, unsigned most) {
    return session.all(select_due, [](db::Row& row) {
        Taken taken;
        row.into(taken.realm);
        row.into(taken.id);
        row.into(taken.created_at);
        row.into(taken.sealed);
        return taken;
    }, now, now + believed, most);
}

bool remove(db::Tx& tx, RealmNo realm, const CauseId& id) { return tx.run(delete_cause, realm, id) == 1; }

void put_off(db::Session& session, RealmNo realm, const CauseId& id, Time until) { session.run(move_due, until, realm, id); }

}  // namespace store

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

void list_queries(QueryList& out) { out.insert(out.end(), {&insert_cause, &select_due, &delete_cause, &move_due, &key_in_use}); }

}  // namespace authtickets::outbox
