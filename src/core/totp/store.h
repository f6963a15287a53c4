// SPDX-License-Identifier: MIT
// The statements of core/totp. The charge takes a Db: it never runs inside a use case's transaction (TH8).
#pragma once

#include <vector>

#include <authtickets/core/totp.h>

namespace authtickets::totp::store {

struct Row {
    std::string sealed{};
    std::int64_t last_step{};
    std::optional<Time> paused_until{}, blocked_at{};
    unsigned charged{};  // the number that this connection's last charge gave
};

bool charge(db::Db&, const Context&, const UserId&);    // one wrong try more in a row; false: paused, blocked, or there is none
std::optional<Row> get(db::Session&, RealmNo, const UserId&);
// `attempt.sealed` gives way to `attempt.resealed`.
bool consume(db::Tx&, const Context&, const Attempt&);  // the verdict
void give_back(db::Session&, const Context&, const Attempt&);
void forgive(db::Tx&, const Context&, const UserId&);

struct SetupRow {
    std::string sealed{};
    Time dead_at{};
};
std::optional<SetupRow> setup(db::Session&, RealmNo, const UserId&);
// True: this one waits from now on. False: a live one was there, and still is.
bool put_setup(db::Session&, const Context&, const UserId&, const std::string& sealed, Time dead_at);
bool take_setup(db::Session&, RealmNo, const UserId&, const std::string& sealed);  // the verdict
// True: it takes another one's place.
bool enable(db::Tx&, const Context&, const UserId&, const std::string& sealed, const Verdict&);

std::optional<State> state(db::Session&, RealmNo, const UserId&);
std::optional<std::uint32_t> begin_codes(db::Tx&, const Context&, const UserId&);
bool confirm_codes(db::Tx&, const Context&, const UserId&, std::uint32_t set);

struct SealedSecret {
    UserId user{};
    std::string sealed{};
};
std::vector<SealedSecret> sealed_otherwise(db::Session&, RealmNo, crypto::KeyId signer, const UserId& after, unsigned most);
bool replace_sealed(db::Tx&, RealmNo, const UserId&, const std::string& before, const std::string& after);

}  // namespace authtickets::totp::store
