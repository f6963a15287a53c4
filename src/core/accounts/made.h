// SPDX-License-Identifier: MIT
// The mark in created_by of an account that was made as a guest at the door of staff (GUEST, docs/freshcom.md), before the name
// of who made it. It ends with the account's first user: whoever holds a guest's token reaches no account without it (FC161).
#pragma once

#include <string_view>

#define AUTHTICKETS_MADE_AS_GUEST "guest by "

namespace authtickets::accounts {

inline constexpr std::string_view made_as_guest = AUTHTICKETS_MADE_AS_GUEST;

}  // namespace authtickets::accounts
