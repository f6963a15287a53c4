// SPDX-License-Identifier: MIT
// P12: a set of recovery codes, shown once in the answer to the form that made it (RC4).
#pragma once

#include "pages/frame/visit.h"

namespace authtickets::pages::entry {

http::Response show_codes(const Visit&, const recovery_codes::Set&, std::string news);

}  // namespace authtickets::pages::entry
