// SPDX-License-Identifier: MIT
// SQL of core/codes. A try is counted before anything is compared, and what consumes a code names its hash, so that a newer
// one is never taken for it.
#include "core/codes/store.h"

#include "core/query_lists.h"

namespace authtickets::codes {
namespace {

// The hash that stood there is kept, so that who enters the older code can be told that there is a newer one.
constexpr db::Query put_code{"codes.put",
    "INSERT INTO codes (realm_no, code_id, user_id, purpose, channel, destination, code_hash, key_id, tries, max_tries, created_at, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON DUPLICATE KEY UPDATE user_id = VALUES(user_id), channel = VALUES(channel), "
    "former_hash = code_hash, former_key_id = key_id, destination = VALUES(destination), code_hash = VALUES(code_hash), key_id = VALUES(key_id), tries = 0, "
    "max_tries = VALUES(max_tries), created_at = VALUES(created_at), dead_at = VALUES(dead_at)"};

// failed is set first, from since_at as it was. A window that has passed begins anew.
constexpr db::Query charge_failure{"codes.charge_user",
    "UPDATE code_failures SET failed = IF(since_at <= ?, 0, failed) + 1, dead_at = IF(since_at <= ?, ?, dead_at), "
    "since_at = IF(since_at <= ?, ?, since_at) "
    "WHERE realm_no = ? AND user_id = ? AND purpose = ? AND (failed < ? OR since_at <= ?)"};
constexpr db::Query open_failures{"codes.open_failures",
    "INSERT IGNORE INTO code_failures (realm_no, user_id, purpose, failed, since_at, dead_at) VALUES (?, ?, ?, 1, ?, ?)"};
constexpr db::Query give_failure_back{"codes.give_back",
    "UPDATE code_failures SET failed = failed - 1 WHERE realm_no = ? AND user_id = ? AND purpose = ? AND failed > 0"};

constexpr db::Query admit_try{"codes.admit",
    "UPDATE codes SET tries = tries + 1 WHERE realm_no = ? AND code_id = ? AND tries < max_tries AND dead_at > ?"};
// With the user's contact of the code's channel as it is now: their kinds have the same numbers.
constexpr db::Query select_code{"codes.get",
    "SELECT c.user_id, c.purpose, c.channel, c.destination, c.code_hash, c.key_id, c.former_hash, c.former_key_id, c.tries, c.max_tries, c.created_at, "
    "c.dead_at, t.value, t.verified_at "
    "FROM codes c LEFT JOIN contacts t ON t.realm_no = c.realm_no AND t.user_id = c.user_id AND t.kind = c.channel "
    "WHERE c.realm_no = ? AND c.code_id = ?"};
constexpr db::Query purpose_closed{"codes.closed",
    "SELECT EXISTS(SELECT 1 FROM code_failures WHERE realm_no = ? AND user_id = ? AND purpose = ? AND failed >= ? AND since_at > ?)"};
constexpr db::Query any_closed{"codes.closed_since",
    "SELECT MAX(since_at) FROM code_failures WHERE realm_no = ? AND user_id = ? AND failed >= ? AND since_at > ?"};
constexpr db::Query delete_failures{"codes.delete_failures", "DELETE FROM code_failures WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query consume_code{"codes.consume", "DELETE FROM codes WHERE realm_no = ? AND code_id = ? AND code_hash = ?"};
// Beyond the most there can be: of those who made the last try only one notes that it was spent.
constexpr db::Query note_spent{"codes.note_spent",
    "UPDATE codes SET tries = tries + 1 WHERE realm_no = ? AND code_id = ? AND code_hash = ? AND tries = max_tries"};
constexpr db::Query delete_of_user{"codes.delete_of_user", "DELETE FROM codes WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query purge_codes{"codes.purge", "DELETE FROM codes WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};
constexpr db::Query purge_failed{"codes.purge_failures",
    "DELETE FROM code_failures WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};

}  // namespace

namespace store {

void put(db::Session& session, const Context& context, const Wanted& wanted, ByteView hash, crypto::KeyId key, Time dead_at) {
    session.run(put_code, context.realm, wanted.id, wanted.user, wanted.purpose, wanted.channel, wanted.destination, hash, key,
                wanted.tries, context.now, dead_at);
}

bool charge_user(db::Db& db, const Context& context, const UserId& user, Purpose purpose) {
    const Time passed = context.now - failures_kept, dead = context.now + failures_kept;
    const auto charged = [&] {
        return db.run(charge_failure, passed, passed, dead, passed, context.now, context.realm, user, purpose, most_failures, passed) == 1;
    };
    if (charged()) return true;
    if (db.run(open_failures, context.realm, user, purpose, context.now, dead) == 1) return true;
    return charged();  // a row was there: closed, or opened by another caller just now
}

bool admit(db::Db& db, RealmNo realm, const Uuid& id, Time now) { return db.run(admit_try, realm, id, now) == 1; }

std::optional<Row> get(db::Session& session, RealmNo realm, const Uuid& id) {
    return session.one(select_code, [](db::Row& row) {
        Row out;
        row.into(out.user);
        row.into(out.purpose);
        row.into(out.channel);
        row.into(out.destination);
        const auto hash = row.next<std::string>();
        out.hash.assign(hash.begin(), hash.end());
        row.into(out.key);
        const auto former = row.next<std::string>();
        out.former.assign(former.begin(), former.end());
        row.into(out.former_key);
        row.into(out.tries);
        row.into(out.max_tries);
        row.into(out.created_at);
        row.into(out.dead_at);
        const auto value = row.next<std::optional<std::string>>();
        const auto verified_at = row.next<std::optional<Time>>();
        if (value) out.contact = Row::Contact{.value = *value, .verified = verified_at.has_value()};
        return out;
    }, realm, id);
}

bool consume(db::Tx& tx, RealmNo realm, const Uuid& id, ByteView hash) { return tx.run(consume_code, realm, id, hash) == 1; }

bool spend(db::Db& db, RealmNo realm, const Uuid& id, ByteView hash) { return db.run(note_spent, realm, id, hash) == 1; }

void give_back(db::Session& session, RealmNo realm, const UserId& user, Purpose purpose) { session.run(give_failure_back, realm, user, purpose); }

bool closed(db::Session& session, RealmNo realm, const UserId& user, Purpose purpose, Time since) {
    return session.one(purpose_closed, [](db::Row& row) { return row.next<bool>(); }, realm, user, purpose, most_failures, since).value_or(false);
}

std::optional<Time> closed_since(db::Session& session, RealmNo realm, const UserId& user, Time since) {
    return session.one(any_closed, [](db::Row& row) { return row.next<std::optional<Time>>(); }, realm, user, most_failures, since)
        .value_or(std::nullopt);
}

void remove_failures(db::Session& session, RealmNo realm, const UserId& user) { session.run(delete_failures, realm, user); }

void remove_of_user(db::Session& session, RealmNo realm, const UserId& user) { session.run(delete_of_user, realm, user); }

}  // namespace store

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_codes, realm, before, most); }
std::uint64_t purge_failures(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_failed, realm, before, most); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&put_code, &charge_failure, &open_failures, &give_failure_back, &admit_try, &select_code, &consume_code, &note_spent,
                           &purpose_closed, &any_closed, &delete_failures, &delete_of_user, &purge_codes, &purge_failed});
}

}  // namespace authtickets::codes
