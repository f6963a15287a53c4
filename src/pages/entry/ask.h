// SPDX-License-Identifier: MIT
// Asking for a mailed link: the form, and its one answer.
#pragma once

#include "pages/frame/visit.h"

namespace authtickets::pages::entry {

struct Ask {
    std::string_view page;           // "forgot"
    std::string_view heading, lead;  // keys
};

http::Response ask_form(const Visit&, const Ask&, bool missing);
Result<http::Response> answer(const Visit&, const Ask&, const Result<void>& asked);

}  // namespace authtickets::pages::entry
