// SPDX-License-Identifier: MIT
// Codes sent by mail or SMS (docs/security.md, section 2). A code hangs on what asked for it, so that a newer one ends the
// older (OC5). It is checked like a password: a try is admitted and counted by autocommitted statements, compared in
// memory, and consumed by a guarded statement in the use case's transaction (OC4).
#pragma once

#include <optional>
#include <string>

#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/outbox.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::codes {

using outbox::Channel;
enum class Purpose : std::uint8_t { sign_in = 1, second_step = 2, contact = 3 };  // stored

// rules: what a code hangs on, as the id of its row
Uuid on_ticket(const TicketId&);                               // second step of this pending sign-in, or step-up
Uuid on_user(Purpose, const UserId&, ApplicationNo);
Uuid on_contact(const UserId&, Channel);
std::optional<std::string> digits(std::string_view typed);     // blanks and hyphens taken out; none unless six ASCII digits

inline constexpr unsigned most_failures = 15;                  // OC8: of a purpose, within a day
inline constexpr auto failures_kept = std::chrono::hours(24);

struct Wanted {
    Uuid id{};
    Purpose purpose{};
    UserId user{};
    Channel channel{};
    std::string destination{};   // as the right code verifies it
    Seconds life{};
    unsigned tries{};
};

struct Made {
    Secret text;
    Bytes hash;
    Time expires_at{};
};

// A try between admission and verdict.
struct Attempt {
    Uuid id{};
    Purpose purpose{};
    UserId user{};
    bool right = false;
    bool spent = false;          // this wrong try was the code's last
    bool closed = false;         // the purpose is closed for the user (OC8)
    Channel channel{};
    std::string destination{};
    Bytes hash{};
};

class Codes {
public:
    Codes(crypto::Keyring& keys, Rng& rng) : keys_(keys), rng_(rng) {}

    Made make(db::Session&, const Context&, const Wanted&);                  // one statement
    // Three statements where a code is live, one more for a user's first ever try of a purpose; two where there is none.
    Attempt attempt(db::Db&, const Context&, Purpose, const UserId&, const Uuid& id, std::string_view typed);
    // Of a right try: true for one of those that race, which also takes its charge back (OC8).
    bool consume(db::Tx&, const Context&, const Attempt&);
    void end(db::Session&, RealmNo, const UserId&);                          // all codes of the user (RS3)
    // Whether this very code is still to be used; the worker asks before it sends.
    bool alive(db::Session&, RealmNo, const Uuid& id, ByteView hash, Time now);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
};

std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);
std::uint64_t purge_failures(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::codes
