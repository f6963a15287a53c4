// SPDX-License-Identifier: MIT
// Recovery codes made, tried and consumed (RC2 to RC5).
#include <authtickets/core/recovery_codes.h>

#include "core/recovery_codes/store.h"

namespace authtickets::recovery_codes {
namespace {

// Realm and user are mixed in: a row moved to another user is nobody's code (RC2).
Bytes hash_of(const crypto::Digest& key, RealmNo realm, const UserId& user, const Secret& code) {
    ByteWriter bytes;
    bytes.number(realm.value);
    bytes.raw(user.value.bytes);
    bytes.raw(as_bytes(code.reveal()));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    return Bytes(digest.begin(), digest.end());
}

}  // namespace

std::optional<Set> RecoveryCodes::make(db::Tx& tx, const Context& context, const UserId& user) {
    const auto number = totp_.begin_codes(tx, context, user);
    if (!number) return {};
    remove(tx, context.realm, user);
    Set set{.number = *number};
    store::Row row;
    const auto key = keys_.subkey_of_signer(crypto::Purpose::recovery, context.now, row.key);
    tx.gather([&] {
        while (set.codes.size() < how_many) {
            const auto code = code_of(rng_.bytes<symbols * 5 / 8>());
            row.hash = hash_of(key, context.realm, user, code);
            store::insert(tx, context, user, row);
            set.codes.push_back(shown(code));
        }
    });
    return set;
}

bool RecoveryCodes::confirm(db::Tx& tx, const Context& context, const UserId& user, std::uint32_t set) {
    return totp_.confirm_codes(tx, context, user, set);
}

Attempt RecoveryCodes::attempt(db::Db& db, const Context& context, const UserId& user, std::string_view typed) {
    Attempt attempt{.user = user};
    const auto code = normal(typed);
    if (!code) {
        attempt.reason = totp::Reason::malformed;
        return attempt;
    }
    attempt.charge = totp_.charge(db, context, user);
    attempt.reason = attempt.charge.reason;
    if (!attempt.charge.admitted) return attempt;
    attempt.reason = totp::Reason::wrong;
    for (auto& row : store::of_user(db, context.realm, user)) {
        const auto key = keys_.subkey(crypto::Purpose::recovery, row.key);
        if (!key || !crypto::equal(hash_of(*key, context.realm, user, *code), row.hash)) continue;
        attempt.right = true;
        attempt.reason = totp::Reason::none;
        attempt.hash = std::move(row.hash);
    }
    return attempt;
}

bool RecoveryCodes::consume(db::Tx& tx, const Context& context, const Attempt& attempt) {
    if (!attempt.right || !store::consume(tx, context.realm, attempt.user, attempt.hash)) return false;
    totp_.forgive(tx, context, attempt.user);
    return true;
}

unsigned RecoveryCodes::left(db::Session& session, RealmNo realm, const UserId& user) { return store::left(session, realm, user); }

}  // namespace authtickets::recovery_codes
