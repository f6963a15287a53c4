// SPDX-License-Identifier: MIT
// Signing in: the use cases that join accounts, logins and tickets. Doors turn their wire form into one of these
// commands, call once, and turn the Result back; they decide nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

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
#include <authtickets/core/recovery_codes.h>
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

// Password and one-time password in one request: nothing waits between the two (docs/freshcom.md). The code is a row of the
// user's own, which the next request without one replaces.
struct InOne {
    std::string name;               // user name or sign-in e-mail, as typed
    Secret password;
    std::optional<Secret> code{};   // one that was sent, the app's, or a recovery code; an empty one is none
};
inline constexpr Seconds in_one_life{300};    // of such a code (X10, OC2)
inline constexpr unsigned in_one_tries = 5;   // OC3

// The password was right, and a code of this kind is still due; or the one that came with it was not right.
struct CodeOwed {
    tickets::Factor factor{};
};

// What a code that made a registered customer was, for it is the first one-time password too (X9).
struct FirstCode {
    UserId user{};
    std::uint32_t epoch = 1;        // of the user
    codes::Channel channel{};
    std::string destination{};      // the contact that it verified, as it stands on the user
    Secret digits{};
    Time issued_at{};               // when it was sent: from then on it lives in_one_life
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
    // Of our own pages: the device token that the browser has, and whether it is to be trusted from now on (trust.days).
    std::string device{};
    bool trust = false;
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
    std::optional<unsigned> recovery_left{};  // a recovery code was shown: how many are left
    bool pending() const { return issued.ticket.state == tickets::State::pending; }
};

// The first session of who has just registered by codes (core/registration), and what was shown for it.
struct Joined {
    Time password_at{}, email_at{};
    std::optional<Time> sms_at{};
    devices::Evidence evidence{};
    bool second_factor = false;       // that of second_step.default
};

// rules: which factor a sign-in still owes (X6, X15; design: sign-in). `known` is what the devices say of the evidence.
enum class Rule : std::uint8_t { none, method, always, fingerprint, region };
struct Owed {
    tickets::Factor factor = tickets::Factor::none;
    Rule rule = Rule::none;           // why, the first that applies
};
struct Shown {
    bool email_code = false;          // the first factor was a code by e-mail
    bool trusted = false;             // by a browser that the user trusts (devices::trusts)
};
Owed owed(const realms::Settings&, const logins::Login&, const devices::Evidence&, const devices::Devices::Known&, Shown, bool direct);
std::string_view name(Rule);

class SignIn {
public:
    SignIn(accounts::Accounts& accounts, customers::Customers& customers, logins::Logins& logins, tickets::Tickets& tickets,
           throttle::Throttle& throttle, events::Events& events, users::Users& users, codes::Codes& codes,
           devices::Devices& devices, outbox::Outbox& outbox, totp::Totp& totp, recovery_codes::RecoveryCodes& recovery_codes)
        : accounts_(accounts), customers_(customers), logins_(logins), tickets_(tickets), throttle_(throttle), events_(events),
          users_(users), codes_(codes), devices_(devices), outbox_(outbox), totp_(totp), recovery_codes_(recovery_codes) {}

    // credentials_wrong for unknown, wrong, locked, blocked, disabled (login_locked where the realm says so);
    // password_change_required after a right password only; throttled, busy.
    Result<SignedIn> by_password(db::Db&, const Context&, const realms::Realm&, const ByPassword&);

    // The same of a login of the default profile, with the code in the same request. Staff need no account (users::Role). Order:
    // password, then whether a code came, then whether it is right. A ticket where nothing is owed, whatever code came; CodeOwed
    // where none came, after which one has been sent to who has no app (over a budget (OC7) none, and the earlier one stays
    // good), and where it is wrong, when none is sent. No fingerprint and no region is claimed, so rules of the shop that look
    // at them find them changed (X6). credentials_wrong for all else, password_change_required included; throttled, busy.
    Result<std::variant<tickets::Issued, CodeOwed>> by_password_and_code(db::Db&, const Context&, const realms::Realm&, const InOne&);
    // X9, in the transaction that made the login, and only for the channel that the new user's method asks for. Nothing once
    // its time has passed. Nothing is sent.
    void first_code(db::Tx&, const Context&, const FirstCode&);

    // Sends a code to the address stored for the user; the same for users that are unknown, blocked, disabled, and nothing is
    // sent. forbidden where the realm does not offer it; throttled (OC7).
    Result<void> request_code(db::Db&, const Context&, const realms::Realm&, const CodeRequest&);
    // code_wrong, whose text says why as a code that was sent may be wrong (second_step); forbidden;
    // password_change_required after a right code only.
    Result<SignedIn> by_code(db::Db&, const Context&, const realms::Realm&, const ByCode&);

    // Sends the code that a pending sign-in owes, or one to step up by. Nothing is sent when there is none to send for (X16).
    Result<void> request_second_step(db::Db&, const Context&, const realms::Realm&, const SecondStep&);
    // A new full ticket in the pending one's place; or the same ticket, stepped up. code_wrong. Who has an authenticator app
    // shows its code, or a recovery code. The text of code_wrong says why, for pages: of an app and recovery codes wrong,
    // malformed, replayed, drift, paused (retry_after says until when), blocked; of a code that was sent wrong, malformed,
    // newer (there is a newer one), expired, spent, closed; and ended, when the pending sign-in has ended by this try.
    // `issue` takes the place of Tickets::issue for the full ticket (core/account_tickets).
    using Issue = std::function<tickets::Issued(db::Tx&, tickets::Ticket)>;
    Result<SignedIn> second_step(db::Db&, const Context&, const realms::Realm&, const SecondStep&, const Secret& code, const Issue& issue = {});
    // The password of a full ticket's owner, shown again (P17, docs/pages.md): the same ticket, stepped up. What else the owner
    // has is a second_step with that ticket. password_wrong, counted as at sign-in; throttled, busy.
    Result<SignedIn> step_up_by_password(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket&, const Secret& password);
    // Of a user whose password was reset a moment ago by Recovery::reset, and of nobody else: the pending ticket of the factor
    // that is the user's own. None: there is no such factor, and a reset signs nobody in (RS2).
    Result<std::optional<SignedIn>> pending_after_reset(db::Db&, const Context&, const realms::Realm&, const UserId&);

    // Account, user, login and ticket in one transaction. name_taken, password_*, bad_parameter.
    Result<SignedIn> registered(db::Db&, const Context&, const realms::Realm&, const Registration&);

    // In the transaction that added the customer. The browser is known from now on.
    SignedIn joined(db::Tx&, const Context&, const realms::Realm&, customers::Added, const Joined&);

    // A browser's session in place of one that its owner's change of the password has ended (P17a, docs/pages.md): with the
    // factors that were shown in that one and the password as shown now, and no longer than that one would have lived. Dead at
    // once if anything else has ended the user's tickets too. ticket_invalid for one that was no full session.
    Result<SignedIn> after_password_change(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket& ended);

    // unknown_item; bad_parameter for an account that has a login or is disabled; else as registered.
    Result<SignedIn> login_added(db::Db&, const Context&, const realms::Realm&, const LoginAddition&);

private:
    // Devices, region and contact that a code has just validated; its notices. `second`: it was a second step.
    struct Validated {
        UserId user{};
        AccountNo account{};
        std::optional<devices::Print> print{};
        std::string region{}, former_region{};
        std::optional<LoginId> login{};  // of a second step: whose sign-in it has completed
        bool second = false;
        std::string token{};    // of our own pages: the device token that the browser had,
        bool trust = false;     // and whether it is to be trusted
    };
    std::optional<Secret> record(db::Tx&, const Context&, const realms::Realm&, const Validated&);
    // The address that the right code went to, if nothing had verified it yet.
    void verify(db::Tx&, const Context&, const codes::Attempt&, AccountNo);
    struct Code;
    void send(db::Tx&, const Context&, const realms::Realm&, const Code&);
    struct Pending;
    Pending pending_for(db::Session&, const Context&, const SecondStep&);
    struct Proof;
    Result<SignedIn> passed(db::Tx&, const Context&, const realms::Realm&, const Pending&, const Proof&, const Issue&);
    Result<SignedIn> stepped_up(db::Tx&, const Context&, const Pending&, const Proof&);
    Result<SignedIn> by_app(db::Db&, const Context&, const realms::Realm&, const Pending&, const SecondStep&, const Secret& code,
                            const Issue&);
    Refusal note_wrong(db::Db&, const Context&, const Pending&, const Proof&);
    bool consume(db::Tx&, const Context&, const Proof&, AccountNo);
    Proof shown_with_password(db::Db&, const Context&, const realms::Realm&, const logins::Login&, tickets::Factor, const Secret& code);
    void give_back(db::Session&, const Context&, const Proof&);
    tickets::Issued enter(db::Tx&, const Context&, const realms::Realm&, const logins::Login&, const Proof*);
    void tell_wrong(db::Tx&, const Context&, const Proof&, events::Event about);
    unsigned tell_recovery(db::Tx&, const Context&, const UserId&, AccountNo, const TicketId&);  // how many are left
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
    totp::Totp& totp_;
    recovery_codes::RecoveryCodes& recovery_codes_;
};

}  // namespace authtickets::sign_in
