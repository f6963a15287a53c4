// SPDX-License-Identifier: MIT
// A request to a page once it is known whose page it is and who is signed in. Whose: by the mailed link that it carries,
// whatever host it names; else by its host; else the only shop there is. Who: by the cookie of the side's session.
#pragma once

#include <optional>

#include <authtickets/core/operators.h>
#include <authtickets/door/route.h>

#include "pages/screen.h"

namespace authtickets::pages {

struct Visit {
    Context context;                      // with realm and site; of whoever is signed in: user, and who acts for whom
    const http::Request& request;
    const http::PathParameters& path;
    http::Query form{};                   // of a POST
    realms::RealmPtr realm;               // whose users sign in here: the shop's, on the desk the operators'
    realms::RealmPtr shop;                // whose site this is
    Side side = Side::account;
    std::optional<links::Link> link{};    // a live one, where the screen has one
    Secret token{};                       // as it came, live or not
    std::optional<tickets::Ticket> session{};      // what the cookie says, pending or full; where the row asks for it
    std::optional<logins::Login> login{};          // of a full session
    std::optional<operators::Operator> staff{};    // on the desk: who it is, and what he may
    Look look;

    // What is done to the shop from the desk: in its realm, by this operator.
    Context at_shop() const;
    // What this browser shows of itself when it signs in (X6).
    devices::Evidence evidence(App&) const;
    std::string_view said(std::string_view name) const;   // a field of the form, empty when it is not there; lives as the visit
};

// Whom a row of the tables lets in. Who is not, is led to where he gets on: to sign in, to the code that is owed, to the
// set-up that an operator must have done first.
enum class Needs : std::uint8_t {
    nobody,      // anyone; cookies are not looked at
    whoever,     // anyone; a session is looked at
    pending,     // a sign-in that owes a factor (TK7)
    enrolling,   // signed in; an operator perhaps without an app yet
    session,     // signed in
    owner,       // signed in, and no operator acts for the customer: who changes what signs in (P10)
};

// What the screen's links are for; none where it has none.
using Purpose = std::optional<links::Purpose>;

struct Arrival {
    std::optional<Visit> visit{};
    http::Response instead{};             // where there is no visit
};
// Refusals: unknown_item (nobody's page), unsupported_media and bad_request (no form), forbidden (another site's form, a form
// of no session of ours, a right that the operator has not).
Result<Arrival> arrive(App&, const Context&, const Call&, Needs, Purpose = {}, operators::Right = operators::Right::see);

using Screen = Result<http::Response> (*)(App&, const Visit&);

// A handler of the tables: who may, and which screen.
template <Screen screen, Needs needs = Needs::nobody, int purpose = 0, operators::Right right = operators::Right::see>
Result<http::Response> shown(App& app, const Context& context, const Call& call) {
    constexpr auto link = purpose == 0 ? Purpose{} : Purpose{static_cast<links::Purpose>(purpose)};
    auto arrived = arrive(app, context, call, needs, link, right);
    if (!arrived) return refuse(std::move(arrived.error()));
    if (!arrived->visit) return std::move(arrived->instead);
    auto answer = screen(app, *arrived->visit);
    // What is our own trouble goes on to the request loop, which logs it.
    const bool ours = !answer && (answer.error().why == Why::busy || answer.error().why == Why::unavailable || answer.error().why == Why::throttled);
    if (answer || ours) return answer;
    return refused(arrived->visit->look, context, answer.error());
}

// An address that is no page: the shop's 404, with the bar of who is signed in (UI23).
Result<http::Response> nothing(App&, const Visit&);

}  // namespace authtickets::pages
