// SPDX-License-Identifier: MIT
// One-time password tokens are asked for here, and go to the address stored for the user (EP121 to EP143, docs/elasticpath.md).
#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath::token_requests {

Result<Answer> create(App& app, const Context& context, const Call& call) {
    if (const auto known = own_realm(call); !known) return refuse(known.error());
    const auto id = id_in_path(call, 1);
    if (!id) return refuse(id.error());
    const auto body = data_of(call.request, {"one_time_password_token_request", "one-time-password-token-request"});
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto name = in.required("username");
    const auto purpose = one_time::purpose_named(in.required("purpose"));
    if (!purpose) in.wrong_value("purpose", "must be reset_password or passwordless_authentication");
    if (in.refused()) return refuse(*in.refused());
    const auto profile = app.profiles.find(app.db, call.realm->no, profiles::ProfileId{*id});
    if (!profile) return refuse(Why::unknown_item);
    if (!profile->one_time_tokens) return refuse(Why::bad_parameter, "", "the password profile has no one-time password tokens");
    // Void: whoever is asked for, what is answered is the same (EN1, docs/security.md).
    app.one_time.request(app.db, context, *call.realm,
                         {.profile = profile->no, .profile_id = profile->id.value, .name = name, .purpose = *purpose});
    return Answer{202};
}

}  // namespace authtickets::elasticpath::token_requests
