// SPDX-License-Identifier: MIT
// The table of the desk. The guard lets anyone call; whom a row needs, and which right of the operator, stands in the row
// (pages/frame/visit.h).
#include <array>

#include <authtickets/pages/desk.h>

#include "pages/account/screens.h"
#include "pages/desk/screens.h"
#include "pages/desk/shop_screens.h"
#include "pages/entry/screens.h"
#include "pages/rows.h"

namespace authtickets::pages::desk {

namespace {

using namespace rows;
using operators::Right;

constexpr auto session = Needs::session;

// A press is asked on a page of its own and sent by a form.
template <Press press, Right right>
constexpr Handler ask = shown<presses::asked<press>, session, 0, right>;
template <Press press, Right right>
constexpr Handler act = shown<presses::pressed<press>, session, 0, right>;

// Of a screen for who is signed in with everything, and has this right.
template <Screen screen, Right right = Right::see>
constexpr Handler desk_screen = shown<screen, Needs::session, 0, right>;

constexpr std::array routes{
    anyones(GET, "/desk/static/style.css", unread, styled),
    anyones(GET, "/desk/static/script.js", unread, scripted),
    anyones(GET, "/desk/sign-in", unread, shown<entry::entrance_page::open, Needs::whoever>),
    anyones(POST, "/desk/sign-in", body, shown<entry::entrance_page::enter>),
    anyones(GET, "/desk/sign-in/password", unread, shown<entry::demanded::open>),
    anyones(POST, "/desk/sign-in/password", body, shown<entry::demanded::save>),
    anyones(GET, "/desk/sign-in/code", unread, shown<entry::step::code, Needs::pending>),
    anyones(POST, "/desk/sign-in/code", body, shown<entry::step::enter, Needs::whoever>),
    anyones(GET, "/desk/sign-in/recovery", unread, shown<entry::step::recovery, Needs::pending>),
    anyones(POST, "/desk/sign-in/recovery", body, shown<entry::step::enter_recovery, Needs::whoever>),
    anyones(GET, "/desk/sign-in/sent-code", unread, shown<entry::step::sent_code, Needs::pending>),
    anyones(POST, "/desk/sign-in/sent-code", body, shown<entry::step::enter, Needs::whoever>),
    anyones(POST, "/desk/sign-in/sent-code/new", body, shown<entry::step::send, Needs::whoever>),
    anyones(POST, "/desk/sign-in/cancel", body, shown<entry::step::cancel, Needs::whoever>),
    anyones(POST, "/desk/sign-out", body, shown<entry::sign_out::press, Needs::whoever>),
    anyones(GET, "/desk/step-up", unread, shown<entry::step_up::open, Needs::enrolling>),
    anyones(POST, "/desk/step-up", body, shown<entry::step_up::enter, Needs::enrolling>),
    anyones(GET, "/desk/step-up/code", unread, shown<entry::step_up::code, Needs::enrolling>),
    anyones(POST, "/desk/step-up/code", body, shown<entry::step_up::enter_code, Needs::enrolling>),
    anyones(GET, "/desk/step-up/recovery", unread, shown<entry::step_up::recovery, Needs::enrolling>),
    anyones(POST, "/desk/step-up/recovery", body, shown<entry::step_up::enter_recovery, Needs::enrolling>),
    anyones(GET, "/desk/step-up/sent-code", unread, shown<entry::step_up::sent_code, Needs::enrolling>),
    anyones(POST, "/desk/step-up/sent-code", body, shown<entry::step_up::enter_code, Needs::enrolling>),
    anyones(POST, "/desk/step-up/sent-code/new", body, shown<entry::step_up::send, Needs::enrolling>),
    anyones(GET, "/desk/settings/two-step/set-up", unread, shown<entry::set_up::open, Needs::enrolling>),
    anyones(POST, "/desk/settings/two-step/set-up", body, shown<entry::set_up::turn_on, Needs::enrolling>),
    anyones(GET, "/desk/settings/two-step/codes", unread, shown<entry::saved_codes::open, Needs::owner>),
    anyones(POST, "/desk/settings/two-step/codes", body, shown<entry::saved_codes::finish, Needs::owner>),
    anyones(GET, "/desk/settings/two-step/done", unread, shown<entry::done::open, Needs::owner>),
    anyones(POST, "/desk/settings/two-step/done", body, shown<entry::done::end_others, Needs::owner>),
    anyones(GET, "/desk/settings/two-step/new-codes", unread, shown<entry::new_codes::open, Needs::owner>),
    anyones(POST, "/desk/settings/two-step/new-codes", body, shown<entry::new_codes::make, Needs::owner>),
    anyones(GET, "/desk/forgot", unread, shown<entry::forgot::open>),
    anyones(POST, "/desk/forgot", body, shown<entry::forgot::ask>),
    anyones(GET, "/desk/reset", unread, shown<entry::reset::open, Needs::nobody, reset_link>),
    anyones(POST, "/desk/reset", body, shown<entry::reset::save, Needs::nobody, reset_link>),
    anyones(GET, "/desk/unlock", unread, shown<entry::unlock::open, Needs::nobody, unlock_link>),
    anyones(POST, "/desk/unlock", body, shown<entry::unlock::press, Needs::nobody, unlock_link>),
    // The operator's own account
    anyones(GET, "/desk/settings", unread, shown<account::settings::open, Needs::session>),
    anyones(GET, "/desk/settings/password", unread, shown<account::password::open, Needs::session>),
    anyones(POST, "/desk/settings/password", body, shown<account::password::change, Needs::session>),
    anyones(GET, "/desk/sessions", unread, shown<account::sessions::open, Needs::session>),
    anyones(POST, "/desk/sessions/end", body, shown<account::sessions::end, Needs::session>),
    anyones(POST, "/desk/sessions/end-others", body, shown<account::sessions::end_others, Needs::session>),

    // Customers
    anyones(GET, "/desk", unread, shown<home::open, session>),
    anyones(GET, "/desk/customers", unread, shown<customers::open, session>),
    anyones(POST, "/desk/customers/columns", body, shown<customers::keep_columns, session>),
    anyones(POST, "/desk/customers/export", body, shown<customers::take_away, session, 0, Right::export_lists>),
    anyones(GET, "/desk/customers/new", unread, shown<create::open, session, 0, Right::create>),
    anyones(POST, "/desk/customers/new", body, shown<create::save, session, 0, Right::create>),
    anyones(GET, "/desk/customers/{id}", unread, shown<customer::open, session>),
    anyones(POST, "/desk/customers/{id}", body, shown<customer::save, session, 0, Right::edit>),
    anyones(POST, "/desk/customers/{id}/two-step/method", body, shown<customer::set_method, session, 0, Right::edit>),
    anyones(GET, "/desk/customers/{id}/two-step/disable", unread, ask<Press::disable, Right::disable_two_step>),
    anyones(POST, "/desk/customers/{id}/two-step/disable", body, act<Press::disable, Right::disable_two_step>),
    anyones(GET, "/desk/customers/{id}/unlock", unread, ask<Press::unlock, Right::unlock>),
    anyones(POST, "/desk/customers/{id}/unlock", body, act<Press::unlock, Right::unlock>),
    anyones(GET, "/desk/customers/{id}/reset", unread, ask<Press::reset, Right::send_reset>),
    anyones(POST, "/desk/customers/{id}/reset", body, act<Press::reset, Right::send_reset>),
    anyones(GET, "/desk/customers/{id}/suspend", unread, ask<Press::suspend, Right::suspend>),
    anyones(POST, "/desk/customers/{id}/suspend", body, act<Press::suspend, Right::suspend>),
    anyones(GET, "/desk/customers/{id}/activate", unread, ask<Press::activate, Right::suspend>),
    anyones(POST, "/desk/customers/{id}/activate", body, act<Press::activate, Right::suspend>),
    anyones(GET, "/desk/customers/{id}/sessions/end", unread, ask<Press::end_sessions, Right::end_sessions>),
    anyones(POST, "/desk/customers/{id}/sessions/end", body, act<Press::end_sessions, Right::end_sessions>),
    anyones(GET, "/desk/customers/{id}/act-as", unread, ask<Press::act_as, Right::act_as>),
    anyones(POST, "/desk/customers/{id}/act-as", body, act<Press::act_as, Right::act_as>),

    // The shop
    anyones(GET, "/desk/rules", unread, desk_screen<rules::open>),
    anyones(POST, "/desk/rules", body, desk_screen<rules::save, Right::rules>),

    anyones(GET, "/desk/mails", unread, desk_screen<mails::open>),
    anyones(POST, "/desk/mails", body, desk_screen<mails::turn, Right::mails>),
    anyones(GET, "/desk/mails/{name}", unread, desk_screen<mail::open>),
    anyones(POST, "/desk/mails/{name}", body, desk_screen<mail::save, Right::mails>),
    anyones(POST, "/desk/mails/{name}/look", body, desk_screen<mail::look, Right::mails>),
    anyones(GET, "/desk/mails/{name}/remove", unread, desk_screen<mail::ask_removal, Right::mails>),
    anyones(POST, "/desk/mails/{name}/remove", body, desk_screen<mail::remove, Right::mails>),

    anyones(GET, "/desk/events", unread, desk_screen<log::open>),
    anyones(POST, "/desk/events/export", body, desk_screen<log::take_away, Right::export_lists>),
    anyones(GET, "/desk/events/{id}", unread, desk_screen<log::one>),

    anyones(GET, "/desk/notifications", unread, desk_screen<notifications::open>),
    anyones(GET, "/desk/notifications/add", unread, desk_screen<hooks::ask_new, Right::notifications>),
    anyones(POST, "/desk/notifications/add", body, desk_screen<hooks::add, Right::notifications>),
    anyones(GET, "/desk/notifications/mail/{id}", unread, desk_screen<notifications::of_operator>),
    anyones(POST, "/desk/notifications/mail/{id}", body, desk_screen<notifications::save, Right::notifications>),
    anyones(GET, "/desk/notifications/hooks/{id}", unread, desk_screen<hooks::open>),
    anyones(POST, "/desk/notifications/hooks/{id}/test", body, desk_screen<hooks::test, Right::notifications>),
    anyones(POST, "/desk/notifications/hooks/{id}/pause", body, desk_screen<hooks::pause, Right::notifications>),
    anyones(POST, "/desk/notifications/hooks/{id}/resume", body, desk_screen<hooks::resume, Right::notifications>),
    anyones(GET, "/desk/notifications/hooks/{id}/remove", unread, desk_screen<hooks::ask_removal, Right::notifications>),
    anyones(POST, "/desk/notifications/hooks/{id}/remove", body, desk_screen<hooks::remove, Right::notifications>),
    anyones(GET, "/desk/notifications/deliveries/{id}", unread, desk_screen<hooks::delivery>),
    anyones(POST, "/desk/notifications/deliveries/{id}/again", body, desk_screen<hooks::again, Right::notifications>),

    anyones(GET, "/desk/operators", unread, desk_screen<staff::list>),
    anyones(GET, "/desk/operators/add", unread, desk_screen<staff::ask_new, Right::manage_operators>),
    anyones(POST, "/desk/operators/add", body, desk_screen<staff::add, Right::manage_operators>),
    anyones(GET, "/desk/operators/{id}", unread, desk_screen<staff::open>),
    anyones(POST, "/desk/operators/{id}/role", body, desk_screen<staff::set_role, Right::manage_operators>),
    anyones(GET, "/desk/operators/{id}/link", unread, desk_screen<staff::ask_link, Right::manage_operators>),
    anyones(POST, "/desk/operators/{id}/link", body, desk_screen<staff::send_link, Right::manage_operators>),
    anyones(GET, "/desk/operators/{id}/remove", unread, desk_screen<staff::ask_removal, Right::manage_operators>),
    anyones(POST, "/desk/operators/{id}/remove", body, desk_screen<staff::remove, Right::manage_operators>),
};
static_assert(sound<routes>("/desk"), "every path is well formed and under the door's prefix");

}  // namespace

const DoorFace& door() {
    static constexpr DoorFace face{.door = Door::desk, .prefix = "/desk", .routes = routes, .credentials = none,
                                   .refusal = refusal, .fault = fault, .finish = finish, .direct = true, .nowhere = shown<nothing, Needs::whoever>};
    return face;
}

}  // namespace authtickets::pages::desk
