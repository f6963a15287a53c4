// SPDX-License-Identifier: MIT
// Operators: who works at the desk of a shop, in which role (M16, docs/pages.md). They are users of the one realm of kind
// operators, so that they sign in, recover and carry a second step as customers do; a row here opens one shop to one of
// them. What they do there is core/desk.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/users.h>
#include <authtickets/crypto/pwhash.h>
#include <authtickets/db/db.h>

namespace authtickets::operators {

enum class Role : std::uint8_t { viewer = 1, support = 2, manager = 3 };  // stored
inline constexpr std::array all_roles{Role::viewer, Role::support, Role::manager};
std::string_view name(Role);                     // "support"
std::optional<Role> role_of(std::string_view);

// What a screen or a press wants. see: every list and record, without a button.
enum class Right { see, disable_two_step, unlock, send_reset, suspend, end_sessions, act_as, edit, create, export_lists, rules, mails,
                   notifications, manage_operators };
// rules: a viewer sees; support also helps a customer back in (M4, M6 to M9); a manager does all of it.
bool may(Role, Right);

struct Operator {
    UserId user{};
    RealmNo shop{};                  // that the row opens
    Role role{};
    std::string user_name{}, first_name{}, last_name{}, email{};
    AccountNo account{};             // in the operators' realm
    Json preferences = Json::object({});  // what the desk keeps of the screens; an object
    bool app = false;                // has an authenticator app; without one the desk shows its set-up alone
    bool locked = false, blocked = false;  // by wrong passwords; by somebody
    std::uint32_t epoch{};
    std::optional<Time> last_sign_in_at{};  // at this shop's desk
    Time created_at{};
    std::string shown() const;       // rules: first and last name, else the user name
};

inline constexpr std::size_t largest_preferences = 4096;  // bytes of JSON
inline constexpr Seconds act_as_life{1800};               // M10

struct NewOperator {
    Role role{};
    std::string user_name{};         // empty: the e-mail
    std::string email{}, first_name{}, last_name{};
    std::optional<Secret> password{};  // none: a link to set one is mailed. By commands only: it is hashed beside the gate
};

// The link to a first password, as it was mailed. For who must hand it over before mail works: nobody else sees it.
struct SentLink {
    Secret address;
    Time expires_at{};
};

struct Added {
    Operator who;
    std::optional<SentLink> link{};  // none with a password, and for a person who had signed in at another shop's desk
};

// Every call names the shop itself and does not look at Context::realm: its events stand in the shop's trail.
class Operators {
public:
    Operators(realms::Realms& realms, accounts::Accounts& accounts, customers::Customers& customers, users::Users& users,
              logins::Logins& logins, tickets::Tickets& tickets, throttle::Throttle& throttle,
              subscriptions::Subscriptions& subscriptions, events::Events& events, outbox::Outbox& outbox, crypto::HashCost cost)
        : realms_(realms), accounts_(accounts), customers_(customers), users_(users), logins_(logins), tickets_(tickets),
          throttle_(throttle), subscriptions_(subscriptions), events_(events), outbox_(outbox), cost_(cost) {}

    // The row that opens the shop to the user of the operators' realm. None: this shop is none of his.
    std::optional<Operator> find(db::Session&, RealmNo operators_realm, const UserId&, RealmNo shop);
    std::vector<Operator> list(db::Session&, RealmNo shop);  // by name
    std::optional<Operator> named(db::Session&, RealmNo shop, std::string_view user_name_or_email);

    // Makes the operators' realm where there is none yet, at `address`, or at the shop's address when it is empty. A person
    // who works for another shop already is given this one too. name_taken (user_name or email: of two persons), bad_parameter,
    // password_*; "user_name" for who is an operator of this shop.
    Result<Added> add(db::Db&, const Context&, const realms::Realm& shop, const NewOperator&, const std::string& address = {});
    // A new link to a password, mailed; older ones are dead. unknown_item; forbidden with field "suspended"; throttled.
    Result<SentLink> send_link(db::Db&, const Context&, RealmNo shop, const UserId&);
    // A lower role ends his sessions. unknown_item; forbidden with field "last_manager", which `even_the_last` passes: a command
    // may leave a shop without one.
    Result<Operator> set_role(db::Db&, const Context&, RealmNo shop, const UserId&, Role, bool even_the_last = false);
    // His sessions end, at other shops' desks too. Who has no other shop is deleted.
    Result<void> remove(db::Db&, const Context&, RealmNo shop, const UserId&, bool even_the_last = false);
    // No event: how a list looks is nobody's business. bad_parameter: no object, or too large.
    Result<void> set_preferences(db::Db&, const Operator&, const Json&);

    // He has passed both steps at this shop's desk: operator.signin. Once per sign-in, by who answers it.
    void signed_in(db::Db&, const Context&, const Operator&);

    // M10: a session of the customer's, marked as this operator's, without any factor shown and of half an hour in all,
    // of which the customer has a mail (RS8).
    // unknown_item; forbidden, with field "role", "suspended" or "guest".
    Result<tickets::Issued> act_as(db::Db&, const Context&, const realms::Realm& shop, const Operator&, AccountNo);
    // By sign-out from it. Nothing when it has ended already.
    void end_act_as(db::Db&, const Context&, const tickets::Ticket&);

private:
    Result<realms::RealmPtr> its_realm(db::Db&, const Context&, const realms::Realm& shop, const std::string& address);
    Result<Added> grant(db::Db&, const Context&, RealmNo operators_realm, const realms::Realm& shop, const logins::Login&, Role);
    Result<Added> make(db::Db&, const Context&, const realms::Realm& its, const realms::Realm& shop, const NewOperator&);
    Result<Operator> change(db::Db&, const Context&, RealmNo shop, const UserId&, std::optional<Role>, bool even_the_last);
    void tell(db::Tx&, const Context&, const Operator&, std::string_view reason, std::optional<Role> before, std::optional<Role> after);
    realms::Realms& realms_;
    accounts::Accounts& accounts_;
    customers::Customers& customers_;
    users::Users& users_;
    logins::Logins& logins_;
    tickets::Tickets& tickets_;
    throttle::Throttle& throttle_;
    subscriptions::Subscriptions& subscriptions_;
    events::Events& events_;
    outbox::Outbox& outbox_;
    crypto::HashCost cost_;
};

// For core/customers, which deletes users: what opens shops to him. In the caller's transaction.
void forget(db::Tx&, RealmNo, const UserId&);

}  // namespace authtickets::operators
