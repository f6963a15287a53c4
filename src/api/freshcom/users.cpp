// SPDX-License-Identifier: MIT
// Users, as administrators look after them (FC91 to FC112, docs/freshcom.md). A guest registers by the same call.
#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_records.h"

namespace authtickets::freshcom::users {
namespace {

using authtickets::users::Role;

Result<Answer> record(App& app, const Call& call, const UserId& id, int status = 200) {
    const auto found = app.staff.get(app.db, call.realm->no, id);
    if (!found) return refuse(found.error());
    return shown(call, user_record(*found), status);
}

// Who registers so is a customer like any other.
Result<Answer> registered(App& app, const Context& context, const Call& call, Attributes& in) {
    enrolment::NewCustomer wanted{.status = enrolment::Status::registered,
                                  .name = in.text("name").value_or(""),
                                  .first_name = in.text("firstName").value_or(""),
                                  .last_name = in.text("lastName").value_or(""),
                                  .email = in.text("email").value_or(""),
                                  .phone = in.text("phoneNumber").value_or(""),
                                  .user_name = in.text("username").value_or(""),
                                  .password = typed_secret(in, "password"),
                                  .method = method_in(in, "authMethod"),
                                  .phone_code = in.text("phoneVerificationCode").value_or(""),
                                  .email_code = in.text("emailVerificationCode").value_or("")};
    const auto custom_data = in.object("customData");
    if (custom_data) {
        if (auto fit = staff::fits(*custom_data); !fit) in.add(fit.error());
    }
    wanted.needs_email = false;
    wanted.found = found_in(in);
    const auto made = app.enrolment.add(app.db, context, *call.realm, enrolment::By::guest, wanted);
    if (!made) return refuse(made.error());
    if (custom_data) {
        if (auto kept = app.staff.change(app.db, context, *call.realm, made->user, {.custom_data = custom_data}); !kept) return refuse(kept.error());
    }
    return record(app, call, made->user, 201);
}

// Nobody gives more than he has himself (FC255).
bool may_make(const Call& call, std::optional<Role> role) {
    return role != Role::administrator || caller(call).user_role == Role::administrator;
}

staff::Change change_in(Attributes& in) {
    return {.user_name = in.text("username"),
            .name = in.text("name"),
            .first_name = in.text("firstName"),
            .last_name = in.text("lastName"),
            .email = in.text("email"),
            .phone = in.text("phoneNumber"),
            .method = method_in(in, "authMethod"),
            .email_code = in.text("emailVerificationCode").value_or(""),
            .phone_code = in.text("phoneVerificationCode").value_or(""),
            .role = role_in(in, "role"),
            .suspended = suspended_in(in, "status"),
            .custom_data = in.object("customData"),
            .password = in.secret("password")};
}

}  // namespace

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto data = data_of(call.request, "User");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    if (is_guest(call)) return registered(app, context, call, in);
    if (!in.has("role")) in.required("role");
    const auto role = role_in(in, "role");
    // Nobody is made to be kept out.
    if (suspended_in(in, "status").value_or(false)) in.wrong("status", Refusal::Rule::inclusion);
    staff::NewUser wanted{.role = role.value_or(Role::read_only),
                          .user_name = in.text("username").value_or(""),
                          .password = in.secret("password").value_or(Secret{}),
                          .name = in.text("name").value_or(""),
                          .first_name = in.text("firstName").value_or(""),
                          .last_name = in.text("lastName").value_or(""),
                          .email = in.text("email").value_or(""),
                          .phone = in.text("phoneNumber").value_or(""),
                          .method = method_in(in, "authMethod"),
                          .email_code = in.text("emailVerificationCode").value_or(""),
                          .phone_code = in.text("phoneVerificationCode").value_or(""),
                          .custom_data = in.object("customData").value_or(Json::object({}))};
    if (!may_make(call, role)) return refuse(Why::forbidden);
    wanted.found = found_in(in);
    const auto made = app.staff.add(app.db, context, *call.realm, wanted);
    if (!made) return refuse(made.error());
    return shown(call, user_record(made->who), 201);
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    return record(app, call, UserId{*id});
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const UserId whose{*id};
    // Of one's own it takes what it takes at the other address, a fresh factor among it.
    if (whose == caller(call).user) return change_own_user(app, context, call);
    const auto data = data_of(call.request, "User");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    auto change = change_in(in);
    change.found = found_in(in);
    const auto done = app.staff.change(app.db, context, *call.realm, whose, change);
    if (!done) return refuse(done.error());
    return shown(call, user_record(*done));
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    if (auto done = app.staff.remove(app.db, context, UserId{*id}); !done) return refuse(done.error());
    return nothing();
}

}  // namespace authtickets::freshcom::users
