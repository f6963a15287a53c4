// SPDX-License-Identifier: MIT
// The use cases of signing in. Each ends in one transaction whose verdict counts only after COMMIT.
#include "core/sign_in/parts.h"

namespace authtickets::sign_in {
namespace {

using events::Name;

constexpr std::string_view suspended = "suspended";

// Why a sign-in fails although the password may be right. The constants go into the event, never to the caller.
std::string_view failure(const logins::Attempt& attempt) {
    if (!attempt.login) return "unknown";
    if (!attempt.admitted) return "locked";
    if (!attempt.matched) return attempt.login->sealed_password.empty() ? "no_password" : "wrong_password";
    if (attempt.login->blocked_at) return suspended;
    if (!attempt.login->account) return "no_account";
    if (!attempt.login->account->active) return suspended;
    return {};
}

// Two things suspend; failure() looks at the block first.
Json details_of(std::string_view reason, const logins::Attempt& attempt) {
    if (reason != suspended) return {};
    return Json::object({{"by", attempt.login->blocked_at ? "block" : "disabled"}});
}

// X18: the lock is told only where the realm says so, and then for wrong passwords too. Refused at the edge, by
// attempts in flight and no lock, is answered as wrong.
Why told(const logins::Attempt& attempt, const realms::Settings& settings, Time now) {
    const auto& login = attempt.login;
    const bool locked = login && !attempt.admitted && (logins::locked(*login, settings, now) || logins::day_spent(*login, settings, now));
    return locked && settings.reveal_lock ? Why::login_locked : Why::credentials_wrong;
}

}  // namespace

Result<SignedIn> SignIn::by_password(db::Db& db, const Context& context, const realms::Realm& realm, const ByPassword& wanted) {
    const auto& settings = realm.settings;
    const auto place = logins_.enter();
    if (!place) return refuse(place.error());
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    const auto evidence = evidence_of(context, wanted.evidence);
    std::optional<DeviceId> device;  // whose own budget lets the attempt pass beside a lock (TH5)
    std::optional<devices::Devices::Known> known;
    const auto device_admits = [&](const logins::Login& login) {
        known = devices_.known(db, context, login.user, evidence);
        device = known->of_lock();
        return device && devices_.admit(db, context, login.user, *device);
    };
    auto attempt = logins_.attempt(*place, db, context, settings, wanted.name, wanted.password, wanted.account, device_admits);
    if (!attempt) {
        throttle_.refund_address(db, context, settings);  // TH7: no wrong credential was shown
        return refuse(attempt.error());
    }
    // Looked at for everybody who claims one, or what a lock, a block or a right password costs would tell of them (EN2).
    if (!known) known = devices_.known(db, context, attempt->login ? attempt->login->user : logins_.decoy(context, wanted.name), evidence);
    auto signed_in = db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        const auto& login = attempt->login;
        auto reason = failure(*attempt);
        if (reason.empty() && login->password_change_required) {
            logins_.settle_failed(tx, context, settings, *attempt);
            events_.write(tx, context, {.name = Name::signin_failure, .success = false, .reason = "password_change_required",
                                        .factor = "password", .user = login->user, .account = login->account->no});
            return refuse(Why::password_change_required);
        }
        const bool trust = trusted(context, settings, *known);
        const auto due = reason.empty() ? owed(settings, *login, evidence, *known, {.trusted = trust}, direct(context)) : Owed{};
        const bool signs_in = due.factor == tickets::Factor::none;
        if (reason.empty() && !logins_.settle_right(tx, context, *attempt, signs_in)) reason = "overtaken";  // by a lock or a new password
        if (!reason.empty()) {
            logins_.settle_failed(tx, context, settings, *attempt);
            events_.write(tx, context, {.name = Name::signin_failure, .success = false, .reason = reason, .factor = "password",
                                        .user = login ? login->user : UserId{}, .account = login && login->account ? login->account->no : AccountNo{},
                                        .details = details_of(reason, *attempt), .user_name = wanted.name});
            return refuse(told(*attempt, settings, context.now));
        }
        auto ticket = ticket_for(context, settings, wanted.wishes, login->user, login->epoch, login->id, *login->account,
                                 with_second_factor(context, *login));
        ticket.password_at = context.now;
        if (device) devices_.forgive(tx, context, login->user, *device);
        if (!signs_in) {
            make_pending(ticket, context, due, devices_.print(context, login->user, evidence.fingerprint), evidence);
        }
        auto issued = tickets_.issue(tx, context, std::move(ticket));
        const bool pending = issued.ticket.state == tickets::State::pending;
        events_.write(tx, context, {.name = pending ? Name::signin_pending : Name::signin_success, .reason = pending ? name(due.rule) : trust ? "trusted" : "",
                                    .factor = "password", .actor = "user", .user = login->user, .account = login->account->no,
                                    .ticket = issued.ticket.id});
        return SignedIn{.issued = std::move(issued), .account = *login->account};
    });
    const bool failed = !signed_in && (signed_in.error().why == Why::credentials_wrong || signed_in.error().why == Why::login_locked);
    if (!failed) throttle_.refund_address(db, context, settings);
    return signed_in;
}

// The ticket of a login that was made in this transaction.
Result<SignedIn> SignIn::first_ticket(db::Tx& tx, const Context& context, const realms::Realm& realm, const Wishes& wishes,
                                      customers::Added added) {
    auto ticket = ticket_for(context, realm.settings, wishes, added.user, 1, added.login, added.account, context.door == Door::desk);
    ticket.password_at = context.now;
    auto issued = tickets_.issue(tx, context, std::move(ticket));
    events_.write(tx, context, {.name = Name::signin_success, .reason = "registration", .factor = "password", .actor = "user",
                                .user = added.user, .account = added.account.no, .ticket = issued.ticket.id});
    return SignedIn{.issued = std::move(issued), .account = std::move(added.account)};
}

Result<SignedIn> SignIn::registered(db::Db& db, const Context& context, const realms::Realm& realm, const Registration& wanted) {
    auto prepared = customers_.prepare(db, context, realm, wanted.customer);
    if (!prepared) return refuse(prepared.error());
    prepared->signs_in = true;
    EventId refused;
    auto done = db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        auto added = customers_.add(tx, context, *prepared, "");
        if (!added) {
            refused = events_.write(tx, context, {.name = Name::registration_refused, .success = false, .reason = name(added.error().why),
                                        .user_name = prepared->customer.login->user_name});
            return refuse(added.error());
        }
        return first_ticket(tx, context, realm, wanted.wishes, std::move(*added));
    });
    // Of a taken user name nobody is told: the address that was given may be somebody else's.
    if (!done && done.error().why == Why::name_taken) {
        const auto& email = prepared->customer.profile.email;
        const bool address = done.error().field == "email" || customers::follows_email(prepared->customer.login->user_name, email);
        if (address) tell_owner(db, context, email, refused);
    }
    return done;
}

// N10: somebody tried to register an address that is taken. Once a day at most, or it would be a way to flood a mailbox.
void SignIn::tell_owner(db::Db& db, const Context& context, const std::string& name, const EventId& refused) {
    const auto owner = logins_.named(db, context.realm, name);
    if (!owner || !owner->email || owner->blocked_at || !owner->account || !owner->account->active) return;
    if (!throttle_.first_within(db, context, "told that the address is taken", owner->user, std::chrono::hours(24))) return;
    db.transact([&](db::Tx& tx) {
        outbox_.add(tx, context, {.event = Name::registration_refused, .event_id = refused, .user = owner->user, .account = owner->account->no,
                                  .user_name = owner->user_name});
        return true;
    });
}

Result<SignedIn> SignIn::login_added(db::Db& db, const Context& context, const realms::Realm& realm, const LoginAddition& wanted) {
    const auto account = accounts_.get(db, context.realm, wanted.account);
    if (!account) return refuse(account.error());
    customers::NewCustomer customer{.profile = {.email = wanted.email.empty() ? account->profile.email : wanted.email},
                                    .login = wanted.login};
    auto prepared = customers_.prepare(db, context, realm, std::move(customer));
    if (!prepared) return refuse(prepared.error());
    prepared->signs_in = true;
    return db.transact_or_undo([&](db::Tx& tx) -> Result<SignedIn> {
        auto added = customers_.add_login(tx, context, wanted.account, *prepared);
        if (!added) return refuse(added.error());
        return first_ticket(tx, context, realm, wanted.wishes, std::move(*added));
    });
}

}  // namespace authtickets::sign_in
