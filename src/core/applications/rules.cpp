// SPDX-License-Identifier: MIT
// Decisions about applications and their grants.
#include <authtickets/core/applications.h>

#include <algorithm>

namespace authtickets::applications {
namespace {

struct Named {
    std::string_view name;
    Behaviour behaviour;
};
constexpr Named behaviours[] = {{"storefront", storefront}, {"admin", admin}, {"publishable", publishable}};

constexpr auto clock_tolerance = std::chrono::seconds(2);  // as for tickets: hosts' clocks differ by that much

}  // namespace

std::optional<Behaviours> parse_behaviours(std::string_view list) {
    Behaviours out = 0;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto word = list.substr(0, comma);
        const auto* found = std::find_if(std::begin(behaviours), std::end(behaviours), [&](const Named& each) { return each.name == word; });
        if (found == std::end(behaviours)) return {};
        out |= found->behaviour;
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return out == 0 ? std::nullopt : std::optional(out);
}

std::string behaviour_names(Behaviours set) {
    std::string out;
    for (const auto& each : behaviours) {
        if ((set & each.behaviour) == 0) continue;
        if (!out.empty()) out += ',';
        out += each.name;
    }
    return out;
}

Time access_expires(const Grant& grant) {
    return std::min<Time>(grant.rotated_at + grant.lifetimes.access, grant.lifetimes.ends_at);
}

Time refresh_expires(const Grant& grant) {
    return std::min<Time>(grant.rotated_at + grant.lifetimes.refresh, grant.lifetimes.ends_at);
}

tickets::Verdict judge_refresh(const Grant& grant, std::uint32_t generation, Time now, Seconds grace) {
    using tickets::Verdict;
    if (now >= refresh_expires(grant) || generation > grant.generation) return Verdict::refused;
    if (generation == grant.generation) return Verdict::good;
    const auto since = now - grant.rotated_at;
    const bool parent = generation + 1 == grant.generation && generation >= grant.min_generation;
    return parent && since >= -clock_tolerance && since <= grace ? Verdict::grace : Verdict::reuse;
}

}  // namespace authtickets::applications
