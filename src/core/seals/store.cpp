// SPDX-License-Identifier: MIT
// SQL of core/seals: rows of event_seals are inserted and read, and taken away by purge. Of events, the MACs are read.
#include "core/seals/store.h"

#include <algorithm>

#include "core/query_lists.h"

namespace authtickets::seals {
namespace {

constexpr db::Query select_macs{"seals.macs",
    "SELECT event_id, mac FROM events WHERE realm_no = ? AND event_id > ? AND event_id < ? ORDER BY event_id LIMIT ?"};

#define SEAL_COLUMNS                                                                                              \
    "SELECT realm_no, seal_no, sealed_to_at, event_count, events_hash, chain_hash, key_id, mac FROM event_seals "
constexpr db::Query select_newest{"seals.newest", SEAL_COLUMNS "WHERE realm_no = ? ORDER BY seal_no DESC LIMIT 1"};
constexpr db::Query select_numbered{"seals.numbered", SEAL_COLUMNS "WHERE realm_no = ? AND seal_no = ?"};
constexpr db::Query select_page{"seals.page", SEAL_COLUMNS "WHERE realm_no = ? AND seal_no > ? AND seal_no <= ? ORDER BY seal_no LIMIT ?"};
#undef SEAL_COLUMNS

constexpr db::Query insert_seal{"seals.insert",
    "INSERT INTO event_seals (realm_no, seal_no, sealed_to_at, event_count, events_hash, chain_hash, key_id, mac) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", db::Gather::row};

Bytes bytes(std::string text) { return Bytes(text.begin(), text.end()); }

Seal read(db::Row& row) {
    Seal seal;
    row.into(seal.realm);
    row.into(seal.no);
    row.into(seal.to);
    row.into(seal.count);
    seal.events_hash = bytes(row.next<std::string>());
    seal.chain_hash = bytes(row.next<std::string>());
    row.into(seal.key_id);
    seal.mac = bytes(row.next<std::string>());
    return seal;
}

store::Mac read_mac(db::Row& row) {
    store::Mac out;
    row.into(out.id);
    out.mac = bytes(row.next<std::string>());
    return out;
}

}  // namespace

std::vector<store::Mac> store::macs(db::Session& session, RealmNo realm, const EventId& after, Time before, unsigned most) {
    return session.all(select_macs, read_mac, realm, after, events::first_of(before), most);
}

std::optional<Seal> store::newest(db::Session& session, RealmNo realm) { return session.one(select_newest, read, realm); }

std::optional<Seal> store::numbered(db::Session& session, RealmNo realm, std::uint64_t no) {
    return session.one(select_numbered, read, realm, no);
}

std::vector<Seal> store::page(db::Session& session, RealmNo realm, std::uint64_t after, std::uint64_t last, unsigned most) {
    return session.all(select_page, read, realm, after, last, most);
}

void store::insert(db::Tx& tx, const Seal& seal) {
    tx.run(insert_seal, seal.realm, seal.no, seal.to, seal.count, ByteView(seal.events_hash), ByteView(seal.chain_hash), seal.key_id,
           ByteView(seal.mac));
}

// --- Upkeep

namespace {

// The oldest seal bounds the search: without it, the last statement of a purge would read all that stay.
constexpr db::Query select_ends{"seals.ends", "SELECT MIN(seal_no), MAX(seal_no) FROM event_seals WHERE realm_no = ?"};
constexpr db::Query delete_seals{"seals.purge",
    "DELETE FROM event_seals WHERE realm_no = ? AND seal_no < ? AND sealed_to_at <= ?"};

struct Ends {
    std::optional<std::uint64_t> first{}, last{};
};
Ends ends(db::Session& session, RealmNo realm) {
    return session.one(select_ends, [](db::Row& row) {
        Ends out;
        row.into(out.first);
        row.into(out.last);
        return out;
    }, realm).value_or(Ends{});
}

}  // namespace

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time up_to, unsigned most) {
    const auto [first, last] = ends(tx, realm);
    if (!first || !last) return 0;
    return tx.run(delete_seals, realm, std::min(*first + most, *last), up_to);
}

std::uint64_t first_left(db::Session& session, RealmNo realm) { return ends(session, realm).first.value_or(1); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_macs, &select_newest, &select_numbered, &select_page, &insert_seal, &select_ends, &delete_seals});
}

}  // namespace authtickets::seals
