// SPDX-License-Identifier: MIT
// Notification triggers (FC210 to FC217, docs/freshcom.md): which message goes out when something happens.
#include <algorithm>

#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_triggers.h"

namespace authtickets::freshcom::notification_triggers {
namespace {

using triggers::Kind;

auto in_words(Refusal refusal) { return in_wire_words(std::move(refusal), Kind::email); }

Result<triggers::TriggerChanges> read(const Call& call) {
    const auto data = data_of(call.request, "NotificationTrigger");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    auto out = trigger_changes(in);
    if (auto wrong = in.refused()) return refuse(std::move(*wrong));
    return out;
}

}  // namespace

// There are few enough to read them all.
Result<Answer> list(App& app, const Context&, const Call& call) {
    const auto paging = freshcom::paging(call.request.query);
    if (!paging) return refuse(paging.error());
    auto rows = app.triggers.list(app.db, *call.realm);
    const auto all = rows.size();
    if (const auto wanted = only_filters(call.request.query, {"event", "status"}); !wanted) return refuse(wanted.error());
    const auto event = call.request.query.get("filter[event]"), status = call.request.query.get("filter[status]");
    std::erase_if(rows, [&](const triggers::Trigger& each) { return (event && each.event != *event) || (status && triggers::name(each.status) != *status); });
    Json::Array items;
    for (std::size_t i = paging->offset(); i < rows.size() && items.size() < paging->size; ++i) items.push_back(trigger_record(rows[i]));
    return page(call, std::move(items), rows.size(), all);
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const auto found = app.triggers.find(app.db, *call.realm, *id);
    if (!found) return refuse(Why::unknown_item);
    return shown(call, trigger_record(*found));
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto wanted = read(call);
    if (!wanted) return refuse(wanted.error());
    return app.triggers.add(app.db, context, *call.realm, *wanted, app.hook_rules)
        .map([&](const triggers::Trigger& made) { return shown(call, trigger_record(made), 201); })
        .map_error(in_words);
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const auto wanted = read(call);
    if (!wanted) return refuse(wanted.error());
    return app.triggers.change(app.db, context, *call.realm, *id, *wanted, app.hook_rules)
        .map([&](const triggers::Trigger& changed) { return shown(call, trigger_record(changed)); })
        .map_error(in_words);
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    if (auto done = app.triggers.remove(app.db, context, *call.realm, *id); !done) return refuse(done.error());
    return nothing();
}

}  // namespace authtickets::freshcom::notification_triggers
