// SPDX-License-Identifier: MIT
// Confirming who one is within a session (P17, docs/security.md RS6), and the sign-in that a new password begins (RS2).
#include "core/sign_in/parts.h"

namespace authtickets::sign_in {

using events::Name;

// Counted and locked as at sign-in. A wrong one leaves the session as it is.
Result<SignedIn> SignIn::step_up_by_password(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& ticket,
                                             const Secret& password) {
    const auto& settings = realm.settings;
    const auto login = logins_.of_user(db, context.realm, ticket.user, ticket.account_no);
    if (!login || !login->account || ticket.state != tickets::State::full) return refuse(Why::ticket_invalid);
    const auto place = logins_.enter();
    if (!place) return refuse(place.error());
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    const auto attempt = logins_.attempt(*place, db, context, settings, *login, password, false);
    if (!attempt) {
        throttle_.refund_address(db, context, settings);  // TH7
        return refuse(attempt.error());
    }
    auto done = db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        const bool right = attempt->matched && logins_.settle_right(tx, context, *attempt, false);
        if (!right) logins_.settle_failed(tx, context, settings, *attempt);
        const std::string_view reason = right ? "" : !attempt->admitted ? "locked" : attempt->matched ? "overtaken" : "wrong_password";
        events_.write(tx, context, {.name = right ? Name::stepup_success : Name::stepup_failure, .success = right, .reason = reason, .factor = "password",
                                    .actor = "user", .user = login->user, .account = login->account->no, .ticket = ticket.id});
        if (!right) return refuse(Why::password_wrong);
        auto raised = tickets_.step_up_by_password(tx, context, ticket);
        if (!raised) return refuse(raised.error());
        return SignedIn{.issued = std::move(*raised), .account = *login->account};
    });
    if (done || done.error().why != Why::password_wrong) throttle_.refund_address(db, context, settings);
    return done;
}

Result<std::optional<SignedIn>> SignIn::pending_after_reset(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user) {
    const auto login = logins_.of_user(db, context.realm, user);
    if (!login || !barred(*login).empty()) return std::optional<SignedIn>{};
    const auto factor = customers::own_factor(*login);
    if (factor == tickets::Factor::none) return std::optional<SignedIn>{};
    return db.transact([&](db::Tx& tx) -> Result<std::optional<SignedIn>> {
        auto ticket = ticket_for(context, realm.settings, {}, login->user, login->epoch, login->id, *login->account, true);
        ticket.password_at = context.now;  // it was chosen a moment ago
        make_pending(ticket, context, {.factor = factor, .rule = Rule::method}, {}, {});
        SignedIn pending{.issued = tickets_.issue(tx, context, std::move(ticket)), .account = *login->account};
        events_.write(tx, context, {.name = Name::signin_pending, .reason = "reset", .factor = "link", .actor = "user", .user = login->user,
                                    .account = login->account->no, .ticket = pending.issued.ticket.id});
        return std::optional(std::move(pending));
    });
}

}  // namespace authtickets::sign_in
