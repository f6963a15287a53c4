// SPDX-License-Identifier: MIT
// The statements of core/outbox.
#pragma once

#include <authtickets/core/outbox.h>

namespace authtickets::outbox::store {

void insert(db::Session&, const Context&, const CauseId&, std::string_view name, std::string_view sealed, crypto::KeyId);
std::vector<Taken> due(db::Session&, Time now, unsigned most);
bool remove(db::Tx&, RealmNo, const CauseId&);
void put_off(db::Session&, RealmNo, const CauseId&, Time until);

}  // namespace authtickets::outbox::store
