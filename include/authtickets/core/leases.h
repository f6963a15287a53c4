// SPDX-License-Identifier: MIT
// Leases: which worker of all hosts does a thing just now, so that the others need not. A lease saves work and proves
// nothing: what it covers must stay right when two believe that they hold it (a clock that is off, a holder that slept).
#pragma once

#include <string_view>

#include <authtickets/base/clock.h>
#include <authtickets/base/ids.h>
#include <authtickets/base/result.h>
#include <authtickets/db/db.h>

namespace authtickets::leases {

// True: `holder` has it until now + life. It is taken when it is free or has run out, and held on to by asking again.
// Realm 0 is for what is done for all realms at once. One statement.
bool hold(db::Db&, RealmNo, std::string_view name, const Uuid& holder, Time now, Millis life);
// Somebody else may have it at once.
void release(db::Db&, RealmNo, std::string_view name, const Uuid& holder);

}  // namespace authtickets::leases
