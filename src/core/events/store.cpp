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
    "account_no, ticket_id, operator_id, request_id, details, personal, personal_hash, key_id, mac) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", db::Gather::row};

constexpr db::Query select_of_user{"events.of_user",
    "SELECT realm_no, event_id, name, happened_at, outcome, reason, factor, actor, application_no, user_id, account_no, "
    "ticket_id, operator_id, request_id, details, personal, personal_hash, key_id, mac "
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
    row.into(event.operator_id);
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
                event.actor, event.application, event.user, event.account, event.ticket, event.operator_id, event.request_id, event.details,
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
    "ticket_id, operator_id, request_id, details, personal, personal_hash, key_id, mac FROM events "
constexpr db::Query select_page{"events.page",
    EVENT_COLUMNS "WHERE realm_no = ? AND event_id > ? AND event_id < ? ORDER BY event_id LIMIT ?"};
constexpr db::Query select_page_of_account{"events.page_of_account",
    EVENT_COLUMNS "WHERE realm_no = ? AND account_no = ? AND event_id > ? AND event_id < ? ORDER BY event_id LIMIT ?"};
constexpr db::Query select_page_of_user{"events.page_of_user",
    EVENT_COLUMNS "WHERE realm_no = ? AND user_id = ? AND event_id > ? AND event_id < ? AND (? IS NULL OR account_no = ?) "
    "ORDER BY event_id LIMIT ?"};
// Views, newest first and back again, each by its own index: told which, since by the order of ids alone the server may well
// read the whole trail for somebody who is in little of it.
#define OLDER " AND event_id > ? AND event_id < ? ORDER BY event_id DESC LIMIT ?"
#define NEWER " AND event_id > ? AND event_id < ? ORDER BY event_id LIMIT ?"
constexpr db::Query select_older{"events.older", EVENT_COLUMNS "WHERE realm_no = ?" OLDER};
constexpr db::Query select_newer{"events.newer", EVENT_COLUMNS "WHERE realm_no = ?" NEWER};
constexpr db::Query select_older_of_user{"events.older_of_user", EVENT_COLUMNS "FORCE INDEX (user) WHERE realm_no = ? AND user_id = ?" OLDER};
constexpr db::Query select_newer_of_user{"events.newer_of_user", EVENT_COLUMNS "FORCE INDEX (user) WHERE realm_no = ? AND user_id = ?" NEWER};
constexpr db::Query select_older_of_account{"events.older_of_account", EVENT_COLUMNS "FORCE INDEX (account) WHERE realm_no = ? AND account_no = ?" OLDER};
constexpr db::Query select_newer_of_account{"events.newer_of_account", EVENT_COLUMNS "FORCE INDEX (account) WHERE realm_no = ? AND account_no = ?" NEWER};
constexpr db::Query select_older_of_operator{"events.older_of_operator", EVENT_COLUMNS "FORCE INDEX (operator) WHERE realm_no = ? AND operator_id = ?" OLDER};
constexpr db::Query select_newer_of_operator{"events.newer_of_operator", EVENT_COLUMNS "FORCE INDEX (operator) WHERE realm_no = ? AND operator_id = ?" NEWER};
constexpr db::Query select_older_of_name{"events.older_of_name", EVENT_COLUMNS "FORCE INDEX (name) WHERE realm_no = ? AND name = ?" OLDER};
constexpr db::Query select_newer_of_name{"events.newer_of_name", EVENT_COLUMNS "FORCE INDEX (name) WHERE realm_no = ? AND name = ?" NEWER};
#undef OLDER
#undef NEWER
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

// --- Views

namespace {

// Where a view's rows come from, in the order in which they are looked at.
class Source {
public:
    Source(db::Session& session, RealmNo realm, const Query& query)
        : session_(session), realm_(realm), query_(query), newer_(!query.before && query.after) {}

    bool newer() const { return newer_; }
    // By an index of its own; what is left of the query is looked at row by row.
    bool by_names() const { return !query_.operator_id && !query_.user && !query_.account && !query_.names.empty(); }

    std::vector<Stored> next(const EventId& from, const EventId& to, unsigned most) const {
        if (query_.operator_id) return rows(select_older_of_operator, select_newer_of_operator, *query_.operator_id, from, to, most);
        if (query_.user) return rows(select_older_of_user, select_newer_of_user, *query_.user, from, to, most);
        if (query_.account) return rows(select_older_of_account, select_newer_of_account, *query_.account, from, to, most);
        if (!query_.names.empty()) return of_names(from, to, most);
        return session_.all(newer_ ? select_newer : select_older, read, realm_, from, to, most);
    }

    bool fits(const Stored& event) const {
        if (query_.user && event.user != query_.user) return false;
        if (query_.account && event.account != query_.account) return false;
        if (!query_.actor.empty() && record(event).actor != query_.actor) return false;
        if (query_.success && (event.outcome == "success") != *query_.success) return false;
        return query_.names.empty() || std::ranges::any_of(query_.names, [&](Name each) { return name(each) == event.name; });
    }

private:
    template <class Id>
    std::vector<Stored> rows(const db::Query& older, const db::Query& newer, const Id& id, const EventId& from, const EventId& to, unsigned most) const {
        return session_.all(newer_ ? newer : older, read, realm_, id, from, to, most);
    }
    std::vector<Stored> of_names(const EventId& from, const EventId& to, unsigned most) const {
        std::vector<Stored> out;
        for (const auto each : query_.names) {
            auto some = session_.all(newer_ ? select_newer_of_name : select_older_of_name, read, realm_, name(each), from, to, most);
            std::ranges::move(some, std::back_inserter(out));
        }
        if (newer_) std::ranges::sort(out, std::ranges::less{}, &Stored::id);
        else std::ranges::sort(out, std::ranges::greater{}, &Stored::id);
        const auto twice = std::ranges::unique(out, {}, &Stored::id);  // of a name that was given twice
        out.erase(twice.begin(), twice.end());
        if (out.size() > most) out.resize(most);
        return out;
    }

    db::Session& session_;
    const RealmNo realm_;
    const Query& query_;
    const bool newer_;
};

}  // namespace

Page browse(db::Session& session, RealmNo realm, const Query& query) {
    constexpr unsigned batch = 500;  // where most rows may be left out
    const Source source(session, realm, query);
    const auto limit = std::clamp(query.limit, 1U, most_browsed);
    // Ids lie between the two; first_of() itself is nobody's.
    EventId from = query.from ? first_of(*query.from) : EventId{}, to = query.to ? first_of(*query.to) : behind_all();
    if (query.before) to = std::min(to, *query.before);
    if (source.newer()) from = std::max(from, *query.after);

    // A residue is what no index answers; without one, each row that is read is shown but for the one that tells of more.
    const bool residue = query.success || !query.actor.empty() || (!source.by_names() && !query.names.empty()) || (query.operator_id && (query.user || query.account))
                         || (query.user && query.account);
    Page page;
    bool more = false;
    for (unsigned looked = 0; !more;) {
        const auto most = residue ? batch : limit + 1;
        auto rows = source.next(from, to, most);
        looked += static_cast<unsigned>(rows.size());
        for (auto& row : rows) {
            const auto id = row.id;
            if (source.fits(row)) {
                more = page.items.size() == limit;
                if (more) break;
                page.items.push_back(std::move(row));
            }
            (source.newer() ? from : to) = id;
        }
        if (more || rows.size() < most) break;
        if (looked >= most_looked_at) {
            page.searched_to = source.newer() ? from : to;
            more = true;
            break;
        }
    }
    if (source.newer()) std::ranges::reverse(page.items);
    page.older = source.newer() || more;
    page.newer = source.newer() ? more : query.before.has_value();
    return page;
}

// --- The trail, followed

namespace {

constexpr db::Query select_happened{"events.happened",
    "SELECT event_id, name FROM events WHERE realm_no = ? AND event_id > ? AND event_id < ? ORDER BY event_id LIMIT ?"};
constexpr db::Query select_followed{"events.followed_to", "SELECT seen_to_at FROM trail_followed WHERE realm_no = ?"};
// Of two workers the one that has come further is right.
constexpr db::Query put_followed{"events.note_followed",
    "INSERT INTO trail_followed (realm_no, seen_to_at) VALUES (?, ?) ON DUPLICATE KEY UPDATE seen_to_at = GREATEST(seen_to_at, VALUES(seen_to_at))"};

}  // namespace

std::vector<Happened> happened(db::Session& session, RealmNo realm, const EventId& after, const EventId& before, unsigned most) {
    return session.all(select_happened, [](db::Row& row) {
        Happened out;
        row.into(out.id);
        row.into(out.name);
        return out;
    }, realm, after, before, most);
}

std::optional<Time> followed_to(db::Session& session, RealmNo realm) {
    return session.one(select_followed, [](db::Row& row) { return row.next<Time>(); }, realm);
}

void note_followed(db::Session& session, RealmNo realm, Time seen_to) { session.run(put_followed, realm, seen_to); }

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
    out.insert(out.end(), {&select_happened, &select_followed, &put_followed});
    out.insert(out.end(), {&select_older, &select_newer, &select_older_of_user, &select_newer_of_user, &select_older_of_account,
                           &select_newer_of_account, &select_older_of_operator, &select_newer_of_operator, &select_older_of_name,
                           &select_newer_of_name});
    out.insert(out.end(), {&select_page, &select_page_of_account, &select_page_of_user, &select_page_of_name, &select_erasures,
                           &erase_account, &erase_user, &delete_erasure, &purge_events});
}

}  // namespace authtickets::events
