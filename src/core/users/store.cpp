// SPDX-License-Identifier: MIT
// SQL of core/users: users, contacts, memberships. Each operation is one statement, so the store is the service.
#include <authtickets/core/users.h>

#include "core/query_lists.h"

namespace authtickets::users {
namespace {

constexpr db::Query insert_user{"users.insert",
    "INSERT INTO users (realm_no, user_id, epoch, failed_day, created_at, updated_at) VALUES (?, ?, 1, 0, ?, ?)"};

constexpr db::Query insert_contact{"users.insert_contact",
    "INSERT INTO contacts (realm_no, user_id, kind, value, normal, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)"};

constexpr db::Query insert_membership{"users.insert_membership",
    "INSERT INTO memberships (realm_no, user_id, account_no, role, is_primary, created_at) VALUES (?, ?, ?, ?, ?, ?)"};

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
                        const std::string& normal) {
    tx.run(insert_contact, context.realm, user, kind, value, normal, context.now, context.now);
}

void Users::add_membership(db::Tx& tx, const Context& context, const UserId& user, AccountNo account, std::string_view role,
                           bool primary) {
    tx.run(insert_membership, context.realm, user, account, role, primary, context.now);
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

void list_queries(QueryList& out) {
    out.insert(out.end(), {&insert_user, &insert_contact, &insert_membership, &raise_epoch_of, &block_user, &unblock_user,
                           &count_failure_of, &forgive});
}

}  // namespace authtickets::users
