// SPDX-License-Identifier: MIT
// What a user may be called at this door, and what a change of one asks for.
#include <authtickets/core/own_user.h>

#include <algorithm>

#include <authtickets/text/names.h>

namespace authtickets::own_user {
namespace {

using users::Method;

constexpr unsigned longest_user_name = 255;

Refusal broken(std::string field, Refusal::Rule rule, std::string text, unsigned least = 0, unsigned most = 0) {
    return {.why = Why::bad_parameter, .field = std::move(field), .text = std::move(text), .rule = rule, .least = least, .most = most};
}

}  // namespace

Result<std::string> user_name(std::string_view typed) {
    std::string name;
    for (const char c : typed) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank) name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    if (name.empty()) return refuse(Why::missing_parameter, "user_name");
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("-@.+_").find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(name, allowed)) return refuse(broken("user_name", Refusal::Rule::format, "must be of letters, digits and -@.+_"));
    if (name.size() < shortest_user_name) return refuse(broken("user_name", Refusal::Rule::length, "must be 5 characters at least", shortest_user_name));
    if (name.size() > longest_user_name) return refuse(broken("user_name", Refusal::Rule::length, "must be 255 characters at most", 0, longest_user_name));
    return name;
}

Result<users::Names> names(const users::Names& before, const Change& change) {
    users::Names out = before;
    if (change.first_name) out.given_name = text::trimmed(*change.first_name);
    if (change.last_name) out.family_name = text::trimmed(*change.last_name);
    const bool other_parts = out.given_name != before.given_name || out.family_name != before.family_name;
    if (change.name) out.name = text::trimmed(*change.name);
    const bool both = !out.given_name.empty() && !out.family_name.empty();
    if (both && (out.name.empty() || (other_parts && !change.name))) out.name = out.given_name + " " + out.family_name;
    auto checked = users::checked(out);
    if (checked) return checked;
    auto refusal = std::move(checked.error());
    if (refusal.field == "given_name") refusal.field = "first_name";
    if (refusal.field == "family_name") refusal.field = "last_name";
    const bool long_one = refusal.text.find("at most") != std::string::npos;
    if (refusal.why == Why::bad_parameter) {
        refusal.rule = long_one ? Refusal::Rule::length : Refusal::Rule::format;
        if (long_one) refusal.most = refusal.field == "name" ? 255 : 100;
    }
    return refuse(std::move(refusal));
}

Refusal together(std::vector<Refusal> all) {
    auto first = std::move(all.front());
    for (std::size_t i = 1; i < all.size(); ++i) first.others.push_back(std::move(all[i]));
    return first;
}

Needs needs(const logins::Login& login, const Wanted& wanted, bool by_staff) {
    const auto method = wanted.method.value_or(login.method);
    const auto of = [&](Method which, const std::optional<std::string>& value, const std::optional<users::Contact>& there) {
        if (method != which) return false;
        if (wanted.method) return value || !(there && there->verified);
        return value && !by_staff;
    };
    Needs out{.email_code = of(Method::email, wanted.email, login.email), .phone_code = of(Method::sms, wanted.phone, login.phone)};
    if (by_staff) return out;
    // Turned on with what is verified already it can only make the sign-in harder.
    const bool only_stronger = wanted.method && login.method == Method::simple && !out.email_code && !out.phone_code;
    out.factor = wanted.user_name || wanted.email || wanted.phone || (wanted.method && !only_stronger);
    return out;
}

}  // namespace authtickets::own_user
