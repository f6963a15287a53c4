// SPDX-License-Identifier: MIT
// SQL of core/one_time. A try is counted before anything is compared, and what uses a token up names its hash.
#include "core/one_time/store.h"

#include "core/query_lists.h"

namespace authtickets::one_time {
namespace {

constexpr db::Query accounts_open{"one_time.accounts",
    "SELECT COUNT(*) > 0 AND COALESCE(SUM(a.active), 0) = 0 FROM memberships m "
    "JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no WHERE m.realm_no = ? AND m.user_id = ?"};
constexpr db::Query open_tries{"one_time.open",
    "INSERT INTO one_time_tries (realm_no, user_id, made, failed, since_at, failed_day, day_at, closed, last_tag, last_at, seen, dead_at) "
    "VALUES (?, ?, 1, 0, NULL, 0, NULL, 0, NULL, NULL, 0, ?) ON DUPLICATE KEY UPDATE made = made + 1, dead_at = GREATEST(dead_at, VALUES(dead_at))"};
// The dead ones, and of the live ones those that are as old as the last that may stay, or older. Fewer: there is no such one.
constexpr db::Query delete_oldest{"one_time.make_room",
    "DELETE FROM one_time_tokens WHERE realm_no = ? AND user_id = ? AND (dead_at <= ? OR token_id <= "
    "(SELECT token_id FROM (SELECT token_id FROM one_time_tokens WHERE realm_no = ? AND user_id = ? AND dead_at > ? "
    "ORDER BY token_id DESC LIMIT ?, 1) AS last))"};
constexpr db::Query insert_token{"one_time.insert",
    "INSERT INTO one_time_tokens (realm_no, user_id, token_id, purpose, epoch, destination, token_hash, key_id, created_at, dead_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

// Counted from the windows and the last value as they were, which are set afterwards; a window that has passed begins
// anew. LAST_INSERT_ID keeps for one_time.get whether this one was counted. What nothing can match counts nothing (TH7).
#define SAME_VALUE "(last_tag <=> ? AND last_at > ?)"
constexpr db::Query charge_try{"one_time.charge",
    "UPDATE one_time_tries SET failed = IF(since_at > ?, failed, 0) + LAST_INSERT_ID(NOT " SAME_VALUE "), "
    "failed_day = IF(day_at > ?, failed_day, 0) + (NOT " SAME_VALUE "), closed = IF(day_at > ?, closed, 0), "
    "since_at = IF(since_at > ?, since_at, ?), day_at = IF(day_at > ?, day_at, ?), last_at = IF(" SAME_VALUE ", last_at, ?), last_tag = ?, "
    "seen = seen + 1, dead_at = ? WHERE realm_no = ? AND user_id = ? AND (failed < ? OR since_at <= ?) AND (failed_day < ? OR day_at <= ?) "
    "AND EXISTS(SELECT 1 FROM one_time_tokens t WHERE t.realm_no = ? AND t.user_id = ? AND t.dead_at > ?)"};
#undef SAME_VALUE
constexpr db::Query select_standing{"one_time.get",
    "SELECT f.failed, f.failed_day, f.since_at, f.day_at, f.closed, LAST_INSERT_ID(), t.token_id, t.purpose, t.epoch, t.destination, t.token_hash, "
    "t.key_id, t.dead_at FROM one_time_tries f LEFT JOIN one_time_tokens t ON t.realm_no = f.realm_no AND t.user_id = f.user_id "
    "WHERE f.realm_no = ? AND f.user_id = ?"};
// A way that is closed stays so.
constexpr db::Query give_try_back{"one_time.give_back",
    "UPDATE one_time_tries SET failed = IF(failed > 0, failed - 1, 0), failed_day = IF(closed = 0 AND failed_day > 0, failed_day - 1, failed_day), "
    "seen = seen + 1 WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query consume_token{"one_time.consume", "DELETE FROM one_time_tokens WHERE realm_no = ? AND user_id = ? AND token_hash = ?"};
// Of those whose wrong tries were the last ones, one begins the count anew. The day of a hundred lasts from now on.
constexpr db::Query end_window{"one_time.end",
    "UPDATE one_time_tries SET failed = 0, since_at = NULL, closed = IF(failed_day >= ?, 1, closed), day_at = IF(failed_day >= ?, ?, day_at), "
    "seen = seen + 1, dead_at = GREATEST(dead_at, ?) WHERE realm_no = ? AND user_id = ? AND (failed >= ? OR (failed_day >= ? AND closed = 0))"};
constexpr db::Query token_alive{"one_time.alive",
    "SELECT EXISTS(SELECT 1 FROM one_time_tokens t JOIN one_time_tries f ON f.realm_no = t.realm_no AND f.user_id = t.user_id "
    "JOIN users u ON u.realm_no = t.realm_no AND u.user_id = t.user_id "
    "JOIN contacts c ON c.realm_no = t.realm_no AND c.user_id = t.user_id AND c.kind = 1 "
    "WHERE t.realm_no = ? AND t.user_id = ? AND t.token_hash = ? AND t.dead_at > ? AND u.epoch = t.epoch AND u.blocked_at IS NULL "
    "AND c.value = t.destination AND (f.failed_day < ? OR f.day_at <= ?))"};
constexpr db::Query select_closed{"one_time.closed_since",
    "SELECT day_at FROM one_time_tries WHERE realm_no = ? AND user_id = ? AND failed_day >= ? AND day_at > ?"};
constexpr db::Query delete_tokens{"one_time.delete_tokens", "DELETE FROM one_time_tokens WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query delete_tries{"one_time.delete_tries", "DELETE FROM one_time_tries WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query purge_tokens{"one_time.purge", "DELETE FROM one_time_tokens WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};
constexpr db::Query purge_tried{"one_time.purge_tries", "DELETE FROM one_time_tries WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};

}  // namespace

namespace store {

bool all_disabled(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(accounts_open, [](db::Row& row) { return row.next<bool>(); }, realm, user).value_or(false);
}

void open(db::Tx& tx, const Context& context, const UserId& user) { tx.run(open_tries, context.realm, user, context.now + closed_for); }

void make_room(db::Tx& tx, const Context& context, const UserId& user, unsigned live) {
    tx.run(delete_oldest, context.realm, user, context.now, context.realm, user, context.now, live - 1);
}

void put(db::Tx& tx, const Context& context, const Token& token) {
    tx.run(insert_token, context.realm, token.user, token.id, token.purpose, token.epoch, token.destination, token.hash, token.key, context.now,
           token.dead_at);
}

bool charge(db::Db& db, const Context& context, const UserId& user, unsigned tries, std::uint16_t tag) {
    const Time now = context.now, passed = now - tries_kept, day = now - closed_for, again = now - same_value;
    return db.run(charge_try, passed, tag, again, day, tag, again, day, passed, now, day, now, tag, again, now, tag, now + closed_for, context.realm,
                  user, tries, passed, most_daily, day, context.realm, user, now) == 1;
}

Standing get(db::Session& session, RealmNo realm, const UserId& user) {
    Standing out;
    const auto tokens = session.all(select_standing, [&](db::Row& row) {
        std::optional<Token> token;
        out.known = true;
        row.into(out.failed);
        row.into(out.failed_day);
        row.into(out.since_at);
        row.into(out.day_at);
        row.into(out.closed);
        row.into(out.counted);
        const auto id = row.next<std::optional<Uuid>>();
        if (!id) return token;
        token.emplace(Token{.id = *id, .user = user});
        row.into(token->purpose);
        row.into(token->epoch);
        row.into(token->destination);
        const auto hash = row.next<std::string>();
        token->hash.assign(hash.begin(), hash.end());
        row.into(token->key);
        row.into(token->dead_at);
        return token;
    }, realm, user);
    for (const auto& each : tokens) {
        if (each) out.tokens.push_back(*each);
    }
    return out;
}

void give_back(db::Session& session, RealmNo realm, const UserId& user) { session.run(give_try_back, realm, user); }

bool consume(db::Tx& tx, RealmNo realm, const UserId& user, ByteView hash) { return tx.run(consume_token, realm, user, hash) != 0; }

bool end(db::Tx& tx, const Context& context, const UserId& user, unsigned tries) {
    return tx.run(end_window, most_daily, most_daily, context.now, context.now + closed_for, context.realm, user, tries, most_daily) == 1;
}

bool alive(db::Session& session, RealmNo realm, const UserId& user, ByteView hash, Time now) {
    return session.one(token_alive, [](db::Row& row) { return row.next<bool>(); }, realm, user, hash, now, most_daily, now - closed_for).value_or(false);
}

std::optional<Time> closed_since(db::Session& session, RealmNo realm, const UserId& user, Time since) {
    return session.one(select_closed, [](db::Row& row) { return row.next<Time>(); }, realm, user, most_daily, since);
}

void remove_tokens(db::Session& session, RealmNo realm, const UserId& user) { session.run(delete_tokens, realm, user); }
void remove_tries(db::Session& session, RealmNo realm, const UserId& user) { session.run(delete_tries, realm, user); }

}  // namespace store

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_tokens, realm, before, most); }
std::uint64_t purge_tries(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_tried, realm, before, most); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&accounts_open, &open_tries, &delete_oldest, &insert_token, &charge_try, &select_standing, &give_try_back, &consume_token, &end_window,
                           &token_alive, &select_closed, &delete_tokens, &delete_tries, &purge_tokens, &purge_tried});
}

}  // namespace authtickets::one_time
