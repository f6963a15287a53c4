// SPDX-License-Identifier: MIT
// SQL of core/upkeep, which has no table of its own.
#include <authtickets/core/upkeep.h>

#include "core/query_lists.h"

namespace authtickets::upkeep {
namespace {

// Each of the four is the first entry of an index.
constexpr db::Query select_oldest_dead{"upkeep.oldest_dead",
    "SELECT MIN(dead_at) FROM (SELECT MIN(dead_at) AS dead_at FROM tickets UNION ALL SELECT MIN(dead_at) FROM application_tokens "
    "UNION ALL SELECT MIN(dead_at) FROM anonymous_claims UNION ALL SELECT MIN(dead_at) FROM throttles) oldest"};

}  // namespace

std::optional<Time> oldest_dead(db::Session& session) {
    return session.one(select_oldest_dead, [](db::Row& row) { return row.next<std::optional<Time>>(); }).value_or(std::nullopt);
}

void list_queries(QueryList& out) { out.insert(out.end(), {&select_oldest_dead}); }

}  // namespace authtickets::upkeep
