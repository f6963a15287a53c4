// SPDX-License-Identifier: MIT
// `account ...`: customer accounts as an operator looks after them. Nobody sets a password here (RS4, docs/security.md).
#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

using accounts::Account;

Json number(std::uint32_t value) { return Json(std::int64_t{value}); }

AccountNo named(const Arguments& arguments) { return AccountNo{whole_number("NUMBER", arguments.operands().at(0), 1, 4294967295)}; }

[[noreturn]] void no_account(AccountNo no, const realms::Realm& realm) {
    throw Failed("there is no account " + std::to_string(no.value) + " in realm " + shown(realm.name));
}

template <class T>
T of_account(Result<T> result, AccountNo no, const realms::Realm& realm) {
    if (!result && result.error().why == Why::unknown_item) no_account(no, realm);
    return must(std::move(result));
}

Json json(const Account& account) {
    const auto& profile = account.profile;
    const auto user = account.guest() ? std::optional<std::string>() : std::optional(dashed(account.user.value));
    return Json::object({{"account", number(account.no.value)},
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
                         {"updatedAt", iso8601(account.updated_at)}});
}

Output shown_whole(const Account& account) {
    const auto& profile = account.profile;
    return {.json = json(account),
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
                        .line("user id", account.guest() ? "none: a guest" : dashed(account.user.value))
                        .line("login", account.user_name)
                        .line("login locked", account.locked ? "yes" : "no")
                        .line("created", shown(account.created_at))
                        .line("updated", shown(account.updated_at))
                        .text()};
}

Output set_active(World& world, const Arguments& arguments, bool active) {
    const auto no = named(arguments);
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    const auto there = of_account(core.accounts.get(core.db, realm->no, no), no, *realm);
    if (there.guest()) throw Failed("account " + std::to_string(no.value) + " is a guest: nobody signs in to it");
    of_account(core.customers.set_active(core.db, world.context(realm->no), no, active), no, *realm);
    return shown_whole(of_account(core.accounts.get(core.db, realm->no, no), no, *realm));
}

}  // namespace

Output account_show(World& world, const Arguments& arguments) {
    const auto no = named(arguments);
    const auto realm = world.realm(arguments.text("--realm"));
    return shown_whole(of_account(world.core().accounts.get(world.core().db, realm->no, no), no, *realm));
}

Output account_find(World& world, const Arguments& arguments) {
    constexpr unsigned most = 100;
    const auto realm = world.realm(arguments.text("--realm"));
    const auto found = accounts::find(world.core().db, realm->no, arguments.operands().at(0), most);
    if (found.empty()) throw Failed("there is no such account in realm " + shown(realm->name));
    Output out{.json = Json::array()};
    Table table{"ACCOUNT", "STATE", "LOGIN", "E-MAIL", "EXTERNAL ID", "NAME"};
    for (const auto& each : found) {
        out.json.push(json(each));
        const auto& profile = each.profile;
        table.row({std::to_string(each.no.value), each.active ? each.locked ? "locked" : "active" : "inactive",
                   each.guest() ? "a guest" : each.user_name, profile.email, profile.external_id,
                   profile.first_name + (profile.first_name.empty() ? "" : " ") + profile.last_name});
    }
    out.text = table.text();
    if (found.size() == most) out.text.append("There may be more.\n");
    return out;
}

Output account_disable(World& world, const Arguments& arguments) { return set_active(world, arguments, false); }
Output account_enable(World& world, const Arguments& arguments) { return set_active(world, arguments, true); }

Output account_delete(World& world, const Arguments& arguments) {
    const auto no = named(arguments);
    const auto realm = world.realm(arguments.text("--realm"));
    if (realm->kind == realms::Kind::operators) throw Failed("this is an operator: see authtickets operator remove");
    auto& core = world.core();
    const auto account = of_account(core.accounts.get(core.db, realm->no, no), no, *realm);
    const bool done = arguments.has("--yes");
    if (done) of_account(core.customers.remove(core.db, world.context(realm->no), no), no, *realm);
    auto out = shown_whole(account);
    out.json.set("deleted", done);
    out.text.append(done ? "The account is deleted. The next purge blanks what the audit trail holds of the person.\n"
                         : "Nothing is done yet: say it again with --yes to delete this account and its login.\n");
    out.status = done ? 0 : 1;
    return out;
}

}  // namespace authtickets::cli
