// SPDX-License-Identifier: MIT
// `app ...` and `login ...`: who may call and who may sign in.
#include <algorithm>

#include <authtickets/api/freshcom/door.h>
#include <authtickets/core/one_time.h>
#include <authtickets/text/names.h>
#include <authtickets/text/phone.h>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

Json number(std::uint32_t value) { return Json(std::int64_t{value}); }

Json names(applications::Behaviours behaviours) {
    auto out = Json::array();
    for (const auto one : {applications::storefront, applications::admin, applications::publishable}) {
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

logins::State there(World& world, const realms::Realm& realm, const std::string& name) {
    auto& core = world.core();
    auto found = core.logins.find(core.db, world.clock().now(), realm.settings, realm.no, name);
    if (!found) throw Failed("there is no login " + shown(name) + " in realm " + shown(realm.name));
    return std::move(*found);
}

Json app_json(const std::optional<totp::State>& app) {
    if (!app) return {};
    return Json::object({{"enabledAt", iso8601(app->enabled_at)},
                         {"lastUsedAt", json(app->last_used_at)},
                         {"failures", number(app->failed)},
                         {"drift", app->drift},
                         {"pausedUntil", json(app->paused_until)},
                         {"blockedAt", json(app->blocked_at)},
                         {"recoveryCodesLeft", number(app->codes_left)}});
}

std::string app_text(const std::optional<totp::State>& app) {
    if (!app) return "none";
    auto out = "since " + shown(app->enabled_at) + ", " + std::to_string(app->codes_left) + " recovery codes left";
    if (app->blocked_at) return out + ", blocked by wrong codes";
    if (app->paused_until) out += ", paused until " + shown(*app->paused_until);
    return out;
}

Output show(World& world, const realms::Realm& realm, const std::string& name) {
    const auto now = world.clock().now();
    const auto found = there(world, realm, name);
    const auto& login = found.login;
    const bool locked = logins::locked(login, realm.settings, now);
    const auto locked_at = locked ? login.locked_at : std::nullopt;
    std::optional<Time> free_at;
    if (locked && realm.settings.lock_release.count() != 0) free_at = *login.locked_at + realm.settings.lock_release;
    const auto app = world.core().totp.state(world.core().db, realm.no, login.user);
    const auto closed_until = std::max(world.core().codes.closed_until(world.core().db, realm.no, login.user, now),
                                       one_time::closed_until(world.core().db, realm.no, login.user, now));
    const auto account = login.account ? std::optional(login.account->no.value) : std::nullopt;
    const auto failed = login.locked_at && !locked ? 0U : login.failed;
    const auto failed_today = login.failed_day_at && now - *login.failed_day_at < std::chrono::hours(24) ? login.failed_day : 0U;
    const auto state = state_of(found, realm.settings, now);
    const auto contact = [](const std::optional<users::Contact>& one) {
        return one ? Json::object({{"value", one->value}, {"verified", one->verified}}) : Json();
    };
    const auto contact_text = [](const std::optional<users::Contact>& one) {
        return !one ? std::string("none") : one->value + (one->verified ? "" : " (not verified)");
    };
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
                                  {"remaining", number(found.remaining)},
                                  {"lastSignInAt", json(login.last_login_at)},
                                  {"password", password},
                                  {"passwordSetAt", json(login.password_set_at)},
                                  {"email", contact(login.email)},
                                  {"phone", contact(login.phone)},
                                  {"secondStep", users::name(login.method)},
                                  {"app", app_json(app)},
                                  {"codesClosedUntil", json(closed_until)},
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
                        .line("attempts left", std::to_string(found.remaining))
                        .line("last sign-in", shown(login.last_login_at))
                        .line("password", password)
                        .line("password set", shown(login.password_set_at))
                        .line("codes by e-mail to", contact_text(login.email))
                        .line("codes by SMS to", contact_text(login.phone))
                        .line("second step", users::name(login.method))
                        .line("authenticator app", app_text(app))
                        .line("codes closed until", shown(closed_until, "not closed"))
                        .line("created", shown(login.created_at, "unknown"))
                        .text()};
}

// By the account, whose own log tells of it; a user without one is blocked all the same.
Output set_blocked(World& world, const Arguments& arguments, bool blocked) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    const auto login = there(world, *realm, name).login;
    auto& core = world.core();
    const auto context = world.context(realm->no);
    if (login.account) must(core.customers.set_locked(core.db, context, login.account->no, login.user, blocked));
    else must(blocked ? core.logins.block(core.db, context, name) : core.logins.unlock(core.db, context, name));
    if (!blocked && !login.account) {
        core.codes.open_again(core.db, realm->no, login.user);
        one_time::open_again(core.db, realm->no, login.user);
    }
    return show(world, *realm, name);
}

}  // namespace

Output app_add(World& world, const Arguments& arguments) {
    const auto name = arguments.text("--name");
    if (name.size() > 100 || text::trimmed(name) != name) {
        throw WrongUse("--name must be 1 to 100 bytes without blanks at the ends");
    }
    const auto behaviours = applications::parse_behaviours(arguments.text("--behaviours"));
    if (!behaviours) throw WrongUse("--behaviours must be storefront, admin, publishable, or several with commas between");
    const auto id = new_client_id(arguments);
    const auto realm = world.shop(arguments.text("--realm"));
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

Output app_publishable_token(World& world, const Arguments& arguments) {
    const auto id = arguments.text("--client-id");
    const auto realm = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    const auto found = core.applications.publishable_token(core.db, world.context(realm->no), realm->no, id);
    if (!found) {
        throw Failed((id.empty() ? "no enabled application" : "no enabled application " + shown(id)) + " in realm " + shown(realm->name)
                     + " is publishable; see authtickets app list");
    }
    const auto token = std::string(freshcom::publishable_head).append(found->token.reveal());
    return {.json = Json::object({{"publishableToken", token}, {"clientId", found->application.client_id}, {"accountId", dashed(realm->id)}}),
            .text = token + "\n"};
}

Output login_show(World& world, const Arguments& arguments) {
    return show(world, *world.realm(arguments.text("--realm")), arguments.operands().at(0));
}

Output login_lock(World& world, const Arguments& arguments) { return set_blocked(world, arguments, true); }
Output login_unlock(World& world, const Arguments& arguments) { return set_blocked(world, arguments, false); }

Output login_demand_change(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    const auto login = there(world, *realm, name).login;
    if (!login.account) throw Failed("the user of login " + shown(name) + " belongs to no account");
    auto& core = world.core();
    must(core.customers.demand_password_change(core.db, world.context(realm->no), login.account->no, login.user, !arguments.has("--off")));
    return show(world, *realm, name);
}

Output login_set_method(World& world, const Arguments& arguments) {
    const auto& name = arguments.operands().at(0);
    const auto method = users::method_of(arguments.operands().at(1));
    if (!method) throw WrongUse("METHOD must be simple, email or sms");
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    must(core.contacts.set_method(core.db, world.context(realm->no), there(world, *realm, name).login, *method));
    return show(world, *realm, name);
}

Output login_set_phone(World& world, const Arguments& arguments) {
    const auto& name = arguments.operands().at(0);
    const auto& typed = arguments.operands().at(1);
    const auto realm = world.realm(arguments.text("--realm"));
    const auto country = realm->sites.empty() ? std::string() : realm->sites.front().country_code;
    std::string number;
    if (!typed.empty()) {
        auto normal = text::normal_phone(typed, country);
        if (!normal) {
            // Without + it was read as one of the shop's own country, of which the reason tells.
            const bool national = normal.error().why == Why::bad_parameter && !text::trimmed(typed).starts_with('+');
            throw Failed("NUMBER: " + shown(normal.error().text)
                         + (national && !country.empty() ? ", as a number of the shop's country, " + shown(country) : "")
                         + (national ? "; write it with + and the country code, as in +4915123456789" : ""));
        }
        number = std::move(*normal);
    }
    const auto login = there(world, *realm, name).login;
    const auto before = login.phone ? login.phone->value : std::string();
    if (number.empty() && login.method == users::Method::sms) {
        throw Failed("the second step of login " + shown(name) + " goes to this number; see authtickets login set-method");
    }
    auto& core = world.core();
    const auto context = world.context(realm->no);
    must(core.db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        auto done = core.contacts.put(tx, context, login, users::ContactKind::phone, number, arguments.has("--verified"));
        if (done && before != number) {
            core.codes.end(tx, context.realm, login.user);  // they went to the old one
            core.contacts.changed(tx, context, login, users::ContactKind::phone, before, number);
        }
        return done;
    }));
    return show(world, *realm, name);
}

Output login_disable_app(World& world, const Arguments& arguments) {
    const auto& name = arguments.operands().at(0);
    const auto why = arguments.text("--reason");
    if (why.empty() || why.size() > 200) throw WrongUse("--reason must be 1 to 200 bytes");
    const auto realm = world.realm(arguments.text("--realm"));
    const auto login = there(world, *realm, name).login;
    auto& core = world.core();
    const auto done = core.two_step.turn_off_for(core.db, world.context(realm->no), login, "command", why);
    if (!done && done.error().why == Why::unknown_item) throw Failed("login " + shown(name) + " has no authenticator app");
    must(done);
    return show(world, *realm, name);
}

Output login_send_reset(World& world, const Arguments& arguments) {
    const auto& name = arguments.operands().at(0);
    const auto realm = world.realm(arguments.text("--realm"));
    const auto login = there(world, *realm, name).login;
    // The service answers alike whatever there is; who asks here may know better.
    if (login.blocked_at) throw Failed("login " + shown(name) + " is blocked: no link is sent");
    if (!login.account || !login.account->active) throw Failed("the account of login " + shown(name) + " is not active: no link is sent");
    if (!login.email) throw Failed("login " + shown(name) + " has no e-mail address");
    auto& core = world.core();
    const auto asked = core.recovery.send_reset(core.db, world.context(realm->no), *realm, login.user_name);
    if (!asked && asked.error().why == Why::throttled) throw Failed("too many links were asked for; try again later");
    must(asked);
    const auto minutes = realm->settings.reset_lives().count() / 60;
    return {.json = Json::object({{"userName", login.user_name}, {"email", login.email->value}, {"lives", std::int64_t{realm->settings.reset_lives().count()}}}),
            .text = Sheet().line("login", login.user_name).line("link to", login.email->value).line("lives", std::to_string(minutes) + " minutes").text()
                    + "The mail goes out by authtickets deliver.\n"};
}

}  // namespace authtickets::cli
