// SPDX-License-Identifier: MIT
// M2: one customer. That it was shown stands in the event log, each time; what may be done stands on the page only for
// whom it is allowed, and while there is something to do (UI27).
#include <algorithm>
#include <array>

#include <authtickets/text/browsers.h>
#include <authtickets/text/locales.h>
#include <authtickets/text/names.h>
#include <authtickets/text/phone.h>

#include "pages/desk/subject.h"
#include "pages/frame/happened.h"

namespace authtickets::pages::desk {

namespace {

using operators::Right;

constexpr unsigned most_sessions = 50, most_events = 10;

// What has been done, by the key in the address.
struct News {
    std::string_view key, word, more;
};
constexpr std::array news_keys{
    News{"disabled", "d.2fa_disabled", "o.c_disabled_more"}, News{"unlocked", "o.c_done_unlocked", {}}, News{"reset", "o.c_done_reset", {}},
    News{"suspended", "o.c_done_suspended", {}},             News{"activated", "o.c_done_activated", {}}, News{"ended", "o.c_done_ended", {}},
    News{"ended_all", "o.c_done_ended_all", {}},             News{"method", "o.c_done_method", {}},       News{"saved", "o.c_done_saved", {}},
    News{"saved_email", "o.c_done_saved", "o.c_pending_email"}, News{"saved_phone", "o.c_done_saved", "o.c_pending_phone"},
    News{"saved_both", "o.c_done_saved", "o.c_pending_both"}, News{"created", "o.c_done_created", {}},
};

std::string news(const Visit& visit, const Subject& who) {
    const auto done = visit.request.query.get("done").value_or("");
    const auto found = std::ranges::find(news_keys, std::string_view(done), &News::key);
    if (found == news_keys.end()) return {};
    auto out = about(visit.look, found->word, who);
    if (!found->more.empty()) out.append(" ").append(visit.look.text(found->more));
    return out;
}

bool allowed(const Visit& visit, const Subject& who, Press press) { return may(visit, right(press)) && open_to(who, press); }

// --- Facts: a label, what there is to say, and perhaps a button

View fact(const Visit& visit, std::string_view label) { return std::move(View().text("label", visit.look.text(label))); }
View fact(const Visit& visit, std::string_view label, std::string plain) { return std::move(fact(visit, label).text("plain", std::move(plain))); }
View fact(const Visit& visit, std::string_view label, std::optional<Time> at, std::string_view none) {
    if (!at) return fact(visit, label, visit.look.text(none));
    return std::move(fact(visit, label).part("at", moment(visit.look, *at)));
}

// With the link to a press, if this operator may and there is something for it to do.
View with(View out, const Visit& visit, const Subject& who, Press press, std::string_view says) {
    if (!allowed(visit, who, press)) return out;
    const auto question = asks(visit, who, press);
    return std::move(out.part("action", std::move(View().text("to", address(visit.look, question.action)).text("id", std::string(question.id))
                                                      .text("says", visit.look.text(says)))));
}

// TO6: how far the app's clock is off, as the last code showed it.
std::string clock_of(const Look& look, int drift) {
    if (drift == 0) return look.text("o.c_clock_right");
    const auto off = look.words.duration(Seconds(30 * std::abs(drift)));
    return look.words.say(drift < 0 ? "o.c_clock_slow" : "o.c_clock_fast", {{"duration", off}});
}

// M3
View two_step(const Visit& visit, const Subject& who) {
    const auto& look = visit.look;
    const auto by = who.listed.two_step;
    View out, tag;
    const std::string_view word = who.app ? "o.c_enabled" : by == directory::TwoStep::email ? "o.c_code_by_email"
                                : by == directory::TwoStep::sms ? "o.c_code_by_sms" : "o.c_disabled";
    tag.text("kind", who.app ? "good" : "").text("word", look.text(word));
    out.part("state", std::move(tag));
    View::Lines facts;
    if (who.app) {
        const auto& app = *who.app;
        facts.push_back(fact(visit, "o.c_method", look.text("o.c_method_app")));
        facts.push_back(fact(visit, "o.c_app_since", app.enabled_at, "o.c_never"));
        facts.push_back(fact(visit, "o.c_app_used", app.last_used_at, "o.c_never"));
        facts.push_back(fact(visit, "o.c_codes", look.words.say("o.c_codes_left", {{"n", std::to_string(app.codes_left)}})));
        facts.push_back(fact(visit, "o.c_clock", clock_of(look, app.drift)));
        if (app.blocked_at) {
            facts.push_back(fact(visit, "o.c_app_blocked", app.blocked_at, "o.c_never"));
        } else if (app.paused_until && *app.paused_until > visit.context.now) {
            facts.push_back(fact(visit, "o.c_app_paused", app.paused_until, "o.c_never"));
        }
    }
    const auto way_of = [](users::Method method) {
        return method == users::Method::email ? "o.c_own_email" : method == users::Method::sms ? "o.c_own_sms" : "o.c_own_none";
    };
    if (who.login && !may(visit, Right::edit)) facts.push_back(fact(visit, "o.c_own_method", look.text(way_of(who.method()))));
    if (!facts.empty()) out.part("known", std::move(View().lines("facts", std::move(facts))));
    if (allowed(visit, who, Press::disable)) out.text("disable", address(look, page_of(who, "two-step/disable")));
    if (!who.login || !may(visit, Right::edit)) return out;
    const auto& login = *who.login;
    const bool email = login.email && login.email->verified, sms = login.phone && login.phone->verified;
    const auto way = [&](users::Method method, bool can) {
        auto line = option(std::string(users::name(method)), look.text(way_of(method)), who.method() == method);
        return std::move(line.text("cannot", can ? "" : "cannot"));
    };
    View own;
    own.lines("ways", {way(users::Method::simple, true), way(users::Method::email, email), way(users::Method::sms, sms)});
    own.text("set_to", address(look, page_of(who, "two-step/method")));
    return std::move(out.part("method", std::move(own)));
}

View::Lines status_facts(const Visit& visit, const Subject& who) {
    const auto& login = *who.login;
    auto password = login.sealed_password.empty() ? fact(visit, "o.c_password", visit.look.text("o.c_password_none"))
                                                  : fact(visit, "o.c_password_set", login.password_set_at, "o.c_password_there");
    View::Lines out{with(std::move(password), visit, who, Press::reset, "o.c_reset")};
    if (who.listed.locked) {
        auto lock = fact(visit, "o.c_lock", login.locked_at, "o.c_locked");
        lock.part("tag", std::move(View().text("kind", "warn").text("word", visit.look.text("o.c_locked"))));
        out.push_back(with(std::move(lock), visit, who, Press::unlock, "o.c_unlock"));
    }
    // Whoever may edit has the box; for others the same is a button.
    if (!may(visit, Right::edit)) {
        auto access = fact(visit, "o.c_access", visit.look.text(who.listed.suspended ? "o.c_suspended" : "o.c_active"));
        out.push_back(who.listed.suspended ? with(std::move(access), visit, who, Press::activate, "o.c_activate")
                                           : with(std::move(access), visit, who, Press::suspend, "o.c_suspend"));
    }
    out.push_back(fact(visit, "o.c_last_sign_in", login.last_login_at, "o.c_never"));
    return out;
}

// --- Details: what of them can be edited

struct Field {
    std::string_view id, label;
    std::string (*now)(const Subject&);
    std::optional<std::string> authtickets::desk::Edit::*change;
    std::string_view core;  // what a refusal calls it
};
using Edit = authtickets::desk::Edit;
constexpr std::array fields{
    Field{"first", "o.c_first", [](const Subject& who) { return who.account.profile.first_name; }, &Edit::first_name, "first_name"},
    Field{"last", "o.c_last", [](const Subject& who) { return who.account.profile.last_name; }, &Edit::last_name, "last_name"},
    Field{"company", "o.c_company", [](const Subject& who) { return who.account.profile.company; }, &Edit::company, "company"},
    Field{"email", "o.c_email", [](const Subject& who) { return who.email(); }, &Edit::email, "email"},
    Field{"phone", "o.c_phone", [](const Subject& who) { return who.phone(); }, &Edit::phone, "phone"},
};

// A guest has no number, and few customers a company.
bool shown(const Subject& who, const Field& field) {
    if (field.id == "phone") return who.login.has_value();
    return field.id != "company" || !who.account.profile.company.empty();
}

View form(const Visit& visit, const Subject& who, const Told& told) {
    View out;
    out.text("save_to", address(visit.look, page_of(who)));
    for (const auto& each : fields) {
        if (!shown(who, each)) continue;
        const auto now = each.now(who);
        const bool wrong = told.problem && told.problem->field == each.id;
        auto part = field(told.as_typed ? std::string(visit.said(each.id)) : now, wrong ? told.problem->text : std::string());
        // What it was when the form was opened: another's change meanwhile is not undone unseen.
        part.text("was", told.as_typed ? std::string(visit.said("was_" + std::string(each.id))) : now);
        out.part(each.id, std::move(part));
    }
    out.text("contact_hint", visit.look.text(who.login ? "o.c_contact_hint" : "o.c_contact_guest"));
    if (!who.login) return out;
    View box;
    const bool off = told.as_typed ? visit.said("off") == "1" : who.listed.suspended;
    box.text("checked", off ? "checked" : "").text("was_off", who.listed.suspended ? "1" : "0");
    return std::move(out.part("box", std::move(box)));
}

View::Lines details(const Visit& visit, const Subject& who) {
    View::Lines out;
    for (const auto& each : fields) {
        if (shown(who, each)) out.push_back(fact(visit, each.label, each.now(who)));
    }
    return out;
}

// --- Sessions and events

std::string factors(const Look& look, const tickets::Ticket& ticket) {
    std::string out;
    const auto add = [&](bool shown, std::string_view key) {
        if (!shown) return;
        if (!out.empty()) out.append(" · ");
        out.append(look.text(key));
    };
    add(ticket.password_at.has_value(), "o.c_shown_password");
    add(ticket.app_at && !ticket.used_recovery, "o.c_shown_app");
    add(ticket.app_at && ticket.used_recovery, "o.c_shown_recovery");
    add(ticket.email_at.has_value(), "o.c_shown_email");
    add(ticket.sms_at.has_value(), "o.c_shown_sms");
    return out;
}

View session(App& app, const Visit& visit, const Subject& who, const tickets::Ticket& ticket) {
    const auto& look = visit.look;
    const auto browser = text::browser_name(ticket.browser);
    const auto region = app.geo.region_of(ticket.address, visit.context.now).value_or("");
    View out;
    out.text("browser", browser.empty() ? look.text("o.c_unknown_browser") : browser).text("session", hex(ticket.id.value));
    out.text("place", region.empty() ? std::string() : text::region_in_words(region, look.words.language()));
    out.text("from", ticket.address).text("factors", factors(look, ticket));
    out.part("started", moment(look, ticket.created_at)).part("seen", moment(look, tickets::seen_at(ticket)));
    if (ticket.acting) out.text("by_operator", look.text("o.c_by_operator"));
    if (may(visit, Right::end_sessions)) out.text("end_to", address(look, page_of(who, "sessions/end")));
    return out;
}

View sessions(App& app, const Visit& visit, const Subject& who, const std::vector<tickets::Ticket>& open) {
    View out;
    View::Lines lines;
    for (const auto& each : open) lines.push_back(session(app, visit, who, each));
    if (lines.empty()) out.text("no_sessions", visit.look.text("o.c_no_sessions"));
    else if (allowed(visit, who, Press::end_sessions)) out.text("end_all", address(visit.look, page_of(who, "sessions/end")));
    return std::move(out.lines("open_sessions", std::move(lines)));
}

View recent(App& app, const Visit& visit, const Subject& who) {
    // That the record was opened again is of interest in the log, and here it would push out all else.
    auto names = events::all_names();
    std::erase(names, events::Name::customer_viewed);
    const auto found = events::browse(app.db, visit.shop->no, {.account = who.account.no, .names = std::move(names), .limit = most_events});
    View out;
    View::Lines lines;
    for (const auto& each : found.items) {
        const auto told = happened(visit.look, events::record(each));
        lines.push_back(std::move(View().text("what", told.what).text("by", told.who).part("when", moment(visit.look, each.at))));
    }
    if (lines.empty()) out.text("no_events", visit.look.text("o.c_no_events"));
    out.text("all_events", address(visit.look, "events", {{"customer", std::to_string(who.account.no.value)}}));
    return std::move(out.lines("happened", std::move(lines)));
}

// Of those presses that the page has a button for.
View::Lines dialogs(const Visit& visit, const Subject& who, bool sessions) {
    View::Lines out;
    using enum Press;
    for (const auto press : {disable, unlock, reset, suspend, activate, end_sessions, act_as}) {
        const bool by_box = right(press) == Right::suspend && may(visit, Right::edit);
        if (!allowed(visit, who, press) || by_box || (press == end_sessions && !sessions)) continue;
        out.push_back(dialog(visit.look, asks(visit, who, press)));
    }
    return out;
}

// What came with the form and is another than when it was opened.
struct Typed {
    Edit edit{};
    bool any = false, stale = false;   // stale: somebody else changed the same meanwhile
};

Typed typed(const Visit& visit, const Subject& who) {
    Typed out;
    for (const auto& each : fields) {
        const auto was = visit.said("was_" + std::string(each.id)), now = visit.said(each.id);
        if (!shown(who, each) || now == was) continue;
        out.any = true;
        out.stale = out.stale || each.now(who) != was;
        out.edit.*each.change = text::trimmed(now);
    }
    return out;
}

http::Response wrong(App& app, const Visit& visit, const Subject& who, int status, std::string_view field, std::string text) {
    return record(app, visit, who, {.status = status, .problem = Problem{.text = std::move(text), .field = field}, .as_typed = true});
}

std::string_view problem_of(const Visit& visit, std::string_view field) {
    if (field == "email") return visit.said(field).empty() ? "o.c_email_missing" : "o.c_email_wrong";
    if (field == "phone") return visit.said(field).empty() ? "o.c_phone_needed" : "o.c_phone_wrong";
    return "o.c_field_wrong";
}

Result<http::Response> not_saved(App& app, const Visit& visit, const Subject& who, const Refusal& refusal) {
    const auto found = std::ranges::find(fields, std::string_view(refusal.field), &Field::core);
    const auto field = found == fields.end() ? std::string_view{} : found->id;
    switch (refusal.why) {
        case Why::name_taken: return wrong(app, visit, who, 409, field.empty() ? "email" : field, visit.look.text("o.c_email_taken"));
        case Why::bad_parameter:
        case Why::missing_parameter: return wrong(app, visit, who, 400, field, visit.look.text(problem_of(visit, field)));
        case Why::throttled: {
            const auto wait = visit.look.words.duration(refusal.retry_after);
            auto response = wrong(app, visit, who, 429, {}, visit.look.words.say("m.wait", {{"duration", wait}}));
            response.header("Retry-After", std::to_string(refusal.retry_after.count()));
            return response;
        }
        default: return refuse(refusal);
    }
}

}  // namespace

http::Response record(App& app, const Visit& visit, const Subject& who, Told told) {
    const auto& look = visit.look;
    if (visit.request.method != http::Method::head) app.desk.viewed(app.db, visit.at_shop(), who.account);
    Page page{.screen = "desk/customer", .title = who.name(), .status = told.status};
    if (!told.problem) page.news = news(visit, who);
    auto& view = page.view;
    view.text("back", address(look, "customers")).text("user_name", who.account.user_name);
    view.part("status", status_tag(look, who.listed.status())).part("since", moment(look, who.account.profile.customer_since_at.value_or(who.account.created_at)));
    if (allowed(visit, who, Press::act_as)) view.text("act_as", address(look, page_of(who, "act-as")));
    std::vector<tickets::Ticket> open;
    if (who.login) {
        view.part("two_step", two_step(visit, who));
        view.part("account_status", std::move(View().lines("facts", status_facts(visit, who))));
        open = app.tickets.sessions(app.db, visit.shop->no, who.account.user, visit.context.now, most_sessions);
        view.part("sessions", sessions(app, visit, who, open));
    }
    if (may(visit, Right::edit)) view.part("edit", form(visit, who, told));
    else view.part("details", std::move(View().lines("facts", details(visit, who))));
    view.part("log", recent(app, visit, who)).lines("dialogs", dialogs(visit, who, !open.empty()));
    page.problem = std::move(told.problem);
    return show(look, std::move(page));
}

namespace customer {

Result<http::Response> open(App& app, const Visit& visit) {
    const auto who = subject(app, visit);
    if (!who) return refuse(who.error());
    return record(app, visit, *who, {});
}

Result<http::Response> save(App& app, const Visit& visit) {
    const auto who = subject(app, visit);
    if (!who) return refuse(who.error());
    auto asked = typed(visit, *who);
    if (asked.stale) return record(app, visit, *who, {.status = 409, .problem = Problem{.text = visit.look.text("o.c_save_late")}});
    if (asked.edit.phone && !asked.edit.phone->empty()) {
        const auto* const site = visit.shop->sites.empty() ? nullptr : &visit.shop->sites.front();
        auto number = text::normal_phone(*asked.edit.phone, site ? site->country_code : std::string_view{});
        if (!number) {
            if (number.error().why != Why::bad_parameter) return refuse(number.error());
            return wrong(app, visit, *who, 400, "phone", visit.look.text("o.c_phone_wrong"));
        }
        asked.edit.phone = std::move(*number);
    }
    const auto context = visit.at_shop();
    std::string done = "saved";
    if (asked.any) {
        const auto edited = app.desk.edit(app.db, context, *visit.shop, who->account.no, asked.edit);
        if (!edited) return not_saved(app, visit, *who, edited.error());
        if (edited->email_pending || edited->phone_pending) done = !edited->phone_pending ? "saved_email" : !edited->email_pending ? "saved_phone" : "saved_both";
    }
    // The box, where it was touched (M8).
    const bool off = visit.said("off") == "1";
    if (who->login && off != (visit.said("was_off") == "1") && off != who->listed.suspended) {
        const auto changed = off ? app.desk.suspend(app.db, context, who->account.no) : app.desk.activate(app.db, context, who->account.no);
        if (!changed) return refuse(changed.error());
        if (done == "saved") done = off ? "suspended" : "activated";
    }
    return go(visit.look, page_of(*who) + "?done=" + done);
}

Result<http::Response> set_method(App& app, const Visit& visit) {
    const auto who = subject(app, visit);
    if (!who) return refuse(who.error());
    const auto method = users::method_of(visit.said("method"));
    if (!method) return refuse(Why::bad_parameter, "method");
    if (!who->login) return record(app, visit, *who, {.status = 409, .problem = Problem{.text = about(visit.look, "o.c_is_guest", *who)}});
    const auto set = app.desk.set_method(app.db, visit.at_shop(), who->account.no, *method);
    if (set) return go(visit.look, page_of(*who) + "?done=method");
    if (set.error().why != Why::bad_parameter) return refuse(set.error());
    return record(app, visit, *who, {.status = 400, .problem = Problem{.text = visit.look.text("o.c_method_unverified"), .field = "method"}});
}

}  // namespace customer
}  // namespace authtickets::pages::desk
