// SPDX-License-Identifier: MIT
// What each event causes: the built-in messages, Kibo's topics, and whether a subscription of the store's own is meant.
#include <authtickets/core/subscriptions.h>

#include <algorithm>
#include <array>

#include "core/subscriptions/fit.h"

namespace authtickets::subscriptions {
namespace {

using events::Name;

constexpr std::array table{
    BuiltIn{"code.sign_in", Name::signin_code_sent, "", "code_sign_in", "otpForLogin", "OtpForLogin", "the code to sign in with"},
    BuiltIn{"code.second_step", Name::second_step_code_sent, "", "code_second_step", "otpForLogin", "TwoFactor",
            "the code of the second step"},
    BuiltIn{"code.contact", Name::contact_code_sent, "", "code_contact", "", "ContactCode",
            "the code that shows that an address or number is the user's"},
    BuiltIn{"link.password_reset", Name::password_reset_sent, "", "password_reset", "shopperPasswordReset", "ShopperPasswordReset",
            "the link to set a new password"},
    BuiltIn{"link.unlock", Name::account_unlock_requested, "", "unlock", "", "AccountUnlock", "the link that clears a lock"},
    BuiltIn{"notice.password_changed", Name::password_changed, "", "password_changed", "shopperPasswordUpdated",
            "ShopperPasswordUpdated", "the password was changed (N3)"},
    BuiltIn{"notice.password_reset", Name::password_reset_done, "", "password_changed", "shopperPasswordUpdated",
            "ShopperPasswordUpdated", "the password was set by a link (N3)"},
    BuiltIn{"notice.new_device", Name::signin_new_device, "", "new_device", "", "NewDevice", "a sign-in from a new device (N5)"},
    BuiltIn{"notice.new_region", Name::signin_new_region, "", "new_device", "", "NewDevice", "a sign-in from a new region (N5)"},
    BuiltIn{"notice.account_locked", Name::account_locked, "", "account_locked", "", "AccountLocked",
            "too many wrong passwords, with the link that clears the lock (N6)"},
    BuiltIn{"notice.account_unlocked", Name::account_unlocked, "", "account_unlocked", "", "AccountUnlocked", "the lock is gone"},
    BuiltIn{"notice.contact_changed", Name::contact_changed, "", "contact_changed", "shopperEmailUpdated", "ShopperEmailUpdated",
            "an address was changed, to the old and the new one (N7)"},
    BuiltIn{"notice.method_changed", Name::second_step_method_changed, "", "method_changed", "", "TwoFactorMethodChanged",
            "the way of the second step was changed"},
    BuiltIn{"notice.already_registered", Name::registration_refused, "", "already_registered", "", "AlreadyRegistered",
            "somebody tried to register with this address (N10)"},
    BuiltIn{"notice.account_created", Name::account_registered, "", "account_created", "accountCreated", "AccountCreated",
            "a customer registered"},
    BuiltIn{"notice.login_created", Name::login_added, "", "login_created", "shopperLoginCreated", "ShopperLoginCreated",
            "an account got a login"},
    BuiltIn{"notice.account_inactive", Name::account_suspended, "disabled", "account_inactive", "accountInactive", "AccountInactive",
            "the account was closed"},
    BuiltIn{"notice.account_blocked", Name::account_suspended, "blocked", "account_blocked", "", "AccountBlocked",
            "the shop blocked a login"},
    BuiltIn{"notice.account_active", Name::account_activated, "", "account_active", "", "AccountActive",
            "a closed account was opened again, or a block taken back"},
    BuiltIn{"notice.password_change_demanded", Name::password_change_demanded, "demanded", "password_change_demanded", "",
            "PasswordChangeDemanded", "the shop demands a new password"},
    BuiltIn{"notice.password_change_withdrawn", Name::password_change_demanded, "taken_back", "password_change_withdrawn", "",
            "PasswordChangeWithdrawn", "the shop no longer demands a new password"},
};

constexpr std::string_view email_requested = "email.requested";

struct AccountTopic {
    Name event;
    std::string_view topic;
};
constexpr std::array account_topics{
    AccountTopic{Name::account_created, "customeraccount.created"},   AccountTopic{Name::account_registered, "customeraccount.created"},
    AccountTopic{Name::account_updated, "customeraccount.updated"},   AccountTopic{Name::account_suspended, "customeraccount.updated"},
    AccountTopic{Name::account_activated, "customeraccount.updated"}, AccountTopic{Name::contact_changed, "customeraccount.updated"},
    AccountTopic{Name::account_deleted, "customeraccount.deleted"},
};

bool is_kibo_topic(std::string_view text) {
    return text == email_requested || std::ranges::find(account_topics, text, &AccountTopic::topic) != account_topics.end();
}

// "channel = email"
struct Condition {
    std::string_view member, value;
};
constexpr std::array<std::string_view, 5> members{"application", "channel", "reason", "region", "site"};

std::string_view blanks_off(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<Condition> read_condition(std::string_view text) {
    const auto sign = text.find('=');
    if (sign == text.npos) return {};
    const Condition out{.member = blanks_off(text.substr(0, sign)), .value = blanks_off(text.substr(sign + 1))};
    if (std::ranges::find(members, out.member) == members.end() || out.value.empty()) return {};
    return out;
}

std::string member_of(const outbox::Cause& cause, std::string_view member) {
    if (member == "application") return std::to_string(cause.application.value);
    if (member == "channel") return std::string(outbox::name(cause.channel));
    if (member == "reason") return cause.reason;
    if (member == "region") return cause.region;
    return std::to_string(cause.site);
}

bool plain(std::string_view text, std::size_t longest) {
    return text.size() <= longest && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool template_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, letter);
}

// Each once, the accounts' first.
std::vector<Name> causing() {
    std::vector<Name> out;
    const auto add = [&](Name event) {
        if (std::ranges::find(out, event) == out.end()) out.push_back(event);
    };
    for (const auto& each : account_topics) add(each.event);
    for (const auto& each : table) add(each.event);
    return out;
}

const text::MessageKind* kind_of(std::string_view template_name) {
    const auto kinds = text::message_kinds();
    const auto kind = std::ranges::find(kinds, template_name, &text::MessageKind::name);
    return kind == kinds.end() ? nullptr : &*kind;
}

std::string why_not_event(const Subscription& subscription, std::string_view event) {
    const auto said = "\"" + std::string(plain(event, 64) ? event : "") + "\" ";
    if (subscription.format == Format::kibo) return is_kibo_topic(event) ? "" : said + "is no topic of these hooks";
    const auto named = events::named(event);
    if (!named) return said + "is no event";
    if (causes_messages(*named)) return "";
    std::string list;
    for (const auto each : causing()) list.append(list.empty() ? "" : ", ").append(events::name(each));
    return said + "causes no messages; these do: " + list;
}

}  // namespace

std::span<const BuiltIn> built_in() { return table; }

const BuiltIn* built_in(const outbox::Cause& cause) {
    const auto meant = [&](const BuiltIn& each) { return each.event == cause.event && (each.reason.empty() || each.reason == cause.reason); };
    const auto* const found = std::ranges::find_if(table, meant);
    return found == table.end() ? nullptr : found;
}

bool causes_messages(Name event) {
    return !kibo_topic_of_account(event).empty() || std::ranges::find(table, event, &BuiltIn::event) != table.end();
}

std::string_view kibo_topic_of_account(Name event) {
    const auto* const found = std::ranges::find(account_topics, event, &AccountTopic::event);
    return found == account_topics.end() ? std::string_view{} : found->topic;
}

std::vector<std::string_view> kibo_topics(Name event, const outbox::Cause& cause) {
    std::vector<std::string_view> out;
    const auto of_account = kibo_topic_of_account(event);
    if (!of_account.empty()) out.push_back(of_account);
    if (built_in(cause) && cause.channel != outbox::Channel::sms) out.push_back(email_requested);
    return out;
}

Uuid kibo_event_id(const EventId& event, std::string_view topic) {
    auto out = event.value;
    if (topic == email_requested) out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0FU) | 0x80U);
    return out;
}

KiboEventId read_kibo_event_id(const Uuid& id) {
    KiboEventId out{.event = EventId{id}, .email_requested = (id.bytes[6] & 0xF0U) == 0x80U};
    auto& version = out.event.value.bytes[6];
    if (out.email_requested) version = static_cast<std::uint8_t>((version & 0x0FU) | 0x70U);
    return out;
}

bool matches(const Subscription& subscription, const outbox::Cause& cause) {
    if (!subscription.active) return false;
    if (!subscription.condition.empty()) {
        const auto condition = read_condition(subscription.condition);
        if (!condition || member_of(cause, condition->member) != condition->value) return false;
    }
    const auto waits_for = [&](std::string_view event) { return std::ranges::find(subscription.events, event) != subscription.events.end(); };
    if (subscription.format == Format::own) return waits_for(events::name(cause.event));
    return std::ranges::any_of(kibo_topics(cause.event, cause), waits_for);
}

Brings brought_by(Name event) {
    switch (event) {
        case Name::signin_code_sent:
        case Name::second_step_code_sent: return {.code = true};
        case Name::contact_code_sent: return {.code = true, .link = true};  // to the page where the code is entered
        case Name::password_reset_sent:
        case Name::account_unlock_requested: return {.link = true};
        default: return {};
    }
}

Result<void> fits(const Subscription& subscription, std::span<const text::Message> messages) {
    const bool sms = subscription.action == Action::sms;
    const auto sent = [&](const text::Message& each) { return sms ? each.sms() : each.mail(); };
    if (std::ranges::none_of(messages, sent)) {
        return refuse(Why::bad_parameter, "target", subscription.target + (sms ? " has no SMS part" : " has no subject and text, so it is no mail"));
    }
    const auto* const kind = kind_of(subscription.target);
    const auto says = [&](std::string_view variable) {
        return std::ranges::any_of(messages, [&](const text::Message& each) { return sms ? each.sms_needs(variable) : each.mail_needs(variable); });
    };
    const bool code = (kind && kind->code) || says("code"), link = (kind && kind->must_link()) || says("link");
    for (const auto& event : subscription.events) {
        const auto named = events::named(event);
        const auto brings = named ? brought_by(*named) : Brings{};
        const bool no_code = code && !brings.code;
        if (!no_code && (!link || brings.link)) continue;
        return refuse(Why::bad_parameter, "events", event + " brings no " + (no_code ? "code" : "link") + ", and the template " + subscription.target
                                                        + " says one");
    }
    return {};
}

bool stands_for_built_in(const Subscription& subscription) {
    return std::ranges::find(table, std::string_view(subscription.name), &BuiltIn::name) != table.end();
}

bool switched_off(const std::vector<Subscription>& rows, const BuiltIn& built_in) {
    const auto row = std::ranges::find(rows, built_in.name, &Subscription::name);
    return row != rows.end() && !row->active;
}

Result<Subscription> checked(Subscription subscription, const net::UrlRules& rules) {
    constexpr std::size_t longest_events = 1000, longest_target = 1000, shortest_secret = 16, longest_secret = 200;
    auto& name = subscription.name;
    if (name.empty()) return refuse(Why::missing_parameter, "name");
    if (!plain(name, 100)) return refuse(Why::bad_parameter, "name", "up to 100 letters of ASCII");
    if (name.front() == ' ' || name.back() == ' ') return refuse(Why::bad_parameter, "name", "blanks at its ends");
    if (stands_for_built_in(subscription)) return refuse(Why::name_taken, "name", "it is the name of a built-in subscription");

    const bool hook = subscription.action == Action::hook;
    if (subscription.format == Format::kibo && !hook) return refuse(Why::bad_parameter, "format", "this format is one of hooks");
    if (subscription.events.empty()) return refuse(Why::missing_parameter, "events");
    std::size_t size = 0;
    for (const auto& event : subscription.events) {
        const auto why = why_not_event(subscription, event);
        if (!why.empty()) return refuse(Why::bad_parameter, "events", why);
        if (std::ranges::count(subscription.events, event) > 1) return refuse(Why::bad_parameter, "events", "one is named twice");
        size += event.size() + 1;
    }
    if (size > longest_events) return refuse(Why::bad_parameter, "events", "too many");

    auto& condition = subscription.condition;
    if (!condition.empty()) {
        const auto read = plain(condition, 255) ? read_condition(condition) : std::nullopt;
        if (!read) return refuse(Why::bad_parameter, "condition", "must be such as \"channel = email\", with application, channel, reason, region or site");
        condition = std::string(read->member) + " = " + std::string(read->value);
    }

    if (subscription.target.empty()) return refuse(Why::missing_parameter, "target");
    if (!hook) {
        if (subscription.secret) return refuse(Why::bad_parameter, "secret", "for hooks only");
        if (!template_name(subscription.target)) return refuse(Why::bad_parameter, "target", "must be the name of a template");
        return subscription;
    }
    if (subscription.target.size() > longest_target) return refuse(Why::bad_parameter, "target", "too long");
    const auto why = net::why_not(subscription.target, rules);
    if (!why.empty()) return refuse(Why::bad_parameter, "target", why);
    if (subscription.secret && (subscription.secret->size() < shortest_secret || subscription.secret->size() > longest_secret)) {
        return refuse(Why::bad_parameter, "secret", "must have 16 to 200 bytes");
    }
    return subscription;
}

}  // namespace authtickets::subscriptions
