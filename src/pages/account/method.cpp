// SPDX-License-Identifier: MIT
// The way of the second step of who has no app: by e-mail, by SMS, none. A verified contact alone can be chosen (OC9, W21); SMS
// with its risk said, and the app named as the stronger way (X4). The factors must have been shown a moment ago (RS6).
#include <authtickets/core/contacts.h>

#include "pages/account/parts.h"
#include "pages/account/screens.h"

namespace authtickets::pages::account::method {

namespace {

using users::Method;

View way(const Visit& visit, const std::optional<users::Contact>& contact, Method method) {
    View out;
    if (contact) out.part("contact", contact_of(*contact));
    if (contact && contact->verified) out.text("may", "yes");
    if (visit.login->method == method) out.text("chosen", "yes");
    return out;
}

http::Response form(const Visit& visit, int status, std::string_view problem) {
    const auto& login = *visit.login;
    Page page{.screen = "account/method", .heading = "p.m_title", .status = status};
    if (!problem.empty()) page.problem = Problem{.text = visit.look.text(problem), .field = problem == "p.m_phone_unverified" ? "sms" : "email"};
    auto& view = page.view;
    view.part("email", way(visit, login.email, Method::email)).part("sms", way(visit, login.phone, Method::sms));
    if (login.method == Method::simple) view.text("none", "yes");
    if (visit.realm->settings.second_step_always) view.text("always", "yes");
    return show(visit.look, std::move(page));
}

// Where an app is active it is what is asked; the page of its own says how to be rid of it.
bool has_app(const Visit& visit) { return visit.login->app; }

}  // namespace

Result<http::Response> open(App&, const Visit& visit) {
    if (has_app(visit)) return go(visit.look, "settings");
    if (!fresh(visit)) return step_up(visit, "settings/method");
    return form(visit, 200, {});
}

Result<http::Response> choose(App& app, const Visit& visit) {
    if (has_app(visit)) return go(visit.look, "settings");
    const auto said = visit.said("method");
    const auto wanted = said == "none" ? std::optional(Method::simple) : said == "email" || said == "sms" ? users::method_of(said) : std::nullopt;
    if (!wanted) return form(visit, 400, "p.m_choose");
    if (!fresh(visit)) return step_up(visit, "settings/method");
    if (*wanted == Method::simple && visit.realm->settings.second_step_always) return form(visit, 409, "p.s_shop_requires");
    const auto& contact = *wanted == Method::sms ? visit.login->phone : visit.login->email;
    if (*wanted != Method::simple && !(contact && contact->verified)) {
        return form(visit, 409, *wanted == Method::sms ? "p.m_phone_unverified" : "p.m_email_unverified");
    }
    if (auto set = app.contacts.set_method(app.db, visit.context, *visit.login, *wanted); !set) return refuse(set.error());
    return go(visit.look, *wanted == Method::simple ? "settings?done=method-off" : "settings?done=method");
}

}  // namespace authtickets::pages::account::method
