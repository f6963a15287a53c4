// SPDX-License-Identifier: MIT
// Mails and SMS that were sent (FC223, docs/freshcom.md), whatever sent them: receivers masked, codes and tokens starred.
#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_triggers.h"

namespace authtickets::freshcom {
namespace {

using triggers::Action;

Result<Answer> list_of(App& app, const Call& call, Action action) {
    const auto paging = freshcom::paging(call.request.query);
    if (!paging) return refuse(paging.error());
    if (const auto none = only_filters(call.request.query, {}); !none) return refuse(none.error());
    Json::Array items;
    for (const auto& each : app.deliveries.sent(app.db, call.realm->no, action, paging->offset(), paging->size)) {
        items.push_back(message_record(call.realm->id, each));
    }
    const auto all = app.deliveries.count_sent(app.db, call.realm->no, action);
    return page(call, std::move(items), all, all);
}

Result<Answer> one_of(App& app, const Call& call, Action action) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const auto found = app.deliveries.find_sent(app.db, call.realm->no, action, DeliveryId{*id});
    if (!found) return refuse(Why::unknown_item);
    return shown(call, message_record(call.realm->id, *found));
}

}  // namespace

namespace emails {
Result<Answer> list(App& app, const Context&, const Call& call) { return list_of(app, call, Action::mail); }
Result<Answer> get(App& app, const Context&, const Call& call) { return one_of(app, call, Action::mail); }
}  // namespace emails

namespace sms {
Result<Answer> list(App& app, const Context&, const Call& call) { return list_of(app, call, Action::sms); }
Result<Answer> get(App& app, const Context&, const Call& call) { return one_of(app, call, Action::sms); }
}  // namespace sms

}  // namespace authtickets::freshcom
