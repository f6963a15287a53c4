// SPDX-License-Identifier: MIT
// P14: the authenticator app turned off by its owner, who is told before what ends (UI29). Policy standard asks the app's code as
// well (X8).
#include <authtickets/core/two_step.h>

#include "pages/account/parts.h"
#include "pages/account/screens.h"
#include "pages/entry/typed.h"

namespace authtickets::pages::account::turn_off {

namespace {

bool asks_code(const Visit& visit) { return visit.realm->settings.policy == realms::PasswordPolicy::standard; }

struct Wrong {
    int status = 200;
    std::string_view field{};
    std::string text{}, more{};
};

http::Response form(App& app, const Visit& visit, const Wrong& wrong) {
    const auto& words = visit.look.words;
    const auto& login = *visit.login;
    const auto state = app.totp.state(app.db, visit.context.realm, visit.session->user);
    if (!state) return go(visit.look, "settings?done=already-off");
    Page page{.screen = "account/turn_off", .heading = "p.s_disable", .status = wrong.status};
    if (!wrong.text.empty()) page.problem = Problem{.text = wrong.text, .field = wrong.field, .more = wrong.more};
    auto& view = page.view;
    if (wrong.field == "password") view.text("why_password", wrong.text);
    if (wrong.field == "code") view.text("why_code", wrong.text);
    if (asks_code(visit)) view.part("asks_code", std::move(View().text("label", visit.look.text("p.o_code"))));
    view.text("codes_end", words.say("p.o_codes_end", {{"n", std::to_string(state->codes_left)}}));
    // What is asked for afterwards: what the shop asks, what the account's own method asks, or the password alone.
    const auto left = visit.realm->settings.second_step_always ? "p.o_shop_stays" : login.method == users::Method::sms   ? "p.o_sms_stays"
                                                                             : login.method == users::Method::email ? "p.o_email_stays"
                                                                                                                  : "p.o_password_alone";
    view.text("afterwards", visit.look.text(left));
    return show(visit.look, std::move(page));
}

Wrong wrong_code(const Visit& visit, const Refusal& refusal) {
    const auto& words = visit.look.words;
    if (refusal.text == "paused") return {429, "code", words.say("m.wait", {{"duration", words.duration(refusal.retry_after)}})};
    if (refusal.text == "blocked") return {401, "code", visit.look.text("p.s_app_blocked")};
    return {401, "code", visit.look.text(refusal.text == "replayed" ? "m.code_used" : "m.code_wrong"), visit.look.text("m.check_clock")};
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return form(app, visit, {}); }

Result<http::Response> press(App& app, const Visit& visit) {
    const auto password = visit.said("password");
    if (password.empty()) return form(app, visit, {400, "password", visit.look.text("p.o_password_missing")});
    const auto code = asks_code(visit) ? visit.said("code") : std::string_view{};
    if (!code.empty()) {
        if (const auto problem = entry::misshapen(code); !problem.empty()) return form(app, visit, {400, "code", visit.look.text(problem)});
    }
    const auto done = app.two_step.turn_off(app.db, visit.context, *visit.realm, *visit.session, Secret(password), code);
    if (done) return go(visit.look, "settings?done=off");
    const auto& refusal = done.error();
    switch (refusal.why) {
        case Why::password_wrong: return form(app, visit, {401, "password", visit.look.text("m.password_wrong")});
        case Why::code_wrong: return form(app, visit, wrong_code(visit, refusal));
        case Why::step_up_required: return form(app, visit, {400, "code", visit.look.text("m.code_short")});
        case Why::unknown_item: return go(visit.look, "settings?done=already-off");  // in another tab, or by the shop
        default: return refuse(refusal);
    }
}

}  // namespace authtickets::pages::account::turn_off
