// SPDX-License-Identifier: MIT
// Whether a template can say what its subscriptions are told: no code and no link where the event brings none.
#pragma once

#include <span>

#include <authtickets/core/subscriptions.h>
#include <authtickets/text/templates.h>

namespace authtickets::subscriptions {

// Which of the two every cause of the event brings. A locked account's link is added where there is one, so it is none here.
struct Brings {
    bool code = false, link = false;
};
Brings brought_by(events::Name);  // rules

// rules: an event that is this key to integrations, for tests of one.
events::Name event_of(std::string_view key);

// rules: of all messages under the template's name; one of them must have the part that is sent. bad_parameter, of events or
// target.
Result<void> fits(const Subscription&, std::span<const text::Message>);

// The same of the store's subscriptions to this template, for what it is to be from now on. bad_parameter, of no field.
Result<void> fit_subscribers(db::Session&, RealmNo, std::string_view template_name, std::span<const text::Message>);

}  // namespace authtickets::subscriptions
