// SPDX-License-Identifier: MIT
// M13: the event log: all of it, what concerns one customer, or what the operator did. What is filtered stands in the address,
// so that a view can be passed on (UI28). Nothing here changes an event.
#include <algorithm>
#include <array>
#include <charconv>

#include <authtickets/text/browsers.h>
#include <authtickets/text/locales.h>
#include <authtickets/text/names.h>

#include "pages/desk/parts.h"
#include "pages/desk/shop_screens.h"
#include "pages/desk/subject.h"
#include "pages/frame/happened.h"

namespace authtickets::pages::desk::log {

namespace {

using events::Group;
using events::Name;

constexpr unsigned shown_at_once = 50;
constexpr std::array groups{Group::sign_in, Group::second_step, Group::recovery, Group::password,
                            Group::account, Group::tickets, Group::operators, Group::system};
constexpr std::array<std::string_view, 6> kinds{"customer", "staff", "operator", "operator_as_customer", "application", "system"};

enum class Which { all, customer, own };

// What is asked for, as the address and the form of an export say it.
struct Asked {
    Which side = Which::all;
    std::string from{}, to{}, actor{}, kind{}, event{}, outcome{}, customer{};
    Pairs pairs() const {
        return {{"view", side == Which::own ? "own" : side == Which::customer ? "customer" : ""}, {"customer", customer}, {"from", from}, {"to", to},
                {"actor", actor}, {"kind", kind}, {"event", event}, {"outcome", outcome}};
    }
};

template <class Say>
Asked asked_by(Say&& say) {
    Asked out{.from = say("from"), .to = say("to"), .actor = text::trimmed(say("actor")), .kind = say("kind"), .event = say("event"),
              .outcome = say("outcome"), .customer = text::trimmed(say("customer"))};
    const auto view = say("view");
    if (view == "own") out.side = Which::own;
    else if (view == "customer" || !out.customer.empty()) out.side = Which::customer;
    if (out.side != Which::customer) out.customer.clear();
    return out;
}

Asked asked_by_address(const Visit& visit) {
    return asked_by([&](std::string_view name) { return visit.request.query.get(name).value_or(""); });
}
Asked asked_by_form(const Visit& visit) {
    return asked_by([&](std::string_view name) { return std::string(visit.said(name)); });
}

// "2026-11-22", as browsers send a day.
std::optional<std::chrono::year_month_day> day_of(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t size) {
        int value = -1;
        const auto* const last = text.data() + at + size;
        const auto [end, error] = std::from_chars(text.data() + at, last, value);
        return error == std::errc() && end == last ? value : -1;
    };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (year < 1970 || month < 1 || day < 1) return std::nullopt;
    const std::chrono::year_month_day out{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)), std::chrono::day(static_cast<unsigned>(day))};
    return out.ok() ? std::optional(out) : std::nullopt;
}

// The query, or the field that cannot be read and the key of what is said of it.
struct Read {
    events::Query query{};
    std::string customer_name{};                  // of the one customer's view
    std::string_view wrong{}, why{};
};

bool read_days(const Visit& visit, const Asked& asked, Read& out) {
    const auto& zone = visit.look.zone;
    if (!asked.from.empty()) {
        const auto day = day_of(asked.from);
        if (!day) return out.wrong = "from", out.why = "o.log_bad_day", false;
        out.query.from = text::start_of_day(*day, zone);
    }
    if (!asked.to.empty()) {
        const auto day = day_of(asked.to);
        if (!day) return out.wrong = "to", out.why = "o.log_bad_day", false;
        out.query.to = text::start_of_day(std::chrono::sys_days(*day) + std::chrono::days(1), zone);
    }
    return true;
}

// A number, a user name or an e-mail address. Of who signs in, what he did counts too; of a guest his account's alone.
bool read_customer(App& app, const Visit& visit, const Asked& asked, Read& out) {
    if (asked.customer.empty()) return true;
    std::uint32_t number{};
    const auto* const last = asked.customer.data() + asked.customer.size();
    const auto [end, error] = std::from_chars(asked.customer.data(), last, number);
    std::optional<logins::Login> login;
    if (error == std::errc() && end == last) {
        const auto account = app.accounts.get(app.db, visit.shop->no, AccountNo{number});
        if (!account) return out.wrong = "customer", out.why = "o.log_nobody", false;
        login = app.logins.of_account(app.db, visit.shop->no, AccountNo{number}, {});
        if (!login) {
            out.query.account = AccountNo{number};
            out.customer_name = account->profile.email;
            return true;
        }
    } else {
        login = app.logins.named(app.db, visit.shop->no, asked.customer);
    }
    if (!login) return out.wrong = "customer", out.why = "o.log_nobody", false;
    out.query.user = login->user;
    out.customer_name = login->user_name;
    return true;
}

// Who did it, by name: an operator of this shop, or a customer.
bool read_actor(App& app, const Visit& visit, const Asked& asked, Read& out) {
    if (asked.actor.empty()) return true;
    if (const auto who = app.operators.named(app.db, visit.shop->no, asked.actor)) {
        out.query.operator_id = who->user;
        return true;
    }
    const auto login = app.logins.named(app.db, visit.shop->no, asked.actor);
    if (!login) return out.wrong = "actor", out.why = "o.log_nobody", false;
    out.query.user = login->user;
    return true;
}

bool read_event(const Asked& asked, Read& out) {
    if (asked.event.empty()) return true;
    if (const auto group = events::group_named(asked.event)) {
        out.query.names = events::names_of(*group);
        return true;
    }
    const auto name = events::named(asked.event);
    if (!name) return out.wrong = "event", out.why = "o.log_bad_choice", false;
    out.query.names = {*name};
    return true;
}

Read read(App& app, const Visit& visit, const Asked& asked) {
    Read out;
    out.query.limit = shown_at_once;
    if (!read_days(visit, asked, out) || !read_event(asked, out)) return out;
    if (!read_customer(app, visit, asked, out) || (asked.side != Which::own && !read_actor(app, visit, asked, out))) return out;
    if (asked.side == Which::own) out.query.operator_id = visit.staff->user;
    if (asked.outcome == "done" || asked.outcome == "refused") out.query.success = asked.outcome == "done";
    else if (!asked.outcome.empty()) out.wrong = "outcome", out.why = "o.log_bad_choice";
    if (std::ranges::find(kinds, asked.kind) != kinds.end()) out.query.actor = asked.kind;
    else if (!asked.kind.empty()) out.wrong = "kind", out.why = "o.log_bad_choice";
    return out;
}

std::optional<EventId> id_in(const Visit& visit, std::string_view name) {
    const auto id = parse_uuid(visit.request.query.get(name).value_or(""));
    return id ? std::optional(EventId{*id}) : std::nullopt;
}

// Nobody refuses the system anything.
std::string outcome_of(const Look& look, const events::Record& event) {
    return look.text(event.success ? "o.log_done" : event.actor == "system" ? "o.log_failed" : "o.log_refused");
}

std::string text_in(const Json& object, std::string_view name) {
    const auto* const member = object.find(name);
    return member && member->text() ? *member->text() : std::string();
}

// Whom or what it is about, where the words alone would not say it.
std::string about(const Look& look, const events::Record& event) {
    if (event.account) return look.words.say("o.log_about", {{"n", std::to_string(event.account->value)}});
    if (event.name == Name::policy_changed) {
        return look.words.say("o.log_rule", {{"rule", rules::in_words(look, text_in(event.details, "name"))},
                                             {"old", isolated(look, text_in(event.details, "old"))}, {"new", isolated(look, text_in(event.details, "value"))}});
    }
    const auto* const who = event.details.find("who");
    return event.name == Name::operator_changed && who ? text_in(*who, "name") : std::string();
}

// To the second: what is looked for in a log is often the order.
View line_of(const Visit& visit, const events::Stored& stored) {
    const auto event = events::record(stored);
    const auto said = happened(visit.look, event);
    View out;
    out.text("to", address(visit.look, "events/" + hex(event.id.value))).text("time", text::moment_in_words(event.at, visit.look.words.language(), visit.look.zone)).text("who", said.who);
    out.text("what", said.what).text("origin", said.origin).text("from", event.address).text("done", event.success ? "done" : "");
    out.text("outcome", outcome_of(visit.look, event));
    return std::move(out.text("about", about(visit.look, event)));
}

View::Lines event_choices(const Look& look, const std::string& chosen) {
    View::Lines out;
    for (const auto group : groups) {
        View::Lines names;
        const std::string id(events::name(group));
        const auto whole = look.text("e.group." + id);
        names.push_back(option(id, look.words.say("o.log_whole_group", {{"group", whole}}), chosen == id));
        for (const auto name : events::names_of(group)) {
            const std::string text(events::name(name));
            names.push_back(option(text, look.text("e." + text), chosen == text));
        }
        out.push_back(std::move(View().text("group", whole).lines("names", std::move(names))));
    }
    return out;
}

View filters(const Visit& visit, const Asked& asked, const Read& read) {
    const auto& look = visit.look;
    View out;
    const auto why = [&](std::string_view name) { return read.wrong == name ? look.text(read.why) : std::string(); };
    out.part("of_from", field(asked.from, why("from"))).part("of_to", field(asked.to, why("to")));
    if (asked.side != Which::own) {
        out.part("of_actor", field(asked.actor, why("actor")));
        View::Lines lines;
        for (const auto kind : kinds) lines.push_back(option(std::string(kind), look.text("o.log_kind_" + std::string(kind)), asked.kind == kind));
        out.lines("kinds", std::move(lines));
    }
    if (asked.side == Which::customer) out.part("of_customer", field(asked.customer, why("customer")));
    View::Lines outcomes{option("done", look.text("o.log_done"), asked.outcome == "done"), option("refused", look.text("o.log_refused"), asked.outcome == "refused")};
    out.lines("events", event_choices(look, asked.event)).lines("outcomes", std::move(outcomes));
    out.text("view", asked.side == Which::own ? "own" : asked.side == Which::customer ? "customer" : "");
    out.text("clear", address(look, "events", {{"view", asked.side == Which::own ? "own" : ""}, {"customer", asked.customer}}));
    if (look.query.starts_with("?lang=")) out.text("in_lang", look.query.substr(6));
    return out;
}

View::Lines views(const Visit& visit, Which at) {
    const auto& look = visit.look;
    const auto line = [&](std::string_view view, std::string_view key, Which side) {
        return std::move(View().text("to", address(look, "events", {{"view", std::string(view)}})).text("said", look.text(key)).text("at", at == side ? "at" : ""));
    };
    return {line("", "o.log_all", Which::all), line("customer", "o.log_one", Which::customer), line("own", "o.log_own", Which::own)};
}

void put_rows(App& app, const Visit& visit, const Asked& asked, Read& read, View& view) {
    const auto& look = visit.look;
    read.query.before = id_in(visit, "before");
    if (!read.query.before) read.query.after = id_in(visit, "after");
    const auto found = events::browse(app.db, visit.shop->no, read.query);
    View::Lines rows;
    for (const auto& each : found.items) rows.push_back(line_of(visit, each));
    const bool none = rows.empty();
    view.lines("rows", std::move(rows));
    const auto beside = [&](std::string_view way, const EventId& from) {
        auto pairs = asked.pairs();
        pairs.emplace_back(way, hex(from.value));
        return address(look, "events", pairs);
    };
    View pager;
    if (found.searched_to) {
        view.text("to_search_on", beside(read.query.after ? "after" : "before", *found.searched_to));
    } else if (found.older && !none) {
        pager.text("to_older", beside("before", found.items.back().id));
    }
    if (found.newer && !none) pager.text("to_newer", beside("after", found.items.front().id));
    if (read.query.before || read.query.after) pager.text("to_newest", address(look, "events", asked.pairs()));
    if (!pager.values().empty()) view.part("pager", std::move(pager));
}

std::string title_of(const Look& look, const Asked& asked, const Read& read) {
    if (asked.side == Which::own) return look.text("o.log_own_title");
    if (read.customer_name.empty()) return look.text("o.tab_events");
    return look.words.say("o.log_one_title", {{"name", isolated(look, read.customer_name)}});
}

http::Response shown(App& app, const Visit& visit, const Asked& asked) {
    const auto& look = visit.look;
    auto its = read(app, visit, asked);
    Page page{.screen = "desk/log", .title = title_of(look, asked, its)};
    if (!its.wrong.empty()) {
        page.status = 400;
        page.problem = Problem{.text = look.text(its.why), .field = its.wrong};
    }
    page.view.lines("views", views(visit, asked.side)).part("filters", filters(visit, asked, its));
    // The view of one customer begins with the question whose it is.
    const bool whose = asked.side == Which::customer && asked.customer.empty();
    if (its.wrong.empty() && !whose) {
        put_rows(app, visit, asked, its, page.view);
        page.view.text("listed", "listed");
        if (operators::may(visit.staff->role, operators::Right::export_lists)) {
            View::Lines carries;
            for (const auto& [name, value] : asked.pairs()) carries.push_back(std::move(View().text("name", std::string(name)).text("carried", value)));
            page.view.part("take_away", std::move(View().lines("carries", std::move(carries)).text("most", std::to_string(events::most_exported))));
        }
    }
    return show(look, std::move(page));
}

View fact(const Look& look, std::string_view key, std::string value) { return std::move(View().text("fact", look.text(key)).text("is", std::move(value))); }

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return shown(app, visit, asked_by_address(visit)); }

Result<http::Response> one(App& app, const Visit& visit) {
    const auto id = parse_uuid(visit.path.front());
    const auto stored = id ? events::find(app.db, visit.shop->no, EventId{*id}) : std::nullopt;
    if (!stored) return refuse(Why::unknown_item);
    const auto& look = visit.look;
    const auto event = events::record(*stored);
    const auto said = happened(look, event);
    View::Lines facts;
    const auto add = [&](std::string_view key, std::string value) {
        if (!value.empty()) facts.push_back(fact(look, key, std::move(value)));
    };
    add("o.log_time", text::moment_in_words(event.at, look.words.language(), look.zone) + " (" + iso8601(event.at) + ")");
    add("o.log_who", said.who);
    add("o.log_outcome", outcome_of(look, event));
    add("o.log_address", event.address);
    add("o.log_browser", event.browser.empty() ? std::string() : text::browser_name(event.browser) + " – " + event.browser);
    add("o.log_origin", said.origin);
    add("o.log_factor", event.factor);
    add("o.log_user_name", event.user_name);
    if (event.application) add("o.log_application", std::to_string(event.application->value));
    add("o.log_name", event.name_text);
    add("o.log_reason", event.reason);
    add("o.log_id", dashed(event.id.value));
    add("o.log_request", hex(event.request_id));
    View::Lines details;
    if (const auto* const members = event.details.members()) {
        for (const auto& [name, value] : *members) {
            const auto* const text = value.text();
            details.push_back(std::move(View().text("detail", name).text("is", text ? *text : value.dump())));
        }
    }
    Page page{.screen = "desk/log_one", .title = said.what};
    page.view.lines("facts", std::move(facts)).lines("details", std::move(details)).text("to_list", address(look, "events"));
    page.view.text("intact", app.events.verify(*stored) ? "intact" : "");
    if (event.account) {
        page.view.text("to_customer", address(look, "customers/" + std::to_string(event.account->value)));
        page.view.text("customer", look.words.say("o.log_about", {{"n", std::to_string(event.account->value)}}));
        page.view.text("to_events", address(look, "events", {{"customer", std::to_string(event.account->value)}}));
    }
    return show(look, std::move(page));
}

// A form, not a link: taking a list away is written down.
Result<http::Response> take_away(App& app, const Visit& visit) {
    const auto asked = asked_by_form(visit);
    const auto its = read(app, visit, asked);
    if (!its.wrong.empty()) return refuse(Why::bad_parameter, std::string(its.wrong));
    const bool lines = visit.said("form") == "ndjson";
    const auto made = app.events.exported(app.db, visit.shop->no, visit.shop->name, its.query, lines ? events::Form::ndjson : events::Form::csv);
    app.desk.exported(app.db, visit.at_shop(), "events", made.rows);
    http::Response response{.content_type = lines ? "application/x-ndjson; charset=utf-8" : "text/csv; charset=utf-8", .body = made.text};
    response.header("Content-Disposition", lines ? "attachment; filename=\"events.ndjson\"" : "attachment; filename=\"events.csv\"");
    return response;
}

}  // namespace authtickets::pages::desk::log
