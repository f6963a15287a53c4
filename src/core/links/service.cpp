// SPDX-License-Identifier: MIT
// Links made, looked at and used.
#include <authtickets/core/links.h>

#include <algorithm>

#include <authtickets/crypto/hmac.h>

#include "core/links/store.h"

namespace authtickets::links {
namespace {

// So many random bits need no key to rest safely (RS1).
crypto::Digest hash_of(const Secret& text) { return crypto::sha256(as_bytes(text.reveal())); }

constexpr std::size_t letters_size = 43;  // of 32 bytes in base64url
constexpr std::size_t uuid_size = 36;

// The letters of a UUID may come back in capitals; those of the other form are what they are.
std::optional<Secret> normal(const Secret& text) {
    if (text.size() == letters_size) return text;
    const auto id = text.size() == uuid_size ? parse_uuid(text.reveal()) : std::nullopt;
    return id ? std::optional(Secret(dashed(*id))) : std::nullopt;
}

}  // namespace

bool went_to(const Link& link, std::string_view address) {
    const auto digest = crypto::sha256(as_bytes(address));
    return std::ranges::equal(link.destination, digest);
}

Secret Links::make(db::Session& session, const Context& context, const UserId& user, Purpose purpose, std::uint32_t epoch,
                   std::string_view destination, Seconds life, Form form) {
    Secret text(form == Form::uuid ? dashed(secret_uuid(rng_)) : base64url(rng_.bytes<32>()));
    store::put(session, context, user, purpose, hash_of(text), epoch, crypto::sha256(as_bytes(destination)), context.now + life);
    return text;
}

std::optional<Link> Links::open(db::Session& session, Time now, Purpose purpose, const Secret& text) {
    const auto whole = normal(text);
    if (!whole) return {};
    auto link = store::find(session, hash_of(*whole), purpose);
    if (link && now >= link->dead_at) link.reset();
    return link;
}

bool Links::use(db::Tx& tx, Time now, const Link& link, const Secret& text) {
    const auto whole = normal(text);
    return whole && store::use(tx, link, hash_of(*whole), now);
}

void Links::end(db::Session& session, RealmNo realm, const UserId& user) { store::remove_of_user(session, realm, user); }

}  // namespace authtickets::links
