// SPDX-License-Identifier: MIT
// The operations of the Kibo door, one file per resource. An operation turns its wire form into a command, calls one
// service and turns the result back. What a row of the route table demands has been met before it runs.
#pragma once

#include <authtickets/core/customers.h>
#include <authtickets/door/route.h>

#include "api/kibo/wire.h"

namespace authtickets::kibo {

struct Answer {
    int status = 200;
    Json body{};  // null: an answer without a body
};

namespace auth_tickets {
Result<Answer> create(App&, const Context&, const Call&);
Result<Answer> refresh(App&, const Context&, const Call&);
Result<Answer> anonymous(App&, const Context&, const Call&);

Result<Answer> request_code(App&, const Context&, const Call&);
Result<Answer> by_code(App&, const Context&, const Call&);
Result<Answer> request_second_step(App&, const Context&, const Call&);
Result<Answer> second_step(App&, const Context&, const Call&);

// Shared with the operations on accounts that sign in:
// the lives asked for and the anonymous shopper whose ticket lies beside the call
Result<sign_in::Wishes> wishes(App&, const Context&, const Call&, Members& body);
Json signed_in(App&, const Context&, const Call&, const sign_in::SignedIn&);
// Where the sign-in says it comes from (X6): what is no text counts as changed, so it is not refused.
devices::Evidence evidence(App&, const Context&, const Call&, const Members& body);
}  // namespace auth_tickets

namespace application_tickets {
Result<Answer> oauth(App&, const Context&, const Call&);
Result<Answer> create(App&, const Context&, const Call&);
Result<Answer> refresh(App&, const Context&, const Call&);
Result<Answer> end(App&, const Context&, const Call&);
}  // namespace application_tickets

// Shared by the operations on accounts (account_rights.cpp).
// True: the application acts for the shop. It is an admin one and sends no user claims along.
bool for_the_shop(const Call&);
View view(const Call&);
Result<AccountNo> account_named(const Call&);  // in the path
// The same, where the caller may have it: live user claims confine the call to their own account
// (kibo 6.1), and what lies outside does not exist for it; without claims it must be an admin application.
Result<AccountNo> account_of(const Call&);
Result<std::optional<UserId>> user_asked_for(const Call&);  // by the query's userId, as it stands
// The same with the user of that account by the query's userId: none is the primary one; claims name their own.
struct Whom {
    AccountNo account;
    std::optional<UserId> user;
};
Result<Whom> user_of(const Call&);
// The password of a login to be (kibo 4.2): clear text, or a hash made elsewhere, or with isImport neither.
Result<customers::NewCustomer::NewPassword> new_password(const Call&, Members& in);
// A hash made elsewhere, as externalPassword has it; the clear text that may stand `beside` it must be empty.
Result<crypto::ForeignHash> external_password(const Secret& text, const Secret& clear, std::string_view beside);

namespace customer_accounts {
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> add_and_sign_in(App&, const Context&, const Call&);
Result<Answer> current(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> add_all(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> act(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace customer_accounts

// account_lists.cpp
namespace customer_accounts {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> audit_log(App&, const Context&, const Call&);
}  // namespace customer_accounts

namespace customer_sets {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace customer_sets

namespace account_logins {
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> change_password(App&, const Context&, const Call&);
Result<Answer> change_passwords(App&, const Context&, const Call&);
Result<Answer> state(App&, const Context&, const Call&);
Result<Answer> state_by_user_name(App&, const Context&, const Call&);
Result<Answer> state_by_email_address(App&, const Context&, const Call&);
Result<Answer> set_locked(App&, const Context&, const Call&);
Result<Answer> demand_password_change(App&, const Context&, const Call&);
Result<Answer> request_reset(App&, const Context&, const Call&);
Result<Answer> reset(App&, const Context&, const Call&);
}  // namespace account_logins

namespace shop_settings {
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
}  // namespace shop_settings

namespace event_calls {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> subscriptions(App&, const Context&, const Call&);
Result<Answer> subscription(App&, const Context&, const Call&);
Result<Answer> all_attempts(App&, const Context&, const Call&);
Result<Answer> attempts(App&, const Context&, const Call&);
Result<Answer> attempt(App&, const Context&, const Call&);
}  // namespace event_calls

namespace tenants {
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace tenants

}  // namespace authtickets::kibo
