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
#include <authtickets/core/logins.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/users.h>

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
    accounts::Profile profile;
    std::string user_name;          // empty: the e-mail
    Secret password;
    Wishes wishes;
};

struct SignedIn {
    tickets::Issued issued;
    accounts::Account account;
};

class SignIn {
public:
    SignIn(Rng& rng, accounts::Accounts& accounts, users::Users& users, logins::Logins& logins, tickets::Tickets& tickets,
           throttle::Throttle& throttle, events::Events& events)
        : rng_(rng), accounts_(accounts), users_(users), logins_(logins), tickets_(tickets), throttle_(throttle), events_(events) {}

    // credentials_wrong for unknown, wrong, locked, blocked, disabled (login_locked where the realm says so);
    // password_change_required after a right password only; throttled, busy.
    Result<SignedIn> by_password(db::Db&, const Context&, const realms::Realm&, const ByPassword&);

    // Account, user, login and ticket in one transaction. name_taken, password_*, bad_parameter.
    Result<SignedIn> registered(db::Db&, const Context&, const realms::Realm&, const Registration&);

    // An account without a user.
    Result<accounts::Account> guest(db::Db&, const Context&, const accounts::Profile&);

private:
    Rng& rng_;
    accounts::Accounts& accounts_;
    users::Users& users_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    throttle::Throttle& throttle_;
    events::Events& events_;
};

}  // namespace authtickets::sign_in
