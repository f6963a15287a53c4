// SPDX-License-Identifier: MIT
// Finding out whose page it is, who is signed in, and whether a form may be acted on. GET and HEAD spend nothing (OC10).
#include "pages/frame/visit.h"

#include <algorithm>

#include "pages/origin.h"

namespace authtickets::pages {

namespace {

constexpr std::string_view sign_in = "sign-in", set_up = "settings/two-step/set-up", confirm_it = "step-up";

// Of the realm's sites the one that the reader is at. Another's host changes nothing (RS5).
const realms::Site* site_of(const realms::Realm& realm, std::string_view host) {
    if (const auto* site = realm.site_at(host)) return site;
    return realm.sites.empty() ? nullptr : &realm.sites.front();
}

std::string_view host_of(const http::Request& request) {
    std::string_view host = request.host;
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

std::string_view step_page(tickets::Factor owed) { return owed == tickets::Factor::app ? "sign-in/code" : "sign-in/sent-code"; }

// "sign-in?to=settings": after a GET the reader comes back to what was asked for, after a POST to where its form stood at best.
std::string with_way_back(std::string_view page, const Visit& visit) {
    std::string out(page);
    if (visit.request.method == http::Method::post || visit.look.path.empty() || visit.look.path == "sign-out") return out;
    return way_back(visit.look.path, *visit.shop).empty() ? out : out.append("?to=").append(visit.look.path);
}

std::string shown_name(const logins::Login& login) {
    if (!login.account) return login.user_name;
    const auto& profile = login.account->profile;
    const auto blank = profile.first_name.empty() || profile.last_name.empty() ? "" : " ";
    const auto name = profile.first_name + blank + profile.last_name;
    return name.empty() ? login.user_name : name;
}

Bar bar_of_account(const Visit& visit) {
    Bar bar{.me = shown_name(*visit.login), .label = "p.tabs",
            .tabs = {{"", "p.tab_overview"}, {"settings", "p.tab_settings"}, {"sessions", "p.tab_sessions"}}};
    if (visit.context.acting) bar.as_customer = visit.context.acting->name;
    return bar;
}

Bar bar_of_desk(const Visit& visit) {
    const auto role = visit.look.words.at("o.role_" + std::string(operators::name(visit.staff->role)));
    return {.me = visit.staff->shown() + " · " + std::string(role), .label = "o.tabs",
            .tabs = {{"customers", "o.tab_customers"}, {"rules", "o.tab_rules"}, {"mails", "o.tab_mails"}, {"events", "o.tab_events"},
                     {"notifications", "o.tab_notifications"}, {"operators", "o.tab_operators"}, {"settings", "o.tab_settings"}}};
}

// Reads session, login and operator into the visit. False: nobody is signed in.
bool recognize(App& app, Visit& visit) {
    const auto text = cookie(visit.request, session_cookie(visit.side), secure(*visit.shop));
    if (!text) return false;
    auto session = app.tickets.session(app.db, visit.context, *text);
    if (!session) return false;
    visit.session = std::move(*session);
    visit.look.form = form_token(app.keys, visit.context.now, *visit.session);
    if (visit.session->state != tickets::State::full) return true;
    const auto& ticket = *visit.session;
    visit.login = app.logins.of_user(app.db, visit.context.realm, ticket.user, ticket.account_no);
    if (visit.side == Side::desk) visit.staff = app.operators.find(app.db, visit.realm->no, ticket.user, visit.shop->no);
    std::optional<operators::Operator> as_customer;
    if (ticket.acting) {
        as_customer = app.operators.find(app.db, ticket.acting->realm, ticket.acting->user, visit.shop->no);
        if (!as_customer || !operators::may(as_customer->role, operators::Right::act_as)) visit.login.reset();
    }
    if (!visit.login || (visit.side == Side::desk && !visit.staff)) {  // gone, or no operator of this shop any more
        visit.session.reset();
        return false;
    }
    visit.context.user = ticket.user;
    if (as_customer) visit.context.acting = Acting{.realm = ticket.acting->realm, .user = ticket.acting->user, .name = as_customer->shown()};
    if (visit.staff) visit.context.acting = Acting{.realm = visit.realm->no, .user = ticket.user, .name = visit.staff->shown()};
    visit.look.bar = visit.side == Side::desk ? bar_of_desk(visit) : bar_of_account(visit);
    return true;
}

// Where to go instead; empty where the visit may go on.
std::string led_to(const Visit& visit, Needs needs) {
    if (needs == Needs::nobody || needs == Needs::whoever) return {};
    if (!visit.session) return needs == Needs::pending ? std::string(sign_in) : with_way_back(sign_in, visit);
    const bool full = visit.session->state == tickets::State::full;
    if (needs == Needs::pending) return full ? "./" : std::string();
    if (!full) return std::string(step_page(visit.session->owes));
    // An operator's desk opens with the app and nothing less (P11, docs/pages.md).
    if (visit.side == Side::desk && needs != Needs::enrolling) {
        if (!visit.staff->app) return std::string(set_up);
        if (!visit.session->app_at) return with_way_back(confirm_it, visit);
    }
    return {};
}

}  // namespace

Context Visit::at_shop() const {
    auto out = context;
    out.realm = shop->no;
    out.user = {};
    return out;
}

devices::Evidence Visit::evidence(App& app) const {
    return {.region = app.geo.region_of(context.address, context.now).value_or(""),
            .token = cookie(request, device_cookie, secure(*shop)).value_or(""), .browser = true};
}

std::string_view Visit::said(std::string_view name) const {
    const auto& pairs = form.pairs();
    const auto found = std::ranges::find(pairs, name, [](const auto& pair) { return std::string_view(pair.first); });
    return found == pairs.end() ? std::string_view{} : std::string_view(found->second);
}

Result<Arrival> arrive(App& app, const Context& context, const Call& call, Needs needs, Purpose purpose, operators::Right right) {
    const auto& request = call.request;
    const auto side = side_of(request.path);
    const bool post = request.method == http::Method::post;
    http::Query form;
    if (post) {
        auto read = http::read_form(request);
        if (!read) return refuse(std::move(read.error()));
        form = std::move(*read);
    }
    Secret token((post ? form : request.query).get("t").value_or(""));
    std::optional<links::Link> link;
    if (purpose && !token.empty()) {
        if (auto opened = app.recovery.open(app.db, context.now, *purpose, token)) link = *opened;
    }
    // The operators' links open pages of the desk, and those of a shop's customers the account pages.
    const auto staffs = side == Side::desk || link ? app.realms.operators(app.db) : std::nullopt;
    if (link && (side == Side::desk) != (link->realm == staffs)) link.reset();
    const bool by_link = side == Side::account && link;
    const auto no = by_link ? std::optional(link->realm) : app.realms.at_host(app.db, host_of(request));
    if (!no || (side == Side::desk && !staffs)) return refuse(Why::unknown_item);
    const auto shop = app.realms.get(app.db, context.now, *no);
    const auto realm = side == Side::desk ? app.realms.get(app.db, context.now, *staffs) : shop;
    const auto* const site = site_of(*shop, host_of(request));

    Arrival arrival{.visit = Visit{.context = context, .request = request, .path = call.path, .form = std::move(form), .realm = realm,
                                   .shop = shop, .side = side, .link = link, .token = std::move(token), .look = look(request, *shop, site)}};
    auto& visit = *arrival.visit;
    visit.context.realm = realm->no;
    visit.context.site = site && side == Side::account ? site->site : 0;
    const auto instead = [&](http::Response response) {
        arrival.instead = std::move(response);
        arrival.visit.reset();
        return std::move(arrival);
    };
    const auto no_way = [&](std::string field) {
        return instead(refused(visit.look, context, {.why = Why::forbidden, .field = std::move(field)}));
    };
    if (post && !from_own_page(request, shop->address)) return no_way({});
    if (needs == Needs::nobody) return arrival;
    recognize(app, visit);
    if (auto to = led_to(visit, needs); !to.empty()) return instead(go(visit.look, to));
    if (post && visit.session && !is_form_token(app.keys, *visit.session, visit.said("f"))) return no_way("f");
    if (visit.staff && !operators::may(visit.staff->role, right)) return no_way("role");
    if (needs == Needs::owner && visit.session->acting) return no_way("acting");
    return arrival;
}

Result<http::Response> nothing(App&, const Visit&) { return refuse(Why::not_found); }

}  // namespace authtickets::pages
