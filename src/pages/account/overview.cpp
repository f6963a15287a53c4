// SPDX-License-Identifier: MIT
// P9: what a customer comes to first. The banners say what wants to be looked at, each until its end (docs/pages.md).
#include <authtickets/base/ids.h>
#include <authtickets/text/names.h>

#include "pages/account/activity.h"
#include "pages/account/parts.h"
#include "pages/account/screens.h"

namespace authtickets::pages::account::overview {

namespace {

constexpr unsigned low = 3;              // B2: so few codes are worth a word
constexpr unsigned most_events = 5, most_sessions = 100;

// Of who belongs to somebody else's account, or to a company's, the user's own.
std::string full_name(App& app, const Visit& visit) {
    const auto& profile = visit.login->account->profile;
    const auto name = text::trimmed(profile.first_name + " " + profile.last_name);
    if (!name.empty() && visit.login->role == "owner") return name;
    const auto user = app.users.get(app.db, visit.context.realm, visit.login->user);
    const bool own = user && user->names.name != accounts::shown_name(accounts::applied(profile, {.name = ""}));
    return own ? user->names.name : name;
}

// B1 to B4 and B6; B5 stands on every page.
void banners(App& app, const Visit& visit, const std::optional<totp::State>& state, View& view) {
    const auto& words = visit.look.words;
    const auto banner = [](std::string text) { return std::move(View().text("text", std::move(text))); };
    if (two_step::tells_recovery(*visit.session, state)) {
        view.part("used_recovery", banner(words.say("m.used_recovery", {{"n", std::to_string(state->codes_left)}})));
    }
    if (state && state->codes_left == 0) view.part("codes_none", banner(visit.look.text("m.codes_none")));
    else if (state && state->codes_left <= low) view.part("codes_low", banner(words.say("m.codes_low", {{"n", std::to_string(state->codes_left)}})));
    if (state && state->codes_set != 0 && !state->codes_confirmed_at) {
        auto unconfirmed = banner(visit.look.text("m.codes_unconfirmed"));
        view.part("unconfirmed", std::move(unconfirmed.text("set", std::to_string(state->codes_set))));
    }
    if (const auto ended = app.two_step.ended_by_shop(app.db, visit.context.realm, visit.session->user)) {
        view.part("ended", banner(words.say("m.2fa_ended_by_shop", {{"date", visit.look.time(*ended)}})));
    }
}

View details(const Visit& visit, const std::string& name) {
    const auto& login = *visit.login;
    View out;
    out.text("name", name).text("user_name", login.user_name);
    if (login.email) out.part("email", contact_of(*login.email));
    if (login.phone) out.part("phone", contact_of(*login.phone));
    return out;
}

View security(App& app, const Visit& visit, const std::optional<totp::State>& state) {
    const auto& login = *visit.login;
    const auto& words = visit.look.words;
    View out;
    if (state) {
        out.text(state->blocked_at ? "blocked" : "on", "yes");
        out.text("codes", words.say("p.s_codes_left", {{"n", std::to_string(state->codes_left)}, {"of", std::to_string(recovery_codes::how_many)}}));
    } else if (login.method == users::Method::simple) {
        out.text("off", "yes");
    } else {
        out.text(login.method == users::Method::sms ? "by_sms" : "by_email", "yes");
    }
    if (login.password_set_at) out.part("password", time_of(visit.look, *login.password_set_at));
    const auto count = app.tickets.sessions(app.db, visit.context.realm, visit.session->user, visit.context.now, most_sessions).size();
    out.text("sessions", words.say("p.s_sessions", {{"n", std::to_string(count)}}));
    return out;
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    const auto& look = visit.look;
    const auto state = app.totp.state(app.db, visit.context.realm, visit.session->user);
    const auto name = full_name(app, visit);
    Page page{.screen = "account/overview", .heading = "p.a_overview", .news = news_of(visit, {{"saved", "p.a_codes_saved"}})};
    page.view.text("hello", name.empty() ? look.text("p.a_overview") : look.words.say("p.a_hello", {{"name", name}}));
    if (visit.login->last_login_at) page.view.part("last", time_of(look, *visit.login->last_login_at));
    if (!acted_for(visit)) page.view.text("own", "yes");
    banners(app, visit, state, page.view);
    page.view.part("details", details(visit, name)).part("security", security(app, visit, state)).lines("events", activity(app, visit, most_events));
    return show(look, std::move(page));
}

// Of a banner that has gone meanwhile nothing is left to do: the page says how things are.
Result<http::Response> dismiss(App& app, const Visit& visit) {
    const auto what = visit.said("what");
    if (what == "recovery") app.tickets.dismiss(app.db, visit.context, visit.session->id);
    else if (what == "ended") app.two_step.dismiss_ended(app.db, visit.context, visit.session->user);
    else return refuse(Why::bad_parameter, "what");
    return go(visit.look, "");
}

// B6. Of the set that the page named: a newer one, made in another tab, is not confirmed by it.
Result<http::Response> saved(App& app, const Visit& visit) {
    const auto set = number_of(visit.said("set"));
    if (!set) return refuse(Why::bad_parameter, "set");
    app.two_step.confirm_saved(app.db, visit.context, *visit.session, *set);
    return go(visit.look, "./?done=saved");
}

}  // namespace authtickets::pages::account::overview
