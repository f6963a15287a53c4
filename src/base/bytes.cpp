// SPDX-License-Identifier: MIT
// Hex and base64. The decoders take exactly what the encoders write (hex: in either case) and nothing else,
// so that one value has one spelling.
#include <algorithm>
#include <array>

#include <authtickets/base/bytes.h>

namespace authtickets {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t none = 0xFF;
using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(std::string_view alphabet) {
    Values values{};
    values.fill(none);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

constexpr Values standard_values = values_of(standard);
constexpr Values url_safe_values = values_of(url_safe);

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Tokens and JWTs are made of this at every request, so letters go straight to their places.
std::string encode(ByteView bytes, std::string_view alphabet, bool padded) {
    const std::size_t whole = bytes.size() / 3, rest = bytes.size() % 3;
    std::string out(whole * 4 + (rest == 0 ? 0 : padded ? 4 : rest + 1), '=');
    const auto* from = bytes.data();
    const auto* const letters = alphabet.data();
    auto* to = out.data();
    for (std::size_t i = 0; i < whole; ++i, from += 3, to += 4) {
        const std::uint32_t group = std::uint32_t{from[0]} << 16 | std::uint32_t{from[1]} << 8 | from[2];
        to[0] = letters[group >> 18];
        to[1] = letters[group >> 12 & 63];
        to[2] = letters[group >> 6 & 63];
        to[3] = letters[group & 63];
    }
    if (rest == 0) return out;
    const std::uint32_t group = std::uint32_t{from[0]} << 16 | (rest == 2 ? std::uint32_t{from[1]} << 8 : 0U);
    to[0] = letters[group >> 18];
    to[1] = letters[group >> 12 & 63];
    if (rest == 2) to[2] = letters[group >> 6 & 63];
    return out;
}

std::size_t decoded_size(std::size_t letters) {
    return letters / 4 * 3 + (letters % 4 == 0 ? 0 : letters % 4 - 1);
}

// Letters without padding; `into` holds exactly decoded_size() bytes.
bool decode(std::string_view letters, const Values& values, std::span<std::uint8_t> into) {
    if (letters.size() % 4 == 1) return false;
    std::size_t written = 0;
    for (std::size_t i = 0; i < letters.size(); i += 4) {
        const std::size_t count = std::min<std::size_t>(4, letters.size() - i);
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < count; ++j) {
            const std::uint8_t value = values[static_cast<std::uint8_t>(letters[i + j])];
            if (value == none) return false;
            group |= static_cast<std::uint32_t>(value) << (18 - 6 * j);
        }
        // Bits of the last letter that belong to no byte must be zero, or one value had several spellings.
        if ((count == 2 && (group & 0xFFFF) != 0) || (count == 3 && (group & 0xFF) != 0)) return false;
        for (std::size_t j = 0; j + 1 < count; ++j)
            into[written++] = static_cast<std::uint8_t>(group >> (16 - 8 * j));
    }
    return true;
}

std::optional<Bytes> decode(std::string_view letters, const Values& values) {
    Bytes out(decoded_size(letters.size()));
    if (!decode(letters, values, out)) return std::nullopt;
    return out;
}

}  // namespace

ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string as_text(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

std::string hex(ByteView bytes) {
    std::string out(bytes.size() * 2, '0');
    auto* to = out.data();
    for (const auto byte : bytes) {
        *to++ = hex_digits[byte >> 4];
        *to++ = hex_digits[byte & 15];
    }
    return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return out;
}

std::string base64(ByteView bytes) { return encode(bytes, standard, true); }

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return decode(text, standard_values);
}

std::string base64url(ByteView bytes) { return encode(bytes, url_safe, false); }

std::optional<Bytes> from_base64url(std::string_view text) { return decode(text, url_safe_values); }

std::optional<std::size_t> from_base64url(std::string_view text, std::span<std::uint8_t> into) {
    const std::size_t size = decoded_size(text.size());
    if (size > into.size() || !decode(text, url_safe_values, into.first(size))) return std::nullopt;
    return size;
}

}  // namespace authtickets
