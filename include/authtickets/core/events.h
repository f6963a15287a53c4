// SPDX-License-Identifier: MIT
// Events: what happened, written once in the transaction that made it happen. An event is the audit entry (KL2).
// Rows are only ever added; each carries an HMAC over its columns and over the hash of its personal details.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/json.h>
#include <authtickets/core/context.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::events {

// Every kind of event, documented for the operator in docs/events.md; a test compares the two.
enum class Name {
    signin_success,
    signin_pending,
    signin_failure,
    signin_code_sent,
    signin_token_sent,           // a one-time password token
    signin_tokens_ended,         // of one user, by too many wrong ones (X14, OC8)
    signin_new_device,
    signin_new_region,
    second_step_code_sent,
    second_step_success,
    second_step_failure,
    second_step_exhausted,
    second_step_paused,          // ten wrong codes of an app in a row, or a hundred (TO5)
    second_step_setup_started,
    second_step_enabled,
    second_step_moved,           // to another app
    second_step_disabled,
    second_step_method_changed,
    recovery_codes_created,
    recovery_saved_confirmed,
    recovery_code_used,
    recovery_failure,
    recovery_empty,              // that was the last one
    ticket_refreshed,
    refresh_grace,  // a lost answer asked for again (TK5)
    refresh_reuse,  // an old refresh token came back: the ticket ended (TK4)
    ticket_ended,
    signout,                     // of a browser
    session_ended,
    trust_added,
    trust_removed,
    stepup_success,
    stepup_failure,
    account_created,
    account_registered,
    registration_refused,  // the name was taken
    account_updated,
    account_locked,  // by too many failures (TH1)
    account_unlock_requested,
    account_unlocked,
    account_suspended,  // reason: blocked (the user) or disabled (the account)
    account_activated,  // the same reasons: what was taken back
    account_deleted,
    login_added,  // to an account that had none, or in one more password profile
    login_changed,  // its name
    login_removed,
    user_created,  // without an account, or with one made for it
    user_updated,
    user_deleted,
    membership_added,
    membership_removed,
    password_changed,
    password_change_failed,  // the current password was not shown (PW12)
    password_change_demanded,  // or the demand was taken back
    password_breach_check_unavailable,  // PW5: the password was taken unchecked
    password_reset_requested,
    password_reset_sent,
    password_reset_done,
    contact_code_sent,
    contact_verified,
    contact_changed,
    verification_code_sent,   // to an address or number that need not be anybody's yet (X10)
    verification_token_sent,  // to the address of a user
    verification_failure,     // a wrong code or token of these
    application_ticket_issued,
    application_ticket_refused,
    application_ticket_ended,
    application_added,
    application_disabled,
    application_enabled,
    realm_added,
    realm_revoked,  // every ticket of the realm ended
    site_added,
    site_changed,
    policy_changed,
    profile_added,
    profile_changed,
    profile_removed,
    mail_changed,
    webhook_changed,
    operator_signin,     // both steps passed, at a shop's desk
    operator_changed,    // one was added, has another role, or is none any more
    as_customer_started, // an operator got a session of a customer's
    as_customer_ended,
    customer_viewed,     // an operator opened a customer's record
    export_made,         // an operator took a list away
    delivery_failed,
    delivery_gave_up,
    chain_verified,
    clock_offset,
    audit_purged,  // events past their retention were deleted (KL5)
};
std::string_view name(Name);             // "signin.success"
std::string_view meaning(Name);          // a sentence for the operator
std::optional<Name> named(std::string_view);
std::vector<Name> all_names();           // in the order of docs/events.md

// What belongs together, for filters and notices.
enum class Group : std::uint8_t { sign_in, second_step, recovery, password, account, tickets, operators, system };
std::string_view name(Group);            // "sign-in"
std::optional<Group> group_named(std::string_view);
Group group(Name);
std::vector<Name> names_of(Group);

// Who did it, as far as the context tells: user, application, or a command.
std::string_view actor(const Context&);

struct Event {
    Name name{};
    bool success = true;
    std::string_view reason = {};        // constant: "wrong_password", "locked", ...
    std::string_view factor = {};        // constant: "password"
    // application, user, command, worker; at a page write() makes operator and operator_as_customer of it (Context::acting), at the
    // Freshcom door staff of what one user does to another
    std::string_view actor = "application";
    UserId user{};
    AccountNo account{};
    TicketId ticket{};
    Json details{};                      // object without personal data; at a page write() adds "origin" and "operator"
    std::string user_name{};             // personal: erasable; address and browser come from the context
};

// A stored row, as reading gives it back; verify() recomputes the MAC.
struct Stored {
    RealmNo realm;
    EventId id;
    std::string name, outcome, reason, factor, actor;
    Time at{};
    std::optional<ApplicationNo> application;
    std::optional<UserId> user;
    std::optional<AccountNo> account;
    std::optional<TicketId> ticket;
    Uuid request_id;
    std::string details;
    std::optional<std::string> personal;
    Bytes personal_hash;
    crypto::KeyId key_id{};
    Bytes mac;
    std::optional<UserId> operator_id;   // who acted at the desk or for a customer; rows of before have none
};

// rules
Bytes sealed_form(const Stored&);  // the bytes that the MAC covers: every column, length-prefixed; of personal its hash
Time recorded_at(Time begun, Time now);  // the time of an event: when its request began, or now when that is long ago
EventId first_of(Time);            // ids begin with the time (RFC 9562): the least that one of this moment can be

// --- The event log of the desk and of a customer (M13, P10; docs/pages.md)

// Where something was done. Rows written behind a page say so in their details; of others it follows from who acted.
enum class Origin : std::uint8_t { portal, desk, api, cli, system };
std::string_view name(Origin);           // "portal"

// A row as a screen shows it.
struct Record {
    EventId id{};
    Time at{};
    std::optional<Name> name{};          // none: of a newer program
    std::string name_text{};
    std::string actor{};                 // customer, staff, operator, operator_as_customer, application, system (storefront's kinds, and staff)
    std::string operator_name{};         // of the two operator kinds
    std::optional<UserId> operator_id{};
    Origin origin{};
    std::string address{}, browser{}, user_name{};  // empty when they were not known, or were erased
    bool success = true;
    std::string reason{}, factor{};
    std::optional<AccountNo> account{};
    std::optional<UserId> user{};
    std::optional<ApplicationNo> application{};
    Uuid request_id{};
    Json details = Json::object({});     // without the members that stand above
};
Record record(const Stored&);            // rules

// Which events a view asks for; all of it must hold.
struct Query {
    std::optional<Time> from{}, to{};    // from one time on and before another
    std::optional<UserId> user{};        // the user's own, and those an operator made about him
    std::optional<AccountNo> account{};
    std::optional<UserId> operator_id{}; // "my own"
    std::vector<Name> names{};           // any of these; empty: all
    std::optional<bool> success{};
    std::string actor{};                 // one of record()'s kinds; empty: all
    std::optional<EventId> before{}, after{};  // of an event seen already: what is older, or else what is newer
    unsigned limit = 50;
};
inline constexpr unsigned most_browsed = 500;       // of one page
inline constexpr unsigned most_looked_at = 20'000;  // rows read for one page, where filters leave most of them out

struct Page {
    std::vector<Stored> items{};         // newest first
    bool older = false, newer = false;   // whether there are any beyond the page's ends
    std::optional<EventId> searched_to{};  // most_looked_at were read: ask again with `before` (or `after`) this one
};
// Reads by the narrowest index there is, and rows in proportion to what it gives back.
Page browse(db::Session&, RealmNo, const Query&);

enum class Form : std::uint8_t { csv, ndjson };
inline constexpr unsigned most_exported = 10'000;
struct Export {
    std::string text{};
    unsigned rows = 0;
    bool cut = false;                    // there are more than most_exported, or they were not all looked at
};

// An event as a line of `audit export` and of the desk's export, under the names of docs/events.md. rules
Json as_json(const Stored&, std::string_view realm, bool intact);
std::string csv_head();
std::string as_csv(const Stored&, std::string_view realm, bool intact);

class Events {
public:
    Events(crypto::Keyring& keys, Rng& rng, Clock& clock) : keys_(keys), rng_(rng), clock_(clock) {}
    EventId write(db::Session&, const Context&, const Event&);   // one statement, to be committed in less than half a minute
    std::vector<Stored> of_user(db::Session&, RealmNo, const UserId&, unsigned most);
    // The personal details in the events of a deleted user or account are to be blanked; `purge` does it (KL2).
    void erase_user(db::Tx&, const Context&, const UserId&);
    void erase_account(db::Tx&, const Context&, AccountNo);
    bool verify(const Stored&);                                   // MAC, and personal details against their hash
    // What a view shows, newest first, whatever before, after and limit say. export.made is the caller's to write
    // (desk::Desk::exported).
    Export exported(db::Session&, RealmNo, std::string_view realm_name, const Query&, Form);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
    Clock& clock_;
};

// What an export asks for, from one time on and before another.
struct Wanted {
    std::optional<Time> from{}, to{};
    std::optional<UserId> user{};
    std::optional<AccountNo> account{};
};
// The next of them after `after`, oldest first, at most `most`.
std::vector<Stored> page(db::Session&, RealmNo, const Wanted&, const EventId& after, unsigned most);
// Those of some names, newest first, before an event when one is given. Reads no row that it does not give back, but for
// `most` of each name.
std::vector<Stored> page_of_names(db::Session&, RealmNo, std::span<const std::string_view> names,
                                  const std::optional<EventId>& before, unsigned most);

// For the worker, which tells those who wait for events that bring no cause with them (core/subscriptions): what happened in
// a stretch of the trail, oldest first; and how far it has come, which only grows.
struct Happened {
    EventId id{};
    std::string name{};
};
std::vector<Happened> happened(db::Session&, RealmNo, const EventId& after, const EventId& before, unsigned most);
std::optional<Time> followed_to(db::Session&, RealmNo);
void note_followed(db::Session&, RealmNo, Time);

// For pulls (kibo 8.2): events of one name by its index, from one time on and before another.
struct Between {
    std::optional<Time> from{}, to{};
    bool newest_first = true;
};
std::vector<EventId> ids_of_name(db::Session&, RealmNo, std::string_view name, const Between&, unsigned most);
std::uint64_t count_of_name(db::Session&, RealmNo, std::string_view name, const Between&, std::uint64_t most);  // up to `most`
std::optional<Stored> find(db::Session&, RealmNo, const EventId&);

// An erasure that is owed to a deleted account or user, and paid by `purge`.
struct Erasure {
    Uuid id{};
    std::optional<AccountNo> account{};
    std::optional<UserId> user{};
    Time requested_at{};
};
std::vector<Erasure> owed_erasures(db::Session&, RealmNo, unsigned most);
// Blanks at most `most` events that name them; 0 when none is left.
std::uint64_t erase(db::Tx&, RealmNo, const Erasure&, unsigned most);
bool erased(db::Tx&, RealmNo, const Erasure&);  // it is owed no longer; false: another purge said so first

// For core/upkeep: at most `most` rows of the trail that are older than a time.
std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);

// For keys drop: does any row name this key?
bool names_key(db::Session&, crypto::KeyId);

}  // namespace authtickets::events
