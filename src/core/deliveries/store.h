// SPDX-License-Identifier: MIT
// The statements of core/deliveries.
#pragma once

#include <authtickets/core/deliveries.h>

namespace authtickets::deliveries::store {

void insert(db::Tx&, const Delivery&, crypto::KeyId);
bool insert_once(db::Session&, const Delivery&, crypto::KeyId);  // false: there is one of this id
std::optional<Receiver> operator_receiver(db::Session&, RealmNo shop, const UserId&);
std::optional<bool> subscription_active(db::Session&, RealmNo, const SubscriptionId&);  // none: it is gone
std::size_t sites(db::Session&, RealmNo);
std::optional<Receiver> receiver(db::Session&, RealmNo, const UserId&, AccountNo);
std::vector<Delivery> due(db::Session&, Queue, Time now, unsigned most, const Spared&);
std::optional<Delivery> next_of_lane(db::Session&, const Delivery& before, Time now);
bool lease(db::Db&, const Delivery&, Time now, Time until);
// 0 when it has ended already. An end blanks the payload.
bool note(db::Tx&, const Delivery&, const After&, Time now, std::string_view error);
void insert_attempt(db::Tx&, const Delivery&, const Attempt&);

struct SentRow {
    SentMessage message;
    std::optional<std::string> sealed{};
};
void insert_sent(db::Tx&, const Delivery&, const Content&, const std::optional<std::string>& sealed, std::optional<crypto::KeyId>, Time now);
std::vector<SentRow> sent(db::Session&, RealmNo, Action, unsigned skip, unsigned most);
std::uint64_t count_of_sent(db::Session&, RealmNo, Action);
std::optional<SentRow> find_sent(db::Session&, RealmNo, Action, const DeliveryId&);

struct Kept {
    DeliveryId id{};
    std::string sealed{};
};
std::vector<Kept> kept_under_others(db::Session&, RealmNo, crypto::KeyId, const DeliveryId& after, unsigned most);
bool reseal(db::Session&, RealmNo, const Kept& before, const std::optional<std::string>& sealed, std::optional<crypto::KeyId>);

std::vector<Delivery> of_subscription(db::Session&, RealmNo, const SubscriptionId&, unsigned skip, unsigned most);
std::vector<Delivery> of_format(db::Session&, RealmNo, Format, unsigned skip, unsigned most);
std::uint64_t count_of_subscription(db::Session&, RealmNo, const SubscriptionId&);
std::uint64_t count_of_format(db::Session&, RealmNo, Format);
std::optional<Delivery> find(db::Session&, RealmNo, const DeliveryId&);
std::vector<Attempt> attempts(db::Session&, RealmNo, const DeliveryId&);
std::vector<Logged> logged(db::Session&, RealmNo, const std::optional<SubscriptionId>&, unsigned skip, unsigned most);
std::uint64_t count_of_logged(db::Session&, RealmNo, const std::optional<SubscriptionId>&);
std::vector<Delivery> between(db::Session&, RealmNo, const Range&);
std::vector<Delivery> newest(db::Session&, RealmNo, State, unsigned most);

}  // namespace authtickets::deliveries::store
