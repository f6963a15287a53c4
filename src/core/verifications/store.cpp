// SPDX-License-Identifier: MIT
// SQL of core/verifications. A try is counted before anything is compared, and what uses a code up names its hash. Every
// statement of a transaction goes to the row of tries first and to the codes then.
#include "core/verifications/store.h"

#include "core/query_lists.h"

namespace authtickets::verifications {
namespace {

constexpr db::Query open_tries{"verifications.open",
    "INSERT INTO verification_tries (realm_no, contact_id, made, failed, since_at, failed_day, day_at, dead_at) VALUES (?, ?, 1, 0, NULL, 0, NULL, ?) "
    "ON DUPLICATE KEY UPDATE made = made + 1, dead_at = GREATEST(dead_at, VALUES(dead_at))"};
// The dead ones, and of the live ones those that are as old as the last that may stay, or older; ids begin with the time.
// All of them, when too many wrong tries have ended them.
constexpr db::Query delete_oldest{"verifications.make_room",
    "DELETE FROM verification_codes WHERE realm_no = ? AND contact_id = ? AND (dead_at <= ? OR code_id <= "
    "(SELECT code_id FROM (SELECT code_id FROM verification_codes WHERE realm_no = ? AND contact_id = ? AND dead_at > ? "
    "ORDER BY code_id DESC LIMIT ?, 1) AS last) OR "
    "EXISTS(SELECT 1 FROM verification_tries f WHERE f.realm_no = ? AND f.contact_id = ? AND f.failed >= ?))"};
constexpr db::Query end_window{"verifications.begin_anew",
    "UPDATE verification_tries SET failed = 0, since_at = NULL WHERE realm_no = ? AND contact_id = ? AND failed >= ?"};
constexpr db::Query insert_code{"verifications.insert",
    "INSERT INTO verification_codes (realm_no, contact_id, code_id, code_hash, key_id, created_at, dead_at) VALUES (?, ?, ?, ?, ?, ?, ?)"};

// Counted from the windows as they were, which are set afterwards; a window that has passed begins anew, but not one that is
// full: only another code opens it (OC3).
constexpr db::Query charge_try{"verifications.charge",
    "UPDATE verification_tries SET failed = IF(since_at > ?, failed, 0) + 1, failed_day = IF(day_at > ?, failed_day, 0) + 1, "
    "since_at = IF(since_at > ?, since_at, ?), day_at = IF(day_at > ?, day_at, ?), dead_at = ? "
    "WHERE realm_no = ? AND contact_id = ? AND failed < ? AND (failed_day < ? OR day_at <= ?) "
    "AND EXISTS(SELECT 1 FROM verification_codes t WHERE t.realm_no = ? AND t.contact_id = ? AND t.dead_at > ?)"};
constexpr db::Query select_standing{"verifications.get",
    "SELECT f.failed, f.failed_day, f.day_at, t.code_id, t.code_hash, t.key_id, t.created_at, t.dead_at "
    "FROM verification_tries f LEFT JOIN verification_codes t ON t.realm_no = f.realm_no AND t.contact_id = f.contact_id "
    "WHERE f.realm_no = ? AND f.contact_id = ? ORDER BY t.code_id"};
constexpr db::Query give_try_back{"verifications.give_back",
    "UPDATE verification_tries SET failed = IF(failed > 0, failed - 1, 0), failed_day = IF(failed_day > 0, failed_day - 1, 0) "
    "WHERE realm_no = ? AND contact_id = ?"};
constexpr db::Query consume_code{"verifications.consume",
    "DELETE FROM verification_codes WHERE realm_no = ? AND contact_id = ? AND code_hash = ?"};
constexpr db::Query delete_codes{"verifications.delete_codes", "DELETE FROM verification_codes WHERE realm_no = ? AND contact_id = ?"};
constexpr db::Query purge_codes{"verifications.purge", "DELETE FROM verification_codes WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};
constexpr db::Query purge_tried{"verifications.purge_tries", "DELETE FROM verification_tries WHERE realm_no = ? AND dead_at < ? ORDER BY dead_at LIMIT ?"};

}  // namespace

namespace store {

void open(db::Tx& tx, const Context& context, const Uuid& contact) { tx.run(open_tries, context.realm, contact, context.now + closed_for); }

void make_room(db::Tx& tx, const Context& context, const Uuid& contact, unsigned live) {
    tx.run(delete_oldest, context.realm, contact, context.now, context.realm, contact, context.now, live - 1, context.realm, contact, most_wrong);
}

void begin_anew(db::Tx& tx, const Context& context, const Uuid& contact) { tx.run(end_window, context.realm, contact, most_wrong); }

void put(db::Tx& tx, const Context& context, const Uuid& contact, const Code& code) {
    tx.run(insert_code, context.realm, contact, code.id, code.hash, code.key, code.created_at, code.dead_at);
}

bool charge(db::Db& db, const Context& context, const Uuid& contact) {
    const Time now = context.now, hour = now - wrong_kept, day = now - closed_for;
    return db.run(charge_try, hour, day, hour, now, day, now, now + closed_for, context.realm, contact, most_wrong, most_daily, day, context.realm,
                  contact, now) == 1;
}

Standing get(db::Session& session, RealmNo realm, const Uuid& contact) {
    Standing out;
    const auto codes = session.all(select_standing, [&](db::Row& row) {
        std::optional<Code> code;
        row.into(out.failed);
        row.into(out.failed_day);
        row.into(out.day_at);
        const auto id = row.next<std::optional<Uuid>>();
        if (!id) return code;
        code.emplace(Code{.id = *id});
        const auto hash = row.next<std::string>();
        code->hash.assign(hash.begin(), hash.end());
        row.into(code->key);
        row.into(code->created_at);
        row.into(code->dead_at);
        return code;
    }, realm, contact);
    for (const auto& each : codes) {
        if (each) out.codes.push_back(*each);
    }
    return out;
}

void give_back(db::Session& session, RealmNo realm, const Uuid& contact) { session.run(give_try_back, realm, contact); }

bool consume(db::Tx& tx, RealmNo realm, const Uuid& contact, ByteView hash) { return tx.run(consume_code, realm, contact, hash) == 1; }

void remove(db::Tx& tx, RealmNo realm, const Uuid& contact) { tx.run(delete_codes, realm, contact); }

}  // namespace store

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_codes, realm, before, most); }
std::uint64_t purge_tries(db::Tx& tx, RealmNo realm, Time before, unsigned most) { return tx.run(purge_tried, realm, before, most); }

void list_queries(QueryList& out) {
    out.insert(out.end(), {&open_tries, &delete_oldest, &end_window, &insert_code, &charge_try, &select_standing, &give_try_back, &consume_code,
                           &delete_codes, &purge_codes, &purge_tried});
}

}  // namespace authtickets::verifications
