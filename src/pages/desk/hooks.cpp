// SPDX-License-Identifier: MIT
// M14: web hooks: added, with the secret that signs them shown once; tried, paused, removed; and the log of what they were told.
#include <algorithm>
#include <array>
#include <charconv>

#include <authtickets/text/locales.h>
#include <authtickets/text/names.h>

#include "pages/desk/hook_words.h"
#include "pages/desk/parts.h"
#include "pages/desk/shop_screens.h"
#include "pages/desk/subject.h"

namespace authtickets::pages::desk {

std::string host_of(const subscriptions::Subscription& hook) {
    std::string_view rest = hook.target;
    if (const auto scheme = rest.find("://"); scheme != rest.npos) rest.remove_prefix(scheme + 3);
    return std::string(rest.substr(0, rest.find_first_of("/?#")));
}

std::string waits_for(const Look& look, const subscriptions::Subscription& hook) {
    std::string out;
    for (const auto& each : hook.events) {
        const auto key = each.starts_with('@') ? "e.group." + each.substr(1) : "e." + each;
        const auto& known = look.words.all();
        const auto found = known.find(key);
        // Topics of Kibo's have no words, and keys of integrations are not our events of the same name.
        const bool own = hook.format == subscriptions::Format::own && found != known.end();
        out.append(out.empty() ? "" : ", ").append(own ? found->second : each);
    }
    return out;
}

namespace hooks {

namespace {

using deliveries::Delivery;
using deliveries::State;
using events::Group;
using subscriptions::Action;
using subscriptions::Subscription;

constexpr unsigned shown_at_once = 50;
constexpr std::array groups{Group::sign_in, Group::second_step, Group::recovery, Group::password,
                            Group::account, Group::tickets, Group::operators, Group::system};

bool may(const Visit& visit) { return operators::may(visit.staff->role, operators::Right::notifications); }
std::string page_of(const Subscription& hook, std::string_view rest = {}) { return "notifications/hooks/" + hex(hook.id.value) + std::string(rest); }
std::string page_of(const Delivery& delivery) { return "notifications/deliveries/" + hex(delivery.id.value); }

std::optional<Subscription> meant(App& app, const Visit& visit) {
    const auto id = parse_uuid(visit.path.front());
    if (!id) return std::nullopt;
    for (auto& each : app.subscriptions.list(app.db, visit.shop->no)) {
        if (each.id == SubscriptionId{*id} && each.action == Action::hook) return std::move(each);
    }
    return std::nullopt;
}

http::Response gone(const Visit& visit) {
    return show(visit.look, Note{.heading = "o.hooks_gone_title", .status = 404, .problem = Problem{.text = visit.look.text("o.hooks_gone")},
                                 .to = "notifications", .way = "o.tab_notifications"});
}

std::string field_of(Group group) { return "g_" + std::string(events::name(group)); }

http::Response form(const Visit& visit, std::optional<Problem> problem = {}, int status = 200) {
    const auto& look = visit.look;
    Page page{.screen = "desk/hook_new", .heading = "o.hooks_add", .status = status, .problem = std::move(problem)};
    const auto why = [&](std::string_view name) { return page.problem && page.problem->field == name ? page.problem->text : std::string(); };
    View::Lines lines;
    for (const auto group : groups) {
        auto line = option(field_of(group), look.text("e.group." + std::string(events::name(group))), !visit.said(field_of(group)).empty());
        line.text("hint", look.text("o.notices_hint_" + std::string(events::name(group))));
        lines.push_back(std::move(line));
    }
    page.view.part("of_name", field(std::string(visit.said("name")), why("name")));
    page.view.part("of_address", field(std::string(visit.said("address")), why("address")));
    page.view.part("of_groups", std::move(field({}, why("groups")).lines("groups", std::move(lines))));
    page.view.text("to_list", address(look, "notifications"));
    return show(look, std::move(page));
}

http::Response refused(const Visit& visit, std::string_view field, std::string_view key, std::string more = {}, int status = 400) {
    return form(visit, Problem{.text = visit.look.text(key), .field = field, .more = std::move(more)}, status);
}

// --- The log

std::string_view mood(State state) {
    switch (state) {
        case State::sent: return "good";
        case State::abandoned: return "bad";
        case State::waiting: return "warn";
        case State::dropped: break;
    }
    return "none";
}

// Whether Send again makes sense; none: it does.
std::optional<deliveries::NotAgain> why_not_again(const Visit& visit, const Delivery& delivery, const std::optional<Subscription>& hook, bool in_trail) {
    return deliveries::why_not_again(delivery, hook, in_trail, visit.shop->sites.size());
}
bool in_trail(App& app, const Visit& visit, const Delivery& delivery) { return events::find(app.db, visit.shop->no, delivery.event).has_value(); }

// The log of events is kept longer than that of deliveries, so what is not in it was a test.
std::string told(const Look& look, const Delivery& delivery, bool in_trail) {
    const auto& known = look.words.all();
    const auto found = known.find("e." + delivery.name);
    // Of integrations and triggers what they are told is no event of ours.
    const bool foreign = delivery.format == subscriptions::Format::elasticpath || delivery.format == subscriptions::Format::freshcom;
    const auto& what = foreign ? delivery.topic : found == known.end() ? delivery.name : found->second;
    return in_trail ? what : look.words.say("o.hooks_test_of", {{"what", what}});
}

View line_of(const Look& look, const Delivery& delivery, bool in_trail) {
    View out;
    out.text("to", address(look, page_of(delivery))).text("time", text::moment_in_words(delivery.created_at, look.words.language(), look.zone)).text("told", told(look, delivery, in_trail));
    out.text("tries", std::to_string(delivery.attempts)).text("error", delivery.last_error).text("mood", std::string(mood(delivery.state)));
    out.text("state", look.text("o.hooks_state_" + std::string(deliveries::name(delivery.state))));
    return out;
}

unsigned skip_of(const Visit& visit) {
    const auto said = visit.request.query.get("skip").value_or("");
    unsigned out = 0;
    const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), out);
    constexpr unsigned most = 1'000'000;
    return error == std::errc() && end == said.data() + said.size() ? std::min(out, most) : 0;
}

void put_log(App& app, const Visit& visit, const Subscription& hook, View& view) {
    const auto& look = visit.look;
    const deliveries::Deliveries::Wanted wanted{.subscription = hook.id};
    const auto skip = skip_of(visit);
    View::Lines rows;
    for (const auto& each : app.deliveries.list(app.db, visit.shop->no, wanted, skip, shown_at_once)) {
        const bool found = in_trail(app, visit, each);
        auto line = line_of(look, each, found);
        if (may(visit) && !why_not_again(visit, each, hook, found)) line.text("to_again", address(look, page_of(each) + "/again"));
        rows.push_back(std::move(line));
    }
    const auto total = app.deliveries.count(app.db, visit.shop->no, wanted);
    const auto beside = [&](unsigned at) { return address(look, page_of(hook), {{"skip", at == 0 ? "" : std::to_string(at)}}); };
    View pager;
    if (skip > 0) pager.text("to_newer", beside(skip > shown_at_once ? skip - shown_at_once : 0));
    if (skip + rows.size() < total) pager.text("to_older", beside(skip + shown_at_once));
    if (!pager.values().empty()) view.part("pager", std::move(pager));
    view.lines("rows", std::move(rows));
}

// Whose form it has; empty: our own.
std::string_view family_of(subscriptions::Format format) {
    using subscriptions::Format;
    switch (format) {
        case Format::own: return {};
        case Format::kibo: return "Kibo";
        case Format::elasticpath: return "Elastic Path";
        case Format::freshcom: return "Freshcom";
    }
    return {};
}

Asks removal(const Visit& visit, const Subscription& hook) {
    return {.id = "remove", .title = visit.look.words.say("o.hooks_remove_ask", {{"name", isolated(visit.look, hook.shown_name())}}), .effects = {visit.look.text("o.hooks_remove_effect")},
            .action = page_of(hook, "/remove"), .back = page_of(hook), .button = visit.look.text("o.hooks_remove")};
}

http::Response record(App& app, const Visit& visit, const Subscription& hook, std::optional<Problem> problem = {}, int status = 200) {
    const auto& look = visit.look;
    Page page{.screen = "desk/hook", .title = hook.shown_name(), .status = status, .problem = std::move(problem)};
    const auto done = visit.request.query.get("done").value_or("");
    if (done == "tested" || done == "again" || done == "paused" || done == "resumed") page.news = look.text("o.hooks_done_" + done);
    auto& view = page.view;
    view.text("to_list", address(look, "notifications")).text("waits_for", waits_for(look, hook)).text("condition", hook.condition);
    view.text("active", hook.active ? "active" : "").text("since", look.time(hook.created_at)).text("description", hook.description);
    if (const auto family = family_of(hook.format); !family.empty()) view.text("format", std::string(family));
    // Whole addresses of hooks may hold a secret of the receiver's: who may not change them sees where they go, no more.
    view.text("target", may(visit) ? hook.target : host_of(hook));
    if (may(visit)) {
        View buttons;
        if (hook.active) buttons.text("to_test", address(look, page_of(hook, "/test"))).text("to_pause", address(look, page_of(hook, "/pause")));
        else buttons.text("to_resume", address(look, page_of(hook, "/resume")));
        view.part("may", std::move(buttons.text("to_remove", address(look, page_of(hook, "/remove"))).part("remove", dialog(look, removal(visit, hook)))));
    }
    put_log(app, visit, hook, view);
    return show(look, std::move(page));
}

Result<http::Response> set_active(App& app, const Visit& visit, bool active) {
    const auto hook = meant(app, visit);
    if (!hook) return gone(visit);
    const auto set = app.subscriptions.set_active(app.db, visit.at_shop(), hook->name, active);
    if (!set) return set.error().why == Why::unknown_item ? gone(visit) : Result<http::Response>(refuse(set.error()));
    return go(visit.look, page_of(*hook, active ? "?done=resumed" : "?done=paused"));
}

// --- One delivery

struct Sent {
    Delivery delivery;
    std::optional<Subscription> hook;
};
std::optional<Sent> delivery_meant(App& app, const Visit& visit) {
    const auto id = parse_uuid(visit.path.front());
    auto delivery = id ? app.deliveries.find(app.db, visit.shop->no, DeliveryId{*id}) : std::nullopt;
    if (!delivery || delivery->action != Action::hook) return std::nullopt;
    Sent out{.delivery = std::move(*delivery), .hook = {}};
    for (auto& each : app.subscriptions.list(app.db, visit.shop->no)) {
        if (out.delivery.subscription_id == each.id) out.hook = std::move(each);
    }
    return out;
}

http::Response delivery_page(App& app, const Visit& visit, const Sent& sent, std::optional<Problem> problem = {}, int status = 200) {
    const auto& look = visit.look;
    const auto& delivery = sent.delivery;
    const bool found = in_trail(app, visit, delivery);
    Page page{.screen = "desk/delivery", .title = told(look, delivery, found), .status = status, .problem = std::move(problem)};
    auto& view = page.view;
    view.text("to_list", address(look, sent.hook ? page_of(*sent.hook) : "notifications")).text("list", sent.hook ? sent.hook->shown_name() : look.text("o.tab_notifications"));
    auto line = line_of(look, delivery, found);
    line.text("recipient", delivery.recipient).text("hook", sent.hook ? sent.hook->shown_name() : delivery.subscription).text("event", hex(delivery.event.value));
    if (found) line.text("to_event", address(look, "events/" + hex(delivery.event.value)));
    if (delivery.state == State::waiting) line.text("due", look.time(delivery.due_at)).text("until", look.time(delivery.gives_up_at));
    if (delivery.finished_at) line.text("finished", look.time(*delivery.finished_at));
    view.part("one", std::move(line));
    View::Lines tries;
    for (const auto& each : app.deliveries.attempts(app.db, visit.shop->no, delivery.id)) {
        View row;
        row.text("no", std::to_string(each.no)).text("time", text::moment_in_words(each.began_at, look.words.language(), look.zone)).text("error", each.error);
        row.text("outcome", look.text("o.hooks_outcome_" + std::string(deliveries::name(each.outcome))));
        row.text("mood", each.outcome == deliveries::Outcome::accepted ? "good" : "bad").text("answer", each.status ? std::to_string(each.status) : "");
        tries.push_back(std::move(row));
    }
    view.lines("tries", std::move(tries));
    if (may(visit)) {
        if (const auto why = why_not_again(visit, delivery, sent.hook, found)) view.text("not_again", look.text("o.hooks_not_" + std::string(deliveries::name(*why))));
        else view.text("to_again", address(look, page_of(delivery) + "/again"));
    }
    return show(look, std::move(page));
}

}  // namespace

Result<http::Response> ask_new(App&, const Visit& visit) { return form(visit); }

// The page with the secret is the answer itself: nothing keeps it, and there is no address to come back to it by.
Result<http::Response> add(App& app, const Visit& visit) {
    Subscription wanted{.name = text::trimmed(visit.said("name")), .action = Action::hook, .target = text::trimmed(visit.said("address"))};
    for (const auto group : groups) {
        if (!visit.said(field_of(group)).empty()) wanted.events.push_back("@" + std::string(events::name(group)));
    }
    if (wanted.name.empty()) return refused(visit, "name", "o.hooks_no_name");
    if (wanted.target.empty()) return refused(visit, "address", "o.hooks_no_address");
    if (wanted.events.empty()) return refused(visit, "groups", "o.hooks_no_groups");
    const auto added = app.subscriptions.add(app.db, visit.at_shop(), std::move(wanted), app.hook_rules);
    if (!added) {
        const auto& refusal = added.error();
        if (refusal.why == Why::name_taken) return refused(visit, "name", "o.hooks_taken", {}, 409);
        if (refusal.why != Why::bad_parameter && refusal.why != Why::missing_parameter) return refuse(refusal);
        if (refusal.field == "name") return refused(visit, "name", "o.hooks_bad_name");
        if (refusal.field == "target") return refused(visit, "address", "o.hooks_bad_address", refusal.text);
        return refuse(refusal);
    }
    const auto& look = visit.look;
    Page page{.screen = "desk/hook_secret", .title = added->name, .news = look.text("o.hooks_done_added")};
    page.view.text("secret", std::string(added->secret->reveal())).text("to_hook", address(look, page_of(*added))).text("to_list", address(look, "notifications"));
    return show(look, std::move(page));
}

Result<http::Response> open(App& app, const Visit& visit) {
    const auto hook = meant(app, visit);
    return hook ? record(app, visit, *hook) : gone(visit);
}

Result<http::Response> test(App& app, const Visit& visit) {
    const auto hook = meant(app, visit);
    if (!hook) return gone(visit);
    const auto sent = app.subscriptions.test(app.db, visit.at_shop(), hook->name);
    if (sent) return go(visit.look, page_of(*hook, "?done=tested"));
    if (sent.error().why == Why::unknown_item) return gone(visit);
    if (sent.error().why != Why::bad_parameter) return refuse(sent.error());
    return record(app, visit, *hook, Problem{.text = visit.look.text("o.hooks_test_paused")}, 409);
}

Result<http::Response> pause(App& app, const Visit& visit) { return set_active(app, visit, false); }
Result<http::Response> resume(App& app, const Visit& visit) { return set_active(app, visit, true); }

Result<http::Response> ask_removal(App& app, const Visit& visit) {
    const auto hook = meant(app, visit);
    return hook ? page(visit.look, removal(visit, *hook)) : gone(visit);
}

Result<http::Response> remove(App& app, const Visit& visit) {
    const auto hook = meant(app, visit);
    if (!hook) return gone(visit);
    const auto removed = app.subscriptions.remove(app.db, visit.at_shop(), hook->name);
    if (!removed) return removed.error().why == Why::unknown_item ? gone(visit) : Result<http::Response>(refuse(removed.error()));
    return go(visit.look, "notifications?done=removed");
}

Result<http::Response> delivery(App& app, const Visit& visit) {
    const auto sent = delivery_meant(app, visit);
    return sent ? delivery_page(app, visit, *sent) : Result<http::Response>(refuse(Why::unknown_item));
}

Result<http::Response> again(App& app, const Visit& visit) {
    const auto sent = delivery_meant(app, visit);
    if (!sent) return refuse(Why::unknown_item);
    const auto owed = app.deliveries.again(app.db, visit.at_shop(), sent->delivery.id);
    if (owed) return go(visit.look, sent->hook ? page_of(*sent->hook, "?done=again") : std::string("notifications"));
    if (owed.error().why != Why::bad_parameter) return refuse(owed.error());
    return delivery_page(app, visit, *sent, Problem{.text = visit.look.text("o.hooks_not_" + owed.error().text)}, 409);
}

}  // namespace hooks

}  // namespace authtickets::pages::desk
