// SPDX-License-Identifier: MIT
// SQL of core/subscriptions.
#include "core/subscriptions/store.h"

#include "core/query_lists.h"

namespace authtickets::subscriptions {
namespace {

#define SUBSCRIPTION_COLUMNS                                                                                           \
    "SELECT subscription_id, name, events, condition_text, action, format, target, secret, application_no, active, " \
    "created_at, updated_at FROM subscriptions "
constexpr db::Query select_list{"subscriptions.list", SUBSCRIPTION_COLUMNS "WHERE realm_no = ? ORDER BY name"};
constexpr db::Query select_one{"subscriptions.find", SUBSCRIPTION_COLUMNS "WHERE realm_no = ? AND name = ?"};
constexpr db::Query insert_subscription{"subscriptions.insert",
    "INSERT IGNORE INTO subscriptions (realm_no, subscription_id, name, events, condition_text, action, format, target, secret, key_id, "
    "application_no, active, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr db::Query update_active{"subscriptions.set_active",
    "UPDATE subscriptions SET active = ?, updated_at = ? WHERE realm_no = ? AND name = ? AND active <> ?"};
constexpr db::Query delete_one{"subscriptions.remove", "DELETE FROM subscriptions WHERE realm_no = ? AND name = ?"};
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
                  subscription.active, context.now, context.now) == 1;
}

bool set_active(db::Tx& tx, const Context& context, std::string_view name, bool active) {
    return tx.run(update_active, active, context.now, context.realm, name, active) == 1;
}

bool remove(db::Tx& tx, RealmNo realm, std::string_view name) { return tx.run(delete_one, realm, name) == 1; }

bool reseal(db::Session& session, RealmNo realm, const SubscriptionId& id, std::string_view before, std::string_view after, crypto::KeyId key) {
    return session.run(reseal_secret, after, key, realm, id, before) == 1;
}

}  // namespace store

bool names_key(db::Session& session, crypto::KeyId key) {
    return session.one(key_in_use, [](db::Row& row) { return row.next<bool>(); }, key).value_or(true);
}

void list_queries(QueryList& out) {
    out.insert(out.end(), {&select_list, &select_one, &insert_subscription, &update_active, &delete_one, &reseal_secret, &key_in_use});
}

}  // namespace authtickets::subscriptions
