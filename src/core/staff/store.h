// SPDX-License-Identifier: MIT
// The statements of core/staff.
#pragma once

#include <authtickets/core/staff.h>

namespace authtickets::staff::store {

std::optional<Person> get(db::Session&, RealmNo, const UserId&);
std::vector<Person> list(db::Session&, RealmNo);
std::optional<Person> named(db::Session&, RealmNo, std::string_view normal_name);
// Administrators who may sign in, but for this one.
std::uint64_t other_administrators(db::Session&, RealmNo, const UserId&);

}  // namespace authtickets::staff::store
