// SPDX-License-Identifier: MIT
// The statements of core/profiles.
#pragma once

#include <authtickets/core/profiles.h>

namespace authtickets::profiles::store {

std::optional<Profile> find(db::Session&, RealmNo, const ProfileId&);
std::optional<Profile> find(db::Session&, RealmNo, ProfileNo);
std::optional<Profile> find_shared(db::Tx&, RealmNo, const ProfileId&);  // it stays until the transaction ends
std::optional<Profile> find_locked(db::Tx&, RealmNo, const ProfileId&);
std::vector<Profile> list(db::Session&, RealmNo, std::uint32_t offset, std::uint32_t limit);
std::uint64_t count(db::Session&, RealmNo);
void insert(db::Tx&, RealmNo, const Profile&);
void update(db::Tx&, RealmNo, const Profile&);
bool in_use(db::Session&, RealmNo, ProfileNo);  // somebody has a name in it
void remove(db::Tx&, RealmNo, ProfileNo);

}  // namespace authtickets::profiles::store
