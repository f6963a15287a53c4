// SPDX-License-Identifier: MIT
// Codes and tokens to verify an address or number by: made, tried, used up. Whose contact it is, is nothing that a code knows.
#include <algorithm>

#include <authtickets/core/codes.h>
#include <authtickets/core/verifications.h>
#include <authtickets/text/names.h>

#include "core/verifications/store.h"

namespace authtickets::verifications {
namespace {

using events::Name;
using outbox::Channel;

constexpr throttle::Rate five_in_ten_minutes{.burst = 5, .interval = std::chrono::minutes(2)};

Channel channel_of(ContactKind kind) { return kind == ContactKind::phone ? Channel::sms : Channel::email; }
std::string_view name_of(ContactKind kind) { return kind == ContactKind::phone ? "phone" : "email"; }

// Ids are no secret: hashed so that whatever a code hangs on has one length.
Uuid id_of(ContactKind kind, const std::string& contact) {
    ByteWriter bytes;
    bytes.raw(as_bytes("verification of "));
    bytes.number(static_cast<std::uint8_t>(kind));
    bytes.raw(as_bytes(contact));
    const auto digest = crypto::sha256(bytes.bytes());
    Uuid id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

// Realm, kind, contact and the code's own row are mixed in: a row moved elsewhere matches nothing (OC5, OC6). The first words
// keep these apart from other codes.
Bytes hash_of(const crypto::Digest& key, RealmNo realm, ContactKind kind, const std::string& contact, const Uuid& id, std::string_view code) {
    ByteWriter bytes;
    bytes.raw(as_bytes("verification code "));
    bytes.number(realm.value);
    bytes.number(static_cast<std::uint8_t>(kind));
    bytes.raw(id.bytes);
    bytes.raw(as_bytes(code));
    bytes.raw(as_bytes(contact));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    return Bytes(digest.begin(), digest.end());
}

bool closed(const store::Standing& standing, Time now) {
    return standing.failed_day >= most_daily && standing.day_at && *standing.day_at > now - closed_for;
}

std::string_view actor(const Context& context) { return context.user.empty() ? "application" : "user"; }

AccountNo account_of(const logins::Login& login) { return login.account ? login.account->no : AccountNo{}; }

}  // namespace

Result<void> Verifications::request(db::Db& db, const Context& context, const realms::Realm& realm, ContactKind kind, std::string_view typed) {
    const auto contact = checked(kind, typed);
    if (!contact) return refuse(contact.error());
    const auto id = id_of(kind, *contact);
    const auto channel = channel_of(kind);
    const auto tell = [&](bool success, std::string_view reason) {
        return [this, &context, channel, success, reason](db::Session& tx) {
            return events_.write(tx, context, {.name = Name::verification_code_sent, .success = success, .reason = reason, .factor = outbox::name(channel),
                                               .actor = actor(context), .user = context.user});
        };
    };
    const auto refused = [&](std::string_view reason) -> Result<void> {
        db.transact([&](db::Tx& tx) {
            tell(false, reason)(tx);
            return true;
        });
        return {};
    };
    if (!throttle_.charge(db, context, "verification code", std::string(name_of(kind)).append(" ").append(*contact), five_in_ten_minutes)) return refused("budget");
    const auto sends = throttle_.charge_sending(db, context, realm.settings,
                                                {.what = "verification code", .sms = channel == Channel::sms, .whose = *contact, .destination = *contact});
    if (!sends) return refused("budget");
    if (closed(store::get(db, context.realm, id), context.now)) return refused("closed");

    const auto allowed = terms(realm.settings.policy);
    db.transact([&](db::Tx& tx) {
        crypto::KeyId key_id{};
        const auto key = keys_.subkey_of_signer(crypto::Purpose::code, context.now, key_id);
        Secret text(codes::random_digits(rng_));
        store::Code code{.id = uuid_v7(context.now, rng_), .key = key_id, .created_at = context.now, .dead_at = context.now + allowed.life};
        code.hash = hash_of(key, context.realm, kind, *contact, code.id, text.reveal());
        store::open(tx, context, id);
        store::make_room(tx, context, id, allowed.most_live);
        store::begin_anew(tx, context, id);
        store::put(tx, context, id, code);
        const auto event = tell(true, name_of(kind))(tx);
        outbox_.add(tx, context, {.event = Name::verification_code_sent, .event_id = event, .reason = std::string(name_of(kind)), .channel = channel,
                                  .destination = *contact, .code = std::move(text), .expires_at = code.dead_at, .code_id = code.id, .code_hash = code.hash});
        return true;
    });
    return {};
}

Result<Attempt> Verifications::attempt(db::Db& db, const Context& context, const realms::Settings& settings, ContactKind kind, const std::string& contact,
                                       std::string_view typed, const UserId& whose) {
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    Attempt attempt{.kind = kind, .contact = contact, .contact_id = id_of(kind, contact)};
    attempt.charged = store::charge(db, context, attempt.contact_id);
    const auto standing = store::get(db, context.realm, attempt.contact_id);
    const auto code = codes::digits(typed);
    bool live = false;
    // What is live is compared whole, whichever it is.
    for (const auto& each : standing.codes) {
        if (context.now >= each.dead_at) continue;
        live = true;
        const auto key = attempt.charged && code ? keys_.subkey(crypto::Purpose::code, each.key) : std::nullopt;
        if (!key || !crypto::equal(hash_of(*key, context.realm, kind, contact, each.id, *code), each.hash)) continue;
        attempt.right = true;
        attempt.code = each.id;
        attempt.hash = each.hash;
        attempt.issued_at = each.created_at;
    }
    if (attempt.right) {
        throttle_.refund_address(db, context, settings);
        return attempt;
    }
    attempt.reason = !live                                                ? "expired"
                     : !attempt.charged && closed(standing, context.now) ? "closed"
                     : !attempt.charged                                   ? "spent"
                     : !code                                              ? "malformed"
                                                                          : "wrong";
    db.transact([&](db::Tx& tx) {  // which is tried again where two primaries meet in the row
        if (attempt.charged && !live) store::give_back(tx, context.realm, attempt.contact_id);  // used by another try since then: nothing was compared
        events_.write(tx, context, {.name = Name::verification_failure, .success = false, .reason = attempt.reason,
                                    .factor = outbox::name(channel_of(kind)), .actor = actor(context), .user = whose});
        return true;
    });
    if (!live) attempt.charged = false;
    return attempt;
}

bool Verifications::consume(db::Tx& tx, const Context& context, const Attempt& attempt) {
    if (!attempt.right) return false;
    give_back(tx, context, attempt);  // it was not wrong, whoever was first
    if (!store::consume(tx, context.realm, attempt.contact_id, attempt.hash)) return false;
    store::remove(tx, context.realm, attempt.contact_id);
    return true;
}

void Verifications::give_back(db::Session& session, const Context& context, const Attempt& attempt) {
    if (attempt.right && attempt.charged) store::give_back(session, context.realm, attempt.contact_id);
}

// --- Tokens

void Verifications::send_token(db::Tx& tx, const Context& context, const logins::Login& login, const std::string& email) {
    auto text = links_.make(tx, context, login.user, links::Purpose::email, login.epoch, email, token_life, links::Form::uuid);
    const auto event = events_.write(tx, context, {.name = Name::verification_token_sent, .factor = outbox::name(Channel::email), .actor = actor(context),
                                                   .user = login.user, .account = account_of(login)});
    outbox_.add(tx, context, {.event = Name::verification_token_sent, .event_id = event, .user = login.user, .account = account_of(login),
                              .user_name = login.user_name, .channel = Channel::email, .destination = email, .link = std::move(text),
                              .expires_at = context.now + token_life});
}

Result<void> Verifications::request_token(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user) {
    const auto login = logins_.of_user(db, context.realm, user);
    if (!login) return refuse(Why::unknown_item, "user");
    if (!login->email) return refuse(Why::unknown_item, "email");
    const auto sends = throttle_.charge_sending(db, context, realm.settings,
                                                {.what = "verification token", .whose = as_text(user.value.bytes),
                                                 .destination = text::normal_email(login->email->value).value_or(login->email->value)});
    if (!sends) {
        db.transact([&](db::Tx& tx) {
            events_.write(tx, context, {.name = Name::verification_token_sent, .success = false, .reason = "budget", .factor = outbox::name(Channel::email),
                                        .actor = actor(context), .user = user, .account = account_of(*login)});
            return true;
        });
        return {};
    }
    return db.transact([&](db::Tx& tx) -> Result<void> {
        if (!users_.get_locked(tx, context.realm, user)) return refuse(Why::unknown_item, "user");
        const auto now = logins_.of_user(tx, context.realm, user);
        if (!now || !now->email) return refuse(Why::unknown_item, "email");
        users_.unverify_contact(tx, context, user, ContactKind::email);
        send_token(tx, context, *now, now->email->value);
        return {};
    });
}

Result<void> Verifications::verify(db::Db& db, const Context& by_anybody, const realms::Realm& realm, const Secret& token) {
    if (auto charged = throttle_.charge_address(db, by_anybody, realm.settings); !charged) return charged;
    const auto link = links_.open(db, by_anybody.now, links::Purpose::email, token);
    auto context = by_anybody;
    context.user = link && link->realm == context.realm ? link->user : UserId{};  // whoever has the token is taken for its owner
    const auto once = [&](bool signs_in) {
        return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
            const auto dead = refuse(Why::unknown_item, "token");
            if (!link || link->realm != context.realm || !users_.get_locked(tx, context.realm, link->user)) return dead;
            const auto login = logins_.of_user(tx, context.realm, link->user);
            const bool open = login && !login->blocked_at && (login->account ? login->account->active : users::is_staff(login->user_role));
            const bool good = open && login->email && login->epoch == link->epoch && links::went_to(*link, login->email->value);
            if (!good || !links_.use(tx, context.now, *link, token)) return dead;
            const auto& email = login->email->value;
            users_.verify_contact(tx, context, link->user, ContactKind::email, email);
            // From now on its owner may sign in by it, unless somebody else does.
            if (signs_in && login->profile == logins::default_profile && !logins_.name_taken(tx, context.realm, email, login->id)) {
                if (auto renamed = logins_.rename(tx, context, *login, login->user_name, email); !renamed) return renamed;
            }
            events_.write(tx, context, {.name = Name::contact_verified, .reason = "email", .factor = outbox::name(Channel::email), .actor = "user",
                                        .user = link->user, .account = account_of(*login)});
            return {};
        });
    };
    auto done = once(true);
    if (!done && done.error().why == Why::name_taken) done = once(false);  // somebody has taken it between our look and our insert
    if (done) {
        throttle_.refund_address(db, context, realm.settings);
    } else {
        db.transact([&](db::Tx& tx) {
            events_.write(tx, context, {.name = Name::verification_failure, .success = false, .reason = "dead", .factor = outbox::name(Channel::email),
                                        .actor = actor(context), .user = context.user});
            return true;
        });
    }
    return done;
}

bool alive(db::Session& session, RealmNo realm, const outbox::Cause& cause, Time now) {
    const auto kind = cause.channel == Channel::sms ? ContactKind::phone : ContactKind::email;
    const auto standing = store::get(session, realm, id_of(kind, cause.destination));
    const bool good = std::ranges::any_of(standing.codes, [&](const store::Code& each) {
        return each.id == cause.code_id && now < each.dead_at && crypto::equal(each.hash, cause.code_hash);
    });
    return good && standing.failed < most_wrong && !closed(standing, now);
}

}  // namespace authtickets::verifications
