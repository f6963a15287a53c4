// SPDX-License-Identifier: MIT
// The statements of core/logins. Admission takes a Db: it never runs inside a use case's transaction (TH8).
#pragma once

#include <authtickets/core/logins.h>

namespace authtickets::logins::store {

std::optional<Login> find(db::Session&, RealmNo, ProfileNo, std::string_view name, std::optional<AccountNo>);

std::optional<Login> of_account(db::Session&, RealmNo, ProfileNo, AccountNo, std::optional<UserId>);

std::optional<Login> of_user(db::Session&, RealmNo, const UserId&, std::optional<AccountNo>);  // the first profile's
std::optional<Login> get(db::Session&, RealmNo, const LoginId&);
std::vector<LoginId> ids_of_user(db::Session&, RealmNo, const UserId&);  // by profile

bool admit_beyond_lock(db::Db&, const Context&, const LoginId&, unsigned limit);
void settle_beyond_lock(db::Tx&, const Context&, const LoginId&);
bool admit(db::Db&, const Context&, const LoginId&, unsigned limit, Time released_before);
void admit_decoy(db::Session&, RealmNo, std::uint8_t slot);  // writes as much as an admission, admits nobody
bool settle_right(db::Tx&, const Context&, const Login&, bool signs_in);
bool settle_right_rehashed(db::Tx&, const Context&, const Login&, const std::string& sealed, bool signs_in);
bool settle_right_beside_lock(db::Tx&, const Context&, const Login&, bool signs_in);
bool settle_locking(db::Tx&, const Context&, const LoginId&, const UserId&, unsigned limit, unsigned daily);
void settle_failed(db::Tx&, const Context&, const LoginId&);
bool count_once(db::Tx&, const Context&, const LoginId&, const std::optional<std::uint16_t>& tag);  // false: the same value again
bool lock(db::Tx&, const Context&, const LoginId&, const UserId&, unsigned limit, unsigned daily);
void settle_repeated(db::Tx&, const Context&, const LoginId&);
void settle_uncounted(db::Session&, const Context&, const LoginId&);

unsigned take_names(db::Tx&, RealmNo, ProfileNo, const LoginId&, const std::vector<std::string>&);  // how many were free
void give_names_back(db::Tx&, RealmNo, const LoginId&);
bool name_exists(db::Session&, RealmNo, ProfileNo, std::string_view name);
void insert(db::Tx&, const Context&, ProfileNo, const LoginId&, const NewLogin&, const std::optional<std::string>& sealed);

// A password: a sealed string, and whether it was made from another system's hash.
struct NewPassword {
    const std::string& sealed;
    bool foreign;
};
bool change_password(db::Tx&, const Context&, const Login&, const NewPassword&, bool unlock);
bool set_password(db::Tx&, const Context&, const Login&, const NewPassword&);
bool reset_password(db::Tx&, const Context&, const Login&, const std::string& sealed);
bool demand_password_change(db::Tx&, const Context&, const LoginId&, bool demanded);
std::vector<std::string> names(db::Tx&, RealmNo, const LoginId&);
void drop_name(db::Tx&, RealmNo, ProfileNo, const std::string& name, const LoginId&);
void put_user_name(db::Tx&, const Context&, const LoginId&, const std::string& user_name, ProfileNo);
void remove(db::Tx&, RealmNo, const UserId&);  // logins and names
void remove_login(db::Tx&, RealmNo, const LoginId&);  // with its names

void note_lock(db::Tx&, const Context&, const LoginId&);  // of a block: the time it was locked last
bool unlock(db::Tx&, const Context&, const LoginId&);

// For keys reseal
struct SealedPassword {
    LoginId id;
    UserId user;
    std::string sealed;
};
std::vector<SealedPassword> sealed_under(db::Session&, RealmNo, crypto::KeyId, const LoginId& after, unsigned most);
bool replace_sealed(db::Tx&, RealmNo, const LoginId&, const std::string& before, const std::string& after);  // false: it was changed

}  // namespace authtickets::logins::store
