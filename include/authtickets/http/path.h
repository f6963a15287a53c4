// SPDX-License-Identifier: MIT
// Matching of request paths against the patterns of route tables, e.g. "/api/commerce/customer/accounts/{id}".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace authtickets::http {

using PathParameters = std::vector<std::string>;  // decoded, in order of the pattern's braces

// Literal segments compare without ASCII case; one trailing slash of the path is ignored (kibo 11.4); an empty segment
// matches nothing; a parameter is one non-empty segment, percent-decoded, which may not decode to contain '/' or NUL.
std::optional<PathParameters> match(std::string_view pattern, std::string_view path);

// For static_assert over a route table: begins with '/', no '//' , no trailing '/', braces balanced.
consteval bool well_formed(std::string_view pattern) {
    if (pattern.empty() || pattern.front() != '/' || pattern.back() == '/') return false;
    bool open = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '/' && (open || (i + 1 < pattern.size() && pattern[i + 1] == '/'))) return false;
        if (c == '{' && (open || pattern[i - 1] != '/')) return false;
        if (c == '}' && (!open || (i + 1 < pattern.size() && pattern[i + 1] != '/'))) return false;
        if (c == '{') open = true;
        if (c == '}') open = false;
    }
    return !open;
}

// The path with "/" for each run of slashes.
std::string merged_slashes(std::string_view path);

// For static_assert over a route table: whether every path of `later` would already be taken by `earlier`.
consteval bool hides(std::string_view earlier, std::string_view later) {
    const auto segment = [](std::string_view& path) {
        path.remove_prefix(1);
        const auto end = path.find('/');
        const auto first = path.substr(0, end);
        path = end == path.npos ? std::string_view{} : path.substr(end);
        return first;
    };
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto same = [&](std::string_view a, std::string_view b) {
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (lower(a[i]) != lower(b[i])) return false;
        }
        return true;
    };
    while (!earlier.empty() && !later.empty()) {
        const auto first = segment(earlier), second = segment(later);
        if (!first.starts_with('{') && !same(first, second)) return false;
    }
    return earlier.empty() && later.empty();
}

}  // namespace authtickets::http
