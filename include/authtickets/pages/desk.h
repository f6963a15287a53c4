// SPDX-License-Identifier: MIT
// The desk: what an operator's browser shows under /desk/ (docs/pages.md). HTML from templates, complete without scripts.
#pragma once

#include <authtickets/door/route.h>

namespace authtickets::pages::desk {

const DoorFace& door();

}  // namespace authtickets::pages::desk
