// SPDX-License-Identifier: MIT
// Who did something to a customer, as events name it. Within this folder.
#pragma once

#include <string_view>

#include <authtickets/core/context.h>

namespace authtickets::customers {

std::string_view actor(const Context&);  // rules: "user", "application", "command"

}  // namespace authtickets::customers
