// SPDX-License-Identifier: MIT
// Account tickets: signing in at the Elastic Path door, where a user gets a ticket for each account at once. The factors,
// counters and events are those of core/sign_in; what differs is what a right one gives, and what a reset opens (X17).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/events.h>
#include <authtickets/core/links.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/members.h>
#include <authtickets/core/one_time.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/profiles.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/sign_in.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/users.h>
#include <authtickets/db/db.h>

namespace authtickets::account_tickets {

// Which of the user's accounts are asked for, in the order in which they were made.
struct Page {
    std::uint32_t offset = 0, limit = 25;
};

struct Element {
    tickets::Issued issued;     // the access token alone
    AccountId account;
    std::string account_name;
};

struct SignedIn {
    UserId user;
    std::vector<Element> tickets{};  // of the page's accounts; all of them end together
    std::uint64_t total = 0;         // accounts there are. None: signed in all the same, and there is nothing to open
    std::optional<unsigned> recovery_left{};  // a recovery code was shown: how many are left
};

// The password, or a token to sign in by, was right, and a factor is still due.
struct Owed {
    Secret pending{};           // of a pending ticket: what second_step takes
    tickets::Factor factor{};
    Time expires_at{};
    std::string destination{};  // masked; empty for an app
    bool sent = false;          // a code has gone out; false for an app, and where a budget is spent (OC7)
};

using Outcome = std::variant<SignedIn, Owed>;

struct SelfSignup {
    ProfileNo profile = logins::default_profile;
    std::string user_name{};    // as typed
    Secret password{};
    std::string name{}, email{};
    std::optional<std::string> given_name{}, middle_name{}, family_name{};
};

// rules
// Why a sign-in fails although what was shown may be right; empty when nothing stands against it. active: of the accounts the
// user belongs to, how many are. Nobody is kept out for having no account.
std::string_view failure(const logins::Attempt&, std::uint64_t active);
std::string_view barred(const logins::Login&, std::uint64_t active);
// What a token of purpose reset_password opens.
// With an app or SMS, where the policy is standard, and where the password is to be changed first: that change alone.
tickets::Scope reset_scope(const realms::Settings&, const logins::Login&);

class AccountTickets {
public:
    AccountTickets(crypto::Keyring& keys, logins::Logins& logins, tickets::Tickets& tickets, throttle::Throttle& throttle, events::Events& events,
                   users::Users& users, codes::Codes& codes, links::Links& links, devices::Devices& devices, outbox::Outbox& outbox,
                   accounts::Accounts& accounts, sign_in::SignIn& sign_in, one_time::OneTime& one_time,
                   profiles::Profiles& profiles, members::Members& members)
        : keys_(keys), logins_(logins), tickets_(tickets), throttle_(throttle), events_(events), users_(users), codes_(codes), links_(links),
          devices_(devices), outbox_(outbox), accounts_(accounts), sign_in_(sign_in), one_time_(one_time),
          profiles_(profiles), members_(members) {}

    // credentials_wrong for unknown, wrong, locked, blocked, disabled alike (EN1), whatever signin.reveal_lock says;
    // password_change_required after a right password only; throttled, busy.
    Result<Outcome> by_password(db::Db&, const Context&, const realms::Realm&, ProfileNo, std::string_view name, const Secret& password,
                                const Page& = {});
    // The same by a one-time token, where what is wrong is code_wrong. It counts as a code by e-mail, so that it meets a second step by e-mail (X15), never an app
    // or SMS. Of purpose reset_password nothing more is owed; its tickets open what reset_scope says (X17). It works beside a lock by failures.
    Result<Outcome> by_token(db::Db&, const Context&, const realms::Realm&, ProfileNo, std::string_view name, const Secret& token,
                             const Page& = {});
    // Registers a user, with an account where members.auto_account is on, and signs in. forbidden where members.self_signup is
    // off; unknown_item for the profile; name_taken, and throttled for who is told that too often (X12); password_*, bad_parameter, busy.
    Result<SignedIn> self_signup(db::Db&, const Context&, const realms::Realm&, const SelfSignup&, const Page& = {});
    // From a live ticket, as Tickets::check gave it, fresh ones for all accounts. Its factors are as old as they were and its
    // session ends when it would have (TK2). ticket_invalid for one whose login is gone, forbidden for one that does not open everything;
    // throttled, since each is a row and costs no hash.
    Result<SignedIn> again(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket&, const Page& = {});

    // The code that a pending ticket owes, of the app or that was sent, or a recovery code. code_wrong; throttled; ticket_invalid for
    // a token that is none, or dead.
    Result<SignedIn> second_step(db::Db&, const Context&, const realms::Realm&, const Secret& pending, const Secret& code, const Page& = {});
    // Sends another code; to the user of an app none. ticket_invalid, throttled.
    Result<void> second_step_code(db::Db&, const Context&, const realms::Realm&, const Secret& pending);

    // By its owner, without the old one: with a ticket that a reset token opened (tickets::opens_password), or one whose factors
    // were shown within stepup.window, else step_up_required (PW12). password_* by the policy; unknown_item for a login of
    // somebody else. Ends what a reset ends (RS3) and clears a lock by failures; of all tickets this one lives on (TK6),
    // unless it opens the password update alone (X17).
    Result<void> change_password(db::Db&, const Context&, const realms::Realm&, const tickets::Ticket&, const LoginId&, const Secret& fresh);

private:
    struct Open;     // the accounts that there are tickets for
    struct Shown;    // what was shown, and where that leads
    struct Entered;  // what a sign-in came to, with the pending ticket that a code is to be sent for
    Open open_of(db::Session&, const Context&, const UserId&, const Page&);
    static sign_in::Owed owed(const realms::Settings&, const logins::Login&, const Shown&);
    Entered enter(db::Tx&, const Context&, const realms::Realm&, const logins::Login&, const Open&, const Shown&);
    SignedIn issue(db::Tx&, const Context&, const tickets::Ticket&, const Open&);
    Outcome outcome(db::Db&, const Context&, const realms::Realm&, const logins::Login&, Entered&&);
    void settle_address(db::Db&, const Context&, const realms::Settings&, std::string_view tag, const UserId&);
    std::optional<tickets::Ticket> pending_of(db::Db&, const Context&, const Secret& pending);
    std::string tag_of(const Context&, std::string_view typed);
    crypto::Keyring& keys_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    users::Users& users_;
    codes::Codes& codes_;
    links::Links& links_;
    devices::Devices& devices_;
    outbox::Outbox& outbox_;
    accounts::Accounts& accounts_;
    sign_in::SignIn& sign_in_;
    one_time::OneTime& one_time_;
    profiles::Profiles& profiles_;
    members::Members& members_;
};

}  // namespace authtickets::account_tickets
