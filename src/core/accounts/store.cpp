// SPDX-License-Identifier: MIT
// SQL of core/accounts.
#include "core/accounts/store.h"

#include "core/query_lists.h"

namespace authtickets::accounts {
namespace {

constexpr db::Query insert_account{"accounts.insert",
    "INSERT INTO accounts (realm_no, account_id, account_type, email, email_normal, first_name, last_name, company, "
    "locale_code, external_id, tax_id, tax_exempt, accepts_marketing, active, customer_since_at, profile, created_at, "
    "created_by, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query last_number{"accounts.last_number", "SELECT LAST_INSERT_ID()"};
constexpr db::Query put_profile_of{"accounts.put_profile", "UPDATE accounts SET profile = ? WHERE realm_no = ? AND account_no = ?"};

// With the primary user and his login in the default profile; both are missing for a guest.
constexpr db::Query select_account{"accounts.get",
    "SELECT " AUTHTICKETS_ACCOUNT_COLUMNS " FROM accounts a"
    " LEFT JOIN memberships m ON m.realm_no = a.realm_no AND m.account_no = a.account_no AND m.is_primary = 1"
    " LEFT JOIN users u ON u.realm_no = a.realm_no AND u.user_id = m.user_id"
    " LEFT JOIN logins l ON l.realm_no = a.realm_no AND l.user_id = m.user_id AND l.profile_no = 1"
    " WHERE a.realm_no = ? AND a.account_no = ? LIMIT 1"};
constexpr db::Query select_of_user{"accounts.get_of_user",
    "SELECT " AUTHTICKETS_ACCOUNT_COLUMNS " FROM memberships m"
    " JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"
    " JOIN users u ON u.realm_no = m.realm_no AND u.user_id = m.user_id"
    " LEFT JOIN logins l ON l.realm_no = m.realm_no AND l.user_id = m.user_id AND l.profile_no = 1"
    " WHERE m.realm_no = ? AND m.account_no = ? AND m.user_id = ? LIMIT 1"};

// Members left out are empty lists; an account of a plain shop stores "{}".
std::string profile_text(const Profile& profile) {
    Json out = Json::object({});
    if (!profile.contacts.empty()) out.set("contacts", profile.contacts);
    if (!profile.attributes.empty()) out.set("attributes", profile.attributes);
    if (!profile.notes.empty()) out.set("notes", profile.notes);
    return out.dump();
}

Json::Array taken(Json& from, std::string_view member) {
    auto* members = from.members();
    for (auto& [name, value] : *members) {
        if (name == member && value.is_array()) return std::move(*value.items());
    }
    return {};
}

void read_profile(std::string_view text, Profile& profile) {
    if (text.size() <= 2) return;
    // What was stored once is within the limits of a request's body, wrapped once more, and a contact has got two members.
    auto stored = parse_json(text, {.depth = 20, .members = 210});
    if (!stored || !stored->is_object()) throw Fault("accounts.profile holds no JSON object");
    profile.contacts = taken(*stored, "contacts");
    profile.attributes = taken(*stored, "attributes");
    profile.notes = taken(*stored, "notes");
}

}  // namespace

Account read_account(db::Row& row) {
    Account account;
    row.into(account.realm);
    row.into(account.no);
    row.into(account.id);
    row.into(account.profile.account_type);
    row.into(account.profile.email);
    row.into(account.profile.first_name);
    row.into(account.profile.last_name);
    row.into(account.profile.company);
    row.into(account.profile.locale_code);
    row.into(account.profile.external_id);
    row.into(account.profile.tax_id);
    row.into(account.profile.tax_exempt);
    row.into(account.profile.accepts_marketing);
    row.into(account.profile.customer_since_at);
    read_profile(row.next<std::string>(), account.profile);
    row.into(account.active);
    row.into(account.created_at);
    row.into(account.updated_at);
    row.into(account.created_by);
    row.into(account.updated_by);
    row.into(account.user);
    row.into(account.user_name);
    row.into(account.locked);
    row.into(account.foreign_password);
    row.into(account.last_second_step_at);
    return account;
}

namespace store {

AccountNo insert(db::Tx& tx, const Account& account, std::string_view email_normal) {
    const auto& profile = account.profile;
    tx.run(insert_account, account.realm, account.id, profile.account_type, profile.email, email_normal, profile.first_name,
           profile.last_name, profile.company, profile.locale_code, profile.external_id, profile.tax_id, profile.tax_exempt,
           profile.accepts_marketing, profile.customer_since_at, profile_text(profile), account.created_at,
           account.created_by, account.updated_at, account.updated_by);
    return tx.one(last_number, [](db::Row& row) { return row.next<AccountNo>(); }).value();
}

void put_profile(db::Tx& tx, const Account& account) {
    tx.run(put_profile_of, profile_text(account.profile), account.realm, account.no);
}

std::optional<Account> get(db::Session& session, RealmNo realm, AccountNo no) {
    return session.one(select_account, read_account, realm, no);
}

std::optional<Account> get_of_user(db::Session& session, RealmNo realm, AccountNo no, const UserId& user) {
    return session.one(select_of_user, read_account, realm, no, user);
}

}  // namespace store

void list_queries(QueryList& out) {
    out.insert(out.end(), {&insert_account, &last_number, &put_profile_of, &select_account, &select_of_user});
}

}  // namespace authtickets::accounts
