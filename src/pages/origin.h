// SPDX-License-Identifier: MIT
// Was a form sent by one of our own pages (TK11)? Pure.
#pragma once

#include <string_view>

#include <authtickets/http/message.h>

namespace authtickets::pages {

// False for what another site had a browser send. Our pages say no-referrer, for which browsers send "Origin: null"; then
// their Sec-Fetch-Site decides, and where there is none (plain http) nothing can. What sends neither header is no browser
// that could be misled. address: the realm's, which is how browsers see us when a proxy renames the host on its way.
bool from_own_page(const http::Request&, std::string_view address);

}  // namespace authtickets::pages
