// SPDX-License-Identifier: MIT
// P1: user name or e-mail address and password. Whatever stands against a sign-in, the answer is one (EN1); why stands in the
// trail. Cookies are not looked at when the form is sent: who was signed in before does not matter to who comes now (TK11).
#include "pages/entry/flow.h"
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::entrance_page {

Result<http::Response> open(App&, const Visit& visit) {
    if (visit.session && visit.session->state == tickets::State::full) return go_in(visit, wanted(visit));
    const auto done = visit.request.query.get("done").value_or("");
    const auto news = done == "password" ? "m.password_saved" : done == "out" ? "p.signed_out" : "";
    return entrance(visit, {.news = *news ? visit.look.text(news) : std::string()});
}

Result<http::Response> enter(App& app, const Visit& visit) {
    const std::string name(visit.said("name"));
    const auto password = visit.said("password");
    const auto missing = [&](std::string_view key, std::string_view field) {
        return entrance(visit, {.status = 400, .problem = Problem{.text = visit.look.text(key), .field = field}, .name = name});
    };
    if (name.empty()) return missing("p.name_missing", "name");
    if (password.empty()) return missing("p.password_missing", "password");
    const auto done = app.sign_in.by_password(app.db, visit.context, *visit.realm,
                                              {.name = name, .password = Secret(password), .evidence = visit.evidence(app)});
    if (done) return follow(app, visit, *done, wanted(visit), name);
    const auto& refusal = done.error();
    switch (refusal.why) {
        case Why::credentials_wrong:
        case Why::password_too_long:  // of nobody
        case Why::login_locked: return refused_entrance(visit, name);  // X18 is for stores; here it is told to nobody
        case Why::password_change_required: return demand(app, visit, name);
        case Why::throttled: {
            auto response = entrance(visit, {.status = 429, .problem = waits(visit, refusal.retry_after), .name = name});
            retry_after(response, refusal.retry_after);
            return response;
        }
        default: return refuse(refusal);
    }
}

}  // namespace authtickets::pages::entry::entrance_page
