// SPDX-License-Identifier: MIT
// A user's own addresses: a new one is taken in by the code that was sent to it.
#include <authtickets/core/contacts.h>

#include <algorithm>

#include <authtickets/text/names.h>

namespace authtickets::contacts {
namespace {

using events::Name;
using outbox::Channel;
using users::ContactKind;

constexpr Seconds life{600};  // OC2
constexpr unsigned tries = 3; // OC3

Channel channel_of(ContactKind kind) { return kind == ContactKind::phone ? Channel::sms : Channel::email; }

std::string_view actor(const Context& context) {
    if (!context.user.empty() || context.door == Door::pages || context.door == Door::desk) return "user";
    return context.application == ApplicationNo{} ? "command" : "application";
}

// Numbers come in E.164 already (text/phone).
std::optional<std::string> normal(ContactKind kind, std::string_view value) {
    if (kind == ContactKind::email) return text::normal_email(value);
    const bool digits = value.size() >= 8 && value.size() <= 16 && value[0] == '+'
                        && std::ranges::all_of(value.substr(1), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? std::optional(std::string(value)) : std::nullopt;
}

Refusal not_a_contact(ContactKind kind) {
    return {.why = Why::bad_parameter, .field = kind == ContactKind::email ? "email" : "phone",
            .text = kind == ContactKind::email ? "must be an e-mail address" : "must be a number in the form +4930123456"};
}

const std::string& before(const logins::Login& login, ContactKind kind) {
    static const std::string none;
    const auto& contact = kind == ContactKind::email ? login.email : login.phone;
    return contact ? contact->value : none;
}

AccountNo account_of(const logins::Login& login) { return login.account ? login.account->no : AccountNo{}; }

}  // namespace

Result<void> Contacts::request(db::Db& db, const Context& context, const realms::Realm& realm, const logins::Login& login,
                               ContactKind kind, std::string_view value) {
    const auto wanted = normal(kind, value);
    if (!wanted) return refuse(not_a_contact(kind));
    const throttle::Throttle::Sending sending{.what = "contact", .sms = kind == ContactKind::phone, .whose = as_text(login.user.value.bytes),
                                              .destination = *wanted};
    if (auto charged = throttle_.charge_sending(db, context, realm.settings, sending); !charged) return refuse(charged.error());
    // Paid for all the same, or whoever is signed in could ask for one address after the other (X12).
    if (kind == ContactKind::email && logins_.name_taken(db, context.realm, *wanted, login.id)) return refuse(Why::name_taken, "email");
    db.transact([&](db::Tx& tx) {
        send(tx, context, login, kind, std::string(value));
        return true;
    });
    return {};
}

Result<void> Contacts::resend(db::Db& db, const Context& context, const realms::Realm& realm, const logins::Login& login, ContactKind kind) {
    const auto waiting = codes_.state(db, context.realm, codes::on_contact(login.user, channel_of(kind)));
    if (!waiting || waiting->destination.empty()) return refuse(Why::unknown_item, kind == ContactKind::email ? "email" : "phone");
    return request(db, context, realm, login, kind, waiting->destination);
}

void Contacts::send(db::Tx& tx, const Context& context, const logins::Login& login, ContactKind kind, const std::string& value) {
    const auto channel = channel_of(kind);
    const auto id = codes::on_contact(login.user, channel);
    auto made = codes_.make(tx, context, {.id = id, .purpose = codes::Purpose::contact, .user = login.user, .epoch = login.epoch, .channel = channel,
                                          .destination = value, .life = life, .tries = tries});
    const auto event = events_.write(tx, context, {.name = Name::contact_code_sent, .factor = outbox::name(channel), .actor = actor(context),
                                                   .user = login.user, .account = account_of(login)});
    outbox_.add(tx, context, {.event = Name::contact_code_sent, .event_id = event, .user = login.user, .account = account_of(login),
                              .user_name = login.user_name, .channel = channel, .destination = value, .code = std::move(made.text),
                              .expires_at = made.expires_at, .code_id = id, .code_hash = std::move(made.hash)});
}

void Contacts::changed(db::Tx& tx, const Context& context, const logins::Login& login, ContactKind kind, const std::string& old_value,
                       const std::string& new_value) {
    links_.end(tx, context.realm, login.user);  // RS1
    if (devices_.forget(tx, context, login.user) != 0) {
        events_.write(tx, context, {.name = Name::trust_removed, .reason = "contact_changed", .actor = actor(context), .user = login.user,
                                    .account = account_of(login)});
    }
    const auto event = events_.write(tx, context, {.name = Name::contact_changed, .reason = kind == ContactKind::email ? "email" : "phone",
                                                   .actor = actor(context), .user = login.user, .account = account_of(login)});
    outbox_.add(tx, context, {.event = Name::contact_changed, .event_id = event, .user = login.user, .account = account_of(login),
                              .user_name = login.user_name, .reason = kind == ContactKind::email ? "email" : "phone",
                              .old_value = old_value, .new_value = new_value});
}

Result<void> Contacts::put(db::Tx& tx, const Context& context, const logins::Login& login, ContactKind kind, std::string_view value,
                           bool verified) {
    const auto wanted = value.empty() ? std::optional(std::string()) : normal(kind, value);
    if (!wanted) return refuse(not_a_contact(kind));
    const auto old_value = before(login, kind);
    if (kind == ContactKind::email && old_value != value) {
        // A user name that is the address goes with it.
        const bool follows = text::normal_name(login.user_name) == text::normal_email(old_value);
        const auto name = follows && !value.empty() ? std::string(value) : login.user_name;
        if (auto renamed = logins_.rename(tx, context, login, name, std::string(value)); !renamed) return renamed;
        if (login.account) {
            const auto account = accounts_.get_locked(tx, context.realm, login.account->no);
            if (account && account->profile.email != value) {
                auto profile = account->profile;
                profile.email = value;
                const auto name_of = [](const accounts::Profile& of) { return users::Names{.name = accounts::shown_name(accounts::applied(of, {.name = ""}))}; };
                const auto was = name_of(account->profile), is = name_of(profile);
                if (was != is) users_.follow_names(tx, context, login.user, was, is);  // who has no name is called by the address
                accounts_.update(tx, context, *account, std::move(profile));
            }
        }
    }
    if (kind == ContactKind::phone && old_value != value && login.account) {  // a customer's number is his user's
        const auto account = accounts_.get_locked(tx, context.realm, login.account->no);
        if (account && account->user == login.user && account->profile.phone != value) {
            auto profile = account->profile;
            profile.phone = std::string(value);
            accounts_.update(tx, context, *account, std::move(profile));
        }
    }
    users_.set_contact(tx, context, login.user, kind, std::string(value), *wanted);
    if (verified) users_.verify_contact(tx, context, login.user, kind);
    return {};
}

Result<void> Contacts::confirm(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user, ContactKind kind,
                               std::string_view code) {
    if (auto charged = throttle_.charge_address(db, context, realm.settings); !charged) return charged;
    const auto owner = logins_.of_user(db, context.realm, user);
    const codes::Whose whose{.purpose = codes::Purpose::contact, .user = user, .epoch = owner ? owner->epoch : 0, .id = codes::on_contact(user, channel_of(kind))};
    const auto attempt = codes_.attempt(db, context, whose, code);
    if (!attempt.right) return refuse(Why::code_wrong, "code", attempt.spent || attempt.closed ? "spent" : "");
    auto done = db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        if (!codes_.consume(tx, context, attempt)) return refuse(Why::code_wrong, "code");
        const auto login = logins_.of_user(tx, context.realm, user);
        if (!login || login->blocked_at || (login->account && !login->account->active)) return refuse(Why::code_wrong, "code");
        const auto old_value = before(*login, kind);
        // A shopper's own change of the account's address was told when it was made (kibo 6.1).
        const bool told = kind == ContactKind::email && login->account && login->account->profile.email == attempt.destination;
        if (auto fine = put(tx, context, *login, kind, attempt.destination, true); !fine) return fine;
        codes_.end(tx, context.realm, user);  // they went to the old one
        if (old_value != attempt.destination && !told) changed(tx, context, *login, kind, old_value, attempt.destination);
        else links_.end(tx, context.realm, user);
        events_.write(tx, context, {.name = Name::contact_verified, .reason = kind == ContactKind::email ? "email" : "phone",
                                    .factor = outbox::name(attempt.channel), .actor = "user", .user = user, .account = account_of(*login)});
        return {};
    });
    if (done) {
        throttle_.refund_address(db, context, realm.settings);
    } else {  // it was right: another was first, or it came to nothing
        db.transact([&](db::Tx& tx) {
            codes_.give_back(tx, context, attempt);
            return true;
        });
    }
    return done;
}

Result<void> Contacts::set_method(db::Db& db, const Context& context, const logins::Login& login, users::Method method) {
    const auto& contact = method == users::Method::sms ? login.phone : login.email;
    if (method != users::Method::simple && !(contact && contact->verified)) {
        return refuse(Why::bad_parameter, "method", method == users::Method::sms ? "needs a verified phone number" : "needs a verified e-mail address");
    }
    db.transact([&](db::Tx& tx) {
        put_method(tx, context, login, method);
        return true;
    });
    return {};
}

void Contacts::put_method(db::Tx& tx, const Context& context, const logins::Login& login, users::Method method) {
    if (!users_.set_method(tx, context, login.user, method)) return;
    // What was sent by the old way, and sign-ins that wait for it, are over.
    codes_.end(tx, context.realm, login.user);
    tickets_.end_pending(tx, context, login.user);
    if (devices_.forget(tx, context, login.user) != 0) {  // RS7
        events_.write(tx, context, {.name = Name::trust_removed, .reason = "method_changed", .actor = actor(context), .user = login.user,
                                    .account = account_of(login)});
    }
    const auto event = events_.write(tx, context, {.name = Name::second_step_method_changed, .reason = users::name(method),
                                                   .actor = actor(context), .user = login.user, .account = account_of(login)});
    outbox_.add(tx, context, {.event = Name::second_step_method_changed, .event_id = event, .user = login.user,
                              .account = account_of(login), .user_name = login.user_name, .reason = std::string(users::name(method))});
}

}  // namespace authtickets::contacts
