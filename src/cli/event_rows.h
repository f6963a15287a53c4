// SPDX-License-Identifier: MIT
// Events as `audit export` writes them: a JSON object or a line of CSV each, under the names of docs/events.md. Pure.
#pragma once

#include <string>
#include <string_view>

#include <authtickets/base/json.h>
#include <authtickets/core/events.h>

namespace authtickets::cli {

Json event_json(const events::Stored&, std::string_view realm, bool intact);

std::string event_csv_head();
std::string event_csv(const events::Stored&, std::string_view realm, bool intact);

// RFC 4180 quoting. What a spreadsheet would take for a formula gets an apostrophe in front (KL5).
std::string csv_cell(std::string_view);

}  // namespace authtickets::cli
