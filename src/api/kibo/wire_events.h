// SPDX-License-Identifier: MIT
// Events, subscriptions and deliveries on the wire (kibo 8.2), as @kibocommerce/rest-sdk's Event client has them. Pure.
#pragma once

#include <authtickets/core/deliveries.h>
#include <authtickets/core/pulls.h>

#include "api/kibo/wire_list.h"

namespace authtickets::kibo {

// --- Coming in ---

Result<pulls::Wanted> pull_query(const http::Query&);
const ListForm& subscription_list();
const ListForm& delivery_list();

// --- Going out ---

Json event(const pulls::Pulled&, const realms::Realm&);
// `client_id`: of the application whose it is; empty: the shop's.
Json subscription(const subscriptions::Subscription&, const std::string& client_id, const realms::Realm&);
// One delivery of an event. `cause`: the event as the trail has it, none when it is purged or never was (a test).
Json delivery_summary(const deliveries::Delivery&, const std::vector<deliveries::Attempt>&, const std::optional<events::Stored>& cause,
                      const realms::Realm&, Time now);

// The page that the query asks for, of subscriptions in the order they were added; where they are filtered, of those that match.
struct Listed {
    std::vector<std::size_t> rows{};  // which of them, in the order asked for
    std::uint64_t total = 0;
};
Listed listed(const std::vector<subscriptions::Subscription>&, const std::vector<std::string>& client_ids, const db::ListQuery&);

}  // namespace authtickets::kibo
