// SPDX-License-Identifier: MIT
// Decisions about passwords and locks.
#include <authtickets/core/logins.h>

#include <algorithm>

#include <authtickets/text/names.h>

namespace authtickets::logins {
namespace {

constexpr std::size_t most_bytes = 1024;    // PW1; what a hash is never asked to read beyond
constexpr std::size_t most_points = 256;    // PW1
constexpr std::size_t added_at_most = 3;    // PW4: a context word with up to so many characters beside it

// X1: the standard's 15 where the password is the only factor.
std::size_t least_points(realms::PasswordPolicy policy, bool second_factor) {
    if (policy == realms::PasswordPolicy::documented) return 6;
    return second_factor ? 8 : 15;
}

// A piece repeated ("passwordpassword"), or a run of neighbours ("abcdefghijklmno"), to the end: no list of common values
// reaches to the length that the standard policy asks for, and these are what people make of short ones.
bool patterned(std::string_view text) {
    const auto repeats = [&](std::size_t piece) { return text.substr(piece) == text.substr(0, text.size() - piece); };
    for (std::size_t piece = 1; piece <= text.size() / 2; ++piece) {
        if (repeats(piece)) return true;
    }
    const auto step = [&](std::size_t i) { return text[i] - text[i - 1]; };
    const auto run = [&](int by) {
        for (std::size_t i = 1; i < text.size(); ++i) {
            const bool around = (text[i - 1] == '9' && text[i] == '0') || (text[i - 1] == 'z' && text[i] == 'a');
            if (step(i) != by && !around) return false;
        }
        return true;
    };
    return text.size() > 1 && (run(1) || run(-1));
}

}  // namespace

PasswordLength password_length(realms::PasswordPolicy policy, bool second_factor) {
    return {.least = least_points(policy, second_factor), .most = most_points};
}

Result<void> acceptable(const Secret& password, realms::PasswordPolicy policy, std::span<const std::string> own, bool second_factor) {
    const auto text = password.reveal();
    const auto points = text::code_points(text);
    if (text.size() > most_bytes || points > most_points) {
        return refuse({.why = Why::password_too_long, .field = "password", .rule = Refusal::Rule::length, .most = most_points});
    }
    const bool documented = policy == realms::PasswordPolicy::documented;
    const auto least = least_points(policy, second_factor);
    if (points < least || (documented && !text::has_letter_and_digit(text))) {
        // The documented rule has a documented sentence, which the door knows.
        Refusal weak{.why = Why::password_weak, .field = "password", .rule = points < least ? Refusal::Rule::length : Refusal::Rule::format};
        if (points < least) weak.least = static_cast<unsigned>(least);
        if (!documented) weak.text = "Password must be a minimum of " + std::to_string(least) + " characters";
        return refuse(std::move(weak));
    }
    const auto folded = text::trimmed(text::folded(text));  // which leaves out what cannot be seen
    if (!documented && patterned(folded)) return refuse(Why::password_common, "password");
    for (const auto& word : own) {
        const auto normal = text::normal_name(word);
        if (!normal || text::code_points(*normal) < 4) continue;  // "Al" would forbid half of all passwords
        const bool inside = folded.find(*normal) != std::string::npos;
        if (inside && text::code_points(folded) <= text::code_points(*normal) + added_at_most) {
            return refuse(Why::password_context, "password");
        }
    }
    return {};
}

bool locked(const Login& login, const realms::Settings& settings, Time now) {
    if (!login.locked_at) return false;
    return settings.lock_release.count() == 0 || now < *login.locked_at + settings.lock_release;
}

bool day_spent(const Login& login, const realms::Settings& settings, Time now) {
    return login.failed_day >= settings.lock_daily && login.failed_day_at && now - *login.failed_day_at < std::chrono::hours(24);
}

std::uint32_t remaining_attempts(const Login& login, const realms::Settings& settings, Time now) {
    if (locked(login, settings, now) || day_spent(login, settings, now)) return 0;
    const auto failed = login.locked_at ? 0 : login.failed;  // a lock that ended by itself took its count along
    return settings.lock_attempts - std::min(failed, settings.lock_attempts);
}

}  // namespace authtickets::logins
