// SPDX-License-Identifier: MIT
// One-time tokens asked for, tried and used up. Whoever is not there, or must get none, costs the same (EN1, EN2).
#include <algorithm>

#include <authtickets/core/one_time.h>
#include <authtickets/text/names.h>

#include "core/one_time/parts.h"
#include "core/one_time/store.h"

namespace authtickets::one_time {
namespace {

using events::Name;

struct Whose {
    RealmNo realm{};
    UserId user{};
    LoginId login{};
    std::uint32_t epoch{};
};

// User, login and purpose are mixed in, and the epoch: a row moved elsewhere matches nothing (OC6), and what ends the user's
// tickets ends the token. The first words keep these apart from codes.
Bytes hash_of(const crypto::Digest& key, const Whose& whose, Purpose purpose, std::string_view token) {
    ByteWriter bytes;
    bytes.raw(as_bytes("one-time token "));
    bytes.number(whose.realm.value);
    bytes.number(static_cast<std::uint8_t>(purpose));
    bytes.number(whose.epoch);
    bytes.raw(whose.user.value.bytes);
    bytes.raw(whose.login.value.bytes);
    bytes.raw(as_bytes(token));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    return Bytes(digest.begin(), digest.end());
}

// By which the same value sent again is known. Too short to tell what it was, and nobody can choose values that share one.
std::uint16_t tag_of(const crypto::Digest& key, RealmNo realm, const UserId& user, std::string_view token) {
    ByteWriter bytes;
    bytes.raw(as_bytes("one-time try "));
    bytes.number(realm.value);
    bytes.raw(user.value.bytes);
    bytes.raw(as_bytes(token));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    return static_cast<std::uint16_t>(digest[0] << 8U | digest[1]);
}

// Why nothing is sent. A lock by failures refuses passwords only (TH5), so it keeps no token back.
std::string_view barred(const std::optional<logins::Login>& login, bool all_disabled) {
    if (!login) return "unknown";
    if (login->blocked_at || all_disabled) return "suspended";
    return login->email ? "" : "no_address";
}

AccountNo account_of(const std::optional<logins::Login>& login) { return login && login->account ? login->account->no : AccountNo{}; }

// What is good and equal to what was typed. All are compared, whichever it is.
const store::Token* right_one(crypto::Keyring& keys, const Whose& whose, const std::optional<logins::Login>& login,
                              const std::vector<store::Token>& tokens, std::string_view typed, Time now) {
    const store::Token* found = nullptr;
    for (const auto& each : tokens) {
        const auto key = keys.subkey(crypto::Purpose::code, each.key);
        const bool equal = key && crypto::equal(hash_of(*key, whose, each.purpose, typed), each.hash);
        const bool arrives = login && login->email && login->email->value == each.destination;  // it is the user's address still
        if (equal && arrives && now < each.dead_at) found = &each;
    }
    return found;
}

bool day_spent(const store::Standing& standing, Time now) {
    return standing.failed_day >= most_daily && standing.day_at && *standing.day_at > now - closed_for;
}
bool spent(const store::Standing& standing, const realms::Settings& settings, Time now) {
    return standing.failed >= settings.one_time_tries && standing.since_at && *standing.since_at > now - tries_kept;
}

}  // namespace

// Six of 36 letters, each of equal chance: bytes beyond the last whole 36 are thrown away (OC1).
std::string fresh(Rng& rng) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr unsigned fair = 256 - 256 % letters.size();
    std::string out;
    while (out.size() < 6) {
        for (const unsigned byte : rng.bytes<8>()) {
            if (byte < fair && out.size() < 6) out.push_back(letters[byte % letters.size()]);
        }
    }
    return out;
}

struct OneTime::Made {
    Secret text;
    store::Token token;
};

OneTime::Made OneTime::make(db::Tx& tx, const Context& context, const realms::Settings& settings, const UserId& user, const logins::Login* login,
                            Purpose purpose) {
    crypto::KeyId key_id{};
    const auto key = keys_.subkey_of_signer(crypto::Purpose::code, context.now, key_id);
    Made made{.text = Secret(fresh(rng_)),
              .token = {.id = uuid_v7(context.now, rng_), .user = user, .purpose = purpose, .epoch = login ? login->epoch : 0,
                        .destination = login ? login->email->value : std::string(), .key = key_id, .dead_at = context.now + settings.one_time_life}};
    auto& token = made.token;
    token.hash = hash_of(key, {.realm = context.realm, .user = user, .login = login ? login->id : LoginId{}, .epoch = token.epoch}, purpose, made.text.reveal());
    store::open(tx, context, user);
    store::make_room(tx, context, user, std::min(settings.one_time_live, most_live));
    store::put(tx, context, token);
    return made;
}

void OneTime::request(db::Db& db, const Context& context, const realms::Realm& realm, const Wanted& wanted) {
    const auto login = logins_.named(db, context.realm, wanted.name, wanted.profile);
    const auto stand_in = logins_.decoy(context, wanted.name);
    auto reason = barred(login, store::all_disabled(db, context.realm, login ? login->user : stand_in));
    const auto whose = text::normal_name(wanted.name).value_or("-");
    const auto destination = text::normal_email(reason.empty() ? login->email->value : wanted.name).value_or(whose);
    const auto charged = throttle_.charge_sending(db, context, realm.settings,
                                                  {.what = "one-time token", .whose = whose, .destination = destination, .typed = true});
    if (!charged) return;  // EP143: of names that are known or not
    if (reason.empty() && !*charged) reason = "budget";
    const bool sends = reason.empty();
    // What sends nothing takes no place among the tokens that were sent.
    const auto user = sends ? login->user : stand_in;
    db.transact([&](db::Tx& tx) {
        auto made = make(tx, context, realm.settings, user, sends ? &*login : nullptr, wanted.purpose);
        const auto event = events_.write(tx, context, {.name = Name::signin_token_sent, .success = sends, .reason = sends ? name(wanted.purpose) : reason,
                                                       .factor = factor, .user = login ? login->user : UserId{}, .account = account_of(login),
                                                       .user_name = wanted.name});
        outbox_.add(tx, context, {.event = Name::signin_token_sent, .event_id = event, .user = user, .account = account_of(login),
                                  .user_name = sends ? login->user_name : std::string(), .reason = std::string(name(wanted.purpose)),
                                  .channel = outbox::Channel::email, .destination = made.token.destination, .code = std::move(made.text),
                                  .expires_at = made.token.dead_at, .code_id = made.token.id, .code_hash = std::move(made.token.hash),
                                  .profile_id = wanted.profile_id, .login = sends ? login->id : LoginId{}, .decoy = !sends});
        return true;
    });
}

Attempt OneTime::attempt(db::Db& db, const Context& context, const realms::Settings& settings, const Tried& tried, std::string_view typed) {
    const auto& login = tried.login;
    // Whom nothing is sent has tries where the requests have their rows, or it would be told by what a wrong token costs (EN2).
    const bool there = login && login->email && !tried.kept_out;
    Attempt attempt{.user = there ? login->user : logins_.decoy(context, tried.name), .reason = "wrong_code"};
    const auto text = token(typed);
    if (!text) return attempt;
    crypto::KeyId signer{};
    const auto tag = tag_of(keys_.subkey_of_signer(crypto::Purpose::code, context.now, signer), context.realm, attempt.user, *text);
    const bool admitted = store::charge(db, context, attempt.user, settings.one_time_tries, tag);
    const auto standing = store::get(db, context.realm, attempt.user);
    attempt.charged = admitted && standing.counted;
    const bool live = std::ranges::any_of(standing.tokens, [&](const store::Token& each) { return context.now < each.dead_at; });
    if (attempt.charged && !live) {  // used or ended by another try since then: nothing is compared
        db.transact([&](db::Tx& tx) {  // which is tried again where two primaries meet in the row
            give_back(tx, context, attempt);
            return true;
        });
        attempt.charged = false;
        return attempt;
    }
    const Whose whose{.realm = context.realm, .user = attempt.user, .login = login ? login->id : LoginId{}, .epoch = login ? login->epoch : 0};
    const auto* const found = right_one(keys_, whose, login, standing.tokens, *text, context.now);
    if (admitted && there && found) {
        attempt.right = true;
        attempt.reason = {};
        attempt.purpose = found->purpose;
        attempt.destination = found->destination;
        attempt.unverified = !login->email->verified;
        attempt.hash = found->hash;
        return attempt;
    }
    const bool closed = day_spent(standing, context.now), over = spent(standing, settings, context.now);
    if (closed) attempt.reason = "closed";
    else if (over) attempt.reason = "spent";
    if (over || (closed && !standing.closed)) end(db, context, settings, tried, attempt);
    return attempt;
}

void OneTime::end(db::Db& db, const Context& context, const realms::Settings& settings, const Tried& tried, Attempt& attempt) {
    attempt.ended = db.transact([&](db::Tx& tx) {
        if (!store::end(tx, context, attempt.user, settings.one_time_tries)) return false;
        store::remove_tokens(tx, context.realm, attempt.user);
        const bool of_user = tried.login && tried.login->user == attempt.user;
        if (of_user) {
            events_.write(tx, context, {.name = Name::signin_tokens_ended, .success = false, .reason = attempt.reason, .factor = factor,
                                        .user = attempt.user, .account = account_of(tried.login)});
        } else {
            logins_.write_decoy(tx, context, attempt.user);
        }
        return true;
    });
}

bool OneTime::consume(db::Tx& tx, const Context& context, const Attempt& attempt) {
    if (!attempt.right) return false;
    if (attempt.charged) give_back(tx, context, attempt);
    return store::consume(tx, context.realm, attempt.user, attempt.hash);
}

void OneTime::give_back(db::Session& session, const Context& context, const Attempt& attempt) {
    if (attempt.charged) store::give_back(session, context.realm, attempt.user);
}

bool alive(db::Session& session, RealmNo realm, const UserId& user, ByteView hash, Time now) {
    return store::alive(session, realm, user, hash, now);
}

std::optional<Time> closed_until(db::Session& session, RealmNo realm, const UserId& user, Time now) {
    const auto since = store::closed_since(session, realm, user, now - closed_for);
    return since ? std::optional(*since + closed_for) : std::nullopt;
}

void open_again(db::Session& session, RealmNo realm, const UserId& user) { store::remove_tries(session, realm, user); }

void remove(db::Session& session, RealmNo realm, const UserId& user) {
    store::remove_tries(session, realm, user);
    store::remove_tokens(session, realm, user);
}

}  // namespace authtickets::one_time
