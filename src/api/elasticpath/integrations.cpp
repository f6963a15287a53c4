// SPDX-License-Identifier: MIT
// Integrations: the hooks that client programs keep, and the logs of what became of each attempt (EP210 to EP229,
// docs/elasticpath.md).
#include <algorithm>

#include "api/elasticpath/handlers.h"
#include "api/elasticpath/wire_integrations.h"

namespace authtickets::elasticpath::integrations {
namespace {

using subscriptions::Subscription;

constexpr std::string_view path = "/v2/integrations";

Answer answer(int status, const Subscription& row) {
    return {status, resource(integration_record(row), std::string(path) + "/" + dashed(row.id.value))};
}

Result<SubscriptionId> id_of(const Call& call) {
    return id_in_path(call, 0).map([](const Uuid& id) { return SubscriptionId{id}; });
}

Result<Subscription> meant(App& app, const Call& call) {
    const auto id = id_of(call);
    if (!id) return refuse(id.error());
    auto row = app.subscriptions.integration(app.db, call.realm->no, *id);
    if (!row) return refuse(Why::unknown_item);
    return std::move(*row);
}

// Whatever is wrong with a member, or that it is missing, is a 422 of this resource (EP221).
Refusal unusable(Refusal refusal) {
    if (refusal.why == Why::missing_parameter && refusal.text.empty()) refusal.text = "must be given";
    if (refusal.why == Why::missing_parameter || refusal.why == Why::bad_request) refusal.why = Why::bad_parameter;
    return refusal;
}

Result<subscriptions::IntegrationChanges> changes(const Call& call) {
    const auto data = data_of(call.request, {"integration"});
    if (!data) return refuse(data.error());
    return integration_changes(*data).map_error(unusable);
}

Result<Answer> log(App& app, const Call& call, const std::optional<SubscriptionId>& of) {
    const auto paging = plain_paging(call.request.query);
    if (!paging) return refuse(paging.error());
    Json::Array items;
    for (const auto& each : app.deliveries.logged(app.db, call.realm->no, of, paging->offset, paging->limit)) items.push_back(log_record(each));
    return Answer{200, log_page(*paging, app.deliveries.count_logged(app.db, call.realm->no, of), std::move(items))};
}

}  // namespace

// There are few enough to read them all.
Result<Answer> list(App& app, const Context&, const Call& call) {
    const auto paging = plain_paging(call.request.query);
    if (!paging) return refuse(paging.error());
    const auto rows = app.subscriptions.integrations(app.db, call.realm->no);
    Json::Array items;
    for (std::size_t i = paging->offset; i < rows.size() && items.size() < paging->limit; ++i) items.push_back(integration_record(rows[i]));
    return Answer{200, page(call.request, *paging, rows.size(), std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    return meant(app, call).map([](const Subscription& row) { return answer(200, row); });
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto wanted = changes(call);
    if (!wanted) return refuse(wanted.error());
    return app.subscriptions.add_integration(app.db, context, *wanted, app.hook_rules)
        .map([](const Subscription& row) { return answer(201, row); })
        .map_error(unusable);
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto id = id_of(call);
    if (!id) return refuse(id.error());
    const auto wanted = changes(call);
    if (!wanted) return refuse(wanted.error());
    return app.subscriptions.change_integration(app.db, context, *id, *wanted, app.hook_rules)
        .map([](const Subscription& row) { return answer(200, row); })
        .map_error(unusable);
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto id = id_of(call);
    if (!id) return refuse(id.error());
    if (const auto removed = app.subscriptions.remove_integration(app.db, context, *id); !removed) return refuse(removed.error());
    return Answer{.status = 204};
}

Result<Answer> all_logs(App& app, const Context&, const Call& call) { return log(app, call, {}); }

Result<Answer> logs(App& app, const Context&, const Call& call) {
    const auto row = meant(app, call);
    if (!row) return refuse(row.error());
    return log(app, call, row->id);
}

Result<Answer> jobs(App& app, const Context&, const Call& call) {
    const auto row = meant(app, call);
    if (!row) return refuse(row.error());
    const auto paging = plain_paging(call.request.query);
    if (!paging) return refuse(paging.error());
    const deliveries::Deliveries::Wanted wanted{.subscription = row->id};
    Json::Array items;
    for (const auto& each : app.deliveries.list(app.db, call.realm->no, wanted, paging->offset, paging->limit)) items.push_back(job_record(each));
    return Answer{200, log_page(*paging, app.deliveries.count(app.db, call.realm->no, wanted), std::move(items))};
}

Result<Answer> job_logs(App& app, const Context&, const Call& call) {
    const auto row = meant(app, call);
    if (!row) return refuse(row.error());
    const auto id = id_in_path(call, 1);
    if (!id) return refuse(id.error());
    const auto paging = plain_paging(call.request.query);
    if (!paging) return refuse(paging.error());
    const auto job = app.deliveries.find(app.db, call.realm->no, DeliveryId{*id});
    if (!job || job->subscription_id != row->id) return refuse(Why::unknown_item);
    auto attempts = app.deliveries.attempts(app.db, call.realm->no, job->id);
    std::ranges::reverse(attempts);  // the newest first, as the other logs
    Json::Array items;
    for (std::size_t i = paging->offset; i < attempts.size() && items.size() < paging->limit; ++i) {
        items.push_back(log_record({.delivery = job->id, .subscription = row->id, .attempt = attempts[i]}));
    }
    return Answer{200, log_page(*paging, attempts.size(), std::move(items))};
}

}  // namespace authtickets::elasticpath::integrations
