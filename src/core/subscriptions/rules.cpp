// SPDX-License-Identifier: MIT
// What each event causes: the built-in messages, Kibo's topics, and whether a subscription of the store's own is meant.
#include <authtickets/core/subscriptions.h>

#include <algorithm>
#include <array>

#include <authtickets/text/names.h>

#include "core/subscriptions/fit.h"
#include "core/subscriptions/parts.h"

namespace authtickets::subscriptions {
namespace {

using events::Name;

constexpr std::array table{
    BuiltIn{"code.sign_in", Name::signin_code_sent, "", "code_sign_in", "otpForLogin", "OtpForLogin", "the code to sign in with"},
    BuiltIn{"code.second_step", Name::second_step_code_sent, "", "code_second_step", "otpForLogin", "TwoFactor",
            "the code of the second step"},
    BuiltIn{"code.contact", Name::contact_code_sent, "", "code_contact", "", "ContactCode",
            "the code that shows that an address or number is the user's"},
    BuiltIn{"code.verification", Name::verification_code_sent, "", "code_verification", "", "VerificationCode",
            "the code that shows that an address or number, of whomever, is in the hands of who gave it"},
    BuiltIn{"code.one_time_token", Name::signin_token_sent, "", "one_time_token", "", "OneTimeToken",
            "the one-time password token that the Elastic Path door was asked for"},
    // Before the one for every reason.
    BuiltIn{"link.set_password", Name::password_reset_sent, "invited", "set_password", "shopperPasswordReset", "ShopperPasswordReset",
            "the link to a first password, of an account that the shop made"},
    BuiltIn{"link.password_reset", Name::password_reset_sent, "", "password_reset", "shopperPasswordReset", "ShopperPasswordReset",
            "the link to set a new password"},
    BuiltIn{"link.unlock", Name::account_unlock_requested, "", "unlock", "", "AccountUnlock", "the link that clears a lock"},
    BuiltIn{"link.verify_email", Name::verification_token_sent, "", "verify_email", "", "VerifyEmail",
            "the link by which a user verifies the address"},
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
    BuiltIn{"notice.two_factor_on", Name::second_step_enabled, "", "two_factor_on", "", "TwoFactorOn", "an authenticator app was turned on (N1)"},
    BuiltIn{"notice.two_factor_moved", Name::second_step_moved, "", "two_factor_moved", "", "TwoFactorMoved", "the authenticator moved to another app (N1)"},
    BuiltIn{"notice.two_factor_off", Name::second_step_disabled, "", "two_factor_off", "", "TwoFactorOff", "the authenticator app was turned off (N2)"},
    BuiltIn{"notice.recovery_code_used", Name::recovery_code_used, "", "recovery_code_used", "", "RecoveryCodeUsed",
            "a recovery code was used (N4)"},
    BuiltIn{"notice.recovery_codes_made", Name::recovery_codes_created, "", "recovery_codes_made", "", "RecoveryCodesMade",
            "a new set of recovery codes was made (N4b)"},
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
    BuiltIn{"notice.acted_as", Name::as_customer_started, "", "acted_as", "", "ActedAs", "an operator signed in as the customer"},
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

bool template_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, letter);
}

// "@sign-in" stands for every event of the group, those to come too.
constexpr char group_sign = '@';
std::optional<events::Group> group_in(std::string_view event) {
    return event.starts_with(group_sign) ? events::group_named(event.substr(1)) : std::nullopt;
}

bool waits_for(const Subscription& subscription, Name event) {
    const auto meant = [&](std::string_view each) { return each == events::name(event) || group_in(each) == events::group(event); };
    return std::ranges::any_of(subscription.events, meant);
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
    const bool mail = subscription.action == Action::mail || subscription.action == Action::sms;
    if (!mail && group_in(event)) return "";
    const auto named = events::named(event);
    if (!named) return said + (mail || !event.starts_with(group_sign) ? "is no event" : "is no group of events");
    if (!mail || causes_messages(*named)) return "";
    std::string list;
    for (const auto each : causing()) list.append(list.empty() ? "" : ", ").append(events::name(each));
    return said + "causes no messages; these do: " + list;
}

}  // namespace

std::string_view name(Format format) {
    constexpr std::string_view names[] = {"own", "kibo", "elasticpath", "freshcom"};
    return names[static_cast<std::size_t>(format)];
}

std::string_view name(Action action) {
    constexpr std::string_view names[] = {"mail", "sms", "hook", "notice"};
    return names[static_cast<std::size_t>(action) - 1];
}

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
    if (subscription.action == Action::notice) return false;
    // All but the token itself they are told from the trail.
    if (subscription.format == Format::elasticpath) return cause.event == Name::signin_token_sent && observes(subscription, one_time_token_key);
    if (subscription.format == Format::freshcom) {
        return carried(subscription) && std::ranges::any_of(trigger_events_of(cause), [&](std::string_view name) { return observes(subscription, name); });
    }
    if (subscription.format == Format::own) return waits_for(subscription, cause.event);
    return std::ranges::any_of(kibo_topics(cause.event, cause), [&](std::string_view topic) {
        return std::ranges::find(subscription.events, topic) != subscription.events.end();
    });
}

bool follows(const Subscription& subscription) {
    if (!subscription.active) return false;
    if (subscription.action == Action::notice) return true;
    if (subscription.format == Format::freshcom) return !carried(subscription);
    if (subscription.action != Action::hook || subscription.format == Format::kibo) return false;
    if (subscription.format == Format::elasticpath) {
        return std::ranges::any_of(subscription.events, [](std::string_view key) { return key != one_time_token_key; });
    }
    return std::ranges::any_of(subscription.events, [](std::string_view each) {
        const auto named = events::named(each);
        return !named || !causes_messages(*named);  // a group has both kinds
    });
}

bool follows(const Subscription& subscription, Name event) {
    if (!follows(subscription)) return false;
    if (subscription.format == Format::elasticpath) return observes(subscription, event);
    if (subscription.format == Format::freshcom) return awaits(subscription, event);
    if (!waits_for(subscription, event)) return false;
    return subscription.action == Action::notice || !causes_messages(event);  // of those a hook is told by their cause
}

bool told_of(const Subscription& subscription, const events::Stored& event) {
    const auto named = events::named(event.name);
    if (!named || !follows(subscription, *named) || event.at < subscription.active_since) return false;
    if (subscription.format == Format::elasticpath) {
        return std::ranges::any_of(keys_of(*named, event.reason, event.user.has_value()), [&](std::string_view key) { return observes(subscription, key); });
    }
    if (subscription.format == Format::freshcom) {
        return std::ranges::any_of(trigger_events_of(outbox::cause_of(event)), [&](std::string_view name) { return observes(subscription, name); });
    }
    const auto details = parse_json(event.details).value_or(Json{});
    const auto text_of = [&](std::string_view member) {
        const auto* const found = details.find(member);
        const auto* const text = found ? found->text() : nullptr;
        return text ? *text : std::string{};
    };
    // What failed to be delivered is told once: not to whom it failed to reach, and of the telling itself nothing is told.
    if (events::group(*named) == events::Group::system && (text_of("subscription") == subscription.name || text_of("cause").starts_with("delivery."))) {
        return false;
    }
    if (subscription.condition.empty()) return true;
    const auto condition = read_condition(subscription.condition);
    if (!condition) return false;
    if (condition->member == "application") return condition->value == std::to_string(event.application.value_or(ApplicationNo{}).value);
    if (condition->member == "reason") return condition->value == event.reason;
    return condition->member != "site" && condition->value == text_of(condition->member);
}

Brings brought_by(Name event) {
    switch (event) {
        case Name::signin_code_sent:
        case Name::second_step_code_sent:
        case Name::verification_code_sent:
        case Name::signin_token_sent: return {.code = true};  // a token's link is a setting, one_time.link
        case Name::contact_code_sent: return {.code = true, .link = true};  // to the page where the code is entered
        case Name::password_reset_sent:
        case Name::verification_token_sent:
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
    const auto is = [&](const BuiltIn& each) {
        return subscription.name == each.name || subscription.name == way_name(each, Action::mail) || subscription.name == way_name(each, Action::sms);
    };
    return std::ranges::any_of(table, is);
}

std::string way_name(const BuiltIn& built_in, Action action) { return std::string(built_in.name) + "/" + std::string(name(action)); }

bool goes_by_sms(const BuiltIn& built_in) {
    const auto* const kind = kind_of(built_in.template_name);
    return kind && kind->sms;
}

namespace {

bool off(const std::vector<Subscription>& rows, std::string_view name) {
    const auto row = std::ranges::find(rows, name, &Subscription::name);
    return row != rows.end() && !row->active;
}

}  // namespace

bool switched_off(const std::vector<Subscription>& rows, const BuiltIn& built_in, Action action) {
    return off(rows, built_in.name) || off(rows, way_name(built_in, action));
}

bool switched_off(const std::vector<Subscription>& rows, const BuiltIn& built_in) {
    return switched_off(rows, built_in, Action::mail) && (!goes_by_sms(built_in) || switched_off(rows, built_in, Action::sms));
}

namespace {

bool sends_code_or_link(const BuiltIn& each) {
    const auto brings = brought_by(each.event);
    return brings.code || brings.link;
}

// A mail or SMS of the store's own, or a hook of Kibo's, which gets codes and links (kibo 8.1).
bool brings_out(const Subscription& row, const BuiltIn& each) {
    if (!row.active || row.action == Action::notice || stands_for_built_in(row)) return false;
    if (row.format == Format::elasticpath) return each.event == Name::signin_token_sent && observes(row, one_time_token_key);
    if (row.format == Format::freshcom) return carried(row) && awaits(row, each.event);
    if (row.action == Action::hook) {
        return row.format == Format::kibo && std::ranges::find(row.events, email_requested) != row.events.end();
    }
    return waits_for(row, each.event);
}

}  // namespace

std::vector<Mail> mails(const realms::Settings& settings, const std::vector<Subscription>& rows) {
    std::vector<Mail> out;
    for (const auto& each : table) {
        const auto name = each.mail_type.empty() ? each.name : each.mail_type;
        const auto there = std::ranges::find(out, name, &Mail::name);
        if (there != out.end()) there->sends.push_back(&each);
        else out.push_back({.name = name, .sends = {&each}});
    }
    for (auto& mail : out) {
        const bool switched = !mail.sends.front()->mail_type.empty();
        const bool off = std::ranges::all_of(mail.sends, [&](const BuiltIn* each) { return switched_off(rows, *each); });
        if (off || (switched && settings.suppressed(mail.name))) mail.state = Mail::State::off;
        else if (switched && settings.on_request(mail.name)) mail.state = Mail::State::by_hook;
        const bool token = mail.sends.front()->event == Name::signin_token_sent;
        if (token && observed(rows, one_time_token_key)) mail.state = Mail::State::by_hook;  // EP154
    }
    return out;
}

std::vector<const BuiltIn*> without_way(const realms::Settings& settings, const std::vector<Subscription>& rows) {
    std::vector<const BuiltIn*> out;
    for (const auto& each : table) {
        if (!sends_code_or_link(each)) continue;
        const bool switched = !each.mail_type.empty(), suppressed = switched && settings.suppressed(each.mail_type);
        const bool ours = !suppressed && !(switched && settings.on_request(each.mail_type)) && !switched_off(rows, each);
        // A suppressed mail asks no hook to send it either (kibo 4.6).
        const bool theirs = std::ranges::any_of(rows, [&](const Subscription& row) {
            return brings_out(row, each) && !(suppressed && row.action == Action::hook);
        });
        if (!ours && !theirs) out.push_back(&each);
    }
    return out;
}

Result<Subscription> checked(Subscription subscription, const net::UrlRules& rules) {
    constexpr std::size_t longest_events = 1000, longest_target = 1000, shortest_secret = 16, longest_secret = 200;
    auto& name = subscription.name;
    if (name.empty()) return refuse(Why::missing_parameter, "name");
    if (!plain(name, 100)) return refuse(Why::bad_parameter, "name", "up to 100 letters of ASCII");
    if (name.front() == ' ' || name.back() == ' ') return refuse(Why::bad_parameter, "name", "blanks at its ends");
    if (stands_for_built_in(subscription)) return refuse(Why::name_taken, "name", "it is the name of a built-in subscription");

    const bool hook = subscription.action == Action::hook;
    if (subscription.action == Action::notice && !parse_uuid(subscription.target)) {
        return refuse(Why::bad_parameter, "target", "must be the id of an operator");
    }
    if (subscription.format == Format::elasticpath) return refuse(Why::bad_parameter, "format", "is one of integrations");
    if (subscription.format == Format::freshcom) return refuse(Why::bad_parameter, "format", "is one of notification triggers");
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
        if (subscription.action == Action::notice) return subscription;
        if (!template_name(subscription.target)) return refuse(Why::bad_parameter, "target", "must be the name of a template");
        if (subscription.target == text::operator_notice) return refuse(Why::bad_parameter, "target", "goes to operators");
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
