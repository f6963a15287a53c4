// SPDX-License-Identifier: MIT
// `realm ...` and `settings ...`.
#include <algorithm>

#include <authtickets/text/names.h>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

constexpr std::uint32_t most_number = 4294967295;  // the widest that the tables and Kibo's clients hold

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::string checked(std::string value, std::string_view flag, bool good, std::string_view allowed) {
    if (!good) throw WrongUse(std::string(flag) + " must be " + std::string(allowed));
    return value;
}

bool is_domain(std::string_view text) {
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    if (colon != text.npos) {
        const auto port = text.substr(colon + 1);
        if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, digit)) return false;
        if (std::stoul(std::string(port)) < 1 || std::stoul(std::string(port)) > 65535) return false;
    }
    const auto letter = [](char c) { return lower(c) || digit(c) || c == '-' || c == '.'; };
    return !host.empty() && text.size() <= 255 && std::ranges::all_of(host, letter) && host.find("..") == host.npos
           && host.front() != '.' && host.front() != '-' && host.back() != '-';
}

bool is_address(std::string_view text) {
    const auto scheme = text.starts_with("https://") ? 8U : text.starts_with("http://") ? 7U : 0U;
    return scheme != 0 && text.size() > scheme && text.size() <= 255 && !text.ends_with('/')
           && text.find_first_of(" ?#\"\\<>") == text.npos;
}

std::string domain(const Arguments& arguments, std::string_view otherwise) {
    auto text = arguments.text("--domain", otherwise);
    const bool good = is_domain(text);
    return checked(std::move(text), "--domain", good,
                   "a host name in lower case, with or without a port, such as shop.example or localhost:8080");
}

std::string name(const Arguments& arguments, std::string_view flag, std::string_view otherwise) {
    auto text = arguments.text(flag, otherwise);
    const bool good = !text.empty() && text.size() <= 100 && text::trimmed(text) == text;
    return checked(std::move(text), flag, good, "1 to 100 bytes without blanks at the ends");
}

std::string code(const Arguments& arguments, std::string_view flag, std::string_view otherwise, std::size_t letters) {
    auto text = arguments.text(flag, otherwise);
    const bool good = text.size() == letters && std::ranges::all_of(text, upper);
    return checked(std::move(text), flag, good, std::to_string(letters) + " capital letters");
}

std::string locale(const Arguments& arguments, std::string_view otherwise) {
    auto text = arguments.text("--locale", otherwise);
    const auto letter = [](char c) { return lower(c) || upper(c) || digit(c) || c == '-'; };
    const bool good = !text.empty() && text.size() <= 20 && std::ranges::all_of(text, letter);
    return checked(std::move(text), "--locale", good, "a language tag such as en-US");
}

// What is not given is as in `otherwise`.
realms::Site site(const Arguments& arguments, const realms::Site& otherwise) {
    return {.tenant = arguments.number("--tenant", 1, most_number),
            .site = arguments.number("--site", 1, most_number),
            .name = name(arguments, "--site-name", otherwise.name),
            .domain = domain(arguments, otherwise.domain),
            .locale_code = locale(arguments, otherwise.locale_code),
            .country_code = code(arguments, "--country", otherwise.country_code, 2),
            .currency_code = code(arguments, "--currency", otherwise.currency_code, 3)};
}

realms::Site new_site(const Arguments& arguments, const std::string& realm_name) {
    return site(arguments, {.name = realm_name, .domain = {}, .locale_code = "en-US", .country_code = "US", .currency_code = "USD"});
}

Json number(std::uint32_t value) { return Json(std::int64_t{value}); }

Json json(const realms::Site& site) {
    return Json::object({{"tenant", number(site.tenant)},
                         {"site", number(site.site)},
                         {"name", site.name},
                         {"domain", site.domain},
                         {"locale", site.locale_code},
                         {"country", site.country_code},
                         {"currency", site.currency_code}});
}

Json json(const realms::Realm& realm) {
    auto sites = Json::array();
    for (const auto& site : realm.sites) sites.push(json(site));
    return Json::object({{"realm", realm.name},
                         {"realmNo", number(realm.no.value)},
                         {"realmId", dashed(realm.id)},
                         {"kind", realms::name(realm.kind)},
                         {"address", realm.address},
                         {"sites", std::move(sites)}});
}

Output added(const realms::Realm& realm, const realms::Site& site) {
    const auto tenant = std::to_string(site.tenant), number_of_site = std::to_string(site.site);
    return {.json = Json::object({{"realm", realm.name},
                                  {"realmNo", number(realm.no.value)},
                                  {"realmId", dashed(realm.id)},
                                  {"tenant", number(site.tenant)},
                                  {"site", number(site.site)}}),
            .text = Sheet()
                        .line("realm", realm.name)
                        .line("number", std::to_string(realm.no.value))
                        .line("id", dashed(realm.id))
                        .line("address", realm.address)
                        .line("tenant", tenant)
                        .line("site", number_of_site)
                        .line("domain", site.domain)
                        .text()};
}

// --- Settings

const realms::Setting& setting(const std::string& name) {
    const auto all = realms::setting_table();
    const auto found = std::ranges::find(all, name, &realms::Setting::name);
    if (found == all.end()) throw WrongUse("there is no setting " + shown(name) + "; see authtickets settings list");
    return *found;
}

std::string value_of(const realms::Setting& setting, const std::map<std::string, std::string>& changed) {
    const auto found = changed.find(std::string(setting.name));
    return found == changed.end() ? std::string(setting.standard) : found->second;
}

}  // namespace

std::optional<std::string> address(const Arguments& arguments) {
    auto text = arguments.text("--address");
    if (text.empty()) return std::nullopt;
    const bool good = is_address(text);
    return checked(std::move(text), "--address", good,
                   "an http or https address of up to 255 bytes, without query and without / at the end");
}

Output realm_add(World& world, const Arguments& arguments) {
    const auto its_name = name(arguments, "--name", {});
    const auto its_site = new_site(arguments, its_name);
    const auto its_address = address(arguments).value_or("https://" + its_site.domain);
    auto& core = world.core();
    try {
        const auto realm = core.realms.add(core.db, world.context(), {.name = its_name, .address = its_address, .site = its_site});
        if (!realm && realm.error().field == "name") {
            throw Failed(realm.error().text + "; see authtickets realm show, and realm set-site to change them");
        }
        return added(*must(realm), its_site);
    } catch (const db::Duplicate&) {
        throw Failed("another command has just made a realm of this name, or with this tenant and site");
    }
}

Output realm_list(World& world, const Arguments&) {
    auto& core = world.core();
    Output out{.json = Json::array()};
    Table table{"REALM", "NUMBER", "SITES", "ADDRESS", "KIND"};
    for (const auto no : core.realms.list(core.db)) {
        const auto realm = core.realms.get(core.db, world.clock().now(), no);
        out.json.push(json(*realm));
        std::string sites;
        for (const auto& site : realm->sites) {
            sites.append(sites.empty() ? "" : " ").append(std::to_string(site.tenant)).append("/").append(std::to_string(site.site));
        }
        table.row({realm->name, std::to_string(no.value), sites, realm->address, std::string(realms::name(realm->kind))});
    }
    out.text = table.text();
    return out;
}

Output realm_show(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.operands().at(0));
    auto& core = world.core();
    Output out{.json = json(*realm)};
    out.text = Sheet()
                   .line("realm", realm->name)
                   .line("number", std::to_string(realm->no.value))
                   .line("id", dashed(realm->id))
                   .line("kind", realms::name(realm->kind))
                   .line("address", realm->address)
                   .text();
    Table sites{"TENANT", "SITE", "NAME", "DOMAIN", "LOCALE", "COUNTRY", "CURRENCY"};
    for (const auto& site : realm->sites) {
        sites.row({std::to_string(site.tenant), std::to_string(site.site), site.name, site.domain, site.locale_code,
                   site.country_code, site.currency_code});
    }
    if (!realm->sites.empty()) out.text.append("\n").append(sites.text());
    auto settings = Json::object({});
    Sheet changed;
    const auto stored = core.realms.changed_settings(core.db, realm->no);
    for (const auto& each : realms::setting_table()) {
        const auto value = value_of(each, stored);
        if (value == each.standard) continue;
        settings.set(each.name, value);
        changed.line(each.name, value);
    }
    if (const auto lines = changed.text(); !lines.empty()) out.text.append("\nchanged settings\n").append(lines);
    out.json.set("settings", std::move(settings));
    return out;
}

Output realm_add_site(World& world, const Arguments& arguments) {
    const auto its_site = new_site(arguments, arguments.text("--realm"));
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    try {
        return added(*must(core.realms.add_site(core.db, world.context(), realm->no, its_site)), its_site);
    } catch (const db::Duplicate&) {
        throw Failed("another command has just made a site with this tenant and site");
    }
}

Output realm_set_site(World& world, const Arguments& arguments) {
    const auto tenant = arguments.number("--tenant", 1, most_number), number_of_site = arguments.number("--site", 1, most_number);
    const auto its_address = address(arguments);
    const auto realm = world.realm(arguments.text("--realm"));
    const auto* const there = realm->site(tenant, number_of_site);
    if (!there) {
        throw Failed("there is no site " + std::to_string(number_of_site) + " of tenant " + std::to_string(tenant) + " in realm "
                     + shown(realm->name) + "; see authtickets realm show");
    }
    const auto changed = site(arguments, *there);
    auto& core = world.core();
    return added(*must(core.realms.set_site(core.db, world.context(realm->no), realm->no, changed, its_address)), changed);
}

Output settings_list(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto changed = world.core().realms.changed_settings(world.core().db, realm->no);
    Output out{.json = Json::array()};
    for (const auto& each : realms::setting_table()) {
        const auto value = value_of(each, changed);
        out.json.push(Json::object({{"name", each.name},
                                    {"value", value},
                                    {"default", each.standard},
                                    {"allowed", each.type},
                                    {"help", each.help}}));
        out.text.append(each.name).append(" = ").append(shown(value)).append("\n");
        out.text.append("    ").append(each.help).append("\n");
        out.text.append("    default: ").append(each.standard.empty() ? "empty" : each.standard);
        out.text.append("; allowed: ").append(each.type).append("\n");
    }
    return out;
}

Output settings_get(World& world, const Arguments& arguments) {
    const auto& operands = arguments.operands();
    const auto* const one = operands.empty() ? nullptr : &setting(operands.front());
    const auto realm = world.realm(arguments.text("--realm"));
    const auto changed = world.core().realms.changed_settings(world.core().db, realm->no);
    if (one) {
        const auto value = value_of(*one, changed);
        return {.json = Json::object({{"name", one->name}, {"value", value}}), .text = shown(value) + "\n"};
    }
    Output out{.json = Json::object({})};
    for (const auto& each : realms::setting_table()) {
        const auto value = value_of(each, changed);
        out.json.set(each.name, value);
        out.text.append(each.name).append(" = ").append(shown(value)).append("\n");
    }
    return out;
}

Output settings_set(World& world, const Arguments& arguments) {
    const auto& one = setting(arguments.operands().at(0));
    const auto& value = arguments.operands().at(1);
    realms::Settings scratch;
    if (const auto error = one.read(scratch, value)) throw WrongUse(std::string(one.name) + " " + *error);
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    const auto before = value_of(one, core.realms.changed_settings(core.db, realm->no));
    if (before != value) must(core.realms.set(core.db, world.context(realm->no), realm->no, one.name, value));
    return {.json = Json::object({{"name", one.name}, {"value", value}, {"before", before}}),
            .text = std::string(one.name) + " = " + shown(value)
                    + (before == value ? " (as before)" : before.empty() ? " (was empty)" : " (was " + shown(before) + ")") + "\n"};
}

}  // namespace authtickets::cli
