// SPDX-License-Identifier: MIT
// Enrolment: customers as the door of staff sees them (docs/freshcom.md). A customer is an account: a guest has no user, a
// registered one has, a suspended one is disabled. A guest may be registered later and stays the same customer. Registering
// takes the second step that the shop has as its default, with the code that verifies its number or address (X9).
#pragma once

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
#include <authtickets/core/outbox.h>
#include <authtickets/core/own_user.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/sign_in.h>
#include <authtickets/core/staff.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/users.h>
#include <authtickets/core/verifications.h>
#include <authtickets/db/db.h>
#include <authtickets/db/where.h>

namespace authtickets::enrolment {

enum class Status { guest, registered, suspended };
std::string_view name(Status);  // "registered"
std::optional<Status> status_named(std::string_view);

// Who asks: nobody in particular (a guest token), the customer himself, or staff.
enum class By { guest, owner, staff };

using Customer = accounts::Account;
Status status(const Customer&);  // rules

// To be made, or what a customer is to become.
struct NewCustomer {
    Status status = Status::guest;
    std::string code{}, name{}, first_name{}, last_name{}, email{}, phone{}, label{}, caption{}, description{};
    Json custom_data{};
    std::string user_name{};
    std::optional<Secret> password{};
    std::optional<users::Method> method{};   // none: second_step.default
    std::string phone_code{}, email_code{};  // what was typed
    bool needs_email = true;                 // false: a user is asked for, who may have none
    std::vector<Refusal> found{};            // what the caller has found wrong with it, to be told with the rest
};

// What is absent stays as it is; an empty text: there is none any more.
struct Change {
    std::optional<Status> status{};
    std::optional<std::string> code{}, name{}, first_name{}, last_name{}, email{}, phone{}, label{}, caption{}, description{};
    std::optional<Json> custom_data{};
    // Of a guest who becomes registered; passed over where no user is made.
    std::string user_name{};
    std::optional<Secret> password{};
    std::optional<users::Method> method{};
    std::string phone_code{}, email_code{};  // of another address or number too
    std::optional<Secret> current_password{};  // RS6, of the customer's own change
    std::vector<Refusal> found{};            // as of NewCustomer
};

// A list; all that is given must hold.
struct Query {
    std::optional<Status> status{};
    std::optional<std::string> code{}, label{}, email{}, phone{}, user_name{};
    std::string search{};                    // words, each the beginning of a name, the address, the code or the number
    std::uint32_t offset = 0, limit = 25;
};
struct Listed {
    std::vector<Customer> items{};           // newest first
    std::uint64_t total = 0, all = 0;        // that the query finds; of the realm
};

// Of a guest, who knows it by its code and something more.
struct Known {
    std::string code{};
    std::optional<std::string> email{}, phone{}, name{}, first_name{}, last_name{};
};

class Enrolment {
public:
    Enrolment(accounts::Accounts& accounts, users::Users& users, logins::Logins& logins, customers::Customers& customers,
              events::Events& events, outbox::Outbox& outbox, throttle::Throttle& throttle, sign_in::SignIn& sign_in,
              verifications::Verifications& verifications, own_user::OwnUser& own_user)
        : accounts_(accounts), users_(users), logins_(logins), customers_(customers), events_(events), outbox_(outbox),
          throttle_(throttle), sign_in_(sign_in), verifications_(verifications), own_user_(own_user) {}

    // All that is wrong at once: "status", "user_name", "password", "name", "email", "phone", "phone_code", "email_code", "method"
    // (rule inclusion: simple, where the shop has another default and no staff asks)... name_taken, and throttled for who is
    // told so too often and is no staff (X12); password_*; busy. What is only for a user is passed over for a guest.
    Result<Customer> add(db::Db&, const Context&, const realms::Realm&, By, const NewCustomer&);
    // A guest's call changes guests alone, the customer (by his ticket) his own, but for status and code: unknown_item otherwise.
    // His own new address, number or names go by core/own_user. A guest becomes registered as by add(), with what is not sent as it
    // is; of two at once one is told bad_parameter of rule invalid for "status", as are registered or suspended to guest and
    // guest to suspended. Staff suspend and take it back, which ends the tokens for good (TK6).
    Result<Customer> change(db::Db&, const Context&, const realms::Realm&, By, const tickets::Ticket* ticket, const AccountId&, const Change&);
    Result<Customer> get(db::Session&, RealmNo, const AccountId&);  // unknown_item
    Result<Customer> of_user(db::Session&, RealmNo, const UserId&); // of the one who signed in; unknown_item
    // unknown_item for what is none, for a registered one, for a code alone, and for who asks too often: all alike.
    Result<Customer> find_guest(db::Db&, const Context&, const realms::Realm&, const Known&);
    Listed list(db::Session&, RealmNo, const Query&);
    Result<void> remove(db::Db&, const Context&, const AccountId&);  // with its user

private:
    struct Wanted;   // a customer with a user, judged
    Result<Wanted> prepare(db::Db&, const Context&, const realms::Realm&, By, const NewCustomer&);
    bool may_make_guests(db::Db&, const Context&);
    Result<Customer> guest(db::Db&, const Context&, const NewCustomer&);
    // With a user: a new customer, or this guest.
    Result<Customer> registered(db::Db&, const Context&, const realms::Realm&, By, const NewCustomer&, const std::optional<AccountNo>& guest = {});
    Result<customers::Added> add_user(db::Tx&, const Context&, By, const Wanted&, const std::optional<AccountNo>& guest);
    void complete(db::Tx&, const Context&, const Wanted&, const customers::Added&);
    Result<Customer> change_guest(db::Db&, const Context&, const realms::Realm&, By, const Customer& before, const Change&);
    Result<Customer> change_registered(db::Db&, const Context&, const realms::Realm&, By, const tickets::Ticket*, const Customer& before, const Change&);
    void tell_owner(db::Db&, const Context&, const std::string& name, const EventId& refused);
    Result<Customer> put(db::Db&, const Context&, AccountNo, const accounts::Change&, bool guests_alone);
    accounts::Accounts& accounts_;
    users::Users& users_;
    logins::Logins& logins_;
    customers::Customers& customers_;
    events::Events& events_;
    outbox::Outbox& outbox_;
    throttle::Throttle& throttle_;
    sign_in::SignIn& sign_in_;
    verifications::Verifications& verifications_;
    own_user::OwnUser& own_user_;
};

}  // namespace authtickets::enrolment
