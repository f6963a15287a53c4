// SPDX-License-Identifier: MIT
// A text as a QR picture, for the set-up of an authenticator app (UI13, docs/pages.md). Pure; drawn by the page itself, so
// that the key goes to nobody else.
#pragma once

#include <string>
#include <string_view>

namespace authtickets::pages::entry {

struct Picture {
    static constexpr int quiet = 4;   // modules of white around it, or scanners do not find it on dark pages
    int size = 0;                     // of one side with its quiet zone, in modules
    std::string dark{};               // the dark ones, as the data of an SVG path
};

Picture qr(std::string_view text);

}  // namespace authtickets::pages::entry
