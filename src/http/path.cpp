// SPDX-License-Identifier: MIT
// Route patterns against paths, segment by segment. Literals are compared as sent; only parameters are
// decoded.
#include <algorithm>

#include <authtickets/http/message.h>
#include <authtickets/http/path.h>

namespace authtickets::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_any_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// Most patterns of a table differ from the path before their first parameter, which is seen at once. What this lets pass is
// still to be matched.
bool begins_otherwise(std::string_view pattern, std::string_view path) {
    const auto literal = std::min(pattern.find('{'), pattern.size());
    for (std::size_t i = 0; i < literal && i < path.size(); ++i) {
        if (pattern[i] != path[i] && lower(pattern[i]) != lower(path[i])) return true;
    }
    return false;
}

// Takes "/segment" off the front; `rest` begins with '/'.
std::string_view take_segment(std::string_view& rest) {
    rest.remove_prefix(1);
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

}  // namespace

std::optional<PathParameters> match(std::string_view pattern, std::string_view path) {
    if (!pattern.starts_with('/') || !path.starts_with('/') || begins_otherwise(pattern, path)) return std::nullopt;
    if (path.ends_with('/')) path.remove_suffix(1);
    PathParameters parameters;
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = take_segment(pattern);
        const auto sent = take_segment(path);
        if (sent.empty()) return std::nullopt;
        if (!wanted.starts_with('{')) {
            if (!same_any_case(wanted, sent)) return std::nullopt;
            continue;
        }
        auto value = percent_decode(sent, false);
        if (!value || value->find('/') != value->npos) return std::nullopt;
        parameters.push_back(std::move(*value));
    }
    if (!pattern.empty() || !path.empty()) return std::nullopt;
    return parameters;
}

std::string merged_slashes(std::string_view path) {
    std::string out;
    out.reserve(path.size());
    for (const char c : path) {
        if (c != '/' || !out.ends_with('/')) out.push_back(c);
    }
    return out;
}

}  // namespace authtickets::http
