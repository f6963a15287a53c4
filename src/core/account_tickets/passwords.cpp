// SPDX-License-Identifier: MIT
// A member's own new password (PW12, X17). It is told, and ends what a reset ends (RS3); the ticket that made it lives on (TK6).
#include <authtickets/text/names.h>

#include "core/account_tickets/parts.h"

namespace authtickets::account_tickets {
namespace {

using events::Name;
using tickets::Scope;

using members::least_password;

Result<Secret> normal(const Secret& typed) {
    auto text = text::nfc(typed.reveal());
    if (!text) return refuse(Why::bad_parameter, "password", "must be UTF-8");
    if (text::code_points(*text) < least_password) {
        return refuse(Why::password_weak, "password", "must be at least " + std::to_string(least_password) + " characters");
    }
    return Secret(std::move(*text));
}

}  // namespace

Result<void> AccountTickets::change_password(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& ticket,
                                             const LoginId& id, const Secret& fresh) {
    const auto login = logins_.find(db, context.realm, id);
    if (!login || login->user != ticket.user) return refuse(Why::unknown_item, "id");
    const bool by_token = tickets::opens_password(ticket, context.now);
    const bool shown = ticket.state == tickets::State::full && ticket.scope != Scope::password_update
                       && customers::fresh(ticket, *login, context.now, realm.settings.step_up_window);
    if (!by_token && !shown) return refuse(Why::step_up_required);
    // Judged and hashed first: a refusal by the rule leaves the ticket what it is.
    const auto password = normal(fresh);
    if (!password) return refuse(password.error());
    const std::string email = login->email ? login->email->value : std::string();
    const auto words = customers::context_words(realm, login->user_name, email);
    if (auto fine = logins_.judge(db, context, realm.settings, *password, words, customers::strong_factor(*login)); !fine) return fine;
    const auto sealed = logins_.sealed(context, login->id, login->user, *password);
    if (!sealed) return refuse(sealed.error());
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        if (!logins_.reset_password(tx, context, *login, *sealed)) {
            return refuse(Why::bad_parameter, "password", "came second: the password was changed in the same moment");
        }
        users_.forgive_failures(tx, context, login->user);
        users_.raise_epoch(tx, context, login->user);
        // One that opens this alone has done what it could: with an app or SMS on, a whole one would be a way around them.
        if (ticket.scope != Scope::password_update && !tickets_.adopt_epoch(tx, context, ticket)) return refuse(Why::ticket_invalid);
        const auto forgotten = devices_.forget(tx, context, login->user);
        codes_.end(tx, context.realm, login->user);
        links_.end(tx, context.realm, login->user);
        one_time::remove(tx, context.realm, login->user);
        const auto account = ticket.account_no.value_or(AccountNo{});
        if (ticket.account_no) accounts_.note(tx, context, account, "Password changed");
        if (forgotten != 0) events_.write(tx, context, {.name = Name::trust_removed, .reason = "reset", .actor = "user", .user = login->user, .account = account});
        const auto name = by_token ? Name::password_reset_done : Name::password_changed;
        const auto event = events_.write(tx, context, {.name = name, .factor = by_token ? one_time::factor : std::string_view("password"), .actor = "user",
                                                       .user = login->user, .account = account, .ticket = ticket.id});
        outbox_.add(tx, context, {.event = name, .event_id = event, .user = login->user, .account = account, .user_name = login->user_name});
        return {};
    });
}

}  // namespace authtickets::account_tickets
