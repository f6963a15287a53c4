// SPDX-License-Identifier: MIT
// The statements of core/directory.
#pragma once

#include <authtickets/core/directory.h>
#include <authtickets/db/where.h>

namespace authtickets::directory::store {

// A query made ready: normal forms, the end of locks that run out by themselves, the place in the list.
struct Wanted {
    RealmNo realm{};
    std::string whole{};                 // as it stands in names; empty: no search
    std::string normal{};                // as it stands in normal forms; empty where it has none
    std::string first{}, second{};       // its two words; empty: it has not just two
    std::optional<Status> status{};
    Sort sort{};
    bool falling{};
    Time locked_since{};                 // a lock of before has run out
    std::uint32_t offset{}, limit{};
};

struct Row {
    Customer customer{};
    std::optional<Time> locked_at{};
};

std::vector<Row> list(db::Session&, const Wanted&);
std::uint64_t count(db::Session&, const Wanted&, std::uint32_t most);
bool broad(db::Session&, const Wanted&);   // a column has more candidates than are looked at

// For tests: what list() sends.
db::Statement list_statement(const Wanted&);

}  // namespace authtickets::directory::store
