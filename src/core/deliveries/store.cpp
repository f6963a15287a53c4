// SPDX-License-Identifier: MIT
// SQL of core/deliveries. The lease counts the attempt and is the verdict between workers; the end is noted once.
#include "core/deliveries/store.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/query_lists.h"

namespace authtickets::deliveries {
namespace {

#define DELIVERY_COLUMNS                                                                                              \
    "d.realm_no, d.delivery_id, d.event_id, d.name, d.topic, d.subscription_id, d.subscription, d.action, d.format, " \
    "d.recipient, d.lane, d.user_id, d.account_no, d.queue, d.state, d.attempts, d.created_at, d.due_at, "            \
    "d.gives_up_at, d.leased_until, d.finished_at, d.last_error"
#define ATTEMPT_COLUMNS "attempt_no, began_at, ended_at, outcome, status, error, answer"
// A lease or a time to come that lies too far ahead was written before the clock was set back: it holds nothing up.
#define NOT_LEASED "(d.leased_until <= ? OR d.leased_until > ?)"

// The account asked for, or else one that the user is the primary user of. Greeted is by the first name; who has none, and
// neither has the account names of a person or company, by what he is called.
constexpr db::Query select_receiver{"deliveries.receiver",
    "SELECT e.value, p.value, l.user_name, COALESCE(NULLIF(u.given_name, ''), NULLIF(a.first_name, ''), "
    "IF(CONCAT(COALESCE(a.last_name, ''), COALESCE(a.company, '')) = '' AND u.name NOT LIKE '%@%', u.name, '')), a.locale_code, a.account_no, u.epoch, u.name, a.account_id, a.name, "
    "u.given_name, u.family_name, u.method, u.role, e.verified_at, p.verified_at, u.blocked_at, u.created_at, u.updated_at FROM users u "
    "LEFT JOIN contacts e ON e.realm_no = u.realm_no AND e.user_id = u.user_id AND e.kind = 1 "
    "LEFT JOIN contacts p ON p.realm_no = u.realm_no AND p.user_id = u.user_id AND p.kind = 2 "
    "LEFT JOIN logins l ON l.realm_no = u.realm_no AND l.user_id = u.user_id "
    "LEFT JOIN memberships m ON m.realm_no = u.realm_no AND m.user_id = u.user_id "
    "LEFT JOIN accounts a ON a.realm_no = u.realm_no AND a.account_no = COALESCE(?, m.account_no) "
    "WHERE u.realm_no = ? AND u.user_id = ? ORDER BY m.is_primary DESC, m.account_no, l.profile_no LIMIT 1"};
constexpr db::Query select_receiver_of_account{"deliveries.receiver_of_account",
    "SELECT email, '', '', first_name, locale_code, account_no, 0, '', account_id, name FROM accounts WHERE realm_no = ? AND account_no = ?"};

// Who gets notices of a shop: an operator of it who is not blocked, at his own address.
constexpr db::Query select_operator{"deliveries.operator",
    "SELECT e.value, '', l.user_name, a.first_name, a.locale_code, COALESCE(a.account_no, 0), u.epoch, '', NULL, '' FROM operators o "
    "JOIN users u ON u.realm_no = o.realm_no AND u.user_id = o.user_id AND u.blocked_at IS NULL "
    "JOIN contacts e ON e.realm_no = u.realm_no AND e.user_id = u.user_id AND e.kind = 1 "
    "LEFT JOIN logins l ON l.realm_no = u.realm_no AND l.user_id = u.user_id "
    "LEFT JOIN memberships m ON m.realm_no = u.realm_no AND m.user_id = u.user_id "
    "LEFT JOIN accounts a ON a.realm_no = m.realm_no AND a.account_no = m.account_no "
    "WHERE o.shop_no = ? AND o.user_id = ? ORDER BY l.profile_no LIMIT 1"};
constexpr db::Query select_subscription{"deliveries.subscription", "SELECT active FROM subscriptions WHERE realm_no = ? AND subscription_id = ?"};
constexpr db::Query count_sites{"deliveries.sites", "SELECT COUNT(*) FROM sites WHERE realm_no = ?"};

#define INTO_DELIVERIES                                                                                                                 \
    "INTO deliveries (realm_no, delivery_id, event_id, name, topic, subscription_id, subscription, action, format, recipient, "         \
    "lane, payload, key_id, user_id, account_no, queue, state, attempts, created_at, due_at, gives_up_at, leased_until, last_error) "   \
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?, ?, ?, ?, '')"
// What is told from the trail may be seen twice: its id says that it is owed already.
constexpr db::Query insert_delivery_once{"deliveries.insert_once", "INSERT IGNORE " INTO_DELIVERIES};
constexpr db::Query insert_delivery{"deliveries.insert", "INSERT " INTO_DELIVERIES, db::Gather::row};

// Of all realms. Of a lane nothing behind an older one that waits for its first attempt or is leased (kibo 8.1, order). Left to
// itself the server looks through the whole realm for each message of a lane, so that a thousand of them take seconds.
constexpr db::Query select_due{"deliveries.due",
    "SELECT " DELIVERY_COLUMNS ", d.payload FROM deliveries d "
    "WHERE d.state = 1 AND d.queue = ? AND (d.due_at <= ? OR d.due_at > ?) AND " NOT_LEASED " AND (d.lane IS NULL OR ("
    "NOT EXISTS(SELECT 1 FROM deliveries o FORCE INDEX (lane) WHERE o.realm_no = d.realm_no AND o.lane = d.lane AND o.state = 1 AND o.attempts = 0 "
    "AND o.delivery_id < d.delivery_id) AND "
    "NOT EXISTS(SELECT 1 FROM deliveries o FORCE INDEX (lane_leased) WHERE o.realm_no = d.realm_no AND o.lane = d.lane AND o.leased_until > ? "
    "AND o.leased_until <= ? AND o.state = 1 AND o.delivery_id < d.delivery_id))) "
    "AND d.action <> ? AND (d.subscription_id IS NULL OR d.subscription_id NOT IN (?, ?, ?, ?, ?, ?, ?, ?)) ORDER BY d.due_at LIMIT ?"};
constexpr db::Query select_next_of_lane{"deliveries.next_of_lane",
    "SELECT " DELIVERY_COLUMNS ", d.payload FROM deliveries d FORCE INDEX (lane) WHERE d.realm_no = ? AND d.lane = ? AND d.state = 1 AND d.attempts = 0 "
    "AND (d.due_at <= ? OR d.due_at > ?) ORDER BY d.delivery_id LIMIT 1"};

constexpr db::Query lease_delivery{"deliveries.lease",
    "UPDATE deliveries d SET d.attempts = d.attempts + 1, d.leased_until = ? "
    "WHERE d.realm_no = ? AND d.delivery_id = ? AND d.state = 1 AND d.attempts = ? AND " NOT_LEASED};

constexpr db::Query note_retry{"deliveries.note_retry",
    "UPDATE deliveries SET due_at = ?, leased_until = ?, last_error = ? "
    "WHERE realm_no = ? AND delivery_id = ? AND state = 1 AND attempts = ?"};
constexpr db::Query note_end{"deliveries.note_end",
    "UPDATE deliveries SET state = ?, payload = NULL, key_id = NULL, leased_until = ?, finished_at = ?, last_error = ? "
    "WHERE realm_no = ? AND delivery_id = ? AND state = 1"};
constexpr db::Query insert_attempt_of{"deliveries.insert_attempt",
    "INSERT IGNORE INTO delivery_attempts (realm_no, delivery_id, attempt_no, format, subscription_id, began_at, ended_at, outcome, status, error, "
    "answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};

constexpr db::Query select_of_subscription{"deliveries.of_subscription",
    "SELECT " DELIVERY_COLUMNS " FROM deliveries d WHERE d.realm_no = ? AND d.subscription_id = ? ORDER BY d.delivery_id DESC LIMIT ? OFFSET ?"};
constexpr db::Query select_of_format{"deliveries.of_format",
    "SELECT " DELIVERY_COLUMNS " FROM deliveries d WHERE d.realm_no = ? AND d.format = ? ORDER BY d.delivery_id DESC LIMIT ? OFFSET ?"};
constexpr db::Query select_count_of_subscription{"deliveries.count_of_subscription",
    "SELECT COUNT(*) FROM deliveries WHERE realm_no = ? AND subscription_id = ?"};
constexpr db::Query select_count_of_format{"deliveries.count_of_format", "SELECT COUNT(*) FROM deliveries WHERE realm_no = ? AND format = ?"};
constexpr db::Query select_one{"deliveries.find",
    "SELECT " DELIVERY_COLUMNS " FROM deliveries d WHERE d.realm_no = ? AND d.delivery_id = ?"};
constexpr db::Query select_attempts{"deliveries.attempts",
    "SELECT " ATTEMPT_COLUMNS " FROM delivery_attempts WHERE realm_no = ? AND delivery_id = ? ORDER BY attempt_no"};

// The log of integrations, by an index each; the time is not unique, so the rest of the key decides.
#define LOGGED "SELECT delivery_id, subscription_id, " ATTEMPT_COLUMNS " FROM delivery_attempts WHERE realm_no = ? AND "
#define NEWEST_FIRST " ORDER BY began_at DESC, delivery_id DESC, attempt_no DESC LIMIT ? OFFSET ?"
constexpr db::Query select_logged{"deliveries.logged", LOGGED "format = 2" NEWEST_FIRST};
constexpr db::Query select_logged_of{"deliveries.logged_of", LOGGED "subscription_id = ?" NEWEST_FIRST};
constexpr db::Query count_logged{"deliveries.count_logged", "SELECT COUNT(*) FROM delivery_attempts WHERE realm_no = ? AND format = 2"};
constexpr db::Query count_logged_of{"deliveries.count_logged_of", "SELECT COUNT(*) FROM delivery_attempts WHERE realm_no = ? AND subscription_id = ?"};

constexpr db::Query select_between{"deliveries.between",
    "SELECT " DELIVERY_COLUMNS " FROM deliveries d WHERE d.realm_no = ? AND d.delivery_id >= ? AND d.delivery_id <= ? ORDER BY d.delivery_id LIMIT 100"};
constexpr db::Query select_newest{"deliveries.newest",
    "SELECT " DELIVERY_COLUMNS " FROM deliveries d WHERE d.realm_no = ? AND d.state = ? ORDER BY d.delivery_id DESC LIMIT ?"};

constexpr db::Query insert_sent_message{"deliveries.keep",
    "INSERT IGNORE INTO sent_messages (realm_no, delivery_id, kind, template, locale, content, key_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
#define SENT_COLUMNS                                                                                                                   \
    "SELECT s.delivery_id, d.subscription_id, d.subscription, d.recipient, d.state, s.kind, s.template, s.locale, s.content, s.created_at " \
    "FROM sent_messages s JOIN deliveries d ON d.realm_no = s.realm_no AND d.delivery_id = s.delivery_id "
constexpr db::Query select_sent{"deliveries.sent", SENT_COLUMNS "WHERE s.realm_no = ? AND s.kind = ? ORDER BY s.delivery_id DESC LIMIT ? OFFSET ?"};
constexpr db::Query count_sent{"deliveries.count_sent", "SELECT COUNT(*) FROM sent_messages WHERE realm_no = ? AND kind = ?"};
constexpr db::Query select_one_sent{"deliveries.find_sent", SENT_COLUMNS "WHERE s.realm_no = ? AND s.delivery_id = ? AND s.kind = ?"};

// All take the same rows: the longest ended first. A derived table, since a subquery may have no LIMIT.
// The same deliveries in all three. It begins with them: where they stand in an IN (...), the server asks for every row of the realm
// whether it is one of theirs.
#define OF_ENDED(table)                                                                                                            \
    "DELETE d FROM (SELECT realm_no, delivery_id FROM deliveries WHERE realm_no = ? AND finished_at < ? ORDER BY finished_at, delivery_id " \
    "LIMIT ?) AS ended STRAIGHT_JOIN " table " d ON d.realm_no = ended.realm_no AND d.delivery_id = ended.delivery_id"
constexpr db::Query purge_attempts{"deliveries.purge_attempts", OF_ENDED("delivery_attempts")};
constexpr db::Query purge_sent{"deliveries.purge_sent", OF_ENDED("sent_messages")};
constexpr db::Query purge_deliveries{"deliveries.purge", OF_ENDED("deliveries")};
#undef OF_ENDED

constexpr db::Query key_in_use{"deliveries.key_in_use", "SELECT EXISTS(SELECT 1 FROM deliveries WHERE key_id = ?)"};
constexpr db::Query select_sent_under{"deliveries.sent_under_other_keys",
    "SELECT delivery_id, content FROM sent_messages WHERE realm_no = ? AND key_id <> ? AND delivery_id > ? ORDER BY delivery_id LIMIT ?"};
constexpr db::Query reseal_sent{"deliveries.reseal_sent",
    "UPDATE sent_messages SET content = ?, key_id = ? WHERE realm_no = ? AND delivery_id = ? AND content = ?"};
constexpr db::Query key_in_use_by_sent{"deliveries.key_in_use_by_sent", "SELECT EXISTS(SELECT 1 FROM sent_messages WHERE key_id = ?)"};

constexpr Time never_leased{};  // 1970

Delivery read(db::Row& row) {
    Delivery delivery;
    row.into(delivery.realm);
    row.into(delivery.id);
    row.into(delivery.event);
    row.into(delivery.name);
    row.into(delivery.topic);
    row.into(delivery.subscription_id);
    row.into(delivery.subscription);
    row.into(delivery.action);
    row.into(delivery.format);
    row.into(delivery.recipient);
    row.into(delivery.lane);
    row.into(delivery.user);
    row.into(delivery.account);
    row.into(delivery.queue);
    row.into(delivery.state);
    row.into(delivery.attempts);
    row.into(delivery.created_at);
    row.into(delivery.due_at);
    row.into(delivery.gives_up_at);
    row.into(delivery.leased_until);
    row.into(delivery.finished_at);
    row.into(delivery.last_error);
    return delivery;
}

Receiver read_receiver(db::Row& row) {
    Receiver receiver;
    row.into(receiver.email);
    row.into(receiver.phone);
    row.into(receiver.user_name);
    row.into(receiver.first_name);
    row.into(receiver.locale);
    row.into(receiver.account);
    row.into(receiver.epoch);
    row.into(receiver.full_name);
    row.into(receiver.account_id);
    row.into(receiver.account_name);
    return receiver;
}

Receiver read_user(db::Row& row) {
    auto receiver = read_receiver(row);
    Person person{.name = receiver.full_name, .email = receiver.email, .phone = receiver.phone};
    row.into(person.first_name);
    row.into(person.last_name);
    row.into(person.method);
    row.into(person.role);
    person.email_verified = row.next<std::optional<Time>>().has_value();
    person.phone_verified = row.next<std::optional<Time>>().has_value();
    person.blocked = row.next<std::optional<Time>>().has_value();
    row.into(person.created_at);
    row.into(person.updated_at);
    receiver.person = std::move(person);
    return receiver;
}

store::SentRow read_sent(db::Row& row) {
    store::SentRow out;
    auto& message = out.message;
    row.into(message.id);
    row.into(message.subscription_id);
    row.into(message.subscription);
    row.into(message.recipient);
    row.into(message.state);
    row.into(message.content.action);
    row.into(message.content.template_name);
    row.into(message.content.locale);
    row.into(out.sealed);
    row.into(message.created_at);
    return out;
}

Attempt read_attempt(db::Row& row) {
    Attempt attempt;
    row.into(attempt.no);
    row.into(attempt.began_at);
    row.into(attempt.ended_at);
    row.into(attempt.outcome);
    row.into(attempt.status);
    row.into(attempt.error);
    row.into(attempt.answer);
    return attempt;
}

Logged read_logged(db::Row& row) {
    Logged logged;
    row.into(logged.delivery);
    row.into(logged.subscription);
    logged.attempt = read_attempt(row);
    return logged;
}

Delivery read_with_payload(db::Row& row) {
    auto delivery = read(row);
    row.into(delivery.sealed);
    return delivery;
}

std::uint64_t number(db::Row& row) { return row.next<std::uint64_t>(); }

}  // namespace

namespace store {

namespace {

std::uint64_t put(db::Session& session, const db::Query& query, const Delivery& delivery, crypto::KeyId key) {
    return session.run(query, delivery.realm, delivery.id, delivery.event, delivery.name, delivery.topic, delivery.subscription_id,
           delivery.subscription, delivery.action, delivery.format, delivery.recipient, delivery.lane, delivery.sealed, key, delivery.user,
           delivery.account, delivery.queue, delivery.created_at, delivery.due_at, delivery.gives_up_at, never_leased);
}

}  // namespace

void insert(db::Tx& tx, const Delivery& delivery, crypto::KeyId key) { put(tx, insert_delivery, delivery, key); }
bool insert_once(db::Session& session, const Delivery& delivery, crypto::KeyId key) { return put(session, insert_delivery_once, delivery, key) == 1; }

std::optional<Receiver> operator_receiver(db::Session& session, RealmNo shop, const UserId& user) {
    return session.one(select_operator, read_receiver, shop, user);
}
std::optional<bool> subscription_active(db::Session& session, RealmNo realm, const SubscriptionId& id) {
    return session.one(select_subscription, [](db::Row& row) { return row.next<bool>(); }, realm, id);
}
std::size_t sites(db::Session& session, RealmNo realm) { return session.one(count_sites, number, realm).value_or(0); }

std::optional<Receiver> receiver(db::Session& session, RealmNo realm, const UserId& user, AccountNo account) {
    const auto wanted = account == AccountNo{} ? std::optional<AccountNo>{} : std::optional(account);
    if (user.empty()) return session.one(select_receiver_of_account, read_receiver, realm, wanted);
    return session.one(select_receiver, read_user, wanted, realm, user);
}

std::vector<Delivery> due(db::Session& session, Queue queue, Time now, unsigned most, const Spared& spared) {
    const Time far = now + longest_wait, held = now + longest_lease;
    const auto action = spared.action ? static_cast<int>(*spared.action) : 0;
    std::array<SubscriptionId, Spared::most> left_out{};  // ids that nobody has, where there are fewer
    std::copy_n(spared.subscriptions.begin(), std::min(spared.subscriptions.size(), left_out.size()), left_out.begin());
    return std::apply([&](const auto&... each) {
        return session.all(select_due, read_with_payload, queue, now, far, now, held, now, held, action, each..., most);
    }, left_out);
}

std::optional<Delivery> next_of_lane(db::Session& session, const Delivery& before, Time now) {
    return session.one(select_next_of_lane, read_with_payload, before.realm, before.lane, now, now + longest_wait);
}

bool lease(db::Db& db, const Delivery& delivery, Time now, Time until) {
    return db.run(lease_delivery, until, delivery.realm, delivery.id, delivery.attempts, now, now + longest_lease) == 1;
}

bool note(db::Tx& tx, const Delivery& delivery, const After& after, Time now, std::string_view error) {
    if (after.state != State::waiting) {
        return tx.run(note_end, after.state, never_leased, now, error, delivery.realm, delivery.id) == 1;
    }
    return tx.run(note_retry, after.due_at, never_leased, error, delivery.realm, delivery.id, delivery.attempts) == 1;
}

void insert_attempt(db::Tx& tx, const Delivery& delivery, const Attempt& attempt) {
    const bool integration = delivery.format == Format::elasticpath;
    tx.run(insert_attempt_of, delivery.realm, delivery.id, attempt.no, integration ? delivery.format : std::nullopt,
           integration ? delivery.subscription_id : std::nullopt, attempt.began_at, attempt.ended_at, attempt.outcome, attempt.status, attempt.error,
           integration ? std::string_view(attempt.answer) : std::string_view{});
}

void insert_sent(db::Tx& tx, const Delivery& delivery, const Content& content, const std::optional<std::string>& sealed,
                 std::optional<crypto::KeyId> key, Time now) {
    tx.run(insert_sent_message, delivery.realm, delivery.id, content.action, content.template_name, content.locale, sealed, key, now);
}
std::vector<SentRow> sent(db::Session& session, RealmNo realm, Action action, unsigned skip, unsigned most) {
    return session.all(select_sent, read_sent, realm, action, most, skip);
}
std::uint64_t count_of_sent(db::Session& session, RealmNo realm, Action action) { return session.one(count_sent, number, realm, action).value_or(0); }
std::optional<SentRow> find_sent(db::Session& session, RealmNo realm, Action action, const DeliveryId& id) {
    return session.one(select_one_sent, read_sent, realm, id, action);
}

std::vector<Kept> kept_under_others(db::Session& session, RealmNo realm, crypto::KeyId key, const DeliveryId& after, unsigned most) {
    return session.all(select_sent_under, [](db::Row& row) {
        Kept out;
        row.into(out.id);
        row.into(out.sealed);
        return out;
    }, realm, key, after, most);
}
bool reseal(db::Session& session, RealmNo realm, const Kept& before, const std::optional<std::string>& sealed, std::optional<crypto::KeyId> key) {
    return session.run(reseal_sent, sealed, key, realm, before.id, before.sealed) == 1;
}

std::vector<Delivery> of_subscription(db::Session& session, RealmNo realm, const SubscriptionId& id, unsigned skip, unsigned most) {
    return session.all(select_of_subscription, read, realm, id, most, skip);
}
std::vector<Delivery> of_format(db::Session& session, RealmNo realm, Format format, unsigned skip, unsigned most) {
    return session.all(select_of_format, read, realm, format, most, skip);
}
std::uint64_t count_of_subscription(db::Session& session, RealmNo realm, const SubscriptionId& id) {
    return session.one(select_count_of_subscription, number, realm, id).value_or(0);
}
std::uint64_t count_of_format(db::Session& session, RealmNo realm, Format format) {
    return session.one(select_count_of_format, number, realm, format).value_or(0);
}

std::optional<Delivery> find(db::Session& session, RealmNo realm, const DeliveryId& id) { return session.one(select_one, read, realm, id); }

std::vector<Attempt> attempts(db::Session& session, RealmNo realm, const DeliveryId& id) {
    return session.all(select_attempts, read_attempt, realm, id);
}

std::vector<Logged> logged(db::Session& session, RealmNo realm, const std::optional<SubscriptionId>& id, unsigned skip, unsigned most) {
    if (id) return session.all(select_logged_of, read_logged, realm, *id, most, skip);
    return session.all(select_logged, read_logged, realm, most, skip);
}
std::uint64_t count_of_logged(db::Session& session, RealmNo realm, const std::optional<SubscriptionId>& id) {
    return (id ? session.one(count_logged_of, number, realm, *id) : session.one(count_logged, number, realm)).value_or(0);
}

std::vector<Delivery> between(db::Session& session, RealmNo realm, const Range& range) {
    return session.all(select_between, read, realm, range.first, range.last);
}
std::vector<Delivery> newest(db::Session& session, RealmNo realm, State state, unsigned most) {
    return session.all(select_newest, read, realm, state, most);
}

}  // namespace store

std::uint64_t purge(db::Tx& tx, RealmNo realm, Time finished_before, unsigned most) {
    tx.run(purge_attempts, realm, finished_before, most);
    tx.run(purge_sent, realm, finished_before, most);
    return tx.run(purge_deliveries, realm, finished_before, most);
}

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

bool sent_names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use_by_sent, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_receiver, &select_receiver_of_account, &select_operator, &select_subscription,
                           &count_sites, &insert_delivery, &insert_delivery_once, &select_due, &select_next_of_lane, &lease_delivery, &note_retry, &note_end, &insert_attempt_of,
                           &select_of_subscription, &select_of_format, &select_count_of_subscription, &select_count_of_format, &select_one,
                           &select_attempts, &select_logged, &select_logged_of, &count_logged, &count_logged_of, &select_between, &select_newest, &purge_attempts, &purge_sent, &purge_deliveries, &key_in_use,
                           &key_in_use_by_sent, &select_sent_under, &reseal_sent, &insert_sent_message, &select_sent, &count_sent, &select_one_sent});
}

}  // namespace authtickets::deliveries
