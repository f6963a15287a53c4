// SPDX-License-Identifier: MIT
// What the screens of signing in share: what follows a factor that was right, what is told of one that was not.
#pragma once

#include "pages/entry/typed.h"
#include "pages/frame/visit.h"

namespace authtickets::pages::entry {

// Where the reader wants to be in the end, as the form or the address says; empty for anywhere else than ours.
std::string wanted(const Visit&);
// There, or else the first page of the side.
http::Response go_in(const Visit&, std::string_view to);

// P1, from wherever it is shown.
struct Entrance {
    int status = 200;
    std::optional<Problem> problem{};
    bool refused = false;             // with the ways back in below the message
    std::string news{};
    std::string name{};               // as it was typed
};
http::Response entrance(const Visit&, Entrance);
http::Response refused_entrance(const Visit&, const std::string& name);  // m.signin_refused, the same for all (EN1)
// The sign-in is over before it was complete: P1 with m.start_again, the name kept (UI25).
http::Response start_again(const Visit&);

// m.wait, at no field.
Problem waits(const Visit&, Seconds);
void retry_after(http::Response&, Seconds);

// The first factor was right: in, or to the step that is owed, whose code is sent at once. Whoever was signed in here before is not
// any more. Who is no operator of this shop is refused at the desk as if the factor had been wrong; `name` is what was typed.
Result<http::Response> follow(App&, const Visit&, const sign_in::SignedIn&, std::string_view to, const std::string& name);
// Both factors were: the cookies, and in.
http::Response enter(App&, const Visit&, const sign_in::SignedIn&, std::string_view to);
// At sign-out and when another sign-in takes its place.
void end_session(App&, const Visit&, const tickets::Ticket&, tickets::End);

// A password that is to be changed before the next sign-in: the form, from wherever it is shown.
http::Response demand(App&, const Visit&, const std::string& name, int status = 200, std::optional<Problem> problem = {});

// The rules that a new password must keep, for {{> entry/rules}}; and which of them one has broken, empty when that is not why.
void add_rules(View&, App&, const Visit&, bool second_factor);
std::string broken_rule(const Visit&, const Refusal&, std::string_view password, bool second_factor);

}  // namespace authtickets::pages::entry
