// SPDX-License-Identifier: MIT
// M16: who works at this desk, in which role. Managers add, change and remove; one of them is always left.
#include <algorithm>

#include <authtickets/text/names.h>

#include "pages/desk/parts.h"
#include "pages/desk/shop_screens.h"
#include "pages/desk/subject.h"

namespace authtickets::pages::desk::staff {

namespace {

using operators::Operator;
using operators::Right;
using operators::Role;

bool manages(const Visit& visit) { return operators::may(visit.staff->role, Right::manage_operators); }
std::string page_of(const Operator& who, std::string_view rest = {}) { return "operators/" + hex(who.user.value) + std::string(rest); }
std::string role_key(Role role) { return "o.role_" + std::string(operators::name(role)); }

// The operator that the address names. None: nobody of this shop, or not any more.
std::optional<Operator> meant(App& app, const Visit& visit) {
    const auto id = parse_uuid(visit.path.front());
    return id ? app.operators.find(app.db, visit.realm->no, UserId{*id}, visit.shop->no) : std::nullopt;
}

http::Response gone(const Visit& visit) {
    return show(visit.look, Note{.heading = "o.staff_gone_title", .status = 404, .problem = Problem{.text = visit.look.text("o.staff_gone")},
                                 .to = "operators", .way = "o.tab_operators"});
}

View::Lines roles(const Visit& visit, std::string_view chosen) {
    View::Lines out;
    for (const auto role : operators::all_roles) {
        auto line = option(std::string(operators::name(role)), visit.look.text(role_key(role)), operators::name(role) == chosen);
        line.text("help", visit.look.text("o.staff_may_" + std::string(operators::name(role))));
        out.push_back(std::move(line));
    }
    return out;
}

View line_of(const Visit& visit, const Operator& who) {
    View out;
    out.text("to", address(visit.look, page_of(who))).text("who", who.shown()).text("user_name", who.user_name).text("email", who.email);
    out.text("role", visit.look.text(role_key(who.role))).text("app", who.app ? "app" : "");
    out.text("me", who.user == visit.staff->user ? "me" : "").text("locked", who.locked ? "locked" : "").text("blocked", who.blocked ? "blocked" : "");
    out.text("signed_in", who.last_sign_in_at ? visit.look.time(*who.last_sign_in_at) : std::string());
    return out;
}

std::string news_of(const Visit& visit, std::initializer_list<std::string_view> known) {
    const auto done = visit.request.query.get("done").value_or("");
    return std::ranges::find(known, done) == known.end() ? std::string() : visit.look.text("o.staff_done_" + done);
}

// The form of a new one, as it was filled in.
http::Response form(const Visit& visit, std::optional<Problem> problem = {}, int status = 200) {
    Page page{.screen = "desk/staff_new", .heading = "o.staff_add", .status = status, .problem = std::move(problem)};
    const auto put = [&](std::string_view name) {
        const bool wrong = page.problem && page.problem->field == name;
        page.view.part("of_" + std::string(name), field(std::string(visit.said(name)), wrong ? page.problem->text : std::string()));
    };
    for (const auto* name : {"first_name", "last_name", "email", "user_name"}) put(name);
    const auto role = visit.said("role");
    page.view.lines("roles", roles(visit, operators::role_of(role) ? role : operators::name(Role::viewer)));
    page.view.text("to_list", address(visit.look, "operators"));
    return show(visit.look, std::move(page));
}

http::Response refused(const Visit& visit, std::string_view field, std::string_view key, int status) {
    return form(visit, Problem{.text = visit.look.text(key), .field = field}, status);
}

http::Response record(const Visit& visit, const Operator& who, std::optional<Problem> problem = {}, int status = 200) {
    const auto& look = visit.look;
    Page page{.screen = "desk/staff_one", .title = who.shown(), .status = status, .problem = std::move(problem),
              .news = news_of(visit, {"role", "link"})};
    auto line = line_of(visit, who);
    line.text("since", look.time(who.created_at));
    page.view.part("one", std::move(line)).text("to_list", address(look, "operators"));
    if (manages(visit)) {
        View may;
        may.text("to_role", address(look, page_of(who, "/role"))).text("was", std::string(operators::name(who.role)));
        may.text("to_link", address(look, page_of(who, "/link"))).text("to_remove", address(look, page_of(who, "/remove")));
        page.view.part("may", std::move(may)).lines("roles", roles(visit, operators::name(who.role)));
    }
    return show(look, std::move(page));
}

Asks removal(const Visit& visit, const Operator& who) {
    const auto& words = visit.look.words;
    const auto name = isolated(visit.look, who.shown());
    const bool me = who.user == visit.staff->user;
    return {.id = "remove", .title = words.say("o.staff_remove_ask", {{"name", name}}),
            .effects = {visit.look.text(me ? "o.staff_remove_me" : "o.staff_remove_effect"), visit.look.text("o.staff_remove_trail")},
            .action = page_of(who, "/remove"), .back = page_of(who), .button = visit.look.text("o.staff_remove")};
}

http::Response last_manager(const Visit& visit, const Operator& who) {
    return record(visit, who, Problem{.text = visit.look.text("o.staff_last_manager")}, 409);
}

}  // namespace

Result<http::Response> list(App& app, const Visit& visit) {
    Page page{.screen = "desk/staff", .heading = "o.tab_operators", .news = news_of(visit, {"added", "removed"})};
    View::Lines lines;
    for (const auto& who : app.operators.list(app.db, visit.shop->no)) lines.push_back(line_of(visit, who));
    page.view.lines("all", std::move(lines));
    if (manages(visit)) page.view.text("to_add", address(visit.look, "operators/add"));
    return show(visit.look, std::move(page));
}

Result<http::Response> ask_new(App&, const Visit& visit) { return form(visit); }

Result<http::Response> add(App& app, const Visit& visit) {
    const auto role = operators::role_of(visit.said("role"));
    if (!role) return refused(visit, "role", "o.staff_no_role", 400);
    const auto added = app.operators.add(app.db, visit.at_shop(), *visit.shop,
                                         {.role = *role, .user_name = text::trimmed(visit.said("user_name")), .email = text::trimmed(visit.said("email")),
                                          .first_name = text::trimmed(visit.said("first_name")), .last_name = text::trimmed(visit.said("last_name"))});
    if (added) return go(visit.look, "operators?done=added");
    const auto& refusal = added.error();
    const bool of_name = refusal.field == "user_name" || refusal.field == "userName";
    if (refusal.why == Why::name_taken) {
        // "is an operator of this shop already" comes with a text; a name that two persons share does not.
        if (!refusal.text.empty()) return refused(visit, "email", "o.staff_there", 409);
        return refused(visit, of_name ? "user_name" : "email", "o.staff_taken", 409);
    }
    if (refusal.why != Why::bad_parameter && refusal.why != Why::missing_parameter) return refuse(refusal);
    if (refusal.field == "firstName" || refusal.field == "first_name") return refused(visit, "first_name", "o.staff_bad_name", 400);
    if (refusal.field == "lastName" || refusal.field == "last_name") return refused(visit, "last_name", "o.staff_bad_name", 400);
    return refused(visit, of_name ? "user_name" : "email", of_name ? "o.staff_bad_user_name" : "o.staff_bad_email", 400);
}

Result<http::Response> open(App& app, const Visit& visit) {
    const auto who = meant(app, visit);
    return who ? record(visit, *who) : gone(visit);
}

Result<http::Response> set_role(App& app, const Visit& visit) {
    const auto& look = visit.look;
    const auto who = meant(app, visit);
    if (!who) return gone(visit);
    const auto role = operators::role_of(visit.said("role"));
    if (!role) return record(visit, *who, Problem{.text = look.text("o.staff_no_role"), .field = "role"}, 400);
    if (visit.said("was") != operators::name(who->role)) {
        const auto now_there = look.text(role_key(who->role));
        return record(visit, *who, Problem{.text = look.words.say("o.staff_stale", {{"role", now_there}})}, 409);
    }
    // Nobody takes the keys from himself by a slip of the mouse.
    if (who->user == visit.staff->user && *role != who->role && visit.said("sure") != "yes") {
        const auto name = look.text(role_key(*role));
        return page(look, {.id = "role", .title = look.words.say("o.staff_own_ask", {{"role", name}}), .effects = {look.text("o.staff_own_effect")},
                           .action = page_of(*who, "/role"), .back = page_of(*who), .button = look.text("o.staff_own_button"),
                           .carries = {{"role", std::string(operators::name(*role))}, {"was", std::string(visit.said("was"))}, {"sure", "yes"}}});
    }
    const auto set = app.operators.set_role(app.db, visit.at_shop(), visit.shop->no, who->user, *role);
    if (set) return go(look, page_of(*who, "?done=role"));
    if (set.error().field == "last_manager") return last_manager(visit, *who);
    return set.error().why == Why::unknown_item ? gone(visit) : Result<http::Response>(refuse(set.error()));
}

Result<http::Response> ask_link(App& app, const Visit& visit) {
    const auto who = meant(app, visit);
    if (!who) return gone(visit);
    const auto& words = visit.look.words;
    return page(visit.look, {.id = "link", .title = words.say("o.staff_link_ask", {{"name", isolated(visit.look, who->shown())}}),
                             .effects = {words.say("o.staff_link_effect", {{"email", isolated(visit.look, who->email)}})}, .action = page_of(*who, "/link"),
                             .back = page_of(*who), .button = visit.look.text("o.staff_link"), .danger = false});
}

Result<http::Response> send_link(App& app, const Visit& visit) {
    const auto who = meant(app, visit);
    if (!who) return gone(visit);
    const auto sent = app.operators.send_link(app.db, visit.at_shop(), visit.shop->no, who->user);
    if (sent) return go(visit.look, page_of(*who, "?done=link"));
    const auto& refusal = sent.error();
    if (refusal.why == Why::forbidden) return record(visit, *who, Problem{.text = visit.look.text("o.staff_link_blocked")}, 409);
    if (refusal.why != Why::throttled) return refuse(refusal);
    const auto wait = visit.look.words.duration(refusal.retry_after);
    return record(visit, *who, Problem{.text = visit.look.words.say("m.wait", {{"duration", wait}})}, 429);
}

Result<http::Response> ask_removal(App& app, const Visit& visit) {
    const auto who = meant(app, visit);
    return who ? page(visit.look, removal(visit, *who)) : gone(visit);
}

Result<http::Response> remove(App& app, const Visit& visit) {
    const auto who = meant(app, visit);
    if (!who) return gone(visit);
    const auto removed = app.operators.remove(app.db, visit.at_shop(), visit.shop->no, who->user);
    if (removed) return go(visit.look, "operators?done=removed");
    if (removed.error().field == "last_manager") return last_manager(visit, *who);
    return removed.error().why == Why::unknown_item ? gone(visit) : Result<http::Response>(refuse(removed.error()));
}

}  // namespace authtickets::pages::desk::staff
