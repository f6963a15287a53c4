// SPDX-License-Identifier: MIT
// SQL of core/users: users, contacts, memberships. Each operation is one statement, so the store is the service.
#include <authtickets/core/users.h>

#include "core/query_lists.h"

namespace authtickets::users {
namespace {

constexpr db::Query insert_user{"users.insert",
    "INSERT INTO users (realm_no, user_id, epoch, failed_day, created_at, updated_at) VALUES (?, ?, 1, 0, ?, ?)", db::Gather::row};

constexpr db::Query insert_contact{"users.insert_contact",
    "INSERT INTO contacts (realm_no, user_id, kind, value, normal, verified_at, created_at, updated_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", db::Gather::row};

constexpr db::Query insert_membership{"users.insert_membership",
    "INSERT INTO memberships (realm_no, user_id, account_no, role, is_primary, created_at) VALUES (?, ?, ?, ?, ?, ?)", db::Gather::row};

constexpr db::Query select_exists{"users.exists", "SELECT 1 FROM users WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query select_members{"users.members",
    "SELECT m.user_id, m.is_primary, EXISTS(SELECT 1 FROM memberships o WHERE o.realm_no = m.realm_no AND o.user_id = m.user_id "
    "AND o.account_no <> m.account_no) FROM memberships m WHERE m.realm_no = ? AND m.account_no = ? "
    "ORDER BY m.is_primary DESC, m.user_id"};

constexpr db::Query delete_membership{"users.delete_membership",
    "DELETE FROM memberships WHERE realm_no = ? AND user_id = ? AND account_no = ?"};

constexpr db::Query delete_memberships{"users.delete_memberships", "DELETE FROM memberships WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query delete_contacts{"users.delete_contacts", "DELETE FROM contacts WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query delete_user{"users.delete", "DELETE FROM users WHERE realm_no = ? AND user_id = ?"};

// verified_at is judged before normal changes: assignments run from left to right.
constexpr db::Query put_contact{"users.put_contact",
    "INSERT INTO contacts (realm_no, user_id, kind, value, normal, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE verified_at = IF(normal = ?, verified_at, NULL), value = ?, normal = ?, updated_at = ?"};

constexpr db::Query delete_contact{"users.delete_contact", "DELETE FROM contacts WHERE realm_no = ? AND user_id = ? AND kind = ?"};

constexpr db::Query verify_contact_of{"users.verify_contact",
    "UPDATE contacts SET verified_at = ?, updated_at = ? WHERE realm_no = ? AND user_id = ? AND kind = ? AND verified_at IS NULL"};

constexpr db::Query update_method{"users.set_method",
    "UPDATE users SET method = ?, updated_at = ? WHERE realm_no = ? AND user_id = ? AND method <> ?"};

// A region that was not claimed leaves the last validated one as it is.
constexpr db::Query update_step{"users.note_step",
    "UPDATE users SET last_second_step_at = COALESCE(?, last_second_step_at), region_at = IF(? = '', region_at, ?), region = IF(? = '', region, ?) "
    "WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query verify_contact_at{"users.verify_contact_at",
    "UPDATE contacts SET verified_at = ?, updated_at = ? "
    "WHERE realm_no = ? AND user_id = ? AND kind = ? AND value = ? AND verified_at IS NULL"};

// A join, not IN (SELECT ...), which the server would answer row by row of the realm.
constexpr db::Query raise_epochs_of{"users.raise_epochs",
    "UPDATE users u JOIN memberships m ON m.realm_no = u.realm_no AND m.user_id = u.user_id "
    "SET u.epoch = u.epoch + 1, u.updated_at = ? WHERE m.realm_no = ? AND m.account_no = ?"};

constexpr db::Query raise_epoch_of{"users.raise_epoch",
    "UPDATE users SET epoch = epoch + 1, updated_at = ? WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query block_user{"users.block",
    "UPDATE users SET epoch = epoch + 1, blocked_at = ?, updated_at = ? "
    "WHERE realm_no = ? AND user_id = ? AND blocked_at IS NULL"};

constexpr db::Query unblock_user{"users.unblock",
    "UPDATE users SET blocked_at = NULL, updated_at = ? WHERE realm_no = ? AND user_id = ? AND blocked_at IS NOT NULL"};

// The window begins with its first failure. failed_day is set before failed_day_at: a single-table UPDATE assigns from
// left to right, and the condition must see the old start.
constexpr db::Query count_failure_of{"users.count_failure",
    "UPDATE users SET failed_day = IF(failed_day_at > ?, failed_day + 1, 1), "
    "failed_day_at = IF(failed_day_at > ?, failed_day_at, ?) WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query forgive{"users.forgive_failures",
    "UPDATE users SET failed_day = 0, failed_day_at = NULL WHERE realm_no = ? AND user_id = ?"};

}  // namespace

void Users::add(db::Tx& tx, const Context& context, const UserId& user) {
    tx.run(insert_user, context.realm, user, context.now, context.now);
}

void Users::add_contact(db::Tx& tx, const Context& context, const UserId& user, ContactKind kind, const std::string& value,
                        const std::string& normal, bool verified) {
    const auto verified_at = verified ? std::optional(context.now) : std::nullopt;
    tx.run(insert_contact, context.realm, user, kind, value, normal, verified_at, context.now, context.now);
}

void Users::add_membership(db::Tx& tx, const Context& context, const UserId& user, AccountNo account, std::string_view role,
                           bool primary) {
    tx.run(insert_membership, context.realm, user, account, role, primary, context.now);
}

bool Users::exists(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_exists, [](db::Row& row) { return row.next<int>(); }, realm, user).has_value();
}

std::vector<Users::Member> Users::members(db::Session& session, RealmNo realm, AccountNo account) {
    return session.all(select_members, [](db::Row& row) {
        Member member;
        row.into(member.user);
        row.into(member.primary);
        row.into(member.elsewhere);
        return member;
    }, realm, account);
}

void Users::remove_membership(db::Tx& tx, const Context& context, const UserId& user, AccountNo account) {
    tx.run(delete_membership, context.realm, user, account);
}

void Users::remove(db::Tx& tx, const Context& context, const UserId& user) {
    tx.run(delete_memberships, context.realm, user);
    tx.run(delete_contacts, context.realm, user);
    tx.run(delete_user, context.realm, user);
}

void Users::set_contact(db::Tx& tx, const Context& context, const UserId& user, ContactKind kind, const std::string& value,
                        const std::string& normal) {
    if (value.empty()) {
        tx.run(delete_contact, context.realm, user, kind);
        return;
    }
    tx.run(put_contact, context.realm, user, kind, value, normal, context.now, context.now, normal, value, normal, context.now);
}

void Users::verify_contact(db::Tx& tx, const Context& context, const UserId& user, ContactKind kind) {
    tx.run(verify_contact_of, context.now, context.now, context.realm, user, kind);
}

bool Users::set_method(db::Tx& tx, const Context& context, const UserId& user, Method method) {
    return tx.run(update_method, method, context.now, context.realm, user, method) == 1;
}

void Users::verify_contact(db::Tx& tx, const Context& context, const UserId& user, ContactKind kind, const std::string& value) {
    tx.run(verify_contact_at, context.now, context.now, context.realm, user, kind, value);
}

void Users::note_step(db::Tx& tx, const Context& context, const UserId& user, bool second, const std::string& region) {
    tx.run(update_step, second ? std::optional(context.now) : std::nullopt, region, context.now, region, region, context.realm, user);
}

void Users::raise_epochs(db::Tx& tx, const Context& context, AccountNo account) {
    tx.run(raise_epochs_of, context.now, context.realm, account);
}

bool Users::raise_epoch(db::Tx& tx, const Context& context, const UserId& user) {
    return tx.run(raise_epoch_of, context.now, context.realm, user) == 1;
}

bool Users::block(db::Tx& tx, const Context& context, const UserId& user, bool blocked) {
    return blocked ? tx.run(block_user, context.now, context.now, context.realm, user) == 1
                   : tx.run(unblock_user, context.now, context.realm, user) == 1;
}

void Users::count_failure(db::Tx& tx, const Context& context, const UserId& user) {
    const Time since = context.now - std::chrono::hours(24);
    tx.run(count_failure_of, since, since, context.now, context.realm, user);
}

void Users::forgive_failures(db::Tx& tx, const Context& context, const UserId& user) { tx.run(forgive, context.realm, user); }

// --- Upkeep

namespace {

constexpr db::Query select_end_of_page{"users.end_of_page",
    "SELECT user_id FROM users WHERE realm_no = ? AND user_id > ? ORDER BY user_id LIMIT 1 OFFSET 999"};
constexpr db::Query raise_page{"users.raise_epochs_of_page",
    "UPDATE users SET epoch = GREATEST(epoch + 1, ?), updated_at = ? WHERE realm_no = ? AND user_id > ? AND user_id <= ?"};
constexpr db::Query count_users{"users.count", "SELECT COUNT(*) FROM users WHERE realm_no = ?"};

}  // namespace

std::optional<UserId> end_of_page(db::Session& session, RealmNo realm, const UserId& after) {
    return session.one(select_end_of_page, [](db::Row& row) { return row.next<UserId>(); }, realm, after);
}

std::uint64_t raise_epochs(db::Tx& tx, const Context& context, const UserId& after, const UserId& last, std::uint32_t least) {
    return tx.run(raise_page, least, context.now, context.realm, after, last);
}

std::uint64_t count(db::Session& session, RealmNo realm) {
    return session.one(count_users, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm).value_or(0);
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_end_of_page, &raise_page, &count_users});
    out.insert(out.end(), {&insert_user, &insert_contact, &insert_membership, &select_exists, &select_members, &delete_membership, &delete_memberships,
                           &delete_contacts, &delete_user, &put_contact, &delete_contact, &verify_contact_of, &update_method, &update_step, &verify_contact_at, &raise_epochs_of,
                            &raise_epoch_of, &block_user, &unblock_user,
                           &count_failure_of, &forgive});
}

}  // namespace authtickets::users
