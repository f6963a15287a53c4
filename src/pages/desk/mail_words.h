// SPDX-License-Identifier: MIT
// What a message is called at the desk.
#pragma once

#include <string>
#include <string_view>

#include "pages/screen.h"

namespace authtickets::pages::desk {

// "code_sign_in": "Code to sign in". One of the shop's own is called by its name.
std::string message_in_words(const Look&, std::string_view name);

}  // namespace authtickets::pages::desk
