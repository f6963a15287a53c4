// SPDX-License-Identifier: MIT
// What a password profile may be, and which names of logins fit it.
#include <authtickets/core/profiles.h>

#include <algorithm>

#include <authtickets/text/names.h>

namespace authtickets::profiles {

std::string_view name(NameFormat format) { return format == NameFormat::email ? "email" : "any"; }

std::optional<NameFormat> format_named(std::string_view text) {
    for (const auto format : {NameFormat::any, NameFormat::email}) {
        if (name(format) == text) return format;
    }
    return {};
}

Result<NewProfile> checked(NewProfile profile) {
    profile.name = text::trimmed(profile.name);
    if (profile.name.empty()) return refuse(Why::missing_parameter, "name");
    if (text::code_points(profile.name) > 255) return refuse(Why::bad_parameter, "name", "must be at most 255 characters");
    if (std::ranges::any_of(profile.name, [](unsigned char c) { return c < ' ' || c == 0x7F; })) {
        return refuse(Why::bad_parameter, "name", "must hold no control characters");
    }
    return profile;
}

Result<void> fits(const Profile& profile, std::string_view user_name) {
    if (!text::normal_name(user_name)) return refuse(Why::bad_parameter, "user_name", "must be 1 to 320 characters without control characters");
    if (profile.format == NameFormat::email && !text::normal_email(user_name)) {
        return refuse(Why::bad_parameter, "user_name", "must be an e-mail address");
    }
    return {};
}

}  // namespace authtickets::profiles
