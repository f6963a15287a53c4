// SPDX-License-Identifier: MIT
// The block list of common passwords (PW3), built in from src/text/common_passwords.txt, where source and licence stand.
#pragma once

#include <span>
#include <string_view>

namespace authtickets::text {

extern const std::span<const std::string_view> common_passwords;  // in the form of normal_name(), sorted by bytes

// Whole values only, under every spelling that normal_name() makes one.
bool is_common_password(std::string_view);

}  // namespace authtickets::text
