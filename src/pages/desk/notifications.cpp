// SPDX-License-Identifier: MIT
// M14: who is told what: web hooks of the shop, and mail to its operators by what happened.
#include <algorithm>

#include "pages/desk/hook_words.h"
#include "pages/desk/parts.h"
#include "pages/desk/shop_screens.h"
#include "pages/desk/subject.h"

namespace authtickets::pages::desk::notifications {

namespace {

using subscriptions::Notice;
using State = Notice::State;

bool may(const Visit& visit) { return operators::may(visit.staff->role, operators::Right::notifications); }

std::string_view name(State state) { return state == State::active ? "active" : state == State::paused ? "paused" : "none"; }
std::optional<State> state_of(std::string_view text) {
    for (const auto state : {State::none, State::active, State::paused}) {
        if (name(state) == text) return state;
    }
    return std::nullopt;
}

std::string key_of(events::Group group) { return "e.group." + std::string(events::name(group)); }
std::string field_of(events::Group group) { return "g_" + std::string(events::name(group)); }
std::string page_of(const operators::Operator& who) { return "notifications/mail/" + hex(who.user.value); }

std::optional<operators::Operator> meant(App& app, const Visit& visit) {
    const auto id = parse_uuid(visit.path.front());
    return id ? app.operators.find(app.db, visit.realm->no, UserId{*id}, visit.shop->no) : std::nullopt;
}

// "Sign-in, Account", of those in one state.
std::string groups_in(const Look& look, const std::vector<Notice>& notices, State state) {
    std::string out;
    for (const auto& each : notices) {
        if (each.state == state) out.append(out.empty() ? "" : ", ").append(look.text(key_of(each.group)));
    }
    return out;
}

View hook_line(const Look& look, const subscriptions::Subscription& hook) {
    View out;
    out.text("to", address(look, "notifications/hooks/" + hex(hook.id.value))).text("name", hook.shown_name()).text("host", host_of(hook));
    out.text("waits_for", waits_for(look, hook)).text("active", hook.active ? "active" : "");
    return out;
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) {
    const auto& look = visit.look;
    Page page{.screen = "desk/notifications", .heading = "o.tab_notifications"};
    if (visit.request.query.get("done") == "removed") page.news = look.text("o.hooks_done_removed");
    View::Lines hooks, staff;
    for (const auto& each : app.subscriptions.list(app.db, visit.shop->no)) {
        if (each.action == subscriptions::Action::hook) hooks.push_back(hook_line(look, each));
    }
    for (const auto& who : app.operators.list(app.db, visit.shop->no)) {
        const auto notices = app.subscriptions.notices(app.db, visit.shop->no, who.user);
        View line;
        line.text("to", address(look, page_of(who))).text("who", who.shown()).text("email", who.email);
        line.text("told", groups_in(look, notices, State::active)).text("paused", groups_in(look, notices, State::paused));
        staff.push_back(std::move(line));
    }
    page.view.lines("hooks", std::move(hooks)).lines("staff", std::move(staff));
    if (may(visit)) page.view.text("to_add", address(look, "notifications/add"));
    return show(look, std::move(page));
}

Result<http::Response> of_operator(App& app, const Visit& visit) {
    const auto who = meant(app, visit);
    if (!who) return refuse(Why::unknown_item);
    const auto& look = visit.look;
    Page page{.screen = "desk/notices", .title = look.words.say("o.notices_of", {{"name", isolated(look, who->shown())}})};
    if (visit.request.query.get("done") == "saved") page.news = look.text("o.notices_saved");
    View::Lines groups;
    for (const auto& each : app.subscriptions.notices(app.db, visit.shop->no, who->user)) {
        const std::string stands(name(each.state));
        View line;
        View::Lines choices;
        for (const auto state : {State::none, State::active, State::paused}) {
            const std::string value(name(state));
            choices.push_back(option(value, look.text("o.notices_" + value), state == each.state));
        }
        line.text("group", look.text(key_of(each.group))).text("hint", look.text("o.notices_hint_" + std::string(events::name(each.group))));
        line.text("field", field_of(each.group)).text("stands", stands).text("state", look.text("o.notices_" + stands)).lines("choices", std::move(choices));
        groups.push_back(std::move(line));
    }
    page.view.text("to_list", address(look, "notifications")).text("to_here", address(look, page_of(*who))).text("email", who->email);
    page.view.lines("groups", std::move(groups)).text("may", may(visit) ? "may" : "");
    return show(look, std::move(page));
}

// What was left as the form showed it is not touched, so that two who change different lines both get what they want.
Result<http::Response> save(App& app, const Visit& visit) {
    const auto who = meant(app, visit);
    if (!who) return refuse(Why::unknown_item);
    std::vector<Notice> wanted;
    for (const auto& each : app.subscriptions.notices(app.db, visit.shop->no, who->user)) {
        const auto said = visit.said(field_of(each.group));
        if (said.empty() || said == visit.said("was_" + field_of(each.group))) continue;
        const auto state = state_of(said);
        if (!state) return refuse(Why::bad_parameter, field_of(each.group));
        wanted.push_back({.group = each.group, .state = *state});
    }
    for (const auto& each : wanted) {
        if (auto set = app.subscriptions.set_notice(app.db, visit.at_shop(), who->user, each.group, each.state); !set) return refuse(set.error());
    }
    return go(visit.look, page_of(*who) + "?done=saved");
}

}  // namespace authtickets::pages::desk::notifications
