// SPDX-License-Identifier: MIT
// What a client reads of events and of the messages they caused. Neither codes nor addresses stand in it.
#include "api/kibo/wire_events.h"

#include <algorithm>
#include <array>

namespace authtickets::kibo {
namespace {

using db::Op;
using deliveries::Delivery;
using deliveries::State;
using subscriptions::Subscription;

enum class EventField : int { topic, created_at };
constexpr std::array event_fields{
    db::Field{.kind = db::Kind::text, .operators = db::ops(Op::eq, Op::in), .once = true},
    db::Field{.kind = db::Kind::time, .operators = db::ops(Op::gt, Op::ge, Op::lt, Op::le), .sortable = true},
};
constexpr std::array event_members{
    ListMember{"topic", static_cast<int>(EventField::topic)},
    ListMember{"createDate", static_cast<int>(EventField::created_at)},
    ListMember{"auditInfo.createDate", static_cast<int>(EventField::created_at)},
};

enum class SubscriptionField : int { active, application, topics, created_at };
constexpr std::array subscription_fields{
    db::Field{.kind = db::Kind::boolean, .operators = db::ops(Op::eq, Op::ne), .once = true},
    db::Field{.kind = db::Kind::text, .operators = db::ops(Op::eq, Op::in), .once = true},
    db::Field{.kind = db::Kind::text, .operators = db::ops(Op::eq, Op::in), .once = true},
    db::Field{.kind = db::Kind::time, .sortable = true},
};
constexpr std::array subscription_members{
    ListMember{"isActive", static_cast<int>(SubscriptionField::active)},
    ListMember{"appId", static_cast<int>(SubscriptionField::application)},
    ListMember{"topics", static_cast<int>(SubscriptionField::topics)},
    ListMember{"createDate", static_cast<int>(SubscriptionField::created_at)},
};

constexpr auto tick = std::chrono::milliseconds(1);

bool same_text(const db::Param& value, std::string_view text) {
    const auto* const wanted = std::get_if<std::string>(&value);
    return wanted && same_without_case(*wanted, text);
}
bool among(const std::vector<db::Param>& values, std::string_view text) {
    return std::ranges::any_of(values, [&](const auto& each) { return same_text(each, text); });
}

// What happens before a time and from one on: the narrowest of all conditions.
void narrow(pulls::Wanted& wanted, const db::Condition& condition) {
    const auto* const text = std::get_if<std::string>(&condition.values.at(0));
    const auto time = text ? parse_sql(*text) : std::nullopt;
    if (!time) return;  // unreachable: the list's form says that it is a time
    const auto from = condition.op == Op::gt ? *time + tick : *time, to = condition.op == Op::le ? *time + tick : *time;
    if (condition.op == Op::gt || condition.op == Op::ge) wanted.from = std::max(wanted.from.value_or(from), from);
    else wanted.to = std::min(wanted.to.value_or(to), to);
}

bool holds(const Subscription& row, const std::string& client_id, const db::Condition& condition) {
    const auto& values = condition.values;
    switch (static_cast<SubscriptionField>(condition.field)) {
        case SubscriptionField::active: {
            const auto* const wanted = std::get_if<std::int64_t>(&values.at(0));
            return wanted && ((*wanted != 0) == row.active) == (condition.op == Op::eq);
        }
        case SubscriptionField::application: return among(values, client_id);
        case SubscriptionField::topics: return std::ranges::any_of(row.events, [&](const auto& topic) { return among(values, topic); });
        case SubscriptionField::created_at: break;
    }
    return true;  // unreachable: nothing else can be compared
}

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

Json audit_info(std::optional<Time> created, std::optional<Time> updated, const std::optional<UserId>& by) {
    const auto who = by ? Json(hex(by->value)) : Json();
    return Json::object({{"createBy", who},
                         {"createDate", created ? Json(iso8601(*created)) : Json()},
                         {"updateBy", who},
                         {"updateDate", updated ? Json(iso8601(*updated)) : Json()}});
}

Json property(std::string_view key, std::string value) { return Json::object({{"key", key}, {"value", std::move(value)}}); }

// Whose event it is, as pushes name it: the account, or else the user.
Json entity(const std::optional<AccountNo>& account, const std::optional<UserId>& user) {
    if (account) return std::to_string(account->value);
    return user ? Json(hex(user->value)) : Json();
}

// The trail names no site: where there is one only, it is that.
Json tenant_of(const realms::Realm& realm) { return realm.sites.empty() ? Json() : Json(realm.sites.front().tenant); }
Json site_of(const realms::Realm& realm) { return realm.sites.size() == 1 ? Json(realm.sites.front().site) : Json(); }
constexpr int catalog = 1;  // as in the tenants resource

std::string_view status_of(State state) {
    switch (state) {
        case State::waiting: return "Pending";
        case State::sent: return "Success";
        case State::abandoned:
        case State::dropped: return "Failed";
    }
    return "Failed";  // unreachable
}

Json error_type(const deliveries::Attempt& attempt) {
    if (attempt.outcome == deliveries::Outcome::accepted) return {};
    if (attempt.outcome == deliveries::Outcome::too_late || attempt.outcome == deliveries::Outcome::dropped) return "Expired";
    return attempt.status == 0 ? "Connection" : "HttpStatus";
}

Json attempt_json(const deliveries::Attempt& attempt) {
    const bool accepted = attempt.outcome == deliveries::Outcome::accepted;
    return Json::object({{"deliveryStatus", accepted ? "Success" : "Failed"},
                         {"errorType", error_type(attempt)},
                         {"executionDate", iso8601(attempt.began_at)},
                         {"httpStatus", attempt.status == 0 ? Json() : Json::object({{"code", attempt.status}, {"name", nullptr}})},
                         {"message", text_or_null(attempt.error)}});
}

// About every minute until it is given up (kibo 8.1).
std::int64_t retries_left(const Delivery& delivery) {
    if (delivery.state != State::waiting || delivery.due_at >= delivery.gives_up_at) return 0;
    return 1 + std::chrono::duration_cast<std::chrono::minutes>(delivery.gives_up_at - delivery.due_at).count();
}

}  // namespace

Result<pulls::Wanted> pull_query(const http::Query& query) {
    static constexpr ListForm form{event_members, event_fields};
    const auto read = list_query(query, form);
    if (!read) return refuse(read.error());
    pulls::Wanted out{.offset = read->offset, .limit = read->limit};
    if (!read->order.empty()) out.newest_first = read->order.front().descending;
    const auto all = pulls::topics();
    out.topics.assign(all.begin(), all.end());
    for (const auto& each : read->where) {
        if (static_cast<EventField>(each.field) == EventField::created_at) narrow(out, each);
        else std::erase_if(out.topics, [&](auto topic) { return !among(each.values, topic); });
    }
    return out;
}

const ListForm& subscription_list() {
    static constexpr ListForm form{subscription_members, subscription_fields};
    return form;
}

const ListForm& delivery_list() {
    static constexpr ListForm form{};  // newest first, and all of them
    return form;
}

Json event(const pulls::Pulled& pulled, const realms::Realm& realm) {
    const auto& row = pulled.event;
    Json properties = Json::array();
    if (!pulled.email_type.empty()) {
        properties.push(property("emailType", std::string(pulled.email_type)));
        if (row.user) properties.push(property("userId", hex(row.user->value)));
        if (row.account) properties.push(property("accountId", std::to_string(row.account->value)));
    }
    return Json::object({{"id", hex(pulled.id())},
                         {"topic", pulled.topic},
                         {"entityId", entity(row.account, row.user)},
                         {"tenantId", tenant_of(realm)},
                         {"siteId", site_of(realm)},
                         {"catalogId", catalog},
                         {"masterCatalogId", catalog},
                         {"correlationId", hex(row.request_id)},
                         {"isTest", false},
                         {"extendedProperties", std::move(properties)},
                         {"auditInfo", audit_info(row.at, row.at, row.user)}});
}

Json subscription(const Subscription& row, const std::string& client_id, const realms::Realm& realm) {
    Json topics = Json::array();
    for (const auto& each : row.events) topics.push(each);
    Json tenants = Json::array();
    const auto none = [] { return audit_info({}, {}, {}); };
    for (auto site = realm.sites.begin(); site != realm.sites.end();) {  // in the order of their tenants
        const auto tenant = site->tenant;
        Json sites = Json::array();
        for (; site != realm.sites.end() && site->tenant == tenant; ++site) {
            sites.push(Json::object({{"siteId", site->site}, {"isActive", row.active}, {"auditInfo", none()}}));
        }
        tenants.push(Json::object({{"tenantId", tenant},
                                   {"isActive", row.active},
                                   {"subscribingContextLevelType", "Site"},
                                   {"subscribingSites", std::move(sites)},
                                   {"auditInfo", none()}}));
    }
    return Json::object({{"id", hex(row.id.value)},
                         {"appId", text_or_null(client_id)},
                         {"apiVersion", "1"},
                         {"topics", std::move(topics)},
                         {"endpoint", row.target},
                         {"notificationDeliveryType", "Http"},
                         {"contentType", "application/json"},
                         {"confirmed", true},
                         {"isActive", row.active},
                         {"noCallback", false},
                         {"subscribingTenants", std::move(tenants)},
                         {"createBy", nullptr},
                         {"createDate", iso8601(row.created_at)},
                         {"updateBy", nullptr},
                         {"updateDate", iso8601(row.updated_at)}});
}

Json delivery_summary(const Delivery& delivery, const std::vector<deliveries::Attempt>& attempts, const std::optional<events::Stored>& cause,
                      const realms::Realm& realm, Time now) {
    Json list = Json::array();
    for (const auto& each : attempts) list.push(attempt_json(each));
    const bool waits = delivery.state == State::waiting;
    const auto last = attempts.empty() ? std::optional<Time>{} : std::optional(attempts.back().began_at);
    auto summary = Json::object({{"eventId", hex(subscriptions::kibo_event_id(delivery.event, delivery.topic))},
                                 {"topic", delivery.topic},
                                 {"entityId", entity(delivery.account, delivery.user)},
                                 {"tenantId", tenant_of(realm)},
                                 {"siteId", site_of(realm)},
                                 {"catalogId", catalog},
                                 {"masterCatalogId", catalog},
                                 {"correlationId", cause ? Json(hex(cause->request_id)) : Json()},
                                 {"createDate", iso8601(cause ? cause->at : delivery.created_at)},
                                 {"extendedProperties", Json::array()}});
    return Json::object({{"id", static_cast<std::int64_t>(deliveries::number_of(delivery.id))},
                         {"deliveryStatus", status_of(delivery.state)},
                         {"isRunning", waits && delivery.leased_until > now},
                         {"lastExecutionDate", last ? Json(iso8601(*last)) : Json()},
                         {"nextExecutionDate", waits ? Json(iso8601(delivery.due_at)) : Json()},
                         {"retriesRemaining", retries_left(delivery)},
                         {"createDate", iso8601(delivery.created_at)},
                         {"updateDate", iso8601(delivery.finished_at.value_or(last.value_or(delivery.created_at)))},
                         {"eventSummary", std::move(summary)},
                         {"deliveryAttempts", std::move(list)}});
}

Listed listed(const std::vector<Subscription>& rows, const std::vector<std::string>& client_ids, const db::ListQuery& query) {
    Listed out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (std::ranges::all_of(query.where, [&](const auto& each) { return holds(rows[i], client_ids[i], each); })) out.rows.push_back(i);
    }
    std::ranges::stable_sort(out.rows, {}, [&](std::size_t i) { return rows[i].created_at; });
    if (!query.order.empty() && query.order.front().descending) std::ranges::reverse(out.rows);
    out.total = out.rows.size();
    out.rows.erase(out.rows.begin(), out.rows.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(query.offset, out.rows.size())));
    out.rows.resize(std::min<std::size_t>(query.limit, out.rows.size()));
    return out;
}

}  // namespace authtickets::kibo
