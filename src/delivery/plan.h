// SPDX-License-Identifier: MIT
// Which messages a cause owes, to whom, and what each must carry. Pure: what it needs to know was read before.
#pragma once

#include <vector>

#include <authtickets/core/deliveries.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/triggers.h>

namespace authtickets::delivery {

struct Known {
    const realms::Realm& realm;
    const std::vector<subscriptions::Subscription>& rows;  // the store's own
    const deliveries::Receiver& receiver;                  // empty when user and account are gone; of a notice the operator
    Time now{};
    const std::vector<triggers::Template>* templates = nullptr;  // of notification triggers, where there is one that sends
};

struct Owed {
    deliveries::Delivery delivery{};  // without id
    deliveries::Payload payload{};
};

// In the order in which they are to be made. Of a cause for one subscription alone (Cause::only) that one's, if it is on.
std::vector<Owed> plan(const Known&, const outbox::Cause&);

// What the id of an integration's message is made from, in the place of the event's (deliveries::told_id): one request may
// write several events that are the same thing to it, so it goes by the request and by what that happened to. As old as the
// event.
EventId told_of_request(const outbox::Cause&, std::string_view key);

const realms::Site* site_of(const realms::Realm&, std::uint32_t site);  // that, or the realm's first; none: it has none
std::string host_of(std::string_view url);                              // "shop.example:8443" of "https://shop.example:8443/a"
std::string host_name_of(std::string_view url);                         // and of this "shop.example"

}  // namespace authtickets::delivery
