// SPDX-License-Identifier: MIT
// P17a: another password by its owner, who shows the current one. All sessions end with it (TK6); this browser gets a new one,
// with the factors that were shown in the old (docs/decisions.md).
#include <authtickets/core/customers.h>

#include "pages/account/parts.h"
#include "pages/account/screens.h"
#include "pages/entry/flow.h"

namespace authtickets::pages::account::password {

namespace {

// X1: with a factor that is no mailed code the standard policy is content with a shorter one.
bool has_factor(const Visit& visit) {
    const auto own = customers::own_factor(*visit.login);
    return own == tickets::Factor::app || own == tickets::Factor::sms;
}

struct Wrong {
    int status = 200;
    std::string_view field{};
    std::string text{};
};

http::Response form(App& app, const Visit& visit, const Wrong& wrong) {
    Page page{.screen = "account/password", .heading = "p.w_title", .status = wrong.status};
    if (!wrong.text.empty()) page.problem = Problem{.text = wrong.text, .field = wrong.field};
    const auto why = [&](std::string_view id) { return field({}, wrong.field == id ? wrong.text : ""); };
    page.view.part("current", why("password")).part("fresh", why("new"));
    page.view.text("user_name", visit.login->user_name);
    entry::add_rules(page.view, app, visit, has_factor(visit));
    return show(visit.look, std::move(page));
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return form(app, visit, {}); }

Result<http::Response> change(App& app, const Visit& visit) {
    const auto& look = visit.look;
    const Secret current(visit.said("password")), fresh(visit.said("new"));
    if (current.empty()) return form(app, visit, {400, "password", look.text("p.o_password_missing")});
    const bool strong = has_factor(visit);
    const auto refused = [&](const Refusal& refusal) -> Result<http::Response> {
        if (refusal.why == Why::password_wrong) return form(app, visit, {401, "password", look.text("m.password_wrong")});
        auto broken = entry::broken_rule(visit, refusal, fresh.reveal(), strong);
        if (broken.empty()) return refuse(refusal);
        return form(app, visit, {400, "new", std::move(broken)});
    };
    if (fresh.empty()) return refused({.why = Why::password_weak});
    if (fresh == current) return form(app, visit, {400, "new", look.text("p.w_same")});
    const auto changed = app.customers.change_password(app.db, visit.context, *visit.realm,
                                                       {.account = visit.login->account->no, .user = visit.session->user, .current = current,
                                                        .fresh = fresh});
    if (!changed) return refused(changed.error());
    auto again = app.sign_in.after_password_change(app.db, visit.context, *visit.realm, *visit.session);
    if (!again) return go(look, "sign-in");
    auto response = go(look, "settings?done=password");
    set_session(response, visit.side, *visit.shop, again->issued, visit.context.now);
    return response;
}

}  // namespace authtickets::pages::account::password
