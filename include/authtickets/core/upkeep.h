// SPDX-License-Identifier: MIT
// Looking after the tables, by commands only: purge deletes what is dead or past its retention, revoke ends every ticket of
// a realm. Each feature's store deletes its own rows; here is the order, the size of a step, and what the trail is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/imports.h>
#include <authtickets/core/realms.h>
#include <authtickets/db/db.h>

namespace authtickets::upkeep {

// Rows of one step, in a transaction of its own, so that requests beside it wait for no more than that.
inline constexpr unsigned step = 1000;

// rules
// What was dead before this is taken away: an hour late, so that a clock that was stepped forth, and a host whose clock
// differs, cost nobody a ticket.
Time dead_before(Time now);
Time kept_from(Time now, const realms::Settings&);  // events and the accounts' logs, KL5
Time imports_kept_from(Time now);                   // how far imports came that are finished
// An epoch above every one that a ticket of before can carry, also of times that a restored backup has forgotten
// (docs/decisions.md): they rise by one at a time, from 1 or from an earlier call's.
std::uint32_t fresh_epoch(Time now);

enum class Table { tickets, application_tokens, anonymous_claims, throttles, codes, code_failures, one_time_tokens, one_time_tries,
                   verification_codes, verification_tries, links, devices,
                   totp_setups, deliveries, events, event_seals, account_changes, erased, imports };
inline constexpr int table_count = 19;
std::string_view name(Table);  // "tickets"; erased is "erased_events"

struct Purged {
    std::uint64_t rows[table_count]{};
    bool complete = true;  // false: the limit was reached before the end
    std::uint64_t& of(Table table) { return rows[static_cast<int>(table)]; }
    std::uint64_t of(Table table) const { return rows[static_cast<int>(table)]; }
};

// What ending every ticket of a realm takes, or took, away.
struct Revoked {
    std::uint64_t users = 0, tickets = 0, application_tickets = 0;
};

class Upkeep {
public:
    Upkeep(events::Events& events, imports::Imports& imports) : events_(events), imports_(imports) {}

    // One realm after another; of each table at most `limit` rows in all. Writes audit.purged where the trail gets shorter.
    Purged purge(db::Db&, const Context&, const std::vector<realms::RealmPtr>&, std::optional<std::uint64_t> limit = {});

    // After a restored backup. Writes realm.revoked.
    Revoked revoke(db::Db&, const Context&, RealmNo);
    Revoked would_revoke(db::Session&, RealmNo);

private:
    void write(db::Db&, const Context&, const events::Event&);
    events::Events& events_;
    imports::Imports& imports_;
};

// For doctor: since when the longest dead row has been dead.
std::optional<Time> oldest_dead(db::Session&);

}  // namespace authtickets::upkeep
