// SPDX-License-Identifier: MIT
// P16: where one is signed in, and the browsers that are trusted. One factor is shown again before the list is (TK8). An operator
// who acts for the customer sees it, as he does at the desk, and ends nothing here.
#include <algorithm>

#include <authtickets/text/browsers.h>
#include <authtickets/text/locales.h>

#include "pages/account/parts.h"
#include "pages/account/screens.h"

namespace authtickets::pages::account::sessions {

namespace {

constexpr unsigned most = 200;

std::string browser(const Visit& visit, const std::string& user_agent) {
    auto name = text::browser_name(user_agent);
    return name.empty() ? visit.look.text("p.e_unknown_browser") : name;
}

// "password, authenticator app": what the session was opened with, or stepped up by.
std::string factors(const Visit& visit, const tickets::Ticket& ticket) {
    std::string out;
    const auto add = [&](bool shown, std::string_view key) {
        if (!shown) return;
        if (!out.empty()) out.append(", ");
        out.append(visit.look.words.at(key));
    };
    add(ticket.password_at.has_value(), "p.e_by_password");
    add(ticket.app_at && !ticket.used_recovery, "p.e_by_app");
    add(ticket.app_at && ticket.used_recovery, "p.e_by_recovery");
    add(ticket.email_at.has_value(), "p.e_by_email");
    add(ticket.sms_at.has_value(), "p.e_by_sms");
    return out;
}

View line(App& app, const Visit& visit, const tickets::Ticket& ticket) {
    const auto& look = visit.look;
    const bool this_one = ticket.id == visit.session->id;
    View out;
    out.text("browser", browser(visit, ticket.browser)).text("address", ticket.address).text("factors", factors(visit, ticket));
    const auto region = ticket.region.empty() ? app.geo.region_of(ticket.address, visit.context.now).value_or("") : ticket.region;
    if (!region.empty()) out.text("region", text::region_in_words(region, look.words.language()));
    out.part("started", time_of(look, ticket.created_at)).part("seen", time_of(look, tickets::seen_at(ticket)));
    if (ticket.acting) out.text("by_shop", "yes");
    if (!by_browser(ticket.door)) out.text("by_application", "yes");
    if (this_one) out.text("this_one", "yes");
    else if (!acted_for(visit)) out.text("may_end", "yes");
    out.text("id", hex(ticket.id.value));
    return out;
}

View device(const Visit& visit, const devices::Device& device) {
    View out;
    out.text("browser", browser(visit, device.browser)).text("id", hex(device.id.value)).part("seen", time_of(visit.look, device.last_at));
    if (device.trusted_until) out.part("until", time_of(visit.look, *device.trusted_until));
    if (!acted_for(visit)) out.text("may_end", "yes");
    return out;
}

http::Response list(App& app, const Visit& visit, int status, std::string_view problem) {
    const auto& look = visit.look;
    Page page{.screen = "account/sessions", .heading = "p.e_title", .status = status,
              .news = news_of(visit, {{"ended", "p.e_ended"}, {"others-ended", "p.e_others_ended"}, {"trust-ended", "p.e_trust_ended"}})};
    if (!problem.empty()) {
        page.problem = Problem{.text = look.text(problem)};
        page.news.clear();
    }
    const auto live = app.tickets.sessions(app.db, visit.context.realm, visit.session->user, visit.context.now, most);
    View::Lines lines;
    for (const auto& ticket : live) lines.push_back(line(app, visit, ticket));
    const bool others = std::ranges::any_of(live, [&](const auto& each) { return each.id != visit.session->id; });
    if (others && !acted_for(visit)) page.view.text("others", "yes");
    page.view.lines("sessions", std::move(lines));
    if (visit.side == Side::account && visit.realm->settings.trust_life.count() > 0) {
        View::Lines devices;
        for (const auto& each : app.devices.trusted(app.db, visit.context, visit.realm->settings, visit.session->user)) {
            devices.push_back(device(visit, each));
        }
        View trust;
        trust.lines("devices", std::move(devices));
        page.view.part("trust", std::move(trust));
    }
    return show(look, std::move(page));
}

// Whether one factor must be shown first.
bool too_old(const Visit& visit) { return !acted_for(visit) && !one_fresh(visit); }

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    if (too_old(visit)) return step_up(visit, "sessions");
    return list(app, visit, 200, {});
}

Result<http::Response> end(App& app, const Visit& visit) {
    if (too_old(visit)) return step_up(visit, "sessions");
    const auto id = parse_uuid(visit.said("id"));
    if (!id) return refuse(Why::bad_parameter, "id");
    if (TicketId{*id} == visit.session->id) return list(app, visit, 409, "p.e_this_one_stays");
    // Ended meanwhile, or nobody's: the list as it is now says so.
    if (!app.tickets.end_session(app.db, visit.context, visit.session->user, TicketId{*id})) return list(app, visit, 409, "p.e_gone");
    return go(visit.look, "sessions?done=ended");
}

Result<http::Response> end_others(App& app, const Visit& visit) {
    if (too_old(visit)) return step_up(visit, "sessions");
    app.tickets.end_others(app.db, visit.context, visit.session->user, visit.session->account_no.value_or(AccountNo{}), visit.session->id);
    return go(visit.look, "sessions?done=others-ended");
}

Result<http::Response> end_trust(App& app, const Visit& visit) {
    if (too_old(visit)) return step_up(visit, "sessions");
    const auto id = parse_uuid(visit.said("id"));
    if (!id) return refuse(Why::bad_parameter, "id");
    if (!app.two_step.end_trust(app.db, visit.context, *visit.session, DeviceId{*id})) return list(app, visit, 409, "p.e_trust_gone");
    return go(visit.look, "sessions?done=trust-ended");
}

}  // namespace authtickets::pages::account::sessions
