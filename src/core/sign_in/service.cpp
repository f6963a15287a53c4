// SPDX-License-Identifier: MIT
// The use cases of signing in. Each ends in one transaction whose verdict counts only after COMMIT.
#include <authtickets/core/sign_in.h>

#include <authtickets/text/names.h>

namespace authtickets::sign_in {
namespace {

using events::Name;

constexpr std::size_t longest_browser = 255;

// Why a sign-in fails although the password may be right. The constants go into the event, never to the caller.
std::string_view failure(const logins::Attempt& attempt) {
    if (!attempt.login) return "unknown_name";
    if (!attempt.admitted) return "locked";
    if (!attempt.matched) return attempt.login->sealed_password.empty() ? "no_password" : "wrong_password";
    if (attempt.login->blocked_at) return "blocked";
    if (!attempt.login->account) return "no_account";
    if (!attempt.login->account->active) return "disabled";
    return {};
}

// X18: the lock is told only where the realm says so, and then for wrong passwords too. Refused at the edge, by
// attempts in flight and no lock, is answered as wrong.
Why told(const logins::Attempt& attempt, const realms::Settings& settings, Time now) {
    const auto& login = attempt.login;
    const bool locked = login && !attempt.admitted && (logins::locked(*login, settings, now) || logins::day_spent(*login, settings, now));
    return locked && settings.reveal_lock ? Why::login_locked : Why::credentials_wrong;
}

tickets::Ticket ticket_for(const Context& context, const realms::Settings& settings, const Wishes& wishes, const UserId& user,
                           std::uint32_t epoch, const LoginId& login, const accounts::Account& account) {
    return {.user = user,
            .account_no = account.no,
            .login = login,
            .epoch = epoch,
            .lifetimes = tickets::lifetimes(settings, context.now, wishes.access_life, wishes.refresh_life),
            .password_at = context.now,
            .anonymous = wishes.claims_anonymous};
}

// PW4: what a password must not be.
std::vector<std::string> context_words(const realms::Realm& realm, const Registration& wanted) {
    const auto& email = wanted.profile.email;
    return {wanted.user_name, email, email.substr(0, email.find('@')), realm.name, "authtickets"};
}

}  // namespace

Result<SignedIn> SignIn::by_password(db::Db& db, const Context& context, const realms::Realm& realm, const ByPassword& wanted) {
    const auto& settings = realm.settings;
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    auto attempt = logins_.attempt(db, context, settings, wanted.name, wanted.password, wanted.account);
    if (!attempt) {
        throttle_.refund_address(db, context, settings);  // TH7: no wrong credential was shown
        return refuse(attempt.error());
    }
    auto signed_in = db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        const auto& login = attempt->login;
        auto reason = failure(*attempt);
        if (reason.empty() && login->password_change_required) {
            logins_.settle_failed(tx, context, settings, *attempt);
            events_.write(tx, context, {.name = Name::sign_in_failed, .success = false, .reason = "password_change_required",
                                        .factor = "password", .user = login->user, .account = login->account->no});
            return refuse(Why::password_change_required);
        }
        if (reason.empty() && !logins_.settle_right(tx, context, *attempt)) reason = "overtaken";  // by a lock or a new password
        if (!reason.empty()) {
            logins_.settle_failed(tx, context, settings, *attempt);
            events_.write(tx, context, {.name = Name::sign_in_failed, .success = false, .reason = reason, .factor = "password",
                                        .user = login ? login->user : UserId{}, .user_name = wanted.name});
            return refuse(told(*attempt, settings, context.now));
        }
        auto issued = tickets_.issue(tx, context, ticket_for(context, settings, wanted.wishes, login->user, login->epoch, login->id, *login->account));
        events_.write(tx, context, {.name = Name::sign_in_succeeded, .factor = "password", .actor = "user", .user = login->user,
                                    .account = login->account->no, .ticket = issued.ticket.id});
        return SignedIn{.issued = std::move(issued), .account = *login->account};
    });
    const bool failed = !signed_in && (signed_in.error().why == Why::credentials_wrong || signed_in.error().why == Why::login_locked);
    if (!failed) throttle_.refund_address(db, context, settings);
    return signed_in;
}

Result<SignedIn> SignIn::registered(db::Db& db, const Context& context, const realms::Realm& realm, const Registration& given) {
    auto profile = accounts::checked(given.profile);
    if (!profile) return refuse(profile.error());
    Registration wanted = given;
    wanted.profile = *profile;
    wanted.user_name = text::trimmed(given.user_name);
    if (wanted.user_name.empty()) wanted.user_name = wanted.profile.email;
    if (wanted.user_name.empty()) return refuse(Why::missing_parameter, "email");
    if (!text::normal_name(wanted.user_name)) {  // before the hash, which costs
        return refuse(Why::bad_parameter, "user_name", "must be 1 to 320 characters without control characters");
    }
    if (!text::nfc(wanted.password.reveal())) return refuse(Why::bad_parameter, "password", "must be UTF-8");
    const Secret password(*text::nfc(wanted.password.reveal()));
    if (auto fine = logins::acceptable(password, realm.settings.policy, context_words(realm, wanted)); !fine) return refuse(fine.error());

    const UserId user{uuid_v4(rng_)};
    const LoginId login{uuid_v4(rng_)};
    auto sealed = logins_.sealed(context, login, user, password);
    if (!sealed) return refuse(sealed.error());
    return db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        // Names first: whoever loses them has written nothing else.
        const logins::NewLogin fresh{.user = user, .user_name = wanted.user_name, .email = wanted.profile.email};
        if (auto added = logins_.add(tx, context, login, fresh, *sealed); !added) {
            events_.write(tx, context, {.name = Name::registration_refused, .success = false, .reason = name(added.error().why),
                                        .user_name = wanted.user_name});
            return refuse(added.error());
        }
        users_.add(tx, context, user);
        auto account = accounts_.add(tx, context, wanted.profile);
        users_.add_membership(tx, context, user, account.no, "owner", true);
        if (const auto email = text::normal_email(wanted.profile.email)) {
            users_.add_contact(tx, context, user, users::ContactKind::email, wanted.profile.email, *email);
        }
        account.user = user;
        account.user_name = wanted.user_name;
        events_.write(tx, context, {.name = Name::account_created, .user = user, .account = account.no, .user_name = wanted.user_name});
        auto issued = tickets_.issue(tx, context, ticket_for(context, realm.settings, wanted.wishes, user, 1, login, account));
        events_.write(tx, context, {.name = Name::sign_in_succeeded, .reason = "registration", .factor = "password", .actor = "user",
                                    .user = user, .account = account.no, .ticket = issued.ticket.id});
        return SignedIn{.issued = std::move(issued), .account = std::move(account)};
    });
}

Result<accounts::Account> SignIn::guest(db::Db& db, const Context& context, const accounts::Profile& given) {
    auto profile = accounts::checked(given);
    if (!profile) return refuse(profile.error());
    return db.transact([&](db::Tx& tx) -> Result<accounts::Account> {
        auto account = accounts_.add(tx, context, *profile);
        events_.write(tx, context, {.name = Name::account_created, .reason = "guest", .account = account.no});
        return account;
    });
}

}  // namespace authtickets::sign_in
