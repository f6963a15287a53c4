// SPDX-License-Identifier: MIT
// A request to an account page once it is known whose page it is: by the mailed link that it carries, whatever host it
// names; else by its host; else the only realm there is. And the handlers, one file per screen.
#pragma once

#include <optional>

#include <authtickets/door/route.h>

#include "pages/account/screen.h"

namespace authtickets::pages::account {

struct Visit {
    Context context;                      // with realm and site
    const http::Request& request;
    http::Query form{};                   // of a POST
    realms::RealmPtr realm;
    std::optional<links::Link> link{};    // a live one, where the screen has one
    Secret token{};                       // as it came, live or not
    Look look;
};

// What the screen's links are for; none where it has none.
using Purpose = std::optional<links::Purpose>;

// Refusals: unknown_item (nobody's page), unsupported_media and bad_request (no form), forbidden (another site's form).
Result<Visit> arrive(App&, const Context&, const Call&, Purpose);

using Screen = Result<http::Response> (*)(App&, const Visit&);

namespace forgot {  // P6
Result<http::Response> open(App&, const Visit&);
Result<http::Response> ask(App&, const Visit&);
}
namespace reset {  // P7
Result<http::Response> open(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
}
namespace unlock {  // P8
Result<http::Response> open(App&, const Visit&);
Result<http::Response> press(App&, const Visit&);
}
namespace confirm {  // P18
Result<http::Response> open(App&, const Visit&);
Result<http::Response> enter(App&, const Visit&);
}

}  // namespace authtickets::pages::account
