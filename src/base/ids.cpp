// SPDX-License-Identifier: MIT
// UUIDs of versions 4 and 7 (RFC 9562). Their chance and time are the caller's, so tests can print the exact
// id.
#include <algorithm>

#include <authtickets/base/ids.h>

namespace authtickets {
namespace {

Uuid stamped(Uuid uuid, unsigned version) {
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0Fu) | version << 4);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3Fu) | 0x80u);  // the variant of RFC 9562
    return uuid;
}

}  // namespace

Uuid uuid_v4(Rng& rng) {
    Uuid uuid{};
    rng.fill_id(uuid.bytes);
    return stamped(uuid, 4);
}

Uuid secret_uuid(Rng& rng) { return stamped({rng.bytes<16>()}, 4); }

Uuid uuid_v7(Time time, Rng& rng) {
    Uuid uuid{};
    rng.fill_id(std::span(uuid.bytes).subspan<6>());
    auto milliseconds =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count()));
    for (std::size_t i = 6; i-- > 0; milliseconds >>= 8)
        uuid.bytes[i] = static_cast<std::uint8_t>(milliseconds);
    return stamped(uuid, 7);
}

std::string dashed(const Uuid& uuid) {
    auto text = hex(uuid);
    for (const std::size_t at : {20u, 16u, 12u, 8u}) text.insert(at, 1, '-');
    return text;
}

std::string hex(const Uuid& uuid) { return hex(ByteView(uuid.bytes)); }

std::optional<Uuid> parse_uuid(std::string_view text) {
    std::array<char, 32> digits{};
    if (text.size() == 36) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash != (text[i] == '-')) return std::nullopt;
            if (!dash) digits[count++] = text[i];
        }
        text = {digits.data(), digits.size()};
    }
    if (text.size() != 32) return std::nullopt;
    const auto bytes = from_hex(text);
    if (!bytes) return std::nullopt;
    Uuid uuid{};
    std::ranges::copy(*bytes, uuid.bytes.begin());
    return uuid;
}

Time time_of(const Uuid& v7) {
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | v7.bytes[i];
    return Time{std::chrono::milliseconds{milliseconds}};
}

}  // namespace authtickets
