// SPDX-License-Identifier: MIT
// How commands show what became of messages.
#pragma once

#include <string_view>

#include <authtickets/base/json.h>
#include <authtickets/core/deliveries.h>

namespace authtickets::cli {

Json json_of(const deliveries::Delivery&);

}  // namespace authtickets::cli
