// SPDX-License-Identifier: MIT
// SQL of core/events. Rows are inserted and read; the serving database user may do nothing else to them (KL2).
#include "core/events/store.h"

#include "core/query_lists.h"

namespace authtickets::events {
namespace {

constexpr db::Query insert_event{"events.insert",
    "INSERT INTO events (realm_no, event_id, name, happened_at, outcome, reason, factor, actor, application_no, user_id, "
    "account_no, ticket_id, request_id, details, personal, personal_hash, key_id, mac) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr db::Query select_of_user{"events.of_user",
    "SELECT realm_no, event_id, name, happened_at, outcome, reason, factor, actor, application_no, user_id, account_no, "
    "ticket_id, request_id, details, personal, personal_hash, key_id, mac "
    "FROM events WHERE realm_no = ? AND user_id = ? ORDER BY event_id DESC LIMIT ?"};

constexpr db::Query insert_erasure_of{"events.insert_erasure",
    "INSERT INTO erasures (realm_no, erasure_id, account_no, user_id, requested_at) VALUES (?, ?, ?, ?, ?)"};

constexpr db::Query key_in_use{"events.key_in_use",
    "SELECT EXISTS(SELECT 1 FROM events WHERE key_id = ?) OR EXISTS(SELECT 1 FROM event_seals WHERE key_id = ?)"};

Bytes bytes(std::string text) { return Bytes(text.begin(), text.end()); }

Stored read(db::Row& row) {
    Stored event;
    row.into(event.realm);
    row.into(event.id);
    row.into(event.name);
    row.into(event.at);
    row.into(event.outcome);
    row.into(event.reason);
    row.into(event.factor);
    row.into(event.actor);
    row.into(event.application);
    row.into(event.user);
    row.into(event.account);
    row.into(event.ticket);
    row.into(event.request_id);
    row.into(event.details);
    row.into(event.personal);
    event.personal_hash = bytes(row.next<std::string>());
    row.into(event.key_id);
    event.mac = bytes(row.next<std::string>());
    return event;
}

}  // namespace

void store::insert(db::Session& session, const Stored& event) {
    session.run(insert_event, event.realm, event.id, event.name, event.at, event.outcome, event.reason, event.factor,
                event.actor, event.application, event.user, event.account, event.ticket, event.request_id, event.details,
                event.personal, ByteView(event.personal_hash), event.key_id, ByteView(event.mac));
}

void store::insert_erasure(db::Tx& tx, const Context& context, const Uuid& id, std::optional<AccountNo> account,
                           std::optional<UserId> user) {
    tx.run(insert_erasure_of, context.realm, id, account, user, context.now);
}

std::vector<Stored> store::of_user(db::Session& session, RealmNo realm, const UserId& user, unsigned most) {
    return session.all(select_of_user, read, realm, user, most);
}

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key, key).value_or(true);
}

void list_queries(std::vector<const db::Query*>& out) { out.insert(out.end(), {&insert_event, &select_of_user, &insert_erasure_of, &key_in_use}); }

}  // namespace authtickets::events
