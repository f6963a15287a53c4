// SPDX-License-Identifier: MIT
// P7: a new password by the mailed link. Opening spends nothing; what refuses a password leaves the link as it was.
#include "pages/entry/flow.h"
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::reset {

namespace {

http::Response dead(const Visit& visit) {
    return show(visit.look, Note{.heading = "p.link_dead_title", .status = 410,
                                 .problem = Problem{.text = std::string(visit.look.words.at("m.link_dead"))},
                                 .to = "forgot", .way = "p.ask_link"});
}

http::Response form(App& app, const Visit& visit, std::string problem) {
    Page page{.screen = "entry/reset", .heading = "p.reset_title", .card = true};
    if (!problem.empty()) {
        page.status = 400;
        page.problem = Problem{.text = std::move(problem), .field = "password"};
        page.view.text("why_password", page.problem->text);
    }
    page.view.text("token", std::string(visit.token.reveal()));
    add_rules(page.view, app, visit, false);
    return show(visit.look, std::move(page));
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return visit.link ? form(app, visit, {}) : dead(visit); }

Result<http::Response> save(App& app, const Visit& visit) {
    if (!visit.link) return dead(visit);
    const auto password = visit.said("password");
    if (password.empty()) return form(app, visit, broken_rule(visit, {.why = Why::password_weak}, password, false));
    const auto saved = app.recovery.reset(app.db, visit.context, *visit.realm, {.token = visit.token, .password = Secret(password)});
    if (!saved) {
        if (saved.error().why == Why::link_dead) return dead(visit);
        auto problem = broken_rule(visit, saved.error(), password, false);
        if (problem.empty()) return refuse(saved.error());
        return form(app, visit, std::move(problem));
    }
    // Whoever has a second step goes on to it, and is not in before (RS2); so is nobody who is no operator of this shop.
    const bool stranger = visit.side == Side::desk && !app.operators.find(app.db, visit.realm->no, *saved, visit.shop->no);
    if (!stranger) {
        const auto pending = app.sign_in.pending_after_reset(app.db, visit.context, *visit.realm, *saved);
        if (!pending) return refuse(pending.error());
        if (*pending) return follow(app, visit, **pending, {}, {});
    }
    return go(visit.look, "sign-in?done=password");
}

}  // namespace authtickets::pages::entry::reset
