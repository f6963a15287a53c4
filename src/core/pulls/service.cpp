// SPDX-License-Identifier: MIT
// Pages of the trail by topic. Each name of an event is read by its own index, ids only, and what they give is merged: no
// more rows are read than a page has.
#include <authtickets/core/pulls.h>

#include <algorithm>

namespace authtickets::pulls {
namespace {

struct Found {
    EventId id{};
    std::string_view topic{};
    auto operator<=>(const Found&) const = default;
};

}  // namespace

db::Page<Pulled> list(db::Session& session, RealmNo realm, const Wanted& wanted) {
    db::Page<Pulled> out;
    const events::Between between{.from = wanted.from, .to = wanted.to, .newest_first = wanted.newest_first};
    const auto reach = wanted.offset + wanted.limit;
    std::vector<Found> found;
    for (const auto topic : topics()) {
        if (std::ranges::find(wanted.topics, topic) == wanted.topics.end()) continue;
        for (const auto name : names_of(topic)) {
            out.total += events::count_of_name(session, realm, name, between, most_counted);
            for (const auto& id : events::ids_of_name(session, realm, name, between, reach)) found.push_back({.id = id, .topic = topic});
        }
    }
    out.total = std::min(out.total, most_counted);
    std::ranges::sort(found);
    if (wanted.newest_first) std::ranges::reverse(found);
    for (auto at = std::size_t{wanted.offset}; at < std::min<std::size_t>(found.size(), reach); ++at) {
        const auto event = events::find(session, realm, found[at].id);
        if (auto one = event ? pulled(*event, found[at].topic) : std::nullopt) out.items.push_back(std::move(*one));
    }
    return out;
}

std::optional<Pulled> find(db::Session& session, RealmNo realm, const Uuid& id) {
    const auto asked = subscriptions::read_kibo_event_id(id);
    const auto event = events::find(session, realm, asked.event);
    if (!event) return {};
    for (const auto topic : topics()) {
        auto one = pulled(*event, topic);
        if (one && one->id() == id) return one;
    }
    return {};
}

}  // namespace authtickets::pulls
