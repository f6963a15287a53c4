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

bool letter_or_digit(char32_t point) { return point != not_utf8 && u_isalnum(static_cast<UChar32>(point)); }

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
    if (line.find_first_of("/\\:@<>") != line.npos) return {};
    // A point between letters is a host name; initials, "J. R.", have a blank or an end behind it.
    for (auto point = line.find('.'); point != line.npos; point = line.find('.', point + 1)) {
        auto next = point + 1;
        if (next < line.size() && letter_or_digit(next_code_point(line, next))) return {};
    }
    return line;
}

}  // namespace authtickets::text
