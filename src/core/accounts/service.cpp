// SPDX-License-Identifier: MIT
// Accounts: made and read.
#include <authtickets/core/accounts.h>

#include <authtickets/text/names.h>

#include "core/accounts/store.h"

namespace authtickets::accounts {

Account Accounts::add(db::Tx& tx, const Context& context, Profile profile) {
    if (!profile.customer_since_at) profile.customer_since_at = context.now;
    const std::string maker = "application " + std::to_string(context.application.value);
    Account account{.realm = context.realm,
                    .id = AccountId{uuid_v4(rng_)},
                    .profile = std::move(profile),
                    .created_at = context.now,
                    .updated_at = context.now,
                    .created_by = maker,
                    .updated_by = maker};
    account.no = store::insert(tx, account, text::normal_email(account.profile.email).value_or(""));
    if (!account.profile.contacts.empty()) {  // they carry the account's number, which exists only now
        number_contacts(account.profile, account.no);
        store::put_profile(tx, account);
    }
    return account;
}

Result<Account> Accounts::get(db::Session& session, RealmNo realm, AccountNo no, std::optional<UserId> user) {
    auto account = user ? store::get_of_user(session, realm, no, *user) : store::get(session, realm, no);
    if (!account) return refuse(Why::unknown_item, "accountId");
    return std::move(*account);
}

}  // namespace authtickets::accounts
