// SPDX-License-Identifier: MIT
// SQL of core/users: users, contacts, memberships. Each operation is one statement, so the store is the service.
#include <authtickets/core/users.h>

#include <algorithm>

#include "core/query_lists.h"

namespace authtickets::users {
namespace {

constexpr db::Query insert_user{"users.insert",
    "INSERT INTO users (realm_no, user_id, name, given_name, middle_name, family_name, role, epoch, failed_day, created_at, updated_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?)", db::Gather::row};

// Beside the accounts, in slots of their own (core/accounts).
constexpr db::Query count_more{"users.count_more",
    "INSERT INTO account_counts (realm_no, slot, accounts, users) VALUES (?, ?, 0, ?) ON DUPLICATE KEY UPDATE users = users + ?"};

#define USER_COLUMNS                                                                                                 \
    "SELECT u.user_id, u.name, u.given_name, u.middle_name, u.family_name, ce.value, ce.verified_at IS NOT NULL, "  \
    "u.blocked_at IS NOT NULL, u.role, u.created_at, u.updated_at FROM users u"                                             \
    " LEFT JOIN contacts ce ON ce.realm_no = u.realm_no AND ce.user_id = u.user_id AND ce.kind = 1"
constexpr db::Query select_user{"users.get", USER_COLUMNS " WHERE u.realm_no = ? AND u.user_id = ?"};
constexpr db::Query lock_user{"users.lock", "SELECT 1 FROM users WHERE realm_no = ? AND user_id = ? FOR UPDATE"};
// Staff are no customers: lists and totals are without them. "+ 0", or the index of roles might be taken, of which customers are
// nearly all.
constexpr db::Query select_list{"users.list", USER_COLUMNS " WHERE u.realm_no = ? AND u.role + 0 = 1"};
#undef USER_COLUMNS
constexpr db::Query select_list_count{"users.list_count",
    "SELECT COUNT(*) FROM users u LEFT JOIN contacts ce ON ce.realm_no = u.realm_no AND ce.user_id = u.user_id AND ce.kind = 1 "
    "WHERE u.realm_no = ? AND u.role + 0 = 1"};
// What an unfiltered list has in all, without looking at the users.
constexpr db::Query select_total{"users.total",
    "SELECT CAST(COALESCE(SUM(users), 0) AS SIGNED) FROM account_counts WHERE realm_no = ?"};

constexpr db::Query update_names{"users.set_names",
    "UPDATE users SET name = ?, given_name = ?, middle_name = ?, family_name = ?, updated_at = ? WHERE realm_no = ? AND user_id = ?"};
// Compared by their bytes: another letter case is another name.
constexpr db::Query follow_names_of{"users.follow_names",
    "UPDATE users SET name = IF(BINARY name = ?, ?, name), given_name = IF(BINARY given_name = ?, ?, given_name), "
    "family_name = IF(BINARY family_name = ?, ?, family_name), updated_at = ? WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query touch_user{"users.touch", "UPDATE users SET updated_at = ? WHERE realm_no = ? AND user_id = ?"};

#define MEMBERSHIP_COLUMNS                                                                                           \
    "SELECT m.user_id, m.account_no, a.account_id, m.role, m.is_primary, m.created_at FROM memberships m"           \
    " JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"
constexpr db::Query select_memberships{"users.memberships",
    MEMBERSHIP_COLUMNS " WHERE m.realm_no = ? AND m.account_no = ? ORDER BY m.is_primary DESC, m.user_id LIMIT ? OFFSET ?"};
constexpr db::Query select_membership{"users.membership",
    MEMBERSHIP_COLUMNS " WHERE m.realm_no = ? AND m.account_no = ? AND m.user_id = ?"};
#undef MEMBERSHIP_COLUMNS
constexpr db::Query count_memberships{"users.count_memberships", "SELECT COUNT(*) FROM memberships WHERE realm_no = ? AND account_no = ?"};
// The insert is the verdict: of two who add the same one, one adds the row.
constexpr db::Query join_account{"users.join",
    "INSERT IGNORE INTO memberships (realm_no, user_id, account_no, role, is_primary, created_at) VALUES (?, ?, ?, ?, ?, ?)"};
constexpr db::Query select_primary_of{"users.primary_of",
    "SELECT account_no FROM memberships WHERE realm_no = ? AND user_id = ? AND is_primary = 1 ORDER BY account_no"};
// The account's row is locked by who asks, so nobody names another one meanwhile.
constexpr db::Query make_primary{"users.name_primary",
    "UPDATE memberships m JOIN (SELECT user_id FROM memberships WHERE realm_no = ? AND account_no = ? "
    "ORDER BY is_primary DESC, created_at, user_id LIMIT 1) f ON f.user_id = m.user_id "
    "SET m.is_primary = 1, m.role = 'owner' WHERE m.realm_no = ? AND m.account_no = ?"};

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

constexpr db::Query unverify_contact_of{"users.unverify_contact",
    "UPDATE contacts SET verified_at = NULL, updated_at = ? WHERE realm_no = ? AND user_id = ? AND kind = ? AND verified_at IS NOT NULL"};

constexpr db::Query update_method{"users.set_method",
    "UPDATE users SET method = ?, updated_at = ? WHERE realm_no = ? AND user_id = ? AND method <> ?"};

// A region that was not claimed leaves the last validated one as it is.
constexpr db::Query update_step{"users.note_step",
    "UPDATE users u LEFT JOIN logins l ON l.realm_no = u.realm_no AND l.login_id = ? SET l.last_login_at = ?, "
    "u.last_second_step_at = COALESCE(?, u.last_second_step_at), u.region_at = IF(? = '', u.region_at, ?), u.region = IF(? = '', u.region, ?) "
    "WHERE u.realm_no = ? AND u.user_id = ?"};

constexpr db::Query update_role{"users.set_role",
    "UPDATE users SET role = ?, updated_at = ? WHERE realm_no = ? AND user_id = ? AND role <> ?"};
constexpr db::Query touch_role{"users.touch_role", "UPDATE users SET changes = changes + 1 WHERE realm_no = ? AND role = ?"};
constexpr db::Query update_custom_data{"users.set_custom_data",
    "UPDATE users SET custom_data = ?, updated_at = ? WHERE realm_no = ? AND user_id = ?"};

constexpr db::Query select_two_step_ended{"users.two_step_ended_at",
    "SELECT two_step_ended_at FROM users WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query update_two_step_ended{"users.note_two_step_ended",
    "UPDATE users SET two_step_ended_at = ? WHERE realm_no = ? AND user_id = ?"};

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

constexpr db::Query take_back{"users.take_failure_back",
    "UPDATE users SET failed_day = failed_day - 1 WHERE realm_no = ? AND user_id = ? AND failed_day > 0"};
constexpr db::Query forgive{"users.forgive_failures",
    "UPDATE users SET failed_day = 0, failed_day_at = NULL WHERE realm_no = ? AND user_id = ?"};

}  // namespace

void Users::add(db::Tx& tx, const Context& context, const UserId& user, const Names& names, Role role) {
    tx.run(insert_user, context.realm, user, names.name, names.given_name, names.middle_name, names.family_name, role, context.now, context.now);
}

void Users::count(db::Tx& tx, const Context& context, const UserId& one_of_them, int more) {
    tx.run(count_more, context.realm, one_of_them.value.bytes[0] % 64, more, more);
}

// --- As a whole

namespace {

User read_user(db::Row& row) {
    User user;
    row.into(user.id);
    row.into(user.names.name);
    row.into(user.names.given_name);
    row.into(user.names.middle_name);
    row.into(user.names.family_name);
    row.into(user.email);
    row.into(user.email_verified);
    row.into(user.blocked);
    row.into(user.role);
    row.into(user.created_at);
    row.into(user.updated_at);
    return user;
}

Membership read_membership(db::Row& row) {
    Membership membership;
    row.into(membership.user);
    row.into(membership.account);
    row.into(membership.account_id);
    row.into(membership.role);
    row.into(membership.primary);
    row.into(membership.created_at);
    return membership;
}

// In the order of Field.
constexpr std::array<db::Column, list_fields.size()> list_columns{{
    {"u.user_id"},
    {"u.name"},
    {"ce.normal"},
    {"u.given_name"},
    {"u.middle_name"},
    {"u.family_name"},
    {"u.created_at"},
    {"u.updated_at"},
}};

std::uint64_t number(db::Row& row) { return row.next<std::uint64_t>(); }

}  // namespace

std::optional<User> Users::get(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_user, read_user, realm, user);
}

std::optional<User> Users::get_locked(db::Tx& tx, RealmNo realm, const UserId& user) {
    if (!tx.one(lock_user, [](db::Row& row) { return row.next<int>(); }, realm, user)) return {};
    return get(tx, realm, user);
}

db::Page<User> Users::list(db::Session& session, RealmNo realm, const db::ListQuery& query) {
    db::Page<User> out;
    if (query.filtered()) {
        out.total = session.one(db::counted(select_list_count, {db::param(realm)}, list_columns, query), number).value_or(0);
    } else {
        const auto total = session.one(select_total, [](db::Row& row) { return row.next<std::int64_t>(); }, realm).value_or(0);
        out.total = static_cast<std::uint64_t>(std::max<std::int64_t>(total, 0));
    }
    out.items = session.all(db::listed(select_list, {db::param(realm)}, list_columns, query, static_cast<int>(Field::id)), read_user);
    return out;
}

void Users::set_names(db::Tx& tx, const Context& context, const UserId& user, const Names& names) {
    tx.run(update_names, names.name, names.given_name, names.middle_name, names.family_name, context.now, context.realm, user);
}

void Users::follow_names(db::Tx& tx, const Context& context, const UserId& user, const Names& before, const Names& after) {
    tx.run(follow_names_of, before.name, after.name, before.given_name, after.given_name, before.family_name, after.family_name, context.now,
           context.realm, user);
}

void Users::touch(db::Tx& tx, const Context& context, const UserId& user) { tx.run(touch_user, context.now, context.realm, user); }

db::Page<Membership> Users::memberships(db::Session& session, RealmNo realm, AccountNo account, std::uint32_t offset, std::uint32_t limit) {
    const auto total = session.one(count_memberships, number, realm, account).value_or(0);
    return {.items = session.all(select_memberships, read_membership, realm, account, limit, offset), .total = total};
}

std::optional<Membership> Users::membership(db::Session& session, RealmNo realm, AccountNo account, const UserId& user) {
    return session.one(select_membership, read_membership, realm, account, user);
}

bool Users::join(db::Tx& tx, const Context& context, const UserId& user, AccountNo account, std::string_view role, bool primary) {
    return tx.run(join_account, context.realm, user, account, role, primary, context.now) == 1;
}

std::vector<AccountNo> Users::primary_of(db::Session& session, RealmNo realm, const UserId& user) {
    return session.all(select_primary_of, [](db::Row& row) { return row.next<AccountNo>(); }, realm, user);
}

void Users::name_primary(db::Tx& tx, const Context& context, AccountNo account) {
    tx.run(make_primary, context.realm, account, context.realm, account);
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

void Users::unverify_contact(db::Tx& tx, const Context& context, const UserId& user, ContactKind kind) {
    tx.run(unverify_contact_of, context.now, context.realm, user, kind);
}

bool Users::set_method(db::Tx& tx, const Context& context, const UserId& user, Method method) {
    return tx.run(update_method, method, context.now, context.realm, user, method) == 1;
}

bool Users::set_role(db::Tx& tx, const Context& context, const UserId& user, Role role) {
    return tx.run(update_role, role, context.now, context.realm, user, role) == 1;
}

std::uint64_t Users::touch_administrators(db::Tx& tx, RealmNo realm) { return tx.run(touch_role, realm, Role::administrator); }

void Users::set_custom_data(db::Tx& tx, const Context& context, const UserId& user, const Json& data) {
    const bool any = data.is_object() && !data.members()->empty();
    tx.run(update_custom_data, any ? std::optional(data.dump()) : std::nullopt, context.now, context.realm, user);
}

void Users::verify_contact(db::Tx& tx, const Context& context, const UserId& user, ContactKind kind, const std::string& value) {
    tx.run(verify_contact_at, context.now, context.now, context.realm, user, kind, value);
}

std::optional<Time> Users::two_step_ended_at(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_two_step_ended, [](db::Row& row) { return row.next<std::optional<Time>>(); }, realm, user).value_or(std::nullopt);
}

void Users::note_two_step_ended(db::Tx& tx, const Context& context, const UserId& user, const std::optional<Time>& at) {
    tx.run(update_two_step_ended, at, context.realm, user);
}

void Users::note_step(db::Tx& tx, const Context& context, const UserId& user, bool second, const std::string& region,
                      const std::optional<LoginId>& signed_in) {
    tx.run(update_step, signed_in, context.now, second ? std::optional(context.now) : std::nullopt, region, context.now, region, region, context.realm, user);
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

void Users::take_failure_back(db::Tx& tx, const Context& context, const UserId& user) { tx.run(take_back, context.realm, user); }

void Users::forgive_failures(db::Tx& tx, const Context& context, const UserId& user) { tx.run(forgive, context.realm, user); }

// --- Upkeep

namespace {

constexpr db::Query select_end_of_page{"users.end_of_page",
    "SELECT user_id FROM users FORCE INDEX (PRIMARY) WHERE realm_no = ? AND user_id > ? ORDER BY user_id LIMIT 1 OFFSET 999"};
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
    out.insert(out.end(), {&count_more, &select_user, &lock_user, &select_list, &select_list_count, &select_total, &update_names, &follow_names_of,
                           &touch_user, &select_memberships, &select_membership, &count_memberships, &join_account, &select_primary_of, &make_primary});
    out.insert(out.end(), {&insert_user, &insert_contact, &insert_membership, &select_exists, &select_members, &delete_membership, &delete_memberships,
                           &delete_contacts, &delete_user, &put_contact, &delete_contact, &verify_contact_of, &unverify_contact_of, &update_method, &update_role, &touch_role,
                           &update_custom_data, &update_step, &verify_contact_at, &select_two_step_ended, &update_two_step_ended, &raise_epochs_of,
                            &raise_epoch_of, &block_user, &unblock_user,
                           &count_failure_of, &forgive, &take_back});
}

}  // namespace authtickets::users
