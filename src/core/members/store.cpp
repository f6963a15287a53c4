// SPDX-License-Identifier: MIT
// SQL of core/members.
#include "core/members/store.h"

#include "core/query_lists.h"

namespace authtickets::members {
namespace {

// A user has one login in a profile, so these are few. Those of staff are none of this door's.
#define INFO_COLUMNS                                                                                          \
    "SELECT l.login_id, l.user_id, l.profile_no, p.profile_id, l.user_name, l.created_at, l.updated_at "     \
    "FROM logins l JOIN password_profiles p ON p.realm_no = l.realm_no AND p.profile_no = l.profile_no "      \
    "JOIN users u ON u.realm_no = l.realm_no AND u.user_id = l.user_id AND u.role = 1 "
constexpr db::Query select_infos{"members.infos",
    INFO_COLUMNS "WHERE l.realm_no = ? AND l.user_id = ? ORDER BY l.created_at DESC, l.login_id LIMIT ? OFFSET ?"};
constexpr db::Query select_info{"members.info", INFO_COLUMNS "WHERE l.realm_no = ? AND l.login_id = ? AND l.user_id = ?"};
#undef INFO_COLUMNS
constexpr db::Query count_of{"members.count_infos",
    "SELECT COUNT(*) FROM logins l JOIN password_profiles p ON p.realm_no = l.realm_no AND p.profile_no = l.profile_no "
    "JOIN users u ON u.realm_no = l.realm_no AND u.user_id = l.user_id AND u.role = 1 WHERE l.realm_no = ? AND l.user_id = ?"};

constexpr db::Query select_accounts_of{"members.accounts_of",
    "SELECT m.account_no, a.account_id FROM memberships m JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no "
    "WHERE m.realm_no = ? AND m.user_id = ? ORDER BY m.account_no"};

Info read(db::Row& row) {
    Info info;
    row.into(info.id);
    row.into(info.user);
    row.into(info.profile);
    row.into(info.profile_id);
    row.into(info.user_name);
    row.into(info.created_at);
    row.into(info.updated_at);
    return info;
}

}  // namespace

namespace store {

std::vector<Info> infos(db::Session& session, RealmNo realm, const UserId& user, std::uint32_t offset, std::uint32_t limit) {
    return session.all(select_infos, read, realm, user, limit, offset);
}

std::uint64_t count_infos(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(count_of, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm, user).value_or(0);
}

std::optional<Info> info(db::Session& session, RealmNo realm, const UserId& user, const LoginId& login) {
    return session.one(select_info, read, realm, login, user);
}

std::vector<AccountOf> accounts_of(db::Session& session, RealmNo realm, const UserId& user) {
    return session.all(select_accounts_of, [](db::Row& row) {
        AccountOf out;
        row.into(out.no);
        row.into(out.id);
        return out;
    }, realm, user);
}

}  // namespace store

void list_queries(QueryList& out) { out.insert(out.end(), {&select_infos, &select_info, &count_of, &select_accounts_of}); }

}  // namespace authtickets::members
