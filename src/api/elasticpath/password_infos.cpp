// SPDX-License-Identifier: MIT
// A user's logins, one in a password profile (EP110 to EP120, docs/elasticpath.md). A member may give himself another password or
// another name; which token opens that is core's to say.
#include "api/elasticpath/handlers.h"
#include "api/elasticpath/wire_records.h"

namespace authtickets::elasticpath::password_infos {
namespace {

Result<UserId> user_in_path(const Call& call) {
    if (const auto known = own_realm(call); !known) return refuse(known.error());
    const auto id = id_in_path(call, 1);
    if (!id) return refuse(id.error());
    if (const auto own = own_user(call, UserId{*id}); !own) return refuse(own.error());
    return UserId{*id};
}

struct Named {
    UserId user;
    LoginId login;
};
Result<Named> named_in_path(const Call& call) {
    const auto user = user_in_path(call);
    if (!user) return refuse(user.error());
    const auto id = id_in_path(call, 2);
    if (!id) return refuse(id.error());
    return Named{.user = *user, .login = LoginId{*id}};
}

Result<Json> body_of(const Call& call) { return data_of(call.request, {"user_authentication_password_profile_info"}); }

// An id that is none names no profile.
Result<profiles::ProfileId> profile_named(std::string_view text) {
    const auto id = id_in(text);
    if (!id) return refuse(Why::unknown_item);
    return profiles::ProfileId{*id};
}

Result<members::InfoChange> change_of(const Json& body) {
    Members in(body);
    const auto profile = in.text("password_profile_id");
    members::InfoChange out{.user_name = in.text("username"), .password = in.secret("password")};
    if (in.refused()) return refuse(*in.refused());
    if (!profile) return out;
    const auto id = profile_named(*profile);
    if (!id) return refuse(id.error());
    out.profile = *id;
    return out;
}

// A record that was read is sent back as it is, with what is to be another in it: what is the same says nothing.
members::InfoChange without_the_same(members::InfoChange change, const members::Info& now) {
    if (change.user_name == now.user_name) change.user_name.reset();
    if (change.profile == now.profile_id) change.profile.reset();
    return change;
}

// Two changes would be two transactions, of which the second may be refused.
Result<members::Info> by_its_owner(App& app, const Context& context, const Call& call, const members::Info& now,
                                   const members::InfoChange& change) {
    const auto& ticket = *member(call);
    if (change.profile) return refuse(Why::bad_parameter, "password_profile_id", "cannot be changed");
    // X17: a ticket that opens the new password alone gives no other user name.
    if (!change.password && ticket.scope == tickets::Scope::password_update) return refuse(Why::forbidden);
    if (!change.password) return app.members.update_info(app.db, context, *call.realm, now.user, now.id, change, &ticket);
    if (change.user_name) return refuse(Why::bad_parameter, "username", "cannot be changed together with the password");
    const auto done = app.account_tickets.change_password(app.db, context, *call.realm, ticket, now.id, *change.password);
    if (!done) return refuse(done.error());
    return app.members.info(app.db, call.realm->no, now.user, now.id);
}

}  // namespace

Result<Answer> list(App& app, const Context&, const Call& call) {
    const auto user = user_in_path(call);
    if (!user) return refuse(user.error());
    const auto wanted = plain_paging(call.request.query);
    if (!wanted) return refuse(wanted.error());
    if (const auto known = app.members.get(app.db, call.realm->no, *user); !known) return refuse(known.error());
    const auto found = app.members.infos(app.db, call.realm->no, *user, wanted->offset, wanted->limit);
    Json::Array items;
    for (const auto& each : found.items) items.push_back(password_info(each, call.realm->id));
    return Answer{200, page(call.request, *wanted, found.total, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto named = named_in_path(call);
    if (!named) return refuse(named.error());
    const auto found = app.members.info(app.db, call.realm->no, named->user, named->login);
    if (!found) return refuse(found.error());
    return Answer{200, whole(password_info(*found, call.realm->id))};
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto user = user_in_path(call);
    if (!user) return refuse(user.error());
    const auto body = body_of(call);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto profile = in.required("password_profile_id");
    members::NewInfo wanted{.user_name = in.required("username"), .password = Secret(in.required("password"))};
    if (in.refused()) return refuse(*in.refused());
    const auto id = profile_named(profile);
    if (!id) return refuse(id.error());
    wanted.profile = *id;
    const auto made = app.members.add_info(app.db, context, *call.realm, *user, wanted);
    if (!made) return refuse(made.error());
    return Answer{201, whole(password_info(*made, call.realm->id))};
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto named = named_in_path(call);
    if (!named) return refuse(named.error());
    if (const auto may = may_change_itself(call); !may) return refuse(may.error());
    const auto body = body_of(call);
    if (!body) return refuse(body.error());
    const auto asked = change_of(*body);
    if (!asked) return refuse(asked.error());
    const auto now = app.members.info(app.db, call.realm->no, named->user, named->login);
    if (!now) return refuse(now.error());
    const auto change = without_the_same(*asked, *now);
    const auto done = member(call) ? by_its_owner(app, context, call, *now, change)
                                   : app.members.update_info(app.db, context, *call.realm, now->user, now->id, change);
    if (!done) return refuse(done.error());
    return Answer{200, whole(password_info(*done, call.realm->id))};
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto named = named_in_path(call);
    if (!named) return refuse(named.error());
    if (const auto done = app.members.remove_info(app.db, context, named->user, named->login); !done) return refuse(done.error());
    return Answer{204};
}

}  // namespace authtickets::elasticpath::password_infos
