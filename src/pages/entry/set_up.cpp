// SPDX-License-Identifier: MIT
// P11: an authenticator app, set up or moved to another phone. The key is on this page and nowhere else: not in an address, not
// at anybody who would draw the picture. It stays the same while the set-up lives (TO8).
#include "pages/entry/codes_page.h"
#include "pages/entry/flow.h"
#include "pages/entry/qr.h"
#include "pages/entry/screens.h"
#include "pages/entry/second_step.h"

namespace authtickets::pages::entry::set_up {

namespace {

constexpr std::string_view here = "settings/two-step/set-up";

http::Response confirm_first(const Visit& visit) { return go(visit.look, with_to("step-up", here)); }

// At the desk the password is asked once more, however fresh the sign-in is.
bool asked_again(const Visit& visit) {
    if (visit.side != Side::desk) return true;
    const auto& ticket = *visit.session;
    return ticket.password_at && *ticket.password_at > ticket.created_at;
}

View::Lines in_groups(std::string_view key) {
    View::Lines out;
    for (std::size_t at = 0; at < key.size();) {
        const auto end = std::min(key.find(' ', at), key.size());
        out.push_back(std::move(View().text("group", std::string(key.substr(at, end - at)))));
        at = end + 1;
    }
    return out;
}

std::string without_blanks(std::string_view key) {
    std::string out(key);
    std::erase(out, ' ');
    return out;
}

Result<http::Response> form(App& app, const Visit& visit, int status, std::optional<Problem> problem) {
    if (!asked_again(visit)) return confirm_first(visit);
    const auto begun = app.two_step.begin(app.db, visit.context, *visit.realm, *visit.session);
    if (!begun) {
        if (begun.error().why == Why::step_up_required) return confirm_first(visit);
        return refuse(begun.error());
    }
    const bool moves = visit.login->app;
    const bool first = visit.staff && !visit.staff->app;  // nothing else is open to that operator
    Page page{.screen = "entry/set_up", .heading = moves ? "p.move_title" : "p.set_up_title", .status = status, .problem = std::move(problem), .card = first};
    const auto picture = qr(begun->uri.reveal());
    auto& view = page.view;
    view.text("size", std::to_string(picture.size)).text("dark", picture.dark);
    view.lines("key", in_groups(begun->key.reveal())).text("copy", without_blanks(begun->key.reveal()));
    view.text("uri", std::string(begun->uri.reveal())).text("shows", visit.realm->name + ": " + visit.login->user_name);
    view.text("until", visit.look.words.say("p.set_up_until", {{"time", visit.look.clock(begun->expires_at)}}));
    view.text("label", visit.look.text("p.app_code")).text("button", visit.look.text(moves ? "p.move_button" : "p.turn_on"));
    if (moves) view.text("moves", "1");
    if (first) view.text("first", "1");
    if (page.problem && page.problem->field == "code") view.text("why_code", page.problem->text);
    if (page.problem && page.problem->to_field) view.text("focus_code", "1");
    return show(visit.look, std::move(page));
}

}  // namespace

Result<http::Response> open(App& app, const Visit& visit) { return form(app, visit, 200, {}); }

Result<http::Response> turn_on(App& app, const Visit& visit) {
    if (!asked_again(visit)) return confirm_first(visit);
    const auto typed = visit.said("code");
    const auto at_code = [&](std::string_view key) { return Problem{.text = visit.look.text(key), .field = "code", .to_field = true}; };
    if (const auto problem = misshapen(typed); !problem.empty()) return form(app, visit, 400, at_code(problem));
    const auto on = app.two_step.activate(app.db, visit.context, *visit.realm, *visit.session, typed);
    if (!on) {
        const auto& refusal = on.error();
        switch (refusal.why) {
            case Why::step_up_required: return confirm_first(visit);
            case Why::code_wrong: {
                auto problem = at_code("m.code_wrong");
                problem.more = visit.look.text("m.check_clock");
                return form(app, visit, 401, std::move(problem));
            }
            case Why::link_dead: {
                // Sent once more after it had turned the app on: its recovery codes are not shown twice (P12).
                if (visit.login->app && visit.said("moves").empty()) return go(visit.look, "settings/two-step/codes");
                return form(app, visit, 410, Problem{.text = visit.look.text("m.setup_expired")});
            }
            default: return refuse(refusal);
        }
    }
    if (visit.staff && !visit.staff->app) app.operators.signed_in(app.db, visit.context, *visit.staff);
    auto response = on->codes ? show_codes(visit, *on->codes, visit.look.text("m.2fa_on")) : go(visit.look, "settings/two-step/done?done=moved");
    if (on->issued) set_session(response, visit.side, *visit.shop, *on->issued, visit.context.now);
    return response;
}

}  // namespace authtickets::pages::entry::set_up
