// SPDX-License-Identifier: MIT
// The statements of core/templates.
#pragma once

#include <authtickets/core/templates.h>

namespace authtickets::templates::store {

std::vector<Stored> list(db::Session&, RealmNo);
std::optional<Stored> find(db::Session&, RealmNo, std::string_view name, std::string_view locale);
std::vector<Stored> parts_of(db::Session&, RealmNo, std::string_view name);
bool exists(db::Session&, RealmNo, std::string_view name);
void put(db::Tx&, const Context&, const Stored&);
bool remove(db::Tx&, RealmNo, std::string_view name, std::string_view locale);

}  // namespace authtickets::templates::store
