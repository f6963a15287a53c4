// SPDX-License-Identifier: MIT
// Reading columns into our types; what does not fit is a defect of the query or the schema.
#include <algorithm>

#include <authtickets/db/db.h>

namespace authtickets::db {

void Row::read(Time& value) {
    const auto found = text();
    const auto time = parse_sql(found);
    if (!time) throw Fault("database: a column that should be a DATETIME is not");
    value = *time;
}

void Row::read(Uuid& value) {
    const bool nothing = null_here();
    const auto found = text();
    if (nothing) {
        value = {};
        return;
    }
    if (found.size() != value.bytes.size()) throw Fault("database: a column that should be a UUID has not 16 bytes");
    std::ranges::copy(as_bytes(found), value.bytes.begin());
}

}  // namespace authtickets::db
