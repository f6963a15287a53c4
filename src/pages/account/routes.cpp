// SPDX-License-Identifier: MIT
// The table of the account pages. The guard lets anyone call; whom a row needs stands in the row: nobody, who owes a code, who
// is signed in (pages/frame/visit.h).
#include <array>

#include <authtickets/pages/account.h>

#include "pages/account/screens.h"
#include "pages/entry/screens.h"
#include "pages/rows.h"

namespace authtickets::pages::account {

namespace {

using namespace rows;

constexpr std::array routes{
    anyones(GET, "/account/static/style.css", unread, styled),
    anyones(GET, "/account/static/script.js", unread, scripted),
    anyones(GET, "/account/sign-in", unread, shown<entry::entrance_page::open, Needs::whoever>),
    anyones(POST, "/account/sign-in", body, shown<entry::entrance_page::enter>),
    anyones(GET, "/account/sign-in/password", unread, shown<entry::demanded::open>),
    anyones(POST, "/account/sign-in/password", body, shown<entry::demanded::save>),
    anyones(GET, "/account/sign-in/code", unread, shown<entry::step::code, Needs::pending>),
    anyones(POST, "/account/sign-in/code", body, shown<entry::step::enter, Needs::whoever>),
    anyones(GET, "/account/sign-in/recovery", unread, shown<entry::step::recovery, Needs::pending>),
    anyones(POST, "/account/sign-in/recovery", body, shown<entry::step::enter_recovery, Needs::whoever>),
    anyones(GET, "/account/sign-in/sent-code", unread, shown<entry::step::sent_code, Needs::pending>),
    anyones(POST, "/account/sign-in/sent-code", body, shown<entry::step::enter, Needs::whoever>),
    anyones(POST, "/account/sign-in/sent-code/new", body, shown<entry::step::send, Needs::whoever>),
    anyones(POST, "/account/sign-in/cancel", body, shown<entry::step::cancel, Needs::whoever>),
    anyones(GET, "/account/sign-in/one-time", unread, shown<entry::one_time::open>),
    anyones(POST, "/account/sign-in/one-time", body, shown<entry::one_time::enter>),
    anyones(POST, "/account/sign-out", body, shown<entry::sign_out::press, Needs::whoever>),
    anyones(GET, "/account/step-up", unread, shown<entry::step_up::open, Needs::owner>),
    anyones(POST, "/account/step-up", body, shown<entry::step_up::enter, Needs::owner>),
    anyones(GET, "/account/step-up/code", unread, shown<entry::step_up::code, Needs::owner>),
    anyones(POST, "/account/step-up/code", body, shown<entry::step_up::enter_code, Needs::owner>),
    anyones(GET, "/account/step-up/recovery", unread, shown<entry::step_up::recovery, Needs::owner>),
    anyones(POST, "/account/step-up/recovery", body, shown<entry::step_up::enter_recovery, Needs::owner>),
    anyones(GET, "/account/step-up/sent-code", unread, shown<entry::step_up::sent_code, Needs::owner>),
    anyones(POST, "/account/step-up/sent-code", body, shown<entry::step_up::enter_code, Needs::owner>),
    anyones(POST, "/account/step-up/sent-code/new", body, shown<entry::step_up::send, Needs::owner>),
    anyones(GET, "/account/settings/two-step/set-up", unread, shown<entry::set_up::open, Needs::owner>),
    anyones(POST, "/account/settings/two-step/set-up", body, shown<entry::set_up::turn_on, Needs::owner>),
    anyones(GET, "/account/settings/two-step/codes", unread, shown<entry::saved_codes::open, Needs::owner>),
    anyones(POST, "/account/settings/two-step/codes", body, shown<entry::saved_codes::finish, Needs::owner>),
    anyones(GET, "/account/settings/two-step/done", unread, shown<entry::done::open, Needs::owner>),
    anyones(POST, "/account/settings/two-step/done", body, shown<entry::done::end_others, Needs::owner>),
    anyones(GET, "/account/settings/two-step/new-codes", unread, shown<entry::new_codes::open, Needs::owner>),
    anyones(POST, "/account/settings/two-step/new-codes", body, shown<entry::new_codes::make, Needs::owner>),
    anyones(GET, "/account/forgot", unread, shown<entry::forgot::open>),
    anyones(POST, "/account/forgot", body, shown<entry::forgot::ask>),
    anyones(GET, "/account/reset", unread, shown<entry::reset::open, Needs::nobody, reset_link>),
    anyones(POST, "/account/reset", body, shown<entry::reset::save, Needs::nobody, reset_link>),
    anyones(GET, "/account/unlock", unread, shown<entry::unlock::open, Needs::nobody, unlock_link>),
    anyones(POST, "/account/unlock", body, shown<entry::unlock::press, Needs::nobody, unlock_link>),
    anyones(GET, "/account/verify", unread, shown<entry::verify::open, Needs::nobody, email_link>),
    anyones(POST, "/account/verify", body, shown<entry::verify::press, Needs::nobody, email_link>),
    anyones(GET, "/account/confirm", unread, shown<confirm::open>),
    anyones(POST, "/account/confirm", body, shown<confirm::enter>),
    // Signed in
    anyones(GET, "/account", unread, shown<overview::open, Needs::session>),
    anyones(POST, "/account/dismiss", body, shown<overview::dismiss, Needs::owner>),
    anyones(POST, "/account/saved", body, shown<overview::saved, Needs::owner>),
    anyones(GET, "/account/settings", unread, shown<settings::open, Needs::session>),
    anyones(GET, "/account/settings/method", unread, shown<method::open, Needs::owner>),
    anyones(POST, "/account/settings/method", body, shown<method::choose, Needs::owner>),
    anyones(GET, "/account/settings/two-step/turn-off", unread, shown<turn_off::open, Needs::owner>),
    anyones(POST, "/account/settings/two-step/turn-off", body, shown<turn_off::press, Needs::owner>),
    anyones(GET, "/account/settings/email", unread, shown<contact::email, Needs::owner>),
    anyones(POST, "/account/settings/email", body, shown<contact::ask_email, Needs::owner>),
    anyones(POST, "/account/settings/email/code", body, shown<contact::email_code, Needs::owner>),
    anyones(POST, "/account/settings/email/again", body, shown<contact::email_again, Needs::owner>),
    anyones(GET, "/account/settings/phone", unread, shown<contact::phone, Needs::owner>),
    anyones(POST, "/account/settings/phone", body, shown<contact::ask_phone, Needs::owner>),
    anyones(POST, "/account/settings/phone/code", body, shown<contact::phone_code, Needs::owner>),
    anyones(POST, "/account/settings/phone/again", body, shown<contact::phone_again, Needs::owner>),
    anyones(GET, "/account/sessions", unread, shown<sessions::open, Needs::session>),
    anyones(POST, "/account/sessions/end", body, shown<sessions::end, Needs::owner>),
    anyones(POST, "/account/sessions/end-others", body, shown<sessions::end_others, Needs::owner>),
    anyones(POST, "/account/sessions/end-trust", body, shown<sessions::end_trust, Needs::owner>),
    anyones(GET, "/account/settings/password", unread, shown<password::open, Needs::owner>),
    anyones(POST, "/account/settings/password", body, shown<password::change, Needs::owner>),
    // New here
    anyones(GET, "/account/register", unread, shown<join::open, Needs::whoever>),
    anyones(POST, "/account/register", body, shown<join::send, Needs::whoever>),
    anyones(GET, "/account/register/code", unread, shown<join::code, Needs::whoever>),
    anyones(POST, "/account/register/code", body, shown<join::enter, Needs::whoever>),
    anyones(POST, "/account/register/again", body, shown<join::again, Needs::whoever>),
};
static_assert(sound<routes>("/account"), "every path is well formed and under the door's prefix");

}  // namespace

const DoorFace& door() {
    static constexpr DoorFace face{.door = Door::pages, .prefix = "/account", .routes = routes, .credentials = none,
                                   .refusal = refusal, .fault = fault, .finish = finish, .direct = true, .nowhere = shown<nothing, Needs::whoever>};
    return face;
}

}  // namespace authtickets::pages::account
