// SPDX-License-Identifier: MIT
// Decisions about what a shop says of itself, for core/realms and its tests.
#pragma once

#include <string>

#include <authtickets/core/realms.h>

namespace authtickets::realms {

std::string differences(const ShopProfile& before, const ShopProfile& after);  // names of members, with blanks between; empty: none

}  // namespace authtickets::realms
