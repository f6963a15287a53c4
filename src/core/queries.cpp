// SPDX-License-Identifier: MIT
// The list of every named statement, gathered from the stores.
#include <authtickets/core/queries.h>

#include "core/query_lists.h"

namespace authtickets {

std::vector<const db::Query*> all_queries() {
    QueryList out;
    accounts::list_queries(out);
    applications::list_queries(out);
    codes::list_queries(out);
    deliveries::list_queries(out);
    devices::list_queries(out);
    events::list_queries(out);
    imports::list_queries(out);
    links::list_queries(out);
    leases::list_queries(out);
    logins::list_queries(out);
    outbox::list_queries(out);
    realms::list_queries(out);
    subscriptions::list_queries(out);
    templates::list_queries(out);
    seals::list_queries(out);
    throttle::list_queries(out);
    tickets::list_queries(out);
    upkeep::list_queries(out);
    users::list_queries(out);
    return out;
}

}  // namespace authtickets
