// SPDX-License-Identifier: MIT
// The operations of the Elastic Path door, one file per resource. An operation turns its wire form into a command, calls one
// service and turns the result back. What a row of the route table demands has been met before it runs.
#pragma once

#include <authtickets/door/route.h>

#include "api/elasticpath/wire.h"
#include "api/elasticpath/wire_list.h"

namespace authtickets::elasticpath {

struct Answer {
    int status = 200;
    Json body{};  // the whole of it, with its "data"; null: an answer without a body
};

// --- Shared by the operations (rights.cpp) ---

// True: an application with behaviour admin acts for the shop, and no account token lies beside its own.
bool for_the_shop(const Call&);
// Whose account token lies beside the call; none: nobody's. Rows that read it are those of Claims::unless_admin and its like.
const tickets::Ticket* member(const Call&);
// The UUID at this place of the path; unknown_item for what is none: such an id belongs to nothing.
Result<Uuid> id_in_path(const Call&, std::size_t place);
// unknown_item unless the realm in the path, its first parameter, is the caller's own.
Result<void> own_realm(const Call&);
// unknown_item unless the call is for the shop or this is the caller's own id: what lies outside does not exist for it.
Result<void> own_user(const Call&, const UserId&);
// forbidden unless the call is for the shop, or the member may change what is its own (account_member_self_management).
Result<void> may_change_itself(const Call&);

// --- The resources ---

namespace access_tokens {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace access_tokens

namespace account_settings {
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
}  // namespace account_settings

namespace authentication_realms {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
}  // namespace authentication_realms

namespace password_profiles {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace password_profiles

namespace user_infos {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace user_infos

namespace password_infos {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace password_infos

namespace token_requests {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace token_requests

namespace account_tokens {
Result<Answer> create(App&, const Context&, const Call&);
}  // namespace account_tokens

namespace account_members {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
}  // namespace account_members

// accounts.cpp
namespace customer_accounts {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace customer_accounts

namespace account_memberships {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
}  // namespace account_memberships

namespace integrations {
Result<Answer> list(App&, const Context&, const Call&);
Result<Answer> get(App&, const Context&, const Call&);
Result<Answer> add(App&, const Context&, const Call&);
Result<Answer> update(App&, const Context&, const Call&);
Result<Answer> remove(App&, const Context&, const Call&);
Result<Answer> all_logs(App&, const Context&, const Call&);
Result<Answer> logs(App&, const Context&, const Call&);
Result<Answer> jobs(App&, const Context&, const Call&);
Result<Answer> job_logs(App&, const Context&, const Call&);
}  // namespace integrations

}  // namespace authtickets::elasticpath
