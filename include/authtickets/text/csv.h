// SPDX-License-Identifier: MIT
// Comma-separated values as every export writes them (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace authtickets::text {

// Quoted where need be. What a spreadsheet would take for a formula gets an apostrophe in front (KL5), and controls are
// spelled out.
std::string csv_cell(std::string_view);

}  // namespace authtickets::text
