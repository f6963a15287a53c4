// SPDX-License-Identifier: MIT
// The table of well-formed byte sequences (Unicode 15, table 3-7), written as one function.
#include <cstdint>
#include <cstring>

#include <authtickets/base/utf8.h>

namespace authtickets {
namespace {

std::uint8_t byte(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
    const std::uint8_t lead = byte(text, at++);
    if (lead < 0x80) return lead;
    if (lead < 0xC2 || lead > 0xF4) return not_utf8;  // a follower, an overlong lead, or above U+10FFFF
    const std::size_t followers = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    if (text.size() - at < followers) return not_utf8;
    // The first follower's range is where overlong forms, surrogates and what is above U+10FFFF are kept out.
    const std::uint8_t lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(text, at) < lowest || byte(text, at) > highest) return not_utf8;
    char32_t point = lead & (0x3Fu >> followers);
    for (std::size_t i = 0; i < followers; ++i) {
        const std::uint8_t follower = byte(text, at + i);
        if ((follower & 0xC0) != 0x80) return not_utf8;
        point = point << 6 | (follower & 0x3Fu);
    }
    at += followers;
    return point;
}

bool is_utf8(std::string_view text) {
    constexpr std::uint64_t high_bits = 0x8080808080808080;
    for (std::size_t at = 0; at < text.size();) {
        // Most of what comes is ASCII: eight letters at once.
        if (std::uint64_t eight = 0; text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & high_bits) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        if (next_code_point(text, at) == not_utf8) return false;
    }
    return true;
}

}  // namespace authtickets
