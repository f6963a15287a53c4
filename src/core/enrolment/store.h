// SPDX-License-Identifier: MIT
// The statements of core/enrolment, which reads accounts as their own store does; core/accounts writes them.
#pragma once

#include <optional>

#include <authtickets/core/enrolment.h>

namespace authtickets::enrolment::store {

std::optional<Customer> get(db::Session&, RealmNo, const AccountId&);
std::optional<Customer> of_user(db::Session&, RealmNo, const UserId&);  // whose primary user he is; of several the first

}  // namespace authtickets::enrolment::store
