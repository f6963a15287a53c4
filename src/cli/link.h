// SPDX-License-Identifier: MIT
// What a command says of a link that it had mailed to an operator or to staff.
#pragma once

#include <authtickets/base/clock.h>
#include <authtickets/base/secret.h>

#include "cli/command.h"

namespace authtickets::cli {

// The link opens the sign-in, so it is shown only to who asks for that, by --print-link.
void add_link(Output&, const Arguments&, const Secret& address, Time expires_at);

}  // namespace authtickets::cli
