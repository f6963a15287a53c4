// SPDX-License-Identifier: MIT
// The statements of core/verifications. Admissions take a Db: they never run inside a use case's transaction (TH8).
#pragma once

#include <vector>

#include <authtickets/core/verifications.h>

namespace authtickets::verifications::store {

struct Code {
    Uuid id{};
    Bytes hash{};
    crypto::KeyId key{};
    Time created_at{}, dead_at{};
};

// How the tries at a contact's codes stand, and the codes that there are, the newest last.
struct Standing {
    unsigned failed{}, failed_day{};
    std::optional<Time> day_at{};
    std::vector<Code> codes{};
};

void open(db::Tx&, const Context&, const Uuid& contact);                        // the contact's row is there, and ours
void make_room(db::Tx&, const Context&, const Uuid& contact, unsigned live);    // what is left is live, and one less than so many
void begin_anew(db::Tx&, const Context&, const Uuid& contact);                  // too many wrong ones ended what was live; the next is tried anew
void put(db::Tx&, const Context&, const Uuid& contact, const Code&);
bool charge(db::Db&, const Context&, const Uuid& contact);                      // one try more, or false: nothing is live, or too many were wrong
Standing get(db::Session&, RealmNo, const Uuid& contact);
void give_back(db::Session&, RealmNo, const Uuid& contact);
bool consume(db::Tx&, RealmNo, const Uuid& contact, ByteView hash);             // the verdict
void remove(db::Tx&, RealmNo, const Uuid& contact);                             // all codes

}  // namespace authtickets::verifications::store
