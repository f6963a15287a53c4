// SPDX-License-Identifier: MIT
// The statements of core/throttle. Autocommitted, so they take a Db and never run inside a use case's transaction.
#pragma once

#include <authtickets/core/throttle.h>

namespace authtickets::throttle::store {

using Key = std::array<std::uint8_t, 16>;

bool charge(db::Db&, RealmNo, const Key&, const Budget&, Time now);
void refund(db::Db&, RealmNo, const Key&, const Budget&);
struct Arrivals {
    Time brief, lasting;
};
std::optional<Arrivals> arrivals(db::Db&, RealmNo, const Key&);

}  // namespace authtickets::throttle::store
