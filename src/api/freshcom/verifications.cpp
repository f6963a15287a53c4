// SPDX-License-Identifier: MIT
// Codes to a number or address that need not be anybody's yet, and the token by which a user verifies the address that he has
// (FC130 to FC143, docs/freshcom.md). Whose a contact is, no answer tells.
#include "api/freshcom/handlers.h"

namespace authtickets::freshcom {
namespace {

using authtickets::users::ContactKind;

Result<Answer> send_code(App& app, const Context& context, const Call& call, std::string_view type, ContactKind kind, std::string_view name) {
    const auto data = data_of(call.request, type);
    if (!data) return refuse(data.error());
    Attributes in(*data);
    const auto value = in.required(name);
    if (auto refused = in.refused()) return refuse(*std::move(refused));
    if (auto done = app.verifications.request(app.db, context, *call.realm, kind, value); !done) return refuse(done.error());
    return nothing();
}

}  // namespace

Result<Answer> phone_verification_codes::create(App& app, const Context& context, const Call& call) {
    return send_code(app, context, call, "PhoneVerificationCode", ContactKind::phone, "phoneNumber");
}

Result<Answer> email_verification_codes::create(App& app, const Context& context, const Call& call) {
    return send_code(app, context, call, "EmailVerificationCode", ContactKind::email, "email");
}

// One's own; an administrator's call, any of the shop's. A user who is not there, one who is somebody else's and one without an
// address are one answer.
Result<Answer> email_verification_tokens::create(App& app, const Context& context, const Call& call) {
    const auto data = data_of(call.request, "EmailVerificationToken");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    const UserId whose{in.required_relationship("user")};
    if (auto refused = in.refused()) return refuse(*std::move(refused));
    const bool may = whose == caller(call).user || call.who == roles::administrator;
    const auto found = may ? app.staff.get(app.db, call.realm->no, whose) : Result<staff::Person>(refuse(Why::unknown_item));
    if (!found || found->email.value.empty() || !app.verifications.request_token(app.db, context, *call.realm, whose)) {
        in.not_found_relationship("user");
        return refuse(*in.refused());
    }
    return nothing();
}

Result<Answer> email_verifications::create(App& app, const Context& context, const Call& call) {
    const auto realm = realm_of(call);
    if (!realm) return refuse(realm.error());
    const auto data = data_of(call.request, "EmailVerification");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    const auto token = in.required_secret("token");
    if (auto refused = in.refused()) return refuse(*std::move(refused));
    if (auto done = app.verifications.verify(app.db, context, **realm, token); !done) return refuse(done.error());
    return nothing();
}

}  // namespace authtickets::freshcom
