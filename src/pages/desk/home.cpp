// SPDX-License-Identifier: MIT
// The desk's own address: its first page is the list of customers.
#include "pages/desk/screens.h"

namespace authtickets::pages::desk::home {

Result<http::Response> open(App&, const Visit& visit) { return go(visit.look, "customers"); }

}  // namespace authtickets::pages::desk::home
