// SPDX-License-Identifier: MIT
// SQL of core/tickets. Each change that must happen once is one guarded statement whose row count is the verdict.
#include "core/tickets/store.h"

#include <algorithm>

#include "core/query_lists.h"

namespace authtickets::tickets {
namespace {

constexpr db::Query insert_ticket{"tickets.insert",
    "INSERT INTO tickets (realm_no, ticket_id, state, scope, owes, door, user_id, account_no, login_id, application_no, epoch, generation, "
    "min_generation, created_at, rotated_at, access_life, refresh_life, ends_at, password_at, app_at, email_at, sms_at, used_recovery, address, browser, "
    "fingerprint, fingerprint_key_id, region, anonymous_id, acting_realm_no, acting_user_id, acting_epoch, end_reason, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)", db::Gather::row};

// The insert is the verdict: of two sign-ins that name one anonymous id, one adds a row.
constexpr db::Query claim{"tickets.claim_anonymous",
    "INSERT IGNORE INTO anonymous_claims (realm_no, anonymous_id, ticket_id, claimed_at, dead_at) VALUES (?, ?, ?, ?, ?)"};

#define FACTORS_SHOWN                                                                                                   \
    AUTHTICKETS_TIME("t.password_at") ", " AUTHTICKETS_TIME("t.app_at") ", " AUTHTICKETS_TIME("t.email_at") ", "            \
    AUTHTICKETS_TIME("t.sms_at")
// Everything a check needs in one primary-key read; the account is outer-joined for tickets without one, and so is the
// operator of those that one holds for a customer, who must be a manager of the shop (M10, M16). One name for all columns (D391),
// and the small numbers in one, since a column costs more than what is in it (D416): read_small takes them apart.
#define SELECT_TICKET                                                                                                  \
    "SELECT t.realm_no _, t.ticket_id _, "                                                                               \
    "t.state | t.scope << 4 | t.owes << 8 | t.door << 12 | u.role << 20 | t.used_recovery << 28 | t.dismissed << 29 | "    \
    "(u.blocked_at IS NOT NULL) << 30 | (m.account_no IS NOT NULL) << 31 _, "                                             \
    "t.user_id _, t.account_no _, t.login_id _, t.application_no _, t.epoch _, t.generation _, t.min_generation _, "       \
    AUTHTICKETS_TIME("t.created_at") ", " AUTHTICKETS_TIME("t.rotated_at") ", t.access_life _, t.refresh_life _, "         \
    AUTHTICKETS_TIME("t.ends_at") ", " FACTORS_SHOWN ", t.address _, t.browser _, t.fingerprint _, t.fingerprint_key_id _, " \
    "t.region _, t.anonymous_id _, " AUTHTICKETS_TIME("t.ended_at") ", t.successor_id _, " AUTHTICKETS_TIME("t.last_seen_at") \
    ", t.acting_realm_no _, t.acting_user_id _, t.acting_epoch _, "                                                       \
    "IF(o.blocked_at IS NULL AND w.role = 3, o.epoch, NULL) _, u.epoch _, u.region _, r.settings_version _, "              \
    "a.account_id _, " AUTHTICKETS_ACCOUNT_SHOWN                                                                          \
    " FROM tickets t"                                                                                                  \
    " JOIN realms r ON r.realm_no = t.realm_no"                                                                        \
    " JOIN users u ON u.realm_no = t.realm_no AND u.user_id = t.user_id"                                               \
    " LEFT JOIN memberships m ON m.realm_no = t.realm_no AND m.user_id = t.user_id AND m.account_no = t.account_no"    \
    " LEFT JOIN accounts a ON a.realm_no = t.realm_no AND a.account_no = t.account_no"                                 \
    " LEFT JOIN logins l ON l.realm_no = t.realm_no AND l.login_id = t.login_id"                                       \
    " LEFT JOIN users o ON o.realm_no = t.acting_realm_no AND o.user_id = t.acting_user_id"                             \
    " LEFT JOIN operators w ON w.realm_no = t.acting_realm_no AND w.user_id = t.acting_user_id AND w.shop_no = t.realm_no"
#define BY_ID " WHERE t.realm_no = ? AND t.ticket_id = ?"
constexpr db::Query select_ticket{"tickets.get", SELECT_TICKET BY_ID};
// Shared, since it locks the joined rows too: the realm's must not be held against everybody, and serving may not write it.
constexpr db::Query select_ticket_locked{"tickets.get_locked", SELECT_TICKET BY_ID " LOCK IN SHARE MODE"};
constexpr db::Query select_pending{"tickets.pending_of",
    SELECT_TICKET " WHERE t.realm_no = ? AND t.user_id = ? AND t.application_no = ? AND t.door = ? AND t.state = ? AND t.ended_at IS NULL "
    "AND t.ends_at > ? LIMIT ?"};
constexpr db::Query select_sessions{"tickets.sessions",
    SELECT_TICKET " WHERE t.realm_no = ? AND t.user_id = ? AND t.state = ? AND t.ended_at IS NULL AND t.dead_at > ? AND t.epoch = u.epoch "
    "ORDER BY COALESCE(t.last_seen_at, t.rotated_at) DESC, t.ticket_id LIMIT ?"};
#undef BY_ID
#undef SELECT_TICKET

// As much of the same as tells whether a ticket lives, and who is told of outside: it runs before every request of a guarded
// application (docs/authorizer.md).
constexpr db::Query select_admitted{"tickets.admitted",
    "SELECT t.realm_no _, t.ticket_id _, t.state _, t.scope _, t.door _, t.user_id _, t.account_no _, t.epoch _, t.generation _, t.min_generation _, "
    AUTHTICKETS_TIME("t.created_at") ", " AUTHTICKETS_TIME("t.rotated_at") ", t.access_life _, t.refresh_life _, "
    AUTHTICKETS_TIME("t.ends_at") ", " FACTORS_SHOWN ", t.used_recovery _, " AUTHTICKETS_TIME("t.ended_at") ", " AUTHTICKETS_TIME("t.last_seen_at") ", "
    "t.acting_realm_no _, t.acting_user_id _, t.acting_epoch _, "
    "IF(o.blocked_at IS NULL AND w.role = 3, o.epoch, NULL) _, u.epoch _, u.blocked_at IS NOT NULL _, m.account_no IS NOT NULL _, a.active _, "
    "r.name _, r.address _, l.user_name _, c.value _, c.verified_at IS NOT NULL _, ol.user_name _"
    " FROM tickets t"
    " JOIN realms r ON r.realm_no = t.realm_no AND r.kind = 1"
    " JOIN users u ON u.realm_no = t.realm_no AND u.user_id = t.user_id"
    " LEFT JOIN memberships m ON m.realm_no = t.realm_no AND m.user_id = t.user_id AND m.account_no = t.account_no"
    " LEFT JOIN accounts a ON a.realm_no = t.realm_no AND a.account_no = t.account_no"
    " LEFT JOIN logins l ON l.realm_no = t.realm_no AND l.login_id = t.login_id"
    " LEFT JOIN contacts c ON c.realm_no = t.realm_no AND c.user_id = t.user_id AND c.kind = 1"
    " LEFT JOIN users o ON o.realm_no = t.acting_realm_no AND o.user_id = t.acting_user_id"
    " LEFT JOIN operators w ON w.realm_no = t.acting_realm_no AND w.user_id = t.acting_user_id AND w.shop_no = t.realm_no"
    " LEFT JOIN logins ol ON ol.realm_no = t.acting_realm_no AND ol.user_id = t.acting_user_id"
    " WHERE t.realm_no = ? AND t.ticket_id = ?"};

#undef FACTORS_SHOWN

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
constexpr db::Query step_up_app{"tickets.step_up_by_app",
    "UPDATE tickets SET generation = generation + 1, min_generation = generation, rotated_at = ?, dead_at = ?, app_at = ?, "
    "used_recovery = ?, access_life = ?, refresh_life = ?, ends_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND state = ? AND ended_at IS NULL"};
constexpr db::Query step_up_password{"tickets.step_up_by_password",
    "UPDATE tickets SET generation = generation + 1, min_generation = generation, rotated_at = ?, dead_at = ?, password_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND generation = ? AND state = ? AND ended_at IS NULL"};

// Of many clicks at once one writes.
constexpr db::Query note_seen{"tickets.seen",
    "UPDATE tickets SET last_seen_at = ?, dead_at = ? WHERE realm_no = ? AND ticket_id = ? AND ended_at IS NULL "
    "AND (last_seen_at IS NULL OR last_seen_at <= ?)"};
constexpr db::Query end_one_of_user{"tickets.end_of_user",
    "UPDATE tickets SET ended_at = ?, end_reason = ?, dead_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND user_id = ? AND state = ? AND ended_at IS NULL"};
// What the epoch, an expiry or a rest has ended already is not counted.
constexpr db::Query end_others_of_user{"tickets.end_others",
    "UPDATE tickets SET ended_at = ?, end_reason = ?, dead_at = ? WHERE realm_no = ? AND user_id = ? AND ticket_id <> ? AND state = ? "
    "AND ended_at IS NULL AND dead_at > ? AND epoch = (SELECT epoch FROM users WHERE realm_no = ? AND user_id = ?)"};
constexpr db::Query dismiss_banner{"tickets.dismiss", "UPDATE tickets SET dismissed = 1 WHERE realm_no = ? AND ticket_id = ?"};
constexpr db::Query count_app_try{"tickets.app_tried",
    "UPDATE tickets SET app_tries = app_tries + 1 WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL"};
constexpr db::Query end_tried{"tickets.end_tried",
    "UPDATE tickets SET ended_at = ?, end_reason = ?, dead_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL AND app_tries >= ?"};
constexpr db::Query count_spent{"tickets.code_spent",
    "UPDATE tickets SET spent_codes = spent_codes + 1 WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL"};
constexpr db::Query end_spent{"tickets.end_spent",
    "UPDATE tickets SET ended_at = ?, end_reason = ?, dead_at = ? "
    "WHERE realm_no = ? AND ticket_id = ? AND state = ? AND ended_at IS NULL AND spent_codes >= ?"};

// TK6: guarded by the epoch of before, and by that of the user as it is now being one more.
constexpr db::Query adopt{"tickets.adopt_epoch",
    "UPDATE tickets SET epoch = epoch + 1, scope = ? WHERE realm_no = ? AND ticket_id = ? AND epoch = ? AND state = ? AND ended_at IS NULL "
    "AND epoch + 1 = (SELECT epoch FROM users WHERE users.realm_no = ? AND users.user_id = ?)"};
constexpr db::Query delete_of_user{"tickets.delete_of_user", "DELETE FROM tickets WHERE realm_no = ? AND user_id = ?"};

void read_acting(db::Row& row, Ticket& ticket) {
    const auto realm = row.next<std::optional<RealmNo>>();
    const auto user = row.next<UserId>();
    const auto epoch = row.next<std::uint32_t>();
    if (realm) ticket.acting = ActingOperator{.realm = *realm, .user = user, .epoch = epoch};
}

// What SELECT_TICKET put into one number.
void read_small(db::Row& row, Ticket& ticket) {
    const auto all = row.next<std::uint64_t>();
    const auto part = [&](unsigned at, unsigned bits) { return all >> at & ((1U << bits) - 1); };
    ticket.state = static_cast<State>(part(0, 4));
    ticket.scope = static_cast<Scope>(part(4, 4));
    ticket.owes = static_cast<Factor>(part(8, 4));
    ticket.door = static_cast<Door>(part(12, 8));
    ticket.user_role = static_cast<users::Role>(part(20, 8));
    ticket.used_recovery = part(28, 1) != 0;
    ticket.dismissed = part(29, 1) != 0;
    ticket.user_blocked = part(30, 1) != 0;
    ticket.member = part(31, 1) != 0;
}

Ticket read(db::Row& row) {
    Ticket ticket;
    row.into(ticket.realm);
    row.into(ticket.id);
    read_small(row, ticket);
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
    row.into(ticket.app_at);
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
    row.into(ticket.last_seen_at);
    read_acting(row, ticket);
    row.into(ticket.operator_epoch);
    row.into(ticket.user_epoch);
    row.into(ticket.user_region);
    row.into(ticket.realm_version);
    if (const auto account = row.next<std::optional<AccountId>>()) {
        ticket.account = accounts::Account{.realm = ticket.realm, .no = ticket.account_no.value_or(AccountNo{}), .id = *account, .user = ticket.user};
        accounts::read_shown(row, *ticket.account);
    }
    return ticket;
}

Admitted read_admitted(db::Row& row) {
    Admitted who;
    auto& ticket = who.ticket;
    row.into(ticket.realm);
    row.into(ticket.id);
    row.into(ticket.state);
    row.into(ticket.scope);
    row.into(ticket.door);
    row.into(ticket.user);
    row.into(ticket.account_no);
    row.into(ticket.epoch);
    row.into(ticket.generation);
    row.into(ticket.min_generation);
    row.into(ticket.created_at);
    row.into(ticket.rotated_at);
    row.into(ticket.lifetimes.access);
    row.into(ticket.lifetimes.refresh);
    row.into(ticket.lifetimes.ends_at);
    row.into(ticket.password_at);
    row.into(ticket.app_at);
    row.into(ticket.email_at);
    row.into(ticket.sms_at);
    row.into(ticket.used_recovery);
    row.into(ticket.ended_at);
    row.into(ticket.last_seen_at);
    read_acting(row, ticket);
    row.into(ticket.operator_epoch);
    row.into(ticket.user_epoch);
    row.into(ticket.user_blocked);
    row.into(ticket.member);
    if (const auto active = row.next<std::optional<bool>>()) {
        ticket.account.emplace();
        ticket.account->no = ticket.account_no.value_or(AccountNo{});
        ticket.account->active = *active;
    }
    row.into(who.realm_name);
    row.into(who.realm_address);
    row.into(who.user_name);
    row.into(who.email);
    row.into(who.email_verified);
    row.into(who.operator_name);
    return who;
}

Time dead_at(const Ticket& ticket, Time rotated_at) {
    return std::min<Time>(rotated_at + std::max(ticket.lifetimes.access, ticket.lifetimes.refresh), ticket.lifetimes.ends_at);
}

}  // namespace

namespace store {

void insert(db::Tx& tx, const Ticket& ticket) {
    const auto fingerprint = ticket.fingerprint.empty() ? std::nullopt : std::optional<ByteView>(ticket.fingerprint);
    const auto& acting = ticket.acting;
    tx.run(insert_ticket, ticket.realm, ticket.id, ticket.state, ticket.scope, ticket.owes, ticket.door, ticket.user, ticket.account_no, ticket.login,
           ticket.application, ticket.epoch, ticket.generation, ticket.min_generation, ticket.created_at, ticket.rotated_at,
           ticket.lifetimes.access, ticket.lifetimes.refresh, ticket.lifetimes.ends_at, ticket.password_at,
           ticket.app_at, ticket.email_at, ticket.sms_at, ticket.used_recovery, ticket.address, ticket.browser, fingerprint, ticket.fingerprint_key, ticket.region,
           ticket.anonymous, acting ? std::optional(acting->realm) : std::nullopt, acting ? std::optional(acting->user) : std::nullopt,
           acting ? std::optional(acting->epoch) : std::nullopt, dead_at(ticket, ticket.rotated_at));
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

std::optional<Admitted> admitted(db::Session& session, RealmNo realm, const TicketId& id) {
    return session.one(select_admitted, read_admitted, realm, id);
}

std::optional<Admitted> admitted_causally(db::Session& session, RealmNo realm, const TicketId& id) {
    return session.one_causally(select_admitted, read_admitted, realm, id);
}

std::optional<Ticket> get_locked(db::Tx& tx, RealmNo realm, const TicketId& id) {
    return tx.one(select_ticket_locked, read, realm, id);
}

bool rotate(db::Tx& tx, const Ticket& ticket, std::uint32_t from_generation, Time now) {
    return tx.run(rotate_ticket, now, dead_at(ticket, now), ticket.realm, ticket.id, from_generation) == 1;
}

std::vector<Ticket> pending_of(db::Session& session, const Context& context, const UserId& user, unsigned most) {
    return session.all(select_pending, read, context.realm, user, context.application, context.door, State::pending, context.now, most);
}

bool complete(db::Tx& tx, RealmNo realm, const TicketId& id) { return tx.run(complete_pending, realm, id, State::pending) == 1; }

bool step_up_by_app(db::Tx& tx, const Ticket& ticket, bool by_recovery, Time now) {
    const auto& lives = ticket.lifetimes;  // an app turned on a moment ago shortens them (TK2)
    return tx.run(step_up_app, now, dead_at(ticket, now), now, by_recovery, lives.access, lives.refresh, lives.ends_at, ticket.realm, ticket.id, ticket.generation, State::full) == 1;
}

bool step_up(db::Tx& tx, const Ticket& ticket, Factor factor, Time now) {
    const auto& query = factor == Factor::sms ? step_up_sms : step_up_email;
    return tx.run(query, now, dead_at(ticket, now), now, ticket.realm, ticket.id, ticket.generation, State::full) == 1;
}

bool step_up_by_password(db::Tx& tx, const Ticket& ticket, Time now) {
    return tx.run(step_up_password, now, dead_at(ticket, now), now, ticket.realm, ticket.id, ticket.generation, State::full) == 1;
}

void seen(db::Session& session, const Ticket& ticket, Time now) {
    session.run(note_seen, now, dead_at(ticket, now), ticket.realm, ticket.id, now - seen_rests);
}

std::vector<Ticket> sessions(db::Session& session, RealmNo realm, const UserId& user, Time now, unsigned most) {
    return session.all(select_sessions, read, realm, user, State::full, now, most);
}

bool end_of_user(db::Tx& tx, RealmNo realm, const UserId& user, const TicketId& id, Time now) {
    return tx.run(end_one_of_user, now, End::by_owner, now, realm, id, user, State::full) == 1;
}

std::uint64_t end_others(db::Tx& tx, RealmNo realm, const UserId& user, const TicketId& keep, Time now) {
    return tx.run(end_others_of_user, now, End::by_owner, now, realm, user, keep, State::full, now, realm, user);
}

void dismiss(db::Session& session, RealmNo realm, const TicketId& id) { session.run(dismiss_banner, realm, id); }

bool code_spent(db::Db& db, const Context& context, const TicketId& id, unsigned most) {
    if (db.run(count_spent, context.realm, id, State::pending) == 0) return false;
    return db.run(end_spent, context.now, End::spent, context.now, context.realm, id, State::pending, most) == 1;
}

bool app_tried(db::Db& db, const Context& context, const TicketId& id, unsigned most) {
    if (db.run(count_app_try, context.realm, id, State::pending) == 0) return false;
    return db.run(end_tried, context.now, End::spent, context.now, context.realm, id, State::pending, most) == 1;
}

bool end(db::Session& session, RealmNo realm, const TicketId& id, End reason, Time now) {
    return session.run(end_ticket, now, reason, now, realm, id) == 1;
}

bool replace(db::Tx& tx, RealmNo realm, const TicketId& id, std::uint32_t generation, const TicketId& successor, Time now) {
    return tx.run(replace_ticket, now, End::replaced, successor, realm, id, generation) == 1;
}

bool adopt_epoch(db::Tx& tx, const Ticket& ticket) {
    return tx.run(adopt, Scope::full, ticket.realm, ticket.id, ticket.epoch, State::full, ticket.realm, ticket.user) == 1;
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
    "SELECT ticket_id FROM tickets FORCE INDEX (PRIMARY) WHERE realm_no = ? AND ticket_id > ? ORDER BY ticket_id LIMIT 1 OFFSET 999"};
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
    out.insert(out.end(), {&insert_ticket, &claim, &select_ticket, &select_admitted, &select_ticket_locked, &rotate_ticket, &end_ticket,
                           &replace_ticket, &select_pending, &complete_pending, &delete_pending, &step_up_email, &step_up_sms, &step_up_app, &step_up_password, &select_sessions, &note_seen, &end_one_of_user,
                           &end_others_of_user, &dismiss_banner, &count_app_try, &end_tried, &count_spent,
                           &end_spent, &adopt, &delete_of_user});
    out.insert(out.end(), {&purge_tickets, &purge_claimed, &select_end_of_page, &revoke_tickets, &count_tickets});
}

}  // namespace authtickets::tickets
