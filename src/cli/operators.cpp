// SPDX-License-Identifier: MIT
// `operator ...`: who works at the desk of a shop. The first manager is made here; further ones may be made at the desk.
#include <authtickets/text/names.h>

#include "cli/commands.h"
#include "cli/link.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

operators::Role role(std::string_view about, const std::string& text) {
    const auto role = operators::role_of(text);
    if (!role) throw WrongUse(std::string(about) + " must be viewer, support or manager");
    return *role;
}

operators::Operator there(World& world, const realms::Realm& shop, const std::string& name) {
    auto found = world.core().operators.named(world.core().db, shop.no, name);
    if (!found) throw Failed("there is no operator " + shown(name) + " of realm " + shown(shop.name) + "; see authtickets operator list");
    return std::move(*found);
}

std::string_view state_of(const operators::Operator& who) { return who.blocked ? "blocked" : who.locked ? "locked" : "open"; }

Json json(const operators::Operator& who) {
    return Json::object({{"userName", who.user_name},
                         {"userId", dashed(who.user.value)},
                         {"email", who.email},
                         {"firstName", who.first_name},
                         {"lastName", who.last_name},
                         {"role", operators::name(who.role)},
                         {"state", state_of(who)},
                         {"app", who.app},
                         {"lastSignInAt", cli::json(who.last_sign_in_at)},
                         {"createdAt", iso8601(who.created_at)}});
}

Output whole(const operators::Operator& who) {
    return {.json = json(who),
            .text = Sheet()
                        .line("operator", who.user_name)
                        .line("name", who.shown())
                        .line("e-mail", who.email)
                        .line("user id", dashed(who.user.value))
                        .line("role", operators::name(who.role))
                        .line("state", state_of(who))
                        .line("authenticator app", who.app ? "on" : "to be set up at the next sign-in")
                        .line("last sign-in", shown(who.last_sign_in_at))
                        .line("added", shown(who.created_at))
                        .text()};
}

void warn_without_manager(Output& out, World& world, const realms::Realm& shop) {
    auto& core = world.core();
    std::int64_t managers = 0;
    for (const auto& each : core.operators.list(core.db, shop.no)) managers += each.role == operators::Role::manager ? 1 : 0;
    out.json.set("managers", managers);
    if (managers == 0) out.text.append("Warning: the shop has no manager now; authtickets operator add makes one.\n");
}

}  // namespace

Output operator_add(World& world, const Arguments& arguments) {
    operators::NewOperator wanted{.role = role("--role", arguments.text("--role")),
                                  .user_name = arguments.text("--user-name"),
                                  .email = arguments.text("--email"),
                                  .first_name = arguments.text("--first-name"),
                                  .last_name = arguments.text("--last-name")};
    const auto its_address = address(arguments).value_or("");
    if (arguments.has("--password-file")) {
        if (arguments.has("--print-link")) throw WrongUse("with --password-file there is no link to print");
        const auto file = arguments.text("--password-file");
        wanted.password = secret_in_file("--password-file", file == "-" ? "/dev/stdin" : file);
    }
    const auto shop = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    const auto added = core.operators.add(core.db, world.context(shop->no), *shop, wanted, its_address);
    if (!added) {
        const auto& refusal = added.error();
        if (refusal.why == Why::name_taken) {
            throw Failed((refusal.text.empty() ? refusal.field + " belongs to another person who signs in at a desk" : refusal.field + " " + refusal.text)
                         + "; see authtickets operator list");
        }
        if (refusal.why == Why::unavailable || refusal.text.empty()) fail(refusal);
        throw Failed(refusal.field == "password" && !refusal.text.starts_with("must") ? refusal.text : refusal.field + " " + refusal.text);
    }
    auto out = whole(added->who);
    if (added->link) add_link(out, arguments, added->link->address, added->link->expires_at);
    else if (!wanted.password) out.text.append("This person signs in at another shop's desk already, and does so here in the same way.\n");
    return out;
}

Output operator_list(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    Output out{.json = Json::array()};
    Table table{"OPERATOR", "ROLE", "STATE", "APP", "LAST SIGN-IN", "NAME"};
    for (const auto& each : core.operators.list(core.db, shop->no)) {
        out.json.push(json(each));
        table.row({each.user_name, std::string(operators::name(each.role)), std::string(state_of(each)), each.app ? "on" : "off",
                   shown(each.last_sign_in_at), each.shown()});
    }
    out.text = table.text();
    return out;
}

Output operator_show(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    return whole(there(world, *shop, arguments.operands().at(0)));
}

Output operator_set_role(World& world, const Arguments& arguments) {
    const auto wanted = role("ROLE", arguments.operands().at(1));
    const auto shop = world.shop(arguments.text("--realm"));
    const auto who = there(world, *shop, arguments.operands().at(0));
    auto& core = world.core();
    auto out = whole(must(core.operators.set_role(core.db, world.context(shop->no), shop->no, who.user, wanted, true)));
    warn_without_manager(out, world, *shop);
    return out;
}

Output operator_remove(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    const auto who = there(world, *shop, arguments.operands().at(0));
    auto& core = world.core();
    const bool done = arguments.has("--yes");
    if (done) must(core.operators.remove(core.db, world.context(shop->no), shop->no, who.user, true));
    auto out = whole(who);
    out.json.set("removed", done);
    out.text.append(done ? "This person is no operator of the shop any more, and is signed out.\n"
                         : "Nothing is done yet: say it again with --yes to take the desk of this shop away.\n");
    if (done) warn_without_manager(out, world, *shop);
    out.status = done ? 0 : 1;
    return out;
}

Output operator_send_link(World& world, const Arguments& arguments) {
    const auto shop = world.shop(arguments.text("--realm"));
    const auto who = there(world, *shop, arguments.operands().at(0));
    if (who.blocked) throw Failed("operator " + shown(who.user_name) + " is blocked: no link is sent");
    auto& core = world.core();
    const auto sent = core.operators.send_link(core.db, world.context(shop->no), shop->no, who.user);
    if (!sent && sent.error().why == Why::throttled) throw Failed("too many links were asked for; try again later");
    Output out{.json = Json::object({{"userName", who.user_name}, {"email", who.email}}),
               .text = Sheet().line("operator", who.user_name).line("link to", who.email).text()};
    const auto link = must(sent);
    add_link(out, arguments, link.address, link.expires_at);
    return out;
}

}  // namespace authtickets::cli
