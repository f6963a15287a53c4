// SPDX-License-Identifier: MIT
// Devices known, recorded and forgotten.
#include <authtickets/core/devices.h>

#include <algorithm>

#include <authtickets/crypto/token.h>

#include "core/devices/store.h"

namespace authtickets::devices {
namespace {

constexpr auto day = std::chrono::hours(24);

// The user is mixed in, so that a dump does not tell who shares a device.
Bytes hash_of(const crypto::Digest& key, RealmNo realm, const UserId& user, std::string_view fingerprint) {
    ByteWriter bytes;
    bytes.number(realm.value);
    bytes.raw(user.value.bytes);
    bytes.raw(as_bytes(fingerprint));
    const auto digest = crypto::hmac_sha256(key, bytes.bytes());
    return Bytes(digest.begin(), digest.end());
}

}  // namespace

std::optional<Print> Devices::print(const Context& context, const UserId& user, std::string_view fingerprint) {
    const auto usable = usable_fingerprint(fingerprint);
    if (usable.empty()) return {};
    Print print;
    const auto key = keys_.subkey_of_signer(crypto::Purpose::device, context.now, print.key);
    print.hash = hash_of(key, context.realm, user, usable);
    return print;
}

std::optional<DeviceId> Devices::named(const Context& context, const UserId& user, std::string_view text) {
    const auto token = crypto::read_token(keys_, text);
    if (!token || token->kind != crypto::TokenKind::device || token->realm != context.realm || token->user != user) return {};
    return context.now < token->expires_at ? std::optional(DeviceId{token->id}) : std::nullopt;
}

Devices::Known Devices::known(db::Session& session, const Context& context, const UserId& user, const Evidence& evidence) {
    Known known;
    const auto fingerprint = usable_fingerprint(evidence.fingerprint);
    const auto shown = named(context, user, evidence.token);
    if (fingerprint.empty() && !shown) return known;
    for (const auto& device : store::of_user(session, context, user, most_devices)) {
        // A row with neither is a browser that lifted a lock: no code was ever entered there.
        if (shown && *shown == device.id) {
            (device.print || device.stepped ? known.by_token : known.lifted_lock) = device.id;
            known.trusted_until = device.trusted_until;
        }
        if (known.by_fingerprint || fingerprint.empty() || !device.print) continue;
        const auto key = keys_.subkey(crypto::Purpose::device, device.print->key);
        if (key && crypto::equal(hash_of(*key, context.realm, user, fingerprint), device.print->hash)) known.by_fingerprint = device.id;
    }
    return known;
}

// The unique key on the hash decides whether it is known. One whose hash was made under an older key is a new device then,
// which asks for nothing more than was just shown.
Recorded Devices::record(db::Tx& tx, const Context& context, const realms::Settings& settings, const UserId& user,
                         const std::optional<Print>& print) {
    Recorded recorded{.id = DeviceId{uuid_v4(rng_)}};
    recorded.fresh = store::put(tx, context, user, recorded.id, print, context.now + settings.device_life);
    if (recorded.fresh) store::drop_beyond_newest(tx, context.realm, user, most_devices);
    return recorded;
}

Recorded Devices::record_browser(db::Tx& tx, const Context& context, const realms::Settings& settings, const UserId& user,
                                 std::string_view token, bool trust) {
    const auto dead_at = context.now + settings.device_life;
    const auto trusted_until = trust ? std::optional<Time>(context.now + std::min(settings.trust_life, settings.device_life)) : std::nullopt;
    if (const auto shown = named(context, user, token)) {
        if (const auto stepped = store::stepped(tx, context, user, *shown)) {
            store::step(tx, context, user, *shown, dead_at, trusted_until);
            return {.id = *shown, .fresh = !*stepped};
        }
    }
    const Recorded recorded{.id = DeviceId{uuid_v4(rng_)}, .fresh = true};
    store::put_browser(tx, context, user, recorded.id, dead_at, trusted_until);
    store::drop_beyond_newest(tx, context.realm, user, most_devices);
    return recorded;
}

std::vector<Device> Devices::trusted(db::Session& session, const Context& context, const realms::Settings& settings, const UserId& user) {
    if (settings.trust_life.count() == 0) return {};
    auto found = store::of_user(session, context, user, most_devices);
    std::erase_if(found, [&](const Device& device) { return !trusts(settings, device.trusted_until, context.now); });
    return found;
}

bool Devices::end_trust(db::Tx& tx, const Context& context, const UserId& user, const DeviceId& device) {
    return store::end_trust(tx, context, user, device);
}

std::optional<DeviceId> Devices::find(db::Tx& tx, const Context& context, const UserId& user, const Print& print) {
    return store::by_print(tx, context.realm, user, print);
}

Secret Devices::token(const Context& context, const realms::Settings& settings, const UserId& user, const DeviceId& device) {
    return Secret(crypto::write_token(keys_, context.now,
                                      {.kind = crypto::TokenKind::device, .realm = context.realm, .id = device.value,
                                       .expires_at = context.now + settings.device_life, .user = user}));
}

bool Devices::admit(db::Db& db, const Context& context, const UserId& user, const DeviceId& device) {
    return store::admit(db, context, user, device, tries_while_locked, context.now - day);
}

void Devices::forgive(db::Tx& tx, const Context& context, const UserId& user, const DeviceId& device) {
    store::forgive(tx, context.realm, user, device);
}

std::uint64_t Devices::forget(db::Tx& tx, const Context& context, const UserId& user) {
    return store::remove_of_user(tx, context.realm, user);
}

}  // namespace authtickets::devices
