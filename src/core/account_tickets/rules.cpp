// SPDX-License-Identifier: MIT
// Who is let in, and what a reset opens (X17).
#include <authtickets/core/account_tickets.h>

namespace authtickets::account_tickets {

std::string_view barred(const logins::Login& login, std::uint64_t active) {
    if (login.blocked_at) return "suspended";
    if (users::is_staff(login.user_role)) return "staff";  // they work at a door of their own
    return login.account && active == 0 ? "suspended" : "";  // belongs to accounts, and all of them are disabled
}

std::string_view failure(const logins::Attempt& attempt, std::uint64_t active) {
    if (!attempt.login) return "unknown";
    if (!attempt.admitted) return "locked";
    if (!attempt.matched) return attempt.login->sealed_password.empty() ? "no_password" : "wrong_password";
    return barred(*attempt.login, active);
}

tickets::Scope reset_scope(const realms::Settings& settings, const logins::Login& login) {
    const bool alone = settings.policy == realms::PasswordPolicy::standard || customers::strong_factor(login) || login.password_change_required;
    return alone ? tickets::Scope::password_update : tickets::Scope::reset;
}

}  // namespace authtickets::account_tickets
