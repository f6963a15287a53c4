// SPDX-License-Identifier: MIT
// The statements of core/members: logins with the profile they are of. What is written is written by core/logins.
#pragma once

#include <authtickets/core/members.h>

namespace authtickets::members::store {

std::vector<Info> infos(db::Session&, RealmNo, const UserId&, std::uint32_t offset, std::uint32_t limit);  // the newest first
std::uint64_t count_infos(db::Session&, RealmNo, const UserId&);
std::optional<Info> info(db::Session&, RealmNo, const UserId&, const LoginId&);

struct AccountOf {
    AccountNo no{};
    AccountId id{};
};
std::vector<AccountOf> accounts_of(db::Session&, RealmNo, const UserId&);  // all that he belongs to

}  // namespace authtickets::members::store
