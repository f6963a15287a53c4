// SPDX-License-Identifier: MIT
// Templates checked and set, and shown as their readers get them.
#include <authtickets/core/templates.h>

#include <algorithm>

#include <authtickets/core/verifications.h>
#include <authtickets/text/locales.h>
#include <authtickets/text/phone.h>

#include "core/subscriptions/fit.h"
#include "core/templates/store.h"

namespace authtickets::templates {
namespace {

bool name_letters(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, letter);
}

// What the columns hold, in bytes.
std::optional<std::string_view> too_long(const text::MessageText& parts) {
    if (parts.subject.size() > 255) return "subject";
    if (parts.text.size() > 60'000) return "text";
    if (parts.html.size() > 500'000) return "html";
    if (parts.sms.size() > 500) return "sms";
    return {};
}

Json described(const std::string& name, const std::string& locale, std::string_view what) {
    return Json::object({{"template", name}, {"locale", locale}, {"change", std::string(what)}});
}

// How long what the message brings lives.
Seconds life_of(const realms::Settings& settings, std::string_view name) {
    constexpr Seconds a_day{24 * 3600}, contact{600};  // those that no setting changes
    if (name == "password_reset") return settings.reset_lives();
    if (name == "unlock" || name == "account_locked" || name == "set_password" || name == "verify_email") return a_day;
    if (name == "code_verification") return verifications::terms(settings.policy).life;
    if (name == "one_time_token") return settings.one_time_life;
    return name == "code_contact" ? contact : settings.code_life;
}

std::string host_of(std::string_view address) {
    const auto scheme = address.find("://");
    const auto rest = scheme == address.npos ? address : address.substr(scheme + 3);
    return std::string(realms::without_port(rest.substr(0, rest.find('/'))));
}

text::Values sample_values(const realms::Realm& realm, Time now, std::string_view name, const std::string& locale) {
    const auto& settings = realm.settings;
    const auto* const site = realm.sites.empty() ? nullptr : &realm.sites.front();
    text::Values out{.shop = site && !site->name.empty() ? site->name : realm.name,
                     .shop_url = realm.address + "/",
                     .name = "Ada",
                     .user_name = "ada@example.com",
                     .time = text::time_in_words(now, locale, settings.time_zone),
                     .address = "192.0.2.1",
                     .browser = "Firefox (Linux)",
                     .region = text::region_in_words("DE-BE", locale),
                     .code = "123456",
                     .minutes = text::duration_in_words(life_of(settings, name), locale),
                     .link = realm.address + "/account/example",
                     .remaining = "9",
                     .old_contact = text::masked_email("ada@example.com"),
                     .new_contact = "ada@example.org",
                     .host = host_of(realm.address),
                     .event = std::string(events::name(events::Name::password_changed)),
                     .event_id = dashed(Uuid{}),
                     .at = iso8601(now),
                     .actor = "Grace",
                     .account = "1001",
                     .realm_id = dashed(realm.id),
                     .profile_id = dashed(Uuid{}),
                     .info_id = dashed(Uuid{}),
                     .step_email = "email"};
    if (name == "one_time_token") out.code = "q7m2xk";
    out.locale = locale;
    out.dir = text::direction(locale);
    return out;
}

}  // namespace

std::optional<Found> Templates::found(db::Session& session, RealmNo realm, std::string_view name, std::string_view locale) {
    for (const auto& each : text::locale_order(locale)) {
        if (const auto own = find(session, realm, name, each)) {
            return Found{.locale = each, .own = true, .source = text::write_message(own->parts), .parts = own->parts, .updated_at = own->updated_at};
        }
        if (const auto source = text::built_in_source(name, each); !source.empty()) {
            if (auto parts = text::read_message(source)) return Found{.locale = each, .source = std::string(source), .parts = std::move(*parts)};
        }
    }
    return {};
}

Result<text::MessageText> Templates::preview(db::Session& session, const realms::Realm& realm, Time now, std::string_view name,
                                             std::string_view wanted, const std::optional<text::MessageText>& draft) {
    const auto locale = text::normal_locale(wanted);
    if (locale.empty()) return refuse(Why::bad_parameter, "locale", "must be a language tag such as de or de-AT");
    const auto there = draft ? std::nullopt : found(session, realm.no, name, locale);
    if (!draft && !there) return refuse(Why::unknown_item, "name");
    const auto message = text::Message::parse(name, draft ? *draft : there->parts);
    if (!message) return refuse(message.error());
    const bool is_layout = name == text::layout_name;
    const auto around = is_layout ? std::nullopt : found(session, realm.no, text::layout_name, locale);
    auto layout = is_layout ? message : text::Message::parse(text::layout_name, around ? around->parts : text::MessageText{});
    if (!layout) return refuse(Why::bad_parameter, "layout", layout.error().text);
    return message->render(sample_values(realm, now, name, locale), *layout);
}

std::vector<Stored> Templates::list(db::Session& session, RealmNo realm) { return store::list(session, realm); }

std::optional<Stored> Templates::find(db::Session& session, RealmNo realm, std::string_view name, std::string_view locale) {
    return store::find(session, realm, name, locale);
}

std::vector<Stored> Templates::parts_of(db::Session& session, RealmNo realm, std::string_view name) {
    return store::parts_of(session, realm, name);
}

Result<void> Templates::set(db::Db& db, const Context& context, Stored wanted) {
    if (!name_letters(wanted.name)) return refuse(Why::bad_parameter, "name", "must be 1 to 64 of a-z, 0-9 and _");
    const auto locale = text::normal_locale(wanted.locale);
    if (locale.empty() || locale.size() > 20) return refuse(Why::bad_parameter, "locale", "must be a language tag such as de or de-AT");
    wanted.locale = locale;
    if (const auto part = too_long(wanted.parts)) return refuse(Why::bad_parameter, std::string(*part), "too long");
    const auto message = text::Message::parse(wanted.name, wanted.parts);
    if (!message) return refuse(message.error());
    return db.transact([&](db::Tx& tx) -> Result<void> {
        auto all = messages(tx, context.realm, wanted.name, locale);
        all.push_back(*message);
        if (auto fit = subscriptions::fit_subscribers(tx, context.realm, wanted.name, all); !fit) return fit;
        store::put(tx, context, wanted);
        events_.write(tx, context, {.name = events::Name::mail_changed, .actor = "command", .details = described(wanted.name, locale, "set")});
        return {};
    });
}

Result<void> Templates::remove(db::Db& db, const Context& context, std::string_view name, std::string_view locale) {
    const auto tag = text::normal_locale(locale);
    return db.transact([&](db::Tx& tx) -> Result<void> {
        if (!store::remove(tx, context.realm, name, tag)) return refuse(Why::unknown_item, "name");
        events_.write(tx, context, {.name = events::Name::mail_changed, .actor = "command", .details = described(std::string(name), tag, "removed")});
        return {};
    });
}

bool known(db::Session& session, RealmNo realm, std::string_view name) {
    return text::built_in_message(name, "en") || store::exists(session, realm, name);
}

std::vector<text::Message> messages(db::Session& session, RealmNo realm, std::string_view name, std::string_view but) {
    std::vector<text::Message> out;
    for (const auto& row : store::parts_of(session, realm, name)) {
        if (row.name != name || row.locale == but) continue;  // the layout comes along
        if (auto own = text::Message::parse(name, row.parts)) out.push_back(std::move(*own));
    }
    for (const auto locale : text::built_in_locales()) {
        if (const auto* const standard = text::built_in_message(name, locale)) out.push_back(*standard);
    }
    return out;
}

}  // namespace authtickets::templates
