// SPDX-License-Identifier: MIT
// Codes to an address or number that need not be anybody's yet (X10, docs/security.md), and the tokens by which a user
// verifies the address that he has. A code hangs on realm, kind and contact alone; several are good at once. A try is counted
// for the contact by one autocommitted statement, compared in memory, and used up by a guarded statement in the transaction
// of what it was shown for (OC4), together with every other code of that contact.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/links.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/users.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::verifications {

using users::ContactKind;

// X10. What is live, and for how long.
struct Terms {
    Seconds life{};
    unsigned most_live{};        // a newer one ends the oldest of these
};
Terms terms(realms::PasswordPolicy);                           // rules

inline constexpr unsigned most_wrong = 10;                     // OC3: of a contact; then its codes are dead, until a new one is made
inline constexpr auto wrong_kept = std::chrono::hours(1);      // so long they add up
inline constexpr unsigned most_daily = 100;                    // OC8: of a contact, whatever is sent in between
inline constexpr auto closed_for = std::chrono::hours(24);     // from the first of these on
inline constexpr Seconds token_life{24 * 3600};                // of a token to verify an address

// rules
// The contact as it is stored and sent to. Of a number: E.164, typed with + and the country's code; of an address: outer blanks
// off. Refused with field "email" or "phone": missing_parameter, or bad_parameter with the rule length or format.
Result<std::string> checked(ContactKind, std::string_view typed);
inline constexpr unsigned shortest_phone = 9;                  // characters, the + among them
inline constexpr unsigned longest_email = 254;                 // bytes
std::string_view code_field(ContactKind);                      // "email_code", "phone_code": what a refusal of a code names

// A try between admission and verdict.
struct Attempt {
    ContactKind kind{};
    std::string contact{};       // as checked
    Uuid contact_id{};           // what its codes hang on
    bool right = false;
    std::string_view reason{};   // of a wrong one, for the trail: wrong, expired (none is live), spent, closed, malformed
    bool charged = false;        // it counted as wrong until it is used up or given back
    Uuid code{};                 // of a right one, as is all below
    Bytes hash{};
    Time issued_at{};            // X9 counts from here
};

class Verifications {
public:
    Verifications(crypto::Keyring& keys, Rng& rng, logins::Logins& logins, users::Users& users, links::Links& links, throttle::Throttle& throttle,
                  events::Events& events, outbox::Outbox& outbox)
        : keys_(keys), rng_(rng), logins_(logins), users_(users), links_(links), throttle_(throttle), events_(events), outbox_(outbox) {}

    // Sends a code there. Whose contact it is, is never looked at; beyond a budget (five in ten minutes for a contact, OC7) the
    // answer is the same and nothing is sent. Refused as checked() refuses.
    Result<void> request(db::Db&, const Context&, const realms::Realm&, ContactKind, std::string_view typed);

    // `contact` as checked() gives it. Two statements, and those of the caller's address (TH2); a wrong one writes its event, as
    // `whose` where there is a user. throttled.
    Result<Attempt> attempt(db::Db&, const Context&, const realms::Settings&, ContactKind, const std::string& contact, std::string_view typed,
                            const UserId& whose = {});
    // Of a right try: true for one of those that race, and every code of the contact is gone. Its charge is taken back either way,
    // so a transaction that was told false may be committed.
    bool consume(db::Tx&, const Context&, const Attempt&);
    // A right one of which nothing came: it was not wrong, and stays good. Does nothing for a wrong one.
    void give_back(db::Session&, const Context&, const Attempt&);

    // --- Tokens, of the older way: a random UUID by mail, the newest only, for token_life.

    // For whoever gives a user a new address, in that transaction: sends a token to `email`, whatever stands stored. Budgets are
    // not asked.
    void send_token(db::Tx&, const Context&, const logins::Login&, const std::string& email);
    // Sends a token to the user's address, which is not verified from now on; the method stays, and its codes go there as before.
    // Nothing is sent and nothing changes beyond a budget (OC7). unknown_item: no such user, or one without an address.
    Result<void> request_token(db::Db&, const Context&, const realms::Realm&, const UserId&);
    // The address that it was sent to is verified, if it is still the user's. unknown_item for anything that is no live token of
    // this realm; throttled.
    Result<void> verify(db::Db&, const Context&, const realms::Realm&, const Secret& token);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
    logins::Logins& logins_;
    users::Users& users_;
    links::Links& links_;
    throttle::Throttle& throttle_;
    events::Events& events_;
    outbox::Outbox& outbox_;
};

// The refusal of a wrong code, for the body's answer: bad_parameter at code_field, rule invalid.
Refusal wrong_code(ContactKind);                               // rules

// Whether the very code of this cause is still to be used, and its contact not closed; the worker asks before it sends.
bool alive(db::Session&, RealmNo, const outbox::Cause&, Time now);

std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);
std::uint64_t purge_tries(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::verifications
