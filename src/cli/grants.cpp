// SPDX-License-Identifier: MIT
// A line is `GRANT right, right (column, column) ON `database`.`table` TO `user`@`host` ...`; a role's has no ON.
#include "cli/grants.h"

#include <algorithm>
#include <array>
#include <optional>

namespace authtickets::cli {

namespace {

constexpr std::array all_but_schema{std::string_view("SELECT"), std::string_view("INSERT"), std::string_view("UPDATE"),
                                    std::string_view("DELETE")};
constexpr std::array appending{std::string_view("SELECT"), std::string_view("INSERT")};
constexpr std::array setting{std::string_view("SELECT"), std::string_view("INSERT"), std::string_view("UPDATE")};
constexpr std::array reading{std::string_view("SELECT")};
// Of a realm's row it moves the version of its settings, and nothing else.
constexpr std::array reading_realms{std::string_view("SELECT"), std::string_view("UPDATE (settings_version)")};
constexpr std::array changing{std::string_view("SELECT"), std::string_view("INSERT"), std::string_view("UPDATE"),
                              std::string_view("DELETE"), std::string_view("CREATE"), std::string_view("ALTER"),
                              std::string_view("DROP"),   std::string_view("INDEX")};

bool quote(char c) { return c == '`' || c == '\'' || c == '"'; }

// Where `mark` begins outside of quotes and parentheses; npos.
std::size_t outside(std::string_view text, std::string_view mark) {
    char open = 0;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (open) {
            if (c == open) open = 0;  // a doubled quote closes and opens again
        } else if (depth == 0 && text.substr(i).starts_with(mark)) {
            return i;
        } else if (quote(c)) {
            open = c;
        } else {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
    }
    return std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    const auto first = std::min(text.find_first_not_of(' '), text.size());
    const auto last = text.find_last_not_of(' ');
    return first == text.size() ? std::string_view{} : text.substr(first, last - first + 1);
}

std::string unquoted(std::string_view text) {
    if (text.empty() || !quote(text.front())) return std::string(text);
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        out.push_back(text[i]);
        if (text[i] == text.front() && text[i + 1] == text.front()) ++i;
    }
    return out;
}

// A database's name in a grant is a pattern as of LIKE.
bool like(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '%') {
        return like(pattern.substr(1), text) || (!text.empty() && like(pattern, text.substr(1)));
    }
    if (text.empty()) return false;
    if (pattern.front() == '_') return like(pattern.substr(1), text.substr(1));
    if (pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    return pattern.front() == text.front() && like(pattern.substr(1), text.substr(1));
}

// "UPDATE (`a`, b)" as one right for each column, "UPDATE (a)" and "UPDATE (b)"; any other as it stands.
void add_right(std::set<std::string, std::less<>>& rights, std::string_view right) {
    const auto open = right.find('('), close = right.rfind(')');
    if (open == right.npos) {
        rights.emplace(right);
        return;
    }
    if (close == right.npos || close < open) return;
    const auto what = std::string(trimmed(right.substr(0, open)));
    for (auto columns = right.substr(open + 1, close - open - 1); !columns.empty();) {
        const auto comma = outside(columns, ",");
        rights.insert(what + " (" + unquoted(trimmed(columns.substr(0, comma))) + ")");
        columns = comma == columns.npos ? std::string_view{} : columns.substr(comma + 1);
    }
}

// Who may do it to the table may do it to a column.
bool holds(const std::set<std::string, std::less<>>& rights, std::string_view right) {
    if (rights.contains(right) || rights.contains("ALL PRIVILEGES") || rights.contains("ALL")) return true;
    const auto column = right.find(" (");
    return column != right.npos && rights.contains(right.substr(0, column));
}

}  // namespace

Grants::Grants(std::span<const std::string> lines) {
    for (std::string_view line : lines) {
        constexpr std::string_view begin = "GRANT ";
        const auto on = outside(line, " ON "), to = outside(line, " TO ");
        if (!line.starts_with(begin) || on == line.npos || to == line.npos || to < on) continue;
        if (grantee_.empty()) grantee_ = trimmed(line.substr(to + 4, outside(line.substr(to + 4), " ")));
        auto target = trimmed(line.substr(on + 4, to - on - 4));
        const auto dot = outside(target, ".");
        // FUNCTION, PROCEDURE and the like, and PROXY, which names a user.
        if (dot == target.npos || outside(target, " ") != target.npos) continue;
        Grant grant{.rights = {}, .database = unquoted(target.substr(0, dot)), .table = unquoted(target.substr(dot + 1))};
        for (auto rights = line.substr(begin.size(), on - begin.size()); !rights.empty();) {
            const auto comma = outside(rights, ",");
            add_right(grant.rights, trimmed(rights.substr(0, comma)));
            rights = comma == rights.npos ? std::string_view{} : rights.substr(comma + 1);
        }
        grants_.push_back(std::move(grant));
    }
}

bool Grants::allows(std::string_view right, std::string_view database, std::string_view table) const {
    return std::ranges::any_of(grants_, [&](const Grant& grant) {
        if (!holds(grant.rights, right)) return false;
        if (grant.table != "*") return !table.empty() && grant.table == table && grant.database == database;
        return grant.database == "*" || like(grant.database, database);
    });
}

bool appends_only(std::string_view table) { return table == "events" || table == "event_seals"; }

// The commands, which run as the maintain user, write these; serving reads what it needs of them.
bool set_by_commands(std::string_view table) {
    constexpr std::array<std::string_view, 3> tables{"sites", "applications", "imports"};
    return std::ranges::find(tables, table) != tables.end();
}

std::span<const std::string_view> rights_of_serve(std::string_view table, bool alone) {
    if (appends_only(table) || (!alone && table == "erasures")) return appending;  // erasures are paid by purge
    if (!alone && table == "realms") return reading_realms;
    if (!alone && table == "settings") return setting;  // a shop's own application changes some of them (kibo 4.6)
    if (table == "schema_migrations" || (!alone && set_by_commands(table))) return reading;
    return all_but_schema;
}

std::span<const std::string_view> rights_of_migrate() { return changing; }
std::span<const std::string_view> rights_of_maintain() { return all_but_schema; }

}  // namespace authtickets::cli
