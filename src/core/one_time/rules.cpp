// SPDX-License-Identifier: MIT
// What may be a one-time token, and the address that a mail with one carries.
#include <authtickets/core/one_time.h>

#include <algorithm>
#include <array>

namespace authtickets::one_time {
namespace {

// A user name is anything, so all that has a meaning in an address is escaped (RFC 3986, section 2.3).
std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        const auto byte = static_cast<unsigned char>(c);
        if (plain) out.push_back(c);
        else out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
    return out;
}

constexpr std::array<std::string_view, 2> names{"reset_password", "passwordless_authentication"};

}  // namespace

std::string_view name(Purpose purpose) { return names.at(static_cast<std::size_t>(purpose) - 1); }

std::optional<Purpose> purpose_named(std::string_view text) {
    const auto* const found = std::ranges::find(names, text);
    return found == names.end() ? std::optional<Purpose>{} : static_cast<Purpose>(found - names.begin() + 1);
}

// Telephones begin what is typed with a capital letter, and who copies from a mail takes a blank along.
std::optional<std::string> token(std::string_view typed) {
    constexpr std::string_view blanks = " \t\r\n";
    constexpr std::size_t length = 6;
    const auto first = std::min(typed.find_first_not_of(blanks), typed.size());
    typed.remove_prefix(first);
    typed = typed.substr(0, typed.find_last_not_of(blanks) + 1);
    if (typed.size() != length) return {};
    std::string out;
    for (const char c : typed) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if ((lower < 'a' || lower > 'z') && (lower < '0' || lower > '9')) return {};
        out.push_back(lower);
    }
    return out;
}

std::string address(std::string_view pattern, const Filled& filled) {
    auto base = filled.base;
    while (base.ends_with('/')) base.remove_suffix(1);
    const std::array<std::pair<std::string_view, std::string>, 6> known{{{"{base}", std::string(base)},
                                                                         {"{token}", std::string(filled.token)},  // of letters that need no escape
                                                                         {"{username}", escaped(filled.user_name)},
                                                                         {"{profile}", dashed(filled.profile)},
                                                                         {"{realm}", dashed(filled.realm)},
                                                                         {"{info}", dashed(filled.login.value)}}};
    std::string out;
    while (!pattern.empty()) {
        const auto* const found = std::ranges::find_if(known, [&](const auto& each) { return pattern.starts_with(each.first); });
        const bool any = found != known.end();
        out += any ? std::string_view(found->second) : pattern.substr(0, 1);
        pattern.remove_prefix(any ? found->first.size() : 1);
    }
    return out;
}

}  // namespace authtickets::one_time
