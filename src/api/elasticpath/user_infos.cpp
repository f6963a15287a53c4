// SPDX-License-Identifier: MIT
// Users (EP90 to EP102, docs/elasticpath.md). The shop sees and changes all of them, a member himself.
#include "api/elasticpath/handlers.h"
#include "api/elasticpath/wire_records.h"

namespace authtickets::elasticpath::user_infos {
namespace {

Result<UserId> user_in_path(const Call& call) {
    if (const auto known = own_realm(call); !known) return refuse(known.error());
    const auto id = id_in_path(call, 1);
    if (!id) return refuse(id.error());
    if (const auto own = own_user(call, UserId{*id}); !own) return refuse(own.error());
    return UserId{*id};
}

Result<Json> body_of(const Call& call) { return data_of(call.request, {"user_authentication_info"}); }

}  // namespace

Result<Answer> list(App& app, const Context&, const Call& call) {
    if (const auto known = own_realm(call); !known) return refuse(known.error());
    auto query = list_query(call.request.query, user_info_list());
    if (!query) return refuse(query.error());
    if (const auto* const own = member(call)) query->where.push_back(equal(users::Field::id, db::param(own->user)));
    const auto found = app.members.list(app.db, call.realm->no, *query);
    Json::Array items;
    for (const auto& each : found.items) items.push_back(user_info(each, call.realm->id));
    return Answer{200, page(call.request, *query, found.total, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto user = user_in_path(call);
    if (!user) return refuse(user.error());
    const auto found = app.members.get(app.db, call.realm->no, *user);
    if (!found) return refuse(found.error());
    return Answer{200, whole(user_info(*found, call.realm->id))};
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    if (const auto known = own_realm(call); !known) return refuse(known.error());
    const auto body = body_of(call);
    if (!body) return refuse(body.error());
    Members in(*body);
    members::NewMember wanted;
    wanted.names.name = in.required("name");
    wanted.email = in.required("email");
    wanted.names.given_name = in.clearable("given_name").value_or("");
    wanted.names.middle_name = in.clearable("middle_name").value_or("");
    wanted.names.family_name = in.clearable("family_name").value_or("");
    if (in.refused()) return refuse(*in.refused());
    const auto made = app.members.add(app.db, context, *call.realm, wanted);
    if (!made) return refuse(made.error());
    return Answer{201, whole(user_info(*made, call.realm->id))};
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto user = user_in_path(call);
    if (!user) return refuse(user.error());
    if (const auto may = may_change_itself(call); !may) return refuse(may.error());
    const auto body = body_of(call);
    if (!body) return refuse(body.error());
    Members in(*body);
    const members::Change change{.name = in.text("name"),
                                 .given_name = in.clearable("given_name"),
                                 .middle_name = in.clearable("middle_name"),
                                 .family_name = in.clearable("family_name"),
                                 .email = in.text("email")};
    if (in.refused()) return refuse(*in.refused());
    const auto done = app.members.update(app.db, context, *call.realm, *user, change, member(call));
    if (!done) return refuse(done.error());
    return Answer{200, whole(user_info(*done, call.realm->id))};
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto user = user_in_path(call);
    if (!user) return refuse(user.error());
    if (const auto done = app.members.remove(app.db, context, *user); !done) return refuse(done.error());
    return Answer{204};
}

}  // namespace authtickets::elasticpath::user_infos
