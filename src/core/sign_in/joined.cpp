// SPDX-License-Identifier: MIT
// Sessions that begin without a sign-in: of who has just registered by codes (P19), and of who has just changed the password
// (P17a).
#include "core/sign_in/parts.h"

namespace authtickets::sign_in {

using events::Name;

SignedIn SignIn::joined(db::Tx& tx, const Context& context, const realms::Realm& realm, customers::Added added, const Joined& shown) {
    auto ticket = ticket_for(context, realm.settings, {}, added.user, 1, added.login, added.account, shown.second_factor);
    ticket.password_at = shown.password_at;
    ticket.email_at = shown.email_at;
    ticket.sms_at = shown.sms_at;
    SignedIn done{.issued = tickets_.issue(tx, context, std::move(ticket)), .account = std::move(added.account)};
    events_.write(tx, context, {.name = Name::signin_success, .reason = "registration", .factor = shown.sms_at ? "sms" : "email", .actor = "user",
                                .user = added.user, .account = done.account.no, .ticket = done.issued.ticket.id});
    // No notice of a new device: the account is as new.
    const auto recorded = devices_.record_browser(tx, context, realm.settings, added.user, shown.evidence.token, false);
    done.device = devices_.token(context, realm.settings, added.user, recorded.id);
    users_.note_step(tx, context, added.user, shown.second_factor, devices::usable_region(shown.evidence.region));
    return done;
}

Result<SignedIn> SignIn::after_password_change(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& ended) {
    if (ended.state != tickets::State::full || !ended.account_no || !ended.login || ended.acting) return refuse(Why::ticket_invalid);
    const auto account = accounts_.get(db, context.realm, *ended.account_no);
    if (!account) return refuse(Why::ticket_invalid);
    auto begun = db.transact([&](db::Tx& tx) {
        // The epoch that the change has brought, and no other: a block that came between ends this one as well (TK6).
        auto ticket = ticket_for(context, realm.settings, {}, ended.user, ended.epoch + 1, *ended.login, *account, false);
        ticket.lifetimes = ended.lifetimes;
        ticket.password_at = context.now;
        ticket.app_at = ended.app_at;
        ticket.email_at = ended.email_at;
        ticket.sms_at = ended.sms_at;
        ticket.used_recovery = ended.used_recovery;
        SignedIn done{.issued = tickets_.issue(tx, context, std::move(ticket)), .account = *account};
        events_.write(tx, context, {.name = Name::signin_success, .reason = "password_changed", .factor = "password", .actor = "user", .user = ended.user,
                                    .account = account->no, .ticket = done.issued.ticket.id});
        return done;
    });
    if (ended.dismissed) tickets_.dismiss(db, context, begun.issued.ticket.id);
    return begun;
}

}  // namespace authtickets::sign_in
