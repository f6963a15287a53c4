// SPDX-License-Identifier: MIT
// `purge` and `realm revoke-all`.
#include <authtickets/core/upkeep.h>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

using upkeep::Table;

constexpr Table tables[] = {Table::tickets, Table::application_tokens, Table::anonymous_claims, Table::throttles, Table::codes,
                            Table::code_failures, Table::one_time_tokens, Table::one_time_tries,
                            Table::verification_codes, Table::verification_tries, Table::links, Table::devices,
                            Table::totp_setups, Table::deliveries, Table::events, Table::event_seals, Table::account_changes,
                            Table::erased, Table::imports};
static_assert(std::size(tables) == upkeep::table_count);

// "application_tokens" as JSON has it: applicationTokens.
std::string camel(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '_') ++i, out.push_back(static_cast<char>(name[i] - 'a' + 'A'));
        else out.push_back(name[i]);
    }
    return out;
}

Json number(std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); }

}  // namespace

Output purge(World& world, const Arguments& arguments) {
    std::optional<std::uint64_t> limit;
    if (arguments.has("--limit")) limit = arguments.number("--limit", 1, 4294967295);
    auto& core = world.core();
    std::vector<realms::RealmPtr> realms;
    if (arguments.has("--realm")) {
        realms.push_back(world.realm(arguments.text("--realm")));
    } else {
        for (const auto no : core.realms.list(core.db)) realms.push_back(core.realms.get(core.db, world.clock().now(), no));
    }
    const auto purged = upkeep::Upkeep(core.events, core.imports).purge(core.db, world.context(), realms, limit);
    Output out{.json = Json::object({})};
    Sheet sheet;
    for (const auto table : tables) {
        out.json.set(camel(upkeep::name(table)), number(purged.of(table)));
        sheet.line(upkeep::name(table), std::to_string(purged.of(table)));
    }
    out.json.set("complete", purged.complete);
    out.text = sheet.text();
    if (!purged.complete) out.text.append("The limit is reached; there is more.\n");
    return out;
}

Output realm_revoke_all(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    upkeep::Upkeep upkeep(core.events, core.imports);
    const bool done = arguments.has("--yes");
    const auto revoked = done ? upkeep.revoke(core.db, world.context(realm->no), realm->no) : upkeep.would_revoke(core.db, realm->no);
    Output out{.json = Json::object({{"realm", realm->name},
                                     {"done", done},
                                     {"users", number(revoked.users)},
                                     {"tickets", number(revoked.tickets)},
                                     {"applicationTickets", number(revoked.application_tickets)}}),
               .text = Sheet()
                           .line("realm", realm->name)
                           .line(done ? "users signed out" : "users to sign out", std::to_string(revoked.users))
                           .line(done ? "tickets ended" : "tickets to end", std::to_string(revoked.tickets))
                           .line(done ? "application tickets ended" : "application tickets to end",
                                 std::to_string(revoked.application_tickets))
                           .text(),
               .status = done ? 0 : 1};
    if (!done) out.text.append("Nothing is done yet: say it again with --yes.\n");
    return out;
}

}  // namespace authtickets::cli
