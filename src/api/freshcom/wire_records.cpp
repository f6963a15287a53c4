// SPDX-License-Identifier: MIT
#include "api/freshcom/wire_records.h"

#include <algorithm>
#include <array>
#include <utility>

namespace authtickets::freshcom {
namespace {

using authtickets::users::Method;
using realms::DefaultStep;

template <class Value, std::size_t n>
using Words = std::array<std::pair<std::string_view, Value>, n>;

constexpr Words<Method, 3> methods{{{"simple", Method::simple}, {"tfa_email", Method::email}, {"tfa_sms", Method::sms}}};
constexpr Words<DefaultStep, 3> default_steps{
    {{"simple", DefaultStep::none}, {"tfa_email", DefaultStep::email}, {"tfa_sms", DefaultStep::sms}}};
constexpr Words<bool, 2> user_states{{{"active", false}, {"suspended", true}}};

template <class Value, std::size_t n>
std::string_view word_of(const Words<Value, n>& words, Value value) {
    for (const auto& [word, meant] : words) {
        if (meant == value) return word;
    }
    return words.front().first;  // unreachable
}

// `read` gives none for a word that is none.
template <class Read>
auto word_in(Attributes& in, std::string_view name, Read read) -> decltype(read(std::string_view())) {
    const auto text = in.text(name);
    if (!text) return {};
    auto value = read(std::string_view(*text));
    if (!value) in.wrong(name, Refusal::Rule::inclusion);
    return value;
}

template <class Value, std::size_t n>
std::optional<Value> word_in(Attributes& in, std::string_view name, const Words<Value, n>& words) {
    return word_in(in, name, [&](std::string_view text) -> std::optional<Value> {
        for (const auto& [word, meant] : words) {
            if (word == text) return meant;
        }
        return {};
    });
}

Json object_or_empty(const Json& value) { return value.is_object() ? value : Json::object({}); }

// What a customer is called: the name that was given, else both parts of it. Not the address, which is no name.
std::string called(const accounts::Profile& profile) {
    if (!profile.name.empty()) return profile.name;
    const bool both = !profile.first_name.empty() && !profile.last_name.empty();
    return profile.first_name + (both ? " " : "") + profile.last_name;
}

}  // namespace

std::string_view auth_method(Method method) { return word_of(methods, method); }
std::string_view auth_method(DefaultStep step) { return word_of(default_steps, step); }

std::optional<Method> method_in(Attributes& in, std::string_view name) { return word_in(in, name, methods); }
std::optional<DefaultStep> default_step_in(Attributes& in, std::string_view name) { return word_in(in, name, default_steps); }
std::optional<bool> suspended_in(Attributes& in, std::string_view name) { return word_in(in, name, user_states); }

// Words on the wire are camelCase here, unlike those of the methods, which are not the program's own names.
std::optional<authtickets::users::Role> role_in(Attributes& in, std::string_view name) {
    return word_in(in, name, [](std::string_view text) -> std::optional<authtickets::users::Role> {
        const auto role = authtickets::users::role_named(snake(text));
        return role && camel(authtickets::users::name(*role)) == text ? role : std::nullopt;
    });
}

std::optional<enrolment::Status> customer_status_in(Attributes& in, std::string_view name) {
    return word_in(in, name, [](std::string_view text) { return enrolment::status_named(text); });
}

Json account_record(const realms::Realm& realm, const realms::ShopProfile& profile) {
    auto attributes = Json::object({{"status", "active"},
                                    {"mode", "live"},
                                    {"name", profile.name},
                                    {"companyName", text_or_null(profile.company_name)},
                                    {"defaultLocale", profile.default_locale},
                                    {"defaultAuthMethod", auth_method(realm.settings.default_step)},
                                    {"websiteUrl", text_or_null(profile.website_url)},
                                    {"supportEmail", text_or_null(profile.support_email)},
                                    {"techEmail", text_or_null(profile.tech_email)},
                                    {"testAccountId", nullptr},
                                    {"apiVersion", "v1"},
                                    {"caption", text_or_null(profile.caption)},
                                    {"description", text_or_null(profile.description)},
                                    {"customData", object_or_empty(profile.custom_data)},
                                    {"insertedAt", moment(realm.created_at)},
                                    {"updatedAt", moment(std::max(realm.updated_at, profile.updated_at.value_or(realm.created_at)))}});
    return resource(realm.id, "Account", std::move(attributes));
}

Json user_record(const staff::Person& person) {
    auto attributes = Json::object({{"status", person.suspended ? "suspended" : "active"},
                                    {"username", text_or_null(person.user_name)},
                                    {"email", text_or_null(person.email.value)},
                                    {"phoneNumber", text_or_null(person.phone.value)},
                                    {"name", text_or_null(person.names.name)},
                                    {"firstName", text_or_null(person.names.given_name)},
                                    {"lastName", text_or_null(person.names.family_name)},
                                    {"authMethod", auth_method(person.method)},
                                    {"role", camel(authtickets::users::name(person.role))},
                                    {"emailVerified", person.email.verified_at.has_value()},
                                    {"emailVerifiedAt", moment_or_null(person.email.verified_at)},
                                    {"phoneVerified", person.phone.verified_at.has_value()},
                                    {"phoneVerifiedAt", moment_or_null(person.phone.verified_at)},
                                    {"customData", object_or_empty(person.custom_data)},
                                    {"insertedAt", moment(person.created_at)},
                                    {"updatedAt", moment(person.updated_at)}});
    return resource(person.id.value, "User", std::move(attributes));
}

Json customer_record(const enrolment::Customer& record) {
    const auto& given = record.profile;
    auto attributes = Json::object({{"status", enrolment::name(enrolment::status(record))},
                                    {"code", text_or_null(given.code)},
                                    {"name", text_or_null(called(given))},
                                    {"firstName", text_or_null(given.first_name)},
                                    {"lastName", text_or_null(given.last_name)},
                                    {"email", text_or_null(given.email)},
                                    {"phoneNumber", text_or_null(given.phone)},
                                    {"label", text_or_null(given.label)},
                                    {"caption", text_or_null(given.caption)},
                                    {"description", text_or_null(given.description)},
                                    {"customData", object_or_empty(given.custom_data)},
                                    {"insertedAt", moment(record.created_at)},
                                    {"updatedAt", moment(record.updated_at)}});
    const auto whose = record.user.empty() ? std::nullopt : std::optional(record.user.value);
    return resource(record.id.value, "Customer", std::move(attributes), Json::object({{"user", reference(whose, "User")}}));
}

}  // namespace authtickets::freshcom
