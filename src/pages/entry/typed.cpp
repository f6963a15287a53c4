// SPDX-License-Identifier: MIT
// Shapes, masks and escapes.
#include "pages/entry/typed.h"

#include <algorithm>

namespace authtickets::pages::entry {

namespace {

constexpr std::size_t code_digits = 6;
constexpr std::string_view hidden = "•••";

// The first character of a text in UTF-8.
std::string_view first_of(std::string_view text) {
    std::size_t end = std::min<std::size_t>(1, text.size());
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    return text.substr(0, end);
}

}  // namespace

std::string_view misshapen(std::string_view typed) {
    std::size_t digits = 0;
    for (const char c : typed) {
        if (c >= '0' && c <= '9') ++digits;
        else if (c != ' ' && c != '-') return "m.code_chars";
    }
    return digits < code_digits ? "m.code_short" : digits > code_digits ? "m.code_long" : "";
}

std::string masked(std::string_view what) {
    std::string out;
    const auto at = what.rfind('@');
    if (at == what.npos) return out.append(hidden).append(what.substr(what.size() - std::min<std::size_t>(2, what.size())));
    const auto host = what.substr(at + 1);
    const auto dot = host.rfind('.');
    out.append(first_of(what.substr(0, at))).append(hidden).append("@").append(first_of(host)).append(hidden);
    if (dot != host.npos && dot > 0) out.append(host.substr(dot));
    return out;
}

std::string escaped(std::string_view value) {
    constexpr std::string_view digits = "0123456789ABCDEF", plain = "-._~";
    std::string out;
    for (const char c : value) {
        const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || plain.find(c) != plain.npos;
        if (stays) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.append({'%', digits[byte >> 4], digits[byte & 15]});
        }
    }
    return out;
}

std::string with_to(std::string_view page, std::string_view to) {
    std::string out(page);
    return to.empty() ? out : out.append("?to=").append(escaped(to));
}

std::string ways(const Look& look, std::string_view to) {
    if (to.empty()) return look.query;
    return (look.query.empty() ? std::string("?") : look.query + '&').append("to=").append(escaped(to));
}

}  // namespace authtickets::pages::entry
