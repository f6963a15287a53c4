// SPDX-License-Identifier: MIT
// P15: a new set of recovery codes, for the password and the app's code (RC4). The old set is dead when the new one is shown.
#include "pages/entry/codes_page.h"
#include "pages/entry/screens.h"
#include "pages/entry/second_step.h"

namespace authtickets::pages::entry::new_codes {

namespace {

http::Response form(const Visit& visit, int status, std::optional<Problem> problem, bool tried = false) {
    Page page{.screen = "entry/new_codes", .heading = "p.new_codes_title", .status = status, .problem = std::move(problem), .card = true};
    page.view.text("name", visit.login->user_name).text("label", visit.look.text("p.app_code"));
    page.view.text("onward", visit.side == Side::desk ? "customers" : "settings");
    if (page.problem && page.problem->field == "password") page.view.text("why_password", page.problem->text);
    if (page.problem && page.problem->field == "code") page.view.text("why_code", page.problem->text);
    if (tried) page.view.text("tried", "1");
    return show(visit.look, std::move(page));
}

http::Response off(const Visit& visit) { return go(visit.look, visit.side == Side::desk ? "settings/two-step/set-up" : "settings"); }

}  // namespace

Result<http::Response> open(App&, const Visit& visit) { return visit.login->app ? form(visit, 200, {}) : off(visit); }

Result<http::Response> make(App& app, const Visit& visit) {
    if (!visit.login->app) return off(visit);
    const auto password = visit.said("password"), typed = visit.said("code");
    const auto at = [&](std::string_view field, std::string_view key) { return Problem{.text = visit.look.text(key), .field = field}; };
    if (password.empty()) return form(visit, 400, at("password", "p.password_missing"));
    if (const auto problem = misshapen(typed); !problem.empty()) return form(visit, 400, at("code", problem));
    const auto set = app.two_step.new_codes(app.db, visit.context, *visit.realm, *visit.session, Secret(password), typed);
    if (set) return show_codes(visit, *set, {});
    const auto& refusal = set.error();
    switch (refusal.why) {
        case Why::password_too_long:
        case Why::password_wrong: return form(visit, 401, at("password", "m.password_wrong"));
        case Why::unknown_item: return off(visit);
        case Why::code_wrong: {
            auto told = told_of_app(visit, refusal, !visit.said("tried").empty());
            told.problem.to_field = false;
            auto response = form(visit, told.status, std::move(told.problem), true);
            retry_after(response, refusal.retry_after);
            return response;
        }
        case Why::throttled: {
            auto response = form(visit, 429, waits(visit, refusal.retry_after));
            retry_after(response, refusal.retry_after);
            return response;
        }
        default: return refuse(refusal);
    }
}

}  // namespace authtickets::pages::entry::new_codes
