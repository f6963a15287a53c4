// SPDX-License-Identifier: MIT
// What is judged of users of this door without looking into a table.
#include <authtickets/core/staff.h>

#include <algorithm>

#include <authtickets/text/names.h>

namespace authtickets::staff {

unsigned least(realms::PasswordPolicy policy, bool second_factor) {
    return std::max(least_password, static_cast<unsigned>(logins::password_length(policy, second_factor).least));
}

Result<Secret> long_enough(const Secret& password, realms::PasswordPolicy policy, bool second_factor) {
    if (password.empty()) return refuse(Why::missing_parameter, "password");
    auto normal = text::nfc(password.reveal());
    if (!normal) return refuse(Why::bad_parameter, "password", "must be UTF-8");
    const auto most = static_cast<unsigned>(logins::password_length(policy, second_factor).most);
    const auto points = text::code_points(*normal);
    const auto shortest = least(policy, second_factor);
    if (points < shortest) {
        return refuse({.why = Why::password_weak, .field = "password", .text = "must be at least " + std::to_string(shortest) + " characters",
                       .rule = Refusal::Rule::length, .least = shortest});
    }
    if (points > most) {
        return refuse({.why = Why::password_too_long, .field = "password", .text = "must be at most " + std::to_string(most) + " characters",
                       .rule = Refusal::Rule::length, .most = most});
    }
    return Secret(std::move(*normal));
}

Result<void> fits(const Json& custom_data) {
    const auto wrong = [](std::string text, Refusal::Rule rule, unsigned most = 0) {
        return refuse({.why = Why::bad_parameter, .field = "custom_data", .text = std::move(text), .rule = rule, .most = most});
    };
    if (custom_data.is_null()) return {};
    if (!custom_data.is_object()) return wrong("must be an object", Refusal::Rule::invalid);
    if (custom_data.dump().size() > most_custom_data) return wrong("must be at most 8 KiB", Refusal::Rule::length, most_custom_data);
    return {};
}

users::Method method_of(realms::DefaultStep step) {
    switch (step) {
        case realms::DefaultStep::none: return users::Method::simple;
        case realms::DefaultStep::sms: return users::Method::sms;
        case realms::DefaultStep::email: return users::Method::email;
    }
    return users::Method::simple;  // unreachable: settings are judged before they are stored
}

}  // namespace authtickets::staff
