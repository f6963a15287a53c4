// SPDX-License-Identifier: MIT
// What a token is made of, for its tests.
#pragma once

#include <string>

#include <authtickets/base/rng.h>

namespace authtickets::one_time {

std::string fresh(Rng&);  // six of a-z and 0-9 (OC1)

}  // namespace authtickets::one_time
