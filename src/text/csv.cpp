// SPDX-License-Identifier: MIT
// Cells of an export: what was typed at a sign-in stands there too, and neither a spreadsheet nor a terminal may obey it.
#include <authtickets/text/csv.h>

#include <algorithm>

#include <authtickets/base/log.h>

namespace authtickets::text {

std::string csv_cell(std::string_view text) {
    std::string out;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out.push_back('\'');
    const bool controls = std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
    out.append(controls ? log_escape(text) : std::string(text));
    if (out.find_first_of(",\"\r\n") == out.npos) return out;
    std::string quoted = "\"";
    for (const char c : out) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + "\"";
}

}  // namespace authtickets::text
