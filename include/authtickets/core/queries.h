// SPDX-License-Identifier: MIT
// Every named statement of every store, for the test that prepares each against the migrated schema.
#pragma once

#include <vector>

#include <authtickets/db/db.h>

namespace authtickets {

std::vector<const db::Query*> all_queries();

}  // namespace authtickets
