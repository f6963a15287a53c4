// SPDX-License-Identifier: MIT
// The desk's pages about customers: one namespace for each screen, in a file of its name.
#pragma once

#include "pages/frame/visit.h"

namespace authtickets::pages::desk {

namespace home {
Result<http::Response> open(App&, const Visit&);         // leads to the customers
}
namespace customers {  // M1
Result<http::Response> open(App&, const Visit&);
Result<http::Response> keep_columns(App&, const Visit&);
Result<http::Response> take_away(App&, const Visit&);    // the list as CSV
}
namespace customer {  // M2, M3, M9
Result<http::Response> open(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
Result<http::Response> set_method(App&, const Visit&);
}
namespace create {  // M15
Result<http::Response> open(App&, const Visit&);
Result<http::Response> save(App&, const Visit&);
}

// What is done to a customer by one button: asked first, on a page or in a dialog of the record.
enum class Press { disable, unlock, reset, suspend, activate, end_sessions, act_as };
namespace presses {  // M4 to M10
Result<http::Response> ask(App&, const Visit&, Press);
Result<http::Response> act(App&, const Visit&, Press);

template <Press press>
Result<http::Response> asked(App& app, const Visit& visit) { return ask(app, visit, press); }
template <Press press>
Result<http::Response> pressed(App& app, const Visit& visit) { return act(app, visit, press); }
}

}  // namespace authtickets::pages::desk
