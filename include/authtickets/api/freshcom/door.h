// SPDX-License-Identifier: MIT
// The Freshcom door: docs/freshcom.md on the wire.
#pragma once

#include <string_view>

#include <authtickets/door/route.h>

namespace authtickets::freshcom {

inline constexpr std::string_view publishable_head = "prt-live-";  // before a publishable token, wherever one is shown

const DoorFace& door();  // "/v1/"

}  // namespace authtickets::freshcom
