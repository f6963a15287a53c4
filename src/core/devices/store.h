// SPDX-License-Identifier: MIT
// The statements of core/devices.
#pragma once

#include <authtickets/core/devices.h>

namespace authtickets::devices::store {

std::vector<Device> of_user(db::Session&, const Context&, const UserId&, unsigned most);  // that are alive, the last seen first
// True: it was not known; else the known row was seen again.
bool put(db::Tx&, const Context&, const UserId&, const DeviceId&, const std::optional<Print>&, Time dead_at);
void put_browser(db::Tx&, const Context&, const UserId&, const DeviceId&, Time dead_at, const std::optional<Time>& trusted_until);
// Whether a code was entered there before; none: there is no such device any more.
std::optional<bool> stepped(db::Tx&, const Context&, const UserId&, const DeviceId&);
void step(db::Tx&, const Context&, const UserId&, const DeviceId&, Time dead_at, const std::optional<Time>& trusted_until);
bool end_trust(db::Tx&, const Context&, const UserId&, const DeviceId&);
std::optional<DeviceId> by_print(db::Tx&, RealmNo, const UserId&, const Print&);
bool admit(db::Db&, const Context&, const UserId&, const DeviceId&, unsigned limit, Time since);
void forgive(db::Tx&, RealmNo, const UserId&, const DeviceId&);
void drop_beyond_newest(db::Tx&, RealmNo, const UserId&, unsigned kept);
std::uint64_t remove_of_user(db::Tx&, RealmNo, const UserId&);

}  // namespace authtickets::devices::store
