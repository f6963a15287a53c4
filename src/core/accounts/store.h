// SPDX-License-Identifier: MIT
// The statements of core/accounts.
#pragma once

#include <authtickets/core/accounts.h>

namespace authtickets::accounts::store {

AccountNo insert(db::Tx&, const Account&, std::string_view email_normal);
void put_profile(db::Tx&, const Account&);
std::optional<Account> get(db::Session&, RealmNo, AccountNo);
std::optional<Account> get_of_user(db::Session&, RealmNo, AccountNo, const UserId&);

}  // namespace authtickets::accounts::store
