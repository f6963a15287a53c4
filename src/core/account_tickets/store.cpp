// SPDX-License-Identifier: MIT
// SQL of core/account_tickets.
#include "core/account_tickets/store.h"

#include "core/query_lists.h"

namespace authtickets::account_tickets {
namespace {

#define OF_USER                                                                                                        \
    " FROM memberships m JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"                   \
    " WHERE m.realm_no = ? AND m.user_id = ? AND a.active = 1"
constexpr db::Query count_accounts{"account_tickets.count", "SELECT COUNT(*)" OF_USER};
constexpr db::Query select_accounts{"account_tickets.accounts",
    "SELECT a.account_no, a.account_id, a.name" OF_USER " ORDER BY a.created_at, a.account_no LIMIT ? OFFSET ?"};
#undef OF_USER

}  // namespace

namespace store {

std::uint64_t count(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(count_accounts, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm, user).value_or(0);
}

std::vector<Account> page(db::Session& session, RealmNo realm, const UserId& user, const Page& page) {
    return session.all(select_accounts, [](db::Row& row) {
        Account account;
        row.into(account.no);
        row.into(account.id);
        row.into(account.name);
        return account;
    }, realm, user, page.limit, page.offset);
}

}  // namespace store

void list_queries(QueryList& out) { out.insert(out.end(), {&count_accounts, &select_accounts}); }

}  // namespace authtickets::account_tickets
