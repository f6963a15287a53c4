// SPDX-License-Identifier: MIT
// `delivery list`: what waits to be sent, and what was given up.
#include "cli/deliveries.h"

#include <algorithm>

#include "cli/commands.h"
#include "cli/show.h"

namespace authtickets::cli {

Json json_of(const deliveries::Delivery& each) {
    return Json::object({{"id", dashed(each.id.value)},
                         {"state", deliveries::name(each.state)},
                         {"event", each.name},
                         {"eventId", dashed(each.event.value)},
                         {"subscription", each.subscription},
                         {"action", name(each.action)},
                         {"topic", each.topic},
                         {"recipient", each.recipient},
                         {"attempts", each.attempts},
                         {"createdAt", iso8601(each.created_at)},
                         {"dueAt", each.state == deliveries::State::waiting ? Json(iso8601(each.due_at)) : Json()},
                         {"givesUpAt", iso8601(each.gives_up_at)},
                         {"finishedAt", json(each.finished_at)},
                         {"lastError", each.last_error.empty() ? Json() : Json(each.last_error)}});
}

Output delivery_list(World& world, const Arguments& arguments) {
    using deliveries::State;
    const auto asked = arguments.text("--state");
    const auto most = arguments.has("--limit") ? arguments.number("--limit", 1, 1000) : 50;
    std::vector<State> states{State::waiting, State::abandoned};
    if (!asked.empty()) {
        states = {State::waiting, State::sent, State::abandoned, State::dropped};
        std::erase_if(states, [&](State state) { return deliveries::name(state) != asked; });
        if (states.empty()) throw WrongUse("--state must be waiting, sent, abandoned or dropped");
    }
    const auto realm = world.realm(arguments.text("--realm"));
    auto& core = world.core();
    std::vector<deliveries::Delivery> found;
    for (const auto state : states) {
        for (auto& each : core.deliveries.newest(core.db, realm->no, state, most)) found.push_back(std::move(each));
    }
    std::ranges::sort(found, std::ranges::greater{}, &deliveries::Delivery::id);
    if (found.size() > most) found.resize(most);
    Output out{.json = Json::array()};
    Table table{"CREATED", "STATE", "ACTION", "SUBSCRIPTION", "RECIPIENT", "ATTEMPTS", "NEXT", "LAST ERROR"};
    for (const auto& each : found) {
        out.json.push(json_of(each));
        table.row({shown(each.created_at), std::string(deliveries::name(each.state)), std::string(name(each.action)), each.subscription,
                   each.recipient, std::to_string(each.attempts), each.state == State::waiting ? shown(each.due_at) : "-", each.last_error});
    }
    out.text = found.empty() ? "There is nothing.\n" : table.text();
    return out;
}

}  // namespace authtickets::cli
