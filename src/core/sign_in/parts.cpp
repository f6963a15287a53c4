// SPDX-License-Identifier: MIT
// Tickets to be, codes to be sent, and what is recorded when one was shown.
#include "core/sign_in/parts.h"

#include <authtickets/text/names.h>

namespace authtickets::sign_in {

using events::Name;

tickets::Ticket ticket_for(const Context& context, const realms::Settings& settings, const Wishes& wishes, const UserId& user,
                           std::uint32_t epoch, const LoginId& login, const accounts::Account& account) {
    return {.user = user,
            .account_no = account.no,
            .login = login,
            .epoch = epoch,
            .lifetimes = tickets::lifetimes(settings, context.now, wishes.access_life, wishes.refresh_life),
            .anonymous = wishes.claims_anonymous};
}

void make_pending(tickets::Ticket& ticket, const Context& context, const Owed& owed, const std::optional<devices::Print>& print,
                  const devices::Evidence& evidence) {
    ticket.state = tickets::State::pending;
    ticket.owes = owed.factor;
    ticket.lifetimes = tickets::pending_lifetimes(ticket.lifetimes, context.now);
    if (print) {
        ticket.fingerprint = print->hash;
        ticket.fingerprint_key = print->key;
    }
    ticket.region = devices::usable_region(evidence.region);
}

std::string_view barred(const logins::Login& login) {
    if (login.blocked_at) return "suspended";
    if (!login.account) return "no_account";
    return login.account->active ? "" : "suspended";
}

Json barred_by(const logins::Login& login) {
    if (login.blocked_at) return Json::object({{"by", "block"}});
    if (login.account && !login.account->active) return Json::object({{"by", "disabled"}});
    return {};
}

// The same statements whether or not somebody is there to get it (EN2).
void SignIn::send(db::Tx& tx, const Context& context, const realms::Realm& realm, const Code& code) {
    const auto* const login = code.login;
    const auto& contact = login ? (code.channel == codes::Channel::sms ? login->phone : login->email) : std::nullopt;
    const bool second = code.purpose != codes::Purpose::sign_in;
    auto made = codes_.make(tx, context,
                            {.id = code.id, .purpose = code.purpose, .user = code.user, .epoch = code.epoch, .channel = code.channel,
                             .destination = contact ? contact->value : std::string(),
                             .life = realm.settings.code_life, .tries = realm.settings.code_tries});
    const AccountNo account = login && login->account ? login->account->no : AccountNo{};
    const auto name = second ? Name::second_step_code_sent : Name::signin_code_sent;
    const auto event = events_.write(tx, context, {.name = name, .success = login != nullptr, .reason = code.reason,
                                                   .factor = outbox::name(code.channel), .user = login ? login->user : UserId{},
                                                   .account = account, .ticket = code.ticket, .user_name = code.user_name});
    outbox_.add(tx, context, {.event = name, .event_id = event, .user = code.user, .account = account, .ticket = code.ticket,
                              .user_name = login ? login->user_name : std::string(), .channel = code.channel,
                              .destination = contact ? contact->value : std::string(), .region = code.region, .code = std::move(made.text),
                              .expires_at = made.expires_at, .code_id = code.id, .code_hash = std::move(made.hash),
                              .decoy = login == nullptr});
}

void SignIn::verify(db::Tx& tx, const Context& context, const codes::Attempt& attempt, AccountNo account) {
    if (!attempt.unverified) return;
    const bool sms = attempt.channel == codes::Channel::sms;
    users_.verify_contact(tx, context, attempt.user, sms ? users::ContactKind::phone : users::ContactKind::email, attempt.destination);
    events_.write(tx, context, {.name = Name::contact_verified, .reason = sms ? "phone" : "email", .factor = outbox::name(attempt.channel),
                                .actor = "user", .user = attempt.user, .account = account});
}

std::optional<Secret> SignIn::record(db::Tx& tx, const Context& context, const realms::Realm& realm, const Validated& step) {
    std::optional<Secret> token;
    std::string_view news;
    auto name = Name::signin_new_device;
    if (step.print) {
        auto recorded = devices_.record(tx, context, realm.settings, step.user, step.print);
        if (recorded.fresh) news = "fingerprint";
        // Who must show our own token at the next sign-in gets one now.
        if (realm.settings.device_strict) {
            if (!recorded.fresh) recorded.id = devices_.find(tx, context, step.user, *step.print).value_or(recorded.id);
            token = devices_.token(context, realm.settings, step.user, recorded.id);
        }
    }
    if (step.second || !step.region.empty()) users_.note_step(tx, context, step.user, step.second, step.region);
    if (news.empty() && !step.region.empty() && !step.former_region.empty() && step.region != step.former_region) {
        news = "region";
        name = Name::signin_new_region;
    }
    if (news.empty()) return token;
    const auto event = events_.write(tx, context, {.name = name, .reason = news, .actor = "user", .user = step.user, .account = step.account});
    outbox_.add(tx, context, {.event = name, .event_id = event, .user = step.user, .account = step.account, .region = step.region});
    return token;
}

std::optional<logins::Login> SignIn::login_of(db::Session& session, RealmNo realm, const std::string& name,
                                              const std::optional<UserId>& user, const std::optional<AccountNo>& account) {
    if (!name.empty()) {
        auto login = logins_.named(session, realm, name);
        if (login && user && login->user != *user) login.reset();  // the two must agree (kibo 4.6)
        return login;
    }
    if (user) return logins_.of_user(session, realm, *user, account);
    return account ? logins_.of_account(session, realm, *account, {}) : std::nullopt;
}

}  // namespace authtickets::sign_in
