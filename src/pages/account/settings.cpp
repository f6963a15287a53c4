// SPDX-License-Identifier: MIT
// P10: how one signs in, of a customer or of an operator. While an operator acts for the customer nothing here is to be pressed,
// and the rows of the changes refuse (docs/pages.md).
#include <authtickets/core/subscriptions.h>

#include "pages/account/activity.h"
#include "pages/account/parts.h"
#include "pages/account/screens.h"

namespace authtickets::pages::account::settings {

namespace {

constexpr unsigned most_events = 10, most_sessions = 100;

View app_on(const Visit& visit, const totp::State& state) {
    const auto& look = visit.look;
    View out;
    out.part("since", time_of(look, state.enabled_at));
    if (state.last_used_at) out.part("used", time_of(look, *state.last_used_at));
    out.text("codes", look.words.say("p.s_codes_left", {{"n", std::to_string(state.codes_left)}, {"of", std::to_string(recovery_codes::how_many)}}));
    if (state.blocked_at) out.text("blocked", "yes");
    else out.text("fine", "yes");
    if (visit.side == Side::account) out.text("may_end", "yes");  // an operator without an app has no desk
    return out;
}

View by_message(const Visit& visit, users::Method method) {
    const auto& login = *visit.login;
    const bool sms = method == users::Method::sms;
    const auto& contact = sms ? login.phone : login.email;
    View out;
    out.text(sms ? "by_sms" : "by_email", "yes");
    if (contact) out.part("contact", contact_of(*contact));
    // Off would change nothing where the shop asks for a code each time.
    if (!visit.realm->settings.second_step_always) out.text("may_end", "yes");
    return out;
}

View none(const Visit& visit) {
    const auto& login = *visit.login;
    View out;
    if (visit.realm->settings.second_step_always) out.text("always", "yes");
    if (visit.side == Side::account && (login.email || login.phone)) out.text("messages", "yes");
    return out;
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    const auto& look = visit.look;
    const auto& login = *visit.login;
    Page page{.screen = "account/settings", .heading = "p.s_title",
              .news = news_of(visit, {{"password", "p.s_password_changed"}, {"off", "m.2fa_off"}, {"method", "p.s_method_changed"},
                                      {"method-off", "p.s_method_off"}, {"email", "p.s_email_confirmed"}, {"phone", "p.s_phone_confirmed"},
                                      {"already-off", "p.s_was_off"}, {"already-verified", "p.s_was_verified"}})};
    auto& view = page.view;
    if (!acted_for(visit)) view.text("own", "yes");
    if (visit.side == Side::account) view.text("customer", "yes");
    if (const auto state = app.totp.state(app.db, visit.context.realm, visit.session->user)) view.part("app", app_on(visit, *state));
    else if (login.method != users::Method::simple) view.part("message", by_message(visit, login.method));
    else view.part("none", none(visit));
    view.text("user_name", login.user_name);
    if (login.password_set_at) view.part("password", time_of(look, *login.password_set_at));
    if (login.email) view.part("email", contact_of(*login.email));
    if (login.phone) view.part("phone", contact_of(*login.phone));
    const auto count = app.tickets.sessions(app.db, visit.context.realm, visit.session->user, visit.context.now, most_sessions).size();
    view.text("sessions", look.words.say("p.s_sessions", {{"n", std::to_string(count)}}));
    view.lines("events", activity(app, visit, most_events));
    return show(look, std::move(page));
}

}  // namespace authtickets::pages::account::settings
