// SPDX-License-Identifier: MIT
// What the shop says of itself, and the method that its users have from the beginning (FC80 to FC85, docs/freshcom.md).
#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_records.h"

namespace authtickets::freshcom::account {

Result<Answer> get(App& app, const Context&, const Call& call) {
    return shown(call, account_record(*call.realm, app.realms.shop_profile(app.db, *call.realm)));
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto data = data_of(call.request, "Account");
    if (!data) return refuse(data.error());
    Attributes in(*data);
    const realms::ShopProfileChange change{.name = in.text("name"),
                                           .company_name = in.text("companyName"),
                                           .default_locale = in.text("defaultLocale"),
                                           .website_url = in.text("websiteUrl"),
                                           .support_email = in.text("supportEmail"),
                                           .tech_email = in.text("techEmail"),
                                           .caption = in.text("caption"),
                                           .description = in.text("description"),
                                           .custom_data = in.object("customData"),
                                           .default_step = default_step_in(in, "defaultAuthMethod")};
    if (auto judged = realms::checked(change); !judged) in.add(judged.error());
    if (auto refused = in.refused()) return refuse(*std::move(refused));
    const auto profile = app.realms.set_shop_profile(app.db, context, call.realm->no, change);
    if (!profile) return refuse(profile.error());
    // The realm of the call is that of before.
    auto now = call;
    if (auto realm = app.realms.get(app.db, context.now, call.realm->no)) now.realm = std::move(realm);
    return shown(now, account_record(*now.realm, *profile));
}

}  // namespace authtickets::freshcom::account
