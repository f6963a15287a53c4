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
    signin_new_device,
    signin_new_region,
    second_step_code_sent,
    second_step_success,
    second_step_failure,
    second_step_exhausted,
    second_step_method_changed,
    ticket_refreshed,
    refresh_grace,  // a lost answer asked for again (TK5)
    refresh_reuse,  // an old refresh token came back: the ticket ended (TK4)
    ticket_ended,
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
    login_added,  // to an account that had none
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
    mail_changed,
    webhook_changed,
    delivery_failed,
    delivery_gave_up,
    chain_verified,
    clock_offset,
    audit_purged,  // events past their retention were deleted (KL5)
};
std::string_view name(Name);             // "signin.success"
std::string_view meaning(Name);          // a sentence for the operator
std::optional<Name> named(std::string_view);

struct Event {
    Name name{};
    bool success = true;
    std::string_view reason = {};        // constant: "wrong_password", "locked", ...
    std::string_view factor = {};        // constant: "password"
    std::string_view actor = "application";  // application, user, command
    UserId user{};
    AccountNo account{};
    TicketId ticket{};
    Json details{};                      // object without personal data
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
};

// rules
Bytes sealed_form(const Stored&);  // the bytes that the MAC covers: every column, length-prefixed; of personal its hash
Time recorded_at(Time begun, Time now);  // the time of an event: when its request began, or now when that is long ago
EventId first_of(Time);            // ids begin with the time (RFC 9562): the least that one of this moment can be

class Events {
public:
    Events(crypto::Keyring& keys, Rng& rng, Clock& clock) : keys_(keys), rng_(rng), clock_(clock) {}
    EventId write(db::Session&, const Context&, const Event&);   // one statement, to be committed in less than half a minute
    std::vector<Stored> of_user(db::Session&, RealmNo, const UserId&, unsigned most);
    // The personal details in the events of a deleted user or account are to be blanked; `purge` does it (KL2).
    void erase_user(db::Tx&, const Context&, const UserId&);
    void erase_account(db::Tx&, const Context&, AccountNo);
    bool verify(const Stored&);                                   // MAC, and personal details against their hash

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
