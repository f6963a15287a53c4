// SPDX-License-Identifier: MIT
// Account members (EP190, docs/elasticpath.md): the users once more, to be read. A member sees himself.
#include "api/elasticpath/handlers.h"
#include "api/elasticpath/wire_records.h"

namespace authtickets::elasticpath::account_members {

Result<Answer> list(App& app, const Context&, const Call& call) {
    auto query = list_query(call.request.query, account_member_list());
    if (!query) return refuse(query.error());
    if (const auto* const own = member(call)) query->where.push_back(equal(users::Field::id, db::param(own->user)));
    const auto found = app.members.list(app.db, call.realm->no, *query);
    Json::Array items;
    for (const auto& each : found.items) items.push_back(account_member(each));
    return Answer{200, page(call.request, *query, found.total, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto id = id_in_path(call, 0);
    if (!id) return refuse(id.error());
    if (const auto own = own_user(call, UserId{*id}); !own) return refuse(own.error());
    const auto found = app.members.get(app.db, call.realm->no, UserId{*id});
    if (!found) return refuse(found.error());
    return Answer{200, whole(account_member(*found))};
}

}  // namespace authtickets::elasticpath::account_members
