// SPDX-License-Identifier: MIT
// P17: is it still you? The password, and then what else the account has; back to the page that asked (RS6). An operator's set-up
// of an app begins here too.
#include <charconv>

#include "pages/entry/screens.h"
#include "pages/entry/second_step.h"

namespace authtickets::pages::entry::step_up {

namespace {

using tickets::Factor;

// What a guarded application demands beyond the shop's own pages (AZ64, docs/authorizer.md): a second factor, or one that was
// shown within so many seconds. "step-up?second=1&within=60&to=%2Fapp" is then where the reader is to come back to, so that
// the demand is carried on as every way back is, and judged once more before the last step.
struct Demand {
    bool second = false;
    std::optional<Seconds> within{};
    bool any() const { return second || within; }
};

constexpr std::string_view here = "step-up?";

Demand demand_of(const http::Query& query) {
    Demand out{.second = query.get("second").value_or("") == "1"};
    const auto text = query.get("within").value_or("");
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) out.within = Seconds(seconds);
    return out;
}

// The reader's way back, with the demand as long as it stands.
std::string kept(const Visit& visit) {
    const auto to = wanted(visit);
    const auto demand = demand_of(visit.request.query);
    if (!demand.any()) return to;
    std::string out(here);
    if (demand.second) out.append("second=1&");
    if (demand.within) out.append("within=").append(std::to_string(demand.within->count())).append("&");
    return out.append("to=").append(escaped(to));
}

Demand demand_of(const Visit& visit) {
    const auto to = kept(visit);
    if (!to.starts_with(here)) return {};
    const auto query = http::parse_query(std::string_view(to).substr(here.size()));
    return query ? demand_of(*query) : Demand{};
}

http::Response form(const Visit& visit, int status, std::optional<Problem> problem) {
    Page page{.screen = "entry/step_up", .heading = "p.step_up_title", .status = status, .problem = std::move(problem), .card = true};
    const auto to = kept(visit);
    page.view.text("to", to).text("ways", ways(visit.look, to)).text("name", visit.login->user_name);
    if (page.problem) page.view.text("why_password", page.problem->text);
    else page.view.text("focus_password", "1");
    return show(visit.look, std::move(page));
}

bool within(const Visit& visit, const std::optional<Time>& at) {
    const auto window = visit.realm->settings.step_up_window;
    return at && visit.context.now - *at <= std::min(window, demand_of(visit).within.value_or(window));
}

bool meets(const Demand& demand, const Visit& visit) {
    const auto at = demand.second ? tickets::second_factor_at(*visit.session) : tickets::shown_at(*visit.session);
    return at && (!demand.within || visit.context.now - *at <= *demand.within);
}

// What is asked after the password. Who has none is asked for a code by mail instead.
Factor second_of(const Visit& visit) {
    const auto own = customers::own_factor(*visit.login);
    return own == Factor::none && visit.login->sealed_password.empty() ? Factor::email : own;
}

bool is_shown(const Visit& visit, const tickets::Ticket& ticket, Factor factor) {
    switch (factor) {
        case Factor::app: return within(visit, ticket.app_at);
        case Factor::email: return within(visit, ticket.email_at);
        case Factor::sms: return within(visit, ticket.sms_at);
        case Factor::none: break;
    }
    return true;
}

Step step_of(const Visit& visit) {
    return {.stem = Stem::step_up, .factor = second_of(visit), .to = kept(visit), .login = *visit.login};
}

// The second form, once the password was shown; where there is nothing more to show, on.
template <class Form>
Result<http::Response> shown_if(const Visit& visit, bool by_app, Form form) {
    const auto step = step_of(visit);
    if (!visit.login->sealed_password.empty() && !within(visit, visit.session->password_at)) return go(visit.look, with_to("step-up", step.to));
    if (is_shown(visit, *visit.session, step.factor)) return go_in(visit, step.to);
    if ((step.factor == Factor::app) != by_app) return go(visit.look, with_to(page_of(Stem::step_up, step.factor), step.to));
    return form(step);
}

}  // namespace

Result<http::Response> open(App&, const Visit& visit) {
    // A shop leads everybody through here before the checkout; who has just signed in goes on. At the desk the password is asked
    // for again however fresh the session is.
    const auto to = wanted(visit);
    const auto demand = demand_of(visit.request.query);
    const bool fresh = demand.any() ? meets(demand, visit)
                                    : customers::fresh(*visit.session, *visit.login, visit.context.now, visit.realm->settings.step_up_window);
    if (visit.side == Side::account && (demand.any() || !to.empty()) && fresh) return go_in(visit, to);
    if (visit.login->sealed_password.empty()) return go(visit.look, with_to(page_of(Stem::step_up, second_of(visit)), kept(visit)));
    return form(visit, 200, {});
}

Result<http::Response> enter(App& app, const Visit& visit) {
    const auto password = visit.said("password");
    const auto to = wanted(visit);
    if (password.empty()) return form(visit, 400, Problem{.text = visit.look.text("p.password_missing"), .field = "password"});
    const auto done = app.sign_in.step_up_by_password(app.db, visit.context, *visit.realm, *visit.session, Secret(password));
    if (!done) {
        const auto& refusal = done.error();
        if (refusal.why == Why::password_wrong || refusal.why == Why::password_too_long) return form(visit, 401, Problem{.text = visit.look.text("m.password_wrong"), .field = "password"});
        if (refusal.why == Why::ticket_invalid) return start_again(visit);
        if (refusal.why != Why::throttled) return refuse(refusal);
        auto response = form(visit, 429, waits(visit, refusal.retry_after));
        retry_after(response, refusal.retry_after);
        return response;
    }
    const auto& ticket = done->issued.ticket;
    const auto factor = second_of(visit);
    auto response = go_in(visit, to);
    if (!is_shown(visit, ticket, factor)) {
        response = go(visit.look, with_to(page_of(Stem::step_up, factor), to));
        if (factor != Factor::app) {
            // A budget that is spent is told where the code is asked for, with the button to ask again.
            const auto sent = app.sign_in.request_second_step(app.db, visit.context, *visit.realm, {.claims = ticket});
            if (!sent && sent.error().why != Why::throttled) return refuse(sent.error());
        }
    }
    set_session(response, visit.side, *visit.shop, done->issued, visit.context.now);
    return response;
}

Result<http::Response> code(App& app, const Visit& visit) {
    return shown_if(visit, true, [&](const Step& step) { return code_form(app, visit, step); });
}

Result<http::Response> recovery(App&, const Visit& visit) {
    return shown_if(visit, true, [&](const Step& step) { return recovery_form(visit, step); });
}

Result<http::Response> sent_code(App& app, const Visit& visit) {
    return shown_if(visit, false, [&](const Step& step) { return sent_form(app, visit, step); });
}

Result<http::Response> enter_code(App& app, const Visit& visit) {
    const bool by_app = second_of(visit) == Factor::app;
    return shown_if(visit, by_app, [&](const Step& step) { return try_code(app, visit, step); });
}

Result<http::Response> enter_recovery(App& app, const Visit& visit) {
    return shown_if(visit, true, [&](const Step& step) { return try_recovery(app, visit, step); });
}

Result<http::Response> send(App& app, const Visit& visit) {
    return shown_if(visit, false, [&](const Step& step) { return send_again(app, visit, step); });
}

}  // namespace authtickets::pages::entry::step_up
