// SPDX-License-Identifier: MIT
// What integrations observe, and what one of them may be (EP210 to EP229, docs/elasticpath.md).
#include <algorithm>
#include <array>

#include <authtickets/base/utf8.h>
#include <authtickets/text/names.h>

#include "core/subscriptions/fit.h"
#include "core/subscriptions/parts.h"

namespace authtickets::subscriptions {
namespace {

using events::Name;

// What integrations may observe (EP219, docs/elasticpath.md). That a membership was changed is never told: nothing in it changes.
constexpr std::array<std::string_view, 17> keys{
    one_time_token_key,
    "user-authentication-info.created", "user-authentication-info.updated", "user-authentication-info.deleted",
    "account-member.created",           "account-member.updated",           "account-member.deleted",
    "account.created",                  "account.updated",                  "account.deleted",
    "account-membership.created",       "account-membership.updated",       "account-membership.deleted",
    "settings.updated",
    "integration.created",              "integration.updated",              "integration.deleted",
};

// A user authentication info and an account member are one user here, so what happens to one happens to both. Users that come
// with an account, or with its first login, have no event of their own; where there are two events, one message is told
// (delivery/plan.h).
struct Observable {
    Name event;
    std::string_view reason;  // empty: any
    bool of_user;             // only where the event is about a user
    std::string_view key;
};
constexpr std::array observables{
    Observable{Name::user_created, "", true, "user-authentication-info.created"},
    Observable{Name::user_created, "", true, "account-member.created"},
    Observable{Name::account_created, "", true, "user-authentication-info.created"},
    Observable{Name::account_created, "", true, "account-member.created"},
    Observable{Name::account_registered, "", true, "user-authentication-info.created"},
    Observable{Name::account_registered, "", true, "account-member.created"},
    Observable{Name::login_added, "first", true, "user-authentication-info.created"},
    Observable{Name::login_added, "first", true, "account-member.created"},
    Observable{Name::login_added, "first", true, "account-membership.created"},
    Observable{Name::user_updated, "", true, "user-authentication-info.updated"},
    Observable{Name::user_updated, "", true, "account-member.updated"},
    Observable{Name::contact_changed, "email", true, "user-authentication-info.updated"},
    Observable{Name::contact_changed, "email", true, "account-member.updated"},
    Observable{Name::user_deleted, "", true, "user-authentication-info.deleted"},
    Observable{Name::user_deleted, "", true, "account-member.deleted"},
    Observable{Name::account_created, "", false, "account.created"},
    Observable{Name::account_registered, "", false, "account.created"},
    Observable{Name::account_updated, "", false, "account.updated"},
    Observable{Name::account_deleted, "", false, "account.deleted"},
    Observable{Name::account_created, "", true, "account-membership.created"},
    Observable{Name::account_registered, "", true, "account-membership.created"},
    Observable{Name::membership_added, "", true, "account-membership.created"},
    Observable{Name::membership_removed, "", true, "account-membership.deleted"},
    Observable{Name::policy_changed, "", false, "settings.updated"},
    Observable{Name::webhook_changed, integration_added, false, "integration.created"},
    Observable{Name::webhook_changed, integration_changed, false, "integration.updated"},
    Observable{Name::webhook_changed, integration_removed, false, "integration.deleted"},
};

}  // namespace

bool observes(const Subscription& subscription, std::string_view key) {
    return std::ranges::find(subscription.events, key) != subscription.events.end();
}

bool observes(const Subscription& subscription, Name event) {
    return std::ranges::any_of(observables, [&](const Observable& each) { return each.event == event && observes(subscription, each.key); });
}

std::span<const std::string_view> observable() { return keys; }

std::vector<std::string_view> keys_of(Name event, std::string_view reason, bool of_user) {
    std::vector<std::string_view> out;
    if (event == Name::account_created && reason == "import") return out;  // no hook is called for each of another system's customers
    const bool of_user_itself = event == Name::user_created || event == Name::user_updated || event == Name::user_deleted;
    if (of_user_itself && (reason == "staff" || reason == "role")) return out;  // who works for the shop is no member
    for (const auto& each : observables) {
        if (each.event == event && (each.reason.empty() || each.reason == reason) && (of_user || !each.of_user)) out.push_back(each.key);
    }
    return out;
}

Name event_of(std::string_view key) {
    if (key == one_time_token_key) return Name::signin_token_sent;
    const auto* const found = std::ranges::find(observables, key, &Observable::key);
    return found == observables.end() ? Name::membership_added : found->event;  // of one that never happens
}

bool observed(const std::vector<Subscription>& rows, std::string_view key) {
    return std::ranges::any_of(rows, [&](const Subscription& row) { return row.active && row.format == Format::elasticpath && observes(row, key); });
}

Result<Subscription> integration_checked(Subscription wanted, const net::UrlRules& rules) {
    constexpr std::size_t longest_label = 255, longest_description = 1000, longest_url = 1000, longest_secret = 200;
    const auto readable = [](std::string_view text, std::size_t longest) {
        return is_utf8(text) && text::code_points(text) <= longest
               && std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
    };
    if (wanted.label.empty()) return refuse(Why::missing_parameter, "name");
    if (!readable(wanted.label, longest_label)) return refuse(Why::bad_parameter, "name", "must be text of one line, up to 255 letters");
    if (!readable(wanted.description, longest_description)) {
        return refuse(Why::bad_parameter, "description", "must be text of one line, up to 1000 letters");
    }
    if (wanted.events.empty()) return refuse(Why::missing_parameter, "observes");
    if (wanted.events.size() > most_observed) return refuse(Why::bad_parameter, "observes", "must name at most 5 events");
    for (const auto& key : wanted.events) {
        if (std::ranges::find(keys, key) == keys.end()) {
            return refuse(Why::bad_parameter, "observes", "names \"" + std::string(plain(key, 64) ? key : "") + "\", which cannot be observed");
        }
        if (std::ranges::count(wanted.events, key) > 1) return refuse(Why::bad_parameter, "observes", "must name each event once");
    }
    if (wanted.target.empty()) return refuse(Why::missing_parameter, "configuration.url");
    if (wanted.target.size() > longest_url) return refuse(Why::bad_parameter, "configuration.url", "must have at most 1000 letters");
    if (const auto why = net::why_not(wanted.target, rules); !why.empty()) {
        return refuse(Why::bad_parameter, "configuration.url", "cannot be used: " + why);
    }
    // It goes into a header as it is.
    const auto secret = wanted.secret ? wanted.secret->reveal() : std::string_view{};
    if (!plain(secret, longest_secret) || secret.starts_with(' ') || secret.ends_with(' ')) {
        return refuse(Why::bad_parameter, "configuration.secret_key", "must be up to 200 letters of ASCII, without blanks at its ends");
    }
    return wanted;
}

}  // namespace authtickets::subscriptions
