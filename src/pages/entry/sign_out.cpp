// SPDX-License-Identifier: MIT
// P17b: this session ends and its cookie goes, whether or not there still was one. Who leaves the desk leaves the customer whom he
// acts for in this browser as well (M10).
#include "pages/entry/flow.h"
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::sign_out {

namespace {

// The account pages' session of this browser, if it is this operator's own.
std::optional<tickets::Ticket> as_customer(App& app, const Visit& visit, const Context& there) {
    if (visit.side != Side::desk || !visit.session) return std::nullopt;
    const auto text = cookie(visit.request, session_cookie(Side::account), secure(*visit.shop));
    auto found = text ? app.tickets.session(app.db, there, *text) : Result<tickets::Ticket>(refuse(Why::ticket_invalid));
    const bool own = found && found->acting && found->acting->realm == visit.realm->no && found->acting->user == visit.session->user;
    return own ? std::optional(std::move(*found)) : std::nullopt;
}

}  // namespace

Result<http::Response> press(App& app, const Visit& visit) {
    auto there = visit.at_shop();
    there.door = door(Side::account);
    const auto acting = as_customer(app, visit, there);
    if (acting) app.operators.end_act_as(app.db, there, *acting);
    if (visit.session) end_session(app, visit, *visit.session, tickets::End::signed_out);
    auto response = go(visit.look, "sign-in?done=out");
    clear_session(response, visit.side, *visit.shop);
    if (acting) clear_session(response, Side::account, *visit.shop);
    return response;
}

}  // namespace authtickets::pages::entry::sign_out
