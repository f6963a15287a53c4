// SPDX-License-Identifier: MIT
// Looking up the files of the pages.
#include "pages/files.h"

#include <algorithm>
#include <string>

#include <authtickets/base/fault.h>

namespace authtickets::pages {

std::string_view file(std::string_view name) {
    const auto found = std::ranges::find(files, name, &File::name);
    if (found == files.end()) throw Fault("pages: there is no file " + std::string(name));
    return found->text;
}

}  // namespace authtickets::pages
