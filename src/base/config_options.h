// SPDX-License-Identifier: MIT
// What the parts of the configuration share: judging values, and the table of options.
#pragma once

#include <authtickets/base/config.h>

namespace authtickets::config {

std::vector<Option> make_options();                // each with its name, default and reader
std::string_view blanks_off(std::string_view);     // from both ends
bool is_loopback(const std::string& host);         // an address of this host itself; not a name

}  // namespace authtickets::config
