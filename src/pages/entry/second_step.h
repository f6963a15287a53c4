// SPDX-License-Identifier: MIT
// The second step, of a sign-in and of a step-up: the app's code (P2), a recovery code (P3), a code that was sent (P4). Who has
// which is the ticket's business; the addresses below "sign-in/" and "step-up/" are alike.
#pragma once

#include "pages/entry/flow.h"

namespace authtickets::pages::entry {

enum class Stem : std::uint8_t { sign_in, step_up };
std::string_view path_of(Stem);                            // "sign-in"
std::string page_of(Stem, tickets::Factor);                // "sign-in/code"

struct Step {
    Stem stem{};
    tickets::Factor factor{};         // app, email, sms
    std::string to{};
    logins::Login login{};            // of the ticket's user
};

http::Response code_form(App&, const Visit&, const Step&, int status = 200, std::optional<Problem> = {}, std::string news = {});
// The form of a code that was sent, opened; with the news of ?done=sent.
http::Response sent_form(App&, const Visit&, const Step&);
http::Response recovery_form(const Visit&, const Step&, int status = 200, std::optional<Problem> = {});
// P4 of a sign-in whose code could not be sent: m.wait.
http::Response unsent(App&, const Visit&, Seconds wait);

// What was typed, tried. A code that was right ends in `to`.
Result<http::Response> try_code(App&, const Visit&, const Step&);
Result<http::Response> try_recovery(App&, const Visit&, const Step&);
// Another code by mail or SMS; the one before ends (OC5).
Result<http::Response> send_again(App&, const Visit&, const Step&);

// What is said of an app's code that was not right: by the text of the refusal. `before`: another was wrong just before.
struct Told {
    int status = 401;
    Problem problem{};
};
Told told_of_app(const Visit&, const Refusal&, bool before);

}  // namespace authtickets::pages::entry
