// SPDX-License-Identifier: MIT
// The statements of core/imports.
#pragma once

#include <authtickets/core/imports.h>

namespace authtickets::imports::store {

std::optional<State> find(db::Session&, RealmNo, const ImportId&);
void insert(db::Db&, const Context&, const ImportId&, std::string_view file_name);  // nothing happens when it is there
// The row moves from one line to the next; false: it does not stand where the caller left it. Locks it.
bool move(db::Tx&, const Context&, const State& from, std::uint32_t line);
void count(db::Tx&, const Context&, const ImportId&, std::uint32_t added, std::uint32_t refused);
void finish(db::Db&, const Context&, const ImportId&);

std::vector<State> unfinished(db::Session&, RealmNo);
std::uint64_t purge(db::Session&, RealmNo, Time finished_before, unsigned most);

// Which of these numbers and user ids are taken; by fifties, so that a batch asks seldom.
std::set<AccountNo> taken_numbers(db::Session&, RealmNo, const std::vector<AccountNo>&);
std::set<UserId> taken_users(db::Session&, RealmNo, const std::vector<UserId>&);

// Which of these stand in the database already.
struct Taken {
    bool number{}, user{}, user_name{}, email{};
};
Taken taken(db::Session&, RealmNo, std::optional<AccountNo>, const std::optional<UserId>&,
            const std::optional<std::string>& user_name, const std::optional<std::string>& email);

}  // namespace authtickets::imports::store
