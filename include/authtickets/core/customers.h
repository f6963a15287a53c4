// SPDX-License-Identifier: MIT
// Customers: an account together with its users and their logins, as a merchant's system looks after them (kibo 6.1):
// made one by one, in bulk and by import, changed, disabled, deleted, passwords and locks. Signing in is core/sign_in.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/events.h>
#include <authtickets/core/links.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/users.h>
#include <authtickets/crypto/foreign_hash.h>

namespace authtickets::customers {

// A customer to be. Without a login: a guest.
struct NewCustomer {
    accounts::Profile profile{};
    struct NewPassword {
        std::string user_name{};                         // empty: the e-mail
        std::optional<Secret> password{};                // clear text; the policy in force applies
        std::optional<crypto::ForeignHash> foreign{};    // or a hash made elsewhere; neither: a login without a password
        bool change_required = false;
        // Whether he signs in by the address too: always, or name_taken; where it is nobody else's name; or not.
        enum class ByAddress { always, where_free, never } by_address = ByAddress::always;
    };
    std::optional<NewPassword> login{};
    // What an import keeps of the system it comes from.
    std::optional<AccountNo> number{};
    std::optional<UserId> user{};
    bool active = true, email_verified = false;
    std::string phone{};             // E.164
    bool phone_verified = false;
};

// Judged and hashed, so that adding it is statements only. Made by Customers::prepare.
struct Prepared {
    NewCustomer customer{};
    UserId user{};
    LoginId login{};
    std::optional<std::string> sealed_password{};
    bool signs_in = false;  // who is added is signed in at once
};

struct Added {
    accounts::Account account;
    UserId user;     // empty for a guest
    LoginId login;
};

// The token of a link to a password, as it was mailed.
struct Link {
    Secret token{};
    Time dies_at{};
};

// A new password: with the current one (PW12), or outright (X11).
struct PasswordChange {
    AccountNo account{};                             // none: of this user's own login, with an account or not
    std::optional<UserId> user{};
    std::optional<Secret> current{};                 // when given it must be right
    std::optional<Secret> fresh{};
    std::optional<crypto::ForeignHash> foreign{};
    bool unlock = false;
    bool as_reset = false;                           // outright: ends what a reset ends (RS3), the lock by failures too
};

// rules
// The words that a password of this person must not be (PW4).
std::vector<std::string> context_words(const realms::Realm&, std::string_view user_name, std::string_view email);
inline constexpr std::uint32_t largest_number = 1'999'999'999;  // leaves numbers for customers to come; clients hold an int
// Lengths and shapes; the user name set, the password in NFC.
Result<NewCustomer> checked(NewCustomer);
// The factor that the user picked for the second step.
tickets::Factor own_factor(const logins::Login&);
// An app or SMS: what lets the standard policy do with a shorter password (X1). A code by e-mail does not (X3).
bool strong_factor(const logins::Login&);
// RS6: whether the factors that the user signs in with were shown within the window.
bool fresh(const tickets::Ticket&, const logins::Login&, Time now, Seconds window);
bool follows_email(std::string_view user_name, std::string_view email);  // the name is the address, in normal form

class Customers {
public:
    Customers(Rng& rng, accounts::Accounts& accounts, users::Users& users, logins::Logins& logins, tickets::Tickets& tickets,
              throttle::Throttle& throttle, events::Events& events, outbox::Outbox& outbox, links::Links& links, codes::Codes& codes,
              devices::Devices& devices, contacts::Contacts& contacts)
        : rng_(rng), accounts_(accounts), users_(users), logins_(logins), tickets_(tickets), throttle_(throttle), events_(events),
          outbox_(outbox), links_(links), codes_(codes), devices_(devices), contacts_(contacts) {}

    // Outside any transaction: what can be judged without the tables, and the hash. bad_parameter, password_*, busy.
    Result<Prepared> prepare(db::Session&, const Context&, const realms::Realm&, NewCustomer);
    // In the caller's transaction. name_taken leaves no row of it behind. Writes account.created with `reason`;
    // with none, for a customer with a login: account.registered.
    // in_batch: the caller has looked for numbers and user ids, of which Duplicate tells if they are taken nevertheless,
    // and counts the accounts of all his customers by count(). An import adds so in two thirds of the statements.
    Result<Added> add(db::Tx&, const Context&, const Prepared&, std::string_view reason, bool in_batch = false);
    void count(db::Tx&, const Context&, AccountNo one_of_them, int added, int users);
    // The same for somebody who did not ask for it and chooses the password himself: a link to it is mailed. The reason is
    // "invited". missing_parameter without an e-mail address.
    struct Invited {
        Added added;
        Link link;
    };
    Result<Invited> invite(db::Tx&, const Context&, const Prepared&);
    // A link to a password, mailed to the login's address and good for links::invitation_life; older ones are dead.
    // password.reset_sent with this reason: "invited" has words of its own.
    Link send_link(db::Tx&, const Context&, const logins::Login&, std::string_view reason);

    // A login for an account that has none, in the caller's transaction; of `prepared` the number and the profile but for
    // its e-mail are not looked at. bad_parameter for an account with a login, and for a disabled one.
    Result<Added> add_login(db::Tx&, const Context&, AccountNo, const Prepared&);

    // An account without a user.
    Result<accounts::Account> guest(db::Db&, const Context&, const accounts::Profile&);
    // All or none. The field of a refusal begins with the place in the list: "[3].password".
    Result<std::vector<accounts::Account>> add_all(db::Db&, const Context&, const realms::Realm&, std::vector<NewCustomer>);

    // Without a shopper: an admin application on its own behalf, whose new e-mail address becomes the address that codes go
    // to and that the user signs in with, and who may change the user name. A shopper's own new address becomes that after
    // the code which is sent to it, and needs a fresh ticket (RS6: step_up_required). name_taken, bad_parameter, unknown_item.
    Result<accounts::Account> update(db::Db&, const Context&, const realms::Realm&, AccountNo, const accounts::Change&,
                                     const std::optional<std::string>& user_name, const tickets::Ticket* shopper);
    // Disabling ends all tickets of the account's users for good (TK6). bad_parameter for a guest.
    Result<accounts::Account> set_active(db::Db&, const Context&, AccountNo, bool active);
    // With the users that belong to no other account, their logins and tickets (TK6); personal details in events are
    // blanked by the next purge. keep_users: they stay, without an account if need be, and their tickets end all the same.
    Result<void> remove(db::Db&, const Context&, AccountNo, bool keep_users = false);
    // A user with all that is his own, memberships included; who calls counts him (users::Users::count).
    void remove_user(db::Tx&, const Context&, const UserId&);

    // PW12: the current password is needed, counted like one at sign-in and answered by password_wrong. `unlock` frees a
    // locked login together with the change: such a login takes five tries beyond its lock. Ends all tickets (TK6).
    Result<void> change_password(db::Db&, const Context&, const realms::Realm&, const PasswordChange&);
    // X11: outright, by an application or an administrator with the right to. bad_parameter when another change came between;
    // forbidden for the caller's own (PW12).
    Result<void> set_password(db::Db&, const Context&, const realms::Realm&, const PasswordChange&);
    // What is told and ended when a password has been set, in the transaction that sets it.
    void tell_password_set(db::Tx&, const Context&, const logins::Login&, AccountNo, const PasswordChange&);
    // One after another, each by itself, outright where no current password is given; the answers are in the order of the changes.
    std::vector<Result<void>> change_passwords(db::Db&, const Context&, const realms::Realm&, std::span<const PasswordChange>);

    // unknown_item when the account has no such user, or the user no login.
    Result<logins::State> login_state(db::Session&, const Context&, const realms::Realm&, AccountNo, std::optional<UserId>);
    Result<logins::State> login_state(db::Session&, const Context&, const realms::Realm&, std::string_view name);
    // Blocks, which ends all tickets (TK6); or clears block and lock.
    Result<void> set_locked(db::Db&, const Context&, AccountNo, std::optional<UserId>, bool locked);
    Result<void> demand_password_change(db::Db&, const Context&, AccountNo, std::optional<UserId>, bool demanded);

private:
    Result<void> add_user(db::Tx&, const Context&, const Prepared&, const users::Names&);
    Result<void> rename(db::Tx&, const Context&, const realms::Realm&, const accounts::Account& before, const std::string& email,
                        const std::optional<std::string>& user_name, const tickets::Ticket* shopper);
    Result<void> charge_new_address(db::Db&, const Context&, const realms::Realm&, AccountNo, const accounts::Change&,
                                    const tickets::Ticket* shopper);
    Result<void> judge_change(db::Db&, const Context&, const realms::Realm&, const logins::Login&, PasswordChange&);
    Result<std::string> sealed_change(const Context&, const logins::Login&, const PasswordChange&, const logins::HashGate::Place* = nullptr);
    void tell_locked(db::Tx&, const Context&, AccountNo, bool locked);
    std::optional<logins::Login> login_of(db::Session&, const Context&, const PasswordChange&);
    Rng& rng_;
    accounts::Accounts& accounts_;
    users::Users& users_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    outbox::Outbox& outbox_;
    links::Links& links_;
    codes::Codes& codes_;
    devices::Devices& devices_;
    contacts::Contacts& contacts_;
};

}  // namespace authtickets::customers
