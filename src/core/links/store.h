// SPDX-License-Identifier: MIT
// The statements of core/links.
#pragma once

#include <authtickets/core/links.h>

namespace authtickets::links::store {

void put(db::Session&, const Context&, const UserId&, Purpose, ByteView hash, std::uint32_t epoch, ByteView destination, Time dead_at);
std::optional<Link> find(db::Session&, ByteView hash, Purpose);  // in any realm
bool use(db::Tx&, const Link&, ByteView hash, Time now);
void remove_of_user(db::Session&, RealmNo, const UserId&);

}  // namespace authtickets::links::store
