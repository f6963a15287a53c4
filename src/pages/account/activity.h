// SPDX-License-Identifier: MIT
// The last security events of the account that is looked at, in plain words.
#pragma once

#include "pages/frame/visit.h"

namespace authtickets::pages::account {

// {{what}}, {{from}} and {{at}} of each, the newest first.
View::Lines activity(App&, const Visit&, unsigned most);

}  // namespace authtickets::pages::account
