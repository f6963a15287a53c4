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
constexpr db::Query insert_with_number{"accounts.insert_numbered",
    "INSERT INTO accounts (realm_no, account_no, account_id, account_type, email, email_normal, first_name, last_name, company, "
    "locale_code, external_id, tax_id, tax_exempt, accepts_marketing, active, customer_since_at, profile, created_at, "
    "created_by, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query count_accounts{"accounts.count",
    "INSERT INTO account_counts (realm_no, slot, accounts) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE accounts = accounts + ?"};
constexpr db::Query select_exists{"accounts.exists", "SELECT 1 FROM accounts WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query lock_account{"accounts.lock", "SELECT 1 FROM accounts WHERE realm_no = ? AND account_no = ? FOR UPDATE"};
constexpr db::Query update_account{"accounts.update",
    "UPDATE accounts SET account_type = ?, email = ?, email_normal = ?, first_name = ?, last_name = ?, company = ?, "
    "locale_code = ?, external_id = ?, tax_id = ?, tax_exempt = ?, accepts_marketing = ?, customer_since_at = ?, profile = ?, "
    "updated_at = ?, updated_by = ? WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query update_active{"accounts.set_active",
    "UPDATE accounts SET active = ?, updated_at = ?, updated_by = ? WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query delete_account{"accounts.delete", "DELETE FROM accounts WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query delete_changes{"accounts.delete_changes", "DELETE FROM account_changes WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query insert_change_of{"accounts.insert_change",
    "INSERT INTO account_changes (realm_no, account_no, changed_at, description, field_path, old_value, new_value, user_id, "
    "application_no, site_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
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

AccountNo insert_numbered(db::Tx& tx, const Account& account, AccountNo number, std::string_view email_normal) {
    const auto& profile = account.profile;
    tx.run(insert_with_number, account.realm, number, account.id, profile.account_type, profile.email, email_normal,
           profile.first_name, profile.last_name, profile.company, profile.locale_code, profile.external_id, profile.tax_id,
           profile.tax_exempt, profile.accepts_marketing, profile.customer_since_at, profile_text(profile), account.created_at,
           account.created_by, account.updated_at, account.updated_by);
    return number;
}

void count(db::Tx& tx, RealmNo realm, AccountNo no, int more) { tx.run(count_accounts, realm, no.value % 64, more, more); }

bool exists(db::Session& session, RealmNo realm, AccountNo no) {
    return session.one(select_exists, [](db::Row& row) { return row.next<int>(); }, realm, no).has_value();
}

bool lock(db::Tx& tx, RealmNo realm, AccountNo no) {
    return tx.one(lock_account, [](db::Row& row) { return row.next<int>(); }, realm, no).has_value();
}

void update(db::Tx& tx, const Account& account, std::string_view email_normal) {
    const auto& profile = account.profile;
    tx.run(update_account, profile.account_type, profile.email, email_normal, profile.first_name, profile.last_name,
           profile.company, profile.locale_code, profile.external_id, profile.tax_id, profile.tax_exempt,
           profile.accepts_marketing, profile.customer_since_at, profile_text(profile), account.updated_at, account.updated_by,
           account.realm, account.no);
}

void set_active(db::Tx& tx, const Account& account, bool active) {
    tx.run(update_active, active, account.updated_at, account.updated_by, account.realm, account.no);
}

void remove(db::Tx& tx, RealmNo realm, AccountNo no) {
    tx.run(delete_changes, realm, no);
    tx.run(delete_account, realm, no);
}

void insert_change(db::Tx& tx, const Context& context, AccountNo account, std::string_view description, const FieldChange& change) {
    const auto user = context.user.empty() ? std::nullopt : std::optional(context.user);
    const auto application = context.application == ApplicationNo{} ? std::nullopt : std::optional(context.application);
    const auto site = context.site == 0 ? std::nullopt : std::optional(context.site);
    tx.run(insert_change_of, context.realm, account, context.now, description, change.path, change.old_value, change.new_value,
           user, application, site);
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
    out.insert(out.end(), {&insert_account, &insert_with_number, &last_number, &count_accounts, &select_exists, &lock_account, &update_account,
                           &update_active, &delete_account, &delete_changes, &insert_change_of, &put_profile_of, &select_account,
                           &select_of_user});
}

}  // namespace authtickets::accounts
