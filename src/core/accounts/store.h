// SPDX-License-Identifier: MIT
// The statements of core/accounts.
#pragma once

#include <authtickets/core/accounts.h>

namespace authtickets::accounts::store {

AccountNo insert(db::Tx&, const Account&, std::string_view email_normal);
AccountNo insert_numbered(db::Tx&, const Account&, AccountNo, std::string_view email_normal);  // Duplicate when taken
void count(db::Tx&, RealmNo, AccountNo, int more, int users);  // of the realm's accounts and users
std::optional<AccountNo> number_of(db::Session&, RealmNo, const AccountId&);
bool exists(db::Session&, RealmNo, AccountNo);
bool lock(db::Tx&, RealmNo, AccountNo);             // false: there is none
void update(db::Tx&, const Account&, std::string_view email_normal);
void set_active(db::Tx&, const Account&, bool active);
bool claim(db::Tx&, const Context&, AccountNo, std::string_view who, bool by_guest);
void remove(db::Tx&, const Account&);               // with its log
void insert_change(db::Tx&, const Context&, AccountNo, std::string_view description, const FieldChange&);
void put_profile(db::Tx&, const Account&);
std::optional<Account> get(db::Session&, RealmNo, AccountNo);
std::optional<Account> get_of_user(db::Session&, RealmNo, AccountNo, const UserId&);

db::Statement list_statement(RealmNo, const db::ListQuery&);
std::vector<Account> list(db::Session&, RealmNo, const db::ListQuery&);
std::uint64_t count(db::Session&, RealmNo, const db::ListQuery&);
std::vector<LogEntry> log(db::Session&, RealmNo, AccountNo, const db::ListQuery&);
std::uint64_t count_log(db::Session&, RealmNo, AccountNo, const db::ListQuery&);

}  // namespace authtickets::accounts::store
