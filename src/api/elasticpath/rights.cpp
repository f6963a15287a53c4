// SPDX-License-Identifier: MIT
// Whose a thing is: for the shop everything, for an account token its own, and nothing is told of the rest.
#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath {

bool for_the_shop(const Call& call) {
    return call.application && !call.application->implicit && call.application->application.may(applications::admin) && !call.shopper;
}

const tickets::Ticket* member(const Call& call) {
    return call.shopper && call.shopper->ticket ? &*call.shopper->ticket : nullptr;
}

Result<Uuid> id_in_path(const Call& call, std::size_t place) {
    const auto id = id_in(call.path.at(place));
    if (!id) return refuse(Why::unknown_item);
    return *id;
}

Result<void> own_realm(const Call& call) {
    const auto id = id_in_path(call, 0);
    if (!id || *id != call.realm->id) return refuse(Why::unknown_item);
    return {};
}

Result<void> own_user(const Call& call, const UserId& user) {
    if (for_the_shop(call)) return {};
    const auto* const own = member(call);
    if (!own || own->user != user) return refuse(Why::unknown_item);
    return {};
}

Result<void> may_change_itself(const Call& call) {
    if (for_the_shop(call)) return {};
    if (member(call) && call.realm->settings.self_management == realms::SelfManagement::update_only) return {};
    return refuse(Why::forbidden, {}, "account_member_self_management is disabled");
}

}  // namespace authtickets::elasticpath
