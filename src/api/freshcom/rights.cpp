// SPDX-License-Identifier: MIT
// Who calls, as handlers ask it, and what else they share.
#include <utility>

#include <authtickets/base/fault.h>

#include "api/freshcom/handlers.h"

namespace authtickets::freshcom {

const tickets::Ticket& caller(const Call& call) {
    if (!call.shopper || !call.shopper->ticket) throw Fault("a call that is no user's was taken for one");
    return *call.shopper->ticket;
}

bool is_guest(const Call& call) { return call.who == roles::guest; }

bool is_staff(const Call& call) { return (call.who & roles::staff) != 0; }

Result<Uuid> id_in_path(const Call& call, std::size_t place) {
    const auto id = id_of(call.path.at(place));
    if (!id) return refuse(Why::unknown_item);
    return *id;
}

Result<realms::RealmPtr> realm_of(const Call& call) {
    if (!call.realm) return refuse(Why::ticket_invalid);
    return call.realm;
}

std::vector<Refusal> found_in(const Attributes& in) {
    auto refused = in.refused();
    if (!refused) return {};
    auto others = std::exchange(refused->others, {});
    others.insert(others.begin(), *std::move(refused));
    return others;
}

std::optional<Secret> typed_secret(Attributes& in, std::string_view name) {
    auto value = in.secret(name);
    return value && value->empty() ? std::nullopt : value;
}

}  // namespace authtickets::freshcom
