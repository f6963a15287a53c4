// SPDX-License-Identifier: MIT
// The statements of core/one_time. Admission takes a Db: it never runs inside a use case's transaction (TH8). Whoever locks
// rows of both tables takes that of the tries first.
#pragma once

#include <authtickets/core/one_time.h>

namespace authtickets::one_time::store {

struct Token {
    Uuid id{};
    UserId user{};
    Purpose purpose{};
    std::uint32_t epoch{};
    std::string destination{};
    Bytes hash{};
    crypto::KeyId key{};
    Time dead_at{};
};

// How the user's tries stand just after a charge, and the tokens that there are.
struct Standing {
    bool known = false;              // there is a row
    unsigned failed{}, failed_day{};
    std::optional<Time> since_at{}, day_at{};
    bool closed = false;
    bool counted = false;            // the charge before, in this session, added one
    std::vector<Token> tokens{};
};

bool all_disabled(db::Session&, RealmNo, const UserId&);                     // belongs to accounts, and to none that is active
void open(db::Tx&, const Context&, const UserId&);                           // the user's row is there, and ours
void make_room(db::Tx&, const Context&, const UserId&, unsigned live);       // what is left is live, and one less than so many
void put(db::Tx&, const Context&, const Token&);
// One try more, or false: nothing is live, too many were wrong, or closed. tag: of what was typed.
bool charge(db::Db&, const Context&, const UserId&, unsigned tries, std::uint16_t tag);
Standing get(db::Session&, RealmNo, const UserId&);
void give_back(db::Session&, RealmNo, const UserId&);
bool consume(db::Tx&, RealmNo, const UserId&, ByteView hash);                // the verdict
bool end(db::Tx&, const Context&, const UserId&, unsigned tries);            // true for one of those that see too many
bool alive(db::Session&, RealmNo, const UserId&, ByteView hash, Time now);
std::optional<Time> closed_since(db::Session&, RealmNo, const UserId&, Time since);
void remove_tokens(db::Session&, RealmNo, const UserId&);
void remove_tries(db::Session&, RealmNo, const UserId&);

}  // namespace authtickets::one_time::store
