// SPDX-License-Identifier: MIT
// What a message says.
#include "delivery/words.h"

#include <authtickets/base/json.h>
#include <authtickets/core/links.h>
#include <authtickets/text/browsers.h>
#include <authtickets/text/locales.h>
#include <authtickets/text/names.h>
#include <authtickets/text/phone.h>

#include "delivery/plan.h"

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Payload;
using deliveries::Schedule;
using outbox::Cause;

bool carries_secret(Schedule schedule) { return schedule == Schedule::code || schedule == Schedule::link; }

// What was promised; when it is sent late, what is left of it.
Seconds life_left(const Cause& cause, Time now) {
    constexpr auto in_time = std::chrono::seconds(10);
    if (!cause.expires_at) return Seconds{0};
    const auto from = now - cause.at <= in_time ? cause.at : now;
    return std::max(Seconds{0}, std::chrono::floor<Seconds>(*cause.expires_at - from));
}

std::string_view purpose(const Cause& cause) {
    switch (cause.event) {
        case events::Name::signin_code_sent: return "sign_in";
        case events::Name::second_step_code_sent: return "second_step";
        case events::Name::contact_code_sent: return "contact";
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

std::string link_of(const realms::Realm& realm, const Cause& cause) {
    const auto either = [](const std::string& set, std::string_view own) { return set.empty() ? own : std::string_view(set); };
    const auto& settings = realm.settings;
    std::string_view pattern = either(settings.unlock_link, links::unlock_page);
    if (cause.event == events::Name::password_reset_sent) pattern = either(settings.reset_link, links::reset_page);
    if (cause.event == events::Name::contact_code_sent) pattern = either(settings.confirm_link, links::confirm_page);
    return links::address(pattern, realm.address, cause.link.reveal(), cause.user);
}

text::Values values(const Payload& payload, const realms::Realm& realm, Time now, Life life, std::string_view reader, std::string_view written) {
    const auto& cause = payload.cause;
    const auto* const site = site_of(realm, payload.site);
    const auto spoken = text::spoken_tag(reader, written);
    const bool alive = life == Life::alive;
    text::Values out{
        .shop = site && !site->name.empty() ? site->name : realm.name,
        .shop_url = realm.address.empty() ? std::string{} : realm.address + "/",
        .name = payload.first_name,
        .user_name = cause.user_name,
        .time = text::time_in_words(cause.at, spoken, realm.settings.time_zone),
        .address = cause.address,
        .browser = text::browser_name(cause.browser),
        .region = cause.region.empty() ? std::string{} : text::region_in_words(cause.region, spoken),
        .host = host_name_of(realm.address),
        .locale = std::string(spoken),
        .dir = std::string(text::direction(spoken)),
    };
    if (alive && !cause.code.empty()) out.code = cause.code.reveal();
    if (alive && (!cause.link.empty() || cause.event == events::Name::contact_code_sent)) out.link = link_of(realm, cause);
    if (!out.code.empty() || !out.link.empty()) out.minutes = text::duration_in_words(life_left(cause, now), spoken);
    // N7: whoever reads it knows one of the two, which therefore stands there in full; unless a mail program could make a
    // link of it.
    const auto contact = [&](const std::string& value) {
        const bool plain = value.find('@') == value.npos || text::mail_address(value);
        return value == payload.to && plain ? value : text::masked(value);
    };
    if (!cause.old_value.empty()) out.old_contact = contact(cause.old_value);
    if (!cause.new_value.empty()) out.new_contact = contact(cause.new_value);
    if (cause.by_shop) out.by_shop = out.shop;
    if (cause.event == events::Name::second_step_method_changed) {
        auto& step = cause.reason == "sms" ? out.step_sms : cause.reason == "email" ? out.step_email : out.step_none;
        step = cause.reason;
    }
    return out;
}

Mail mail(const Delivery& delivery, const Payload& payload, const realms::Realm& realm, const std::string& fallback_sender, Time now,
          const text::MessageText& parts, std::string_view written) {
    const auto& settings = realm.settings;
    const auto* const site = site_of(realm, payload.site);
    Mail out{
        .from = settings.mail_sender.empty() ? fallback_sender : settings.mail_sender,
        .from_name = !settings.mail_sender_name.empty() ? settings.mail_sender_name : site ? site->name : realm.name,
        .to = payload.to,
        .reply_to = settings.mail_reply_to,
        .subject = parts.subject,
        .text = parts.text,
        .html = parts.html,
        .id = hex(delivery.id.value),
        .date = now,
        .headers = {{"Content-Language", std::string(written)}},
    };
    // What opens an account is for its owner alone.
    if (!carries_secret(payload.schedule) && payload.cause.link.empty()) out.bcc = settings.mail_bcc;
    return out;
}

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
    return out.dump();
}

}  // namespace authtickets::delivery
