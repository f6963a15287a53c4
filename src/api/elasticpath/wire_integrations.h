// SPDX-License-Identifier: MIT
// Integrations on the wire (EP210 to EP229, docs/elasticpath.md): what clients send, and integrations, their logs and jobs as JSON.
// Pure.
#pragma once

#include <authtickets/core/deliveries.h>
#include <authtickets/core/subscriptions.h>

#include "api/elasticpath/wire_list.h"

namespace authtickets::elasticpath {

// What is absent, an empty text and an empty list change nothing; null takes description and secret away (EP212).
Result<subscriptions::IntegrationChanges> integration_changes(const Json& data);

Json integration_record(const subscriptions::Subscription&);
Json log_record(const deliveries::Logged&);
Json job_record(const deliveries::Delivery&);

// The envelope of logs and jobs, which is another than that of other lists (EP228).
Json log_page(const Paging&, std::uint64_t total, Json::Array items);

}  // namespace authtickets::elasticpath
