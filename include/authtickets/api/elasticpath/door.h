// SPDX-License-Identifier: MIT
// The Elastic Path door: docs/elasticpath.md on the wire.
#pragma once

#include <authtickets/door/route.h>

namespace authtickets::elasticpath {

// One table under two prefixes: "/v2/" and "/oauth/".
const DoorFace& door();
const DoorFace& oauth_door();

}  // namespace authtickets::elasticpath
