// SPDX-License-Identifier: MIT
// Registering at the Elastic Path door: user, login, account where members.auto_account asks for one, and tickets, in one
// transaction.
#include "core/account_tickets/parts.h"

#include <authtickets/text/names.h>

namespace authtickets::account_tickets {

using events::Name;

Result<SignedIn> AccountTickets::self_signup(db::Db& db, const Context& context, const realms::Realm& realm, const SelfSignup& wanted, const Page& page) {
    if (!realm.settings.self_signup) return refuse(Why::forbidden);
    const auto profile = profiles_.find(db, context.realm, wanted.profile);
    if (!profile) return refuse(Why::unknown_item, "password_profile_id");
    members::NewMember member{.names = {.name = wanted.name,
                                        .given_name = wanted.given_name.value_or(""),
                                        .middle_name = wanted.middle_name.value_or(""),
                                        .family_name = wanted.family_name.value_or("")},
                              .email = wanted.email};
    // OC7: a mail goes to an address that nobody has shown yet, and strangers may register one that is not theirs.
    if (context.own_address) {
        const auto address = text::normal_email(wanted.email).value_or("-");
        const auto sends = throttle_.charge_sending(db, context, realm.settings, {.what = "registration", .whose = address, .destination = address, .typed = true});
        if (!sends) return refuse(sends.error());
        if (!*sends) return refuse({.why = Why::throttled, .retry_after = Seconds{60}});
    }
    if (auto charged = throttle_.charge_registration(db, context); !charged) return refuse(charged.error());
    auto prepared = members_.prepare(db, context, realm, std::move(member),
                                           members::NewInfo{.profile = profile->id, .user_name = wanted.user_name, .password = wanted.password});
    if (!prepared) {
        throttle_.refund_registration(db, context);
        return refuse(prepared.error());
    }
    prepared->login->signs_in = true;
    auto done = db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        const auto added = members_.add(tx, context, realm, *prepared, "signup");
        if (!added) {
            events_.write(tx, context, {.name = Name::registration_refused, .success = false, .reason = name(added.error().why),
                                        .user_name = prepared->login->user_name});
            return refuse(added.error());
        }
        const auto open = open_of(tx, context, prepared->user, page);
        const tickets::Ticket ticket{.user = prepared->user, .login = prepared->login->id, .epoch = 1,
                                     .lifetimes = tickets::account_lifetimes(realm.settings, context.now, false), .password_at = context.now};
        auto out = issue(tx, context, ticket, open);
        const bool none = out.tickets.empty();
        events_.write(tx, context, {.name = Name::signin_success, .reason = "registration", .factor = "password", .actor = "user",
                                    .user = prepared->user, .account = none ? AccountNo{} : open.accounts.front().no,
                                    .ticket = none ? TicketId{} : out.tickets.front().issued.ticket.id});
        return out;
    });
    const bool taken = !done && done.error().why == Why::name_taken;
    if (!taken) throttle_.refund_registration(db, context);
    return done;
}

}  // namespace authtickets::account_tickets
