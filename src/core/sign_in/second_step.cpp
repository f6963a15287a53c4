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

// A right one that another call was first to use.
Refusal too_late(bool app, bool recovery) {
    return {.why = Why::code_wrong, .field = {}, .text = app ? "replayed" : recovery ? "wrong" : "expired"};
}

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
    // An authenticator app makes its codes by itself, and none by mail takes their place.
    if (login->app || pending.ticket->owes == Factor::app) return {};
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

bool SignIn::consume(db::Tx& tx, const Context& context, const Proof& proof, AccountNo account) {
    if (proof.app) return totp_.consume(tx, context, *proof.app);
    if (proof.recovery) return recovery_codes_.consume(tx, context, *proof.recovery);
    if (!codes_.consume(tx, context, *proof.code)) return false;
    verify(tx, context, *proof.code, account);
    return true;
}

// RC6: told by mail, with the number that is left.
unsigned SignIn::tell_recovery(db::Tx& tx, const Context& context, const UserId& user, AccountNo account, const TicketId& ticket) {
    const auto left = recovery_codes_.left(tx, context.realm, user);
    const auto event = events_.write(tx, context, {.name = Name::recovery_code_used, .factor = "recovery", .actor = "user", .user = user,
                                                   .account = account, .ticket = ticket, .details = Json::object({{"left", left}})});
    outbox_.add(tx, context, {.event = Name::recovery_code_used, .event_id = event, .user = user, .account = account, .ticket = ticket,
                              .remaining = std::to_string(left)});
    if (left == 0) events_.write(tx, context, {.name = Name::recovery_empty, .actor = "user", .user = user, .account = account});
    return left;
}

// A new ticket in the pending one's place. By the user's id alone, with several pending, none of them is touched and
// nothing of them is recorded: it is not known whose they are (X16).
Result<SignedIn> SignIn::passed(db::Tx& tx, const Context& context, const realms::Realm& realm, const Pending& pending, const Proof& proof,
                                const Issue& issue) {
    const auto& from = *pending.ticket;
    const bool own = pending.kind == Pending::Kind::sign_in;
    if (!consume(tx, context, proof, pending.ticket->account_no.value_or(AccountNo{}))) return refuse(too_late(proof.app.has_value(), proof.recovery.has_value()));
    if (own && !tickets_.complete(tx, context, from.id)) return refuse(Why::code_wrong, {}, "ended");  // another code was first
    if (!issue && !from.account_no) return refuse(Why::code_wrong);  // unreachable: pending ones of other doors have an account
    tickets::Ticket next{.user = from.user, .account_no = from.account_no, .login = from.login, .epoch = from.epoch,
                         .lifetimes = lives(context, realm.settings, from.lifetimes.access, from.lifetimes.refresh, true),
                         .password_at = from.password_at, .app_at = from.app_at, .email_at = from.email_at, .sms_at = from.sms_at};
    if (own) next.anonymous = from.anonymous;
    show(next, proof.factor, proof.recovery.has_value(), context.now);
    const auto account = from.account_no.value_or(AccountNo{});
    SignedIn done{.issued = issue ? issue(tx, std::move(next)) : tickets_.issue(tx, context, std::move(next)),
                  .account = from.account.value_or(accounts::Account{})};
    done.account.last_second_step_at = context.now;
    events_.write(tx, context, {.name = Name::second_step_success, .factor = proof.name(), .actor = "user",
                                .user = from.user, .account = account, .ticket = done.issued.ticket.id});
    if (proof.recovery) done.recovery_left = tell_recovery(tx, context, pending.user, account, done.issued.ticket.id);
    Validated step{.user = from.user, .account = account, .former_region = from.user_region, .second = true};
    if (own) {
        if (from.fingerprint_key) step.print = devices::Print{.hash = from.fingerprint, .key = *from.fingerprint_key};
        step.login = from.login;
        step.region = from.region;
        step.token = proof.device;
        step.trust = proof.trust && !proof.recovery;  // a recovery code opens this one session (RC6)
    }
    done.device = record(tx, context, realm, step);
    return done;
}

Result<SignedIn> SignIn::stepped_up(db::Tx& tx, const Context& context, const Pending& pending, const Proof& proof) {
    if (!consume(tx, context, proof, pending.ticket->account_no.value_or(AccountNo{}))) return refuse(too_late(proof.app.has_value(), proof.recovery.has_value()));
    auto raised = tickets_.step_up(tx, context, *pending.ticket, proof.factor, proof.recovery.has_value());
    if (!raised) return refuse(raised.error());
    users_.note_step(tx, context, pending.user, true, {});
    events_.write(tx, context, {.name = Name::stepup_success, .factor = proof.name(), .actor = "user", .user = pending.user,
                                .account = pending.ticket->account_no.value_or(AccountNo{}), .ticket = pending.ticket->id});
    SignedIn done{.issued = std::move(*raised), .account = pending.ticket->account.value_or(accounts::Account{})};
    done.account.last_second_step_at = context.now;
    if (proof.recovery) {
        done.recovery_left = tell_recovery(tx, context, pending.user, done.issued.ticket.account_no.value_or(AccountNo{}), done.issued.ticket.id);
    }
    return done;
}

// Counts what is to be counted, writes what happened, and says why for who may be told.
Refusal SignIn::note_wrong(db::Db& db, const Context& context, const Pending& pending, const Proof& proof) {
    const bool step_up = pending.kind == Pending::Kind::step_up;
    // Never by who names the user's id alone.
    const bool own = pending.kind == Pending::Kind::sign_in && pending.purpose == codes::Purpose::second_step;
    const bool by_app = !proof.code;
    const bool charged = by_app && proof.charge().admitted && proof.app_reason() != totp::Reason::replayed;
    // Counted before the event, by a statement of its own: it must not be lost with a transaction.
    const bool ended = own && (by_app ? charged && tickets_.app_tried(db, context, pending.ticket->id)
                                      : proof.code->spent && tickets_.code_spent(db, context, pending.ticket->id));
    db.transact([&](db::Tx& tx) {
        const events::Event about{.name = step_up ? Name::stepup_failure : Name::second_step_failure, .success = false, .actor = "user",
                                  .user = pending.user, .account = pending.ticket->account_no.value_or(AccountNo{}), .ticket = pending.ticket->id};
        tell_wrong(tx, context, proof, about);
        if (!ended) return true;
        auto exhausted = about;
        exhausted.name = Name::second_step_exhausted;
        exhausted.reason = by_app ? "tries" : "spent_codes";
        exhausted.factor = proof.name();
        events_.write(tx, context, exhausted);
        return true;
    });
    Refusal told{.why = Why::code_wrong, .field = {}, .text = std::string(by_app ? totp::name(proof.app_reason()) : proof.code->reason)};
    if (proof.pauses()) told.text = totp::name(totp::Reason::paused);
    if (proof.blocks()) told.text = totp::name(totp::Reason::blocked);
    if (proof.app_reason() == totp::Reason::absent) told.text = totp::name(totp::Reason::wrong);  // turned off meanwhile
    if (told.text == totp::name(totp::Reason::paused)) {
        const auto until = proof.charge().paused_until;
        if (until && *until > context.now) told.retry_after = std::chrono::ceil<Seconds>(*until - context.now);
    }
    if (ended) told.text = "ended";
    return told;
}

// The app's six digits, or else a recovery code.
Result<SignedIn> SignIn::by_app(db::Db& db, const Context& context, const realms::Realm& realm, const Pending& pending, const SecondStep& wanted,
                                const Secret& code, const Issue& issue) {
    Proof proof{.factor = Factor::app, .device = wanted.device, .trust = wanted.trust};
    const bool digits = codes::digits(code.reveal()).has_value();
    if (digits) proof.app = totp_.attempt(db, context, realm.settings, pending.user, code.reveal());
    else proof.recovery = recovery_codes_.attempt(db, context, pending.user, code.reveal());
    if (!proof.right()) return refuse(note_wrong(db, context, pending, proof));
    auto done = db.transact_or_undo([&](db::Tx& tx) {
        return pending.kind == Pending::Kind::step_up ? stepped_up(tx, context, pending, proof) : passed(tx, context, realm, pending, proof, issue);
    });
    if (!done && digits) {  // another was first: it was no wrong one
        db.transact([&](db::Tx& tx) {
            totp_.give_back(tx, context, *proof.app);
            return true;
        });
    }
    return done;
}

Result<SignedIn> SignIn::second_step(db::Db& db, const Context& context, const realms::Realm& realm, const SecondStep& wanted,
                                     const Secret& code, const Issue& issue) {
    if (auto charged = throttle_.charge_address(db, context, realm.settings); !charged) return refuse(charged.error());
    const auto pending = pending_for(db, context, wanted);
    if (pending.kind == Pending::Kind::none) return refuse(Why::code_wrong, {}, "ended");
    bool app = pending.ticket->owes == Factor::app;
    if (pending.kind == Pending::Kind::step_up) {
        const auto login = logins_.of_user(db, context.realm, pending.user, pending.ticket->account_no);
        app = login && login->app;
    }
    if (app) {
        auto done = by_app(db, context, realm, pending, wanted, code, issue);
        if (done) throttle_.refund_address(db, context, realm.settings);
        return done;
    }
    auto attempt = codes_.attempt(db, context, pending.whose(), code.reveal());
    const auto other = attempt.hash.empty() ? pending.otherwise(context.application) : std::nullopt;
    if (other) attempt = codes_.attempt(db, context, *other, code.reveal());
    const Proof proof{.factor = factor_of(attempt.channel), .code = attempt, .device = wanted.device, .trust = wanted.trust};
    if (!attempt.right) return refuse(note_wrong(db, context, pending, proof));
    auto done = db.transact_or_undo([&](db::Tx& tx) {
        return pending.kind == Pending::Kind::step_up ? stepped_up(tx, context, pending, proof) : passed(tx, context, realm, pending, proof, issue);
    });
    if (done) {
        throttle_.refund_address(db, context, realm.settings);
    } else {  // another was first; what took the charge back was undone
        db.transact([&](db::Tx& tx) {
            codes_.give_back(tx, context, attempt);
            return true;
        });
    }
    return done;
}

}  // namespace authtickets::sign_in
