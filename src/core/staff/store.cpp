// SPDX-License-Identifier: MIT
// SQL of core/staff, which reads what others write: users, contacts, logins, memberships, accounts.
#include "core/staff/store.h"

#include "core/query_lists.h"

namespace authtickets::staff {
namespace {

#define SELECT_PERSON                                                                                                  \
    "SELECT u.user_id, u.role, u.name, u.given_name, u.middle_name, u.family_name, l.user_name, ce.value, ce.verified_at, " \
    "cp.value, cp.verified_at, u.method, "                                                                            \
    "EXISTS(SELECT 1 FROM totp_authenticators t WHERE t.realm_no = u.realm_no AND t.user_id = u.user_id), "           \
    "u.blocked_at IS NOT NULL OR COALESCE(a.active = 0, 0), a.account_no, a.account_id, u.custom_data, u.created_at, u.updated_at "
#define PERSON_JOINS                                                                                                   \
    " LEFT JOIN logins l ON l.realm_no = u.realm_no AND l.user_id = u.user_id AND l.profile_no = 1"                   \
    " LEFT JOIN contacts ce ON ce.realm_no = u.realm_no AND ce.user_id = u.user_id AND ce.kind = 1"                   \
    " LEFT JOIN contacts cp ON cp.realm_no = u.realm_no AND cp.user_id = u.user_id AND cp.kind = 2"                   \
    " LEFT JOIN accounts a ON a.realm_no = u.realm_no AND a.account_no = (SELECT m.account_no FROM memberships m"     \
    " WHERE m.realm_no = u.realm_no AND m.user_id = u.user_id AND m.is_primary = 1 ORDER BY m.account_no LIMIT 1)"
constexpr db::Query select_one{"staff.get", SELECT_PERSON "FROM users u" PERSON_JOINS " WHERE u.realm_no = ? AND u.user_id = ?"};
constexpr db::Query select_all{"staff.list",
    SELECT_PERSON "FROM users u" PERSON_JOINS " WHERE u.realm_no = ? AND u.role > 1 ORDER BY u.role DESC, u.name, u.user_id LIMIT 1000"};
constexpr db::Query select_named{"staff.named",
    SELECT_PERSON "FROM login_names n JOIN logins w ON w.realm_no = n.realm_no AND w.login_id = n.login_id"
    " JOIN users u ON u.realm_no = w.realm_no AND u.user_id = w.user_id" PERSON_JOINS
    " WHERE n.realm_no = ? AND n.profile_no = 1 AND n.name = ? AND u.role > 1"};
#undef PERSON_JOINS
#undef SELECT_PERSON
constexpr db::Query count_others{"staff.other_administrators",
    "SELECT COUNT(*) FROM users WHERE realm_no = ? AND role = ? AND user_id <> ? AND blocked_at IS NULL"};

Person read(db::Row& row) {
    Person out;
    row.into(out.id);
    row.into(out.role);
    row.into(out.names.name);
    row.into(out.names.given_name);
    row.into(out.names.middle_name);
    row.into(out.names.family_name);
    out.user_name = row.next<std::optional<std::string>>().value_or("");
    out.email.value = row.next<std::optional<std::string>>().value_or("");
    row.into(out.email.verified_at);
    out.phone.value = row.next<std::optional<std::string>>().value_or("");
    row.into(out.phone.verified_at);
    row.into(out.method);
    row.into(out.app);
    row.into(out.suspended);
    row.into(out.account_no);
    out.account = row.next<std::optional<AccountId>>().value_or(AccountId{});
    if (const auto text = row.next<std::optional<std::string>>()) {
        auto data = parse_json(*text, {.depth = 20, .members = 210});
        if (!data || !data->is_object()) throw Fault("users.custom_data holds no JSON object");
        out.custom_data = std::move(*data);
    }
    row.into(out.created_at);
    row.into(out.updated_at);
    return out;
}

}  // namespace

namespace store {

std::optional<Person> get(db::Session& session, RealmNo realm, const UserId& user) { return session.one(select_one, read, realm, user); }

std::vector<Person> list(db::Session& session, RealmNo realm) { return session.all(select_all, read, realm); }

std::optional<Person> named(db::Session& session, RealmNo realm, std::string_view normal_name) {
    return session.one(select_named, read, realm, normal_name);
}

std::uint64_t other_administrators(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(count_others, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm, users::Role::administrator, user).value_or(0);
}

}  // namespace store

void list_queries(QueryList& out) { out.insert(out.end(), {&select_one, &select_all, &select_named, &count_others}); }

}  // namespace authtickets::staff
