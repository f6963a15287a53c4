// SPDX-License-Identifier: MIT
// `template ...`: the words of messages, the built-in ones and the store's own (authtickets(8), TEMPLATES).
#include <authtickets/core/templates.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <authtickets/text/locales.h>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

std::string file_text(const std::string& path) {
    constexpr std::size_t most = 1U << 20U;  // far more than the columns hold
    std::ifstream in(path, std::ios::binary);
    std::string text(most + 1, '\0');
    if (!in) throw Failed(shown(path) + ": " + std::generic_category().message(errno));
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.empty()) throw Failed(shown(path) + " is empty, or no file");
    if (text.size() > most) throw Failed(shown(path) + " is too long");
    return text;
}

// "text line 3: ...", as the template's reader says it.
[[noreturn]] void bad_template(const std::string& where, const Refusal& refusal) {
    throw Failed(where + ": " + (refusal.field.empty() ? "" : refusal.field + " ") + shown(refusal.text));
}

text::MessageText message_in(const std::string& path) {
    auto parts = text::read_message(file_text(path));
    if (!parts) bad_template(shown(path), parts.error());
    return std::move(*parts);
}

// A language tag in its usual spelling; the shop's own when none is given.
std::string locale_of(const Arguments& arguments, const realms::Realm& realm) {
    const auto asked = arguments.text("--locale", realm.sites.empty() ? "en" : realm.sites.front().locale_code);
    auto out = text::normal_locale(asked);
    if (out.empty()) throw WrongUse("--locale must be a language tag such as de or de-AT");
    return out;
}

std::string parts_of(const text::MessageText& parts) {
    std::string out;
    const auto add = [&](std::string_view name, const std::string& part) {
        if (!part.empty()) out.append(out.empty() ? "" : ",").append(name);
    };
    add("subject", parts.subject);
    add("text", parts.text);
    add("html", parts.html);
    add("sms", parts.sms);
    return out;
}

[[noreturn]] void no_template(const std::string& name) {
    throw Failed("there is no template " + shown(name) + "; see authtickets template list");
}

}  // namespace

Output template_list(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    Output out{.json = Json::array()};
    Table table{"NAME", "LOCALE", "WHOSE", "PARTS", "CHANGED"};
    const auto add = [&](const std::string& name, const std::string& locale, bool own, const text::MessageText& parts, const std::optional<Time>& at) {
        out.json.push(Json::object({{"name", name}, {"locale", locale}, {"own", own}, {"parts", parts_of(parts)}, {"updatedAt", json(at)}}));
        table.row({name, locale, own ? "the store's" : "built in", parts_of(parts), shown(at, "-")});
    };
    const auto own = core.templates.list(core.db, realm->no);
    for (const auto& each : own) add(each.name, each.locale, true, each.parts, each.updated_at);
    const auto stands = [&](std::string_view name, std::string_view locale) {
        return std::ranges::any_of(own, [&](const auto& each) { return each.name == name && each.locale == locale; });
    };
    const auto built_in = [&](std::string_view name) {
        for (const auto locale : text::built_in_locales()) {
            const auto source = text::built_in_source(name, locale);
            if (source.empty() || stands(name, locale)) continue;
            if (const auto parts = text::read_message(source)) add(std::string(name), std::string(locale), false, *parts, {});
        }
    };
    built_in(text::layout_name);
    for (const auto& kind : text::message_kinds()) built_in(kind.name);
    out.text = table.text();
    return out;
}

Output template_show(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    auto& core = world.core();
    auto there = core.templates.found(core.db, realm->no, name, locale_of(arguments, *realm));
    if (!there) no_template(name);
    auto& found = *there;
    if (!found.source.ends_with('\n')) found.source.push_back('\n');
    // As it is, so that it can be kept in a file, changed and set.
    return {.json = Json::object({{"name", name},
                                  {"locale", found.locale},
                                  {"own", found.own},
                                  {"subject", found.parts.subject},
                                  {"text", found.parts.text},
                                  {"html", found.parts.html},
                                  {"sms", found.parts.sms},
                                  {"updatedAt", json(found.updated_at)}}),
            .text = std::move(found.source)};
}

Output template_set(World& world, const Arguments& arguments) {
    const auto& name = arguments.operands().at(0);
    const auto& file = arguments.operands().at(1);
    const auto realm = world.realm(arguments.text("--realm"));
    const auto locale = locale_of(arguments, *realm);
    const auto parts = message_in(file);
    auto& core = world.core();
    const auto done = core.templates.set(core.db, world.context(realm->no), {.name = name, .locale = locale, .parts = parts});
    if (!done && done.error().field == "name") throw WrongUse("NAME " + done.error().text);
    if (!done) bad_template(shown(file), done.error());
    return {.json = Json::object({{"name", name}, {"locale", locale}, {"parts", parts_of(parts)}}),
            .text = Sheet().line("template", name).line("locale", locale).line("parts", parts_of(parts)).text()
                    + "See how it reads: authtickets template preview --realm " + shown(realm->name) + " --locale " + locale + " " + name + "\n"};
}

Output template_remove(World& world, const Arguments& arguments) {
    const auto& name = arguments.operands().at(0);
    const auto realm = world.realm(arguments.text("--realm"));
    const auto locale = locale_of(arguments, *realm);
    auto& core = world.core();
    const auto done = core.templates.remove(core.db, world.context(realm->no), name, locale);
    if (!done && done.error().why == Why::unknown_item) {
        throw Failed("realm " + shown(realm->name) + " has no template " + shown(name) + " of its own in " + locale);
    }
    must(done);
    const bool built_in = !text::built_in_source(name, locale).empty();
    return {.json = Json::object({{"name", name}, {"locale", locale}, {"removed", true}}),
            .text = built_in ? "The store's template is removed; the built-in one takes its place.\n" : "The store's template is removed.\n"};
}

Output template_preview(World& world, const Arguments& arguments) {
    const auto& name = arguments.operands().at(0);
    const auto realm = world.realm(arguments.text("--realm"));
    const auto locale = locale_of(arguments, *realm);
    const auto file = arguments.text("--file");
    std::optional<text::MessageText> draft;
    if (!file.empty()) draft = message_in(file);
    auto& core = world.core();
    const auto made = core.templates.preview(core.db, *realm, world.clock().now(), name, locale, draft);
    if (!made && made.error().why == Why::unknown_item) no_template(name);
    if (!made) bad_template(file.empty() ? "the template" : shown(file), made.error());
    const auto& said = *made;
    Output out{.json = Json::object({{"locale", locale}, {"subject", said.subject}, {"text", said.text}, {"html", said.html}, {"sms", said.sms}})};
    const auto part = [&](std::string_view head, const std::string& text) {
        if (text.empty()) return;
        out.text.append("--- ").append(head).append("\n").append(text).append(text.ends_with('\n') ? "" : "\n");
    };
    part("subject", said.subject);
    part("text", said.text);
    part("html", said.html);
    part("sms", said.sms);
    return out;
}

}  // namespace authtickets::cli
