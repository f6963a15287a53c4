// SPDX-License-Identifier: MIT
// SQL of core/profiles.
#include "core/profiles/store.h"

#include "core/query_lists.h"

namespace authtickets::profiles {
namespace {

#define PROFILE_COLUMNS \
    "SELECT profile_no, profile_id, name, name_format, one_time_tokens, created_at, COALESCE(updated_at, created_at) FROM password_profiles "
constexpr db::Query select_by_id{"profiles.find", PROFILE_COLUMNS "WHERE realm_no = ? AND profile_id = ?"};
constexpr db::Query select_shared{"profiles.find_shared", PROFILE_COLUMNS "WHERE realm_no = ? AND profile_id = ? LOCK IN SHARE MODE"};
constexpr db::Query select_locked{"profiles.find_locked", PROFILE_COLUMNS "WHERE realm_no = ? AND profile_id = ? FOR UPDATE"};
constexpr db::Query select_by_no{"profiles.by_no", PROFILE_COLUMNS "WHERE realm_no = ? AND profile_no = ?"};
// A realm has a hundred at most.
constexpr db::Query select_list{"profiles.list",
    PROFILE_COLUMNS "WHERE realm_no = ? ORDER BY profile_no <> 1, created_at, profile_no LIMIT ? OFFSET ?"};
#undef PROFILE_COLUMNS
constexpr db::Query count_rows{"profiles.count", "SELECT COUNT(*) FROM password_profiles WHERE realm_no = ?"};
constexpr db::Query insert_row{"profiles.insert",
    "INSERT INTO password_profiles (realm_no, profile_no, profile_id, name, name_format, one_time_tokens, created_at, updated_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query update_row{"profiles.update",
    "UPDATE password_profiles SET name = ?, name_format = ?, one_time_tokens = ?, updated_at = ? WHERE realm_no = ? AND profile_no = ?"};
constexpr db::Query select_in_use{"profiles.in_use", "SELECT EXISTS(SELECT 1 FROM login_names WHERE realm_no = ? AND profile_no = ?)"};
constexpr db::Query delete_row{"profiles.remove", "DELETE FROM password_profiles WHERE realm_no = ? AND profile_no = ?"};

Profile read(db::Row& row) {
    Profile profile;
    row.into(profile.no);
    row.into(profile.id);
    row.into(profile.name);
    row.into(profile.format);
    row.into(profile.one_time_tokens);
    row.into(profile.created_at);
    row.into(profile.updated_at);
    return profile;
}

}  // namespace

namespace store {

std::optional<Profile> find(db::Session& session, RealmNo realm, const ProfileId& id) { return session.one(select_by_id, read, realm, id); }

std::optional<Profile> find(db::Session& session, RealmNo realm, ProfileNo no) { return session.one(select_by_no, read, realm, no); }

std::optional<Profile> find_shared(db::Tx& tx, RealmNo realm, const ProfileId& id) { return tx.one(select_shared, read, realm, id); }

std::optional<Profile> find_locked(db::Tx& tx, RealmNo realm, const ProfileId& id) { return tx.one(select_locked, read, realm, id); }

std::vector<Profile> list(db::Session& session, RealmNo realm, std::uint32_t offset, std::uint32_t limit) {
    return session.all(select_list, read, realm, limit, offset);
}

std::uint64_t count(db::Session& session, RealmNo realm) {
    return session.one(count_rows, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm).value_or(0);
}

void insert(db::Tx& tx, RealmNo realm, const Profile& profile) {
    tx.run(insert_row, realm, profile.no, profile.id, profile.name, profile.format, profile.one_time_tokens, profile.created_at,
           profile.updated_at);
}

void update(db::Tx& tx, RealmNo realm, const Profile& profile) {
    tx.run(update_row, profile.name, profile.format, profile.one_time_tokens, profile.updated_at, realm, profile.no);
}

bool in_use(db::Session& session, RealmNo realm, ProfileNo no) {
    return session.one(select_in_use, [](db::Row& row) { return row.next<bool>(); }, realm, no).value_or(true);
}

void remove(db::Tx& tx, RealmNo realm, ProfileNo no) { tx.run(delete_row, realm, no); }

}  // namespace store

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_by_id, &select_shared, &select_locked, &select_by_no, &select_list, &count_rows, &insert_row, &update_row,
                           &select_in_use, &delete_row});
}

}  // namespace authtickets::profiles
