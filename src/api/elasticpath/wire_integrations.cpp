// SPDX-License-Identifier: MIT
// The wire forms of integrations.
#include "api/elasticpath/wire_integrations.h"

#include <algorithm>

namespace authtickets::elasticpath {
namespace {

bool is_null(const Json& object, std::string_view name) {
    const auto* const value = object.find(name);
    return value && value->is_null();
}

std::optional<std::string> unless_empty(std::optional<std::string> text) { return text && text->empty() ? std::nullopt : text; }

std::optional<std::string> or_cleared(Members& in, const Json& object, std::string_view name) {
    return is_null(object, name) ? std::optional<std::string>("") : unless_empty(in.text(name));
}

std::optional<std::vector<std::string>> texts(Members& in, std::string_view name) {
    const auto* const items = in.list(name);
    if (!items || items->empty()) return std::nullopt;
    std::vector<std::string> out;
    for (const auto& each : *items) {
        const auto* const text = each.text();
        if (!text) {
            in.wrong_kind(name, "must be a list of texts");
            return std::nullopt;
        }
        out.push_back(*text);
    }
    return out;
}

// 0.253
JsonNumber in_seconds(Millis time) {
    const auto count = std::max<std::int64_t>(0, time.count());
    auto rest = std::to_string(count % 1000);
    rest.insert(0, 3 - rest.size(), '0');
    return {.text = std::to_string(count / 1000) + "." + rest};
}

Json created(Time at) { return Json::object({{"timestamps", Json::object({{"created_at", iso8601(at)}})}}); }

}  // namespace

Result<subscriptions::IntegrationChanges> integration_changes(const Json& data) {
    Members in(data);
    subscriptions::IntegrationChanges out;
    out.label = unless_empty(in.text("name"));
    out.description = or_cleared(in, data, "description");
    out.enabled = in.boolean("enabled");
    out.observes = texts(in, "observes");
    const auto type = unless_empty(in.text("integration_type"));
    const auto* const configuration = in.object("configuration");
    if (in.refused()) return refuse(*in.refused());
    if (type && *type != "webhook") return refuse(Why::bad_parameter, "integration_type", "must be webhook");
    if (!configuration) return out;
    Members inner(*configuration);
    out.url = unless_empty(inner.text("url"));
    if (auto secret = or_cleared(inner, *configuration, "secret_key")) out.secret = Secret(std::move(*secret));
    if (!inner.refused()) return out;
    auto refusal = *inner.refused();
    refusal.field.insert(0, "configuration.");
    return refuse(std::move(refusal));
}

Json integration_record(const subscriptions::Subscription& row) {
    const auto id = dashed(row.id.value);
    auto observes = Json::array();
    for (const auto& key : row.events) observes.push(key);
    return Json::object({{"id", id},
                         {"type", "integration"},
                         {"name", row.label},
                         {"description", row.description},
                         {"enabled", row.active},
                         {"integration_type", "webhook"},
                         {"observes", std::move(observes)},
                         {"configuration", Json::object({{"url", row.target},
                                                         {"secret_key", row.secret ? row.secret->reveal() : std::string_view{}}})},
                         {"meta", Json::object({{"timestamps", times(row.created_at, row.updated_at)}})},
                         {"links", Json::object({{"self", "/v2/integrations/" + id}})}});
}

Json log_record(const deliveries::Logged& logged) {
    const auto& attempt = logged.attempt;
    return Json::object({{"id", dashed(deliveries::log_id(logged.delivery, attempt.no))},
                         {"type", "integration-log"},
                         {"succeeded", attempt.outcome == deliveries::Outcome::accepted},
                         {"attempt", attempt.no},
                         {"processing_time", in_seconds(attempt.ended_at - attempt.began_at)},
                         {"body", attempt.answer},
                         {"status_code", attempt.status},
                         {"error_detail", attempt.error},
                         {"relationships", Json::object({{"integration", reference(logged.subscription.value, "integration")},
                                                         {"job", reference(logged.delivery.value, "integration-job")}})},
                         {"meta", created(attempt.began_at)}});
}

Json job_record(const deliveries::Delivery& delivery) {
    return Json::object({{"id", dashed(delivery.id.value)}, {"type", "integration-job"}, {"meta", created(delivery.created_at)}});
}

Json log_page(const Paging& paging, std::uint64_t total, Json::Array items) {
    const std::uint64_t limit = paging.limit, offset = paging.offset;
    const auto number = [](std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); };
    const auto pages = std::max<std::uint64_t>(1, (total + limit - 1) / limit);
    return Json::object({{"data", Json(std::move(items))},
                         {"meta", Json::object({{"limit", number(limit)},
                                                {"offset", number(offset)},
                                                {"current", number(offset / limit + 1)},
                                                {"total", number(pages)}})},
                         {"results", Json::object({{"total", number(total)}})}});
}

}  // namespace authtickets::elasticpath
