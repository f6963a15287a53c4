// SPDX-License-Identifier: MIT
// M4 to M10: what one button does to a customer. Each is asked first and sent by a form; one that comes too late, because
// another operator was first or the page was old, is told so and shown the record as it is now.
#include <algorithm>
#include <array>

#include "pages/desk/subject.h"

namespace authtickets::pages::desk {

namespace {

using operators::Right;

// A row for each: what its page is called, what is asked, what its button says, and what is told when it comes too late.
struct Row {
    Press press;
    std::string_view name, page, title, button, late;
    Right right;
    bool danger;
};
constexpr std::array rows{
    Row{Press::disable, "disable", "two-step/disable", "o.c_disable_title", "o.c_disable_button", "d.2fa_already_off", Right::disable_two_step, true},
    Row{Press::unlock, "unlock", "unlock", "o.c_unlock_title", "o.c_unlock_button", "o.c_unlock_late", Right::unlock, false},
    Row{Press::reset, "reset", "reset", "o.c_reset_title", "o.c_reset_button", "o.c_reset_late", Right::send_reset, false},
    Row{Press::suspend, "suspend", "suspend", "o.c_suspend_title", "o.c_suspend_button", "o.c_suspend_late", Right::suspend, true},
    Row{Press::activate, "activate", "activate", "o.c_activate_title", "o.c_activate_button", "o.c_activate_late", Right::suspend, false},
    Row{Press::end_sessions, "end", "sessions/end", "o.c_end_title", "o.c_end_button", "o.c_end_late", Right::end_sessions, true},
    Row{Press::act_as, "act", "act-as", "o.c_act_title", "o.c_act_button", "o.c_act_late", Right::act_as, false},
};

const Row& row(Press press) { return *std::ranges::find(rows, press, &Row::press); }

// What signs in once the app is off: the customer's own way, else what the shop's rules may ask for.
std::string_view left_without_app(const Visit& visit, const Subject& who) {
    if (who.method() != users::Method::simple) return "o.c_disable_own";
    const auto& rules = visit.shop->settings;
    if (rules.second_step_always) return "o.c_disable_always";
    return rules.second_step_on_fingerprint || rules.second_step_on_region ? "o.c_disable_sometimes" : "o.c_disable_password";
}

std::vector<std::string> effects(const Visit& visit, const Subject& who, Press press) {
    const auto& look = visit.look;
    switch (press) {
        case Press::disable:
            return {look.words.say("o.c_disable_ends", {{"n", std::to_string(who.app ? who.app->codes_left : 0)}}),
                    look.text(left_without_app(visit, who)), look.text("o.c_disable_told")};
        case Press::unlock: return {look.text("o.c_unlock_effect")};
        case Press::reset: return {look.words.say("o.c_reset_effect", {{"email", isolated(look, who.email())}}), look.text("o.c_reset_secret")};
        case Press::suspend: return {look.text("o.c_suspend_effect"), look.text("o.c_suspend_limit")};
        case Press::activate: return {look.text("o.c_activate_effect")};
        case Press::end_sessions: return {look.text("o.c_end_effect")};
        case Press::act_as: break;
    }
    const auto minutes = look.words.duration(operators::act_as_life);
    return {look.words.say("o.c_act_effect", {{"duration", minutes}}), look.text("o.c_act_limit")};
}

http::Response late(App& app, const Visit& visit, const Subject& who, std::string_view key) {
    return record(app, visit, who, {.status = 409, .problem = Problem{.text = about(visit.look, key, who)}});
}

http::Response done(const Visit& visit, const Subject& who, std::string_view what) {
    return go(visit.look, page_of(who) + "?done=" + std::string(what));
}

// What a press was answered with, when it did nothing: too late, or too often.
Result<http::Response> refused(App& app, const Visit& visit, Press press, const Refusal& refusal) {
    const auto now = subject(app, visit);
    if (!now) return refuse(now.error());
    if (refusal.why == Why::throttled) {
        const auto text = visit.look.words.say("m.wait", {{"duration", visit.look.words.duration(refusal.retry_after)}});
        auto response = record(app, visit, *now, {.status = 429, .problem = Problem{.text = text}});
        response.header("Retry-After", std::to_string(refusal.retry_after.count()));
        return response;
    }
    if (refusal.why == Why::forbidden && refusal.field == "no_email") return late(app, visit, *now, "o.c_no_email");
    if (refusal.why == Why::forbidden && refusal.field == "suspended") return late(app, visit, *now, "o.c_is_suspended");
    if (refusal.why == Why::forbidden && refusal.field == "guest") return late(app, visit, *now, "o.c_is_guest");
    if (refusal.why == Why::unknown_item) return late(app, visit, *now, row(press).late);
    return refuse(refusal);
}

Result<http::Response> disable(App& app, const Visit& visit, const Subject& who) {
    const auto why = visit.said("reason");
    const auto off = app.desk.disable_two_step(app.db, visit.at_shop(), who.account.no, why);
    if (off) return done(visit, who, "disabled");
    if (off.error().why != Why::bad_parameter) return refused(app, visit, Press::disable, off.error());
    auto question = asks(visit, who, Press::disable);
    question.typed = why;
    question.wrong = visit.look.text(why.empty() ? "o.c_reason_missing" : "o.c_reason_wrong");
    return page(visit.look, question, 400);
}

Result<http::Response> end_sessions(App& app, const Visit& visit, const Subject& who) {
    const auto named = visit.said("session");
    if (named.empty()) {
        const auto ended = app.desk.end_sessions(app.db, visit.at_shop(), who.account.no);
        if (!ended) return refused(app, visit, Press::end_sessions, ended.error());
        return done(visit, who, "ended_all");
    }
    const auto id = parse_uuid(named);
    if (!id) return late(app, visit, who, "o.c_end_late");
    const auto ended = app.desk.end_session(app.db, visit.at_shop(), who.account.no, TicketId{*id});
    if (!ended) return refused(app, visit, Press::end_sessions, ended.error());
    return done(visit, who, "ended");
}

Result<http::Response> act_as(App& app, const Visit& visit, const Subject& who) {
    const auto issued = app.operators.act_as(app.db, visit.at_shop(), *visit.shop, *visit.staff, who.account.no);
    if (!issued) return refused(app, visit, Press::act_as, issued.error());
    auto response = go(visit.look, "../account/");
    set_session(response, Side::account, *visit.shop, *issued, visit.context.now);
    return response;
}

// The presses that a plain answer is given to.
template <class Done>
Result<http::Response> answered(App& app, const Visit& visit, const Subject& who, Press press, const Done& result, std::string_view news) {
    if (!result) return refused(app, visit, press, result.error());
    return done(visit, who, news);
}

}  // namespace

Right right(Press press) { return row(press).right; }

bool open_to(const Subject& who, Press press) {
    if (!who.login) return false;  // nobody signs in as a guest
    switch (press) {
        case Press::disable: return who.app.has_value();
        case Press::unlock: return who.listed.locked && !who.login->blocked_at;  // activating lifts both
        case Press::suspend: return !who.listed.suspended;
        case Press::activate: return who.listed.suspended;
        case Press::act_as: return !who.listed.suspended;
        case Press::reset:
        case Press::end_sessions: break;
    }
    return true;
}

Asks asks(const Visit& visit, const Subject& who, Press press) {
    const auto& each = row(press);
    return {.id = each.name, .title = about(visit.look, each.title, who), .effects = effects(visit, who, press),
            .action = page_of(who, each.page), .back = page_of(who), .button = visit.look.text(each.button), .danger = each.danger,
            .reason = press == Press::disable};
}

namespace presses {

Result<http::Response> ask(App& app, const Visit& visit, Press press) {
    const auto who = subject(app, visit);
    if (!who) return refuse(who.error());
    if (!open_to(*who, press)) return late(app, visit, *who, who->login ? row(press).late : "o.c_is_guest");
    return page(visit.look, asks(visit, *who, press));
}

Result<http::Response> act(App& app, const Visit& visit, Press press) {
    const auto who = subject(app, visit);
    if (!who) return refuse(who.error());
    if (!open_to(*who, press)) return late(app, visit, *who, who->login ? row(press).late : "o.c_is_guest");
    const auto context = visit.at_shop();
    const auto no = who->account.no;
    switch (press) {
        case Press::disable: return disable(app, visit, *who);
        case Press::unlock: return answered(app, visit, *who, press, app.desk.unlock(app.db, context, *visit.shop, no), "unlocked");
        case Press::reset: return answered(app, visit, *who, press, app.desk.send_reset(app.db, context, *visit.shop, no), "reset");
        case Press::suspend: return answered(app, visit, *who, press, app.desk.suspend(app.db, context, no), "suspended");
        case Press::activate: return answered(app, visit, *who, press, app.desk.activate(app.db, context, no), "activated");
        case Press::end_sessions: return end_sessions(app, visit, *who);
        case Press::act_as: break;
    }
    return act_as(app, visit, *who);
}

}  // namespace presses
}  // namespace authtickets::pages::desk
