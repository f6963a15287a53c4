// SPDX-License-Identifier: MIT
// The statements of core/deliveries.
#pragma once

#include <authtickets/core/deliveries.h>

namespace authtickets::deliveries::store {

void insert(db::Tx&, const Delivery&, crypto::KeyId);
std::optional<Receiver> receiver(db::Session&, RealmNo, const UserId&, AccountNo);
std::vector<Delivery> due(db::Session&, Queue, Time now, unsigned most, const Spared&);
std::optional<Delivery> next_of_lane(db::Session&, const Delivery& before, Time now);
bool lease(db::Db&, const Delivery&, Time now, Time until);
// 0 when it has ended already. An end blanks the payload.
bool note(db::Tx&, const Delivery&, const After&, Time now, std::string_view error);
void insert_attempt(db::Tx&, const Delivery&, const Attempt&);

std::vector<Delivery> of_subscription(db::Session&, RealmNo, const SubscriptionId&, unsigned skip, unsigned most);
std::vector<Delivery> of_format(db::Session&, RealmNo, Format, unsigned skip, unsigned most);
std::uint64_t count_of_subscription(db::Session&, RealmNo, const SubscriptionId&);
std::uint64_t count_of_format(db::Session&, RealmNo, Format);
std::optional<Delivery> find(db::Session&, RealmNo, const DeliveryId&);
std::vector<Attempt> attempts(db::Session&, RealmNo, const DeliveryId&);
std::vector<Delivery> between(db::Session&, RealmNo, const Range&);
std::vector<Delivery> newest(db::Session&, RealmNo, State, unsigned most);

}  // namespace authtickets::deliveries::store
