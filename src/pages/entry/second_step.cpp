// SPDX-License-Identifier: MIT
// Forms of the second step and what becomes of them.
#include "pages/entry/second_step.h"

#include <algorithm>

namespace authtickets::pages::entry {

namespace {

using codes::Channel;
using tickets::Factor;

constexpr Seconds rests{30};          // P4: between two codes
constexpr std::string_view isolate = "\u2066", end_isolate = "\u2069";  // an address runs left to right in every language

// How the code that was sent stands.
struct Sent {
    std::optional<codes::State> code{};
    std::string destination{};        // masked
    Seconds left{}, rest{};
    bool live() const { return code && left.count() > 0 && code->tries_left > 0; }
};

Sent sent_of(App& app, const Visit& visit, const Step& step) {
    Sent out{.code = app.codes.state(app.db, visit.context.realm, codes::on_ticket(visit.session->id))};
    const auto& contact = step.factor == Factor::sms ? step.login.phone : step.login.email;
    const auto& whole = out.code && !out.code->destination.empty() ? out.code->destination : contact ? contact->value : std::string();
    if (!whole.empty()) out.destination = std::string(isolate) + masked(whole) + std::string(end_isolate);
    if (!out.code) return out;
    out.left = std::max(Seconds(0), std::chrono::ceil<Seconds>(out.code->dead_at - visit.context.now));
    out.rest = std::clamp(std::chrono::ceil<Seconds>(out.code->sent_at + rests - visit.context.now), Seconds(0), rests);
    return out;
}

std::string lead_of(const Visit& visit, const Step& step, const Sent& sent) {
    const auto& words = visit.look.words;
    if (sent.destination.empty()) return words.say("p.sent_nowhere", {{"shop", visit.look.shop}});
    if (!sent.code) return words.say("p.sent_none", {{"destination", sent.destination}});
    const auto at = visit.look.clock(sent.code->sent_at);
    const auto key = !sent.live() ? "p.sent_over" : step.factor == Factor::sms ? "p.sent_sms" : "p.sent_mail";
    return words.say(key, {{"destination", sent.destination}, {"time", at}, {"duration", words.duration(sent.left)}});
}

// The same two on every screen of the step, in the same place and order (UI9).
void add_help(View& view, const Visit& visit, std::string_view not_received) {
    const auto& words = visit.look.words;
    const bool desk = visit.side == Side::desk;
    view.text("help_received", words.say(not_received, {{"shop", visit.look.shop}}));
    view.text("help_lost", words.say(desk ? "p.lost_operator" : "p.lost_customer", {{"shop", visit.look.shop}}));
}

void add_step(View& view, const Visit& visit, const Step& step) {
    view.text("stem", std::string(path_of(step.stem))).text("to", step.to).text("ways", ways(visit.look, step.to)).text("name", step.login.user_name);
    if (step.stem == Stem::sign_in) view.part("signing_in", View());
}

std::string both(std::string first, std::string_view second) {
    if (!first.empty()) first.append(" ");
    return first.append(second);
}

Problem at_code(const Visit& visit, std::string_view key) { return {.text = visit.look.text(key), .field = "code", .to_field = true}; }

// Of a code that was sent.
Told told_of_sent(App& app, const Visit& visit, const Step& step, const Refusal& refusal) {
    const auto& words = visit.look.words;
    const auto why = std::string_view(refusal.text);
    if (why == "closed") {
        auto wait = refusal.retry_after;
        const auto until = app.codes.closed_until(app.db, visit.context.realm, visit.session->user, visit.context.now);
        if (wait.count() == 0 && until) wait = std::chrono::ceil<Seconds>(*until - visit.context.now);
        return {.status = 429, .problem = waits(visit, wait)};
    }
    const auto sent = sent_of(app, visit, step);
    if (why == "newer" && sent.code) {
        auto problem = at_code(visit, "m.code_wrong");
        problem.text = words.say("m.code_newer_sent", {{"time", visit.look.clock(sent.code->sent_at)}});
        return {.problem = std::move(problem)};
    }
    if (why == "expired") return {.problem = at_code(visit, "m.code_expired")};
    if (why == "spent" || (sent.code && sent.code->tries_left == 0)) return {.problem = at_code(visit, "m.code_spent")};
    auto problem = at_code(visit, "m.code_wrong");
    if (sent.code) problem.more = words.say("p.tries_left", {{"n", std::to_string(sent.code->tries_left)}});
    return {.problem = std::move(problem)};
}

http::Response paused_after(http::Response response, const Refusal& refusal) {
    retry_after(response, refusal.retry_after);
    return response;
}

// In, or back to what the step-up was for.
http::Response passed(App& app, const Visit& visit, const Step& step, const sign_in::SignedIn& done) {
    if (step.stem == Stem::sign_in) return enter(app, visit, done, step.to);
    auto response = go_in(visit, step.to);
    set_session(response, visit.side, *visit.shop, done.issued, visit.context.now);
    if (done.device) set_device(response, *visit.shop, *done.device);
    return response;
}

sign_in::SecondStep claims(App& app, const Visit& visit) {
    return {.claims = visit.session, .device = visit.evidence(app).token, .trust = visit.side == Side::account && !visit.said("trust").empty()};
}

}  // namespace

std::string_view path_of(Stem stem) { return stem == Stem::step_up ? "step-up" : "sign-in"; }

std::string page_of(Stem stem, Factor factor) {
    return std::string(path_of(stem)).append(factor == Factor::app ? "/code" : "/sent-code");
}

Told told_of_app(const Visit& visit, const Refusal& refusal, bool before) {
    const auto why = std::string_view(refusal.text);
    if (why == "paused") return {.status = 429, .problem = waits(visit, refusal.retry_after)};
    if (why == "blocked") return {.problem = {.text = visit.look.words.say("p.app_blocked", {{"shop", visit.look.shop}}), .field = "code"}};
    auto problem = at_code(visit, "m.code_wrong");
    if (why == "replayed") problem.more = visit.look.text("m.code_used");
    if (why == "drift" || before) problem.more = both(std::move(problem.more), visit.look.words.at("m.check_clock"));
    return {.problem = std::move(problem)};
}

http::Response code_form(App& app, const Visit& visit, const Step& step, int status, std::optional<Problem> problem, std::string news) {
    const bool by_app = step.factor == Factor::app;
    Page page{.screen = "entry/code", .heading = by_app ? "p.app_code_title" : "p.sent_code_title", .status = status, .problem = std::move(problem),
              .news = std::move(news), .card = true};
    auto& view = page.view;
    add_step(view, visit, step);
    view.text("label", visit.look.text(by_app ? "p.app_code" : "p.code"));
    add_help(view, visit, by_app ? "p.received_app" : step.factor == Factor::sms ? "p.received_sms" : "p.received_mail");
    if (page.problem && page.problem->field == "code") view.text("why_code", page.problem->text);
    if (!page.problem || page.problem->to_field) view.text("focus_code", "1");
    if (by_app) {
        view.part("app", View());
        if (page.problem && page.problem->field == "code" && status == 401) view.text("tried", "1");
    } else {
        const auto sent = sent_of(app, visit, step);
        View how;
        how.text("lead", lead_of(visit, step, sent));
        if (sent.live() && !sent.destination.empty()) how.text("tries", visit.look.words.say("p.tries_left", {{"n", std::to_string(sent.code->tries_left)}}));
        if (sent.rest.count() > 0) {
            how.text("rest", std::to_string(sent.rest.count()));
            how.text("rest_hint", visit.look.words.say("p.send_rest", {{"duration", visit.look.words.duration(sent.rest)}}));
        }
        view.part("sent", std::move(how));
    }
    const auto days = visit.realm->settings.trust_life.count();
    if (days > 0 && step.stem == Stem::sign_in && visit.side == Side::account) {
        view.text("trust", visit.look.words.say("p.trust", {{"n", std::to_string(days)}}));
    }
    return show(visit.look, std::move(page));
}

http::Response sent_form(App& app, const Visit& visit, const Step& step) {
    std::string news;
    if (visit.request.query.get("done").value_or("") == "sent") {
        const auto state = app.codes.state(app.db, visit.context.realm, codes::on_ticket(visit.session->id));
        if (state) news = visit.look.words.say("m.code_sent", {{"time", visit.look.clock(state->sent_at)}});
    }
    return code_form(app, visit, step, 200, {}, std::move(news));
}

http::Response recovery_form(const Visit& visit, const Step& step, int status, std::optional<Problem> problem) {
    Page page{.screen = "entry/recovery", .heading = "p.recovery_title", .status = status, .problem = std::move(problem), .card = true};
    add_step(page.view, visit, step);
    add_help(page.view, visit, "p.received_recovery");
    if (page.problem && page.problem->field == "recovery") page.view.text("why_code", page.problem->text);
    if (!page.problem || page.problem->to_field) page.view.text("focus_code", "1");
    return show(visit.look, std::move(page));
}

http::Response unsent(App& app, const Visit& visit, Seconds wait) {
    const auto& ticket = *visit.session;
    auto login = app.logins.of_user(app.db, visit.context.realm, ticket.user, ticket.account_no);
    const Step step{.stem = Stem::sign_in, .factor = ticket.owes, .to = wanted(visit), .login = login ? std::move(*login) : logins::Login{}};
    auto response = code_form(app, visit, step, 429, waits(visit, wait));
    retry_after(response, wait);
    return response;
}

Result<http::Response> try_code(App& app, const Visit& visit, const Step& step) {
    const auto typed = visit.said("code");
    if (const auto problem = misshapen(typed); !problem.empty()) return code_form(app, visit, step, 400, at_code(visit, problem));
    const auto done = app.sign_in.second_step(app.db, visit.context, *visit.realm, claims(app, visit), Secret(typed));
    if (done) return passed(app, visit, step, *done);
    const auto& refusal = done.error();
    if (refusal.why == Why::throttled) return paused_after(code_form(app, visit, step, 429, waits(visit, refusal.retry_after)), refusal);
    if (refusal.why != Why::code_wrong && refusal.why != Why::ticket_invalid) return refuse(refusal);
    if (refusal.text == "ended" || refusal.why == Why::ticket_invalid) return start_again(visit);
    auto told = step.factor == Factor::app ? told_of_app(visit, refusal, !visit.said("tried").empty()) : told_of_sent(app, visit, step, refusal);
    return paused_after(code_form(app, visit, step, told.status, std::move(told.problem)), refusal);
}

Result<http::Response> try_recovery(App& app, const Visit& visit, const Step& step) {
    const auto typed = visit.said("recovery");
    const auto at_field = [&](std::string_view key) { return Problem{.text = visit.look.text(key), .field = "recovery", .to_field = true}; };
    // Six digits would be the app's code, and whatever else is no recovery code costs no try.
    if (!recovery_codes::normal(typed)) return recovery_form(visit, step, 400, at_field("p.recovery_shape"));
    const auto done = app.sign_in.second_step(app.db, visit.context, *visit.realm, claims(app, visit), Secret(typed));
    if (done) return passed(app, visit, step, *done);
    const auto& refusal = done.error();
    if (refusal.why == Why::throttled || refusal.text == "paused") {
        return paused_after(recovery_form(visit, step, 429, waits(visit, refusal.retry_after)), refusal);
    }
    if (refusal.why != Why::code_wrong && refusal.why != Why::ticket_invalid) return refuse(refusal);
    if (refusal.text == "ended" || refusal.why == Why::ticket_invalid) return start_again(visit);
    return recovery_form(visit, step, 401, at_field("m.recovery_wrong"));
}

Result<http::Response> send_again(App& app, const Visit& visit, const Step& step) {
    const auto sent = sent_of(app, visit, step);
    auto wait = sent.rest;
    if (wait.count() == 0) {
        const auto asked = app.sign_in.request_second_step(app.db, visit.context, *visit.realm, {.claims = visit.session});
        if (asked) return go(visit.look, with_to(page_of(step.stem, step.factor), step.to).append(step.to.empty() ? "?" : "&").append("done=sent"));
        if (asked.error().why != Why::throttled) return refuse(asked.error());
        wait = asked.error().retry_after;
    }
    auto response = code_form(app, visit, step, 429, waits(visit, wait));
    retry_after(response, wait);
    return response;
}

}  // namespace authtickets::pages::entry
