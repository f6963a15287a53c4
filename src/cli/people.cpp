// SPDX-License-Identifier: MIT
// `app ...`, `account ...` and `login ...`: what lives in a realm.
#include <algorithm>

#include <authtickets/text/names.h>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

Json number(std::uint32_t value) { return Json(std::int64_t{value}); }

Json names(applications::Behaviours behaviours) {
    auto out = Json::array();
    for (const auto one : {applications::storefront, applications::admin}) {
        if (behaviours & one) out.push(applications::behaviour_names(one));
    }
    return out;
}

std::string new_client_id(const Arguments& arguments) {
    auto id = arguments.text("--client-id");
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    if (id.size() > 100 || !std::ranges::all_of(id, letter)) {
        throw WrongUse("--client-id must be 1 to 100 letters, digits, ., _ and -");
    }
    return id;
}

Output set_disabled(World& world, const Arguments& arguments, bool disabled) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto id = arguments.text("--client-id");
    auto& core = world.core();
    const auto all = core.applications.list(core.db, realm->no);
    const auto found = std::ranges::find(all, id, &applications::Application::client_id);
    if (found == all.end()) {
        throw Failed("there is no application " + shown(id) + " in realm " + shown(realm->name) + "; see authtickets app list");
    }
    if (found->disabled_at.has_value() != disabled) {
        must(core.applications.disable(core.db, world.context(realm->no), realm->no, id, disabled));
    }
    return {.json = Json::object({{"clientId", id}, {"disabled", disabled}}),
            .text = Sheet().line("client id", id).line("state", disabled ? "disabled" : "enabled").text()};
}

// --- Logins

std::string_view state_of(const logins::State& state, const realms::Settings& settings, Time now) {
    if (state.login.blocked_at) return "blocked";
    if (logins::locked(state.login, settings, now)) return "locked";
    if (logins::day_spent(state.login, settings, now)) return "locked";
    return "open";
}

Output show(World& world, const realms::Realm& realm, const std::string& name) {
    auto& core = world.core();
    const auto now = world.clock().now();
    const auto found = core.logins.find(core.db, now, realm.settings, realm.no, name);
    if (!found) throw Failed("there is no login " + shown(name) + " in realm " + shown(realm.name));
    const auto& login = found->login;
    const bool locked = logins::locked(login, realm.settings, now);
    const auto locked_at = locked ? login.locked_at : std::nullopt;
    std::optional<Time> free_at;
    if (locked && realm.settings.lock_release.count() != 0) free_at = *login.locked_at + realm.settings.lock_release;
    const auto account = login.account ? std::optional(login.account->no.value) : std::nullopt;
    const auto failed = login.locked_at && !locked ? 0U : login.failed;
    const auto failed_today = login.failed_day_at && now - *login.failed_day_at < std::chrono::hours(24) ? login.failed_day : 0U;
    const auto state = state_of(*found, realm.settings, now);
    const auto password = login.sealed_password.empty()    ? "none"
                          : login.password_change_required ? "to be changed"
                                                           : "set";
    return {.json = Json::object({{"userName", login.user_name},
                                  {"userId", dashed(login.user.value)},
                                  {"account", account ? number(*account) : Json()},
                                  {"role", login.role},
                                  {"state", state},
                                  {"lockedAt", json(locked_at)},
                                  {"unlocksAt", json(free_at)},
                                  {"blockedAt", json(login.blocked_at)},
                                  {"failures", number(failed)},
                                  {"failuresToday", number(failed_today)},
                                  {"remaining", number(found->remaining)},
                                  {"lastSignInAt", json(login.last_login_at)},
                                  {"password", password},
                                  {"passwordSetAt", json(login.password_set_at)},
                                  {"createdAt", iso8601(login.created_at.value_or(Time{}))}}),
            .text = Sheet()
                        .line("login", login.user_name)
                        .line("user id", dashed(login.user.value))
                        .line("account", account ? std::to_string(*account) : "none")
                        .line("role", login.role)
                        .line("state", state)
                        .line("locked since", locked_at ? shown(*locked_at) : "not locked")
                        .line("locked until", free_at     ? shown(*free_at)
                                              : locked_at ? "somebody unlocks it"
                                                          : "not locked")
                        .line("blocked since", shown(login.blocked_at, "not blocked"))
                        .line("failures in a row", std::to_string(failed))
                        .line("failures in 24 hours", std::to_string(failed_today))
                        .line("attempts left", std::to_string(found->remaining))
                        .line("last sign-in", shown(login.last_login_at))
                        .line("password", password)
                        .line("password set", shown(login.password_set_at))
                        .line("created", shown(login.created_at, "unknown"))
                        .text()};
}

}  // namespace

Output app_add(World& world, const Arguments& arguments) {
    const auto name = arguments.text("--name");
    if (name.size() > 100 || text::trimmed(name) != name) {
        throw WrongUse("--name must be 1 to 100 bytes without blanks at the ends");
    }
    const auto behaviours = applications::parse_behaviours(arguments.text("--behaviours"));
    if (!behaviours) throw WrongUse("--behaviours must be storefront, admin or storefront,admin");
    const auto id = new_client_id(arguments);
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    try {
        const auto made = core.applications.add(core.db, world.context(realm->no), realm->no, name, *behaviours, id);
        return {.json = Json::object({{"clientId", made.application.client_id},
                                      {"clientSecret", made.secret.reveal()},
                                      {"applicationId", number(made.application.no.value)}}),
                .text = Sheet()
                            .line("application", name)
                            .line("application id", std::to_string(made.application.no.value))
                            .line("behaviours", applications::behaviour_names(*behaviours))
                            .line("client id", made.application.client_id)
                            .line("client secret", made.secret.reveal())
                            .text()
                        + "The secret is shown this once.\n"};
    } catch (const db::Duplicate&) {
        throw Failed("there is an application with --client-id " + id + " already, perhaps in another realm");
    }
}

Output app_list(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    Output out{.json = Json::array()};
    Table table{"CLIENT ID", "ID", "BEHAVIOURS", "STATE", "ADDED", "NAME"};
    for (const auto& each : core.applications.list(core.db, realm->no)) {
        out.json.push(Json::object({{"clientId", each.client_id},
                                    {"applicationId", number(each.no.value)},
                                    {"name", each.name},
                                    {"behaviours", names(each.behaviours)},
                                    {"disabledAt", json(each.disabled_at)},
                                    {"createdAt", iso8601(each.created_at)}}));
        table.row({each.client_id, std::to_string(each.no.value), applications::behaviour_names(each.behaviours),
                   each.disabled_at ? "disabled" : "enabled", shown(each.created_at), each.name});
    }
    out.text = table.text();
    return out;
}

Output app_disable(World& world, const Arguments& arguments) { return set_disabled(world, arguments, true); }
Output app_enable(World& world, const Arguments& arguments) { return set_disabled(world, arguments, false); }

Output account_show(World& world, const Arguments& arguments) {
    const AccountNo no{whole_number("NUMBER", arguments.operands().at(0), 1, 4294967295)};
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    const auto found = core.accounts.get(core.db, realm->no, no);
    if (!found && found.error().why == Why::unknown_item) {
        throw Failed("there is no account " + std::to_string(no.value) + " in realm " + shown(realm->name));
    }
    const auto account = must(found);
    const auto& profile = account.profile;
    const auto user = account.guest() ? std::optional<std::string>() : std::optional(dashed(account.user.value));
    return {.json = Json::object({{"account", number(account.no.value)},
                                  {"accountId", dashed(account.id.value)},
                                  {"type", profile.account_type},
                                  {"active", account.active},
                                  {"email", profile.email},
                                  {"firstName", profile.first_name},
                                  {"lastName", profile.last_name},
                                  {"company", profile.company},
                                  {"locale", profile.locale_code},
                                  {"externalId", profile.external_id},
                                  {"acceptsMarketing", profile.accepts_marketing},
                                  {"userId", Json(user)},
                                  {"userName", user ? Json(account.user_name) : Json()},
                                  {"locked", account.locked},
                                  {"createdAt", iso8601(account.created_at)},
                                  {"updatedAt", iso8601(account.updated_at)}}),
            .text = Sheet()
                        .line("account", std::to_string(account.no.value))
                        .line("id", dashed(account.id.value))
                        .line("type", profile.account_type)
                        .line("state", account.active ? "active" : "inactive")
                        .line("e-mail", profile.email)
                        .line("first name", profile.first_name)
                        .line("last name", profile.last_name)
                        .line("company", profile.company)
                        .line("locale", profile.locale_code)
                        .line("external id", profile.external_id)
                        .line("accepts marketing", profile.accepts_marketing ? "yes" : "no")
                        .line("user id", user.value_or("none: a guest"))
                        .line("login", account.user_name)
                        .line("login locked", account.locked ? "yes" : "no")
                        .line("created", shown(account.created_at))
                        .line("updated", shown(account.updated_at))
                        .text()};
}

Output login_show(World& world, const Arguments& arguments) {
    return show(world, *world.realm(arguments.text("--realm")), arguments.operands().at(0));
}

Output login_lock(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    show(world, *realm, name);  // says it when there is no such login
    must(world.core().logins.block(world.core().db, world.context(realm->no), name));
    return show(world, *realm, name);
}

Output login_unlock(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    show(world, *realm, name);
    must(world.core().logins.unlock(world.core().db, world.context(realm->no), name));
    return show(world, *realm, name);
}

}  // namespace authtickets::cli
