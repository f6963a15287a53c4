// SPDX-License-Identifier: MIT
// SQL of core/links: the delete is the verdict.
#include "core/links/store.h"

#include "core/query_lists.h"

namespace authtickets::links {
namespace {

constexpr db::Query put_link{"links.put",
    "INSERT INTO links (realm_no, user_id, purpose, link_hash, epoch, destination, created_at, dead_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE link_hash = VALUES(link_hash), epoch = VALUES(epoch), destination = VALUES(destination), created_at = VALUES(created_at), "
    "dead_at = VALUES(dead_at)"};
constexpr db::Query select_link{"links.find",
    "SELECT realm_no, user_id, purpose, epoch, destination, created_at, dead_at FROM links WHERE link_hash = ? AND purpose = ?"};
constexpr db::Query use_link{"links.use",
    "DELETE FROM links WHERE realm_no = ? AND user_id = ? AND purpose = ? AND link_hash = ? AND dead_at > ?"};
constexpr db::Query delete_of_user{"links.delete_of_user", "DELETE FROM links WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query purge_links{"links.purge", "DELETE FROM links WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};

}  // namespace

namespace store {

void put(db::Session& session, const Context& context, const UserId& user, Purpose purpose, ByteView hash, std::uint32_t epoch,
         ByteView destination, Time dead_at) {
    session.run(put_link, context.realm, user, purpose, hash, epoch, destination, context.now, dead_at);
}

std::optional<Link> find(db::Session& session, ByteView hash, Purpose purpose) {
    return session.one(select_link, [](db::Row& row) {
        Link link;
        row.into(link.realm);
        row.into(link.user);
        row.into(link.purpose);
        row.into(link.epoch);
        const auto destination = row.next<std::optional<std::string>>().value_or("");
        link.destination.assign(destination.begin(), destination.end());
        row.into(link.created_at);
        row.into(link.dead_at);
        return link;
    }, hash, purpose);
}

bool use(db::Tx& tx, const Link& link, ByteView hash, Time now) {
    return tx.run(use_link, link.realm, link.user, link.purpose, hash, now) == 1;
}

void remove_of_user(db::Session& session, RealmNo realm, const UserId& user) { session.run(delete_of_user, realm, user); }

}  // namespace store

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_links, realm, before, most); }

void list_queries(QueryList& out) { out.insert(out.end(), {&put_link, &select_link, &use_link, &delete_of_user, &purge_links}); }

}  // namespace authtickets::links
