// SPDX-License-Identifier: MIT
// SQL of core/applications.
#include "core/applications/store.h"

#include <algorithm>

#include "core/query_lists.h"

namespace authtickets::applications {
namespace {

#define APPLICATION_COLUMNS "p.realm_no, p.application_no, p.client_id, p.name, p.behaviours, p.disabled_at, p.created_at"

constexpr db::Query select_by_client_id{"applications.by_client_id",
    "SELECT " APPLICATION_COLUMNS ", p.secret_hash, r.settings_version FROM applications p"
    " JOIN realms r ON r.realm_no = p.realm_no WHERE p.client_id = ?"};

constexpr db::Query select_by_number{"applications.by_number",
    "SELECT " APPLICATION_COLUMNS ", p.secret_hash, r.settings_version FROM applications p"
    " JOIN realms r ON r.realm_no = p.realm_no WHERE p.realm_no = ? AND p.application_no = ?"};

#define SELECT_BY_TOKEN                                                                                                 \
    "SELECT " APPLICATION_COLUMNS ", p.secret_hash, r.settings_version, k.realm_no, k.token_id, k.application_no, "     \
    "k.generation, k.min_generation, k.created_at, k.rotated_at, k.access_life, k.refresh_life, k.ends_at"              \
    " FROM application_tokens k"                                                                                        \
    " JOIN applications p ON p.realm_no = k.realm_no AND p.application_no = k.application_no"                           \
    " JOIN realms r ON r.realm_no = k.realm_no WHERE k.realm_no = ? AND k.token_id = ?"
constexpr db::Query select_by_token{"applications.by_token", SELECT_BY_TOKEN};
constexpr db::Query select_by_token_locked{"applications.by_token_locked", SELECT_BY_TOKEN " LOCK IN SHARE MODE"};  // as for tickets
#undef SELECT_BY_TOKEN

constexpr db::Query select_list{"applications.list",
    "SELECT " APPLICATION_COLUMNS " FROM applications p WHERE p.realm_no = ? ORDER BY p.application_no"};

constexpr db::Query insert_grant_row{"applications.insert_grant",
    "INSERT INTO application_tokens (realm_no, token_id, application_no, generation, min_generation, created_at, rotated_at, "
    "access_life, refresh_life, ends_at, dead_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query rotate_grant{"applications.rotate",
    "UPDATE application_tokens SET generation = generation + 1, rotated_at = ?, dead_at = ? "
    "WHERE realm_no = ? AND token_id = ? AND generation = ?"};
constexpr db::Query delete_grant{"applications.delete_grant",
    "DELETE FROM application_tokens WHERE realm_no = ? AND token_id = ?"};

constexpr db::Query delete_grants{"applications.delete_grants",
    "DELETE FROM application_tokens WHERE realm_no = ? AND application_no = "
    "(SELECT application_no FROM applications WHERE realm_no = ? AND client_id = ?)"};

constexpr db::Query insert_application{"applications.insert",
    "INSERT INTO applications (realm_no, client_id, name, secret_hash, behaviours, created_at) VALUES (?, ?, ?, ?, ?, ?)"};
constexpr db::Query last_number{"applications.last_number", "SELECT LAST_INSERT_ID()"};
constexpr db::Query disable{"applications.disable",
    "UPDATE applications SET disabled_at = ? WHERE realm_no = ? AND client_id = ? AND disabled_at IS NULL"};
constexpr db::Query enable{"applications.enable",
    "UPDATE applications SET disabled_at = NULL WHERE realm_no = ? AND client_id = ? AND disabled_at IS NOT NULL"};

Application read_application(db::Row& row) {
    Application application;
    row.into(application.realm);
    row.into(application.no);
    row.into(application.client_id);
    row.into(application.name);
    row.into(application.behaviours);
    row.into(application.disabled_at);
    row.into(application.created_at);
    return application;
}

store::Found read_found(db::Row& row) {
    store::Found found;
    found.application = read_application(row);
    row.into(found.secret_hash);
    row.into(found.realm_version);
    return found;
}

store::Found read_with_grant(db::Row& row) {
    auto found = read_found(row);
    Grant grant;
    row.into(grant.realm);
    row.into(grant.id);
    row.into(grant.application);
    row.into(grant.generation);
    row.into(grant.min_generation);
    row.into(grant.created_at);
    row.into(grant.rotated_at);
    row.into(grant.lifetimes.access);
    row.into(grant.lifetimes.refresh);
    row.into(grant.lifetimes.ends_at);
    found.grant = grant;
    return found;
}

Time dead_at(const Grant& grant, Time rotated_at) {
    return std::min<Time>(rotated_at + std::max(grant.lifetimes.access, grant.lifetimes.refresh), grant.lifetimes.ends_at);
}

}  // namespace

namespace store {

std::optional<Found> by_client_id(db::Session& session, std::string_view client_id) {
    return session.one(select_by_client_id, read_found, client_id);
}

std::optional<Found> by_number(db::Session& session, RealmNo realm, ApplicationNo no) {
    return session.one(select_by_number, read_found, realm, no);
}

std::optional<Found> by_token(db::Session& session, RealmNo realm, const ApplicationTokenId& id) {
    return session.one(select_by_token, read_with_grant, realm, id);
}

std::optional<Found> by_token_causally(db::Session& session, RealmNo realm, const ApplicationTokenId& id) {
    return session.one_causally(select_by_token, read_with_grant, realm, id);
}

std::optional<Found> by_token_locked(db::Tx& tx, RealmNo realm, const ApplicationTokenId& id) {
    return tx.one(select_by_token_locked, read_with_grant, realm, id);
}

void insert_grant(db::Tx& tx, const Grant& grant) {
    tx.run(insert_grant_row, grant.realm, grant.id, grant.application, grant.generation, grant.min_generation,
           grant.created_at, grant.rotated_at, grant.lifetimes.access, grant.lifetimes.refresh, grant.lifetimes.ends_at,
           dead_at(grant, grant.rotated_at));
}

bool rotate(db::Tx& tx, const Grant& grant, std::uint32_t from_generation, Time now) {
    return tx.run(rotate_grant, now, dead_at(grant, now), grant.realm, grant.id, from_generation) == 1;
}

bool remove_grant(db::Tx& tx, RealmNo realm, const ApplicationTokenId& id) { return tx.run(delete_grant, realm, id) == 1; }

ApplicationNo insert(db::Tx& tx, const Application& application, const crypto::Digest& secret_hash) {
    tx.run(insert_application, application.realm, application.client_id, application.name, ByteView(secret_hash),
           application.behaviours, application.created_at);
    return tx.one(last_number, [](db::Row& row) { return row.next<ApplicationNo>(); }).value();
}

void remove_grants(db::Tx& tx, RealmNo realm, std::string_view client_id) { tx.run(delete_grants, realm, realm, client_id); }

bool set_disabled(db::Tx& tx, RealmNo realm, std::string_view client_id, std::optional<Time> at) {
    return at ? tx.run(disable, *at, realm, client_id) == 1 : tx.run(enable, realm, client_id) == 1;
}

std::vector<Application> list(db::Session& session, RealmNo realm) { return session.all(select_list, read_application, realm); }

}  // namespace store

// --- Upkeep

namespace {

constexpr db::Query purge_grants{"applications.purge",
    "DELETE FROM application_tokens WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};
constexpr db::Query revoke_grants{"applications.revoke",
    "DELETE FROM application_tokens WHERE realm_no = ? ORDER BY token_id LIMIT ?"};
constexpr db::Query count_grants{"applications.count_grants", "SELECT COUNT(*) FROM application_tokens WHERE realm_no = ?"};

}  // namespace

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_grants, realm, before, most); }

std::uint64_t revoke(db::Tx& tx, RealmNo realm, unsigned most) { return tx.run(revoke_grants, realm, most); }

std::uint64_t count_tickets(db::Session& session, RealmNo realm) {
    return session.one(count_grants, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm).value_or(0);
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&purge_grants, &revoke_grants, &count_grants});
    out.insert(out.end(), {&select_by_client_id, &select_by_number, &select_by_token, &select_by_token_locked, &select_list, &insert_grant_row,
                           &rotate_grant, &delete_grant, &delete_grants, &insert_application, &last_number, &disable, &enable});
}

}  // namespace authtickets::applications
