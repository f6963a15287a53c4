// SPDX-License-Identifier: MIT
// The statements of core/triggers.
#pragma once

#include <authtickets/core/triggers.h>

namespace authtickets::triggers::store {

std::vector<Template> list(db::Session&, RealmNo);
std::vector<Template> list(db::Session&, RealmNo, Kind);
std::optional<Template> find(db::Session&, RealmNo, const Uuid&);
std::optional<Template> lock(db::Tx&, RealmNo, const Uuid&);
std::uint64_t count_locked(db::Tx&, RealmNo, Kind);  // until the transaction ends no other is added
void insert(db::Tx&, RealmNo, const Template&);
void change(db::Tx&, RealmNo, const Template&);
bool remove(db::Tx&, RealmNo, const Uuid&);

}  // namespace authtickets::triggers::store
