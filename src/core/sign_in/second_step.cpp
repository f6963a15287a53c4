// SPDX-License-Identifier: MIT
// The second step of a pending sign-in, and the step-up of a full ticket (X16, TK3, TK7; kibo 4.6). A pending ticket never
// becomes a full one: it goes, and another is issued in the same transaction.
#include <algorithm>

#include <authtickets/text/names.h>

#include "core/sign_in/parts.h"

namespace authtickets::sign_in {
namespace {

using codes::Channel;
using events::Name;
using tickets::Factor;

Channel channel_of(Factor factor) { return factor == Factor::sms ? Channel::sms : Channel::email; }

void show(tickets::Ticket& ticket, Channel channel, Time now) { (channel == Channel::sms ? ticket.sms_at : ticket.email_at) = now; }

}  // namespace

SignIn::Pending SignIn::pending_for(db::Session& session, const Context& context, const SecondStep& wanted) {
    using Kind = Pending::Kind;
    if (wanted.claims) {
        const auto& ticket = *wanted.claims;
        const bool agree = !wanted.user || *wanted.user == ticket.user;
        if (!agree || ticket.application != context.application) return {};
        const auto kind = ticket.state == tickets::State::pending ? Kind::sign_in : Kind::step_up;
        return {.kind = kind, .ticket = ticket, .user = ticket.user, .epoch = ticket.epoch, .code = codes::on_ticket(ticket.id)};
    }
    if (!wanted.user) return {};
    auto found = tickets_.pending_of(session, context, *wanted.user, 20);
    if (found.empty()) return {};
    auto newest = std::ranges::max_element(found, {}, &tickets::Ticket::created_at);
    // Counted apart from who holds the ticket: whoever knows the id would else close the owner's way (OC8).
    const auto purpose = codes::Purpose::second_step_by_id;
    const auto kind = found.size() == 1 ? Kind::sign_in : Kind::any_of_user;
    const auto epoch = newest->epoch;
    return {.kind = kind, .ticket = std::move(*newest), .user = *wanted.user, .epoch = epoch, .purpose = purpose,
            .code = codes::on_user(purpose, *wanted.user, context.application)};
}

Result<void> SignIn::request_second_step(db::Db& db, const Context& context, const realms::Realm& realm, const SecondStep& wanted) {
    const auto pending = pending_for(db, context, wanted);
    if (pending.kind == Pending::Kind::none) return {};
    const auto login = logins_.of_user(db, context.realm, pending.user, pending.ticket->account_no);
    if (!login) return {};
    auto channel = channel_of(pending.ticket->owes);
    if (pending.kind == Pending::Kind::step_up && login->method == users::Method::sms && login->phone) channel = Channel::sms;
    const auto& contact = channel == Channel::sms ? login->phone : login->email;
    const auto destination = contact ? text::normal_name(contact->value).value_or("-") : std::string("-");
    // A budget of its own, which asking for codes to sign in does not spend.
    const throttle::Throttle::Sending sending{.what = pending.purpose == codes::Purpose::second_step ? "second step code" : "second step code by id",
                                              .sms = channel == Channel::sms, .whose = as_text(login->user.value.bytes), .destination = destination};
    if (auto charged = throttle_.charge_sending(db, context, realm.settings, sending); !charged) return refuse(charged.error());
    db.transact([&](db::Tx& tx) {
        send(tx, context, realm, {.login = contact ? &*login : nullptr, .user = login->user, .epoch = pending.epoch, .id = pending.code,
                                  .purpose = pending.purpose, .channel = channel, .reason = contact ? "" : "no_address",
                                  .ticket = pending.ticket->id, .region = pending.ticket->region, .user_name = login->user_name});
        return true;
    });
    return {};
}

// A new ticket in the pending one's place. By the user's id alone, with several pending, none of them is touched and
// nothing of them is recorded: it is not known whose they are (X16).
Result<SignedIn> SignIn::passed(db::Tx& tx, const Context& context, const realms::Realm& realm, const Pending& pending,
                                const codes::Attempt& attempt) {
    const auto& from = *pending.ticket;
    const bool own = pending.kind == Pending::Kind::sign_in;
    if (!codes_.consume(tx, context, attempt)) return refuse(Why::code_wrong);
    if (own && !tickets_.complete(tx, context, from.id)) return refuse(Why::code_wrong);  // another code was first
    if (!from.account || !from.account_no) return refuse(Why::code_wrong);  // unreachable: pending ones have an account
    tickets::Ticket next{.user = from.user, .account_no = from.account_no, .login = from.login, .epoch = from.epoch,
                         .lifetimes = tickets::lifetimes(realm.settings, context.now, from.lifetimes.access, from.lifetimes.refresh),
                         .password_at = from.password_at, .email_at = from.email_at, .sms_at = from.sms_at};
    if (own) next.anonymous = from.anonymous;
    show(next, attempt.channel, context.now);
    SignedIn done{.issued = tickets_.issue(tx, context, std::move(next)), .account = *from.account};
    done.account.last_second_step_at = context.now;
    verify(tx, context, attempt, *from.account_no);
    events_.write(tx, context, {.name = Name::second_step_success, .factor = outbox::name(attempt.channel), .actor = "user",
                                .user = from.user, .account = *from.account_no, .ticket = done.issued.ticket.id});
    Validated step{.user = from.user, .account = *from.account_no, .former_region = from.user_region, .second = true};
    if (own) {
        if (from.fingerprint_key) step.print = devices::Print{.hash = from.fingerprint, .key = *from.fingerprint_key};
        step.region = from.region;
    }
    done.device = record(tx, context, realm, step);
    return done;
}

Result<SignedIn> SignIn::stepped_up(db::Tx& tx, const Context& context, const Pending& pending, const codes::Attempt& attempt) {
    if (!codes_.consume(tx, context, attempt)) return refuse(Why::code_wrong);
    const auto factor = attempt.channel == Channel::sms ? Factor::sms : Factor::email;
    auto raised = tickets_.step_up(tx, context, *pending.ticket, factor);
    if (!raised) return refuse(raised.error());
    users_.note_step(tx, context, pending.user, true, {});
    const auto account = pending.ticket->account_no.value_or(AccountNo{});
    verify(tx, context, attempt, account);
    events_.write(tx, context, {.name = Name::stepup_success, .factor = outbox::name(attempt.channel), .actor = "user",
                                .user = pending.user, .account = account, .ticket = pending.ticket->id});
    SignedIn done{.issued = std::move(*raised), .account = pending.ticket->account.value_or(accounts::Account{})};
    done.account.last_second_step_at = context.now;
    return done;
}

void SignIn::note_wrong(db::Db& db, const Context& context, const Pending& pending, const codes::Attempt& attempt) {
    const bool step_up = pending.kind == Pending::Kind::step_up;
    const auto account = pending.ticket->account_no.value_or(AccountNo{});
    // Counted before the event, by a statement of its own: it must not be lost with a transaction.
    const bool own = pending.kind == Pending::Kind::sign_in && pending.purpose == codes::Purpose::second_step;
    const bool ended = attempt.spent && own && tickets_.code_spent(db, context, pending.ticket->id);
    db.transact([&](db::Tx& tx) {
        const events::Event event{.name = step_up ? Name::stepup_failure : Name::second_step_failure, .success = false,
                                  .reason = attempt.closed ? "closed" : attempt.spent ? "spent" : attempt.hash.empty() ? "expired" : "wrong",
                                  .factor = outbox::name(attempt.channel), .actor = "user", .user = pending.user, .account = account,
                                  .ticket = pending.ticket->id};
        events_.write(tx, context, event);
        if (ended) {
            events_.write(tx, context, {.name = Name::second_step_exhausted, .success = false, .reason = "spent_codes", .actor = "user",
                                        .user = pending.user, .account = account, .ticket = pending.ticket->id});
        }
        return true;
    });
}

Result<SignedIn> SignIn::second_step(db::Db& db, const Context& context, const realms::Realm& realm, const SecondStep& wanted,
                                     const Secret& code) {
    if (auto charged = throttle_.charge_address(db, context, realm.settings); !charged) return refuse(charged.error());
    const auto pending = pending_for(db, context, wanted);
    if (pending.kind == Pending::Kind::none) return refuse(Why::code_wrong);
    auto attempt = codes_.attempt(db, context, pending.whose(), code.reveal());
    const auto other = attempt.hash.empty() ? pending.otherwise(context.application) : std::nullopt;
    if (other) attempt = codes_.attempt(db, context, *other, code.reveal());
    if (!attempt.right) {
        note_wrong(db, context, pending, attempt);
        return refuse(Why::code_wrong);
    }
    auto done = db.transact_or_undo([&](db::Tx& tx) {
        return pending.kind == Pending::Kind::step_up ? stepped_up(tx, context, pending, attempt) : passed(tx, context, realm, pending, attempt);
    });
    if (done) throttle_.refund_address(db, context, realm.settings);
    else codes_.give_back(db, context, attempt);  // another was first; what took the charge back was undone
    return done;
}

}  // namespace authtickets::sign_in
