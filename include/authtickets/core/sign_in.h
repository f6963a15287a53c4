// SPDX-License-Identifier: MIT
// Signing in: the use cases that join accounts, logins and tickets. Doors turn their wire form into one of these
// commands, call once, and turn the Result back; they decide nothing.
#pragma once

#include <optional>
#include <string>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
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
    devices::Evidence evidence{};
};

// A code to sign in by: the user whom the e-mail address (or name) names, or the id alone; both must agree (kibo 4.6).
struct CodeRequest {
    std::string name{};
    std::optional<UserId> user{};
};

struct ByCode {
    std::string name{};
    std::optional<UserId> user{};
    std::optional<AccountNo> account{};  // names the user where nothing else does
    Secret code{};
    Wishes wishes{};
    devices::Evidence evidence{};
};

// Whose second step a call is about: live claims (pending or full), or the id alone (X16).
struct SecondStep {
    std::optional<tickets::Ticket> claims{};
    std::optional<UserId> user{};
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
    std::optional<Secret> device{};   // the device token, where a step has just been validated from this device
    bool pending() const { return issued.ticket.state == tickets::State::pending; }
};

// rules: which factor a sign-in still owes (X6, X15; design: sign-in). `known` is what the devices say of the evidence.
enum class Rule : std::uint8_t { none, method, always, fingerprint, region };
struct Owed {
    tickets::Factor factor = tickets::Factor::none;
    Rule rule = Rule::none;           // why, the first that applies
};
struct Shown {
    bool email_code = false;          // the first factor was a code by e-mail
};
Owed owed(const realms::Settings&, const logins::Login&, const devices::Evidence&, const devices::Devices::Known&, Shown, bool direct);
std::string_view name(Rule);

class SignIn {
public:
    SignIn(accounts::Accounts& accounts, customers::Customers& customers, logins::Logins& logins, tickets::Tickets& tickets,
           throttle::Throttle& throttle, events::Events& events, users::Users& users, codes::Codes& codes,
           devices::Devices& devices, outbox::Outbox& outbox)
        : accounts_(accounts), customers_(customers), logins_(logins), tickets_(tickets), throttle_(throttle), events_(events),
          users_(users), codes_(codes), devices_(devices), outbox_(outbox) {}

    // credentials_wrong for unknown, wrong, locked, blocked, disabled (login_locked where the realm says so);
    // password_change_required after a right password only; throttled, busy.
    Result<SignedIn> by_password(db::Db&, const Context&, const realms::Realm&, const ByPassword&);

    // Sends a code to the address stored for the user; the same for users that are unknown, blocked, disabled, and nothing is
    // sent. forbidden where the realm does not offer it; throttled (OC7).
    Result<void> request_code(db::Db&, const Context&, const realms::Realm&, const CodeRequest&);
    // code_wrong; forbidden; password_change_required after a right code only.
    Result<SignedIn> by_code(db::Db&, const Context&, const realms::Realm&, const ByCode&);

    // Sends the code that a pending sign-in owes, or one to step up by. Nothing is sent when there is none to send for (X16).
    Result<void> request_second_step(db::Db&, const Context&, const realms::Realm&, const SecondStep&);
    // A new full ticket in the pending one's place; or the same ticket, stepped up. code_wrong.
    Result<SignedIn> second_step(db::Db&, const Context&, const realms::Realm&, const SecondStep&, const Secret& code);

    // Account, user, login and ticket in one transaction. name_taken, password_*, bad_parameter.
    Result<SignedIn> registered(db::Db&, const Context&, const realms::Realm&, const Registration&);

    // unknown_item; bad_parameter for an account that has a login or is disabled; else as registered.
    Result<SignedIn> login_added(db::Db&, const Context&, const realms::Realm&, const LoginAddition&);

private:
    // Devices, region and contact that a code has just validated; its notices. `second`: it was a second step.
    struct Validated {
        UserId user{};
        AccountNo account{};
        std::optional<devices::Print> print{};
        std::string region{}, former_region{};
        bool second = false;
    };
    std::optional<Secret> record(db::Tx&, const Context&, const realms::Realm&, const Validated&);
    // The address that the right code went to, if nothing had verified it yet.
    void verify(db::Tx&, const Context&, const codes::Attempt&, AccountNo);
    struct Code;
    void send(db::Tx&, const Context&, const realms::Realm&, const Code&);
    struct Pending;
    Pending pending_for(db::Session&, const Context&, const SecondStep&);
    Result<SignedIn> passed(db::Tx&, const Context&, const realms::Realm&, const Pending&, const codes::Attempt&);
    Result<SignedIn> stepped_up(db::Tx&, const Context&, const Pending&, const codes::Attempt&);
    void note_wrong(db::Db&, const Context&, const Pending&, const codes::Attempt&);
    std::optional<logins::Login> login_of(db::Session&, RealmNo, const std::string& name, const std::optional<UserId>&, const std::optional<AccountNo>&);
    void tell_owner(db::Db&, const Context&, const std::string& name, const EventId& refused);
    Result<SignedIn> first_ticket(db::Tx&, const Context&, const realms::Realm&, const Wishes&, customers::Added);
    accounts::Accounts& accounts_;
    customers::Customers& customers_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    users::Users& users_;
    codes::Codes& codes_;
    devices::Devices& devices_;
    outbox::Outbox& outbox_;
};

}  // namespace authtickets::sign_in
