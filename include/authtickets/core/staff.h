// SPDX-License-Identifier: MIT
// Staff: users with a role in the shop's own matters, who need no account (docs/freshcom.md). They are made by an administrator
// or a command and sign in at the door of staff alone. An administrator looks after customers' users here too; customers are
// made by core/enrolment, and a user's own changes are core/own_user's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/members.h>
#include <authtickets/core/own_user.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/users.h>
#include <authtickets/core/verifications.h>
#include <authtickets/crypto/pwhash.h>
#include <authtickets/db/db.h>

namespace authtickets::staff {

inline constexpr unsigned least_password = 8;                  // code points; the rule in force applies as well (X1)
inline constexpr std::size_t most_custom_data = 8 * 1024;      // bytes of JSON

// A user whole, of whatever role, with all that the door shows of one.
struct Person {
    UserId id{};
    users::Role role{};
    users::Names names{};
    std::string user_name{};              // of the default profile's login; empty: there is none
    struct Contact {
        std::string value{};              // empty: there is none
        std::optional<Time> verified_at{};
    };
    Contact email{}, phone{};
    users::Method method{};
    bool app = false;                     // has an authenticator app
    bool suspended = false;               // blocked, or the account disabled: signs in nowhere
    std::optional<AccountNo> account_no{};  // of a customer
    AccountId account{};
    Json custom_data = Json::object({});
    Time created_at{}, updated_at{};
};

struct NewUser {
    users::Role role{};
    std::string user_name{};
    std::optional<Secret> password{};      // none, by commands only: a link to set one is mailed
    std::string name{}, first_name{}, last_name{};  // the name may be left out where both others are given
    std::string email{}, phone{};
    std::optional<users::Method> method{}; // none: second_step.default
    std::string email_code{}, phone_code{};  // what was typed; a method needs its own (OC9)
    Json custom_data{};
    std::vector<Refusal> found{};          // what the caller has found wrong with it, to be told with the rest
};

// What is absent stays as it is. An empty e-mail or phone: there is none any more.
struct Change {
    std::optional<std::string> user_name{}, name{}, first_name{}, last_name{}, email{}, phone{};
    std::optional<users::Method> method{};
    std::string email_code{}, phone_code{};
    std::optional<users::Role> role{};
    std::optional<bool> suspended{};
    std::optional<Json> custom_data{};
    std::optional<Secret> password{};      // outright (X11): ends what a reset ends
    std::vector<Refusal> found{};          // as of NewUser
};

// The link to a first password, as it was mailed.
struct SentLink {
    Secret address;
    Time expires_at{};
};

struct Added {
    Person who;
    std::optional<SentLink> link{};
};

// rules
// How long a password must be at this door: least_password, or what the policy asks for where that is more.
unsigned least(realms::PasswordPolicy, bool second_factor = false);
// Of the length alone: password_weak or password_too_long with rule and figure; missing_parameter. In NFC.
Result<Secret> long_enough(const Secret& password, realms::PasswordPolicy, bool second_factor = false);
// An object of at most most_custom_data bytes, or null. bad_parameter for "custom_data".
Result<void> fits(const Json& custom_data);
users::Method method_of(realms::DefaultStep);

class Staff {
public:
    Staff(Rng& rng, users::Users& users, logins::Logins& logins, customers::Customers& customers, members::Members& members,
          own_user::OwnUser& own_user, codes::Codes& codes, events::Events& events, throttle::Throttle& throttle,
          verifications::Verifications& verifications, crypto::HashCost cost)
        : rng_(rng), users_(users), logins_(logins), customers_(customers), members_(members), own_user_(own_user), codes_(codes), events_(events),
          throttle_(throttle), verifications_(verifications), cost_(cost) {}

    // One statement.
    Result<Person> get(db::Session&, RealmNo, const UserId&);  // unknown_item
    std::vector<Person> list(db::Session&, RealmNo);           // staff alone, by role and name; a thousand at most
    std::optional<Person> named(db::Session&, RealmNo, std::string_view user_name);

    // All that is wrong at once, "user_name", "name", "email", "phone", "phone_code", ... "role" for customer (rule inclusion);
    // name_taken; password_*; busy.
    Result<Added> add(db::Db&, const Context&, const realms::Realm&, const NewUser&);
    // By an administrator, of staff and of customers' users. Another address or number needs no code and is not verified by that;
    // a method needs one that is, or a code beside the value (OC9). Another role raises the epoch. bad_parameter for "role": of
    // rule inclusion to or from customer, of rule invalid for the last administrator, also where he is suspended or removed;
    // `even_the_last` passes: a command may leave a shop without one. unknown_item, name_taken.
    Result<Person> change(db::Db&, const Context&, const realms::Realm&, const UserId&, const Change&, bool even_the_last = false);
    // With all that is the user's own; the account of a customer stays, a guest. unknown_item, bad_parameter as change().
    Result<void> remove(db::Db&, const Context&, const UserId&, bool even_the_last = false);
    // A new link to a password, mailed; older ones are dead. unknown_item: no staff, no address; forbidden with field
    // "suspended"; throttled.
    Result<SentLink> send_link(db::Db&, const Context&, const realms::Realm&, const UserId&);

private:
    Result<std::string> sealed(const Context&, const LoginId&, const UserId&, const Secret& password);
    Result<void> stand(db::Db&, const Context&, const UserId&, const Change&, bool even_the_last);
    Result<void> suspend(db::Db&, const Context&, const Person&, bool suspended);
    Rng& rng_;
    users::Users& users_;
    logins::Logins& logins_;
    customers::Customers& customers_;
    members::Members& members_;
    own_user::OwnUser& own_user_;
    codes::Codes& codes_;
    events::Events& events_;
    throttle::Throttle& throttle_;
    verifications::Verifications& verifications_;
    crypto::HashCost cost_;
};

}  // namespace authtickets::staff
