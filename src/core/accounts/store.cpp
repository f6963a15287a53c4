// SPDX-License-Identifier: MIT
// SQL of core/accounts.
#include "core/accounts/store.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <authtickets/text/names.h>

#include "core/accounts/made.h"
#include "core/query_lists.h"

namespace authtickets::accounts {
namespace {

constexpr db::Query insert_account{"accounts.insert",
    "INSERT INTO accounts (realm_no, account_id, account_type, name, legal_name, registration_id, parent_id, code, label, phone, email, "
    "email_normal, first_name, last_name, company, locale_code, external_id, tax_id, tax_exempt, accepts_marketing, active, "
    "customer_since_at, profile, created_at, created_by, updated_at, updated_by) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)", db::Gather::beside};
constexpr db::Query insert_with_number{"accounts.insert_numbered",
    "INSERT INTO accounts (realm_no, account_no, account_id, account_type, name, legal_name, registration_id, parent_id, code, label, phone, "
    "email, email_normal, first_name, last_name, company, locale_code, external_id, tax_id, tax_exempt, accepts_marketing, active, "
    "customer_since_at, profile, created_at, created_by, updated_at, updated_by) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)", db::Gather::row};
constexpr db::Query count_accounts{"accounts.count",
    "INSERT INTO account_counts (realm_no, slot, accounts, users) VALUES (?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE accounts = accounts + ?, users = users + ?"};
constexpr db::Query select_exists{"accounts.exists", "SELECT 1 FROM accounts WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query lock_account{"accounts.lock", "SELECT 1 FROM accounts WHERE realm_no = ? AND account_no = ? FOR UPDATE"};
constexpr db::Query update_account{"accounts.update",
    "UPDATE accounts SET account_type = ?, name = ?, legal_name = ?, registration_id = ?, code = ?, label = ?, phone = ?, "
    "email = ?, email_normal = ?, first_name = ?, last_name = ?, company = ?, locale_code = ?, "
    "external_id = ?, tax_id = ?, tax_exempt = ?, accepts_marketing = ?, customer_since_at = ?, profile = ?, "
    "updated_at = ?, updated_by = ? WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query update_active{"accounts.set_active",
    "UPDATE accounts SET active = ?, updated_at = ?, updated_by = ? WHERE realm_no = ? AND account_no = ?"};
// The row changes whatever the clock says, so that of two primaries that claim at once one is undone.
// The mark of who was made as a guest ends with it, and a guest of the door that sets it claims nothing without.
constexpr db::Query claim_first{"accounts.claim",
    "UPDATE accounts SET claims = claims + 1, created_by = REPLACE(created_by, '" AUTHTICKETS_MADE_AS_GUEST "', ''), updated_at = ?, "
    "updated_by = ? WHERE realm_no = ? AND account_no = ? AND (? = 0 OR created_by LIKE '" AUTHTICKETS_MADE_AS_GUEST "%') AND NOT EXISTS "
    "(SELECT 1 FROM memberships m WHERE m.realm_no = accounts.realm_no AND m.account_no = accounts.account_no)"};
constexpr db::Query delete_account{"accounts.delete", "DELETE FROM accounts WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query free_children{"accounts.free_children",
    "UPDATE accounts SET parent_id = NULL WHERE realm_no = ? AND parent_id = ?"};
constexpr db::Query select_number{"accounts.number_of", "SELECT account_no FROM accounts WHERE realm_no = ? AND account_id = ?"};
constexpr db::Query delete_changes{"accounts.delete_changes", "DELETE FROM account_changes WHERE realm_no = ? AND account_no = ?"};
constexpr db::Query insert_change_of{"accounts.insert_change",
    "INSERT INTO account_changes (realm_no, account_no, changed_at, description, field_path, old_value, new_value, user_id, "
    "application_no, site_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query last_number{"accounts.last_number", "SELECT LAST_INSERT_ID()", db::Gather::beside};
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

std::optional<AccountId> parent(const Profile& profile) { return profile.parent.empty() ? std::nullopt : std::optional(profile.parent); }

// Members left out are empty lists; an account of a plain shop stores "{}".
std::string profile_text(const Profile& profile) {
    Json out = Json::object({});
    if (!profile.contacts.empty()) out.set("contacts", profile.contacts);
    if (!profile.attributes.empty()) out.set("attributes", profile.attributes);
    if (!profile.notes.empty()) out.set("notes", profile.notes);
    if (!profile.caption.empty()) out.set("caption", profile.caption);
    if (!profile.description.empty()) out.set("description", profile.description);
    if (profile.custom_data.is_object()) out.set("customData", profile.custom_data);
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
    if (const auto* caption = stored->find("caption")) profile.caption = caption->text() ? *caption->text() : "";
    if (const auto* description = stored->find("description")) profile.description = description->text() ? *description->text() : "";
    if (const auto* custom = stored->find("customData")) profile.custom_data = *custom;
}

}  // namespace

Account read_account(db::Row& row) {
    Account account;
    row.into(account.realm);
    row.into(account.no);
    row.into(account.user);
    row.into(account.id);
    read_shown(row, account);
    return account;
}

void read_shown(db::Row& row, Account& account) {
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
    auto name = row.next<std::string>();
    row.into(account.profile.legal_name);
    row.into(account.profile.registration_id);
    row.into(account.profile.parent);
    row.into(account.profile.code);
    row.into(account.profile.label);
    row.into(account.profile.phone);
    if (name != shown_name(account.profile)) account.profile.name = std::move(name);  // else it follows the other names
    row.into(account.user_name);
    row.into(account.locked);
    row.into(account.foreign_password);
    row.into(account.last_second_step_at);
}

namespace store {

AccountNo insert(db::Tx& tx, const Account& account, std::string_view email_normal) {
    const auto& profile = account.profile;
    tx.run(insert_account, account.realm, account.id, profile.account_type, shown_name(profile), profile.legal_name,
           profile.registration_id, parent(profile), profile.code, profile.label, profile.phone, profile.email, email_normal,
           profile.first_name, profile.last_name, profile.company, profile.locale_code, profile.external_id, profile.tax_id, profile.tax_exempt,
           profile.accepts_marketing, profile.customer_since_at, profile_text(profile), account.created_at,
           account.created_by, account.updated_at, account.updated_by);
    return tx.one(last_number, [](db::Row& row) { return row.next<AccountNo>(); }).value();
}

AccountNo insert_numbered(db::Tx& tx, const Account& account, AccountNo number, std::string_view email_normal) {
    const auto& profile = account.profile;
    tx.run(insert_with_number, account.realm, number, account.id, profile.account_type, shown_name(profile), profile.legal_name,
           profile.registration_id, parent(profile), profile.code, profile.label, profile.phone, profile.email, email_normal,
           profile.first_name, profile.last_name, profile.company, profile.locale_code, profile.external_id, profile.tax_id,
           profile.tax_exempt, profile.accepts_marketing, profile.customer_since_at, profile_text(profile), account.created_at,
           account.created_by, account.updated_at, account.updated_by);
    return number;
}

void count(db::Tx& tx, RealmNo realm, AccountNo no, int more, int users) {
    tx.run(count_accounts, realm, no.value % 64, more, users, more, users);
}

std::optional<AccountNo> number_of(db::Session& session, RealmNo realm, const AccountId& id) {
    return session.one(select_number, [](db::Row& row) { return row.next<AccountNo>(); }, realm, id);
}

bool exists(db::Session& session, RealmNo realm, AccountNo no) {
    return session.one(select_exists, [](db::Row& row) { return row.next<int>(); }, realm, no).has_value();
}

bool lock(db::Tx& tx, RealmNo realm, AccountNo no) {
    return tx.one(lock_account, [](db::Row& row) { return row.next<int>(); }, realm, no).has_value();
}

void update(db::Tx& tx, const Account& account, std::string_view email_normal) {
    const auto& profile = account.profile;
    tx.run(update_account, profile.account_type, shown_name(profile), profile.legal_name, profile.registration_id, profile.code,
           profile.label, profile.phone, profile.email, email_normal, profile.first_name, profile.last_name, profile.company,
           profile.locale_code, profile.external_id, profile.tax_id, profile.tax_exempt,
           profile.accepts_marketing, profile.customer_since_at, profile_text(profile), account.updated_at, account.updated_by,
           account.realm, account.no);
}

void set_active(db::Tx& tx, const Account& account, bool active) {
    tx.run(update_active, active, account.updated_at, account.updated_by, account.realm, account.no);
}

bool claim(db::Tx& tx, const Context& context, AccountNo no, std::string_view who, bool by_guest) {
    return tx.run(claim_first, context.now, who, context.realm, no, by_guest) == 1;
}

void remove(db::Tx& tx, const Account& account) {
    tx.run(delete_changes, account.realm, account.no);
    tx.run(free_children, account.realm, account.id);
    tx.run(delete_account, account.realm, account.no);
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

// --- Lists ---

namespace {

// Each is a whole statement that db/where adds conditions, an order and a limit to.
constexpr db::Query select_list{"accounts.list",
    "SELECT " AUTHTICKETS_ACCOUNT_COLUMNS " FROM accounts a"
    " LEFT JOIN memberships m ON m.realm_no = a.realm_no AND m.account_no = a.account_no AND m.is_primary = 1"
    " LEFT JOIN users u ON u.realm_no = a.realm_no AND u.user_id = m.user_id"
    " LEFT JOIN logins l ON l.realm_no = a.realm_no AND l.user_id = m.user_id AND l.profile_no = 1"
    " WHERE a.realm_no = ?"};
constexpr db::Query select_list_of_user{"accounts.list_of_user",
    "SELECT " AUTHTICKETS_ACCOUNT_COLUMNS " FROM accounts a"
    " JOIN memberships m ON m.realm_no = a.realm_no AND m.account_no = a.account_no AND m.user_id = ?"
    " JOIN users u ON u.realm_no = a.realm_no AND u.user_id = m.user_id"
    " LEFT JOIN logins l ON l.realm_no = a.realm_no AND l.user_id = m.user_id AND l.profile_no = 1"
    " WHERE a.realm_no = ?"};
constexpr db::Query select_count{"accounts.list_count", "SELECT COUNT(*) FROM accounts a WHERE a.realm_no = ?"};
constexpr db::Query select_log{"accounts.log",
    "SELECT c.change_no, c.account_no, c.changed_at, c.description, c.field_path, c.old_value, c.new_value, c.user_id, "
    "c.application_no, COALESCE(p.name, ''), c.site_id FROM account_changes c"
    " LEFT JOIN applications p ON p.realm_no = c.realm_no AND p.application_no = c.application_no"
    " WHERE c.realm_no = ? AND c.account_no = ?"};
constexpr db::Query select_log_count{"accounts.log_count",
    "SELECT COUNT(*) FROM account_changes c WHERE c.realm_no = ? AND c.account_no = ?"};
// What an unfiltered list has in all, without looking at the accounts.
constexpr db::Query select_total{"accounts.total",
    "SELECT CAST(COALESCE(SUM(accounts), 0) AS SIGNED) FROM account_counts WHERE realm_no = ?"};

// In the order of Field.
constexpr std::array<db::Column, list_fields.size()> list_columns{{
    {"a.account_no"},
    {"a.email_normal"},
    {"a.first_name"},
    {"a.last_name"},
    {"a.company"},
    {"a.external_id"},
    {"a.account_no IN (SELECT s.account_no FROM memberships s WHERE s.realm_no = a.realm_no AND s.user_id", ")"},
    {"a.account_no IN (SELECT s.account_no FROM login_names n"
     " JOIN logins k ON k.realm_no = n.realm_no AND k.login_id = n.login_id"
     " JOIN memberships s ON s.realm_no = k.realm_no AND s.user_id = k.user_id"
     " WHERE n.realm_no = a.realm_no AND n.profile_no = 1 AND n.name", ")"},
    {"a.active"},
    {"(NOT EXISTS (SELECT 1 FROM memberships g WHERE g.realm_no = a.realm_no AND g.account_no = a.account_no))"},
    {"a.customer_since_at"},
    {"a.created_at"},
    {"a.updated_at"},
    {"a.account_id"},
    {"a.name"},
    {"a.legal_name"},
    {"a.registration_id"},
    {"a.code"},
    {"a.label"},
    {"a.phone"},
}};

// In the order of LogField.
constexpr std::array<db::Column, log_fields.size()> log_columns{{
    {"c.change_no"},
    {"c.changed_at"},
    {"(c.field_path LIKE 'notes%')"},
}};

const db::Param* user_asked_for(const db::ListQuery& query) {
    for (const auto& each : query.where) {
        if (each.field == static_cast<int>(Field::user) && each.op == db::Op::eq && !each.values.empty()) return &each.values[0];
    }
    return nullptr;
}

LogEntry read_log_entry(db::Row& row) {
    LogEntry entry;
    row.into(entry.no);
    row.into(entry.account);
    row.into(entry.at);
    row.into(entry.description);
    row.into(entry.change.path);
    row.into(entry.change.old_value);
    row.into(entry.change.new_value);
    row.into(entry.user);
    row.into(entry.application);
    row.into(entry.application_name);
    row.into(entry.site);
    return entry;
}

std::uint64_t number_found(db::Session& session, const db::Statement& statement, const db::ListQuery& query) {
    const auto found = session.one(statement, [](db::Row& row) { return row.next<std::uint64_t>(); }).value_or(0);
    return query.most ? std::min<std::uint64_t>(found, *query.most) : found;
}

}  // namespace

namespace store {

db::Statement list_statement(RealmNo realm, const db::ListQuery& query) {
    const auto* const user = user_asked_for(query);
    // Either is nobody else's. By both no index is in order.
    const bool by_id = std::ranges::any_of(query.order, [](const db::Order& each) { return each.field == static_cast<int>(Field::id); });
    return db::listed(user ? select_list_of_user : select_list,
                      user ? std::vector{*user, db::param(realm)} : std::vector{db::param(realm)}, list_columns, query,
                      static_cast<int>(by_id ? Field::id : Field::no));
}

std::vector<Account> list(db::Session& session, RealmNo realm, const db::ListQuery& query) {
    return session.all(list_statement(realm, query), read_account);
}

std::uint64_t count(db::Session& session, RealmNo realm, const db::ListQuery& query) {
    if (query.filtered()) {
        return number_found(session, db::counted(select_count, {db::param(realm)}, list_columns, query), query);
    }
    const auto total = session.one(select_total, [](db::Row& row) { return row.next<std::int64_t>(); }, realm).value_or(0);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(total, 0));
}

std::vector<LogEntry> log(db::Session& session, RealmNo realm, AccountNo no, const db::ListQuery& query) {
    return session.all(db::listed(select_log, {db::param(realm), db::param(no)}, log_columns, query, static_cast<int>(LogField::no)),
                       read_log_entry);
}

std::uint64_t count_log(db::Session& session, RealmNo realm, AccountNo no, const db::ListQuery& query) {
    return number_found(session, db::counted(select_log_count, {db::param(realm), db::param(no)}, log_columns, query), query);
}

}  // namespace store

// --- Commands and upkeep

namespace {

// By whatever a person knows of an account, each by its own index.
constexpr db::Query search_by_any{"accounts.search",
    "SELECT " AUTHTICKETS_ACCOUNT_COLUMNS " FROM ("
    "SELECT realm_no, account_no FROM accounts WHERE realm_no = ? AND account_no = ? "
    "UNION SELECT realm_no, account_no FROM accounts WHERE realm_no = ? AND email_normal = ? "
    "UNION SELECT realm_no, account_no FROM accounts WHERE realm_no = ? AND external_id = ? "
    "UNION SELECT m.realm_no, m.account_no FROM login_names n "
    "JOIN logins w ON w.realm_no = n.realm_no AND w.login_id = n.login_id "
    "JOIN memberships m ON m.realm_no = w.realm_no AND m.user_id = w.user_id "
    "WHERE n.realm_no = ? AND n.profile_no = ? AND n.name = ?) f "
    "JOIN accounts a ON a.realm_no = f.realm_no AND a.account_no = f.account_no "
    "LEFT JOIN memberships p ON p.realm_no = a.realm_no AND p.account_no = a.account_no AND p.is_primary = 1 "
    "LEFT JOIN users u ON u.realm_no = p.realm_no AND u.user_id = p.user_id "
    "LEFT JOIN logins l ON l.realm_no = u.realm_no AND l.user_id = u.user_id AND l.profile_no = 1 "
    "ORDER BY a.account_no LIMIT ?"};

constexpr db::Query purge_changes{"accounts.purge_log",
    "DELETE FROM account_changes WHERE realm_no = ? AND changed_at < ? ORDER BY changed_at LIMIT ?"};

}  // namespace

std::vector<Account> find(db::Session& session, RealmNo realm, std::string_view wanted, unsigned most) {
    constexpr ProfileNo default_profile{1};
    const auto trimmed = text::trimmed(wanted);
    std::uint32_t number = 0;  // no account has it
    const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
    if (error != std::errc{} || end != trimmed.data() + trimmed.size()) number = 0;
    if (trimmed.empty()) return {};  // as the external id is of most accounts
    return session.all(search_by_any, read_account, realm, number, realm, text::normal_email(trimmed).value_or(trimmed), realm, trimmed, realm,
                       default_profile, text::normal_name(trimmed).value_or(""), most);
}

std::uint64_t purge_log(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_changes, realm, before, most); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&search_by_any, &purge_changes});
    out.insert(out.end(), {&insert_account, &insert_with_number, &last_number, &count_accounts, &select_exists, &lock_account, &update_account,
                           &update_active, &claim_first, &delete_account, &free_children, &select_number, &delete_changes, &insert_change_of, &put_profile_of, &select_account,
                           &select_of_user});
    out.insert(out.end(), {&select_list, &select_list_of_user, &select_count, &select_log, &select_log_count, &select_total});
}

}  // namespace authtickets::accounts
