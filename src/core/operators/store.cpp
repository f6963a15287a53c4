// SPDX-License-Identifier: MIT
// SQL of core/operators. The name, the address and the state of an operator are those of the user.
#include "core/operators/store.h"

#include "core/query_lists.h"

namespace authtickets::operators {
namespace {

#define SELECT_OPERATOR                                                                                                \
    "SELECT o.user_id, o.shop_no, o.role, l.user_name, a.first_name, a.last_name, c.value, a.account_no, o.preferences, " \
    "EXISTS(SELECT 1 FROM totp_authenticators t WHERE t.realm_no = o.realm_no AND t.user_id = o.user_id), "            \
    "l.locked_at IS NOT NULL, u.blocked_at IS NOT NULL OR a.active = 0, u.epoch, o.last_sign_in_at, o.created_at "     \
    "FROM operators o"                                                                                                 \
    " JOIN users u ON u.realm_no = o.realm_no AND u.user_id = o.user_id"                                               \
    " JOIN logins l ON l.realm_no = o.realm_no AND l.user_id = o.user_id"                                              \
    " JOIN memberships m ON m.realm_no = o.realm_no AND m.user_id = o.user_id AND m.is_primary = 1"                    \
    " JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"                                      \
    " LEFT JOIN contacts c ON c.realm_no = o.realm_no AND c.user_id = o.user_id AND c.kind = 1"
constexpr db::Query select_one{"operators.get", SELECT_OPERATOR " WHERE o.realm_no = ? AND o.user_id = ? AND o.shop_no = ?"};
constexpr db::Query select_of_shop{"operators.list",
    SELECT_OPERATOR " WHERE o.shop_no = ? ORDER BY a.last_name, a.first_name, l.user_name LIMIT 1000"};
#undef SELECT_OPERATOR
constexpr db::Query select_any{"operators.any", "SELECT 1 FROM operators WHERE realm_no = ? AND user_id = ? LIMIT 1"};

constexpr db::Query insert_one{"operators.insert",
    "INSERT INTO operators (realm_no, user_id, shop_no, role, preferences, changes, created_at, updated_at) "
    "VALUES (?, ?, ?, ?, '{}', 0, ?, ?)"};
// Whoever takes a manager away changes the rows of all: two at once wait for each other, and on two primaries one is undone.
constexpr db::Query touch{"operators.touch_managers", "UPDATE operators SET changes = changes + 1 WHERE shop_no = ? AND role = ?"};
constexpr db::Query put_role{"operators.set_role",
    "UPDATE operators SET role = ?, updated_at = ? WHERE realm_no = ? AND user_id = ? AND shop_no = ? AND role = ?"};
constexpr db::Query delete_one{"operators.remove", "DELETE FROM operators WHERE realm_no = ? AND user_id = ? AND shop_no = ?"};
constexpr db::Query delete_of_user{"operators.forget", "DELETE FROM operators WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query put_sign_in{"operators.note_sign_in",
    "UPDATE operators SET last_sign_in_at = ? WHERE realm_no = ? AND user_id = ? AND shop_no = ?"};
constexpr db::Query put_preferences{"operators.set_preferences",
    "UPDATE operators SET preferences = ? WHERE realm_no = ? AND user_id = ? AND shop_no = ?"};

Operator read(db::Row& row) {
    Operator out;
    row.into(out.user);
    row.into(out.shop);
    row.into(out.role);
    row.into(out.user_name);
    row.into(out.first_name);
    row.into(out.last_name);
    out.email = row.next<std::optional<std::string>>().value_or("");
    row.into(out.account);
    const auto preferences = row.next<std::string>();
    if (auto json = parse_json(preferences); json && json->is_object()) out.preferences = std::move(*json);
    row.into(out.app);
    row.into(out.locked);
    row.into(out.blocked);
    row.into(out.epoch);
    row.into(out.last_sign_in_at);
    row.into(out.created_at);
    return out;
}

}  // namespace

namespace store {

std::optional<Operator> find(db::Session& session, RealmNo realm, const UserId& user, RealmNo shop) {
    return session.one(select_one, read, realm, user, shop);
}

std::vector<Operator> list(db::Session& session, RealmNo shop) { return session.all(select_of_shop, read, shop); }

void insert(db::Tx& tx, RealmNo realm, const UserId& user, RealmNo shop, Role role, Time now) {
    tx.run(insert_one, realm, user, shop, role, now, now);
}

std::uint64_t touch_managers(db::Tx& tx, RealmNo shop) { return tx.run(touch, shop, Role::manager); }

bool set_role(db::Tx& tx, RealmNo realm, const UserId& user, RealmNo shop, Role before, Role after, Time now) {
    return tx.run(put_role, after, now, realm, user, shop, before) == 1;
}

bool remove(db::Tx& tx, RealmNo realm, const UserId& user, RealmNo shop) { return tx.run(delete_one, realm, user, shop) == 1; }

bool any(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_any, [](db::Row&) { return true; }, realm, user).has_value();
}

void note_sign_in(db::Tx& tx, RealmNo realm, const UserId& user, RealmNo shop, Time now) { tx.run(put_sign_in, now, realm, user, shop); }

void set_preferences(db::Session& session, RealmNo realm, const UserId& user, RealmNo shop, std::string_view json) {
    session.run(put_preferences, json, realm, user, shop);
}

}  // namespace store

void forget(db::Tx& tx, RealmNo realm, const UserId& user) { tx.run(delete_of_user, realm, user); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_one, &select_of_shop, &select_any, &insert_one, &touch, &put_role, &delete_one, &delete_of_user, &put_sign_in,
                           &put_preferences});
}

}  // namespace authtickets::operators
