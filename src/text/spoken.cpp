// SPDX-License-Identifier: MIT
// Values of messages. ICU tells the kinds of characters.
#include <algorithm>

#include <unicode/uchar.h>

#include <authtickets/base/utf8.h>
#include <authtickets/text/names.h>

#include "spoken.h"

namespace authtickets::text {
namespace {

bool joiner(char32_t point) { return point == 0x200C || point == 0x200D; }  // Persian and Indian names need them

bool breaks_a_line(char32_t point) {
    switch (u_charType(static_cast<UChar32>(point))) {
        case U_CONTROL_CHAR:
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR: return true;
        case U_FORMAT_CHAR: return !joiner(point);
        default: return false;
    }
}

bool letter_or_digit(char32_t point) {
    return point != not_utf8 && (u_isalnum(static_cast<UChar32>(point)) || (U_MASK(u_charType(static_cast<UChar32>(point))) & U_GC_M_MASK) != 0);
}

// What is seen: compatibility forms as what they stand for, and nothing that shows nothing.
std::string seen(std::string_view line) {
    constexpr std::string_view ideographic = "\u3002";  // also of its halfwidth form; UTS 46 takes it for a dot
    auto out = folded(line);
    for (auto at = out.find(ideographic); at != out.npos; at = out.find(ideographic, at)) out.replace(at, ideographic.size(), 1, '.');
    return out;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
    std::string line;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size() && count < most; ++count) {
        const auto begin = at;
        const auto point = next_code_point(text, at);
        if (point == not_utf8) line += "\uFFFD";
        else if (breaks_a_line(point)) line += ' ';
        else line += text.substr(begin, at - begin);
    }
    return trimmed(line);
}

std::string without_bait(std::string line) {
    const auto text = seen(line);
    if (text.find_first_of("/\\:@<>") != text.npos) return {};
    // A point between letters is a host name; initials, "J. R.", have a blank or an end behind it.
    for (auto point = text.find('.'); point != text.npos; point = text.find('.', point + 1)) {
        auto next = point + 1;
        if (next < text.size() && letter_or_digit(next_code_point(text, next))) return {};
    }
    return line;
}

}  // namespace authtickets::text
