// SPDX-License-Identifier: MIT
// The statements of core/logins. Admission takes a Db: it never runs inside a use case's transaction (TH8).
#pragma once

#include <authtickets/core/logins.h>

namespace authtickets::logins::store {

std::optional<Login> find(db::Session&, RealmNo, ProfileNo, std::string_view name, std::optional<AccountNo>);

bool admit(db::Db&, const Context&, const LoginId&, unsigned limit, Time released_before);
void admit_decoy(db::Db&, RealmNo, std::uint8_t slot);  // writes as much as an admission, admits nobody
bool settle_right(db::Tx&, const Context&, const Login&);
bool settle_right_rehashed(db::Tx&, const Context&, const Login&, const std::string& sealed);
bool settle_locking(db::Tx&, const Context&, const LoginId&, const UserId&, unsigned limit, unsigned daily);
void settle_failed(db::Tx&, const Context&, const LoginId&);
void settle_uncounted(db::Session&, const Context&, const LoginId&);

unsigned take_names(db::Tx&, RealmNo, ProfileNo, const LoginId&, const std::vector<std::string>&);  // how many were free
void give_names_back(db::Tx&, RealmNo, const LoginId&);
bool name_exists(db::Session&, RealmNo, ProfileNo, std::string_view name);
void insert(db::Tx&, const Context&, ProfileNo, const LoginId&, const NewLogin&, const std::optional<std::string>& sealed);

bool unlock(db::Tx&, const Context&, const LoginId&);

}  // namespace authtickets::logins::store
