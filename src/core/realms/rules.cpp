// SPDX-License-Identifier: MIT
// The table of settings: name, what is allowed, default, help, and how text becomes the value.
#include <authtickets/core/realms.h>

#include <array>
#include <charconv>

namespace authtickets::realms {
namespace {

using Error = std::optional<std::string>;

std::optional<long> whole_number(std::string_view text) {
    long value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

template <long least, long most, class Set>
Error number_in(std::string_view text, Set&& set) {
    const auto value = whole_number(text);
    if (!value || *value < least || *value > most) {
        return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    }
    set(*value);
    return {};
}

template <Seconds Settings::* member, long least, long most>
Error seconds(Settings& settings, std::string_view text) {
    return number_in<least, most>(text, [&](long value) { settings.*member = Seconds(value); });
}

template <unsigned Settings::* member, long least, long most>
Error count(Settings& settings, std::string_view text) {
    return number_in<least, most>(text, [&](long value) { settings.*member = static_cast<unsigned>(value); });
}

Error read_policy(Settings& settings, std::string_view text) {
    if (text == "documented") settings.policy = PasswordPolicy::documented;
    else if (text == "standard") settings.policy = PasswordPolicy::standard;
    else return "must be documented or standard";
    return {};
}

Error read_release(Settings& settings, std::string_view text) {
    const auto value = whole_number(text);
    if (!value || (*value != 0 && (*value < 30 || *value > 1440))) return "must be 0, or a whole number from 30 to 1440";
    settings.lock_release = std::chrono::minutes(*value);
    return {};
}

Error read_reveal(Settings& settings, std::string_view text) {
    if (text != "on" && text != "off") return "must be on or off";
    settings.reveal_lock = text == "on";
    return {};
}

Error read_issuer(Settings& settings, std::string_view text) {
    const bool address = text.starts_with("https://") || text.starts_with("http://");
    if (!text.empty() && (!address || text.size() > 255 || text.find_first_of(" \t\r\n\"\\") != std::string_view::npos)) {
        return "must be empty or an http(s) address of at most 255 characters";
    }
    settings.jwt_issuer = text;
    return {};
}

// Access lives stay above 180 s: published clients refresh 180 s before expiry (kibo 9).
constexpr std::array table{
    Setting{"policy", "documented or standard", "documented",
            "Which rule passwords follow: the documented one (6 characters, a letter and a digit), or that of NIST SP 800-63B-4.", read_policy},
    Setting{"ticket.access_life", "seconds, 240 to 86400", "900", "Life of a shopper's access token.",
            seconds<&Settings::access_life, 240, 86400>},
    Setting{"ticket.refresh_life", "seconds, 300 to 2592000", "86400", "Life of a shopper's refresh token.",
            seconds<&Settings::refresh_life, 300, 2592000>},
    Setting{"ticket.session_life", "seconds, 3600 to 2592000", "2592000",
            "Longest life of a session, however often it is refreshed.", seconds<&Settings::session_life, 3600, 2592000>},
    Setting{"ticket.anonymous_life", "seconds, 3600 to 2592000", "1209600", "Longest life of an anonymous shopper's session.",
            seconds<&Settings::anonymous_life, 3600, 2592000>},
    Setting{"ticket.refresh_grace", "seconds, 0 to 10", "10",
            "How long after a refresh the old refresh token still gets the same answer, for answers lost on the way.",
            seconds<&Settings::refresh_grace, 0, 10>},
    Setting{"application.access_life", "seconds, 240 to 86400", "3600", "Life of an application's access token.",
            seconds<&Settings::application_access_life, 240, 86400>},
    Setting{"application.refresh_life", "seconds, 300 to 2592000", "86400", "Life of an application's refresh token.",
            seconds<&Settings::application_refresh_life, 300, 2592000>},
    Setting{"lock.attempts", "number, 3 to 50", "10", "Consecutive wrong passwords that lock a login.",
            count<&Settings::lock_attempts, 3, 50>},
    Setting{"lock.daily", "number, 10 to 100", "100",
            "Wrong passwords within 24 hours, right ones between them or not, that lock a user's logins.",
            count<&Settings::lock_daily, 10, 100>},
    Setting{"lock.release_minutes", "0, or 30 to 1440", "0",
            "Minutes after which a lock ends by itself; 0: only an operator ends it.", read_release},
    Setting{"signin.reveal_lock", "on or off", "off",
            "Whether a locked login is told so (403) instead of the answer of a wrong password. On, anyone can learn which "
            "names exist by locking them.", read_reveal},
    Setting{"address.failures_per_minute", "number, 5 to 1000", "30", "Failed sign-ins per minute from one address.",
            count<&Settings::failures_per_minute, 5, 1000>},
    Setting{"address.failures_per_hour", "number, 30 to 100000", "300", "Failed sign-ins per hour from one address.",
            count<&Settings::failures_per_hour, 30, 100000>},
    Setting{"audit.retention_days", "days, 30 to 3650", "400",
            "How long events and the accounts' logs are kept; purge deletes what is older.", count<&Settings::retention_days, 30, 3650>},
    Setting{"jwt.issuer", "address, or empty", "", "iss and aud of jwtAccessToken; empty: the realm's address.", read_issuer},
};

}  // namespace

std::span<const Setting> setting_table() { return table; }

std::optional<std::string> apply_setting(Settings& settings, std::string_view name, std::string_view value) {
    for (const auto& setting : table) {
        if (setting.name == name) return setting.read(settings, value);
    }
    return "there is no such setting";
}

const Site* Realm::site(std::uint32_t tenant, std::uint32_t site) const {
    for (const auto& each : sites) {
        if (each.site == site && (tenant == 0 || each.tenant == tenant)) return &each;
    }
    return nullptr;
}

bool Realm::has_tenant(std::uint32_t tenant) const {
    for (const auto& each : sites) {
        if (each.tenant == tenant) return true;
    }
    return false;
}

}  // namespace authtickets::realms
