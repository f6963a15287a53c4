// SPDX-License-Identifier: MIT
// The Kibo door: docs/kibo.md on the wire.
#pragma once

#include <authtickets/door/route.h>

namespace authtickets::kibo {

const DoorFace& door();

}  // namespace authtickets::kibo
