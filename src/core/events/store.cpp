// SPDX-License-Identifier: MIT
// SQL of core/events. Rows are inserted and read; the serving database user may do nothing else to them (KL2).
#include "core/events/store.h"

#include <algorithm>

#include "core/query_lists.h"

namespace authtickets::events {
namespace {

constexpr db::Query insert_event{"events.insert",
    "INSERT INTO events (realm_no, event_id, name, happened_at, outcome, reason, factor, actor, application_no, user_id, "
    "account_no, ticket_id, request_id, details, personal, personal_hash, key_id, mac) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", db::Gather::row};

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

// --- Export

namespace {

#define EVENT_COLUMNS                                                                                                 \
    "SELECT realm_no, event_id, name, happened_at, outcome, reason, factor, actor, application_no, user_id, account_no, " \
    "ticket_id, request_id, details, personal, personal_hash, key_id, mac FROM events "
constexpr db::Query select_page{"events.page",
    EVENT_COLUMNS "WHERE realm_no = ? AND event_id > ? AND event_id < ? ORDER BY event_id LIMIT ?"};
constexpr db::Query select_page_of_account{"events.page_of_account",
    EVENT_COLUMNS "WHERE realm_no = ? AND account_no = ? AND event_id > ? AND event_id < ? ORDER BY event_id LIMIT ?"};
constexpr db::Query select_page_of_user{"events.page_of_user",
    EVENT_COLUMNS "WHERE realm_no = ? AND user_id = ? AND event_id > ? AND event_id < ? AND (? IS NULL OR account_no = ?) "
    "ORDER BY event_id LIMIT ?"};
#undef EVENT_COLUMNS

// Ids begin with the time (RFC 9562): the least that one of this moment can be.
EventId first_of(Time time) {
    auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count()));
    EventId id;
    for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) id.value.bytes[i] = static_cast<std::uint8_t>(milliseconds);
    return id;
}

EventId behind_all() {
    EventId id;
    id.value.bytes.fill(0xFF);
    return id;
}

}  // namespace

std::vector<Stored> page(db::Session& session, RealmNo realm, const Wanted& wanted, const EventId& after, unsigned most) {
    const auto begin = wanted.from ? std::max(after, first_of(*wanted.from)) : after;
    const auto end = wanted.to ? first_of(*wanted.to) : behind_all();
    if (wanted.user) {
        return session.all(select_page_of_user, read, realm, *wanted.user, begin, end, wanted.account, wanted.account, most);
    }
    if (wanted.account) return session.all(select_page_of_account, read, realm, *wanted.account, begin, end, most);
    return session.all(select_page, read, realm, begin, end, most);
}

// --- Upkeep: erasures, retention

namespace {

constexpr db::Query select_erasures{"events.owed_erasures",
    "SELECT erasure_id, account_no, user_id, requested_at FROM erasures WHERE realm_no = ? ORDER BY erasure_id LIMIT ?"};
// Up to a moment after: an import may give the number of a deleted account again.
constexpr db::Query erase_account{"events.erase_account",
    "UPDATE events SET personal = NULL WHERE realm_no = ? AND account_no = ? AND happened_at <= ? AND personal IS NOT NULL LIMIT ?"};
constexpr db::Query erase_user{"events.erase_user",
    "UPDATE events SET personal = NULL WHERE realm_no = ? AND user_id = ? AND happened_at <= ? AND personal IS NOT NULL LIMIT ?"};
constexpr db::Query delete_erasure{"events.erased", "DELETE FROM erasures WHERE realm_no = ? AND erasure_id = ?"};

constexpr db::Query purge_events{"events.purge",
    "DELETE FROM events WHERE realm_no = ? AND event_id < ? ORDER BY event_id LIMIT ?"};
// The oldest seal bounds the search: without it, the last statement of a purge would read all that stay.
constexpr db::Query oldest_seal{"events.oldest_seal", "SELECT MIN(seal_no) FROM event_seals WHERE realm_no = ?"};
constexpr db::Query delete_seals{"events.purge_seals",
    "DELETE FROM event_seals WHERE realm_no = ? AND seal_no < ? AND sealed_to_at < ?"};

constexpr auto still_in_flight = std::chrono::minutes(1);

}  // namespace

std::vector<Erasure> owed_erasures(db::Session& session, RealmNo realm, unsigned most) {
    return session.all(select_erasures, [](db::Row& row) {
        Erasure erasure;
        row.into(erasure.id);
        row.into(erasure.account);
        row.into(erasure.user);
        row.into(erasure.requested_at);
        return erasure;
    }, realm, most);
}

std::uint64_t erase(db::Tx& tx, RealmNo realm, const Erasure& erasure, unsigned most) {
    const Time until = erasure.requested_at + still_in_flight;
    std::uint64_t blanked = 0;
    if (erasure.account) blanked = tx.run(erase_account, realm, *erasure.account, until, most);
    if (erasure.user && blanked < most) blanked += tx.run(erase_user, realm, *erasure.user, until, most - blanked);
    return blanked;
}

bool erased(db::Tx& tx, RealmNo realm, const Erasure& erasure) { return tx.run(delete_erasure, realm, erasure.id) == 1; }

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_events, realm, first_of(before), most); }

std::uint64_t purge_seals(db::Tx& tx, RealmNo realm, Time before, unsigned most) {
    const auto oldest = tx.one(oldest_seal, [](db::Row& row) { return row.next<std::optional<std::uint64_t>>(); }, realm);
    if (!oldest || !*oldest) return 0;
    return tx.run(delete_seals, realm, **oldest + most, before);
}

void list_queries(std::vector<const db::Query*>& out) {
    out.insert(out.end(), {&insert_event, &select_of_user, &insert_erasure_of, &key_in_use});
    out.insert(out.end(), {&select_page, &select_page_of_account, &select_page_of_user, &select_erasures,
                           &erase_account, &erase_user, &delete_erasure, &purge_events, &oldest_seal, &delete_seals});
}

}  // namespace authtickets::events
