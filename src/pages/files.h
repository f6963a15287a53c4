// SPDX-License-Identifier: MIT
// The files that the pages are made of, built into the program: templates, style sheets, languages (src/pages/embed).
#pragma once

#include <span>
#include <string_view>

namespace authtickets::pages {

struct File {
    std::string_view name;  // "entry/reset.html", "frame/style.css", "locales/en.txt"
    std::string_view text;
};
extern const std::span<const File> files;

std::string_view file(std::string_view name);  // a Fault when there is none

}  // namespace authtickets::pages
