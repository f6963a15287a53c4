// SPDX-License-Identifier: MIT
// The shop's publishable token, for those who build its pages (FC67, docs/freshcom.md).
#include "api/freshcom/handlers.h"

namespace authtickets::freshcom::refresh_token {

// Its id is the token without its head. The same text at every call, but after the signing key has changed.
Result<Answer> get(App& app, const Context& context, const Call& call) {
    const auto found = app.applications.publishable_token(app.db, context, call.realm->no);
    if (!found) return refuse(Why::unknown_item);
    const auto& token = found->token.reveal();
    return shown(call, Json::object({{"id", token},
                                     {"type", "RefreshToken"},
                                     {"attributes", Json::object({{"prefixedId", std::string(publishable_head).append(token)}})}}));
}

}  // namespace authtickets::freshcom::refresh_token
