// SPDX-License-Identifier: MIT
// SQL of core/totp. A try is counted before anything is compared; what takes a code names the secret it was made with and
// the step, so that of all that race one wins.
#include "core/totp/store.h"

#include <authtickets/core/recovery_codes.h>
#include <authtickets/crypto/seal.h>

#include "core/query_lists.h"

namespace authtickets::totp {
namespace {

// failed is set first, so the others see it raised. LAST_INSERT_ID(x) keeps x for this connection: of many tries at once
// each learns which one it was, and one alone is told that it was the tenth.
constexpr db::Query charge_try{"totp.charge",
    "UPDATE totp_authenticators SET failed = LAST_INSERT_ID(failed + 1), paused_until = IF(MOD(failed, ?) = 0, ?, paused_until), "
    "blocked_at = IF(failed >= ?, ?, blocked_at) "
    "WHERE realm_no = ? AND user_id = ? AND blocked_at IS NULL AND (paused_until IS NULL OR paused_until <= ?)"};
constexpr db::Query select_one{"totp.get",
    "SELECT secret, last_step, paused_until, blocked_at, LAST_INSERT_ID() FROM totp_authenticators WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query consume_step{"totp.consume",
    "UPDATE totp_authenticators SET secret = ?, key_id = ?, last_step = ?, drift = ?, failed = 0, paused_until = NULL, blocked_at = NULL, "
    "last_used_at = ? WHERE realm_no = ? AND user_id = ? AND secret = ? AND last_step < ?"};
// Where last_step has moved, whoever moved it has ended the count already. failed is set first, again.
constexpr db::Query give_charge_back{"totp.give_back",
    "UPDATE totp_authenticators SET failed = failed - 1, paused_until = IF(MOD(failed + 1, ?) = 0, NULL, paused_until), "
    "blocked_at = IF(failed < ?, NULL, blocked_at) WHERE realm_no = ? AND user_id = ? AND last_step = ? AND failed > 0"};
constexpr db::Query forgive_failures{"totp.forgive",
    "UPDATE totp_authenticators SET failed = 0, paused_until = NULL, blocked_at = NULL WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query select_setup{"totp.setup", "SELECT secret, dead_at FROM totp_setups WHERE realm_no = ? AND user_id = ?"};
// dead_at is set last: the others look at it as it was.
constexpr db::Query put_set_up{"totp.put_setup",
    "INSERT INTO totp_setups (realm_no, user_id, secret, key_id, created_at, dead_at) VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
    "secret = IF(dead_at <= ?, VALUES(secret), secret), key_id = IF(dead_at <= ?, VALUES(key_id), key_id), "
    "created_at = IF(dead_at <= ?, VALUES(created_at), created_at), dead_at = IF(dead_at <= ?, VALUES(dead_at), dead_at)"};
constexpr db::Query take_set_up{"totp.take_setup", "DELETE FROM totp_setups WHERE realm_no = ? AND user_id = ? AND secret = ?"};
// Of one that is on: the count of wrong tries stays, and so do the recovery codes.
constexpr db::Query put_authenticator{"totp.enable",
    "INSERT INTO totp_authenticators (realm_no, user_id, secret, key_id, made_at, enabled_at, last_step, drift, failed, codes_set) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0) ON DUPLICATE KEY UPDATE secret = VALUES(secret), key_id = VALUES(key_id), "
    "made_at = VALUES(made_at), last_step = VALUES(last_step), drift = VALUES(drift), last_used_at = NULL"};
constexpr db::Query delete_authenticator{"totp.delete", "DELETE FROM totp_authenticators WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query delete_setup{"totp.delete_setup", "DELETE FROM totp_setups WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query select_state{"totp.state",
    "SELECT a.enabled_at, a.made_at, a.last_used_at, a.drift, a.failed, a.paused_until, a.blocked_at, a.codes_set, a.codes_made_at, "
    "a.codes_confirmed_at, (SELECT COUNT(*) FROM recovery_codes c WHERE c.realm_no = a.realm_no AND c.user_id = a.user_id) "
    "FROM totp_authenticators a WHERE a.realm_no = ? AND a.user_id = ?"};
constexpr db::Query begin_set{"totp.begin_codes",
    "UPDATE totp_authenticators SET codes_set = codes_set + 1, codes_made_at = ?, codes_confirmed_at = NULL WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query select_set{"totp.codes_set", "SELECT codes_set FROM totp_authenticators WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query confirm_set{"totp.confirm_codes",
    "UPDATE totp_authenticators SET codes_confirmed_at = ? WHERE realm_no = ? AND user_id = ? AND codes_set = ? AND codes_confirmed_at IS NULL"};

constexpr db::Query select_sealed_otherwise{"totp.sealed_otherwise",
    "SELECT user_id, secret FROM totp_authenticators WHERE realm_no = ? AND key_id <> ? AND user_id > ? ORDER BY user_id LIMIT ?"};
// The old bytes are the guard: no two seals are alike, so whoever moved to another app meanwhile keeps that one.
constexpr db::Query reseal_secret{"totp.reseal",
    "UPDATE totp_authenticators SET secret = ?, key_id = ? WHERE realm_no = ? AND user_id = ? AND secret = ?"};
constexpr db::Query key_in_use{"totp.key_in_use",
    "SELECT EXISTS(SELECT 1 FROM totp_authenticators WHERE key_id = ?) OR EXISTS(SELECT 1 FROM totp_setups WHERE key_id = ?)"};
constexpr db::Query select_keys_named{"totp.keys_named", "SELECT DISTINCT key_id FROM totp_authenticators"};
constexpr db::Query purge_dead{"totp.purge_setups", "DELETE FROM totp_setups WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};

}  // namespace

namespace store {

bool charge(db::Db& db, const Context& context, const UserId& user) {
    return db.run(charge_try, pause_after, context.now + pause, most_failures, context.now, context.realm, user, context.now) == 1;
}

std::optional<Row> get(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_one, [](db::Row& row) {
        Row out;
        row.into(out.sealed);
        row.into(out.last_step);
        row.into(out.paused_until);
        row.into(out.blocked_at);
        row.into(out.charged);
        return out;
    }, realm, user);
}

bool consume(db::Tx& tx, const Context& context, const Attempt& attempt) {
    return tx.run(consume_step, attempt.resealed, crypto::key_of(attempt.resealed), attempt.step, attempt.drift, context.now, context.realm,
                  attempt.user, attempt.sealed, attempt.step) == 1;
}

void give_back(db::Session& session, const Context& context, const Attempt& attempt) {
    session.run(give_charge_back, pause_after, most_failures, context.realm, attempt.user, attempt.last_step);
}

void forgive(db::Tx& tx, const Context& context, const UserId& user) { tx.run(forgive_failures, context.realm, user); }

std::optional<SetupRow> setup(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_setup, [](db::Row& row) {
        SetupRow out;
        row.into(out.sealed);
        row.into(out.dead_at);
        return out;
    }, realm, user);
}

bool put_setup(db::Session& session, const Context& context, const UserId& user, const std::string& sealed, Time dead_at) {
    const auto now = context.now;
    return session.run(put_set_up, context.realm, user, sealed, crypto::key_of(sealed), now, dead_at, now, now, now, now) != 0;
}

bool take_setup(db::Session& session, RealmNo realm, const UserId& user, const std::string& sealed) {
    return session.run(take_set_up, realm, user, sealed) == 1;
}

// One row of a duplicate counts as two.
bool enable(db::Tx& tx, const Context& context, const UserId& user, const std::string& sealed, const Verdict& verdict) {
    return tx.run(put_authenticator, context.realm, user, sealed, crypto::key_of(sealed), context.now, context.now, verdict.step, verdict.drift) != 1;
}

std::optional<State> state(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_state, [](db::Row& row) {
        State out;
        row.into(out.enabled_at);
        row.into(out.made_at);
        row.into(out.last_used_at);
        row.into(out.drift);
        row.into(out.failed);
        row.into(out.paused_until);
        row.into(out.blocked_at);
        row.into(out.codes_set);
        row.into(out.codes_made_at);
        row.into(out.codes_confirmed_at);
        row.into(out.codes_left);
        return out;
    }, realm, user);
}

// The update holds the row, so no other set is made beside it.
std::optional<std::uint32_t> begin_codes(db::Tx& tx, const Context& context, const UserId& user) {
    if (tx.run(begin_set, context.now, context.realm, user) != 1) return {};
    return tx.one(select_set, [](db::Row& row) { return row.next<std::uint32_t>(); }, context.realm, user);
}

bool confirm_codes(db::Tx& tx, const Context& context, const UserId& user, std::uint32_t set) {
    return tx.run(confirm_set, context.now, context.realm, user, set) == 1;
}

std::vector<SealedSecret> sealed_otherwise(db::Session& session, RealmNo realm, crypto::KeyId signer, const UserId& after, unsigned most) {
    return session.all(select_sealed_otherwise, [](db::Row& row) {
        SealedSecret one;
        row.into(one.user);
        row.into(one.sealed);
        return one;
    }, realm, signer, after, most);
}

bool replace_sealed(db::Tx& tx, RealmNo realm, const UserId& user, const std::string& before, const std::string& after) {
    return tx.run(reseal_secret, after, crypto::key_of(after), realm, user, before) == 1;
}

}  // namespace store

bool remove(db::Tx& tx, RealmNo realm, const UserId& user) {
    const bool was_on = tx.run(delete_authenticator, realm, user) == 1;
    tx.run(delete_setup, realm, user);
    recovery_codes::remove(tx, realm, user);
    return was_on;
}

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key, key).value_or(true);
}

std::vector<crypto::KeyId> keys_named(db::Session& session) {
    return session.all(select_keys_named, [](db::Row& row) { return row.next<crypto::KeyId>(); });
}

std::uint64_t purge_setups(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_dead, realm, before, most); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&charge_try, &select_one, &consume_step, &give_charge_back, &forgive_failures, &select_setup, &put_set_up, &take_set_up,
                           &put_authenticator, &delete_authenticator, &delete_setup, &select_state, &begin_set, &select_set, &confirm_set,
                           &select_sealed_otherwise, &reseal_secret, &key_in_use, &select_keys_named, &purge_dead});
}

}  // namespace authtickets::totp
