// SPDX-License-Identifier: MIT
// SQL of core/subscriptions.
#include "core/subscriptions/store.h"

#include "core/query_lists.h"

namespace authtickets::subscriptions {
namespace {

#define SUBSCRIPTION_COLUMNS                                                                                           \
    "SELECT subscription_id, name, events, condition_text, action, format, target, secret, application_no, active, " \
    "created_at, updated_at, COALESCE(switched_on_at, updated_at), label, description, off_as FROM subscriptions "
constexpr db::Query select_list{"subscriptions.list", SUBSCRIPTION_COLUMNS "WHERE realm_no = ? ORDER BY name"};
constexpr db::Query select_one{"subscriptions.find", SUBSCRIPTION_COLUMNS "WHERE realm_no = ? AND name = ?"};
constexpr db::Query insert_subscription{"subscriptions.insert",
    "INSERT IGNORE INTO subscriptions (realm_no, subscription_id, name, events, condition_text, action, format, target, secret, key_id, "
    "application_no, active, created_at, updated_at, switched_on_at, label, description, off_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query update_active{"subscriptions.set_active",
    "UPDATE subscriptions SET switched_on_at = IF(?, ?, switched_on_at), active = ?, updated_at = ? WHERE realm_no = ? AND name = ? AND active <> ?"};
constexpr db::Query delete_one{"subscriptions.remove", "DELETE FROM subscriptions WHERE realm_no = ? AND name = ?"};
constexpr db::Query delete_of_target{"subscriptions.remove_of_target", "DELETE FROM subscriptions WHERE realm_no = ? AND action = ? AND target = ?"};
constexpr db::Query update_off{"subscriptions.off_as", "UPDATE subscriptions SET off_as = ? WHERE realm_no = ? AND name = ? AND off_as <> ?"};
// Integrations and triggers, of a realm the newest first; one is locked while it is changed, and the range of all while one is
// added, so that there are never more than there may be.
constexpr db::Query select_format{"subscriptions.of_format",
    SUBSCRIPTION_COLUMNS "WHERE realm_no = ? AND format = ? ORDER BY created_at DESC, subscription_id DESC"};
constexpr db::Query select_one_of_format{"subscriptions.one_of_format", SUBSCRIPTION_COLUMNS "WHERE realm_no = ? AND subscription_id = ? AND format = ?"};
constexpr db::Query lock_one_of_format{"subscriptions.lock_one_of_format",
    SUBSCRIPTION_COLUMNS "WHERE realm_no = ? AND subscription_id = ? AND format = ? FOR UPDATE"};
constexpr db::Query count_format{"subscriptions.count_of_format", "SELECT COUNT(*) FROM subscriptions WHERE realm_no = ? AND format = ? FOR UPDATE"};
constexpr db::Query update_one_of_format{"subscriptions.change_one_of_format",
    "UPDATE subscriptions SET label = ?, description = ?, events = ?, target = ?, secret = ?, key_id = ?, "
    "switched_on_at = IF(active = 0 AND ?, ?, switched_on_at), active = ?, off_as = ?, updated_at = ? "
    "WHERE realm_no = ? AND subscription_id = ? AND format = ?"};
// Notices, hooks of the program's own format, integrations and triggers; which of those follow the trail, their events tell. The
// table is small.
constexpr db::Query select_following{"subscriptions.following",
    "SELECT DISTINCT realm_no FROM subscriptions WHERE active = 1 AND (action = 4 OR (action = 3 AND format IN (0, 2)) OR format = 3) ORDER BY realm_no"};
constexpr db::Query reseal_secret{"subscriptions.reseal",
    "UPDATE subscriptions SET secret = ?, key_id = ? WHERE realm_no = ? AND subscription_id = ? AND secret = ?"};
constexpr db::Query key_in_use{"subscriptions.key_in_use", "SELECT EXISTS(SELECT 1 FROM subscriptions WHERE key_id = ?)"};

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < list.size();) {
        const auto end = std::min(list.find(',', at), list.size());
        out.push_back(list.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string joined(const std::vector<std::string>& items) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ",") + item;
    return out;
}

store::Row read(db::Row& row) {
    store::Row out;
    auto& subscription = out.subscription;
    row.into(subscription.id);
    row.into(subscription.name);
    subscription.events = split(row.next<std::string>());
    row.into(subscription.condition);
    row.into(subscription.action);
    row.into(subscription.format);
    row.into(subscription.target);
    row.into(out.sealed);
    row.into(subscription.application);
    row.into(subscription.active);
    row.into(subscription.created_at);
    row.into(subscription.updated_at);
    row.into(subscription.active_since);
    row.into(subscription.label);
    row.into(subscription.description);
    row.into(subscription.off_as);
    return out;
}

}  // namespace

namespace store {

std::vector<Row> list(db::Session& session, RealmNo realm) { return session.all(select_list, read, realm); }

std::optional<Row> find(db::Session& session, RealmNo realm, std::string_view name) { return session.one(select_one, read, realm, name); }

bool insert(db::Tx& tx, const Context& context, const Row& row, std::optional<crypto::KeyId> key) {
    const auto& subscription = row.subscription;
    return tx.run(insert_subscription, context.realm, subscription.id, subscription.name, joined(subscription.events), subscription.condition,
                  subscription.action, subscription.format, subscription.target, row.sealed, key, subscription.application,
                  subscription.active, context.now, context.now, context.now, subscription.label, subscription.description, subscription.off_as) == 1;
}

bool set_active(db::Tx& tx, const Context& context, std::string_view name, bool active) {
    return tx.run(update_active, active, context.now, active, context.now, context.realm, name, active) == 1;
}

bool remove(db::Tx& tx, RealmNo realm, std::string_view name) { return tx.run(delete_one, realm, name) == 1; }

void remove_of_target(db::Tx& tx, RealmNo realm, Action action, std::string_view target) { tx.run(delete_of_target, realm, action, target); }

void set_off_as(db::Tx& tx, RealmNo realm, std::string_view name, Off off_as) { tx.run(update_off, off_as, realm, name, off_as); }

std::vector<Row> of_format(db::Session& session, RealmNo realm, Format format) { return session.all(select_format, read, realm, format); }

std::optional<Row> one_of_format(db::Session& session, RealmNo realm, Format format, const SubscriptionId& id) {
    return session.one(select_one_of_format, read, realm, id, format);
}

std::optional<Row> lock(db::Tx& tx, RealmNo realm, Format format, const SubscriptionId& id) { return tx.one(lock_one_of_format, read, realm, id, format); }

std::uint64_t count_locked(db::Tx& tx, RealmNo realm, Format format) {
    return tx.one(count_format, [](db::Row& row) { return row.next<std::uint64_t>(); }, realm, format).value_or(0);
}

void change(db::Tx& tx, const Context& context, const Row& row, std::optional<crypto::KeyId> key) {
    const auto& changed = row.subscription;
    tx.run(update_one_of_format, changed.label, changed.description, joined(changed.events), changed.target, row.sealed, key, changed.active,
           context.now, changed.active, changed.off_as, context.now, context.realm, changed.id, changed.format);
}

std::vector<RealmNo> following(db::Session& session) {
    return session.all(select_following, [](db::Row& row) { return row.next<RealmNo>(); });
}

bool reseal(db::Session& session, RealmNo realm, const SubscriptionId& id, std::string_view before, std::string_view after, crypto::KeyId key) {
    return session.run(reseal_secret, after, key, realm, id, before) == 1;
}

}  // namespace store

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_list, &select_one, &insert_subscription, &update_active, &delete_one, &delete_of_target,
                           &update_off, &select_format, &select_one_of_format, &lock_one_of_format, &count_format, &update_one_of_format, &select_following, &reseal_secret, &key_in_use});
}

}  // namespace authtickets::subscriptions
