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
// second_step_by_id: asked for by a user's id alone, which anyone can name: its tries are counted apart (OC8).
enum class Purpose : std::uint8_t { sign_in = 1, second_step = 2, contact = 3, second_step_by_id = 4 };  // stored

// rules: what a code hangs on, as the id of its row
Uuid on_ticket(const TicketId&);                               // second step of this pending sign-in, or step-up
Uuid on_user(Purpose, const UserId&, ApplicationNo);
Uuid on_contact(const UserId&, Channel);
std::optional<std::string> digits(std::string_view typed);     // blanks and hyphens taken out; none unless six ASCII digits
std::string random_digits(Rng&);                               // six, each of equal chance (OC1)

inline constexpr unsigned most_failures = 15;                  // OC8: of a purpose, within a day
inline constexpr auto failures_kept = std::chrono::hours(24);

struct Wanted {
    Uuid id{};
    Purpose purpose{};
    UserId user{};
    std::uint32_t epoch{};       // of the user: what ends the tickets ends the code
    Channel channel{};
    std::string destination{};   // where it goes; the right code verifies it
    Seconds life{};
    unsigned tries{};
    std::optional<Secret> text{};  // six digits that were sent before, for another purpose (X9); none: chosen by chance
    std::optional<Time> since{};   // from when it lives; none: now
};

struct Made {
    Secret text;
    Bytes hash;
    Time expires_at{};
};

// Whose code is tried.
struct Whose {
    Purpose purpose{};
    UserId user{};
    std::uint32_t epoch{};
    Uuid id{};
    Purpose charged = purpose;   // whose count a wrong one is charged to (OC8)
};

// A try between admission and verdict.
struct Attempt {
    Uuid id{};
    Purpose charged{};
    UserId user{};
    bool right = false;
    bool spent = false;          // this wrong try was the code's last
    bool closed = false;         // the purpose is closed for the user (OC8)
    std::string_view reason{};   // of a wrong one: wrong, newer (it is the one before the newest), expired, spent, closed, malformed
    Channel channel{};
    std::string destination{};   // of a right one: it is the user's own still, but for Purpose::contact
    bool unverified = false;     // and the user's contact is not verified yet
    Bytes hash{};
};

// How a code stands, for pages.
struct State {
    Time sent_at{}, dead_at{};
    unsigned tries_left = 0;
    Channel channel{};
    std::string destination{};   // empty: it was sent to nobody
};

class Codes {
public:
    Codes(crypto::Keyring& keys, Rng& rng) : keys_(keys), rng_(rng) {}

    Made make(db::Session&, const Context&, const Wanted&);                  // one statement
    // Three statements where a code is live, one more for a user's first ever try of a purpose; two where there is none.
    // A code that went to an address which is the user's no more is never right.
    Attempt attempt(db::Db&, const Context&, const Whose&, std::string_view typed);
    // Of a right try: true for one of those that race, which also takes its charge back (OC8).
    bool consume(db::Tx&, const Context&, const Attempt&);
    // The same for those that came second, after what they did was undone: they were not wrong.
    void give_back(db::Session&, const Context&, const Attempt&);
    // OC8: a purpose has had too many wrong tries; until when. For operators, who may open all of them again.
    std::optional<Time> closed_until(db::Session&, RealmNo, const UserId&, Time now);
    void open_again(db::Session&, RealmNo, const UserId&);
    void end(db::Session&, RealmNo, const UserId&);                          // all codes of the user (RS3)
    std::optional<State> state(db::Session&, RealmNo, const Uuid& id);
    // Whether this very code is still to be used, and its purpose not closed (OC8); the worker asks before it sends.
    bool alive(db::Session&, RealmNo, const Uuid& id, ByteView hash, Time now);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
};

std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);
std::uint64_t purge_failures(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::codes
