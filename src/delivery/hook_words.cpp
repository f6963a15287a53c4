// SPDX-License-Identifier: MIT
// What a hook says: its body, in the form of each family.
#include "delivery/words.h"

#include <algorithm>

#include <authtickets/base/json.h>
#include <authtickets/core/members.h>

#include "delivery/plan.h"

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Payload;
using deliveries::Schedule;
using outbox::Cause;

std::string_view purpose(const Cause& cause) {
    switch (cause.event) {
        case events::Name::signin_code_sent: return "sign_in";
        case events::Name::second_step_code_sent: return "second_step";
        case events::Name::signin_token_sent: return cause.reason;
        case events::Name::contact_code_sent: return "contact";
        case events::Name::verification_code_sent: return "verification";
        case events::Name::verification_token_sent: return "verify_email";
        case events::Name::password_reset_sent: return "password_reset";
        case events::Name::account_unlock_requested: return "unlock";
        default: return {};
    }
}

std::string entity_of(const Delivery& delivery) {
    if (delivery.account) return std::to_string(delivery.account->value);
    return delivery.user ? hex(delivery.user->value) : std::string{};
}

}  // namespace

KiboEvent kibo_event(const Delivery& delivery, const Payload& payload, Life life) {
    const auto& cause = payload.cause;
    // Receivers drop repeats by the id, and one event may have two topics.
    KiboEvent out{.id = subscriptions::kibo_event_id(cause.event_id, delivery.topic),
                  .topic = delivery.topic,
                  .entity_id = entity_of(delivery),
                  .at = cause.at,
                  .correlation = cause.request,
                  .is_test = !cause.test_of.empty()};
    if (delivery.topic != "email.requested") return out;
    const auto add = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) out.properties.emplace_back(key, value);
    };
    add("emailType", payload.email_type);
    if (delivery.user) add("userId", hex(delivery.user->value));
    if (delivery.account) add("accountId", std::to_string(delivery.account->value));
    add("email", payload.email);
    if (life == Life::alive) {
        add("code", cause.code.empty() ? cause.link.reveal() : cause.code.reveal());
        if (cause.expires_at && payload.schedule == Schedule::kibo_code) add("expiresAt", iso8601(*cause.expires_at));
    }
    add("purpose", purpose(cause));
    if (cause.event == events::Name::contact_changed) add("oldEmail", cause.old_value);
    return out;
}

KiboPlace kibo_place(const realms::Realm& realm, const Payload& payload) {
    const auto* const site = site_of(realm, payload.site);
    if (!site) return {};
    return {.tenant = std::to_string(site->tenant),
            .tenant_domain = site->domain,
            .site = std::to_string(site->site),
            .master_catalog = "1",
            .catalog = "1",
            .locale = site->locale_code,
            .currency = site->currency_code};
}

std::string own_body(const Delivery& delivery, const Payload& payload, const realms::Realm& realm) {
    const auto& cause = payload.cause;
    auto out = Json::object({{"id", dashed(cause.event_id.value)},
                             {"event", delivery.name},
                             {"at", iso8601(cause.at)},
                             {"realm", dashed(realm.id)},
                             {"request", hex(cause.request)}});
    if (!cause.test_of.empty()) out.set("test", true);
    if (delivery.account) out.set("account", delivery.account->value);
    if (delivery.user) out.set("user", dashed(delivery.user->value));
    if (!cause.ticket.empty()) out.set("ticket", dashed(cause.ticket.value));
    if (!cause.reason.empty()) out.set("reason", cause.reason);
    if (cause.channel != outbox::Channel::none) out.set("channel", outbox::name(cause.channel));
    if (!cause.region.empty()) out.set("region", cause.region);
    if (cause.application != ApplicationNo{}) out.set("application", cause.application.value);
    if (cause.site != 0) out.set("site", cause.site);
    // Of events that bring no cause with them the trail tells more.
    if (!cause.outcome.empty()) out.set("outcome", cause.outcome);
    if (!cause.factor.empty()) out.set("factor", cause.factor);
    if (!cause.actor.empty()) out.set("actor", cause.actor);
    if (!cause.operator_name.empty()) out.set("operator", cause.operator_name);
    return out.dump();
}

namespace {

// As the documented sample prints it: "+00:00" where other answers have "Z".
std::string with_zone(Time at) {
    auto text = iso8601(at);
    text.replace(text.size() - 1, 1, "+00:00");
    return text;
}

Json token_request(const Payload& payload, const realms::Realm& realm) {
    const auto& cause = payload.cause;
    const auto at = with_zone(cause.at);
    const auto profile = dashed(cause.profile_id);
    return Json::object({{"authentication_realm_id", dashed(realm.id)},
                         {"password_profile_id", profile},
                         {"purpose", cause.reason},
                         {"one_time_password_token", cause.code.reveal()},
                         {"created_at", at},
                         {"updated_at", at},
                         {"user_authentication_info",
                          Json::object({{"id", dashed(cause.user.value)}, {"name", payload.full_name}, {"email", payload.email}})},
                         {"user_authentication_password_profile_info",
                          Json::object({{"id", dashed(cause.login.value)}, {"password_profile_id", profile}, {"username", cause.user_name}})}});
}

// "account-member.updated": {"account_member", "updated"}
struct Key {
    std::string type;
    std::string_view action;
};
Key split(std::string_view key) {
    const auto dot = std::min(key.find('.'), key.size());
    Key out{.type = std::string(key.substr(0, dot)), .action = key.substr(std::min(dot + 1, key.size()))};
    std::ranges::replace(out.type, '-', '_');
    return out;
}

// What is known of it; of what was deleted its id alone.
Json changed(const Key& key, const Payload& payload, const realms::Realm& realm) {
    const auto& cause = payload.cause;
    auto out = Json::object({{"type", key.type}});
    const auto put = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out.set(name, value);
    };
    const bool gone = key.action == "deleted";
    const auto account_id = payload.account_id.empty() ? cause.subject : payload.account_id;
    if (key.type == "user_authentication_info" || key.type == "account_member") {
        put("id", cause.user.empty() ? "" : dashed(cause.user.value));
        if (!gone) put("name", payload.full_name);
        if (!gone) put("email", payload.email);
    } else if (key.type == "account") {
        put("id", account_id);
        if (!gone) put("name", payload.account_name);
    } else if (key.type == "account_membership") {
        const auto account = parse_uuid(account_id);
        if (account && !cause.user.empty()) put("id", dashed(members::membership_id(AccountId{*account}, cause.user)));
        put("account_id", account_id);
        put("account_member_id", cause.user.empty() ? "" : dashed(cause.user.value));
    } else if (key.type == "settings") {
        put("id", dashed(realm.id));
    } else {
        put("id", cause.subject);
    }
    return out;
}

// A test says what a real one would, of nobody (RFC 2606), and its token opens nothing.
Payload made_up(const Payload& given) {
    const auto id = parse_uuid("00000000-0000-4000-8000-000000000000").value();
    auto out = given;
    out.full_name = "Test";
    out.email = "test@example.invalid";
    out.account_name = "Test";
    out.account_id = dashed(id);
    auto& cause = out.cause;
    cause.user = UserId{id};
    cause.login = LoginId{id};
    cause.profile_id = id;
    cause.user_name = out.email;
    cause.subject = dashed(id);
    cause.reason = "passwordless_authentication";
    cause.code = Secret(std::string_view("test00"));
    return out;
}

}  // namespace

std::string elasticpath_body(const Delivery& delivery, const Payload& payload, const realms::Realm& realm, const subscriptions::Subscription& row) {
    const auto key = split(delivery.topic);
    const bool test = !payload.cause.test_of.empty();
    const bool token = delivery.topic == subscriptions::one_time_token_key;
    auto out = Json::object({{"id", dashed(delivery.id.value)},
                             {"store_id", dashed(realm.id)},
                             {"triggered_by", delivery.topic},
                             {"attempt", delivery.attempts},
                             {"integration", Json::object({{"id", dashed(row.id.value)},
                                                           {"integration_type", "webhook"},
                                                           {"name", row.label},
                                                           {"description", row.description}})}});
    if (test) out.set("test", true);
    const auto& said = test ? made_up(payload) : payload;
    out.set("payload", token ? token_request(said, realm) : changed(key, said, realm));
    out.set("configuration", Json::object({{"url", row.target}, {"secret_key", row.secret ? row.secret->reveal() : std::string_view{}}}));
    return out.dump();
}

}  // namespace authtickets::delivery
