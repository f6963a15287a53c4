// SPDX-License-Identifier: MIT
// SQL of core/tickets. Each change that must happen once is one guarded statement whose row count is the verdict.
#include "core/tickets/store.h"

#include <algorithm>

#include "core/query_lists.h"

namespace authtickets::tickets {
namespace {

constexpr db::Query insert_ticket{"tickets.insert",
    "INSERT INTO tickets (realm_no, ticket_id, state, owes, door, user_id, account_no, login_id, application_no, epoch, generation, "
    "min_generation, created_at, rotated_at, access_life, refresh_life, ends_at, password_at, email_at, sms_at, address, browser, "
    "fingerprint, fingerprint_key_id, region, anonymous_id, end_reason, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)"};

// The insert is the verdict: of two sign-ins that name one anonymous id, one adds a row.
constexpr db::Query claim{"tickets.claim_anonymous",
    "INSERT IGNORE INTO anonymous_claims (realm_no, anonymous_id, ticket_id, claimed_at, dead_at) VALUES (?, ?, ?, ?, ?)"};

// Everything a check needs in one primary-key read; the account is outer-joined for tickets without one.
#define SELECT_TICKET                                                                                                  \
    "SELECT t.realm_no, t.ticket_id, t.state, t.owes, t.door, t.user_id, t.account_no, t.login_id, t.application_no, t.epoch, " \
    "t.generation, t.min_generation, t.created_at, t.rotated_at, t.access_life, t.refresh_life, t.ends_at, "           \
    "t.password_at, t.email_at, t.sms_at, t.address, t.browser, t.fingerprint, t.fingerprint_key_id, t.region, "       \
    "t.anonymous_id, t.ended_at, t.successor_id, u.epoch, u.blocked_at IS NOT NULL, u.region, "                        \
    "m.account_no IS NOT NULL, r.settings_version, a.account_no IS NOT NULL, " AUTHTICKETS_ACCOUNT_COLUMNS             \
    " FROM tickets t"                                                                                                  \
    " JOIN realms r ON r.realm_no = t.realm_no"                                                                        \
    " JOIN users u ON u.realm_no = t.realm_no AND u.user_id = t.user_id"                                               \
    " LEFT JOIN memberships m ON m.realm_no = t.realm_no AND m.user_id = t.user_id AND m.account_no = t.account_no"    \
    " LEFT JOIN accounts a ON a.realm_no = t.realm_no AND a.account_no = t.account_no"                                 \
    " LEFT JOIN logins l ON l.realm_no = t.realm_no AND l.login_id = t.login_id"
#define BY_ID " WHERE t.realm_no = ? AND t.ticket_id = ?"
constexpr db::Query select_ticket{"tickets.get", SELECT_TICKET BY_ID};
// Shared, since it locks the joined rows too: the realm's must not be held against everybody, and serving may not write it.
constexpr db::Query select_ticket_locked{"tickets.get_locked", SELECT_TICKET BY_ID " LOCK IN SHARE MODE"};
constexpr db::Query select_pending{"tickets.pending_of",
    SELECT_TICKET " WHERE t.realm_no = ? AND t.user_id = ? AND t.application_no = ? AND t.state = ? AND t.ended_at IS NULL "
    "AND t.ends_at > ? LIMIT ?"};
#undef BY_ID
#undef SELECT_TICKET

constexpr db::Query rotate_ticket{"tickets.rotate",
    "UPDATE tickets SET generation = generation + 1, rotated_at = ?, dead_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND ended_at IS NULL"};

constexpr db::Query end_ticket{"tickets.end",
    "UPDATE tickets SET ended_at = ?, end_reason = ?, dead_at = ? WHERE realm_no = ? AND ticket_id = ? AND ended_at IS NULL"};

constexpr db::Query replace_ticket{"tickets.replace",
    "UPDATE tickets SET ended_at = ?, end_reason = ?, successor_id = ? "  // dead_at stays: the row tells of its successor till then
    "WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND ended_at IS NULL"};

// The delete is the verdict: of two right codes for one pending sign-in, one finds it (TK3).
constexpr db::Query complete_pending{"tickets.complete",
    "DELETE FROM tickets WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL"};
constexpr db::Query delete_pending{"tickets.delete_pending", "DELETE FROM tickets WHERE realm_no = ? AND user_id = ? AND state = ?"};
// Both generations rise together, so that every token of before dies.
constexpr db::Query step_up_email{"tickets.step_up_by_email",
    "UPDATE tickets SET generation = generation + 1, min_generation = generation, rotated_at = ?, dead_at = ?, email_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND state = ? AND ended_at IS NULL"};
constexpr db::Query step_up_sms{"tickets.step_up_by_sms",
    "UPDATE tickets SET generation = generation + 1, min_generation = generation, rotated_at = ?, dead_at = ?, sms_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND state = ? AND ended_at IS NULL"};
constexpr db::Query count_spent{"tickets.code_spent",
    "UPDATE tickets SET spent_codes = spent_codes + 1 WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL"};
constexpr db::Query end_spent{"tickets.end_spent",
    "UPDATE tickets SET ended_at = ?, end_reason = ?, dead_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL AND spent_codes >= ?"};

constexpr db::Query delete_of_user{"tickets.delete_of_user", "DELETE FROM tickets WHERE realm_no = ? AND user_id = ?"};

Ticket read(db::Row& row) {
    Ticket ticket;
    row.into(ticket.realm);
    row.into(ticket.id);
    row.into(ticket.state);
    row.into(ticket.owes);
    row.into(ticket.door);
    row.into(ticket.user);
    row.into(ticket.account_no);
    row.into(ticket.login);
    row.into(ticket.application);
    row.into(ticket.epoch);
    row.into(ticket.generation);
    row.into(ticket.min_generation);
    row.into(ticket.created_at);
    row.into(ticket.rotated_at);
    row.into(ticket.lifetimes.access);
    row.into(ticket.lifetimes.refresh);
    row.into(ticket.lifetimes.ends_at);
    row.into(ticket.password_at);
    row.into(ticket.email_at);
    row.into(ticket.sms_at);
    row.into(ticket.address);
    row.into(ticket.browser);
    const auto fingerprint = row.next<std::string>();
    ticket.fingerprint.assign(fingerprint.begin(), fingerprint.end());
    row.into(ticket.fingerprint_key);
    row.into(ticket.region);
    row.into(ticket.anonymous);
    row.into(ticket.ended_at);
    row.into(ticket.successor);
    row.into(ticket.user_epoch);
    row.into(ticket.user_blocked);
    row.into(ticket.user_region);
    row.into(ticket.member);
    row.into(ticket.realm_version);
    if (row.next<bool>()) ticket.account = accounts::read_account(row);
    return ticket;
}

Time dead_at(const Ticket& ticket, Time rotated_at) {
    return std::min<Time>(rotated_at + std::max(ticket.lifetimes.access, ticket.lifetimes.refresh), ticket.lifetimes.ends_at);
}

}  // namespace

namespace store {

void insert(db::Tx& tx, const Ticket& ticket) {
    const auto fingerprint = ticket.fingerprint.empty() ? std::nullopt : std::optional<ByteView>(ticket.fingerprint);
    tx.run(insert_ticket, ticket.realm, ticket.id, ticket.state, ticket.owes, ticket.door, ticket.user, ticket.account_no, ticket.login,
           ticket.application, ticket.epoch, ticket.generation, ticket.min_generation, ticket.created_at, ticket.rotated_at,
           ticket.lifetimes.access, ticket.lifetimes.refresh, ticket.lifetimes.ends_at, ticket.password_at,
           ticket.email_at, ticket.sms_at, ticket.address, ticket.browser, fingerprint, ticket.fingerprint_key, ticket.region,
           ticket.anonymous, dead_at(ticket, ticket.rotated_at));
}

bool claim_anonymous(db::Tx& tx, const Ticket& ticket, const UserId& anonymous) {
    // The claim outlives every token that could make it again.
    constexpr auto kept = std::chrono::days(31);
    return tx.run(claim, ticket.realm, anonymous, ticket.id, ticket.created_at, ticket.created_at + kept) == 1;
}

std::optional<Ticket> get(db::Session& session, RealmNo realm, const TicketId& id) {
    return session.one(select_ticket, read, realm, id);
}

std::optional<Ticket> get_causally(db::Session& session, RealmNo realm, const TicketId& id) {
    return session.one_causally(select_ticket, read, realm, id);
}

std::optional<Ticket> get_locked(db::Tx& tx, RealmNo realm, const TicketId& id) {
    return tx.one(select_ticket_locked, read, realm, id);
}

bool rotate(db::Tx& tx, const Ticket& ticket, std::uint32_t from_generation, Time now) {
    return tx.run(rotate_ticket, now, dead_at(ticket, now), ticket.realm, ticket.id, from_generation) == 1;
}

std::vector<Ticket> pending_of(db::Session& session, const Context& context, const UserId& user, unsigned most) {
    return session.all(select_pending, read, context.realm, user, context.application, State::pending, context.now, most);
}

bool complete(db::Tx& tx, RealmNo realm, const TicketId& id) { return tx.run(complete_pending, realm, id, State::pending) == 1; }

bool step_up(db::Tx& tx, const Ticket& ticket, Factor factor, Time now) {
    const auto& query = factor == Factor::sms ? step_up_sms : step_up_email;
    return tx.run(query, now, dead_at(ticket, now), now, ticket.realm, ticket.id, ticket.generation, State::full) == 1;
}

bool code_spent(db::Db& db, const Context& context, const TicketId& id, unsigned most) {
    if (db.run(count_spent, context.realm, id, State::pending) == 0) return false;
    return db.run(end_spent, context.now, End::spent, context.now, context.realm, id, State::pending, most) == 1;
}

bool end(db::Session& session, RealmNo realm, const TicketId& id, End reason, Time now) {
    return session.run(end_ticket, now, reason, now, realm, id) == 1;
}

bool replace(db::Tx& tx, RealmNo realm, const TicketId& id, std::uint32_t generation, const TicketId& successor, Time now) {
    return tx.run(replace_ticket, now, End::replaced, successor, realm, id, generation) == 1;
}

void remove_pending(db::Tx& tx, RealmNo realm, const UserId& user) { tx.run(delete_pending, realm, user, State::pending); }

void remove_of_user(db::Tx& tx, RealmNo realm, const UserId& user) { tx.run(delete_of_user, realm, user); }

}  // namespace store

// --- Upkeep: what is dead goes, and after a restored backup everything

namespace {

// In the index's order, so that two purges meet row after row and not crosswise.
constexpr db::Query purge_tickets{"tickets.purge",
    "DELETE FROM tickets WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};
constexpr db::Query purge_claimed{"tickets.purge_claims",
    "DELETE FROM anonymous_claims WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};
constexpr db::Query select_end_of_page{"tickets.end_of_page",
    "SELECT ticket_id FROM tickets WHERE realm_no = ? AND ticket_id > ? ORDER BY ticket_id LIMIT 1 OFFSET 999"};
constexpr db::Query revoke_tickets{"tickets.revoke",
    "DELETE FROM tickets WHERE realm_no = ? AND ticket_id > ? AND ticket_id <= ? AND epoch < ?"};
constexpr db::Query count_tickets{"tickets.count", "SELECT COUNT(*) FROM tickets WHERE realm_no = ?"};

}  // namespace

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_tickets, realm, before, most); }

std::uint64_t purge_claims(db::Tx& tx, RealmNo realm, Time before, unsigned most) {
    return tx.run(purge_claimed, realm, before, most);
}

std::optional<TicketId> end_of_page(db::Session& session, RealmNo realm, const TicketId& after) {
    return session.one(select_end_of_page, [](db::Row& row) { return row.next<TicketId>(); }, realm, after);
}

std::uint64_t revoke(db::Tx& tx, RealmNo realm, const TicketId& after, const TicketId& last, std::uint32_t epoch) {
    return tx.run(revoke_tickets, realm, after, last, epoch);
}

std::uint64_t count(db::Session& session, RealmNo realm) {
    return session.one(count_tickets, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm).value_or(0);
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&insert_ticket, &claim, &select_ticket, &select_ticket_locked, &rotate_ticket, &end_ticket,
                           &replace_ticket, &select_pending, &complete_pending, &delete_pending, &step_up_email, &step_up_sms, &count_spent,
                           &end_spent, &delete_of_user});
    out.insert(out.end(), {&purge_tickets, &purge_claimed, &select_end_of_page, &revoke_tickets, &count_tickets});
}

}  // namespace authtickets::tickets
