// SPDX-License-Identifier: MIT
// Which URLs may be called (KL9). libcurl's own parser reads them, so what is judged is what would be called. The address
// behind a name is judged when the connection is made, since two look-ups may give two answers.
#pragma once

#include <string>
#include <string_view>

#include <authtickets/net/addresses.h>

namespace authtickets {
struct Config;
}

namespace authtickets::net {

struct UrlRules {
    bool insecure = false;  // http:// and every port; else https:// on port 443 or from 1024 up
    AddressRules addresses = AddressRules::public_and({});
};

UrlRules hook_rules(const Config&);  // of web hooks: hook.allow and hook.insecure

// Why this URL may not be called, as a clause ("it names a user"); empty: it may. A host that is an address is judged too.
std::string why_not(std::string_view url, const UrlRules&);

}  // namespace authtickets::net
