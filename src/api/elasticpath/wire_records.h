// SPDX-License-Identifier: MIT
// Users, logins, accounts and memberships as this door shows them (EP90 to EP116, EP190 to EP195, docs/elasticpath.md), and what
// their lists are filtered and sorted by. Pure.
#pragma once

#include <string>
#include <utility>

#include <authtickets/core/accounts.h>
#include <authtickets/core/members.h>
#include <authtickets/core/users.h>

#include "api/elasticpath/wire.h"
#include "api/elasticpath/wire_list.h"

namespace authtickets::elasticpath {

// Where a resource stands. A record names its own address, whatever way it was asked for.
std::string user_info_path(const Uuid& realm, const UserId&);
std::string password_info_path(const Uuid& realm, const UserId&, const LoginId&);

// Each is a record as it stands in a list; whole(record) is the answer about that one alone.
Json user_info(const users::User&, const Uuid& realm);
Json password_info(const members::Info&, const Uuid& realm);
Json account_member(const users::User&);
Json account(const accounts::Account&);
Json account_membership(const users::Membership&);
Json whole(Json record);

const ListForm& user_info_list();
const ListForm& account_member_list();
const ListForm& account_list();

// What a list is confined to by who asks.
template <class Field>
db::Condition equal(Field field, db::Param value) {
    return {.field = static_cast<int>(field), .op = db::Op::eq, .values = {std::move(value)}};
}

}  // namespace authtickets::elasticpath
