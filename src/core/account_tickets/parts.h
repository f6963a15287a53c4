// SPDX-License-Identifier: MIT
// What the files of core/account_tickets share.
#pragma once

#include "core/account_tickets/store.h"

namespace authtickets::account_tickets {

struct AccountTickets::Open {
    std::uint64_t total = 0;                 // of the user's accounts that are active
    std::vector<store::Account> accounts{};  // the page of them that was asked for
};

struct AccountTickets::Shown {
    std::string_view factor{};
    bool email_code = false;   // what was shown counts as a code by e-mail (X15)
    bool opens_reset = false;  // nothing more is owed: it opens a reset (X17)
    tickets::Scope scope = tickets::Scope::full;
};

struct AccountTickets::Entered {
    Outcome outcome{};
    std::optional<tickets::Ticket> pending{};
};

}  // namespace authtickets::account_tickets
