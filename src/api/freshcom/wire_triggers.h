// SPDX-License-Identifier: MIT
// Notification triggers, their templates and what was sent, as the door shows them (FC210 to FC223, docs/freshcom.md). Pure.
#pragma once

#include <authtickets/core/deliveries.h>
#include <authtickets/core/triggers.h>

#include "api/freshcom/wire.h"

namespace authtickets::freshcom {

std::string_view template_type(triggers::Kind);            // "SmsTemplate"
std::string_view message_type(triggers::Action);           // "Sms"

triggers::TriggerChanges trigger_changes(Attributes&);
triggers::TemplateChanges template_changes(Attributes&, triggers::Kind);
// Core's fields in the words of the bodies that these two read.
Refusal in_wire_words(Refusal, triggers::Kind);

Json trigger_record(const triggers::Trigger&);
Json template_record(const triggers::Template&);
Json message_record(const Uuid& realm, const deliveries::SentMessage&);

}  // namespace authtickets::freshcom
