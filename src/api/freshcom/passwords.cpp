// SPDX-License-Identifier: MIT
// New passwords (FC190 to FC197, docs/freshcom.md): asked for, set with what was mailed or with the current one, and set by an
// administrator.
#include "api/freshcom/handlers.h"

namespace authtickets::freshcom {
namespace {

// Core's password is called value here, and a link's token resetToken.
Refusal of_value(Refusal refusal) {
    using enum Why;
    const auto why = refusal.why;
    const bool judged = why == password_weak || why == password_too_long || why == password_context || why == password_common ||
                        why == password_breached;
    if (refusal.field == "password" || (judged && refusal.field.empty())) refusal.field = "value";
    if (why == link_dead) refusal.field = "resetToken";
    for (auto& each : refusal.others) each = of_value(std::move(each));
    return refusal;
}

Result<Answer> with_token(App& app, const Context& context, const Call& call, Attributes& in, const Secret& token, const Secret& value) {
    const auto realm = realm_of(call);
    if (!realm) return refuse(realm.error());
    // Both faults are told at once; looking at a token spends nothing.
    if (in.refused()) {
        if (!app.recovery.open(app.db, context.now, links::Purpose::reset, token)) in.wrong("resetToken", Refusal::Rule::invalid);
        return refuse(*in.refused());
    }
    if (auto done = app.recovery.reset(app.db, context, **realm, {.token = token, .password = value}); !done) {
        return refuse(of_value(done.error()));
    }
    return nothing();
}

Result<Answer> with_current(App& app, const Context& context, const Call& call, const Secret& current, const Secret& value) {
    const authtickets::customers::PasswordChange change{.user = caller(call).user, .current = current, .fresh = value};
    if (auto done = app.customers.change_password(app.db, context, *call.realm, change); !done) return refuse(of_value(done.error()));
    return nothing();
}

}  // namespace

// Whether anybody has the name, nothing tells.
Result<Answer> password_reset_tokens::create(App& app, const Context& context, const Call& call) {
    const auto realm = realm_of(call);
    if (!realm) return refuse(realm.error());
    const auto data = data_of(call.request, "PasswordResetToken");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    const auto name = in.required("username");
    if (auto refused = in.refused()) return refuse(*std::move(refused));
    app.recovery.request_reset_token(app.db, context, **realm, name);
    return nothing();
}

Result<Answer> password::update(App& app, const Context& context, const Call& call) {
    const auto data = data_of(call.request, "Password");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    const auto token = typed_secret(in, "resetToken");
    const auto current = typed_secret(in, "currentPassword");
    const auto value = in.required_secret("value");
    const bool user = (call.who & roles::users) != 0;
    if (token) return with_token(app, context, call, in, *token, value);
    if (current && call.who == roles::nobody) return refuse(Why::ticket_invalid);
    if (current && !user) return refuse(Why::forbidden);
    if (!current) in.required(user ? "currentPassword" : "resetToken");
    if (auto refused = in.refused()) return refuse(*std::move(refused));
    return with_current(app, context, call, *current, value);
}

Result<Answer> passwords::update(App& app, const Context& context, const Call& call) {
    const auto id = id_in_path(call);
    if (!id) return refuse(id.error());
    const auto data = data_of(call.request, "Password");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    const auto value = in.required_secret("value");
    if (auto refused = in.refused()) return refuse(*std::move(refused));
    const authtickets::customers::PasswordChange change{.user = UserId{*id}, .fresh = value, .as_reset = true};
    if (auto done = app.customers.set_password(app.db, context, *call.realm, change); !done) return refuse(of_value(done.error()));
    return nothing();
}

}  // namespace authtickets::freshcom
