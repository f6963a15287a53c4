// SPDX-License-Identifier: MIT
// The statements of core/account_tickets: it has no table of its own, and reads memberships beside accounts.
#pragma once

#include <authtickets/core/account_tickets.h>

namespace authtickets::account_tickets::store {

struct Account {
    AccountNo no{};
    AccountId id{};
    std::string name{};
};

// Those that a user belongs to and that are active, the oldest first.
std::uint64_t count(db::Session&, RealmNo, const UserId&);
std::vector<Account> page(db::Session&, RealmNo, const UserId&, const Page&);

}  // namespace authtickets::account_tickets::store
