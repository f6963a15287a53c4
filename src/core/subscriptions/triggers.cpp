// SPDX-License-Identifier: MIT
// What events are called at the door whose notification triggers wait for them (FC230 to FC239, docs/freshcom.md).
#include <algorithm>
#include <array>

#include "core/subscriptions/parts.h"

namespace authtickets::subscriptions {
namespace {

using events::Name;
using outbox::Channel;

constexpr std::string_view tfa_code = "identity.user.tfa_code.create.success", phone_code = "identity.phone_verification_code.create.success",
                           email_code = "identity.email_verification_code.create.success",
                           email_token = "identity.email_verification_token.create.success",
                           email_verified = "identity.email_verification.create.success",
                           reset_token = "identity.password_reset_token.create.success",
                           name_not_found = "identity.password_reset_token.create.error.username_not_found",
                           password_updated = "identity.password.update.success", user_created = "identity.user.create.success",
                           user_updated = "identity.user.update.success", own_user_updated = "identity.current_user.update.success",
                           user_deleted = "identity.user.delete.success", account_updated = "identity.account.update.success";

constexpr std::array all{
    TriggerEvent{tfa_code, About::user, Carries::code},
    TriggerEvent{phone_code, About::phone_code, Carries::code},
    TriggerEvent{email_code, About::email_code, Carries::code},
    TriggerEvent{email_token, About::user, Carries::email_token},
    TriggerEvent{email_verified, About::user},
    TriggerEvent{reset_token, About::user, Carries::reset_token},
    TriggerEvent{name_not_found, About::name},
    TriggerEvent{password_updated, About::user},
    TriggerEvent{user_created, About::user},
    TriggerEvent{user_updated, About::user},
    TriggerEvent{own_user_updated, About::user},
    TriggerEvent{user_deleted, About::user},
    TriggerEvent{account_updated, About::shop},
};
static_assert(std::ranges::all_of(all, [](const TriggerEvent& each) { return each.name.size() <= 64; }), "deliveries.topic");

// Users that come with an account, or with its first login, have no event of their own. What several events of one request are
// told as is told once (delivery/plan.h).
struct Called {
    Name event;
    std::string_view reason;  // empty: any
    std::string_view name;
    Channel channel = Channel::none;  // none: any
    bool by_user = false;     // only what a user did himself
};
constexpr std::array called{
    Called{Name::second_step_code_sent, "", tfa_code},
    Called{Name::verification_code_sent, "", phone_code, Channel::sms},
    Called{Name::verification_code_sent, "", email_code, Channel::email},
    Called{Name::verification_token_sent, "", email_token},
    Called{Name::contact_verified, "email", email_verified},
    Called{Name::password_reset_sent, "", reset_token},
    Called{Name::password_reset_requested, "unknown", name_not_found},
    Called{Name::password_changed, "", password_updated},
    Called{Name::password_reset_done, "", password_updated},
    Called{Name::user_created, "", user_created},
    Called{Name::account_created, "", user_created},
    Called{Name::account_registered, "", user_created},
    Called{Name::login_added, "first", user_created},
    Called{Name::user_updated, "", user_updated},
    Called{Name::contact_changed, "", user_updated},
    Called{Name::second_step_method_changed, "", user_updated},
    Called{Name::login_changed, "user_name", user_updated},
    Called{Name::account_suspended, "blocked", user_updated},
    Called{Name::account_activated, "blocked", user_updated},
    Called{Name::user_updated, "", own_user_updated, Channel::none, true},
    Called{Name::contact_changed, "", own_user_updated, Channel::none, true},
    Called{Name::second_step_method_changed, "", own_user_updated, Channel::none, true},
    Called{Name::login_changed, "user_name", own_user_updated, Channel::none, true},
    Called{Name::user_deleted, "", user_deleted},
    Called{Name::policy_changed, "", account_updated},
};

}  // namespace

std::span<const TriggerEvent> trigger_events() { return all; }

const TriggerEvent* trigger_event(std::string_view name) {
    const auto* const found = std::ranges::find(all, name, &TriggerEvent::name);
    return found == all.end() ? nullptr : found;
}

std::vector<std::string_view> trigger_events_of(const outbox::Cause& cause) {
    std::vector<std::string_view> out;
    if (cause.event == Name::account_created && cause.reason == "import") return out;  // nobody is told of each of another system's customers
    for (const auto& each : called) {
        if (each.event != cause.event || (!each.reason.empty() && each.reason != cause.reason)) continue;
        if (each.channel != Channel::none && each.channel != cause.channel) continue;
        const auto about = trigger_event(each.name)->about;
        if (about == About::user && cause.user.empty()) continue;
        if (each.by_user && cause.actor != "customer") continue;
        out.push_back(each.name);
    }
    return out;
}

Name event_of_trigger(std::string_view name) {
    const auto* const found = std::ranges::find(called, name, &Called::name);
    return found == called.end() ? Name::user_updated : found->event;  // unreachable: each is called so by some event
}

bool awaits(const Subscription& trigger, Name event) {
    return std::ranges::any_of(called, [&](const Called& each) { return each.event == event && observes(trigger, each.name); });
}

bool carried(const Subscription& trigger) {
    const auto* const event = trigger.events.empty() ? nullptr : trigger_event(trigger.events.front());
    return event && event->carries != Carries::nothing;
}

}  // namespace authtickets::subscriptions
