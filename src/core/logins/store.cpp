// SPDX-License-Identifier: MIT
// SQL of core/logins. admit and the settle statements are the lock (TH1): each is guarded, and its row count tells.
#include "core/logins/store.h"

#include <authtickets/crypto/seal.h>

#include "core/query_lists.h"

namespace authtickets::logins {
namespace {

#define LOGIN_COLUMNS                                                                                                  \
    "l.login_id _, l.user_id _, l.profile_no _, l.user_name _, l.password _, l.password_version _, l.foreign_password _, "     \
    "l.password_change_required _, l.failed _, " AUTHTICKETS_TIME("l.locked_at") ", " AUTHTICKETS_TIME("l.last_locked_at") ", "  \
    AUTHTICKETS_TIME("u.blocked_at") ", " AUTHTICKETS_TIME("l.first_failed_at") ", " AUTHTICKETS_TIME("l.last_login_at") ", "  \
    AUTHTICKETS_TIME("l.password_set_at") ", " AUTHTICKETS_TIME("l.created_at") ", " AUTHTICKETS_TIME("l.updated_at") ", "     \
    "u.epoch _, u.failed_day _, " AUTHTICKETS_TIME("u.failed_day_at") ", EXISTS(SELECT 1 FROM totp_authenticators ta WHERE ta.realm_no = u.realm_no " \
    "AND ta.user_id = u.user_id) _, u.method _, u.region _, u.role _, ce.value _, ce.verified_at IS NOT NULL _, "             \
    "cp.value _, cp.verified_at IS NOT NULL _, m.role _, a.account_no IS NOT NULL _, " AUTHTICKETS_ACCOUNT_COLUMNS
#define LOGIN_CONTACTS                                                                                                 \
    " LEFT JOIN contacts ce ON ce.realm_no = u.realm_no AND ce.user_id = u.user_id AND ce.kind = 1"                    \
    " LEFT JOIN contacts cp ON cp.realm_no = u.realm_no AND cp.user_id = u.user_id AND cp.kind = 2"
// One account of the user's: the one asked for, else the primary one, else the first. Named by sub-selects, because to sort the
// accounts by that the server would put whole rows, with their profiles, into a temporary table on disk (D401).
#define LOGIN_ACCOUNT(asked)                                                                                           \
    " LEFT JOIN memberships m ON m.realm_no = l.realm_no AND m.user_id = l.user_id AND m.account_no = COALESCE(" asked \
    "(SELECT MIN(mp.account_no) FROM memberships mp WHERE mp.realm_no = l.realm_no AND mp.user_id = l.user_id AND mp.is_primary = 1), " \
    "(SELECT MIN(mf.account_no) FROM memberships mf WHERE mf.realm_no = l.realm_no AND mf.user_id = l.user_id))"       \
    " LEFT JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"
// The login with its user and one account: the one asked for, else the primary one. A name that nobody has reads the next one's
// row, which is thrown away: finding nothing would take half of the time (EN2).
constexpr db::Query select_login{"logins.find",
    "SELECT n.name = ? _, " LOGIN_COLUMNS
    " FROM login_names n"
    " JOIN logins l ON l.realm_no = n.realm_no AND l.login_id = n.login_id"
    " JOIN users u ON u.realm_no = l.realm_no AND u.user_id = l.user_id" LOGIN_CONTACTS
    LOGIN_ACCOUNT("?, ") " WHERE n.realm_no = ? AND n.profile_no = ? AND n.name = COALESCE("
    "(SELECT MIN(name) FROM login_names WHERE realm_no = ? AND profile_no = ? AND name >= ?), "
    "(SELECT MAX(name) FROM login_names WHERE realm_no = ? AND profile_no = ?))"};

constexpr db::Query select_of_account{"logins.of_account",
    "SELECT " LOGIN_COLUMNS
    " FROM memberships m"
    " JOIN logins l ON l.realm_no = m.realm_no AND l.user_id = m.user_id AND l.profile_no = ?"
    " JOIN users u ON u.realm_no = m.realm_no AND u.user_id = m.user_id" LOGIN_CONTACTS
    " JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no"
    " WHERE m.realm_no = ? AND m.account_no = ? AND m.user_id = COALESCE(?, m.user_id) ORDER BY m.is_primary DESC, m.user_id LIMIT 1"};

constexpr db::Query select_of_user{"logins.of_user",
    "SELECT " LOGIN_COLUMNS
    " FROM logins l"
    " JOIN users u ON u.realm_no = l.realm_no AND u.user_id = l.user_id" LOGIN_CONTACTS
    LOGIN_ACCOUNT("?, ") " WHERE l.realm_no = ? AND l.user_id = ? ORDER BY l.profile_no LIMIT 1"};

constexpr db::Query select_by_id{"logins.get",
    "SELECT " LOGIN_COLUMNS
    " FROM logins l"
    " JOIN users u ON u.realm_no = l.realm_no AND u.user_id = l.user_id" LOGIN_CONTACTS
    LOGIN_ACCOUNT("") " WHERE l.realm_no = ? AND l.login_id = ?"};
constexpr db::Query select_ids_of_user{"logins.ids_of_user",
    "SELECT login_id FROM logins WHERE realm_no = ? AND user_id = ? ORDER BY profile_no"};
#undef LOGIN_COLUMNS
#undef LOGIN_CONTACTS
#undef LOGIN_ACCOUNT

// Of a locked login, whose lock stays: failures go on counting up to the limit given, and no further.
constexpr db::Query admit_beyond{"logins.admit_beyond_lock",
    "UPDATE logins SET in_flight = IF(in_flight_at > ?, in_flight, 0) + 1, in_flight_at = ? "
    "WHERE realm_no = ? AND login_id = ? AND locked_at IS NOT NULL AND failed + IF(in_flight_at > ?, in_flight, 0) < ?"};
constexpr db::Query failed_beyond{"logins.settle_beyond_lock",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0), failed = failed + 1 "
    "WHERE realm_no = ? AND login_id = ? AND locked_at IS NOT NULL"};

// Admission counts the attempt before anything is compared: right and wrong ones in flight together never pass the limit.
// A charge older than 30 s was left by a process that died. A lock that has run out by the realm's rule ends here.
constexpr db::Query admit_attempt{"logins.admit",
    "UPDATE logins SET in_flight = IF(in_flight_at > ?, in_flight, 0) + 1, in_flight_at = ?, "
    "failed = IF(locked_at IS NULL, failed, 0), first_failed_at = IF(locked_at IS NULL, first_failed_at, NULL), locked_at = NULL "
    "WHERE realm_no = ? AND login_id = ? AND "
    "((locked_at IS NULL AND failed + IF(in_flight_at > ?, in_flight, 0) < ?) OR locked_at <= ?)"};

// attempts wraps, so that it always changes.
constexpr db::Query decoy{"logins.admit_decoy",
    "INSERT INTO login_decoys (realm_no, slot, attempts) VALUES (?, ?, 1) "
    "ON DUPLICATE KEY UPDATE attempts = (attempts + 1) % 1000000000"};

// sign_ins moves with every right password, so that the row changes.
constexpr db::Query right{"logins.settle_right",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0), failed = 0, first_failed_at = NULL, last_login_at = COALESCE(?, last_login_at), "
    "sign_ins = sign_ins + 1 WHERE realm_no = ? AND login_id = ? AND locked_at IS NULL AND password_version = ?"};
// The version stays: it is the same password, and others that are right in the same moment must not be overtaken.
constexpr db::Query right_rehashed{"logins.settle_right_rehashed",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0), failed = 0, first_failed_at = NULL, last_login_at = COALESCE(?, last_login_at), "
    "sign_ins = sign_ins + 1, password = ?, password_key_id = ?, foreign_password = 0 "
    "WHERE realm_no = ? AND login_id = ? AND locked_at IS NULL AND password_version = ?"};

// Beside a lock, which stays (TH5).
constexpr db::Query right_beside_lock{"logins.settle_right_beside_lock",
    "UPDATE logins SET last_login_at = COALESCE(?, last_login_at), sign_ins = sign_ins + 1 WHERE realm_no = ? AND login_id = ? AND password_version = ?"};

// Two statements, so that the row count tells whether this very failure locked.
constexpr db::Query failed_locking{"logins.settle_locking",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0), failed = failed + 1, "
    "first_failed_at = COALESCE(first_failed_at, ?), locked_at = ?, last_locked_at = ? "
    "WHERE realm_no = ? AND login_id = ? AND locked_at IS NULL AND (failed + 1 >= ? OR "
    "(SELECT failed_day FROM users WHERE users.realm_no = ? AND users.user_id = ?) >= ?)"};
constexpr db::Query failed_counted{"logins.settle_failed",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0), failed = failed + 1, "
    "first_failed_at = COALESCE(first_failed_at, ?) WHERE realm_no = ? AND login_id = ? AND locked_at IS NULL"};
// Where the same wrong value counts once: the guard is the tag of the one that was counted last, the row count the verdict. A
// window begins with what was counted, so that who repeats himself for ever counts once in each.
constexpr db::Query counted_once{"logins.count_once",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0), failed = failed + 1, "
    "first_failed_at = COALESCE(first_failed_at, ?), last_wrong_tag = ?, last_wrong_at = ?, wrong_seen = wrong_seen + 1 "
    "WHERE realm_no = ? AND login_id = ? AND locked_at IS NULL AND NOT (last_wrong_tag <=> ? AND last_wrong_tag IS NOT NULL AND last_wrong_at > ?)"};
constexpr db::Query lock_login{"logins.lock",
    "UPDATE logins SET locked_at = ?, last_locked_at = ? WHERE realm_no = ? AND login_id = ? AND locked_at IS NULL AND (failed >= ? OR "
    "(SELECT failed_day FROM users WHERE users.realm_no = ? AND users.user_id = ?) >= ?)"};
// One that was not counted: a repetition, or a right one that is refused for another reason. It changes the row all the same.
constexpr db::Query repeated{"logins.settle_repeated",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0), wrong_seen = wrong_seen + 1 WHERE realm_no = ? AND login_id = ?"};
constexpr db::Query uncounted{"logins.settle_uncounted",
    "UPDATE logins SET in_flight = IF(in_flight > 0, in_flight - 1, 0) WHERE realm_no = ? AND login_id = ?"};

// The insert is the verdict: of two registrations of one name, one adds the row.
constexpr db::Query take_one{"logins.take_name",
    "INSERT IGNORE INTO login_names (realm_no, profile_no, name, login_id) VALUES (?, ?, ?, ?)", db::Gather::beside};
constexpr db::Query take_two{"logins.take_names",
    "INSERT IGNORE INTO login_names (realm_no, profile_no, name, login_id) VALUES (?, ?, ?, ?), (?, ?, ?, ?)", db::Gather::beside};
// Losers hold read locks on the winner's rows. By the primary key, which a small table is searched by, this would wait for
// a lock on those rows, and losers would wait for each other.
constexpr db::Query give_back{"logins.give_names_back",
    "DELETE n FROM login_names n FORCE INDEX (login) WHERE n.realm_no = ? AND n.login_id = ?", db::Gather::beside};
constexpr db::Query select_name{"logins.name_exists",
    "SELECT 1 FROM login_names WHERE realm_no = ? AND profile_no = ? AND name = ?", db::Gather::beside};
constexpr db::Query insert_login{"logins.insert",
    "INSERT INTO logins (realm_no, login_id, user_id, profile_no, user_name, password, password_key_id, password_version, "
    "foreign_password, password_set_at, password_change_required, failed, in_flight, last_login_at, sign_ins, created_at, updated_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, 0, 0, ?, 0, ?, ?)", db::Gather::row};
// The version is the guard: of two changes at once one is told that another came between. The counters begin anew only
// with a password that was shown.
constexpr db::Query change_shown{"logins.change_password",
    "UPDATE logins SET password = ?, password_key_id = ?, password_version = password_version + 1, foreign_password = ?, "
    "password_set_at = ?, password_change_required = 0, in_flight = IF(in_flight > 0, in_flight - 1, 0), failed = 0, "
    "first_failed_at = NULL, locked_at = NULL, updated_at = ? "
    "WHERE realm_no = ? AND login_id = ? AND password_version = ? AND (locked_at IS NULL OR ? = 1)"};
constexpr db::Query set_outright{"logins.set_password",
    "UPDATE logins SET password = ?, password_key_id = ?, password_version = password_version + 1, foreign_password = ?, "
    "password_set_at = ?, password_change_required = 0, updated_at = ? "
    "WHERE realm_no = ? AND login_id = ? AND password_version = ?"};
// After a link that was mailed: the lock by failures goes, and so does the demand to change (RS1, kibo 6.3).
constexpr db::Query reset_by_link{"logins.reset_password",
    "UPDATE logins SET password = ?, password_key_id = ?, password_version = password_version + 1, foreign_password = 0, "
    "password_set_at = ?, password_change_required = 0, failed = 0, first_failed_at = NULL, locked_at = NULL, in_flight = 0, "
    "updated_at = ? WHERE realm_no = ? AND login_id = ? AND password_version = ?"};
constexpr db::Query demand_change{"logins.demand_password_change",
    "UPDATE logins SET password_change_required = ?, updated_at = ? "
    "WHERE realm_no = ? AND login_id = ? AND password_change_required <> ?"};
constexpr db::Query select_names{"logins.names",
    "SELECT name FROM login_names FORCE INDEX (login) WHERE realm_no = ? AND login_id = ? ORDER BY name"};
constexpr db::Query delete_name{"logins.drop_name",
    "DELETE FROM login_names WHERE realm_no = ? AND profile_no = ? AND name = ? AND login_id = ?"};
constexpr db::Query update_user_name{"logins.put_user_name",
    "UPDATE logins SET user_name = ?, profile_no = ?, updated_at = ? WHERE realm_no = ? AND login_id = ?"};
constexpr db::Query delete_names_of{"logins.delete_names_of_user",
    "DELETE n FROM login_names n JOIN logins l ON l.realm_no = n.realm_no AND l.login_id = n.login_id "
    "WHERE l.realm_no = ? AND l.user_id = ?"};
constexpr db::Query delete_login{"logins.delete", "DELETE FROM logins WHERE realm_no = ? AND login_id = ?"};
constexpr db::Query delete_of_user{"logins.delete_of_user", "DELETE FROM logins WHERE realm_no = ? AND user_id = ?"};
constexpr db::Query note_locked{"logins.note_lock",
    "UPDATE logins SET last_locked_at = ?, updated_at = ? WHERE realm_no = ? AND login_id = ?"};
constexpr db::Query unlock_login{"logins.unlock",
    "UPDATE logins SET failed = 0, first_failed_at = NULL, locked_at = NULL, in_flight = 0, updated_at = ? "
    "WHERE realm_no = ? AND login_id = ?"};
constexpr db::Query key_in_use{"logins.key_in_use", "SELECT EXISTS(SELECT 1 FROM logins WHERE password_key_id = ?)"};

constexpr auto charge_life = std::chrono::seconds(30);  // TH1: a stale charge lapses

std::optional<users::Contact> read_contact(db::Row& row) {
    auto value = row.next<std::optional<std::string>>();
    const bool verified = row.next<bool>();
    if (!value) return {};
    return users::Contact{.value = std::move(*value), .verified = verified};
}

Login read(db::Row& row) {
    Login login;
    row.into(login.id);
    row.into(login.user);
    row.into(login.profile);
    row.into(login.user_name);
    row.into(login.sealed_password);
    row.into(login.password_version);
    row.into(login.foreign_password);
    row.into(login.password_change_required);
    row.into(login.failed);
    row.into(login.locked_at);
    row.into(login.last_locked_at);
    row.into(login.blocked_at);
    row.into(login.first_failed_at);
    row.into(login.last_login_at);
    row.into(login.password_set_at);
    row.into(login.created_at);
    row.into(login.updated_at);
    row.into(login.epoch);
    row.into(login.failed_day);
    row.into(login.failed_day_at);
    row.into(login.app);
    row.into(login.method);
    row.into(login.region);
    row.into(login.user_role);
    login.email = read_contact(row);
    login.phone = read_contact(row);
    row.into(login.role);
    if (row.next<bool>()) login.account = accounts::read_account(row);
    return login;
}

std::optional<std::uint32_t> key_id(const std::optional<std::string>& sealed) {
    return sealed ? crypto::key_of(*sealed) : std::nullopt;
}

}  // namespace

namespace store {

std::optional<Login> find(db::Session& session, RealmNo realm, ProfileNo profile, std::string_view name,
                          std::optional<AccountNo> account) {
    const auto nearest = session.one(select_login, [](db::Row& row) {
        const bool it = row.next<bool>();
        return std::pair(it, read(row));
    }, name, account, realm, profile, realm, profile, name, realm, profile);
    return nearest && nearest->first ? std::optional(nearest->second) : std::nullopt;
}

std::optional<Login> of_account(db::Session& session, RealmNo realm, ProfileNo profile, AccountNo account,
                                std::optional<UserId> user) {
    return session.one(select_of_account, read, profile, realm, account, user);
}

std::optional<Login> of_user(db::Session& session, RealmNo realm, const UserId& user, std::optional<AccountNo> account) {
    return session.one(select_of_user, read, account, realm, user);
}

std::optional<Login> get(db::Session& session, RealmNo realm, const LoginId& id) { return session.one(select_by_id, read, realm, id); }

std::vector<LoginId> ids_of_user(db::Session& session, RealmNo realm, const UserId& user) {
    return session.all(select_ids_of_user, [](db::Row& row) { return row.next<LoginId>(); }, realm, user);
}

bool admit_beyond_lock(db::Db& db, const Context& context, const LoginId& id, unsigned limit) {
    const Time stale = context.now - charge_life;
    return db.run(admit_beyond, stale, context.now, context.realm, id, stale, limit) == 1;
}

void settle_beyond_lock(db::Tx& tx, const Context& context, const LoginId& id) { tx.run(failed_beyond, context.realm, id); }

bool admit(db::Db& db, const Context& context, const LoginId& id, unsigned limit, Time released_before) {
    const Time stale = context.now - charge_life;
    return db.run(admit_attempt, stale, context.now, context.realm, id, stale, limit, released_before) == 1;
}

void admit_decoy(db::Session& session, RealmNo realm, std::uint8_t slot) { session.run(decoy, realm, slot); }

std::optional<Time> when(bool signs_in, Time now) { return signs_in ? std::optional(now) : std::nullopt; }

bool settle_right(db::Tx& tx, const Context& context, const Login& login, bool signs_in) {
    return tx.run(right, when(signs_in, context.now), context.realm, login.id, login.password_version) == 1;
}

bool settle_right_rehashed(db::Tx& tx, const Context& context, const Login& login, const std::string& sealed, bool signs_in) {
    return tx.run(right_rehashed, when(signs_in, context.now), sealed, crypto::key_of(sealed), context.realm, login.id, login.password_version) == 1;
}

bool settle_right_beside_lock(db::Tx& tx, const Context& context, const Login& login, bool signs_in) {
    return tx.run(right_beside_lock, when(signs_in, context.now), context.realm, login.id, login.password_version) == 1;
}

bool settle_locking(db::Tx& tx, const Context& context, const LoginId& id, const UserId& user, unsigned limit, unsigned daily) {
    return tx.run(failed_locking, context.now, context.now, context.now, context.realm, id, limit, context.realm, user, daily) == 1;
}

void settle_failed(db::Tx& tx, const Context& context, const LoginId& id) { tx.run(failed_counted, context.now, context.realm, id); }

bool count_once(db::Tx& tx, const Context& context, const LoginId& id, const std::optional<std::uint16_t>& tag) {
    const Time since = context.now - repeats_within;
    return tx.run(counted_once, context.now, tag, context.now, context.realm, id, tag, since) == 1;
}

bool lock(db::Tx& tx, const Context& context, const LoginId& id, const UserId& user, unsigned limit, unsigned daily) {
    return tx.run(lock_login, context.now, context.now, context.realm, id, limit, context.realm, user, daily) == 1;
}

void settle_repeated(db::Tx& tx, const Context& context, const LoginId& id) { tx.run(repeated, context.realm, id); }

void settle_uncounted(db::Session& session, const Context& context, const LoginId& id) { session.run(uncounted, context.realm, id); }

unsigned take_names(db::Tx& tx, RealmNo realm, ProfileNo profile, const LoginId& id, const std::vector<std::string>& names) {
    const auto taken = names.size() == 1 ? tx.run(take_one, realm, profile, names[0], id)
                                         : tx.run(take_two, realm, profile, names[0], id, realm, profile, names[1], id);
    return static_cast<unsigned>(taken);
}

void give_names_back(db::Tx& tx, RealmNo realm, const LoginId& id) { tx.run(give_back, realm, id); }

bool name_exists(db::Session& session, RealmNo realm, ProfileNo profile, std::string_view name) {
    return session.one(select_name, [](db::Row& row) { return row.next<int>(); }, realm, profile, name).has_value();
}

void insert(db::Tx& tx, const Context& context, ProfileNo profile, const LoginId& id, const NewLogin& login,
            const std::optional<std::string>& sealed) {
    const auto set_at = sealed ? std::optional(context.now) : std::nullopt;
    tx.run(insert_login, context.realm, id, login.user, profile, login.user_name, sealed, key_id(sealed),
           login.foreign_password, set_at, login.password_change_required, when(login.signs_in, context.now), context.now, context.now);
}

bool change_password(db::Tx& tx, const Context& context, const Login& login, const NewPassword& password, bool unlock) {
    return tx.run(change_shown, password.sealed, crypto::key_of(password.sealed), password.foreign, context.now, context.now,
                  context.realm, login.id, login.password_version, unlock) == 1;
}

bool set_password(db::Tx& tx, const Context& context, const Login& login, const NewPassword& password) {
    return tx.run(set_outright, password.sealed, crypto::key_of(password.sealed), password.foreign, context.now, context.now,
                  context.realm, login.id, login.password_version) == 1;
}

bool reset_password(db::Tx& tx, const Context& context, const Login& login, const std::string& sealed) {
    return tx.run(reset_by_link, sealed, crypto::key_of(sealed), context.now, context.now, context.realm, login.id,
                  login.password_version) == 1;
}

bool demand_password_change(db::Tx& tx, const Context& context, const LoginId& id, bool demanded) {
    return tx.run(demand_change, demanded, context.now, context.realm, id, demanded) == 1;
}

std::vector<std::string> names(db::Tx& tx, RealmNo realm, const LoginId& id) {
    return tx.all(select_names, [](db::Row& row) { return row.next<std::string>(); }, realm, id);
}

void drop_name(db::Tx& tx, RealmNo realm, ProfileNo profile, const std::string& name, const LoginId& id) {
    tx.run(delete_name, realm, profile, name, id);
}

void put_user_name(db::Tx& tx, const Context& context, const LoginId& id, const std::string& user_name, ProfileNo profile) {
    tx.run(update_user_name, user_name, profile, context.now, context.realm, id);
}

void remove(db::Tx& tx, RealmNo realm, const UserId& user) {
    tx.run(delete_names_of, realm, user);
    tx.run(delete_of_user, realm, user);
}

void remove_login(db::Tx& tx, RealmNo realm, const LoginId& id) {
    tx.run(give_back, realm, id);
    tx.run(delete_login, realm, id);
}

void note_lock(db::Tx& tx, const Context& context, const LoginId& id) { tx.run(note_locked, context.now, context.now, context.realm, id); }

bool unlock(db::Tx& tx, const Context& context, const LoginId& id) { return tx.run(unlock_login, context.now, context.realm, id) == 1; }

}  // namespace store

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

// --- keys reseal

namespace {

constexpr db::Query select_sealed_under{"logins.sealed_under",
    "SELECT login_id, user_id, password FROM logins "
    "WHERE realm_no = ? AND password_key_id = ? AND login_id > ? ORDER BY login_id LIMIT ?"};
// The old bytes are the guard: no two seals are alike, so whoever set a password meanwhile keeps it.
constexpr db::Query reseal_password{"logins.reseal",
    "UPDATE logins SET password = ?, password_key_id = ? WHERE realm_no = ? AND login_id = ? AND password = ?"};
constexpr db::Query select_keys_named{"logins.keys_named",
    "SELECT DISTINCT password_key_id FROM logins WHERE password_key_id IS NOT NULL"};

}  // namespace

std::vector<store::SealedPassword> store::sealed_under(db::Session& session, RealmNo realm, crypto::KeyId key, const LoginId& after,
                                                       unsigned most) {
    return session.all(select_sealed_under, [](db::Row& row) {
        SealedPassword one;
        row.into(one.id);
        row.into(one.user);
        row.into(one.sealed);
        return one;
    }, realm, key, after, most);
}

bool store::replace_sealed(db::Tx& tx, RealmNo realm, const LoginId& id, const std::string& before, const std::string& after) {
    return tx.run(reseal_password, after, crypto::key_of(after), realm, id, before) == 1;
}

std::vector<crypto::KeyId> keys_named(db::Session& session) {
    return session.all(select_keys_named, [](db::Row& row) { return row.next<crypto::KeyId>(); });
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_sealed_under, &reseal_password, &select_keys_named});
    out.insert(out.end(), {&select_login, &select_of_account, &select_of_user, &select_by_id, &select_ids_of_user, &delete_login, &right_beside_lock, &reset_by_link, &admit_beyond, &failed_beyond, &change_shown, &set_outright, &demand_change,
                           &select_names, &delete_name, &update_user_name, &delete_names_of, &delete_of_user, &note_locked, &admit_attempt, &decoy, &right, &right_rehashed, &failed_locking, &failed_counted, &counted_once, &lock_login, &repeated, &uncounted,
                           &take_one, &take_two, &give_back, &select_name, &insert_login, &unlock_login, &key_in_use});
}

}  // namespace authtickets::logins
