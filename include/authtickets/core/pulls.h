// SPDX-License-Identifier: MIT
// Pulls: the trail as Kibo's clients ask for it (kibo 8.2). One event of ours is none, one or two of Kibo's: a change of an
// account, and a mail that was due. What a pull shows holds neither codes nor addresses. No table is its own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <authtickets/core/events.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/db/db.h>
#include <authtickets/db/where.h>

namespace authtickets::pulls {

// One of Kibo's: an event under a topic.
struct Pulled {
    events::Stored event{};
    std::string_view topic{};        // "customeraccount.updated"
    std::string_view email_type{};   // of email.requested: "OtpForLogin"
    Uuid id() const { return subscriptions::kibo_event_id(event.id, topic); }
};

// rules
std::span<const std::string_view> topics();
// Which names of events a topic comes from, as the trail has them.
std::vector<std::string_view> names_of(std::string_view topic);
// What this row is under this topic; none: nothing, such as the code that went by SMS, or to nobody.
std::optional<Pulled> pulled(const events::Stored&, std::string_view topic);

struct Wanted {
    std::vector<std::string_view> topics{};     // of topics()
    std::optional<Time> from{}, to{};           // from this time on, before that one
    bool newest_first = true;
    std::uint32_t offset = 0, limit = 20;
};
inline constexpr std::uint64_t most_counted = 10'000;  // the total says no more than this

// The total counts what may be pulled, so a page can be shorter than it says.
db::Page<Pulled> list(db::Session&, RealmNo, const Wanted&);
std::optional<Pulled> find(db::Session&, RealmNo, const Uuid& id);

}  // namespace authtickets::pulls
