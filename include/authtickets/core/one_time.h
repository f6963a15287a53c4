// SPDX-License-Identifier: MIT
// One-time password tokens: six letters and digits that a user of the Elastic Path door asks for and exchanges once (EP121 to
// EP143, docs/elasticpath.md). A token hangs on one login; several are good at once. It is checked like a code: a try is
// admitted and counted by an autocommitted statement, compared in memory, and used up by a guarded statement in the use
// case's transaction (OC4, docs/security.md). Wrong ones are counted for the user over all tokens (X14, OC8).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::one_time {

// What it was asked for. It travels to who sends it, and of a reset X17 says what the exchange opens; either is good there.
enum class Purpose : std::uint8_t { reset_password = 1, passwordless_authentication = 2 };  // stored
std::string_view name(Purpose);                                                             // "reset_password"
std::optional<Purpose> purpose_named(std::string_view);

inline constexpr std::string_view factor = "one_time_token";   // of events

// rules
std::optional<std::string> token(std::string_view typed);      // blanks around it off, in lower case; none unless it is six of a-z and 0-9
// The address that a mail carries; `pattern` with {base}, {token}, {username}, {profile}, {realm} and {info}. Empty of an
// empty one.
struct Filled {
    std::string_view base, token, user_name;
    Uuid realm{}, profile{};
    LoginId login{};
};
std::string address(std::string_view pattern, const Filled&);

inline constexpr unsigned most_live = 5;                       // X14, whatever one_time.live says
inline constexpr auto tries_kept = std::chrono::minutes(10);   // X14: so long wrong ones add up to one_time.tries
inline constexpr unsigned most_daily = 100;                    // OC8
inline constexpr auto closed_for = std::chrono::hours(24);
inline constexpr auto same_value = std::chrono::seconds(10);   // so long the same wrong value counts once (EP19)

// Who asks, in which profile, and as whom. That the profile has tokens at all is the caller's to see (EP128).
struct Wanted {
    ProfileNo profile{};
    Uuid profile_id{};
    std::string name{};          // as typed
    Purpose purpose{};
};

// A try between admission and verdict.
struct Attempt {
    UserId user{};               // the login's, or who stands in for it
    bool right = false;
    bool ended = false;          // this wrong one was the last of too many: all live tokens of the user have ended
    std::string_view reason{};   // of a wrong one, for the trail: wrong_code (or none is live), spent (too many), closed (OC8)
    Purpose purpose{};           // of a right one, as is all below
    std::string destination{};   // the address that it went to, which is the user's own still
    bool unverified = false;     // and that address is not verified yet (OC9)
    bool charged = false;        // it counted as wrong until it is used up or given back
    Bytes hash{};
};

class OneTime {
public:
    OneTime(crypto::Keyring& keys, Rng& rng, logins::Logins& logins, throttle::Throttle& throttle, events::Events& events,
            outbox::Outbox& outbox)
        : keys_(keys), rng_(rng), logins_(logins), throttle_(throttle), events_(events), outbox_(outbox) {}

    // Makes a token and has it sent to the address stored for the user. Known, unknown, without a password, locked, blocked,
    // disabled, asked for too often (OC7): the same answer after the same statements, and what must not be sent is not.
    void request(db::Db&, const Context&, const realms::Realm&, const Wanted&);

    // Two statements, whoever is there; a transaction more for the try that ends all tokens, which writes its event. None for
    // what cannot be a token.
    struct Tried {
        const std::optional<logins::Login>& login;
        std::string_view name{};     // as typed, which stands in for whom nothing is sent
        bool kept_out = false;       // the caller would not let its owner in; a lock by failures does not keep out (EP176)
    };
    Attempt attempt(db::Db&, const Context&, const realms::Settings&, const Tried&, std::string_view typed);
    // Of a right try: true for one of those that race, and its charge is taken back. Of one that came second too: it was not
    // wrong, so its transaction is to be committed, or give_back() called after that was undone.
    bool consume(db::Tx&, const Context&, const Attempt&);
    void give_back(db::Session&, const Context&, const Attempt&);

private:
    struct Made;
    Made make(db::Tx&, const Context&, const realms::Settings&, const UserId&, const logins::Login*, Purpose);
    void end(db::Db&, const Context&, const realms::Settings&, const Tried&, Attempt&);
    crypto::Keyring& keys_;
    Rng& rng_;
    logins::Logins& logins_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    outbox::Outbox& outbox_;
};

// Whether this very token is still to be used and the way in not closed; the worker asks before it sends.
bool alive(db::Session&, RealmNo, const UserId&, ByteView hash, Time now);

// OC8: a user's way in by tokens has had too many wrong tries; until when. For operators, who may open it again. What ends the
// user's tickets or changes the address ends the tokens by itself.
std::optional<Time> closed_until(db::Session&, RealmNo, const UserId&, Time now);
void open_again(db::Session&, RealmNo, const UserId&);
void remove(db::Session&, RealmNo, const UserId&);  // tokens and tries of a user that is deleted, or whose tokens are to end

std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);
std::uint64_t purge_tries(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::one_time
