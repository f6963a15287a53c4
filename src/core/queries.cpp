// SPDX-License-Identifier: MIT
// The list of every named statement, gathered from the stores.
#include <authtickets/core/queries.h>

#include "core/query_lists.h"

namespace authtickets {

std::vector<const db::Query*> all_queries() {
    QueryList out;
    account_tickets::list_queries(out);
    accounts::list_queries(out);
    applications::list_queries(out);
    codes::list_queries(out);
    deliveries::list_queries(out);
    devices::list_queries(out);
    directory::list_queries(out);
    enrolment::list_queries(out);
    events::list_queries(out);
    imports::list_queries(out);
    links::list_queries(out);
    leases::list_queries(out);
    logins::list_queries(out);
    members::list_queries(out);
    one_time::list_queries(out);
    operators::list_queries(out);
    outbox::list_queries(out);
    profiles::list_queries(out);
    realms::list_queries(out);
    staff::list_queries(out);
    subscriptions::list_queries(out);
    templates::list_queries(out);
    recovery_codes::list_queries(out);
    seals::list_queries(out);
    throttle::list_queries(out);
    tickets::list_queries(out);
    totp::list_queries(out);
    triggers::list_queries(out);
    upkeep::list_queries(out);
    users::list_queries(out);
    verifications::list_queries(out);
    return out;
}

}  // namespace authtickets
