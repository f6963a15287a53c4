// SPDX-License-Identifier: MIT
// What a message says: the values of its template, the mail around it, the body of a hook. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <authtickets/core/deliveries.h>
#include <authtickets/core/realms.h>
#include <authtickets/delivery/hook.h>
#include <authtickets/delivery/mail.h>
#include <authtickets/text/templates.h>

namespace authtickets::delivery {

// Whether the code or link of a message is still good; one that ran out, or was used or replaced, is not said.
enum class Life { alive, expired, replaced };

// "{base}/account/reset?t={token}&u={user}" filled in; empty: there is no such link for this event.
std::string link_of(const realms::Realm&, const outbox::Cause&);

// written: the locale of the template; reader: the customer's.
text::Values values(const deliveries::Payload&, const realms::Realm&, Time now, Life, std::string_view reader, std::string_view written);

Mail mail(const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&, const std::string& fallback_sender, Time now,
          const text::MessageText&, std::string_view written);

// The body of a hook, and what its headers tell of the place.
KiboEvent kibo_event(const deliveries::Delivery&, const deliveries::Payload&, Life);
KiboPlace kibo_place(const realms::Realm&, const deliveries::Payload&);
std::string own_body(const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&);

}  // namespace authtickets::delivery
