// SPDX-License-Identifier: MIT
// P7: a new password by the mailed link. Opening spends nothing; what refuses a password leaves the link as it was.
#include <authtickets/core/logins.h>
#include <authtickets/text/names.h>

#include "pages/account/visit.h"

namespace authtickets::pages::account::reset {

namespace {

http::Response dead(const Visit& visit) {
    return show(visit.look, Note{.heading = "p.link_dead_title", .status = 410,
                                 .problem = Problem{.text = std::string(visit.look.words.at("m.link_dead"))},
                                 .to = "forgot", .way = "p.ask_link"});
}

http::Response form(App& app, const Visit& visit, std::string problem) {
    const auto& words = visit.look.words;
    const auto policy = visit.realm->settings.policy;
    const auto length = logins::password_length(policy);
    const auto line = [](std::string text) { return std::move(View().text("text", std::move(text))); };
    const auto rule = [&](std::string_view key, std::size_t n = 0) { return line(words.say(key, {{"n", std::to_string(n)}})); };

    View::Lines must{rule("p.rule_short", length.least)};
    if (policy == realms::PasswordPolicy::documented) must.push_back(rule("p.rule_letter_digit"));
    must.push_back(rule("p.rule_long", length.most));
    View::Lines must_not{rule("p.rule_common"), rule("p.rule_context")};
    if (app.breaches.configured()) must_not.push_back(rule("p.rule_breached"));

    Page page{.screen = "reset", .heading = "p.reset_title"};
    if (!problem.empty()) {
        page.status = 400;
        page.problem = Problem{.text = std::move(problem), .field = "password"};
    }
    page.view.text("token", std::string(visit.token.reveal())).text("least", std::to_string(length.least));
    page.view.lines("must", std::move(must)).lines("must_not", std::move(must_not));
    return show(visit.look, std::move(page));
}

// What is wrong with the password, in the reader's words; empty when that is not why.
std::string named(const Visit& visit, const Refusal& refusal, std::string_view password) {
    const auto& words = visit.look.words;
    const auto length = logins::password_length(visit.realm->settings.policy);
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

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return visit.link ? form(app, visit, {}) : dead(visit); }

Result<http::Response> save(App& app, const Visit& visit) {
    if (!visit.link) return dead(visit);
    const auto password = visit.form.get("password").value_or("");
    if (password.empty()) return form(app, visit, named(visit, {.why = Why::password_weak}, password));
    const auto saved = app.recovery.reset(app.db, visit.context, *visit.realm,
                                          {.token = visit.token, .password = Secret(std::string_view(password))});
    if (!saved) {
        if (saved.error().why == Why::link_dead) return dead(visit);
        auto problem = named(visit, saved.error(), password);
        if (problem.empty()) return refuse(saved.error());
        return form(app, visit, std::move(problem));
    }
    const auto& words = visit.look.words;
    return show(visit.look, Note{.heading = "p.saved_title", .news = std::string(words.at("m.password_saved")),
                                 .text = std::string(words.at("p.saved_help"))});
}

}  // namespace authtickets::pages::account::reset
