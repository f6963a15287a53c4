// SPDX-License-Identifier: MIT
// Accounts, users and customers as the door shows them, and the words of their members. Pure.
#pragma once

#include <optional>
#include <string_view>

#include <authtickets/core/enrolment.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/staff.h>
#include <authtickets/core/users.h>

#include "api/freshcom/wire.h"

namespace authtickets::freshcom {

std::string_view auth_method(authtickets::users::Method);                          // "tfa_sms"
std::string_view auth_method(realms::DefaultStep);
// What was sent as a word of a closed list: none when absent; a fault `inclusion` for anything else, the empty text too.
std::optional<authtickets::users::Method> method_in(Attributes&, std::string_view name);
std::optional<realms::DefaultStep> default_step_in(Attributes&, std::string_view name);
std::optional<authtickets::users::Role> role_in(Attributes&, std::string_view name);
std::optional<enrolment::Status> customer_status_in(Attributes&, std::string_view name);
std::optional<bool> suspended_in(Attributes&, std::string_view name);               // a user's status

Json account_record(const realms::Realm&, const realms::ShopProfile&);
Json user_record(const staff::Person&);
Json customer_record(const enrolment::Customer&);

}  // namespace authtickets::freshcom
