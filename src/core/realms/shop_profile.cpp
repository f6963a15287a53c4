// SPDX-License-Identifier: MIT
// What a shop says of itself: lengths, shapes, and what has changed.
#include "core/realms/shop_profile.h"

#include <algorithm>

#include <authtickets/text/locales.h>
#include <authtickets/text/names.h>

namespace authtickets::realms {
namespace {

enum class Shape { line, needed, text, locale, url, mail };  // text alone may have several lines

struct Member {
    std::string ShopProfile::* held;
    std::optional<std::string> ShopProfileChange::* given;
    const char* name;
    Shape shape;
    unsigned most;  // code points, the columns' widths
};
constexpr Member members[] = {
    {&ShopProfile::name, &ShopProfileChange::name, "name", Shape::needed, 100},
    {&ShopProfile::company_name, &ShopProfileChange::company_name, "company_name", Shape::line, 255},
    {&ShopProfile::default_locale, &ShopProfileChange::default_locale, "default_locale", Shape::locale, 20},
    {&ShopProfile::website_url, &ShopProfileChange::website_url, "website_url", Shape::url, 500},
    {&ShopProfile::support_email, &ShopProfileChange::support_email, "support_email", Shape::mail, 254},
    {&ShopProfile::tech_email, &ShopProfileChange::tech_email, "tech_email", Shape::mail, 254},
    {&ShopProfile::caption, &ShopProfileChange::caption, "caption", Shape::line, 255},
    {&ShopProfile::description, &ShopProfileChange::description, "description", Shape::text, 4000},
};
constexpr std::size_t most_custom_data = 8 * 1024;  // bytes of JSON

// Names and captions stand in subjects and in SMS, where a line end would begin words of somebody else's.
bool has_controls(std::string_view text) {
    return std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; });
}

bool is_url(std::string_view text) {
    const std::string_view rest = text.starts_with("https://") ? text.substr(8) : text.starts_with("http://") ? text.substr(7) : "";
    return !rest.empty() && rest.front() != '/' && std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != 0x7F && c != '<' && c != '>' && c != '"'; });
}

std::optional<Refusal> wrong(const Member& member, const std::string& value) {
    const auto broken = [&](Refusal::Rule rule, std::string text) {
        return Refusal{.why = Why::bad_parameter, .field = member.name, .text = std::move(text), .rule = rule,
                       .most = rule == Refusal::Rule::length ? member.most : 0};
    };
    if (text::code_points(value) > member.most) return broken(Refusal::Rule::length, "must be at most " + std::to_string(member.most) + " characters");
    const bool needed = member.shape == Shape::needed || member.shape == Shape::locale;
    if (value.empty()) return needed ? std::optional(Refusal{.why = Why::missing_parameter, .field = member.name}) : std::nullopt;
    if (value.find('\0') != value.npos) return broken(Refusal::Rule::format, "must hold no NUL");
    if ((member.shape == Shape::line || member.shape == Shape::needed) && has_controls(value)) {
        return broken(Refusal::Rule::format, "must hold no control characters");
    }
    const auto locales = text::built_in_locales();
    if (member.shape == Shape::locale && std::ranges::find(locales, value) == locales.end()) {
        return broken(Refusal::Rule::inclusion, "must be a language of this program");
    }
    if (member.shape == Shape::url && !is_url(value)) return broken(Refusal::Rule::format, "must begin with https:// or http://");
    if (member.shape == Shape::mail && !text::normal_email(value)) return broken(Refusal::Rule::format, "must be an e-mail address");
    return {};
}

}  // namespace

Result<ShopProfileChange> checked(ShopProfileChange change) {
    auto found = std::move(change.found);
    for (const auto& member : members) {
        auto& given = change.*member.given;
        if (!given) continue;
        *given = text::trimmed(*given);
        if (auto refusal = wrong(member, *given)) found.push_back(std::move(*refusal));
    }
    if (change.custom_data) {
        if (change.custom_data->is_null()) change.custom_data = Json::object({});
        if (!change.custom_data->is_object()) {
            found.push_back({.why = Why::bad_parameter, .field = "custom_data", .text = "must be an object", .rule = Refusal::Rule::invalid});
        } else if (change.custom_data->dump().size() > most_custom_data) {
            found.push_back({.why = Why::bad_parameter, .field = "custom_data", .text = "must be at most 8 KiB", .rule = Refusal::Rule::length,
                             .most = most_custom_data});
        }
    }
    if (found.empty()) return change;
    auto first = std::move(found.front());
    first.others.assign(std::make_move_iterator(found.begin() + 1), std::make_move_iterator(found.end()));
    return refuse(std::move(first));
}

ShopProfile applied(ShopProfile profile, const ShopProfileChange& change) {
    for (const auto& member : members) {
        if (change.*member.given) profile.*member.held = *(change.*member.given);
    }
    if (change.custom_data) profile.custom_data = *change.custom_data;
    return profile;
}

std::string differences(const ShopProfile& before, const ShopProfile& after) {
    std::string out;
    const auto add = [&](std::string_view name) { out.append(out.empty() ? "" : " ").append(name); };
    for (const auto& member : members) {
        if (before.*member.held != after.*member.held) add(member.name);
    }
    if (before.custom_data != after.custom_data) add("custom_data");
    return out;
}

}  // namespace authtickets::realms
