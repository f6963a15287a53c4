// SPDX-License-Identifier: MIT
// What a notification trigger says (docs/freshcom.md, section 9): the values of its template, the body of its hook.
#include "delivery/words.h"

#include <authtickets/base/json.h>
#include <authtickets/text/phone.h>

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Payload;

std::string_view method_name(users::Method method) {
    switch (method) {
        case users::Method::simple: return "simple";
        case users::Method::email: return "tfa_email";
        case users::Method::sms: return "tfa_sms";
    }
    return {};
}

// "support_specialist": supportSpecialist
std::string role_name(users::Role role) {
    std::string out;
    bool up = false;
    for (const char c : users::name(role)) {
        if (c == '_') {
            up = true;
            continue;
        }
        out += up ? static_cast<char>(c - 'a' + 'A') : c;
        up = false;
    }
    return out;
}

const subscriptions::TriggerEvent* event_of(const Payload& payload) {
    const auto names = subscriptions::trigger_events_of(payload.cause);
    return names.empty() ? nullptr : subscriptions::trigger_event(names.front());
}

}  // namespace

text::TriggerValues trigger_values(const Payload& payload, const realms::Realm& realm, const realms::ShopProfile& shop, Life life) {
    const auto& cause = payload.cause;
    text::TriggerValues out{.account_id = dashed(realm.id), .account_name = shop.name};
    const auto* const event = event_of(payload);
    const auto carries = event && life == Life::alive ? event->carries : subscriptions::Carries::nothing;
    const bool about_user = event && event->about == subscriptions::About::user;
    if (about_user) {
        out.user_id = cause.user.empty() ? std::string{} : dashed(cause.user.value);
        out.user_name = cause.user_name;
    }
    if (about_user && payload.person) {
        const auto& person = *payload.person;
        out.name = person.name;
        out.first_name = person.first_name;
        out.last_name = person.last_name;
        out.user_email = person.email;
        out.user_phone = person.phone;
        out.auth_method = method_name(person.method);
        out.role = role_name(person.role);
    }
    if (event && event->about == subscriptions::About::email_code) out.email = cause.destination;
    if (event && event->about == subscriptions::About::phone_code) out.phone = cause.destination;
    if (event && event->about == subscriptions::About::name) out.typed_name = cause.user_name;
    if (carries == subscriptions::Carries::code) out.code = cause.code.reveal();
    if (carries == subscriptions::Carries::email_token) out.email_token = cause.link.reveal();
    if (carries == subscriptions::Carries::reset_token) out.reset_token = cause.link.reveal();
    return out;
}

namespace {

// ISO 8601 in UTC, without a zone (FC9, docs/freshcom.md).
std::string without_zone(Time at) {
    auto text = iso8601(at);
    text.pop_back();
    return text + "000";
}

Json user_attributes(const Payload& payload) {
    auto out = Json::object({});
    if (!payload.cause.user_name.empty()) out.set("username", payload.cause.user_name);
    if (!payload.person) return out;  // deleted: the trail has the id, and nothing that the user was
    const auto& person = *payload.person;
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    out.set("status", person.blocked ? "suspended" : "active");
    out.set("email", or_null(person.email));
    out.set("phoneNumber", or_null(person.phone));
    out.set("name", or_null(person.name));
    out.set("firstName", or_null(person.first_name));
    out.set("lastName", or_null(person.last_name));
    out.set("authMethod", method_name(person.method));
    out.set("role", role_name(person.role));
    out.set("emailVerified", person.email_verified);
    out.set("phoneVerified", person.phone_verified);
    out.set("insertedAt", without_zone(person.created_at));
    out.set("updatedAt", without_zone(person.updated_at));
    return out;
}

// As GET /v1/account shows it.
Json shop_attributes(const realms::Realm& realm, const realms::ShopProfile& shop) {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    const auto step = realm.settings.default_step;
    const auto method = step == realms::DefaultStep::sms     ? users::Method::sms
                        : step == realms::DefaultStep::email ? users::Method::email
                                                             : users::Method::simple;
    return Json::object({{"status", "active"},
                         {"mode", "live"},
                         {"name", shop.name},
                         {"companyName", or_null(shop.company_name)},
                         {"defaultLocale", shop.default_locale},
                         {"defaultAuthMethod", method_name(method)},
                         {"websiteUrl", or_null(shop.website_url)},
                         {"supportEmail", or_null(shop.support_email)},
                         {"techEmail", or_null(shop.tech_email)},
                         {"caption", or_null(shop.caption)},
                         {"description", or_null(shop.description)},
                         {"customData", shop.custom_data}});
}

// A test says what a real one would, of nobody (RFC 2606 and numbers of no country), and its code opens nothing.
Payload made_up_for_trigger(const Payload& given, const subscriptions::TriggerEvent& event) {
    const auto id = parse_uuid("00000000-0000-4000-8000-000000000000").value();
    auto out = given;
    auto& cause = out.cause;
    cause.user = UserId{id};
    cause.user_name = "test@example.invalid";
    cause.destination = event.about == subscriptions::About::phone_code ? "+10000000000" : "test@example.invalid";
    if (event.carries == subscriptions::Carries::code) cause.code = Secret(std::string_view("000000"));
    if (event.carries == subscriptions::Carries::email_token || event.carries == subscriptions::Carries::reset_token) cause.link = Secret(dashed(id));
    out.person = deliveries::Person{.name = "Test", .email = "test@example.invalid", .method = users::Method::email, .role = users::Role::customer,
                                    .created_at = cause.at, .updated_at = cause.at};
    return out;
}

}  // namespace

std::string freshcom_body(const Delivery& delivery, const Payload& given, const realms::Realm& realm, const realms::ShopProfile& shop, Life life) {
    using subscriptions::About;
    using subscriptions::Carries;
    const auto* const event = subscriptions::trigger_event(delivery.topic);
    if (!event) return "{}";  // unreachable: topics of triggers are names of events
    const bool test = !given.cause.test_of.empty();
    const auto payload = test ? made_up_for_trigger(given, *event) : given;
    const auto& cause = payload.cause;
    auto attributes = Json::object({});
    std::string_view type;
    auto id = dashed(cause.code_id.empty() ? cause.event_id.value : cause.code_id);
    switch (event->about) {
        case About::user:
            type = "User";
            id = dashed(cause.user.value);
            attributes = user_attributes(payload);
            break;
        case About::phone_code:
            type = "PhoneVerificationCode";
            attributes.set("phoneNumber", cause.destination);
            break;
        case About::email_code:
            type = "EmailVerificationCode";
            attributes.set("email", cause.destination);
            break;
        case About::name:
            type = "PasswordResetToken";
            attributes.set("username", cause.user_name);
            break;
        case About::shop:
            type = "Account";
            id = dashed(realm.id);
            attributes = shop_attributes(realm, shop);
            break;
    }
    if (life == Life::alive && event->carries != Carries::nothing) {
        const bool code = event->carries == Carries::code;
        const auto* const name = event->about == About::phone_code   ? "phoneVerificationCode"
                                 : event->about == About::email_code ? "emailVerificationCode"
                                 : code                              ? "code"
                                 : event->carries == Carries::email_token ? "emailVerificationToken" : "passwordResetToken";
        attributes.set(name, code ? cause.code.reveal() : cause.link.reveal());
        if (cause.expires_at) attributes.set("expiresAt", without_zone(*cause.expires_at));
    }
    auto meta = Json::object({{"locale", shop.default_locale}, {"eventName", delivery.topic}});
    if (test) meta.set("test", true);
    return Json::object({{"meta", std::move(meta)},
                         {"data", Json::object({{"type", type}, {"id", id}, {"attributes", std::move(attributes)}})}})
        .dump();
}

}  // namespace authtickets::delivery
