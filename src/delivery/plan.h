// SPDX-License-Identifier: MIT
// Which messages a cause owes, to whom, and what each must carry. Pure: what it needs to know was read before.
#pragma once

#include <vector>

#include <authtickets/core/deliveries.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/subscriptions.h>

namespace authtickets::delivery {

struct Known {
    const realms::Realm& realm;
    const std::vector<subscriptions::Subscription>& rows;  // the store's own
    const deliveries::Receiver& receiver;                  // empty when user and account are gone
    Time now{};
};

struct Owed {
    deliveries::Delivery delivery{};  // without id
    deliveries::Payload payload{};
};

// In the order in which they are to be made.
std::vector<Owed> plan(const Known&, const outbox::Cause&);

const realms::Site* site_of(const realms::Realm&, std::uint32_t site);  // that, or the realm's first; none: it has none
std::string host_of(std::string_view url);                              // "shop.example:8443" of "https://shop.example:8443/a"
std::string host_name_of(std::string_view url);                         // and of this "shop.example"

}  // namespace authtickets::delivery
