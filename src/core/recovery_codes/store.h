// SPDX-License-Identifier: MIT
// The statements of core/recovery_codes.
#pragma once

#include <vector>

#include <authtickets/core/recovery_codes.h>

namespace authtickets::recovery_codes::store {

struct Row {
    Bytes hash{};
    crypto::KeyId key{};
};

void insert(db::Tx&, const Context&, const UserId&, const Row&);
std::vector<Row> of_user(db::Session&, RealmNo, const UserId&);
bool consume(db::Tx&, RealmNo, const UserId&, ByteView hash);  // the verdict
unsigned left(db::Session&, RealmNo, const UserId&);

}  // namespace authtickets::recovery_codes::store
