// SPDX-License-Identifier: MIT
// The account pages: what a customer's browser shows under /account/ (docs/pages.md). HTML from templates, complete without
// scripts.
#pragma once

#include <authtickets/door/route.h>

namespace authtickets::pages::account {

const DoorFace& door();

}  // namespace authtickets::pages::account
