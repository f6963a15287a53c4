// SPDX-License-Identifier: MIT
// `profile ...`: password profiles, whose ids clients of the Elastic Path door are told.
#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

using profiles::Profile;

std::optional<profiles::NameFormat> format(const Arguments& arguments) {
    if (!arguments.has("--name-format")) return {};
    const auto found = profiles::format_named(arguments.text("--name-format"));
    if (!found) throw WrongUse("--name-format must be any or email");
    return found;
}

std::optional<bool> tokens(const Arguments& arguments) {
    if (!arguments.has("--one-time-tokens")) return {};
    const auto text = arguments.text("--one-time-tokens");
    if (text != "on" && text != "off") throw WrongUse("--one-time-tokens must be on or off");
    return text == "on";
}

profiles::ProfileId id(const Arguments& arguments) {
    const auto found = parse_uuid(arguments.operands().at(0));
    if (!found) throw WrongUse("ID must be a UUID, as profile list shows it");
    return profiles::ProfileId{*found};
}

Json json(const Profile& profile) {
    return Json::object({{"profileId", dashed(profile.id.value)},
                         {"name", profile.name},
                         {"nameFormat", profiles::name(profile.format)},
                         {"oneTimeTokens", profile.one_time_tokens},
                         {"createdAt", iso8601(profile.created_at)},
                         {"updatedAt", iso8601(profile.updated_at)}});
}

Output one(const Profile& profile) {
    return {.json = json(profile),
            .text = Sheet()
                        .line("profile", profile.name)
                        .line("id", dashed(profile.id.value))
                        .line("names", std::string(profiles::name(profile.format)))
                        .line("one-time tokens", profile.one_time_tokens ? "on" : "off")
                        .text()};
}

[[noreturn]] void refused(const Refusal& refusal) {
    if (refusal.why == Why::unknown_item) throw Failed("there is no such password profile in this realm");
    if (refusal.why == Why::in_use) throw Failed(refusal.text);
    if (refusal.field == "name") throw WrongUse("--name " + (refusal.text.empty() ? "must be given" : refusal.text));
    fail(refusal);
}

}  // namespace

Output profile_list(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    Output out{.json = Json::array()};
    Table table{"ID", "NAMES", "ONE-TIME TOKENS", "ADDED", "NAME"};
    for (const auto& each : core.profiles.list(core.db, realm->no, 0, profiles::most).items) {
        out.json.push(json(each));
        table.row({dashed(each.id.value), std::string(profiles::name(each.format)), each.one_time_tokens ? "on" : "off", shown(each.created_at),
                   each.name});
    }
    out.text = table.text();
    return out;
}

Output profile_add(World& world, const Arguments& arguments) {
    const profiles::NewProfile wanted{.name = arguments.text("--name"),
                                      .format = format(arguments).value_or(profiles::NameFormat::any),
                                      .one_time_tokens = tokens(arguments).value_or(false)};
    const auto realm = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    const auto made = core.profiles.add(core.db, world.context(realm->no), wanted);
    if (!made) refused(made.error());
    return one(*made);
}

Output profile_set(World& world, const Arguments& arguments) {
    const auto which = id(arguments);
    profiles::Change change{.format = format(arguments), .one_time_tokens = tokens(arguments)};
    if (arguments.has("--name")) change.name = arguments.text("--name");
    const auto realm = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    const auto now_there = core.profiles.update(core.db, world.context(realm->no), which, change);
    if (!now_there) refused(now_there.error());
    return one(*now_there);
}

Output profile_remove(World& world, const Arguments& arguments) {
    const auto which = id(arguments);
    const auto realm = world.shop(arguments.text("--realm"));
    auto& core = world.core();
    const auto done = core.profiles.remove(core.db, world.context(realm->no), which);
    if (!done) refused(done.error());
    return {.json = Json::object({{"profileId", dashed(which.value)}, {"removed", true}}), .text = "removed\n"};
}

}  // namespace authtickets::cli
