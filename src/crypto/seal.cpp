// SPDX-License-Identifier: MIT
// XChaCha20-Poly1305 around what must be read back (PW10, docs/security.md). Its nonce is long enough to be
// drawn.
#include <sodium.h>

#include <algorithm>

#include <authtickets/base/bytes.h>
#include <authtickets/base/fault.h>
#include <authtickets/crypto/seal.h>

namespace authtickets::crypto {
namespace {

constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t head_bytes = key_id_bytes + nonce_bytes;

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == std::tuple_size_v<Digest>);

// NUL ends each name, so that no two places share a text.
Bytes associated(const Place& place) {
    ByteWriter out;
    for (const auto part : {place.table, place.column}) {
        out.raw(as_bytes(part));
        out.number(std::uint8_t{0});
    }
    out.number(place.realm.value);
    out.raw(place.row.bytes);
    out.raw(place.user.bytes);
    return out.take();
}

}  // namespace

std::string seal(Keyring& keys, Purpose purpose, Time now, Rng& rng, const Place& place, const Secret& open) {
    KeyId id{};
    auto key = keys.subkey_of_signer(purpose, now, id);
    ByteWriter head;
    head.number(id);
    head.raw(rng.bytes<nonce_bytes>());
    Bytes sealed = head.take();
    sealed.resize(head_bytes + open.size() + tag_bytes);
    const auto text = as_bytes(open.reveal());
    const auto data = associated(place);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + head_bytes, nullptr, text.data(), text.size(),
                                               data.data(), data.size(), nullptr,
                                               sealed.data() + key_id_bytes, key.data());
    sodium_memzero(key.data(), key.size());
    return as_text(sealed);
}

std::optional<Secret> unseal(Keyring& keys, Purpose purpose, const Place& place, std::string_view sealed) {
    const auto id = key_of(sealed);
    if (!id) return std::nullopt;
    auto key = keys.subkey(purpose, *id);
    if (!key) return std::nullopt;
    const auto nonce = as_bytes(sealed.substr(key_id_bytes, nonce_bytes));
    const auto body = as_bytes(sealed.substr(head_bytes));
    const auto data = associated(place);
    std::string open(body.size() - tag_bytes, '\0');
    const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(open.data()), nullptr, nullptr, body.data(), body.size(),
        data.data(), data.size(), nonce.data(), key->data());
    sodium_memzero(key->data(), key->size());
    if (refused != 0) return std::nullopt;
    return Secret(std::move(open));
}

std::optional<KeyId> key_of(std::string_view sealed) {
    if (sealed.size() < head_bytes + tag_bytes) return std::nullopt;
    ByteReader in(as_bytes(sealed));
    return in.number<KeyId>();
}

}  // namespace authtickets::crypto
