// SPDX-License-Identifier: MIT
// `subscription ...`: which messages go out for which events.
#include <authtickets/core/subscriptions.h>

#include <algorithm>

#include <authtickets/net/url.h>

#include "cli/commands.h"
#include "cli/deliveries.h"
#include "cli/show.h"

namespace authtickets::cli {

namespace {

using subscriptions::Action;
using subscriptions::Format;
using subscriptions::Subscription;

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (const auto& each : list) out.append(out.empty() ? "" : ",").append(each);
    return out;
}

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> out;
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto each = list.substr(0, end);
        while (each.starts_with(' ')) each.remove_prefix(1);
        while (each.ends_with(' ')) each.remove_suffix(1);
        if (!each.empty()) out.emplace_back(each);
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return out;
}

const subscriptions::BuiltIn* built_in_named(std::string_view name) {
    const auto all = subscriptions::built_in();
    const auto found = std::ranges::find(all, name, &subscriptions::BuiltIn::name);
    return found == all.end() ? nullptr : &*found;
}

std::string client_id_of(World& world, const realms::Realm& realm, const std::optional<ApplicationNo>& no) {
    if (!no) return {};
    for (const auto& each : world.core().applications.list(world.core().db, realm.no)) {
        if (each.no == *no) return each.client_id;
    }
    return {};
}

Json described(const Subscription& row, const std::string& client_id) {
    auto events = Json::array();
    for (const auto& each : row.events) events.push(each);
    const bool hook = row.action == Action::hook || row.format == Format::freshcom;
    return Json::object({{"name", row.name},
                         {"label", row.label.empty() ? Json() : Json(row.label)},
                         {"builtIn", false},
                         {"active", row.active},
                         {"action", name(row.action)},
                         {"format", hook ? Json(subscriptions::name(row.format)) : Json()},
                         {"events", std::move(events)},
                         {"condition", row.condition.empty() ? Json() : Json(row.condition)},
                         {"target", row.target},
                         {"clientId", client_id.empty() ? Json() : Json(client_id)},
                         {"id", dashed(row.id.value)},
                         {"createdAt", iso8601(row.created_at)},
                         {"updatedAt", iso8601(row.updated_at)}});
}

// "on", "off", or which of its two ways is off.
std::string state_of(const std::vector<Subscription>& rows, const subscriptions::BuiltIn& each) {
    if (subscriptions::switched_off(rows, each)) return "off";
    if (!subscriptions::goes_by_sms(each)) return "on";
    if (subscriptions::switched_off(rows, each, Action::mail)) return "SMS only";
    return subscriptions::switched_off(rows, each, Action::sms) ? "mail only" : "on";
}

Json described(const subscriptions::BuiltIn& each, const std::vector<Subscription>& rows) {
    auto events = Json::array();
    events.push(events::name(each.event));
    const bool active = !subscriptions::switched_off(rows, each);
    auto ways = Json::array();
    if (!subscriptions::switched_off(rows, each, Action::mail)) ways.push("mail");
    if (subscriptions::goes_by_sms(each) && !subscriptions::switched_off(rows, each, Action::sms)) ways.push("sms");
    return Json::object({{"name", each.name},
                         {"builtIn", true},
                         {"active", active},
                         {"ways", std::move(ways)},
                         {"action", "mail"},
                         {"format", Json()},
                         {"events", std::move(events)},
                         {"condition", each.reason.empty() ? Json() : Json("reason = " + std::string(each.reason))},
                         {"target", each.template_name},
                         {"mailSwitch", each.mail_type.empty() ? Json() : Json(each.mail_type)},
                         {"help", each.help}});
}

Sheet sheet(const Subscription& row, const std::string& client_id) {
    Sheet out;
    out.line("subscription", row.name);
    if (!row.label.empty()) out.line("label", row.label);
    if (!row.description.empty()) out.line("description", row.description);
    out.line("state", row.active ? "on" : "off").line("action", name(row.action));
    if (row.action == Action::hook || row.format == Format::freshcom) out.line("format", subscriptions::name(row.format));
    out.line(row.format == Format::kibo ? "topics" : row.format == Format::elasticpath ? "observes" : "events", joined(row.events));
    out.line("condition", row.condition.empty() ? "none" : row.condition);
    out.line(row.action == Action::hook ? "url" : row.action == Action::notice ? "operator" : "template", row.target);
    if (!client_id.empty()) out.line("client id", client_id);
    return out.line("id", dashed(row.id.value)).line("added", shown(row.created_at)).line("changed", shown(row.updated_at));
}

// A refusal in the command's own words: core's fields are flags here.
[[noreturn]] void refused(const Refusal& refusal, bool hook) {
    const auto& field = refusal.field;
    const std::string flag = field == "name"        ? "--name"
                             : field == "events"    ? hook ? "--topics or --events" : "--events"
                             : field == "condition" ? "--condition"
                             : field == "secret"    ? "--secret-file"
                             : field == "target"    ? hook ? "--url" : "the template"
                                                    : field;
    if (refusal.why == Why::name_taken && refusal.text.empty()) throw Failed("there is a subscription of this name already");
    if (flag.empty() || refusal.text.empty()) throw Failed(std::string(sentence(refusal.why)) + (flag.empty() ? "" : ": " + flag));
    throw Failed(flag + (refusal.text.starts_with("must") ? " " : ": ") + shown(refusal.text));
}

[[noreturn]] void no_subscription(const std::string& name, const realms::Realm& realm) {
    throw Failed("there is no subscription " + shown(name) + " in realm " + shown(realm.name) + "; see authtickets subscription list");
}

// What a new one does: one of three flags says so.
void take_action(const Arguments& arguments, Subscription& wanted) {
    constexpr std::string_view flags[] = {"--url", "--mail", "--sms", "--notice"};
    constexpr Action actions[] = {Action::hook, Action::mail, Action::sms, Action::notice};
    int given = 0;
    for (std::size_t i = 0; i < std::size(flags); ++i) {
        if (!arguments.has(flags[i])) continue;
        ++given;
        wanted.action = actions[i];
        wanted.target = arguments.text(flags[i]);
    }
    if (given != 1) throw WrongUse("one of --url, --mail, --sms and --notice must be given");
}

void take_events(const Arguments& arguments, Subscription& wanted) {
    const bool topics = arguments.has("--topics");
    if (topics == arguments.has("--events")) throw WrongUse("either --topics or --events must be given");
    const auto format = arguments.text("--format", topics ? "kibo" : "own");
    if (format != "kibo" && format != "own") throw WrongUse("--format must be kibo or own");
    if ((format == "kibo") != topics) throw WrongUse("--format kibo goes with --topics, --format own with --events");
    if (topics && wanted.action != Action::hook) throw WrongUse("--topics go with --url");
    wanted.format = topics ? Format::kibo : Format::own;
    wanted.events = split(arguments.text(topics ? "--topics" : "--events"));
}

Output set_active(World& world, const Arguments& arguments, bool active) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    auto& core = world.core();
    const auto done = core.subscriptions.set_active(core.db, world.context(realm->no), name, active);
    if (!done && done.error().why == Why::unknown_item) no_subscription(name, *realm);
    must(done);
    return {.json = Json::object({{"name", name}, {"active", active}}),
            .text = Sheet().line("subscription", name).line("state", active ? "on" : "off").text()};
}

}  // namespace

Output subscription_list(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    const auto rows = core.subscriptions.list(core.db, realm->no);
    Output out{.json = Json::array()};
    Table table{"NAME", "STATE", "ACTION", "EVENTS", "TARGET", "LABEL"};
    for (const auto& each : rows) {
        if (subscriptions::stands_for_built_in(each)) continue;
        out.json.push(described(each, client_id_of(world, *realm, each.application)));
        table.row({each.name, each.active ? "on" : "off", std::string(name(each.action)), joined(each.events), each.target, each.label});
    }
    for (const auto& each : subscriptions::built_in()) {
        out.json.push(described(each, rows));
        table.row({std::string(each.name), state_of(rows, each), "built in", std::string(events::name(each.event)), std::string(each.template_name), ""});
    }
    out.text = table.text();
    return out;
}

Output subscription_add(World& world, const Arguments& arguments) {
    Subscription wanted{.name = arguments.text("--name"), .condition = arguments.text("--condition")};
    take_action(arguments, wanted);
    take_events(arguments, wanted);
    const bool hook = wanted.action == Action::hook;
    const auto file = arguments.text("--secret-file");
    if (!file.empty() && !hook) throw WrongUse("--secret-file goes with --url");
    if (!file.empty()) wanted.secret = secret_in_file("--secret-file", file);
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    if (wanted.action == Action::notice) {
        const auto found = core.operators.named(core.db, realm->no, wanted.target);
        if (!found) throw Failed("there is no operator " + shown(wanted.target) + " of realm " + shown(realm->name) + "; see authtickets operator list");
        wanted.target = dashed(found->user.value);
    }
    const auto client_id = arguments.text("--client-id");
    if (!client_id.empty()) {
        const auto all = core.applications.list(core.db, realm->no);
        const auto found = std::ranges::find(all, client_id, &applications::Application::client_id);
        if (found == all.end()) throw Failed("there is no application " + shown(client_id) + " in realm " + shown(realm->name));
        wanted.application = found->no;
    }
    const bool by_chance = hook && !wanted.secret;
    const auto added = core.subscriptions.add(core.db, world.context(realm->no), std::move(wanted), net::hook_rules(world.config()));
    if (!added) refused(added.error(), hook);
    Output out{.json = described(*added, client_id)};
    auto lines = sheet(*added, client_id);
    if (by_chance) {
        out.json.set("secret", added->secret->reveal());
        lines.line("secret", added->secret->reveal());
    }
    out.text = lines.text() + (by_chance ? "The secret is shown this once. Hooks are signed with it.\n" : "");
    return out;
}

Output subscription_show(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    auto& core = world.core();
    const auto row = core.subscriptions.find(core.db, realm->no, name);
    if (const auto* const each = built_in_named(name)) {
        const auto rows = core.subscriptions.list(core.db, realm->no);
        return {.json = described(*each, rows),
                .text = Sheet()
                            .line("subscription", each->name)
                            .line("state", state_of(rows, *each))
                            .line("what", each->help)
                            .line("event", events::name(each->event))
                            .line("template", each->template_name)
                            .line("mail switch", each->mail_type.empty() ? "none" : each->mail_type)
                            .text()};
    }
    if (!row) no_subscription(name, *realm);
    const auto client_id = client_id_of(world, *realm, row->application);
    Output out{.json = described(*row, client_id)};
    const deliveries::Deliveries::Wanted wanted{.subscription = row->id};
    const auto owed = core.deliveries.count(core.db, realm->no, wanted);
    out.json.set("deliveries", static_cast<std::int64_t>(owed));
    out.text = sheet(*row, client_id).line("deliveries", std::to_string(owed)).text();
    constexpr unsigned latest = 10;
    auto list = Json::array();
    Table table{"CREATED", "STATE", "TOPIC", "ATTEMPTS", "LAST ERROR"};
    for (const auto& each : core.deliveries.list(core.db, realm->no, wanted, 0, latest)) {
        list.push(json_of(each));
        table.row({shown(each.created_at), std::string(deliveries::name(each.state)), each.topic, std::to_string(each.attempts), each.last_error});
    }
    if (!list.items()->empty()) out.text.append("\nlatest deliveries\n").append(table.text());
    out.json.set("latest", std::move(list));
    return out;
}

Output subscription_enable(World& world, const Arguments& arguments) { return set_active(world, arguments, true); }
Output subscription_disable(World& world, const Arguments& arguments) { return set_active(world, arguments, false); }

Output subscription_remove(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    if (built_in_named(name)) throw Failed("subscription " + name + " is built in: authtickets subscription disable switches it off");
    auto& core = world.core();
    const auto done = core.subscriptions.remove(core.db, world.context(realm->no), name);
    if (!done && done.error().why == Why::unknown_item) no_subscription(name, *realm);
    must(done);
    return {.json = Json::object({{"name", name}, {"removed", true}}), .text = "The subscription is removed. What waited for it is not sent any more.\n"};
}

Output subscription_test(World& world, const Arguments& arguments) {
    const auto realm = world.realm(arguments.text("--realm"));
    const auto& name = arguments.operands().at(0);
    if (built_in_named(name)) throw Failed("subscription " + name + " sends mail: authtickets template preview shows how it reads");
    auto& core = world.core();
    const auto row = core.subscriptions.find(core.db, realm->no, name);
    if (!row) no_subscription(name, *realm);
    if (row->action != Action::hook) throw Failed("subscription " + shown(name) + " is no web hook: authtickets template preview shows how it reads");
    if (!row->active) throw Failed("subscription " + shown(name) + " is off; see authtickets subscription enable");
    const auto id = must(core.subscriptions.test(core.db, world.context(realm->no), name));
    return {.json = Json::object({{"name", name}, {"eventId", dashed(id.value)}, {"event", row->events.front()}}),
            .text = Sheet().line("subscription", name).line("event", row->events.front()).line("event id", dashed(id.value)).line("to", row->target).text()
                    + "authtickets deliver sends it; then authtickets subscription show --realm " + shown(realm->name) + " " + shown(name)
                    + " tells what became of it.\n"};
}

}  // namespace authtickets::cli
