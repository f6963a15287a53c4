// SPDX-License-Identifier: MIT
// Sheets and tables of the commands.
#include "cli/show.h"

#include <algorithm>

#include <authtickets/base/log.h>
#include <authtickets/text/names.h>

namespace authtickets::cli {

namespace {

std::string cell(std::string_view value) { return value.empty() ? "-" : shown(value); }

void pad(std::string& out, std::string_view text, std::size_t width) {
    out.append(text);
    const auto points = text::code_points(text);
    if (points < width) out.append(width - points, ' ');
}

}  // namespace

std::string shown(std::string_view text) {
    // Quotes and backslashes do no harm here; everything else that a log line must not hold, a terminal must not either.
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\"\\"), text.size());
        out.append(log_escape(text.substr(0, end)));
        if (end < text.size()) out.push_back(text[end]);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string shown(Time time) { return iso8601_seconds(time) + "Z"; }

std::string shown(const std::optional<Time>& time, std::string_view none) { return time ? shown(*time) : std::string(none); }

Json json(const std::optional<Time>& time) { return time ? Json(iso8601(*time)) : Json(); }

Sheet& Sheet::line(std::string_view name, std::string_view value) {
    lines_.emplace_back(std::string(name) + ":", cell(value));
    return *this;
}

std::string Sheet::text() const {
    std::size_t width = 0;
    for (const auto& line : lines_) width = std::max(width, line.first.size());
    std::string out;
    for (const auto& [name, value] : lines_) {
        pad(out, name, width + 1);
        out.append(value).append("\n");
    }
    return out;
}

Table::Table(std::initializer_list<std::string_view> heads) : rows_{{heads.begin(), heads.end()}} {}

Table& Table::row(std::initializer_list<std::string> cells) {
    auto& row = rows_.emplace_back();
    for (const auto& text : cells) row.push_back(cell(text));
    return *this;
}

std::string Table::text() const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text::code_points(row[i]));
    }
    std::string out;
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i + 1 < row.size(); ++i) pad(out, row[i], widths[i] + 2);
        out.append(row.back()).append("\n");
    }
    return out;
}

}  // namespace authtickets::cli
