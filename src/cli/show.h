// SPDX-License-Identifier: MIT
// How commands show values to people: aligned, without colour, and without what could steer a terminal.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <authtickets/base/clock.h>
#include <authtickets/base/json.h>

namespace authtickets::cli {

// Text from the database is a stranger's: control characters and direction marks are escaped.
std::string shown(std::string_view);
std::string shown(Time);  // 2026-01-15T10:35:30Z
std::string shown(const std::optional<Time>&, std::string_view none = "never");

Json json(const std::optional<Time>&);  // with milliseconds, or null

// Lines `name: value`, the values below each other.
class Sheet {
public:
    Sheet& line(std::string_view name, std::string_view value);  // shown(); an empty value is shown as "-"
    std::string text() const;

private:
    std::vector<std::pair<std::string, std::string>> lines_;
};

class Table {
public:
    Table(std::initializer_list<std::string_view> heads);
    Table& row(std::initializer_list<std::string> cells);  // as many as heads
    std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace authtickets::cli
