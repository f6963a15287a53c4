// SPDX-License-Identifier: MIT
// P5: a code by e-mail in the password's place. Who is not there gets the same forms and answers (EN1): what is told of a code is
// told of the one that stands in for it, too. The mailed link opens the second form and spends nothing (OC10).
#include "pages/entry/flow.h"
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::one_time {

namespace {

// Whose code: by the name that was typed, or the id in the mailed link.
struct Whose {
    std::string name{};
    std::optional<UserId> user{};
};

Whose whose(std::string_view name, std::string_view id) {
    if (!name.empty()) return {.name = std::string(name)};
    if (const auto user = parse_uuid(id)) return {.user = UserId{*user}};
    return {};
}

bool nobody(const Whose& who) { return who.name.empty() && !who.user; }

http::Response first_form(const Visit& visit, int status, std::optional<Problem> problem) {
    Page page{.screen = "entry/one_time", .heading = "p.one_time_title", .status = status, .problem = std::move(problem), .card = true};
    const auto to = wanted(visit);
    page.view.text("to", to).text("ways", ways(visit.look, to));
    if (page.problem) page.view.text("wrong_name", "1").text("why_name", page.problem->text);
    else page.view.text("focus_name", "1");
    return show(visit.look, std::move(page));
}

struct Second {
    int status = 200;
    std::optional<Problem> problem{};
    std::string news{}, code{};
    bool sent = false;       // just now
};

http::Response second_form(const Visit& visit, const Whose& who, Second shown) {
    Page page{.screen = "entry/one_time_code", .heading = "p.sent_code_title", .status = shown.status, .problem = std::move(shown.problem),
              .news = std::move(shown.news), .card = true};
    const auto to = wanted(visit);
    page.view.text("to", to).text("ways", ways(visit.look, to)).text("name", who.name).text("label", visit.look.text("p.code"));
    if (who.user) page.view.text("user", hex(who.user->value));
    page.view.text("code", std::move(shown.code));
    page.view.text("lead", visit.look.words.say("p.one_time_lives", {{"duration", visit.look.words.duration(visit.realm->settings.code_life)}}));
    if (shown.sent) page.view.text("rest", "30");
    if (page.problem && page.problem->field == "code") page.view.text("why_code", page.problem->text);
    if (!page.problem || page.problem->to_field) page.view.text("focus_code", "1");
    return show(visit.look, std::move(page));
}

// Two names of one account share its code, and what became of it under the one must not be told under the other, or that would
// tell who has both (EN1). So a code that nobody ever reads is asked for and tried beside, for each name whoever has it, and what is
// told is told of that one. The mailed link names the account itself, which nobody guesses.
codes::Whose told_of(App& app, const Visit& visit, const Whose& who) {
    const auto user = who.name.empty() ? *who.user : app.logins.decoy(visit.context, hex(app.logins.decoy(visit.context, who.name).value));
    return {.purpose = codes::Purpose::sign_in, .user = user, .id = codes::on_user(codes::Purpose::sign_in, user, {})};
}

void ask_beside(App& app, const Visit& visit, const Whose& who) {
    if (who.name.empty()) return;
    const auto beside = told_of(app, visit, who);
    const auto& settings = visit.realm->settings;
    app.db.transact([&](db::Tx& tx) {
        app.codes.make(tx, visit.context, {.id = beside.id, .purpose = beside.purpose, .user = beside.user, .channel = codes::Channel::email,
                                           .life = settings.code_life, .tries = settings.code_tries});
        return true;
    });
}

Second told(App& app, const Visit& visit, const Whose& who, const Refusal& refusal) {
    const auto& words = visit.look.words;
    const auto say = [&](std::string text) { return Problem{.text = std::move(text), .field = "code", .to_field = true}; };
    const auto its = told_of(app, visit, who);
    // Whoever has an earlier code has the mailbox, and may know more.
    auto why = refusal.text;
    if (!who.name.empty()) {
        const auto beside = app.codes.attempt(app.db, visit.context, its, visit.said("code"));
        if (why != "newer") why = beside.reason;
    }
    if (why == "expired") return {.status = 401, .problem = say(visit.look.text("m.code_expired"))};
    const auto state = app.codes.state(app.db, visit.context.realm, its.id);
    if (why == "newer" && state) return {.status = 401, .problem = say(words.say("m.code_newer_sent", {{"time", visit.look.clock(state->sent_at)}}))};
    if (why == "spent" || why == "closed" || (state && state->tries_left == 0)) return {.status = 401, .problem = say(visit.look.text("m.code_spent"))};
    auto problem = say(visit.look.text("m.code_wrong"));
    if (state) problem.more = words.say("p.tries_left", {{"n", std::to_string(state->tries_left)}});
    return {.status = 401, .problem = std::move(problem)};
}

Result<http::Response> send(App& app, const Visit& visit, const Whose& who) {
    const auto asked = app.sign_in.request_code(app.db, visit.context, *visit.realm, {.name = who.name, .user = who.user});
    if (!asked && asked.error().why != Why::throttled) return refuse(asked.error());
    if (asked) ask_beside(app, visit, who);
    // What a spent budget stops is not told at the first step (EN1); at the second it is, of whatever was typed.
    const bool again = !visit.said("again").empty();
    if (!asked && again) {
        auto response = second_form(visit, who, {.status = 429, .problem = waits(visit, asked.error().retry_after)});
        retry_after(response, asked.error().retry_after);
        return response;
    }
    const auto now = visit.look.clock(visit.context.now);
    return second_form(visit, who, {.news = again ? visit.look.words.say("m.code_sent", {{"time", now}}) : visit.look.text("m.sent_if_known"), .sent = true});
}

}  // namespace

Result<http::Response> open(App&, const Visit& visit) {
    const auto& query = visit.request.query;
    if (!visit.realm->settings.email_code) return refuse(Why::unknown_item);
    const auto who = whose({}, query.get("u").value_or(""));
    auto code = query.get("c").value_or("");
    if (nobody(who) || !misshapen(code).empty()) return first_form(visit, 200, {});
    return second_form(visit, who, {.code = std::move(code)});
}

Result<http::Response> enter(App& app, const Visit& visit) {
    if (!visit.realm->settings.email_code) return refuse(Why::unknown_item);
    const auto who = whose(visit.said("name"), visit.said("u"));
    if (nobody(who)) return first_form(visit, 400, Problem{.text = visit.look.text("p.name_missing"), .field = "name"});
    if (visit.said("step").empty()) return send(app, visit, who);
    const auto typed = visit.said("code");
    if (const auto problem = misshapen(typed); !problem.empty()) {
        return second_form(visit, who, {.status = 400, .problem = Problem{.text = visit.look.text(problem), .field = "code", .to_field = true}});
    }
    const auto done = app.sign_in.by_code(app.db, visit.context, *visit.realm,
                                          {.name = who.name, .user = who.user, .code = Secret(typed), .evidence = visit.evidence(app)});
    if (done) return follow(app, visit, *done, wanted(visit), who.name);
    const auto& refusal = done.error();
    if (refusal.why == Why::throttled) {
        auto response = second_form(visit, who, {.status = 429, .problem = waits(visit, refusal.retry_after)});
        retry_after(response, refusal.retry_after);
        return response;
    }
    if (refusal.why == Why::password_change_required) {
        auto name = who.name;
        if (const auto login = who.user ? app.logins.of_user(app.db, visit.context.realm, *who.user) : std::nullopt) name = login->user_name;
        return demand(app, visit, name);
    }
    if (refusal.why != Why::code_wrong) return refuse(refusal);
    return second_form(visit, who, told(app, visit, who, refusal));
}

}  // namespace authtickets::pages::entry::one_time
