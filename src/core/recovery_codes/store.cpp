// SPDX-License-Identifier: MIT
// SQL of core/recovery_codes: the delete is the verdict (RC3).
#include "core/recovery_codes/store.h"

#include "core/query_lists.h"

namespace authtickets::recovery_codes {
namespace {

constexpr db::Query insert_code{"recovery_codes.insert",
    "INSERT INTO recovery_codes (realm_no, user_id, code_hash, key_id, made_at) VALUES (?, ?, ?, ?, ?)", db::Gather::row};
constexpr db::Query select_of_user{"recovery_codes.of_user", "SELECT code_hash, key_id FROM recovery_codes WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query consume_code{"recovery_codes.consume", "DELETE FROM recovery_codes WHERE realm_no = ? AND user_id = ? AND code_hash = ?"};
constexpr db::Query delete_of_user{"recovery_codes.delete_of_user", "DELETE FROM recovery_codes WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query count_left{"recovery_codes.left", "SELECT COUNT(*) FROM recovery_codes WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query key_in_use{"recovery_codes.key_in_use", "SELECT EXISTS(SELECT 1 FROM recovery_codes WHERE key_id = ?)"};

}  // namespace

namespace store {

void insert(db::Tx& tx, const Context& context, const UserId& user, const Row& row) {
    tx.run(insert_code, context.realm, user, ByteView(row.hash), row.key, context.now);
}

std::vector<Row> of_user(db::Session& session, RealmNo realm, const UserId& user) {
    return session.all(select_of_user, [](db::Row& row) {
        Row out;
        const auto hash = row.next<std::string>();
        out.hash.assign(hash.begin(), hash.end());
        row.into(out.key);
        return out;
    }, realm, user);
}

bool consume(db::Tx& tx, RealmNo realm, const UserId& user, ByteView hash) { return tx.run(consume_code, realm, user, hash) == 1; }

unsigned left(db::Session& session, RealmNo realm, const UserId& user) {
    return session.one(count_left, [](db::Row& row) { return row.next<unsigned>(); }, realm, user).value_or(0);
}

}  // namespace store

void remove(db::Session& session, RealmNo realm, const UserId& user) { session.run(delete_of_user, realm, user); }

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&insert_code, &select_of_user, &consume_code, &delete_of_user, &count_left, &key_in_use});
}

}  // namespace authtickets::recovery_codes
