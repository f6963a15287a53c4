// SPDX-License-Identifier: MIT
// Templates checked and set.
#include <authtickets/core/templates.h>

#include <algorithm>

#include <authtickets/text/locales.h>

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

}  // namespace

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
