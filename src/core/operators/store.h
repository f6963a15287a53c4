// SPDX-License-Identifier: MIT
// The statements of core/operators.
#pragma once

#include <authtickets/core/operators.h>

namespace authtickets::operators::store {

std::optional<Operator> find(db::Session&, RealmNo realm, const UserId&, RealmNo shop);
std::vector<Operator> list(db::Session&, RealmNo shop);
void insert(db::Tx&, RealmNo realm, const UserId&, RealmNo shop, Role, Time now);  // db::Duplicate
// The managers' rows are locked; how many there are.
std::uint64_t touch_managers(db::Tx&, RealmNo shop);
bool set_role(db::Tx&, RealmNo realm, const UserId&, RealmNo shop, Role before, Role after, Time now);
bool remove(db::Tx&, RealmNo realm, const UserId&, RealmNo shop);
bool any(db::Session&, RealmNo realm, const UserId&);  // is there a shop that is open to him?
void note_sign_in(db::Tx&, RealmNo realm, const UserId&, RealmNo shop, Time now);
void set_preferences(db::Session&, RealmNo realm, const UserId&, RealmNo shop, std::string_view json);

}  // namespace authtickets::operators::store
