// SPDX-License-Identifier: MIT
// P6: forgot your password?
#include "pages/entry/ask.h"
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::forgot {

namespace {
constexpr Ask link_to_reset{.page = "forgot", .heading = "p.forgot_title", .lead = "p.forgot_lead"};
}

Result<http::Response> open(App&, const Visit& visit) { return ask_form(visit, link_to_reset, false); }

Result<http::Response> ask(App& app, const Visit& visit) {
    const auto name = visit.form.get("name");
    if (!name) return ask_form(visit, link_to_reset, true);
    return answer(visit, link_to_reset, app.recovery.request_reset(app.db, visit.context, *visit.realm, *name));
}

}  // namespace authtickets::pages::entry::forgot
