// SPDX-License-Identifier: MIT
// What a mount demands and hands on, read from the web server's configuration; whether a ticket is enough; the way back. Pure.
#include <algorithm>
#include <array>
#include <charconv>

#include <authtickets/authorizer/authorizer.h>

#include "pages/session.h"

namespace authtickets::authorizer {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view next_word(std::string_view& text) {
    const auto begin = std::min(text.find_first_not_of(blanks), text.size());
    const auto end = std::min(text.find_first_of(blanks, begin), text.size());
    const auto word = text.substr(begin, end - begin);
    text.remove_prefix(end);
    return word;
}

// A number from 1 up, in digits and nothing else.
std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = fault == std::errc() && stop == text.data() + text.size();
    return whole && value != 0 && text.front() != '0' ? std::optional(value) : std::nullopt;
}

std::optional<std::vector<AccountNo>> accounts(std::string_view list) {
    std::vector<AccountNo> out;
    for (bool more = true; more;) {
        const auto comma = std::min(list.find(','), list.size());
        const auto no = number(list.substr(0, comma));
        if (!no) return std::nullopt;
        out.push_back(AccountNo{*no});
        more = comma < list.size();
        list.remove_prefix(comma + (more ? 1 : 0));
    }
    return out;
}

// False: the word is not known, its number is none, or it was said before.
bool read_word(Rule& rule, std::string_view word) {
    const auto equals = std::min(word.find('='), word.size());
    const auto name = word.substr(0, equals), value = word.substr(std::min(equals + 1, word.size()));
    if (word == "second-factor") return !std::exchange(rule.second_factor, true);
    if (name == "within") {
        const auto seconds = number(value);
        if (!seconds || rule.within) return false;
        rule.within = Seconds(*seconds);
        return true;
    }
    if (name == "account") {
        auto list = accounts(value);
        if (!list || !rule.accounts.empty()) return false;
        rule.accounts = std::move(*list);
        return true;
    }
    if (name == "realm") {
        const auto no = number(value);
        if (!no || rule.realm) return false;
        rule.realm = RealmNo{*no};
        return true;
    }
    return false;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> standard_names{{
    {"user", "AUTHTICKETS_USER"},
    {"user_id", "AUTHTICKETS_USER_ID"},
    {"account", "AUTHTICKETS_ACCOUNT"},
    {"realm", "AUTHTICKETS_REALM"},
    {"email", "AUTHTICKETS_EMAIL"},
    {"email_verified", "AUTHTICKETS_EMAIL_VERIFIED"},
    {"factors", "AUTHTICKETS_FACTORS"},
    {"password_at", "AUTHTICKETS_PASSWORD_AT"},
    {"second_factor_at", "AUTHTICKETS_SECOND_FACTOR_AT"},
    {"operator", "AUTHTICKETS_OPERATOR"},
}};

bool is_variable(std::string_view text) {
    constexpr std::size_t longest = 64;
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.empty() && text.size() <= longest && letter(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return letter(c) || digit(c); });
}

bool contains_any_case(std::string_view text, std::string_view wanted) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return !std::ranges::search(text, wanted, {}, lower, lower).empty();
}

}  // namespace

Result<Rule> read_rule(std::string_view words) {
    Rule rule;
    for (auto word = next_word(words); !word.empty(); word = next_word(words)) {
        if (!read_word(rule, word)) return refuse(Why::bad_parameter, std::string(word));
    }
    return rule;
}

Result<std::vector<Name>> read_names(std::string_view words) {
    std::vector<Name> out;
    for (auto word = next_word(words); !word.empty(); word = next_word(words)) {
        const auto equals = word.find('=');
        const auto known = std::ranges::find(standard_names, word.substr(0, equals), [](const auto& each) { return each.first; });
        if (equals == word.npos || known == standard_names.end()) return refuse(Why::bad_parameter, std::string(word));
        const auto variable = word.substr(equals + 1);
        const bool taken = std::ranges::find(out, variable, &Name::variable) != out.end();
        if (!is_variable(variable) || taken) return refuse(Why::bad_parameter, std::string(word));
        out.push_back({.word = known->first, .variable = std::string(variable)});
    }
    for (const auto& [word, variable] : standard_names) {
        if (std::ranges::find(out, word, &Name::word) != out.end()) continue;
        if (std::ranges::find(out, variable, &Name::variable) != out.end()) return refuse(Why::bad_parameter, std::string(variable));
        out.push_back({.word = word, .variable = std::string(variable)});
    }
    return out;
}

bool lately(const Rule& rule, const tickets::Ticket& ticket, Time now) {
    const auto at = rule.second_factor ? tickets::second_factor_at(ticket) : tickets::shown_at(ticket);
    if (!rule.second_factor && !rule.within) return true;
    return at && (!rule.within || now - *at <= *rule.within);
}

bool of_account(const Rule& rule, const tickets::Ticket& ticket) {
    if (rule.accounts.empty()) return true;
    return ticket.account_no && std::ranges::find(rule.accounts, *ticket.account_no) != rule.accounts.end();
}

bool is_navigation(const http::Request& request) {
    const bool read = request.method == http::Method::get || request.method == http::Method::head;
    const auto mode = request.header("sec-fetch-mode").value_or("navigate");
    return read && mode == "navigate" && contains_any_case(request.header("accept").value_or(""), "text/html");
}

std::string way_back(std::string_view uri) {
    constexpr std::string_view digits = "0123456789ABCDEF", odd = "!$'()*;[]|^{}\"<>\\`";
    constexpr std::size_t longest = 300;  // escaped here, and once more where a step-up carries it: 1,500 at most
    if (const auto scheme = uri.find("://"); scheme != uri.npos && scheme < uri.find_first_of("/?#")) {
        uri.remove_prefix(std::min(uri.find('/', scheme + 3), uri.size()));
    }
    uri = uri.substr(0, uri.find('#'));
    if (uri.size() > longest) uri = uri.substr(0, uri.find('?'));
    if (uri.size() > longest || !uri.starts_with('/')) return {};
    std::string out;
    for (const char c : uri) {
        const auto byte = static_cast<unsigned char>(c);
        const bool escape = byte <= 0x20 || byte >= 0x7f || odd.find(c) != odd.npos;
        if (escape) out.append({'%', digits[byte >> 4], digits[byte & 15]});
        else out.push_back(c);
    }
    return pages::way_back(out, {});
}

}  // namespace authtickets::authorizer
