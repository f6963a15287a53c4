// SPDX-License-Identifier: MIT
// Customer sets (kibo 6.1): in which login names are unique. A realm has the one that is its default password profile.
#include "api/kibo/handlers.h"
#include "api/kibo/wire_list.h"

namespace authtickets::kibo::customer_sets {
namespace {

constexpr std::string_view code = "default";

Result<Json> the_set(App& app, const Call& call) {
    // A call that user claims confine to one account has no business with all of them.
    if (call.shopper) return refuse(Why::forbidden);
    const auto profile = app.realms.default_profile(app.db, call.realm->no);
    return customer_set(*call.realm, profile, app.accounts.count(app.db, call.realm->no));
}

}  // namespace

Result<Answer> list(App& app, const Context&, const Call& call) {
    const auto query = list_query(call.request.query, customer_set_list());
    if (!query) return refuse(query.error());
    auto set = the_set(app, call);
    if (!set) return refuse(set.error());
    Json::Array items;
    if (query->offset == 0) items.push_back(std::move(*set));
    return Answer{200, collection(*query, 1, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    auto set = the_set(app, call);
    if (!set) return refuse(set.error());
    if (call.path.at(0) != code) return refuse(Why::unknown_item);
    return Answer{200, std::move(*set)};
}

}  // namespace authtickets::kibo::customer_sets
