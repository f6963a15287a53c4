// SPDX-License-Identifier: MIT
// The statements of core/events.
#pragma once

#include <authtickets/core/events.h>

namespace authtickets::events::store {

void insert(db::Session&, const Stored&);
void insert_erasure(db::Tx&, const Context&, const Uuid& id, std::optional<AccountNo>, std::optional<UserId>);
std::vector<Stored> of_user(db::Session&, RealmNo, const UserId&, unsigned most);

}  // namespace authtickets::events::store
