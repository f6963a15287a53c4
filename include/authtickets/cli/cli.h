// SPDX-License-Identifier: MIT
// The commands of the one binary.
#pragma once

#include <span>
#include <string_view>

namespace authtickets::cli {

// argv without the program's name. 0 done, 1 refused or failed, 2 wrong use.
int run(std::span<const std::string_view> arguments);

}  // namespace authtickets::cli
