// SPDX-License-Identifier: MIT
// What a program that calls itself something is called by people. The header User-Agent is whatever its sender likes; a
// message must not repeat it.
#pragma once

#include <string>
#include <string_view>

namespace authtickets::text {

// "Firefox (Windows)", "Firefox", "Windows"; empty when nothing in it is known.
std::string browser_name(std::string_view user_agent);

}  // namespace authtickets::text
