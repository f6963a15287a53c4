// SPDX-License-Identifier: MIT
// What is said of a web hook at the desk.
#pragma once

#include <string>

#include <authtickets/core/subscriptions.h>

#include "pages/screen.h"

namespace authtickets::pages::desk {

std::string host_of(const subscriptions::Subscription&);                 // "hooks.example"; the rest of an address may be a secret
std::string waits_for(const Look&, const subscriptions::Subscription&);  // "Sign-in, Account unlocked"

}  // namespace authtickets::pages::desk
