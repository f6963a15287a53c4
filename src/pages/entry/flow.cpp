// SPDX-License-Identifier: MIT
// From a right factor to the page that was asked for.
#include "pages/entry/flow.h"

#include <authtickets/text/names.h>

#include "pages/entry/second_step.h"

namespace authtickets::pages::entry {

namespace {

// Signed in with the right password, but of another shop, or of none. The trail alone knows.
http::Response no_operator(App& app, const Visit& visit, const sign_in::SignedIn& done, const std::string& name) {
    const auto& ticket = done.issued.ticket;
    app.db.transact([&](db::Tx& tx) {
        app.events.write(tx, visit.context, {.name = events::Name::signin_failure, .success = false, .reason = "no_operator", .factor = "password",
                                             .user = ticket.user, .account = done.account.no, .ticket = ticket.id, .user_name = name});
        return true;
    });
    (void)app.tickets.end(app.db, visit.context, ticket.id, tickets::End::by_owner);
    return refused_entrance(visit, name);
}

// Whoever was signed in in this browser until now.
void end_former(App& app, const Visit& visit, const TicketId& now) {
    const auto text = cookie(visit.request, session_cookie(visit.side), secure(*visit.shop));
    if (!text) return;
    const auto former = app.tickets.session(app.db, visit.context, *text);
    if (former && former->id != now) end_session(app, visit, *former, tickets::End::replaced);
}

// The same visit, of who has just shown a first factor.
Visit with_session(App& app, const Visit& visit, const tickets::Ticket& ticket) {
    auto out = visit;
    out.session = ticket;
    out.look.form = form_token(app.keys, visit.context.now, ticket);
    return out;
}

}  // namespace

std::string wanted(const Visit& visit) {
    const auto said = visit.said("to");
    return way_back(said.empty() ? visit.request.query.get("to").value_or("") : std::string(said), *visit.shop);
}

http::Response go_in(const Visit& visit, std::string_view to) {
    if (!to.empty()) return go(visit.look, to);
    return go(visit.look, visit.side == Side::desk ? "customers" : "./");
}

Problem waits(const Visit& visit, Seconds wait) {
    return {.text = visit.look.words.say("m.wait", {{"duration", visit.look.words.duration(wait)}})};
}

void retry_after(http::Response& response, Seconds wait) {
    if (wait.count() > 0) response.header("Retry-After", std::to_string(wait.count()));
}

http::Response entrance(const Visit& visit, Entrance shown) {
    Page page{.screen = "entry/sign_in", .heading = "p.sign_in_title", .status = shown.status, .problem = std::move(shown.problem),
              .news = std::move(shown.news), .card = true};
    const auto to = wanted(visit);
    page.view.text("to", to).text("ways", ways(visit.look, to)).text("name", shown.name);
    if (shown.refused) page.view.part("refused", View());
    if (page.problem && page.problem->field == "name") page.view.text("wrong_name", "1").text("why_name", shown.refused ? "" : page.problem->text);
    if (page.problem && page.problem->field == "password") page.view.text("why_password", page.problem->text);
    if (visit.side == Side::account) {
        page.view.part("account", View());
        if (visit.realm->settings.email_code) page.view.part("by_code", View());
    } else {
        page.view.part("desk", View());
    }
    if (!page.problem) page.view.text(shown.name.empty() ? "focus_name" : "focus_password", "1");
    return show(visit.look, std::move(page));
}

http::Response refused_entrance(const Visit& visit, const std::string& name) {
    return entrance(visit, {.status = 401, .problem = Problem{.text = visit.look.text("m.signin_refused"), .field = "name"}, .refused = true, .name = name});
}

http::Response start_again(const Visit& visit) {
    auto response = entrance(visit, {.status = 401, .problem = Problem{.text = visit.look.text("m.start_again")}, .name = std::string(visit.said("name"))});
    clear_session(response, visit.side, *visit.shop);
    return response;
}

http::Response enter(App& app, const Visit& visit, const sign_in::SignedIn& done, std::string_view to) {
    const auto& ticket = done.issued.ticket;
    // An operator is in when the app was shown; who has none yet is, once it is set up (P11).
    if (visit.side == Side::desk && ticket.app_at) {
        if (const auto who = app.operators.find(app.db, visit.realm->no, ticket.user, visit.shop->no)) {
            auto context = visit.context;
            context.user = ticket.user;
            context.acting = Acting{.realm = visit.realm->no, .user = ticket.user, .name = who->shown()};
            app.operators.signed_in(app.db, context, *who);
        }
    }
    auto response = go_in(visit, to);
    set_session(response, visit.side, *visit.shop, done.issued, visit.context.now);
    if (done.device) set_device(response, *visit.shop, *done.device);
    return response;
}

Result<http::Response> follow(App& app, const Visit& visit, const sign_in::SignedIn& done, std::string_view to, const std::string& name) {
    const auto& ticket = done.issued.ticket;
    if (visit.side == Side::desk && !app.operators.find(app.db, visit.realm->no, ticket.user, visit.shop->no)) {
        return no_operator(app, visit, done, name);
    }
    end_former(app, visit, ticket.id);
    if (!done.pending()) return enter(app, visit, done, to);
    auto response = go(visit.look, with_to(page_of(Stem::sign_in, ticket.owes), to));
    if (ticket.owes != tickets::Factor::app) {
        const auto sent = app.sign_in.request_second_step(app.db, visit.context, *visit.realm, {.claims = ticket});
        if (!sent && sent.error().why != Why::throttled) return refuse(sent.error());
        if (!sent) response = unsent(app, with_session(app, visit, ticket), sent.error().retry_after);
    }
    set_session(response, visit.side, *visit.shop, done.issued, visit.context.now);
    return response;
}

void end_session(App& app, const Visit& visit, const tickets::Ticket& ticket, tickets::End why) {
    if (ticket.acting) app.operators.end_act_as(app.db, visit.context, ticket);
    else (void)app.tickets.end(app.db, visit.context, ticket.id, why);  // another was first: it has ended
}

http::Response demand(App& app, const Visit& visit, const std::string& name, int status, std::optional<Problem> problem) {
    Page page{.screen = "entry/demanded", .heading = "p.demanded_title", .status = status, .problem = std::move(problem), .card = true};
    page.view.text("to", wanted(visit)).text("name", name);
    if (page.problem) page.view.text(page.problem->field == "current" ? "why_current" : "why_password", page.problem->text);
    add_rules(page.view, app, visit, false);
    return show(visit.look, std::move(page));
}

void add_rules(View& view, App& app, const Visit& visit, bool second_factor) {
    const auto& words = visit.look.words;
    const auto policy = visit.realm->settings.policy;
    const auto length = logins::password_length(policy, second_factor);
    const auto rule = [&](std::string_view key, std::size_t n = 0) {
        return std::move(View().text("text", words.say(key, {{"n", std::to_string(n)}})));
    };
    View::Lines must{rule("p.rule_short", length.least)};
    if (policy == realms::PasswordPolicy::documented) must.push_back(rule("p.rule_letter_digit"));
    must.push_back(rule("p.rule_long", length.most));
    View::Lines must_not{rule("p.rule_common"), rule("p.rule_context")};
    if (app.breaches.configured()) must_not.push_back(rule("p.rule_breached"));
    view.text("least", std::to_string(length.least)).lines("must", std::move(must)).lines("must_not", std::move(must_not));
}

std::string broken_rule(const Visit& visit, const Refusal& refusal, std::string_view password, bool second_factor) {
    const auto& words = visit.look.words;
    const auto length = logins::password_length(visit.realm->settings.policy, second_factor);
    switch (refusal.why) {
        case Why::password_weak:
            if (text::code_points(text::nfc(password).value_or("")) >= length.least) return std::string(words.at("m.pw_letter_digit"));
            return words.say("m.pw_short", {{"n", std::to_string(length.least)}});
        case Why::password_too_long: return words.say("p.pw_long", {{"n", std::to_string(length.most)}});
        case Why::password_common: return std::string(words.at("m.pw_common"));
        case Why::password_context: return std::string(words.at("m.pw_context"));
        case Why::password_breached: return std::string(words.at("m.pw_breached"));
        default: return {};
    }
}

}  // namespace authtickets::pages::entry
