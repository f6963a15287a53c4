// SPDX-License-Identifier: MIT
// Each store lists its statements here for all_queries().
#pragma once

#include <vector>

#include <authtickets/db/db.h>

namespace authtickets {

using QueryList = std::vector<const db::Query*>;
namespace account_tickets { void list_queries(QueryList&); }
namespace accounts { void list_queries(QueryList&); }
namespace applications { void list_queries(QueryList&); }
namespace codes { void list_queries(QueryList&); }
namespace deliveries { void list_queries(QueryList&); }
namespace devices { void list_queries(QueryList&); }
namespace directory { void list_queries(QueryList&); }
namespace enrolment { void list_queries(QueryList&); }
namespace events { void list_queries(QueryList&); }
namespace imports { void list_queries(QueryList&); }
namespace links { void list_queries(QueryList&); }
namespace leases { void list_queries(QueryList&); }
namespace logins { void list_queries(QueryList&); }
namespace one_time { void list_queries(QueryList&); }
namespace operators { void list_queries(QueryList&); }
namespace members { void list_queries(QueryList&); }
namespace outbox { void list_queries(QueryList&); }
namespace profiles { void list_queries(QueryList&); }
namespace realms { void list_queries(QueryList&); }
namespace staff { void list_queries(QueryList&); }
namespace subscriptions { void list_queries(QueryList&); }
namespace templates { void list_queries(QueryList&); }
namespace recovery_codes { void list_queries(QueryList&); }
namespace seals { void list_queries(QueryList&); }
namespace throttle { void list_queries(QueryList&); }
namespace tickets { void list_queries(QueryList&); }
namespace totp { void list_queries(QueryList&); }
namespace triggers { void list_queries(QueryList&); }
namespace upkeep { void list_queries(QueryList&); }
namespace users { void list_queries(QueryList&); }
namespace verifications { void list_queries(QueryList&); }

}  // namespace authtickets
