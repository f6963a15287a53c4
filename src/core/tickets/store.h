// SPDX-License-Identifier: MIT
// The statements of core/tickets.
#pragma once

#include <authtickets/core/tickets.h>

namespace authtickets::tickets::store {

void insert(db::Tx&, const Ticket&);
bool claim_anonymous(db::Tx&, const Ticket&, const UserId& anonymous);  // true: this ticket is the first
std::optional<Ticket> get(db::Session&, RealmNo, const TicketId&);       // with user, account, login, realm
std::optional<Ticket> get_causally(db::Session&, RealmNo, const TicketId&);
std::optional<Admitted> admitted(db::Session&, RealmNo, const TicketId&);  // of a shop's realm
std::optional<Admitted> admitted_causally(db::Session&, RealmNo, const TicketId&);
std::optional<Ticket> get_locked(db::Tx&, RealmNo, const TicketId&);
bool rotate(db::Tx&, const Ticket&, std::uint32_t from_generation, Time now);  // the guarded statement of refresh
std::vector<Ticket> pending_of(db::Session&, const Context&, const UserId&, unsigned most);
bool complete(db::Tx&, RealmNo, const TicketId&);
bool step_up(db::Tx&, const Ticket&, Factor, Time now);  // guarded by the generation
bool step_up_by_password(db::Tx&, const Ticket&, Time now);
bool step_up_by_app(db::Tx&, const Ticket&, bool by_recovery, Time now);
bool app_tried(db::Db&, const Context&, const TicketId&, unsigned most);   // true: this one was the last, the ticket has ended
bool code_spent(db::Db&, const Context&, const TicketId&, unsigned most);  // true: this one was the last, the ticket has ended
bool end(db::Session&, RealmNo, const TicketId&, End, Time now);
bool replace(db::Tx&, RealmNo, const TicketId&, std::uint32_t generation, const TicketId& successor, Time now);

// Not more often than every `seen_rests`.
void seen(db::Session&, const Ticket&, Time now);
std::vector<Ticket> sessions(db::Session&, RealmNo, const UserId&, Time now, unsigned most);
bool end_of_user(db::Tx&, RealmNo, const UserId&, const TicketId&, Time now);
std::uint64_t end_others(db::Tx&, RealmNo, const UserId&, const TicketId& keep, Time now);  // the full ones that are alive
void dismiss(db::Session&, RealmNo, const TicketId&);

bool adopt_epoch(db::Tx&, const Ticket&);
void remove_pending(db::Tx&, RealmNo, const UserId&);
void remove_of_user(db::Tx&, RealmNo, const UserId&);

}  // namespace authtickets::tickets::store
