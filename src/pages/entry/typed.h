// SPDX-License-Identifier: MIT
// What readers type and where it leads: codes, masks of addresses, what is kept of a flow in addresses. Pure.
#pragma once

#include <string>
#include <string_view>

#include "pages/screen.h"

namespace authtickets::pages::entry {

// The key of the message for what is no code of six digits; empty for one. Blanks and hyphens do not matter (UI12).
std::string_view misshapen(std::string_view typed);

// "k•••@e•••.com", and of a number its last two digits: enough for its owner, and for nobody else (P4, UI11).
std::string masked(std::string_view address_or_number);

std::string escaped(std::string_view value);  // for the value of a query

// "sign-in/code?to=settings%2Fpassword", as go() takes it; `to` may be empty.
std::string with_to(std::string_view page, std::string_view to);
// What links of the flow carry on: "?lang=de&to=settings".
std::string ways(const Look&, std::string_view to);

}  // namespace authtickets::pages::entry
