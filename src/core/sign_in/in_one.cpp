// SPDX-License-Identifier: MIT
// Password and one-time password in one request (docs/freshcom.md): no ticket waits between the two, so the password is shown
// with the code again. Who is not there, or must not come in, gets one answer at one cost, whatever code came (EN1, EN2).
#include <authtickets/base/undo.h>
#include <authtickets/text/names.h>

#include "core/sign_in/parts.h"

namespace authtickets::sign_in {
namespace {

using codes::Purpose;
using events::Name;
using tickets::Factor;

// Grants of this kind name no application, whoever asked for a code before them.
Uuid code_of(const UserId& user) { return codes::on_user(Purpose::second_step, user, ApplicationNo{}); }

AccountNo account_of(const logins::Login& login) { return login.account ? login.account->no : AccountNo{}; }

// Why nobody comes in although the password may be right. For the event, never for the caller.
std::string_view failure(const logins::Attempt& attempt) {
    if (!attempt.login) return "unknown";
    if (!attempt.admitted) return "locked";
    if (!attempt.matched) return attempt.login->sealed_password.empty() ? "no_password" : "wrong_password";
    if (const auto why = barred(*attempt.login, true); !why.empty()) return why;
    return attempt.login->password_change_required ? "password_change_required" : "";
}

}  // namespace

// What came with the password: charged and compared, not yet consumed.
SignIn::Proof SignIn::shown_with_password(db::Db& db, const Context& context, const realms::Realm& realm, const logins::Login& login,
                                          Factor factor, const Secret& code) {
    Proof proof{.factor = factor};
    if (factor != Factor::app) {
        proof.code = codes_.attempt(db, context, {.purpose = Purpose::second_step, .user = login.user, .epoch = login.epoch, .id = code_of(login.user)},
                                    code.reveal());
        // One that went another way was sent before the user took up this one.
        if (proof.code->right && proof.code->channel != channel_of(factor)) proof.code->right = false;
    } else if (codes::digits(code.reveal())) {
        proof.app = totp_.attempt(db, context, realm.settings, login.user, code.reveal());
    } else {
        proof.recovery = recovery_codes_.attempt(db, context, login.user, code.reveal());
    }
    return proof;
}

// The charge of a right one that came to nothing. A recovery code is used, or it is not there.
void SignIn::give_back(db::Session& session, const Context& context, const Proof& proof) {
    if (proof.code) codes_.give_back(session, context, *proof.code);
    if (proof.app) totp_.give_back(session, context, *proof.app);
}

// A full ticket; with the second step that was shown, if one was.
tickets::Issued SignIn::enter(db::Tx& tx, const Context& context, const realms::Realm& realm, const logins::Login& login, const Proof* proof) {
    tickets::Ticket ticket{.user = login.user, .login = login.id, .epoch = login.epoch,
                           .lifetimes = lives(context, realm.settings, {}, {}, proof || with_second_factor(context, login)),
                           .password_at = context.now, .user_role = login.user_role};
    if (login.account) ticket.account_no = login.account->no;
    if (proof) show(ticket, proof->factor, proof->recovery.has_value(), context.now);
    auto issued = tickets_.issue(tx, context, std::move(ticket));
    const auto account = account_of(login);
    events_.write(tx, context, {.name = proof ? Name::second_step_success : Name::signin_success, .factor = proof ? proof->name() : "password",
                                .actor = "user", .user = login.user, .account = account, .ticket = issued.ticket.id});
    if (!proof) return issued;
    if (proof->recovery) tell_recovery(tx, context, login.user, account, issued.ticket.id);
    users_.note_step(tx, context, login.user, true, {}, login.id);
    return issued;
}

Result<std::variant<tickets::Issued, CodeOwed>> SignIn::by_password_and_code(db::Db& db, const Context& context, const realms::Realm& realm,
                                                                             const InOne& wanted) {
    using Outcome = std::variant<tickets::Issued, CodeOwed>;
    const auto& settings = realm.settings;
    const auto place = logins_.enter();
    if (!place) return refuse(place.error());
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    const auto attempt = logins_.attempt(*place, db, context, settings, wanted.name, wanted.password, {});
    if (!attempt) {
        throttle_.refund_address(db, context, settings);  // TH7: no wrong credential was shown
        if (attempt.error().why == Why::password_too_long) return refuse(Why::credentials_wrong);
        return refuse(attempt.error());
    }
    std::optional<Proof> proof;
    // Where two hosts wanted one row, nobody was told a verdict (TH7): neither of the password nor of a right code.
    Undo charge([&] {
        logins_.give_back(db, context, *attempt);
        if (proof && proof->right()) give_back(db, context, *proof);
    });
    const auto failed = failure(*attempt);
    const logins::Login* const login = attempt->login ? &*attempt->login : nullptr;
    const auto due = failed.empty() ? owed(settings, *login, {}, {}, {}, true) : Owed{};
    const bool owes = due.factor != Factor::none, came = wanted.code && !wanted.code->empty();
    if (owes && came) proof = shown_with_password(db, context, realm, *login, due.factor, *wanted.code);
    const bool sends = owes && !came && due.factor != Factor::app;
    const auto channel = channel_of(due.factor);
    const auto contact = !sends ? std::nullopt : channel == codes::Channel::sms ? login->phone : login->email;
    bool in_budget = false;
    if (sends) {
        const auto destination = contact ? text::normal_name(contact->value).value_or("-") : std::string("-");
        const auto charged = throttle_.charge_sending(db, context, settings, {.what = "second step code", .sms = channel == codes::Channel::sms,
                                                                              .whose = as_text(login->user.value.bytes), .destination = destination});
        in_budget = charged && *charged;
    }
    auto done = db.transact([&](db::Tx& tx) -> Result<Outcome> {
        auto reason = failed;
        if (reason.empty() && !logins_.settle_right(tx, context, *attempt, !owes)) reason = "overtaken";  // by a lock or a new password
        if (!reason.empty()) {
            logins_.settle_failed(tx, context, settings, *attempt);
            events_.write(tx, context, {.name = Name::signin_failure, .success = false, .reason = reason, .factor = "password",
                                        .user = login ? login->user : UserId{}, .account = login ? account_of(*login) : AccountNo{},
                                        .details = login && reason == "suspended" ? barred_by(*login) : Json(), .user_name = wanted.name});
            return refuse(Why::credentials_wrong);
        }
        if (!owes) return enter(tx, context, realm, *login, nullptr);
        if (proof && proof->right() && consume(tx, context, *proof, account_of(*login))) return enter(tx, context, realm, *login, &*proof);
        events::Event about{.name = Name::signin_pending, .reason = name(due.rule), .factor = "password", .actor = "user", .user = login->user,
                            .account = account_of(*login)};
        if (proof) {
            about.name = Name::second_step_failure;
            about.success = false;
            if (proof->right()) give_back(tx, context, *proof);  // another request was first to use it: it was not wrong
            tell_wrong(tx, context, *proof, about);
            return CodeOwed{due.factor};
        }
        events_.write(tx, context, about);
        if (!sends) return CodeOwed{due.factor};
        if (in_budget) {
            send(tx, context, realm, {.login = contact ? login : nullptr, .user = login->user, .epoch = login->epoch, .id = code_of(login->user),
                                      .purpose = Purpose::second_step, .channel = channel, .reason = contact ? "" : "no_address",
                                      .user_name = login->user_name, .life = in_one_life, .tries = in_one_tries});
        } else {  // what was sent before stays good
            events_.write(tx, context, {.name = Name::second_step_code_sent, .success = false, .reason = "budget", .factor = outbox::name(channel),
                                        .user = login->user, .account = account_of(*login), .user_name = login->user_name});
        }
        return CodeOwed{due.factor};
    });
    charge.settled();
    // TH2: what was wrong, password or code, is paid for. A demand to change the password is told to nobody, so it is too.
    if (done && (std::holds_alternative<tickets::Issued>(*done) || !came)) throttle_.refund_address(db, context, settings);
    return done;
}

void SignIn::first_code(db::Tx& tx, const Context& context, const FirstCode& first) {
    if (context.now >= first.issued_at + in_one_life) return;
    codes_.make(tx, context, {.id = code_of(first.user), .purpose = Purpose::second_step, .user = first.user, .epoch = first.epoch,
                              .channel = first.channel, .destination = first.destination, .life = in_one_life, .tries = in_one_tries,
                              .text = first.digits, .since = first.issued_at});
}

}  // namespace authtickets::sign_in
