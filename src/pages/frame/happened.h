// SPDX-License-Identifier: MIT
// Events as people read them: what happened, by whom, by which way (M2, M13, P10; docs/pages.md).
#pragma once

#include <string>

#include <authtickets/core/events.h>

#include "pages/screen.h"

namespace authtickets::pages {

struct Happened {
    std::string what;     // "Wrong second-step code: used before"
    std::string who;      // "Grace Hopper", "ada.byron", "The shop"; empty: nobody known
    std::string origin;   // "Account pages"
};
Happened happened(const Look&, const events::Record&);

}  // namespace authtickets::pages
