// SPDX-License-Identifier: MIT
// Codes made, tried and consumed (OC1 to OC6).
#include <authtickets/core/codes.h>

#include "core/codes/store.h"

namespace authtickets::codes {
namespace {

// Realm, user, purpose, channel and what it hangs on are mixed in: a row moved elsewhere matches nothing (OC5, OC6).
// The epoch too: what ends the user's tickets ends the code.
Bytes hash_of(const crypto::Digest& key, RealmNo realm, const Whose& whose, Channel channel, std::string_view code) {
    ByteWriter bytes;
    bytes.number(realm.value);
    bytes.number(static_cast<std::uint8_t>(whose.purpose));
    bytes.number(static_cast<std::uint8_t>(channel));
    bytes.number(whose.epoch);
    bytes.raw(whose.user.value.bytes);
    bytes.raw(whose.id.bytes);
    bytes.raw(as_bytes(code));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    return Bytes(digest.begin(), digest.end());
}

// Why it is not right. A code that has died says so whatever was typed.
std::string_view why_wrong(const Attempt& attempt, const store::Row& row, bool well_formed, bool older, Time now) {
    if (attempt.closed) return "closed";
    if (row.tries >= row.max_tries) return "spent";
    if (now >= row.dead_at) return "expired";
    return !well_formed ? "malformed" : older ? "newer" : "wrong";
}

}  // namespace

// Numbers that would favour the lower ones are thrown away.
std::string random_digits(Rng& rng) {
    constexpr std::uint32_t values = 1'000'000, fair = UINT32_MAX - UINT32_MAX % values;
    while (true) {
        const auto bytes = rng.bytes<4>();
        std::uint32_t number = 0;
        for (const auto byte : bytes) number = number << 8 | byte;
        if (number >= fair) continue;
        auto text = std::to_string(number % values);
        return text.insert(0, 6 - text.size(), '0');
    }
}

Made Codes::make(db::Session& session, const Context& context, const Wanted& wanted) {
    crypto::KeyId key_id{};
    const auto key = keys_.subkey_of_signer(crypto::Purpose::code, context.now, key_id);
    Made made{.text = wanted.text ? *wanted.text : Secret(random_digits(rng_)), .expires_at = wanted.since.value_or(context.now) + wanted.life};
    made.hash = hash_of(key, context.realm, {.purpose = wanted.purpose, .user = wanted.user, .epoch = wanted.epoch, .id = wanted.id},
                        wanted.channel, made.text.reveal());
    store::put(session, context, wanted, made.hash, key_id, made.expires_at);
    return made;
}

Attempt Codes::attempt(db::Db& db, const Context& context, const Whose& whose, std::string_view typed) {
    Attempt attempt{.id = whose.id, .charged = whose.charged, .user = whose.user};
    // What the code itself does not admit is compared with nothing, so it counts nothing more.
    bool admitted = store::admit(db, context.realm, whose.id, context.now);
    if (admitted) {
        attempt.closed = !store::charge_user(db, context, whose.user, whose.charged);
        admitted = !attempt.closed;
    }
    const auto row = store::get(db, context.realm, whose.id);
    const auto code = digits(typed);
    if (!row) {  // used by another try since then: nothing is compared
        attempt.reason = "expired";
        if (admitted) {
            db.transact([&](db::Tx& tx) {  // which is tried again where two primaries meet in the row
                give_back(tx, context, attempt);
                return true;
            });
        }
        return attempt;
    }
    attempt.channel = row->channel;
    attempt.destination = row->destination;
    attempt.unverified = row->contact && !row->contact->verified;
    attempt.hash = row->hash;
    const auto key = keys_.subkey(crypto::Purpose::code, row->key);
    const bool own = row->user == whose.user && row->purpose == whose.purpose;
    const bool arrives = whose.purpose == Purpose::contact || (row->contact && row->contact->value == row->destination);
    bool older = false;
    if (admitted && key && code && own && arrives) {
        attempt.right = crypto::equal(hash_of(*key, context.realm, whose, row->channel, *code), row->hash);
        const auto former_key = row->former.empty() ? std::nullopt : keys_.subkey(crypto::Purpose::code, row->former_key);
        older = former_key && crypto::equal(hash_of(*former_key, context.realm, whose, row->channel, *code), row->former);
    }
    // Of wrong tries at once, each may see the last one counted: it is one code that is spent, once (TK7).
    attempt.spent = admitted && !attempt.right && row->tries >= row->max_tries && store::spend(db, context.realm, whose.id, row->hash);
    if (!attempt.right) attempt.reason = why_wrong(attempt, *row, code.has_value(), older, context.now);
    return attempt;
}

bool Codes::consume(db::Tx& tx, const Context& context, const Attempt& attempt) {
    if (!attempt.right || !store::consume(tx, context.realm, attempt.id, attempt.hash)) return false;
    give_back(tx, context, attempt);
    return true;
}

void Codes::give_back(db::Session& session, const Context& context, const Attempt& attempt) {
    store::give_back(session, context.realm, attempt.user, attempt.charged);
}

std::optional<Time> Codes::closed_until(db::Session& session, RealmNo realm, const UserId& user, Time now) {
    const auto since = store::closed_since(session, realm, user, now - failures_kept);
    return since ? std::optional(*since + failures_kept) : std::nullopt;
}

void Codes::open_again(db::Session& session, RealmNo realm, const UserId& user) { store::remove_failures(session, realm, user); }

void Codes::end(db::Session& session, RealmNo realm, const UserId& user) { store::remove_of_user(session, realm, user); }

std::optional<State> Codes::state(db::Session& session, RealmNo realm, const Uuid& id) {
    const auto row = store::get(session, realm, id);
    if (!row) return {};
    return State{.sent_at = row->created_at, .dead_at = row->dead_at, .tries_left = row->tries < row->max_tries ? row->max_tries - row->tries : 0,
                 .channel = row->channel, .destination = row->destination};
}

bool Codes::alive(db::Session& session, RealmNo realm, const Uuid& id, ByteView hash, Time now) {
    const auto row = store::get(session, realm, id);
    const bool live = row && crypto::equal(row->hash, hash) && row->tries < row->max_tries && now < row->dead_at;
    return live && !store::closed(session, realm, row->user, row->purpose, now - failures_kept);
}

}  // namespace authtickets::codes
