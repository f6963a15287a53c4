// SPDX-License-Identifier: MIT
// Signing in by a code that was sent to the address stored for the user (kibo 4.6). Who is not there, or must not come in,
// gets the same answers at the same cost (EN1, EN2).
#include <authtickets/text/names.h>

#include "core/sign_in/parts.h"

namespace authtickets::sign_in {
namespace {

using events::Name;

// What stands in for a user that nobody is, the same at both calls (EN4).
std::string typed(const std::string& name, const std::optional<UserId>& user, const std::optional<AccountNo>& account = {}) {
    if (!name.empty()) return name;
    if (user) return hex(user->value);
    return account ? std::to_string(account->value) : std::string();
}

}  // namespace

Result<void> SignIn::request_code(db::Db& db, const Context& context, const realms::Realm& realm, const CodeRequest& wanted) {
    if (!realm.settings.email_code) return refuse(Why::forbidden);
    const auto login = login_of(db, context.realm, wanted.name, wanted.user, {});
    std::string_view reason = login ? barred(*login) : "unknown";
    if (login && reason.empty() && !login->email) reason = "no_address";
    const auto name = typed(wanted.name, wanted.user);
    const auto user = login ? login->user : logins_.decoy(context, name);
    const auto whose = text::normal_name(name).value_or("-");
    const auto destination = text::normal_email(reason.empty() ? login->email->value : name).value_or(whose);
    const auto charged = throttle_.charge_sending(db, context, realm.settings, {.what = "sign-in code", .whose = whose, .destination = destination, .typed = true});
    if (!charged) return refuse(charged.error());
    const bool silent = reason.empty() && !*charged;
    if (silent) reason = "budget";
    const bool sends = reason.empty();
    // What sends nothing replaces nothing: the last code that was sent stays good.
    const auto whose_code = silent ? logins_.decoy(context, name) : user;
    db.transact([&](db::Tx& tx) {
        send(tx, context, realm, {.login = sends ? &*login : nullptr, .user = whose_code, .epoch = login ? login->epoch : 0,
                                  .id = codes::on_user(codes::Purpose::sign_in, whose_code, context.application),
                                  .purpose = codes::Purpose::sign_in, .reason = reason, .user_name = wanted.name});
        return true;
    });
    return {};
}

Result<SignedIn> SignIn::by_code(db::Db& db, const Context& context, const realms::Realm& realm, const ByCode& wanted) {
    const auto& settings = realm.settings;
    if (!settings.email_code) return refuse(Why::forbidden);
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    const auto login = login_of(db, context.realm, wanted.name, wanted.user, wanted.account);
    const auto user = login ? login->user : logins_.decoy(context, typed(wanted.name, wanted.user, wanted.account));
    const auto attempt = codes_.attempt(db, context,
                                        {.purpose = codes::Purpose::sign_in, .user = user, .epoch = login ? login->epoch : 0,
                                         .id = codes::on_user(codes::Purpose::sign_in, user, context.application)},
                                        wanted.code.reveal());
    const auto evidence = evidence_of(context, wanted.evidence);
    auto signed_in = db.transact([&](db::Tx& tx) -> Result<SignedIn> {
        std::string_view reason = !login ? "unknown" : attempt.closed ? "closed" : attempt.spent ? "spent" : "wrong_code";
        const bool right = attempt.right && login && codes_.consume(tx, context, attempt);
        if (attempt.right && !right) codes_.give_back(tx, context, attempt);
        if (right) reason = barred(*login);
        const bool must_change = right && reason.empty() && login->password_change_required;
        if (must_change) reason = "password_change_required";
        if (!right || !reason.empty()) {
            events_.write(tx, context, {.name = Name::signin_failure, .success = false, .reason = reason, .factor = "email",
                                        .user = login ? login->user : UserId{},
                                        .account = login && login->account ? login->account->no : AccountNo{},
                                        .details = right ? barred_by(*login) : Json(), .user_name = wanted.name});
            if (must_change) return refuse(Why::password_change_required);
            return refuse(Why::code_wrong, {}, std::string(attempt.right ? "wrong" : attempt.reason));
        }
        verify(tx, context, attempt, login->account->no);
        // What the rules of the realm ask for is met by the code, so no device is looked at but for its trust.
        const auto known = context.door == Door::pages ? devices_.known(tx, context, user, evidence) : devices::Devices::Known{};
        const bool trust = trusted(context, settings, known);
        const auto due = owed(settings, *login, evidence, known, {.email_code = true, .trusted = trust}, direct(context));
        const auto print = devices_.print(context, user, evidence.fingerprint);
        auto ticket = ticket_for(context, settings, wanted.wishes, user, login->epoch, login->id, *login->account,
                                 with_second_factor(context, *login));
        ticket.email_at = context.now;
        const bool pending = due.factor != tickets::Factor::none;
        if (!pending) logins_.note_sign_in(tx, context, *login);
        if (pending) make_pending(ticket, context, due, print, evidence);
        SignedIn done{.issued = tickets_.issue(tx, context, std::move(ticket)), .account = *login->account};
        events_.write(tx, context, {.name = pending ? Name::signin_pending : Name::signin_success, .reason = pending ? name(due.rule) : trust ? "trusted" : "",
                                    .factor = "email", .actor = "user", .user = user, .account = login->account->no,
                                    .ticket = done.issued.ticket.id});
        if (!pending) {
            done.device = record(tx, context, realm, {.user = user, .account = login->account->no, .print = print,
                                                      .region = devices::usable_region(evidence.region),
                                                      .former_region = login->region, .token = evidence.token});
        }
        return done;
    });
    if (signed_in || signed_in.error().why != Why::code_wrong) throttle_.refund_address(db, context, settings);
    return signed_in;
}

}  // namespace authtickets::sign_in
