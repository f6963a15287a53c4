// SPDX-License-Identifier: MIT
// Tickets to be, codes to be sent, and what is recorded when one was shown.
#include "core/sign_in/parts.h"

#include <authtickets/text/names.h>

namespace authtickets::sign_in {

using events::Name;

bool with_second_factor(const Context& context, const logins::Login& login) {
    return context.door == Door::desk || customers::own_factor(login) != tickets::Factor::none;
}

tickets::Lifetimes lives(const Context& context, const realms::Settings& settings, std::optional<Seconds> access, std::optional<Seconds> refresh,
                         bool second_factor) {
    if (context.door == Door::elasticpath) return tickets::account_lifetimes(settings, context.now, second_factor);
    if (context.door == Door::freshcom) return tickets::user_lifetimes(settings, context.now, second_factor);
    return by_browser(context.door) ? tickets::session_lifetimes(settings, context.now, second_factor)
                                    : tickets::lifetimes(settings, context.now, access, refresh, second_factor);
}

tickets::Ticket ticket_for(const Context& context, const realms::Settings& settings, const Wishes& wishes, const UserId& user,
                           std::uint32_t epoch, const LoginId& login, const accounts::Account& account, bool second_factor) {
    return {.user = user,
            .account_no = account.no,
            .login = login,
            .epoch = epoch,
            .lifetimes = lives(context, settings, wishes.access_life, wishes.refresh_life, second_factor),
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

bool direct(const Context& context) {
    return by_browser(context.door) || (context.own_address && context.application == ApplicationNo{});
}

devices::Evidence evidence_of(const Context& context, devices::Evidence claimed) {
    claimed.browser = by_browser(context.door);
    if (claimed.browser) claimed.fingerprint.clear();
    return claimed;
}

bool trusted(const Context& context, const realms::Settings& settings, const devices::Devices::Known& known) {
    return context.door == Door::pages && known.by_token && devices::trusts(settings, known.trusted_until, context.now);
}

std::string_view barred(const logins::Login& login, bool takes_staff) {
    if (login.blocked_at) return "suspended";
    if (!login.account) return takes_staff && users::is_staff(login.user_role) ? "" : "no_account";
    return login.account->active ? "" : "suspended";
}

Json barred_by(const logins::Login& login) {
    if (login.blocked_at) return Json::object({{"by", "block"}});
    if (login.account && !login.account->active) return Json::object({{"by", "disabled"}});
    return {};
}

codes::Channel channel_of(tickets::Factor factor) { return factor == tickets::Factor::sms ? codes::Channel::sms : codes::Channel::email; }

tickets::Factor factor_of(codes::Channel channel) { return channel == codes::Channel::sms ? tickets::Factor::sms : tickets::Factor::email; }

void show(tickets::Ticket& ticket, tickets::Factor factor, bool recovery, Time now) {
    using enum tickets::Factor;
    switch (factor) {
        case none: break;
        case app: ticket.app_at = now; ticket.used_recovery = recovery; break;
        case email: ticket.email_at = now; break;
        case sms: ticket.sms_at = now; break;
    }
}

std::string_view SignIn::Proof::wrong() const {
    if (right()) return app ? "replayed" : recovery ? "wrong" : "expired";  // another request was first to use it
    if (!code) return totp::name(app_reason());
    return code->closed ? "closed" : code->spent ? "spent" : code->hash.empty() ? "expired" : "wrong";
}

// `about` is the event of the refusal: who it was, and by what.
void SignIn::tell_wrong(db::Tx& tx, const Context& context, const Proof& proof, events::Event about) {
    about.factor = proof.name();
    about.reason = proof.wrong();
    const auto refused = about.name;
    if (proof.recovery) {
        about.name = Name::recovery_failure;
        events_.write(tx, context, about);
    }
    about.name = refused;
    events_.write(tx, context, about);
    if (!proof.pauses() && !proof.blocks()) return;
    about.name = Name::second_step_paused;
    about.reason = proof.blocks() ? "blocked" : "paused";
    events_.write(tx, context, about);
}

// The same statements whether or not somebody is there to get it (EN2).
void SignIn::send(db::Tx& tx, const Context& context, const realms::Realm& realm, const Code& code) {
    const auto* const login = code.login;
    const auto& contact = login ? (code.channel == codes::Channel::sms ? login->phone : login->email) : std::nullopt;
    const bool second = code.purpose != codes::Purpose::sign_in;
    auto made = codes_.make(tx, context,
                            {.id = code.id, .purpose = code.purpose, .user = code.user, .epoch = code.epoch, .channel = code.channel,
                             .destination = contact ? contact->value : std::string(),
                             .life = code.life.value_or(realm.settings.code_life),
                             .tries = code.tries == 0 ? realm.settings.code_tries : code.tries});
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
    if (by_browser(context.door)) {
        const bool trust = step.trust && context.door == Door::pages && realm.settings.trust_life.count() != 0;
        const auto recorded = devices_.record_browser(tx, context, realm.settings, step.user, step.token, trust);
        if (recorded.fresh) news = "browser";
        token = devices_.token(context, realm.settings, step.user, recorded.id);
        if (trust) events_.write(tx, context, {.name = Name::trust_added, .reason = "trusted", .actor = "user", .user = step.user, .account = step.account});
    } else if (step.print) {
        auto recorded = devices_.record(tx, context, realm.settings, step.user, step.print);
        if (recorded.fresh) news = "fingerprint";
        // Who must show our own token at the next sign-in gets one now.
        if (realm.settings.device_strict) {
            if (!recorded.fresh) recorded.id = devices_.find(tx, context, step.user, *step.print).value_or(recorded.id);
            token = devices_.token(context, realm.settings, step.user, recorded.id);
        }
    }
    if (step.second || !step.region.empty()) users_.note_step(tx, context, step.user, step.second, step.region, step.login);
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
