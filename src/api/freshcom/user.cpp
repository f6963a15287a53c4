// SPDX-License-Identifier: MIT
// The caller's own user (FC90 to FC111, docs/freshcom.md).
#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_records.h"

namespace authtickets::freshcom {
namespace {

own_user::Change change_in(Attributes& in) {
    return {.name = in.text("name"),
            .first_name = in.text("firstName"),
            .last_name = in.text("lastName"),
            .user_name = in.text("username"),
            .email = in.text("email"),
            .phone = in.text("phoneNumber"),
            .method = method_in(in, "authMethod"),
            .password = in.secret("password"),
            .current_password = typed_secret(in, "currentPassword"),
            .email_code = in.text("emailVerificationCode"),
            .phone_code = in.text("phoneVerificationCode")};
}

// Nobody changes what he may do, nor shuts himself out; a record that is sent back as it was read does neither.
void judge_standing(Attributes& in, const tickets::Ticket& ticket) {
    const auto role = role_in(in, "role");
    if (role && *role != ticket.user_role) in.wrong("role", Refusal::Rule::invalid, "cannot be changed by the user");
    const auto suspended = suspended_in(in, "status");
    if (suspended && *suspended) in.wrong("status", Refusal::Rule::invalid, "cannot be changed by the user");
}

}  // namespace

Result<Answer> change_own_user(App& app, const Context& context, const Call& call) {
    const auto data = data_of(call.request, "User");
    if (!data) return refuse(data.error());
    const auto& ticket = caller(call);
    Attributes in(*data);
    auto change = change_in(in);
    const auto custom_data = in.object("customData");
    if (custom_data) {
        if (auto fit = staff::fits(*custom_data); !fit) in.add(fit.error());
    }
    judge_standing(in, ticket);
    change.found = found_in(in);
    if (auto done = app.own_user.change(app.db, context, *call.realm, ticket.user, change, &ticket); !done) return refuse(done.error());
    if (custom_data) {
        if (auto kept = app.staff.change(app.db, context, *call.realm, ticket.user, {.custom_data = custom_data}); !kept) return refuse(kept.error());
    }
    return user::get(app, context, call);
}

namespace user {

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto found = app.staff.get(app.db, call.realm->no, caller(call).user);
    if (!found) return refuse(found.error());
    return shown(call, user_record(*found));
}

Result<Answer> update(App& app, const Context& context, const Call& call) { return change_own_user(app, context, call); }

}  // namespace user

}  // namespace authtickets::freshcom
