// SPDX-License-Identifier: MIT
// The use cases of signing in at the Elastic Path door. Each ends in one transaction whose verdict counts only after COMMIT;
// who is not there, or must not come in, gets the same answers at the same cost (EN1, EN2).
#include "core/account_tickets/parts.h"

#include <authtickets/base/undo.h>
#include <authtickets/text/names.h>
#include <authtickets/text/phone.h>

namespace authtickets::account_tickets {
namespace {

using events::Name;
using tickets::Factor;

Json barred_by(const logins::Login& login, std::string_view reason) {
    return reason == "suspended" ? Json::object({{"by", login.blocked_at ? "block" : "disabled"}}) : Json();
}

AccountNo account_of(const std::optional<logins::Login>& login) { return login && login->account ? login->account->no : AccountNo{}; }

}  // namespace

AccountTickets::Open AccountTickets::open_of(db::Session& session, const Context& context, const UserId& user, const Page& page) {
    return {.total = store::count(session, context.realm, user), .accounts = store::page(session, context.realm, user, page)};
}

// Many rows to a statement. Without an account there is none to insert, and the user is signed in all the same.
SignedIn AccountTickets::issue(db::Tx& tx, const Context& context, const tickets::Ticket& like, const Open& open) {
    SignedIn out{.user = like.user, .total = open.total};
    tx.gather([&] {
        for (const auto& account : open.accounts) {
            auto ticket = like;
            ticket.account_no = account.no;
            out.tickets.push_back({.issued = tickets_.issue(tx, context, std::move(ticket)), .account = account.id, .account_name = account.name});
        }
    });
    return out;
}

// No fingerprint and no region is claimed here, so a rule of the shop that looks at them finds them changed (X6).
sign_in::Owed AccountTickets::owed(const realms::Settings& settings, const logins::Login& login, const Shown& shown) {
    return shown.opens_reset ? sign_in::Owed{} : sign_in::owed(settings, login, {}, {}, {.email_code = shown.email_code}, true);
}

AccountTickets::Entered AccountTickets::enter(db::Tx& tx, const Context& context, const realms::Realm& realm, const logins::Login& login,
                                              const Open& open, const Shown& shown) {
    const bool second_factor = customers::own_factor(login) != Factor::none;
    tickets::Ticket ticket{.scope = shown.scope, .user = login.user, .login = login.id, .epoch = login.epoch,
                           .lifetimes = tickets::account_lifetimes(realm.settings, context.now, second_factor)};
    (shown.email_code ? ticket.email_at : ticket.password_at) = context.now;
    const auto due = owed(realm.settings, login, shown);
    const auto tell = [&](Name name, std::string_view reason, AccountNo account, const TicketId& id) {
        events_.write(tx, context, {.name = name, .reason = reason, .factor = shown.factor, .actor = "user", .user = login.user,
                                    .account = account, .ticket = id});
    };
    if (due.factor == Factor::none) {
        if (shown.scope == tickets::Scope::password_update) {
            ticket.lifetimes.access = ticket.lifetimes.refresh = std::min<Seconds>(ticket.lifetimes.access, tickets::reset_life);
        }
        auto done = issue(tx, context, ticket, open);
        const bool none = done.tickets.empty();
        tell(Name::signin_success, shown.opens_reset ? "reset" : "", none ? account_of(login) : open.accounts.front().no,
             none ? TicketId{} : done.tickets.front().issued.ticket.id);
        return {.outcome = std::move(done)};
    }
    ticket.state = tickets::State::pending;
    ticket.owes = due.factor;
    ticket.lifetimes = {.access = tickets::pending_life, .refresh = tickets::pending_life, .ends_at = context.now + tickets::pending_life};
    if (!open.accounts.empty()) ticket.account_no = open.accounts.front().no;
    auto issued = tickets_.issue(tx, context, std::move(ticket));
    tell(Name::signin_pending, sign_in::name(due.rule), issued.ticket.account_no.value_or(AccountNo{}), issued.ticket.id);
    return {.outcome = Owed{.pending = std::move(issued.access), .factor = due.factor, .expires_at = issued.access_expires_at},
            .pending = std::move(issued.ticket)};
}

// A code goes out at once. That a budget of sending is spent (OC7) leaves the sign-in as it is: another may be asked for.
Outcome AccountTickets::outcome(db::Db& db, const Context& context, const realms::Realm& realm, const logins::Login& login, Entered&& entered) {
    auto* const owed = std::get_if<Owed>(&entered.outcome);
    if (!owed || owed->factor == Factor::app) return std::move(entered.outcome);
    const auto& contact = owed->factor == Factor::sms ? login.phone : login.email;
    if (contact) owed->destination = text::masked(contact->value);
    owed->sent = contact && sign_in_.request_second_step(db, context, realm, {.claims = *entered.pending}).has_value();
    return std::move(entered.outcome);
}

// Sixteen bits of what was typed, by which a client that repeats itself is known and nothing else.
std::string AccountTickets::tag_of(const Context& context, std::string_view typed) {
    crypto::KeyId key_id{};
    const auto key = keys_.subkey_of_signer(crypto::Purpose::lookup, context.now, key_id);
    const auto digest = crypto::hmac_sha256(key, as_bytes(std::string("the same wrong token ").append(typed)));
    return hex(ByteView(digest).first(2));
}

// TH2 after a failure: the same wrong value of the same name from the same address costs once within ten seconds. Decided
// alike for names that nobody has, or what is left of a budget would tell of them (TH10).
void AccountTickets::settle_address(db::Db& db, const Context& context, const realms::Settings& settings, std::string_view tag,
                                    const UserId& user) {
    if (!context.own_address || tag.empty()) return;
    const auto what = std::string("the same wrong value ").append(tag).append(" from ").append(throttle::address_block(context.address));
    if (throttle_.first_within(db, context, what, user, logins::repeats_within)) return;
    // Clients send a call four times in all (EP19). Who goes on pays: each of these is hashed.
    for (const std::string_view time : {" again", " again, twice", " again, thrice"}) {
        if (!throttle_.first_within(db, context, std::string(what).append(time), user, logins::repeats_within)) continue;
        throttle_.refund_address(db, context, settings);
        return;
    }
}

Result<Outcome> AccountTickets::by_password(db::Db& db, const Context& context, const realms::Realm& realm, ProfileNo profile,
                                            std::string_view name, const Secret& password, const Page& page) {
    const auto& settings = realm.settings;
    const auto place = logins_.enter();
    if (!place) return refuse(place.error());
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    const auto attempt = logins_.attempt(*place, db, context, settings, name, password, {}, {}, profile, logins::Repeats::once);
    if (!attempt) {
        throttle_.refund_address(db, context, settings);  // TH7: no wrong credential was shown
        return refuse(attempt.error());
    }
    // Where two hosts wanted one row, nobody was told a verdict (TH7). Where the database is away too, the charge lapses by itself.
    Undo charge([&] { logins_.give_back(db, context, *attempt); });
    const auto& login = attempt->login;
    const auto user = login ? login->user : logins_.decoy(context, name);
    const auto open = open_of(db, context, user, page);
    auto entered = db.transact([&](db::Tx& tx) -> Result<Entered> {
        auto reason = failure(*attempt, open.total);
        const bool must_change = reason.empty() && login->password_change_required;
        if (must_change) reason = "password_change_required";
        const Shown shown{.factor = "password"};
        const bool signs_in = reason.empty() && owed(settings, *login, shown).factor == Factor::none;
        if (reason.empty() && !logins_.settle_right(tx, context, *attempt, signs_in)) reason = "overtaken";  // by a lock or a new password
        if (reason.empty()) return enter(tx, context, realm, *login, open, shown);
        logins_.settle_failed(tx, context, settings, *attempt);
        events_.write(tx, context, {.name = Name::signin_failure, .success = false, .reason = reason, .factor = "password",
                                    .user = login ? login->user : UserId{}, .account = account_of(login),
                                    .details = login ? barred_by(*login, reason) : Json(), .user_name = std::string(name)});
        return refuse(must_change ? Why::password_change_required : Why::credentials_wrong);
    });
    charge.settled();
    if (entered || entered.error().why != Why::credentials_wrong) {
        throttle_.refund_address(db, context, settings);
    } else {
        settle_address(db, context, settings, attempt->tag ? "password " + std::to_string(*attempt->tag) : "", user);
    }
    if (!entered) return refuse(entered.error());
    return outcome(db, context, realm, *login, std::move(*entered));
}

Result<Outcome> AccountTickets::by_token(db::Db& db, const Context& context, const realms::Realm& realm, ProfileNo profile,
                                         std::string_view name, const Secret& token, const Page& page) {
    const auto& settings = realm.settings;
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    const auto login = logins_.named(db, context.realm, name, profile);
    const auto open = open_of(db, context, login ? login->user : logins_.decoy(context, name), page);
    const auto kept_out = login ? barred(*login, open.total) : std::string_view{};
    const auto attempt = one_time_.attempt(db, context, settings, {.login = login, .name = name, .kept_out = !kept_out.empty()}, token.reveal());
    Undo charge([&] { if (attempt.right) one_time_.give_back(db, context, attempt); });
    auto entered = db.transact([&](db::Tx& tx) -> Result<Entered> {
        const bool right = attempt.right && login && one_time_.consume(tx, context, attempt);
        const bool reset = attempt.purpose == one_time::Purpose::reset_password;
        const bool must_change = right && login->password_change_required && !reset;
        if (!right || must_change) {
            const auto reason = must_change         ? "password_change_required"
                                : !login            ? "unknown"
                                : !kept_out.empty() ? kept_out
                                : attempt.right     ? "wrong_code"  // another try came first
                                                    : attempt.reason;
            events_.write(tx, context, {.name = Name::signin_failure, .success = false, .reason = reason, .factor = one_time::factor,
                                        .user = login ? login->user : UserId{}, .account = account_of(login),
                                        .details = login ? barred_by(*login, reason) : Json(), .user_name = std::string(name)});
            return refuse(must_change ? Why::password_change_required : Why::code_wrong);
        }
        if (attempt.unverified) {  // the token arrived there (OC9)
            users_.verify_contact(tx, context, login->user, users::ContactKind::email, attempt.destination);
            events_.write(tx, context, {.name = Name::contact_verified, .reason = "email", .factor = one_time::factor, .actor = "user",
                                        .user = login->user, .account = account_of(login)});
        }
        const Shown shown{.factor = one_time::factor, .email_code = true, .opens_reset = reset,
                          .scope = reset ? reset_scope(settings, *login) : tickets::Scope::full};
        if (owed(settings, *login, shown).factor == Factor::none) logins_.note_sign_in(tx, context, *login);
        return enter(tx, context, realm, *login, open, shown);
    });
    charge.settled();
    if (entered || entered.error().why != Why::code_wrong) {
        throttle_.refund_address(db, context, settings);
    } else {
        settle_address(db, context, settings, "token " + tag_of(context, token.reveal()), attempt.user);
    }
    if (!entered) return refuse(entered.error());
    return outcome(db, context, realm, *login, std::move(*entered));
}

// The factors are as old as they were, and so is the session.
Result<SignedIn> AccountTickets::again(db::Db& db, const Context& context, const realms::Realm& realm, const tickets::Ticket& from, const Page& page) {
    if (from.state != tickets::State::full || from.scope == tickets::Scope::password_update) return refuse(Why::forbidden);
    const auto login = from.login ? logins_.find(db, context.realm, *from.login) : std::nullopt;
    if (!login || login->user != from.user) return refuse(Why::ticket_invalid);
    if (auto charged = throttle_.charge_renewal(db, context, from.user); !charged) return refuse(charged.error());
    tickets::Ticket ticket{.user = from.user, .login = from.login, .epoch = from.epoch,
                           .lifetimes = tickets::account_lifetimes(realm.settings, context.now, customers::own_factor(*login) != Factor::none),
                           .password_at = from.password_at, .app_at = from.app_at, .email_at = from.email_at, .sms_at = from.sms_at,
                           .used_recovery = from.used_recovery};
    ticket.lifetimes.ends_at = std::min(ticket.lifetimes.ends_at, from.lifetimes.ends_at);
    const auto open = open_of(db, context, from.user, page);
    return db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        auto done = issue(tx, context, ticket, open);
        events_.write(tx, context, {.name = Name::ticket_refreshed, .reason = "accounts", .actor = "user", .user = from.user,
                                    .account = from.account_no.value_or(AccountNo{}), .ticket = from.id});
        return done;
    });
}

std::optional<tickets::Ticket> AccountTickets::pending_of(db::Db& db, const Context& context, const Secret& pending) {
    auto shopper = tickets_.check(db, context, pending.reveal());
    if (!shopper || !shopper->ticket || shopper->ticket->state != tickets::State::pending) return {};
    return std::move(shopper->ticket);
}

Result<SignedIn> AccountTickets::second_step(db::Db& db, const Context& context, const realms::Realm& realm, const Secret& pending,
                                             const Secret& code, const Page& page) {
    const auto ticket = pending_of(db, context, pending);
    if (!ticket) return refuse(Why::ticket_invalid);
    const auto open = open_of(db, context, ticket->user, page);
    SignedIn out;
    const auto done = sign_in_.second_step(db, context, realm, {.claims = ticket}, code, [&](db::Tx& tx, tickets::Ticket next) {
        out = issue(tx, context, next, open);
        return out.tickets.empty() ? tickets::Issued{.ticket = std::move(next)} : out.tickets.front().issued;
    });
    if (!done) return refuse(done.error());
    out.recovery_left = done->recovery_left;
    return out;
}

Result<void> AccountTickets::second_step_code(db::Db& db, const Context& context, const realms::Realm& realm, const Secret& pending) {
    const auto ticket = pending_of(db, context, pending);
    if (!ticket) return refuse(Why::ticket_invalid);
    return sign_in_.request_second_step(db, context, realm, {.claims = ticket});
}

}  // namespace authtickets::account_tickets
