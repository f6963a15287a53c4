// SPDX-License-Identifier: MIT
// The statements of core/codes. Admissions take a Db: they never run inside a use case's transaction (TH8).
#pragma once

#include <authtickets/core/codes.h>

namespace authtickets::codes::store {

struct Row {
    UserId user{};
    Purpose purpose{};
    Channel channel{};
    std::string destination{};
    Bytes hash{};
    crypto::KeyId key{};
    Bytes former{};                        // of the code before it, if there was one
    crypto::KeyId former_key{};
    unsigned tries{}, max_tries{};
    Time created_at{}, dead_at{};
    struct Contact {
        std::string value{};
        bool verified = false;
    };
    std::optional<Contact> contact{};  // the user's own of this channel, as it is now
};

void put(db::Session&, const Context&, const Wanted&, ByteView hash, crypto::KeyId, Time dead_at);
// One failure more of the user's for this purpose, or false: closed for today (OC8).
bool charge_user(db::Db&, const Context&, const UserId&, Purpose);
bool admit(db::Db&, RealmNo, const Uuid& id, Time now);          // one try more of a live code, or false
std::optional<Row> get(db::Session&, RealmNo, const Uuid& id);
bool consume(db::Tx&, RealmNo, const Uuid& id, ByteView hash);   // the verdict
bool spend(db::Db&, RealmNo, const Uuid& id, ByteView hash);     // true for one of those that see it spent
void give_back(db::Session&, RealmNo, const UserId&, Purpose);
bool closed(db::Session&, RealmNo, const UserId&, Purpose, Time since);
std::optional<Time> closed_since(db::Session&, RealmNo, const UserId&, Time since);  // the latest of those that are
void remove_failures(db::Session&, RealmNo, const UserId&);
void remove_of_user(db::Session&, RealmNo, const UserId&);

}  // namespace authtickets::codes::store
