// SPDX-License-Identifier: MIT
// The tenants resource, from which the clients learn where the shop is (kibo 1.3). Needs no SQL.
#include "api/kibo/handlers.h"

namespace authtickets::kibo::tenants {

Result<Answer> get(App&, const Context&, const Call& call) {
    Answer answer;
    if (const auto no = positive(call.path.at(0))) answer.body = tenant(*call.realm, *no);
    if (answer.body.is_null()) return refuse(Why::unknown_item);  // another realm's tenant is as unknown as none
    return answer;
}

}  // namespace authtickets::kibo::tenants
