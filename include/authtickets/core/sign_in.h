// SPDX-License-Identifier: MIT
// Signing in: the use cases that join accounts, logins and tickets. Doors turn their wire form into one of these
// commands, call once, and turn the Result back; they decide nothing.
#pragma once

#include <optional>
#include <string>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>

namespace authtickets::sign_in {

struct Wishes {  // what a caller may ask of the ticket to come
    std::optional<Seconds> access_life, refresh_life;  // cut to the realm's lives (TK2)
    std::optional<UserId> claims_anonymous;            // the anonymous shopper this person was until now (TK3)
};

struct ByPassword {
    std::string name;               // user name or sign-in e-mail, as typed
    Secret password;
    std::optional<AccountNo> account;
    Wishes wishes;
};

struct Registration {
    customers::NewCustomer customer;  // with a login
    Wishes wishes;
};

// A login for an account that has none.
struct LoginAddition {
    AccountNo account{};
    std::string email;              // empty: the account's
    customers::NewCustomer::NewPassword login;
    Wishes wishes;
};

struct SignedIn {
    tickets::Issued issued;
    accounts::Account account;
};

class SignIn {
public:
    SignIn(accounts::Accounts& accounts, customers::Customers& customers, logins::Logins& logins, tickets::Tickets& tickets,
           throttle::Throttle& throttle, events::Events& events)
        : accounts_(accounts), customers_(customers), logins_(logins), tickets_(tickets), throttle_(throttle), events_(events) {}

    // credentials_wrong for unknown, wrong, locked, blocked, disabled (login_locked where the realm says so);
    // password_change_required after a right password only; throttled, busy.
    Result<SignedIn> by_password(db::Db&, const Context&, const realms::Realm&, const ByPassword&);

    // Account, user, login and ticket in one transaction. name_taken, password_*, bad_parameter.
    Result<SignedIn> registered(db::Db&, const Context&, const realms::Realm&, const Registration&);

    // unknown_item; bad_parameter for an account that has a login or is disabled; else as registered.
    Result<SignedIn> login_added(db::Db&, const Context&, const realms::Realm&, const LoginAddition&);

private:
    Result<SignedIn> first_ticket(db::Tx&, const Context&, const realms::Realm&, const Wishes&, customers::Added);
    accounts::Accounts& accounts_;
    customers::Customers& customers_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    throttle::Throttle& throttle_;
    events::Events& events_;
};

}  // namespace authtickets::sign_in
