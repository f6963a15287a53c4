// SPDX-License-Identifier: MIT
// Tokens (TK1, docs/security.md). Each kind has one size, so the whole text is checked by size, alphabet and
// MAC before a field is believed; only the key id is read earlier. Works in a buffer on the stack: this runs
// at every request.
#include <algorithm>
#include <array>
#include <span>

#include <authtickets/crypto/token.h>

namespace authtickets::crypto {
namespace {

constexpr std::size_t mac_bytes = std::tuple_size_v<Digest>;
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t fixed_bytes = key_id_bytes + 1 + 4 + 16 + 4 + 8;  // all but payload and MAC
constexpr std::size_t most_bytes = fixed_bytes + 20 + mac_bytes;

struct Layout {
    bool known{}, user{}, application{};
    std::size_t size() const { return fixed_bytes + (user ? 16u : 0u) + (application ? 4u : 0u) + mac_bytes; }
};

Layout layout(TokenKind kind) {
    switch (kind) {
        case TokenKind::ticket_access:
        case TokenKind::ticket_refresh:
        case TokenKind::cookie: return {.known = true};
        case TokenKind::anonymous_access:
        case TokenKind::anonymous_refresh: return {.known = true, .user = true, .application = true};
        case TokenKind::application_access:
        case TokenKind::application_refresh:
        case TokenKind::implicit_access:
        case TokenKind::publishable:
        case TokenKind::guest_access: return {.known = true, .application = true};
        case TokenKind::device: return {.known = true, .user = true};
    }
    return {};
}

class Writer {
  public:
    template <class Int>
    void number(Int value) {
        for (std::size_t i = sizeof(Int); i-- > 0;) {
            buffer_[size_++] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
        }
    }
    void raw(ByteView bytes) {
        std::ranges::copy(bytes, buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += bytes.size();
    }
    ByteView bytes() const { return ByteView(buffer_).first(size_); }

  private:
    std::array<std::uint8_t, most_bytes> buffer_;
    std::size_t size_ = 0;
};

Uuid read_uuid(ByteReader& in) {
    Uuid out;
    std::ranges::copy(in.raw(out.bytes.size()), out.bytes.begin());
    return out;
}

}  // namespace

std::string write_token(Keyring& keys, Time now, const Token& token) {
    const auto parts = layout(token.kind);
    KeyId id{};
    const auto key = keys.subkey_of_signer(Purpose::token, now, id);
    Writer out;
    out.number(id);
    out.number(static_cast<std::uint8_t>(token.kind));
    out.number(token.realm.value);
    out.raw(token.id.bytes);
    out.number(token.generation);
    if (parts.user) out.raw(token.user.value.bytes);
    if (parts.application) out.number(token.application.value);
    out.number(token.expires_at.time_since_epoch().count());
    out.raw(hmac_sha256(key, out.bytes()));
    return base64url(out.bytes());
}

std::optional<Token> read_token(Keyring& keys, std::string_view text) {
    std::array<std::uint8_t, most_bytes> buffer;
    const auto size = from_base64url(text, buffer);
    if (!size || *size < fixed_bytes + mac_bytes) return std::nullopt;
    const auto signed_part = ByteView(buffer).first(*size - mac_bytes);
    const auto mac = ByteView(buffer).subspan(signed_part.size(), mac_bytes);

    ByteReader in(signed_part);
    const auto key = keys.subkey(Purpose::token, in.number<KeyId>());
    if (!key || !equal(hmac_sha256(*key, signed_part), mac)) return std::nullopt;

    Token token;
    token.kind = TokenKind{in.number<std::uint8_t>()};
    const auto parts = layout(token.kind);
    if (!parts.known || *size != parts.size()) return std::nullopt;
    token.realm.value = in.number<std::uint32_t>();
    token.id = read_uuid(in);
    token.generation = in.number<std::uint32_t>();
    if (parts.user) token.user.value = read_uuid(in);
    if (parts.application) token.application.value = in.number<std::uint32_t>();
    token.expires_at = Time{std::chrono::milliseconds{in.number<std::int64_t>()}};
    return token;
}

}  // namespace authtickets::crypto
