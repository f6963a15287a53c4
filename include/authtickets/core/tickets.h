// SPDX-License-Identifier: MIT
// Tickets: signed-in sessions (security TK1-TK7). One row per session; the tokens are references under a MAC.
// An access token is good while min_generation <= its generation <= generation; refresh raises the generation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/realms.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/crypto/token.h>
#include <authtickets/db/db.h>

namespace authtickets::tickets {

enum class State : std::uint8_t { full = 1, pending = 2 };  // stored
enum class End : std::uint8_t { none = 0, signed_out = 1, reuse = 2, replaced = 3, spent = 4 };  // stored
enum class Factor : std::uint8_t { none = 0, email = 2, sms = 3 };  // stored; what a pending ticket owes
std::string_view name(Factor);  // "email"

inline constexpr auto pending_life = std::chrono::minutes(10);  // TK7
inline constexpr unsigned most_spent_codes = 3;                 // TK7

struct Lifetimes {
    Seconds access{}, refresh{};
    Time ends_at{};  // of the session, whatever is refreshed
};
// rules: lives asked for in a request are cut to the realm's (TK2).
Lifetimes pending_lifetimes(const Lifetimes& asked, Time now);
Lifetimes lifetimes(const realms::Settings&, Time now, std::optional<Seconds> access, std::optional<Seconds> refresh);

struct Ticket {
    RealmNo realm{};
    TicketId id{};
    State state = State::full;
    Factor owes = Factor::none;
    Door door{};
    UserId user{};
    std::optional<AccountNo> account_no{};
    std::optional<LoginId> login{};
    ApplicationNo application{};
    std::uint32_t epoch{};
    std::uint32_t generation = 1, min_generation = 1;
    Time created_at{}, rotated_at{};
    Lifetimes lifetimes{};
    std::optional<Time> password_at{}, email_at{}, sms_at{};  // when each factor was last shown
    Bytes fingerprint{};               // a pending ticket's, to be recorded when it is complete: keyed hash and key
    std::optional<crypto::KeyId> fingerprint_key{};
    std::string region{};
    std::optional<UserId> anonymous{}; // the shopper id this sign-in claimed (TK3)
    std::optional<Time> ended_at{};
    std::optional<TicketId> successor{};  // the one it was replaced by
    std::string address{}, browser{};
    // as joined
    std::uint32_t user_epoch{};
    bool user_blocked{};
    std::string user_region{};         // the last validated one
    bool member = true;                // still belongs to the account
    std::uint32_t realm_version{};
    std::optional<accounts::Account> account{};
};

// rules
enum class Verdict { good, grace, reuse, refused };
bool alive(const Ticket&, Time now);                                        // not ended, epoch, block, membership, account, ends_at
Verdict judge_access(const Ticket&, std::uint32_t generation, Time now);    // good or refused
// Of a refresh token's generation: good (the live one), grace (TK5: parent, same application, 0 to `grace` after the
// rotation; up to 2 s before it, since hosts' clocks differ by that much), reuse (older; TK4), refused (ahead of the row,
// another application's, or the ticket is dead).
Verdict judge_refresh(const Ticket&, std::uint32_t generation, ApplicationNo, Time now, Seconds grace);
// An old refresh token of a ticket that was replaced comes back after the grace: its successor is not safe (TK4).
bool endangers_successor(const Ticket&, ApplicationNo, Time now, Seconds grace);
Time access_expires(const Ticket&);   // rotated_at + lifetime, never after ends_at
Time refresh_expires(const Ticket&);

struct Issued {  // a ticket with both its tokens
    Ticket ticket;
    Secret access, refresh;
    Time access_expires_at{}, refresh_expires_at{};
};

struct Anonymous {
    UserId user;
    Uuid session;
    ApplicationNo application;
    Secret access, refresh;
    Time access_expires_at{}, refresh_expires_at{};
};

// Who a presented access token speaks for: exactly one of the two.
struct Shopper {
    std::optional<Ticket> ticket{};    // with its account
    std::optional<UserId> anonymous{};
    Time expires_at{};
};

class Tickets {
public:
    Tickets(crypto::Keyring& keys, Rng& rng, accounts::Accounts& accounts, events::Events& events)
        : keys_(keys), rng_(rng), accounts_(accounts), events_(events) {}

    // In the sign-in's transaction; one statement, and one more when an anonymous id is to be claimed: it stands on the
    // ticket only when this ticket is the first to claim it. A ticket without an id gets one.
    Issued issue(db::Tx&, const Context&, Ticket);

    // One HMAC and one read, or no SQL at all for an anonymous token. ticket_invalid otherwise.
    Result<Shopper> check(db::Db&, const Context&, std::string_view access_token);

    // unknown_item for anything that is no live refresh token of this realm; TK4, TK5. `account`: move to another account
    // of the user: a new ticket, the old one ends (forbidden when he does not belong to it).
    Result<Issued> refresh(db::Db&, const Context&, const realms::Realm&, const crypto::Token&, std::optional<AccountNo> account = {});

    // No SQL.
    Anonymous anonymous(const Context&, const realms::Settings&);
    Result<Anonymous> refresh_anonymous(const Context&, const realms::Settings&, const crypto::Token&);

    // Of an application's pending sign-ins of a user, at most `most` that are alive (X16).
    std::vector<Ticket> pending_of(db::Session&, const Context&, const UserId&, unsigned most);
    // The pending ticket goes; false: another call was first. The full one that follows is issued by the caller (TK3).
    bool complete(db::Tx&, const Context&, const TicketId&);
    // Step-up (TK3): other tokens of this ticket die, the factor counts as shown now. refused: it was refreshed or ended meanwhile.
    Result<Issued> step_up(db::Tx&, const Context&, Ticket, Factor);
    // One more of the pending ticket's codes died of wrong tries; at most_spent_codes the ticket ends: true (TK7).
    bool code_spent(db::Db&, const Context&, const TicketId&);

    // Sign-ins of the user that are not complete begin anew.
    void end_pending(db::Tx&, const Context&, const UserId&);
    // The rows of a user who is no more; tokens of theirs are refused already for want of the user.
    void remove_of_user(db::Tx&, const Context&, const UserId&);

    // Reads either kind of refresh token of this realm; unknown_item.
    Result<crypto::Token> read_refresh(const Context&, const Secret&);
    // The anonymous shopper a token speaks for, if it is a live anonymous access token of this realm.
    std::optional<UserId> anonymous_of(const Context&, std::string_view access_token);

    Result<void> end(db::Db&, const Context&, const TicketId&, End);

private:
    std::optional<Ticket> read(db::Db&, RealmNo, const crypto::Token&);
    Issued with_tokens(const Context&, Ticket);
    void end_successor(db::Db&, const Context&, Ticket old);
    Result<Issued> moved(db::Db&, const Context&, const realms::Realm&, Ticket, AccountNo);
    Anonymous anonymous_tokens(const Context&, const realms::Settings&, UserId, const Uuid& session);
    crypto::Keyring& keys_;
    Rng& rng_;
    accounts::Accounts& accounts_;
    events::Events& events_;
};

// For core/upkeep. At most `most` rows that were dead before a time; how many went.
std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);
std::uint64_t purge_claims(db::Tx&, RealmNo, Time before, unsigned most);
// The id of the last of a thousand tickets that follow `after`; none when fewer follow.
std::optional<TicketId> end_of_page(db::Session&, RealmNo, const TicketId& after);
// Takes away those above `after` up to `last` that carry an epoch below this one.
std::uint64_t revoke(db::Tx&, RealmNo, const TicketId& after, const TicketId& last, std::uint32_t epoch);
std::uint64_t count(db::Session&, RealmNo);

}  // namespace authtickets::tickets
