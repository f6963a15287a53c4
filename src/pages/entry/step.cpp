// SPDX-License-Identifier: MIT
// P2, P3, P4: what a sign-in owes (TK7). Without a pending sign-in there is nothing to be said about any account.
#include "pages/entry/screens.h"
#include "pages/entry/second_step.h"

namespace authtickets::pages::entry::step {

namespace {

using tickets::Factor;

// None: no sign-in is pending in this browser.
std::optional<Step> owed(App& app, const Visit& visit) {
    if (!visit.session || visit.session->state != tickets::State::pending) return std::nullopt;
    const auto& ticket = *visit.session;
    auto login = app.logins.of_user(app.db, visit.context.realm, ticket.user, ticket.account_no);
    if (!login) return std::nullopt;
    return Step{.stem = Stem::sign_in, .factor = ticket.owes, .to = wanted(visit), .login = std::move(*login)};
}

// Shows a page of the step if that is what the sign-in owes; leads to the right one otherwise.
template <class Form>
Result<http::Response> shown_if(App& app, const Visit& visit, bool by_app, Form form) {
    const auto step = owed(app, visit);
    if (!step) return go(visit.look, "sign-in");
    if ((step->factor == Factor::app) != by_app) return go(visit.look, with_to(page_of(Stem::sign_in, step->factor), step->to));
    return form(*step);
}

// A form that is sent; the sign-in may have ended meanwhile (UI25), or be complete.
template <class Act>
Result<http::Response> sent_by(App& app, const Visit& visit, Act act) {
    if (visit.session && visit.session->state == tickets::State::full) return go_in(visit, wanted(visit));
    const auto step = owed(app, visit);
    if (!step) return start_again(visit);
    return act(*step);
}

}  // namespace

Result<http::Response> code(App& app, const Visit& visit) {
    return shown_if(app, visit, true, [&](const Step& step) -> Result<http::Response> {
        const auto state = app.totp.state(app.db, visit.context.realm, visit.session->user);
        if (!state || !state->paused_until || *state->paused_until <= visit.context.now) return code_form(app, visit, step);
        return code_form(app, visit, step, 200, waits(visit, std::chrono::ceil<Seconds>(*state->paused_until - visit.context.now)));
    });
}

Result<http::Response> recovery(App& app, const Visit& visit) {
    return shown_if(app, visit, true, [&](const Step& step) { return recovery_form(visit, step); });
}

Result<http::Response> sent_code(App& app, const Visit& visit) {
    return shown_if(app, visit, false, [&](const Step& step) { return sent_form(app, visit, step); });
}

Result<http::Response> enter(App& app, const Visit& visit) {
    return sent_by(app, visit, [&](const Step& step) { return try_code(app, visit, step); });
}

Result<http::Response> enter_recovery(App& app, const Visit& visit) {
    return sent_by(app, visit, [&](const Step& step) -> Result<http::Response> {
        if (step.factor != Factor::app) return go(visit.look, with_to(page_of(Stem::sign_in, step.factor), step.to));
        return try_recovery(app, visit, step);
    });
}

Result<http::Response> send(App& app, const Visit& visit) {
    return sent_by(app, visit, [&](const Step& step) -> Result<http::Response> {
        if (step.factor == Factor::app) return go(visit.look, with_to(page_of(Stem::sign_in, step.factor), step.to));
        return send_again(app, visit, step);
    });
}

Result<http::Response> cancel(App& app, const Visit& visit) {
    if (visit.session && visit.session->state == tickets::State::full) return go_in(visit, {});
    if (visit.session) end_session(app, visit, *visit.session, tickets::End::by_owner);
    auto response = go(visit.look, "sign-in");
    clear_session(response, visit.side, *visit.shop);
    return response;
}

}  // namespace authtickets::pages::entry::step
