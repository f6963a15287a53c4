// SPDX-License-Identifier: MIT
// P13: it is on. Who set it up is still signed in here; whoever is signed in elsewhere need not stay so.
#include <algorithm>

#include <authtickets/text/browsers.h>

#include "pages/entry/screens.h"

namespace authtickets::pages::entry::done {

namespace {

constexpr unsigned most = 50;

// TK8: of other sessions one hears, and ends them, after one factor was shown.
bool one_fresh(const Visit& visit) {
    const auto within = [&](const std::optional<Time>& at) { return at && visit.context.now - *at <= visit.realm->settings.step_up_window; };
    const auto& session = *visit.session;
    return within(session.password_at) || within(session.app_at) || within(session.email_at) || within(session.sms_at);
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    const auto said = visit.request.query.get("done").value_or("");
    const auto news = said == "ended" ? "p.others_ended" : said == "moved" ? "p.moved" : "m.2fa_on";
    if (!visit.login->app) return go(visit.look, visit.side == Side::desk ? "settings/two-step/set-up" : "settings");
    Page page{.screen = "entry/done", .heading = "p.done_title", .news = visit.look.text(news)};
    auto others = one_fresh(visit) ? app.tickets.sessions(app.db, visit.context.realm, visit.session->user, visit.context.now, most)
                                   : std::vector<tickets::Ticket>();
    std::erase_if(others, [&](const tickets::Ticket& other) { return other.id == visit.session->id; });
    View::Lines lines;
    for (const auto& other : others) {
        View line;
        auto browser = text::browser_name(other.browser);
        if (browser.empty()) browser = visit.look.text("p.e_unknown_browser");
        line.text("browser", std::move(browser)).text("address", other.address);
        line.text("seen", visit.look.words.say("p.session_seen", {{"time", visit.look.time(tickets::seen_at(other))}}));
        lines.push_back(std::move(line));
    }
    page.view.lines("others", std::move(lines));
    if (!others.empty()) page.view.part("some", View());
    page.view.text("onward", visit.side == Side::desk ? "customers" : "settings");
    return show(visit.look, std::move(page));
}

Result<http::Response> end_others(App& app, const Visit& visit) {
    if (!one_fresh(visit)) return go(visit.look, "step-up?to=sessions");
    const auto account = visit.session->account_no.value_or(AccountNo{});
    (void)app.tickets.end_others(app.db, visit.context, visit.session->user, account, visit.session->id);
    return go(visit.look, "settings/two-step/done?done=ended");
}

}  // namespace authtickets::pages::entry::done
