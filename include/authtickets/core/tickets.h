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
#include <authtickets/core/users.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/crypto/token.h>
#include <authtickets/db/db.h>

namespace authtickets::tickets {

enum class State : std::uint8_t { full = 1, pending = 2 };  // stored
enum class End : std::uint8_t { none = 0, signed_out = 1, reuse = 2, replaced = 3, spent = 4, by_owner = 5 };  // stored
enum class Factor : std::uint8_t { none = 0, app = 1, email = 2, sms = 3 };  // stored; what a pending ticket owes
std::string_view name(Factor);  // "email"
// What a full ticket opens (X17). reset: everything, and for ten minutes one change of the password that asks for nothing
// more; password_update: that change alone, and the ticket ends with it.
enum class Scope : std::uint8_t { full = 1, password_update = 2, reset = 3 };  // stored

inline constexpr auto pending_life = std::chrono::minutes(10);  // TK7
inline constexpr auto reset_life = std::chrono::minutes(10);    // X17: of the change that a reset token opens
inline constexpr unsigned most_spent_codes = 3;                 // TK7
inline constexpr unsigned most_app_tries = 5;                   // TK7, TO5: wrong codes of an app, or recovery codes
inline constexpr Seconds strict_idle{3600}, strict_life{86400}; // TK2: policy standard, of who has a second factor
inline constexpr Seconds user_access_life{3600};                // TK2: of user_lifetimes
inline constexpr auto seen_rests = std::chrono::minutes(5);     // how often a session's last_seen_at is written

struct Lifetimes {
    Seconds access{}, refresh{};  // of a browser's session: refresh is how long it may rest
    Time ends_at{};  // of the session, whatever is refreshed
};
// rules: lives asked for in a request are cut to the realm's (TK2).
Lifetimes pending_lifetimes(const Lifetimes& asked, Time now);
Lifetimes lifetimes(const realms::Settings&, Time now, std::optional<Seconds> access, std::optional<Seconds> refresh,
                    bool second_factor = false);
Lifetimes session_lifetimes(const realms::Settings&, Time now, bool second_factor);  // of a browser's session
Lifetimes account_lifetimes(const realms::Settings&, Time now, bool second_factor);  // of Elastic Path's account tokens (ticket.account_life)
// Of the Freshcom door: an hour for each access token, and a refresh token that may rest as long as the session lives.
Lifetimes user_lifetimes(const realms::Settings&, Time now, bool second_factor);

// The operator who holds a session for a customer. It lives while he is a manager of the shop, not blocked, and his epoch
// is this one.
struct ActingOperator {
    RealmNo realm{};
    UserId user{};
    std::uint32_t epoch{};
};

struct Ticket {
    RealmNo realm{};
    TicketId id{};
    State state = State::full;
    Scope scope = Scope::full;
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
    std::optional<Time> password_at{}, app_at{}, email_at{}, sms_at{};  // when each factor was last shown
    bool used_recovery = false;        // app_at was a recovery code: the session is marked by it (P3, docs/pages.md)
    Bytes fingerprint{};               // a pending ticket's, to be recorded when it is complete: keyed hash and key
    std::optional<crypto::KeyId> fingerprint_key{};
    std::string region{};
    std::optional<UserId> anonymous{}; // the shopper id this sign-in claimed (TK3)
    std::optional<Time> ended_at{};
    std::optional<TicketId> successor{};  // the one it was replaced by
    std::string address{}, browser{};
    std::optional<Time> last_seen_at{};   // of a browser's session, but for the last five minutes
    bool dismissed = false;               // "you came in with a recovery code" need not be shown any more (B1, docs/pages.md)
    std::optional<ActingOperator> acting{};
    // as joined
    std::optional<std::uint32_t> operator_epoch{};  // of the acting operator; none: blocked, gone, or no manager
    std::uint32_t user_epoch{};
    bool user_blocked{};
    std::string user_region{};         // the last validated one
    users::Role user_role{};
    bool member = true;                // still belongs to the account
    std::uint32_t realm_version{};
    std::optional<accounts::Account> account{};
};

// rules
enum class Verdict { good, grace, reuse, refused };
bool alive(const Ticket&, Time now);                                        // not ended, epoch, block, membership, account, ends_at
Time seen_at(const Ticket&);                                                // when it was used last, as far as that is noted
bool session_alive(const Ticket&, Time now);                                // alive, and has not rested or gone unrefreshed too long
Verdict judge_access(const Ticket&, std::uint32_t generation, Time now);    // good or refused
// Of a refresh token's generation: good (the live one), grace (TK5: parent, same application, 0 to `grace` after the
// rotation; up to 2 s before it, since hosts' clocks differ by that much), reuse (older; TK4), refused (ahead of the row,
// another application's, or the ticket is dead).
Verdict judge_refresh(const Ticket&, std::uint32_t generation, ApplicationNo, Time now, Seconds grace);
// An old refresh token of a ticket that was replaced comes back after the grace: its successor is not safe (TK4).
bool endangers_successor(const Ticket&, ApplicationNo, Time now, Seconds grace);
Time access_expires(const Ticket&);   // rotated_at + lifetime, never after ends_at
Time refresh_expires(const Ticket&);
bool opens_password(const Ticket&, Time now);  // made by a reset token no longer than ten minutes ago, and not used yet (PW12)

// When something was shown last, and when a second factor was beside a first: the app's code or a recovery code, which no sign-in
// begins with; a code by mail or SMS where the password, or a code by the other way, was shown too. None: it never was.
std::optional<Time> shown_at(const Ticket&);
std::optional<Time> second_factor_at(const Ticket&);

struct Issued {  // a ticket with its tokens: access and refresh (of Elastic Path access alone), or of a browser's session the cookie
    Ticket ticket;
    Secret access, refresh, cookie;
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

// Who a ticket speaks for outside of this program (docs/authorizer.md).
struct Admitted {
    Ticket ticket;                       // what alive() reads, and what was shown
    std::string realm_name{}, realm_address{};
    std::string user_name{}, email{};    // empty: it has none
    bool email_verified = false;
    std::string operator_name{};         // of the operator who acts for the customer
};

class Tickets {
public:
    Tickets(crypto::Keyring& keys, Rng& rng, accounts::Accounts& accounts, events::Events& events)
        : keys_(keys), rng_(rng), accounts_(accounts), events_(events) {}

    // In the sign-in's transaction; one statement, and one more when an anonymous id is to be claimed: it stands on the
    // ticket only when this ticket is the first to claim it. A ticket without an id gets one.
    Issued issue(db::Tx&, const Context&, Ticket);

    // One HMAC and one read, or no SQL at all for an anonymous token. ticket_invalid otherwise, of another door's ticket too.
    // forbidden: it opens the change of the password alone, and the caller has not said that the call is that (X17).
    Result<Shopper> check(db::Db&, const Context&, std::string_view access_token, bool for_password_update = false);

    // Whose session a browser's cookie is: pending or full, of this realm and door. One HMAC and one read; a statement more
    // every five minutes, which notes that it was seen. ticket_invalid otherwise.
    Result<Ticket> session(db::Db&, const Context&, std::string_view cookie);

    // Whose token this is, of a shop and of any door but the desk: an access token, or the cookie of the account pages. Full
    // tickets alone; what its scope opens is the caller's to judge. One read, and of cookies the note of session(). The token's
    // realm and expiry are judged before. ticket_invalid.
    Result<Admitted> admit(db::Db&, const Context&, const crypto::Token&);

    // unknown_item for anything that is no live refresh token of this realm; TK4, TK5. `account`: move to another account
    // of the user: a new ticket, the old one ends (forbidden when he does not belong to it).
    Result<Issued> refresh(db::Db&, const Context&, const realms::Realm&, const crypto::Token&, std::optional<AccountNo> account = {});

    // No SQL.
    Anonymous anonymous(const Context&, const realms::Settings&);
    Result<Anonymous> refresh_anonymous(const Context&, const realms::Settings&, const crypto::Token&);

    // Of an application's pending sign-ins of a user at this door, at most `most` that are alive (X16).
    std::vector<Ticket> pending_of(db::Session&, const Context&, const UserId&, unsigned most);
    // The pending ticket goes; false: another call was first. The full one that follows is issued by the caller (TK3).
    bool complete(db::Tx&, const Context&, const TicketId&);
    // Step-up (TK3): other tokens of this ticket die, the factor counts as shown now. refused: it was refreshed or ended meanwhile.
    Result<Issued> step_up(db::Tx&, const Context&, Ticket, Factor, bool by_recovery = false);
    // The same by the password, shown again.
    Result<Issued> step_up_by_password(db::Tx&, const Context&, Ticket);
    // In the transaction that raised the user's epoch for a change of the password which this ticket made: it alone lives on
    // (TK6), as a full one. False: it has ended meanwhile, or something else raised the epoch too.
    bool adopt_epoch(db::Tx&, const Context&, const Ticket&);
    // One more of the pending ticket's codes died of wrong tries; at most_spent_codes the ticket ends: true (TK7).
    bool code_spent(db::Db&, const Context&, const TicketId&);
    // One more wrong code of an app, or recovery code; at most_app_tries the ticket ends: true (TK7).
    bool app_tried(db::Db&, const Context&, const TicketId&);

    // Sign-ins of the user that are not complete begin anew.
    void end_pending(db::Tx&, const Context&, const UserId&);
    // The rows of a user who is no more; tokens of theirs are refused already for want of the user.
    void remove_of_user(db::Tx&, const Context&, const UserId&);

    // Reads either kind of refresh token of this realm; unknown_item.
    Result<crypto::Token> read_refresh(const Context&, const Secret&);
    // The anonymous shopper a token speaks for, if it is a live anonymous access token of this realm.
    std::optional<UserId> anonymous_of(const Context&, std::string_view access_token);

    Result<void> end(db::Db&, const Context&, const TicketId&, End);

    // --- Sessions of a user, by whatever door (TK8)

    // Those that live and are complete, the one seen last first.
    std::vector<Ticket> sessions(db::Session&, RealmNo, const UserId&, Time now, unsigned most);
    // unknown_item: it is not the user's, or has ended; of two that end it one is told so.
    Result<void> end_session(db::Db&, const Context&, const UserId&, const TicketId&);
    // All but one, or all: how many. Sign-ins that are not complete end too, uncounted. One event, with the number.
    unsigned end_others(db::Db&, const Context&, const UserId&, AccountNo, const std::optional<TicketId>& keep);
    // B1 is not shown any more.
    void dismiss(db::Db&, const Context&, const TicketId&);

private:
    std::optional<Ticket> read(db::Db&, RealmNo, const crypto::Token&);
    Issued with_tokens(const Context&, Ticket);
    void note_seen(db::Db&, const Context&, Ticket&);
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
