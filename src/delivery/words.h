// SPDX-License-Identifier: MIT
// What a message says: the values of its template, the mail around it, the body of a hook. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <authtickets/core/deliveries.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/delivery/hook.h>
#include <authtickets/delivery/mail.h>
#include <authtickets/delivery/worker.h>
#include <authtickets/text/templates.h>

namespace authtickets::delivery {

// Whether the code or link of a message is still good; one that ran out, or was used or replaced, is not said.
enum class Life { alive, expired, replaced };

// "{base}/account/reset?t={token}&u={user}" filled in; empty: there is no such link for this event.
std::string link_of(const realms::Realm&, const outbox::Cause&);

// written: the locale of the template; reader: the customer's.
text::Values values(const deliveries::Payload&, const realms::Realm&, Time now, Life, std::string_view reader, std::string_view written);

// The same for notification triggers.
text::TriggerValues trigger_values(const deliveries::Payload&, const realms::Realm&, const realms::ShopProfile&, Life);

// As it is kept to be read later: code and link starred, contacts masked.
deliveries::Payload starred(deliveries::Payload);

// The text part of a mail that has none: HTML without its tags, addresses of links behind their words.
std::string plain_of(std::string_view html);

// What a notice to an operator says beside (M14): in the words of the event log.
void add_notice(text::Values&, const outbox::Cause&, const Said&);

Mail mail(const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&, const std::string& fallback_sender, Time now,
          const text::MessageText&, std::string_view written);

// The body of a hook, and what its headers tell of the place.
KiboEvent kibo_event(const deliveries::Delivery&, const deliveries::Payload&, Life);
KiboPlace kibo_place(const realms::Realm&, const deliveries::Payload&);
std::string own_body(const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&);
// EP151 to EP155; delivery.attempts is the attempt's number, delivery.topic the key.
std::string elasticpath_body(const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&, const subscriptions::Subscription&);

// FC224 (docs/freshcom.md); delivery.topic is the event as it is called there.
std::string freshcom_body(const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&, const realms::ShopProfile&, Life);

}  // namespace authtickets::delivery
