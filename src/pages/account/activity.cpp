// SPDX-License-Identifier: MIT
// The owner's view of his event log. What is for operators alone (records opened, messages given up) is not in it.
#include "pages/account/activity.h"

#include <authtickets/core/events.h>
#include <authtickets/text/browsers.h>

#include "pages/account/parts.h"
#include "pages/frame/happened.h"

namespace authtickets::pages::account {

namespace {

using events::Name;

constexpr Name told[] = {
    Name::signin_success, Name::signin_failure, Name::signin_new_device, Name::signin_new_region,
    Name::second_step_success, Name::second_step_failure, Name::second_step_exhausted, Name::second_step_paused,
    Name::second_step_setup_started, Name::second_step_enabled, Name::second_step_moved, Name::second_step_disabled,
    Name::second_step_method_changed,
    Name::recovery_codes_created, Name::recovery_saved_confirmed, Name::recovery_code_used, Name::recovery_failure, Name::recovery_empty,
    Name::refresh_reuse, Name::ticket_ended, Name::session_ended, Name::trust_added, Name::trust_removed, Name::stepup_success, Name::stepup_failure,
    Name::account_created, Name::account_registered, Name::account_locked, Name::account_unlock_requested, Name::account_unlocked,
    Name::account_suspended, Name::account_activated, Name::login_added, Name::login_changed,
    Name::login_removed, Name::user_created, Name::user_updated, Name::membership_added, Name::membership_removed,
    Name::password_changed, Name::password_change_failed, Name::password_change_demanded, Name::password_reset_requested,
    Name::password_reset_sent, Name::password_reset_done,
    Name::contact_verified, Name::contact_changed,
    Name::as_customer_started, Name::as_customer_ended,
};

// "Grace Hopper · Firefox (Linux) · 192.0.2.17", of what is known; who, where it was an operator.
std::string from(const events::Record& record, const std::string& who) {
    std::string out;
    const auto browser = text::browser_name(record.browser);
    for (const auto& each : {record.actor.starts_with("operator") ? who : std::string(), browser, record.address}) {
        if (!out.empty() && !each.empty()) out.append(" · ");
        out.append(each);
    }
    return out;
}

}  // namespace

View::Lines activity(App& app, const Visit& visit, unsigned most) {
    const auto page = events::browse(app.db, visit.context.realm,
                                     {.user = visit.session->user, .names = {std::begin(told), std::end(told)}, .limit = most});
    View::Lines out;
    for (const auto& stored : page.items) {
        const auto record = events::record(stored);
        const auto said = happened(visit.look, record);
        View line;
        line.text("what", said.what).text("from", from(record, said.who)).part("at", time_of(visit.look, record.at));
        out.push_back(std::move(line));
    }
    return out;
}

}  // namespace authtickets::pages::account
