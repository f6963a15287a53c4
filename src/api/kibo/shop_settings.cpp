// SPDX-License-Identifier: MIT
// The shop's general settings (kibo 4.6): which sign-ins ask for a code, whether a code alone signs in, which mails go out and
// from whom. An application reads them; an admin one changes them, for the shop.
#include "api/kibo/handlers.h"
#include "api/kibo/wire_settings.h"

namespace authtickets::kibo::shop_settings {

// Read anew: who has just changed them, by whatever worker, sees what was changed.
Result<Answer> get(App& app, const Context& context, const Call& call) {
    return Answer{200, general_settings(app.realms.newest(app.db, context.now, call.realm->no)->settings)};
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    // A call that user claims confine to one account has no business with all of them.
    if (!for_the_shop(call)) return refuse(Why::forbidden);
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    if (body->is_null()) return refuse(Why::missing_parameter, "body", "must be an object");
    const auto change = general_change(*body);
    if (!change) return refuse(change.error());
    const auto realm = app.realms.set_all(app.db, context, call.realm->no,
                                          [&](const realms::Settings& settings) -> Result<realms::Changes> { return changes(*change, settings); });
    if (!realm) {
        auto refusal = realm.error();
        refusal.field = general_member(refusal.field);
        return refuse(std::move(refusal));
    }
    return Answer{200, general_settings((*realm)->settings)};
}

}  // namespace authtickets::kibo::shop_settings
