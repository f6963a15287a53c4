// SPDX-License-Identifier: MIT
// The operations of the Kibo door, one file per resource. An operation turns its wire form into a command, calls one
// service and turns the result back. What a row of the route table demands has been met before it runs.
#pragma once

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

// Shared with the operations on accounts that sign in:
// the lives asked for and the anonymous shopper whose ticket lies beside the call
Result<sign_in::Wishes> wishes(App&, const Context&, const Call&, Members& body);
Json signed_in(App&, const Context&, const Call&, const sign_in::SignedIn&);
}  // namespace auth_tickets

namespace application_tickets {
Result<Answer> oauth(App&, const Context&, const Call&);
Result<Answer> create(App&, const Context&, const Call&);
Result<Answer> refresh(App&, const Context&, const Call&);
Result<Answer> end(App&, const Context&, const Call&);
}  // namespace application_tickets

namespace customer_accounts {
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> add_and_sign_in(App&, const Context&, const Call&);
Result<Answer> current(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
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

namespace tenants {
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace tenants

}  // namespace authtickets::kibo
