// SPDX-License-Identifier: MIT
// Links made, looked at and used.
#include <authtickets/core/links.h>

#include <algorithm>

#include <authtickets/crypto/hmac.h>

#include "core/links/store.h"

namespace authtickets::links {
namespace {

// 256 random bits need no key to rest safely (RS1).
crypto::Digest hash_of(const Secret& text) { return crypto::sha256(as_bytes(text.reveal())); }

constexpr std::size_t text_size = 43;  // of 32 bytes in base64url

}  // namespace

bool went_to(const Link& link, std::string_view address) {
    const auto digest = crypto::sha256(as_bytes(address));
    return std::ranges::equal(link.destination, digest);
}

Secret Links::make(db::Session& session, const Context& context, const UserId& user, Purpose purpose, std::uint32_t epoch,
                   std::string_view destination, Seconds life) {
    Secret text(base64url(rng_.bytes<32>()));
    store::put(session, context, user, purpose, hash_of(text), epoch, crypto::sha256(as_bytes(destination)), context.now + life);
    return text;
}

std::optional<Link> Links::open(db::Session& session, Time now, Purpose purpose, const Secret& text) {
    if (text.size() != text_size) return {};
    auto link = store::find(session, hash_of(text), purpose);
    if (link && now >= link->dead_at) link.reset();
    return link;
}

bool Links::use(db::Tx& tx, Time now, const Link& link, const Secret& text) { return store::use(tx, link, hash_of(text), now); }

void Links::end(db::Session& session, RealmNo realm, const UserId& user) { store::remove_of_user(session, realm, user); }

}  // namespace authtickets::links
