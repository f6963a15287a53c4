// SPDX-License-Identifier: MIT
// SQL of core/enrolment: a customer by the id that its door knows it by, or by its user, in one statement.
#include "core/enrolment/store.h"

#include "core/query_lists.h"

namespace authtickets::enrolment {
namespace {

constexpr db::Query select_by_id{"enrolment.get",
    "SELECT " AUTHTICKETS_ACCOUNT_COLUMNS " FROM accounts a"
    " LEFT JOIN memberships m ON m.realm_no = a.realm_no AND m.account_no = a.account_no AND m.is_primary = 1"
    " LEFT JOIN users u ON u.realm_no = a.realm_no AND u.user_id = m.user_id"
    " LEFT JOIN logins l ON l.realm_no = a.realm_no AND l.user_id = m.user_id AND l.profile_no = 1"
    " WHERE a.realm_no = ? AND a.account_id = ? LIMIT 1"};
constexpr db::Query select_of_user{"enrolment.of_user",
    "SELECT " AUTHTICKETS_ACCOUNT_COLUMNS " FROM memberships m"
    " JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"
    " JOIN users u ON u.realm_no = m.realm_no AND u.user_id = m.user_id"
    " LEFT JOIN logins l ON l.realm_no = m.realm_no AND l.user_id = m.user_id AND l.profile_no = 1"
    " WHERE m.realm_no = ? AND m.user_id = ? AND m.is_primary = 1 ORDER BY m.account_no LIMIT 1"};

}  // namespace

namespace store {

std::optional<Customer> get(db::Session& session, RealmNo realm, const AccountId& id) {
    return session.one(select_by_id, accounts::read_account, realm, id);
}

std::optional<Customer> of_user(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(select_of_user, accounts::read_account, realm, user);
}

}  // namespace store

void list_queries(QueryList& out) { out.insert(out.end(), {&select_by_id, &select_of_user}); }

}  // namespace authtickets::enrolment
