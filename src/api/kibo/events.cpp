// SPDX-License-Identifier: MIT
// What has happened, and what became of the hooks that were to tell of it (kibo 8.2). For the shop as a whole: an admin
// application without user claims. Hooks of this program's own form are no subscriptions to Kibo's clients.
#include "api/kibo/handlers.h"
#include "api/kibo/wire_events.h"

#include <algorithm>
#include <charconv>

namespace authtickets::kibo::event_calls {
namespace {

using deliveries::Delivery;
using subscriptions::Subscription;

Result<void> only_the_shop(const Call& call) {
    if (!for_the_shop(call)) return refuse(Why::forbidden);
    return {};
}

std::vector<Subscription> hooks_of(App& app, const Call& call) {
    auto rows = app.subscriptions.list(app.db, call.realm->no);
    std::erase_if(rows, [](const auto& row) {
        return row.action != subscriptions::Action::hook || row.format != subscriptions::Format::kibo || subscriptions::stands_for_built_in(row);
    });
    return rows;
}

std::vector<std::string> client_ids(App& app, const Call& call, const std::vector<Subscription>& rows) {
    const auto all = app.applications.list(app.db, call.realm->no);
    std::vector<std::string> out;
    for (const auto& row : rows) {
        const auto found = std::ranges::find_if(all, [&](const auto& each) { return row.application && each.no == *row.application; });
        out.push_back(found == all.end() ? std::string() : found->client_id);
    }
    return out;
}

Result<Subscription> hook_named(App& app, const Call& call) {
    const auto id = parse_uuid(call.path.at(0));
    if (!id) return refuse(Why::unknown_item);
    for (auto& row : hooks_of(app, call)) {
        if (row.id.value == *id) return std::move(row);
    }
    return refuse(Why::unknown_item);
}

Json summary(App& app, const Context& context, const Call& call, const Delivery& delivery) {
    return delivery_summary(delivery, app.deliveries.attempts(app.db, call.realm->no, delivery.id),
                            events::find(app.db, call.realm->no, delivery.event), *call.realm, context.now);
}

Result<Answer> deliveries_of(App& app, const Context& context, const Call& call, const deliveries::Deliveries::Wanted& wanted) {
    const auto query = list_query(call.request.query, delivery_list());
    if (!query) return refuse(query.error());
    Json::Array items;
    for (const auto& each : app.deliveries.list(app.db, call.realm->no, wanted, query->offset, query->limit)) {
        items.push_back(summary(app, context, call, each));
    }
    return Answer{200, collection(*query, app.deliveries.count(app.db, call.realm->no, wanted), std::move(items))};
}

}  // namespace

Result<Answer> list(App& app, const Context&, const Call& call) {
    if (auto may = only_the_shop(call); !may) return refuse(may.error());
    const auto wanted = pull_query(call.request.query);
    if (!wanted) return refuse(wanted.error());
    const auto page = pulls::list(app.db, call.realm->no, *wanted);
    Json::Array items;
    for (const auto& each : page.items) items.push_back(event(each, *call.realm));
    return Answer{200, collection(db::ListQuery{.offset = wanted->offset, .limit = wanted->limit}, page.total, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    if (auto may = only_the_shop(call); !may) return refuse(may.error());
    const auto id = parse_uuid(call.path.at(0));
    const auto found = id ? pulls::find(app.db, call.realm->no, *id) : std::nullopt;
    if (!found) return refuse(Why::unknown_item);
    return Answer{200, event(*found, *call.realm)};
}

Result<Answer> subscriptions(App& app, const Context&, const Call& call) {
    if (auto may = only_the_shop(call); !may) return refuse(may.error());
    const auto query = list_query(call.request.query, subscription_list());
    if (!query) return refuse(query.error());
    const auto rows = hooks_of(app, call);
    const auto ids = client_ids(app, call, rows);
    const auto page = listed(rows, ids, *query);
    Json::Array items;
    for (const auto i : page.rows) items.push_back(kibo::subscription(rows[i], ids[i], *call.realm));
    return Answer{200, collection(*query, page.total, std::move(items))};
}

Result<Answer> subscription(App& app, const Context&, const Call& call) {
    if (auto may = only_the_shop(call); !may) return refuse(may.error());
    const auto row = hook_named(app, call);
    if (!row) return refuse(row.error());
    return Answer{200, kibo::subscription(*row, client_ids(app, call, {*row}).front(), *call.realm)};
}

Result<Answer> all_attempts(App& app, const Context& context, const Call& call) {
    if (auto may = only_the_shop(call); !may) return refuse(may.error());
    return deliveries_of(app, context, call, {.subscription = {}, .format = subscriptions::Format::kibo});
}

Result<Answer> attempts(App& app, const Context& context, const Call& call) {
    if (auto may = only_the_shop(call); !may) return refuse(may.error());
    const auto row = hook_named(app, call);
    if (!row) return refuse(row.error());
    return deliveries_of(app, context, call, {.subscription = row->id, .format = {}});
}

Result<Answer> attempt(App& app, const Context& context, const Call& call) {
    if (auto may = only_the_shop(call); !may) return refuse(may.error());
    const auto row = hook_named(app, call);
    if (!row) return refuse(row.error());
    std::uint64_t number = 0;
    const auto& text = call.path.at(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return refuse(Why::unknown_item);
    for (const auto& each : app.deliveries.numbered(app.db, call.realm->no, number)) {
        if (each.subscription_id == row->id) return Answer{200, summary(app, context, call, each)};
    }
    return refuse(Why::unknown_item);
}

}  // namespace authtickets::kibo::event_calls
