// SPDX-License-Identifier: MIT
// Accounts: made, read, changed and deleted, each change with its entries in the account's own log.
#include <authtickets/core/accounts.h>

#include <authtickets/text/names.h>

#include "core/accounts/made.h"
#include "core/accounts/store.h"

namespace authtickets::accounts {
namespace {

std::string who(const Context& context) {
    if (!context.user.empty()) return "user " + hex(context.user.value);
    if (context.application != ApplicationNo{}) return "application " + std::to_string(context.application.value);
    return "command";
}

// Nobody in particular: a guest's token, or whoever registers.
bool by_guest(const Context& context) { return context.door == Door::freshcom && context.user.empty(); }

std::string normal_email(const Profile& profile) { return text::normal_email(profile.email).value_or(""); }

}  // namespace

Account Accounts::add(db::Tx& tx, const Context& context, Profile profile, std::optional<AccountNo> number, bool counted, int users) {
    if (!profile.customer_since_at) profile.customer_since_at = context.now;
    const std::string maker = who(context);
    const bool as_guest = context.door == Door::freshcom && users == 0;
    Account account{.realm = context.realm,
                    .id = AccountId{uuid_v4(rng_)},
                    .profile = std::move(profile),
                    .created_at = context.now,
                    .updated_at = context.now,
                    .created_by = as_guest ? std::string(made_as_guest) + maker : maker,
                    .updated_by = maker};
    if (number) number_contacts(account.profile, *number);
    account.no = number ? store::insert_numbered(tx, account, *number, normal_email(account.profile))
                        : store::insert(tx, account, normal_email(account.profile));
    if (counted) store::count(tx, context.realm, account.no, 1, users);
    if (!number && !account.profile.contacts.empty()) {  // they carry the account's number, which exists only now
        number_contacts(account.profile, account.no);
        store::put_profile(tx, account);
    }
    return account;
}

void Accounts::count(db::Tx& tx, const Context& context, AccountNo one_of_them, int more, int more_users) {
    store::count(tx, context.realm, one_of_them, more, more_users);
}

std::optional<AccountNo> Accounts::number_of(db::Session& session, RealmNo realm, const AccountId& id) {
    return store::number_of(session, realm, id);
}

Result<Account> Accounts::get(db::Session& session, RealmNo realm, AccountNo no, std::optional<UserId> user) {
    auto account = user ? store::get_of_user(session, realm, no, *user) : store::get(session, realm, no);
    if (!account) return refuse(Why::unknown_item, "accountId");
    return std::move(*account);
}

bool Accounts::exists(db::Session& session, RealmNo realm, AccountNo no) { return store::exists(session, realm, no); }

Result<Account> Accounts::get_locked(db::Tx& tx, RealmNo realm, AccountNo no, std::optional<UserId> user) {
    if (!store::lock(tx, realm, no)) return refuse(Why::unknown_item, "accountId");
    return get(tx, realm, no, user);
}

Account Accounts::update(db::Tx& tx, const Context& context, Account account, Profile after) {
    number_contacts(after, account.no);
    const auto changes = differences(account.profile, after);
    if (changes.empty()) return account;
    account.profile = std::move(after);
    account.updated_at = context.now;
    account.updated_by = who(context);
    store::update(tx, account, normal_email(account.profile));
    note(tx, context, account.no, "Account updated", changes);
    return account;
}

void Accounts::set_active(db::Tx& tx, const Context& context, Account& account, bool active) {
    account.updated_at = context.now;
    account.updated_by = who(context);
    store::set_active(tx, account, active);
    note(tx, context, account.no, active ? "Account enabled" : "Account disabled",
         {{.path = "active", .old_value = active ? "false" : "true", .new_value = active ? "true" : "false"}});
    account.active = active;
}

bool Accounts::claim(db::Tx& tx, const Context& context, AccountNo no) { return store::claim(tx, context, no, who(context), by_guest(context)); }

void Accounts::remove(db::Tx& tx, const Context& context, const Account& account, int users) {
    store::remove(tx, account);
    store::count(tx, context.realm, account.no, -1, -users);
}

void Accounts::note(db::Tx& tx, const Context& context, AccountNo account, std::string_view description,
                    const std::vector<FieldChange>& changes) {
    for (const auto& change : changes) store::insert_change(tx, context, account, description, change);
    if (changes.empty()) store::insert_change(tx, context, account, description, {});
}

// --- Lists ---

db::Page<Account> Accounts::list(db::Session& session, RealmNo realm, const db::ListQuery& asked) {
    const auto query = normal(asked);
    const auto total = store::count(session, realm, query);
    return {.items = store::list(session, realm, query), .total = total};
}

std::uint64_t Accounts::count(db::Session& session, RealmNo realm) { return store::count(session, realm, {}); }

db::Page<LogEntry> Accounts::log(db::Session& session, RealmNo realm, AccountNo no, const db::ListQuery& query) {
    const auto total = store::count_log(session, realm, no, query);
    return {.items = store::log(session, realm, no, query), .total = total};
}

}  // namespace authtickets::accounts
