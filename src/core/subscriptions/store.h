// SPDX-License-Identifier: MIT
// The statements of core/subscriptions.
#pragma once

#include <authtickets/core/subscriptions.h>

namespace authtickets::subscriptions::store {

struct Row {
    Subscription subscription;
    std::optional<std::string> sealed{};  // the secret
};

std::vector<Row> list(db::Session&, RealmNo);
std::optional<Row> find(db::Session&, RealmNo, std::string_view name);
bool insert(db::Tx&, const Context&, const Row&, std::optional<crypto::KeyId>);  // false: the name is taken
bool set_active(db::Tx&, const Context&, std::string_view name, bool active);   // false: it was so, or is not there
bool remove(db::Tx&, RealmNo, std::string_view name);
void remove_of_target(db::Tx&, RealmNo, Action, std::string_view target);
void set_off_as(db::Tx&, RealmNo, std::string_view name, Off);
std::vector<Row> of_format(db::Session&, RealmNo, Format);
std::optional<Row> one_of_format(db::Session&, RealmNo, Format, const SubscriptionId&);
std::optional<Row> lock(db::Tx&, RealmNo, Format, const SubscriptionId&);
std::uint64_t count_locked(db::Tx&, RealmNo, Format);  // until the transaction ends no other is added
void change(db::Tx&, const Context&, const Row&, std::optional<crypto::KeyId>);
std::vector<RealmNo> following(db::Session&);
bool reseal(db::Session&, RealmNo, const SubscriptionId&, std::string_view before, std::string_view after, crypto::KeyId);

}  // namespace authtickets::subscriptions::store
