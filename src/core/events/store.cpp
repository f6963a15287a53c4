// SPDX-License-Identifier: MIT
// SQL of core/events. Rows are inserted and read; the serving database user may do nothing else to them (KL2).
#include "core/events/store.h"

#include <algorithm>
#include <iterator>

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
constexpr db::Query select_one{"events.get", EVENT_COLUMNS "WHERE realm_no = ? AND event_id = ?"};
// Told which index: by the order of ids alone the server may well read the whole trail for a name that is rare.
constexpr db::Query select_page_of_name{"events.page_of_name",
    EVENT_COLUMNS "FORCE INDEX (name) WHERE realm_no = ? AND name = ? AND event_id < ? ORDER BY event_id DESC LIMIT ?"};
#undef EVENT_COLUMNS
constexpr db::Query select_ids_of_name{"events.ids_of_name",
    "SELECT event_id FROM events WHERE realm_no = ? AND name = ? AND event_id >= ? AND event_id < ? ORDER BY event_id LIMIT ?"};
constexpr db::Query select_newest_ids_of_name{"events.newest_ids_of_name",
    "SELECT event_id FROM events WHERE realm_no = ? AND name = ? AND event_id >= ? AND event_id < ? ORDER BY event_id DESC LIMIT ?"};
constexpr db::Query select_count_of_name{"events.count_of_name",
    "SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE realm_no = ? AND name = ? AND event_id >= ? AND event_id < ? LIMIT ?) AS counted"};

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

// --- Pulls

std::vector<EventId> ids_of_name(db::Session& session, RealmNo realm, std::string_view name, const Between& between, unsigned most) {
    const auto begin = between.from ? first_of(*between.from) : EventId{}, end = between.to ? first_of(*between.to) : behind_all();
    return session.all(between.newest_first ? select_newest_ids_of_name : select_ids_of_name, [](db::Row& row) { return row.next<EventId>(); },
                       realm, name, begin, end, most);
}

std::uint64_t count_of_name(db::Session& session, RealmNo realm, std::string_view name, const Between& between, std::uint64_t most) {
    const auto begin = between.from ? first_of(*between.from) : EventId{}, end = between.to ? first_of(*between.to) : behind_all();
    return session.one(select_count_of_name, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm, name, begin, end, most).value_or(0);
}

std::optional<Stored> find(db::Session& session, RealmNo realm, const EventId& id) { return session.one(select_one, read, realm, id); }

std::vector<Stored> page_of_names(db::Session& session, RealmNo realm, std::span<const std::string_view> names,
                                  const std::optional<EventId>& before, unsigned most) {
    std::vector<Stored> out;
    for (const auto name : names) {
        auto some = session.all(select_page_of_name, read, realm, name, before.value_or(behind_all()), most);
        std::ranges::move(some, std::back_inserter(out));
    }
    std::ranges::sort(out, std::ranges::greater{}, &Stored::id);
    const auto twice = std::ranges::unique(out, {}, &Stored::id);  // of a name that was given twice
    out.erase(twice.begin(), twice.end());
    if (out.size() > most) out.resize(most);
    return out;
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

void list_queries(std::vector<const db::Query*>& out) {
    out.insert(out.end(), {&insert_event, &select_of_user, &insert_erasure_of, &key_in_use});
    out.insert(out.end(), {&select_one, &select_ids_of_name, &select_newest_ids_of_name, &select_count_of_name});
    out.insert(out.end(), {&select_page, &select_page_of_account, &select_page_of_user, &select_page_of_name, &select_erasures,
                           &erase_account, &erase_user, &delete_erasure, &purge_events});
}

}  // namespace authtickets::events
