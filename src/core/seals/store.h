// SPDX-License-Identifier: MIT
// The statements of core/seals.
#pragma once

#include <authtickets/core/seals.h>

namespace authtickets::seals::store {

struct Mac {
    EventId id{};
    Bytes mac{};
};
// The MACs of events after an id and before a time, in the order of their ids.
std::vector<Mac> macs(db::Session&, RealmNo, const EventId& after, Time before, unsigned most);

std::optional<Seal> newest(db::Session&, RealmNo);
std::optional<Seal> numbered(db::Session&, RealmNo, std::uint64_t no);
std::vector<Seal> page(db::Session&, RealmNo, std::uint64_t after, std::uint64_t last, unsigned most);
void insert(db::Tx&, const Seal&);  // Duplicate: there is one of that number

}  // namespace authtickets::seals::store
