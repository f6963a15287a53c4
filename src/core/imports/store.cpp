// SPDX-License-Identifier: MIT
// SQL of core/imports: how far each file has come.
#include "core/imports/store.h"

#include "core/query_lists.h"

namespace authtickets::imports {
namespace {

constexpr db::Query select_import{"imports.find",
    "SELECT import_id, line_no, added, refused, began_at, updated_at, finished_at, file_name FROM imports "
    "WHERE realm_no = ? AND import_id = ?"};
constexpr db::Query select_unfinished{"imports.unfinished",
    "SELECT import_id, line_no, added, refused, began_at, updated_at, finished_at, file_name FROM imports "
    "WHERE realm_no = ? AND finished_at IS NULL ORDER BY began_at, import_id"};
constexpr db::Query purge_imports{"imports.purge", "DELETE FROM imports WHERE realm_no = ? AND finished_at < ? LIMIT ?"};
constexpr db::Query insert_import{"imports.insert",
    "INSERT IGNORE INTO imports (realm_no, import_id, file_name, line_no, added, refused, began_at, updated_at) "
    "VALUES (?, ?, ?, 0, 0, 0, ?, ?)"};
// The guard is the verdict: of two runs of one file only one moves it from where both found it.
constexpr db::Query move_import{"imports.move",
    "UPDATE imports SET line_no = ?, updated_at = ? WHERE realm_no = ? AND import_id = ? AND line_no = ? AND finished_at IS NULL"};
constexpr db::Query count_import{"imports.count",
    "UPDATE imports SET added = added + ?, refused = refused + ? WHERE realm_no = ? AND import_id = ?"};
constexpr db::Query finish_import{"imports.finish",
    "UPDATE imports SET finished_at = ?, updated_at = ? WHERE realm_no = ? AND import_id = ? AND finished_at IS NULL"};
// A NULL finds nothing.
#define TEN_PLACES "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
#define FIFTY_PLACES TEN_PLACES ", " TEN_PLACES ", " TEN_PLACES ", " TEN_PLACES ", " TEN_PLACES
constexpr db::Query select_taken_numbers{"imports.taken_numbers",
    "SELECT account_no FROM accounts WHERE realm_no = ? AND account_no IN (" FIFTY_PLACES ")"};
constexpr db::Query select_taken_users{"imports.taken_users",
    "SELECT user_id FROM users WHERE realm_no = ? AND user_id IN (" FIFTY_PLACES ")"};
constexpr db::Query select_taken{"imports.taken",
    "SELECT EXISTS(SELECT 1 FROM accounts WHERE realm_no = ? AND account_no = ?), "
    "EXISTS(SELECT 1 FROM users WHERE realm_no = ? AND user_id = ?), "
    "EXISTS(SELECT 1 FROM login_names WHERE realm_no = ? AND profile_no = ? AND name = ?), "
    "EXISTS(SELECT 1 FROM login_names WHERE realm_no = ? AND profile_no = ? AND name = ?)"};

template <class Id>
std::set<Id> taken_of(db::Session& session, const db::Query& query, RealmNo realm, const std::vector<Id>& wanted) {
    std::set<Id> out;
    std::array<std::optional<Id>, 50> some;
    for (std::size_t at = 0; at < wanted.size(); at += some.size()) {
        for (std::size_t i = 0; i < some.size(); ++i) some[i] = at + i < wanted.size() ? std::optional(wanted[at + i]) : std::nullopt;
        const auto found = std::apply(
            [&](const auto&... each) { return session.all(query, [](db::Row& row) { return row.next<Id>(); }, realm, each...); }, some);
        out.insert(found.begin(), found.end());
    }
    return out;
}

State read(db::Row& row) {
    State state;
    row.into(state.id);
    row.into(state.line);
    row.into(state.added);
    row.into(state.refused);
    row.into(state.began_at);
    row.into(state.updated_at);
    row.into(state.finished_at);
    row.into(state.file_name);
    return state;
}

}  // namespace

namespace store {

std::optional<State> find(db::Session& session, RealmNo realm, const ImportId& id) {
    return session.one(select_import, read, realm, id);
}

void insert(db::Db& db, const Context& context, const ImportId& id, std::string_view file_name) {
    db.run(insert_import, context.realm, id, file_name, context.now, context.now);
}

bool move(db::Tx& tx, const Context& context, const State& from, std::uint32_t line) {
    return tx.run(move_import, line, context.now, context.realm, from.id, from.line) == 1;
}

void count(db::Tx& tx, const Context& context, const ImportId& id, std::uint32_t added, std::uint32_t refused) {
    tx.run(count_import, added, refused, context.realm, id);
}

void finish(db::Db& db, const Context& context, const ImportId& id) {
    db.run(finish_import, context.now, context.now, context.realm, id);
}

std::vector<State> unfinished(db::Session& session, RealmNo realm) { return session.all(select_unfinished, read, realm); }

std::uint64_t purge(db::Session& session, RealmNo realm, Time finished_before, unsigned most) {
    return session.run(purge_imports, realm, finished_before, most);
}

std::set<AccountNo> taken_numbers(db::Session& session, RealmNo realm, const std::vector<AccountNo>& wanted) {
    return taken_of(session, select_taken_numbers, realm, wanted);
}

std::set<UserId> taken_users(db::Session& session, RealmNo realm, const std::vector<UserId>& wanted) {
    return taken_of(session, select_taken_users, realm, wanted);
}

Taken taken(db::Session& session, RealmNo realm, std::optional<AccountNo> number, const std::optional<UserId>& user,
            const std::optional<std::string>& user_name, const std::optional<std::string>& email) {
    const auto found = session.one(
        select_taken,
        [](db::Row& row) {
            Taken out;
            row.into(out.number);
            row.into(out.user);
            row.into(out.user_name);
            row.into(out.email);
            return out;
        },
        realm, number, realm, user, realm, logins::default_profile, user_name, realm, logins::default_profile, email);
    return found.value_or(Taken{});
}

}  // namespace store

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_import, &insert_import, &move_import, &count_import, &finish_import, &select_unfinished, &purge_imports,
                           &select_taken_numbers, &select_taken_users, &select_taken});
}

}  // namespace authtickets::imports
