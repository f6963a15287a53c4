// SPDX-License-Identifier: MIT
// A Maildir: messages as files that appear whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include <authtickets/base/clock.h>
#include <authtickets/base/rng.h>

namespace authtickets::delivery {

// Written to tmp, brought to the disk, moved to new. The folder is made when its parent exists, 0700; files are 0600.
// What went wrong, or nothing.
std::string store_in_maildir(const std::string& folder, Time, Rng&, std::string_view message);

}  // namespace authtickets::delivery
