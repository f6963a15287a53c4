// SPDX-License-Identifier: MIT
// `user ...`: the staff of a shop, who work by the door of docs/freshcom.md. The first administrator is made here; further staff
// may be made by that one.
#include <authtickets/text/names.h>

#include "cli/commands.h"
#include "cli/link.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

users::Role role(std::string_view about, const std::string& text) {
    const auto role = users::role_named(text);
    if (role && users::is_staff(*role)) return *role;
    std::string words;
    for (const auto each : users::all_roles) {
        if (users::is_staff(each)) words.append(words.empty() ? "" : ", ").append(users::name(each));
    }
    throw WrongUse(std::string(about) + " must be one of " + words);
}

staff::Person there(World& world, const realms::Realm& shop, const std::string& name) {
    auto found = world.core().staff.named(world.core().db, shop.no, name);
    if (!found) throw Failed("there is no such user among the staff of realm " + shown(shop.name) + ": " + shown(name) + "; see authtickets user list");
    return std::move(*found);
}

Json json(const staff::Person& who) {
    return Json::object({{"userName", who.user_name},
                         {"userId", dashed(who.id.value)},
                         {"name", who.names.name},
                         {"email", who.email.value},
                         {"emailVerified", who.email.verified_at.has_value()},
                         {"phone", who.phone.value},
                         {"phoneVerified", who.phone.verified_at.has_value()},
                         {"role", users::name(who.role)},
                         {"method", users::name(who.method)},
                         {"app", who.app},
                         {"state", who.suspended ? "suspended" : "open"},
                         {"createdAt", iso8601(who.created_at)}});
}

Output whole(const staff::Person& who) {
    return {.json = json(who),
            .text = Sheet()
                        .line("user", who.user_name)
                        .line("name", who.names.name)
                        .line("e-mail", who.email.value)
                        .line("telephone", who.phone.value)
                        .line("user id", dashed(who.id.value))
                        .line("role", users::name(who.role))
                        .line("state", who.suspended ? "suspended" : "open")
                        .line("second step", who.app ? "app" : users::name(who.method))
                        .line("added", shown(who.created_at))
                        .text()};
}

void warn_without_administrator(Output& out, World& world, const realms::Realm& shop) {
    auto& core = world.core();
    std::int64_t administrators = 0;
    for (const auto& each : core.staff.list(core.db, shop.no)) administrators += each.role == users::Role::administrator && !each.suspended ? 1 : 0;
    out.json.set("administrators", administrators);
    if (administrators == 0) out.text.append("Warning: the shop has no administrator now; authtickets user add makes one.\n");
}

std::string clause(const Refusal& refusal) {
    if (refusal.why == Why::name_taken) return refusal.field + " belongs to another user";
    if (refusal.why == Why::missing_parameter) return refusal.field + " is needed";
    return refusal.field + " " + (refusal.text.empty() ? std::string(sentence(refusal.why)) : refusal.text);
}

// All that is wrong, in one line.
template <class T>
T taken(Result<T> result) {
    if (result) return std::move(*result);
    const auto& refusal = result.error();
    if (refusal.field.empty() || refusal.why == Why::unavailable || refusal.why == Why::unknown_item) fail(refusal);
    auto text = clause(refusal);
    for (const auto& other : refusal.others) text.append("; ").append(clause(other));
    throw Failed(text);
}

}  // namespace

Output user_add(World& world, const Arguments& arguments) {
    staff::NewUser wanted{.role = role("--role", arguments.text("--role")),
                          .user_name = arguments.text("--user-name"),
                          .name = arguments.text("--name"),
                          .email = arguments.text("--email"),
                          .method = users::Method::simple};  // a code to a number or address cannot be shown here
    if (arguments.has("--password-file")) {
        if (arguments.has("--print-link")) throw WrongUse("with --password-file there is no link to print");
        const auto file = arguments.text("--password-file");
        wanted.password = secret_in_file("--password-file", file == "-" ? "/dev/stdin" : file);
    }
    if (wanted.name.empty()) wanted.name = wanted.user_name;
    const auto shop = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    const auto added = taken(core.staff.add(core.db, world.context(shop->no), *shop, wanted));
    auto out = whole(added.who);
    if (added.link) add_link(out, arguments, added.link->address, added.link->expires_at);
    return out;
}

Output user_list(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    Output out{.json = Json::array()};
    Table table{"USER", "ROLE", "STATE", "SECOND STEP", "E-MAIL", "NAME"};
    for (const auto& each : core.staff.list(core.db, shop->no)) {
        out.json.push(json(each));
        table.row({each.user_name, std::string(users::name(each.role)), each.suspended ? "suspended" : "open",
                   each.app ? "app" : std::string(users::name(each.method)), each.email.value, each.names.name});
    }
    out.text = table.text();
    return out;
}

Output user_show(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    return whole(there(world, *shop, arguments.operands().at(0)));
}

Output user_set_role(World& world, const Arguments& arguments) {
    const auto wanted = role("ROLE", arguments.operands().at(1));
    const auto shop = world.shop(arguments.text("--realm"));
    const auto who = there(world, *shop, arguments.operands().at(0));
    auto& core = world.core();
    auto out = whole(taken(core.staff.change(core.db, world.context(shop->no), *shop, who.id, {.role = wanted}, true)));
    warn_without_administrator(out, world, *shop);
    return out;
}

Output user_remove(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    const auto who = there(world, *shop, arguments.operands().at(0));
    auto& core = world.core();
    const bool done = arguments.has("--yes");
    if (done) must(core.staff.remove(core.db, world.context(shop->no), who.id, true));
    auto out = whole(who);
    out.json.set("removed", done);
    out.text.append(done ? "This user is deleted, and signed out.\n" : "Nothing is done yet: say it again with --yes to delete this user.\n");
    if (done) warn_without_administrator(out, world, *shop);
    out.status = done ? 0 : 1;
    return out;
}

Output user_send_link(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    const auto who = there(world, *shop, arguments.operands().at(0));
    if (who.suspended) throw Failed("user " + shown(who.user_name) + " is suspended: no link is sent");
    if (who.email.value.empty()) throw Failed("user " + shown(who.user_name) + " has no e-mail address");
    auto& core = world.core();
    const auto sent = core.staff.send_link(core.db, world.context(shop->no), *shop, who.id);
    if (!sent && sent.error().why == Why::throttled) throw Failed("too many links were asked for; try again later");
    Output out{.json = Json::object({{"userName", who.user_name}, {"email", who.email.value}}),
               .text = Sheet().line("user", who.user_name).line("link to", who.email.value).text()};
    const auto link = must(sent);
    add_link(out, arguments, link.address, link.expires_at);
    return out;
}

}  // namespace authtickets::cli
