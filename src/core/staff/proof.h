// SPDX-License-Identifier: MIT
// What whoever is made a user brings to be reached by, with the codes that were typed for it. For core/staff and core/enrolment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <authtickets/core/users.h>
#include <authtickets/core/verifications.h>

namespace authtickets::staff {

struct Brought {
    std::string email{}, phone{};            // as typed; empty: none
    std::string email_code{}, phone_code{};
    users::Method method = users::Method::simple;
};

// Both as they are stored, and the tries of their codes. Whoever has one must use it up or give it back.
struct Proof {
    std::string email{}, phone{};
    std::optional<verifications::Attempt> email_code{}, phone_code{};
    bool email_verified() const { return email_code.has_value(); }
    bool phone_verified() const { return phone_code.has_value(); }
};

// What can be judged without the tables: what is wrong is added to `found` (OC9).
Proof checked(const Brought&, std::vector<Refusal>& found);

// Tries what was typed; both wrong ones are told in one refusal, and where one is wrong the right one is given back.
Result<void> try_codes(verifications::Verifications&, db::Db&, const Context&, const realms::Settings&, const Brought&, Proof&);
// False: another was first.
bool consume(verifications::Verifications&, db::Tx&, const Context&, const Proof&);
void give_back(verifications::Verifications&, db::Session&, const Context&, const Proof&);

}  // namespace authtickets::staff
