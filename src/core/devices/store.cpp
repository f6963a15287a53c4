// SPDX-License-Identifier: MIT
// SQL of core/devices.
#include "core/devices/store.h"

#include "core/query_lists.h"

namespace authtickets::devices {
namespace {

constexpr db::Query select_of_user{"devices.of_user",
    "SELECT device_id, fingerprint, key_id, stepped, first_at, last_at, trusted_until, browser FROM devices "
    "WHERE realm_no = ? AND user_id = ? AND dead_at > ? ORDER BY last_at DESC LIMIT ?"};
constexpr db::Query insert_device{"devices.insert",
    "INSERT INTO devices (realm_no, user_id, device_id, fingerprint, key_id, first_at, last_at, tries, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?) ON DUPLICATE KEY UPDATE last_at = VALUES(last_at), dead_at = VALUES(dead_at)"};
constexpr db::Query insert_browser{"devices.insert_browser",
    "INSERT INTO devices (realm_no, user_id, device_id, stepped, first_at, last_at, trusted_until, browser, tries, dead_at) "
    "VALUES (?, ?, ?, 1, ?, ?, ?, ?, 0, ?)"};
constexpr db::Query select_stepped{"devices.stepped",
    "SELECT stepped = 1 OR fingerprint IS NOT NULL FROM devices WHERE realm_no = ? AND user_id = ? AND device_id = ? AND dead_at > ?"};
// Trust that was not asked for again stays as it was.
constexpr db::Query note_step{"devices.step",
    "UPDATE devices SET stepped = 1, last_at = ?, dead_at = ?, trusted_until = COALESCE(?, trusted_until), browser = ? "
    "WHERE realm_no = ? AND user_id = ? AND device_id = ?"};
constexpr db::Query end_trust_of{"devices.end_trust",
    "UPDATE devices SET trusted_until = NULL WHERE realm_no = ? AND user_id = ? AND device_id = ? AND trusted_until > ?"};
constexpr db::Query select_by_print{"devices.by_fingerprint",
    "SELECT device_id FROM devices WHERE realm_no = ? AND user_id = ? AND fingerprint = ?"};
// tries is set first, from tries_at as it was.
constexpr db::Query admit_try{"devices.admit",
    "UPDATE devices SET tries = IF(tries_at > ?, tries, 0) + 1, tries_at = IF(tries_at > ?, tries_at, ?) "
    "WHERE realm_no = ? AND user_id = ? AND device_id = ? AND dead_at > ? AND (tries_at IS NULL OR tries_at <= ? OR tries < ?)"};
constexpr db::Query forgive_tries{"devices.forgive",
    "UPDATE devices SET tries = 0 WHERE realm_no = ? AND user_id = ? AND device_id = ?"};
constexpr db::Query delete_of_user{"devices.delete_of_user", "DELETE FROM devices WHERE realm_no = ? AND user_id = ?"};
// The newest stay. The list is read before anything goes: a derived table is made first.
constexpr db::Query drop_beyond{"devices.drop_beyond",
    "DELETE FROM devices WHERE realm_no = ? AND user_id = ? AND device_id IN (SELECT device_id FROM (SELECT device_id FROM devices "
    "WHERE realm_no = ? AND user_id = ? ORDER BY last_at DESC, device_id LIMIT ? OFFSET ?) older)"};
constexpr db::Query key_in_use{"devices.key_in_use", "SELECT EXISTS(SELECT 1 FROM devices WHERE key_id = ?)"};
constexpr db::Query purge_devices{"devices.purge", "DELETE FROM devices WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};

std::optional<ByteView> hash_of(const std::optional<Print>& print) { return print ? std::optional<ByteView>(print->hash) : std::nullopt; }
std::optional<crypto::KeyId> key_of(const std::optional<Print>& print) { return print ? std::optional(print->key) : std::nullopt; }

}  // namespace

namespace store {

std::vector<Device> of_user(db::Session& session, const Context& context, const UserId& user, unsigned most) {
    return session.all(select_of_user, [](db::Row& row) {
        Device device;
        row.into(device.id);
        const auto hash = row.next<std::optional<std::string>>();
        const auto key = row.next<std::optional<crypto::KeyId>>();
        if (hash && key) device.print = Print{.hash = Bytes(hash->begin(), hash->end()), .key = *key};
        row.into(device.stepped);
        row.into(device.first_at);
        row.into(device.last_at);
        row.into(device.trusted_until);
        row.into(device.browser);
        return device;
    }, context.realm, user, context.now, most);
}

// One row of a duplicate counts as two, or as none when nothing changed.
bool put(db::Tx& tx, const Context& context, const UserId& user, const DeviceId& id, const std::optional<Print>& print, Time dead_at) {
    return tx.run(insert_device, context.realm, user, id, hash_of(print), key_of(print), context.now, context.now, dead_at) == 1;
}

void put_browser(db::Tx& tx, const Context& context, const UserId& user, const DeviceId& id, Time dead_at, const std::optional<Time>& trusted_until) {
    tx.run(insert_browser, context.realm, user, id, context.now, context.now, trusted_until, context.browser, dead_at);
}

std::optional<bool> stepped(db::Tx& tx, const Context& context, const UserId& user, const DeviceId& id) {
    return tx.one(select_stepped, [](db::Row& row) { return row.next<bool>(); }, context.realm, user, id, context.now);
}

void step(db::Tx& tx, const Context& context, const UserId& user, const DeviceId& id, Time dead_at, const std::optional<Time>& trusted_until) {
    tx.run(note_step, context.now, dead_at, trusted_until, context.browser, context.realm, user, id);
}

bool end_trust(db::Tx& tx, const Context& context, const UserId& user, const DeviceId& id) {
    return tx.run(end_trust_of, context.realm, user, id, context.now) == 1;
}

std::optional<DeviceId> by_print(db::Tx& tx, RealmNo realm, const UserId& user, const Print& print) {
    return tx.one(select_by_print, [](db::Row& row) { return row.next<DeviceId>(); }, realm, user, ByteView(print.hash));
}

bool admit(db::Db& db, const Context& context, const UserId& user, const DeviceId& id, unsigned limit, Time since) {
    return db.run(admit_try, since, since, context.now, context.realm, user, id, context.now, since, limit) == 1;
}

void forgive(db::Tx& tx, RealmNo realm, const UserId& user, const DeviceId& id) { tx.run(forgive_tries, realm, user, id); }

void drop_beyond_newest(db::Tx& tx, RealmNo realm, const UserId& user, unsigned kept) {
    constexpr unsigned at_once = 100;
    tx.run(drop_beyond, realm, user, realm, user, at_once, kept);
}

std::uint64_t remove_of_user(db::Tx& tx, RealmNo realm, const UserId& user) { return tx.run(delete_of_user, realm, user); }

}  // namespace store

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_devices, realm, before, most); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_of_user, &insert_device, &insert_browser, &select_stepped, &note_step, &end_trust_of, &select_by_print, &admit_try, &forgive_tries, &delete_of_user, &drop_beyond, &key_in_use, &purge_devices});
}

}  // namespace authtickets::devices
