// SPDX-License-Identifier: MIT
// Registrations begun and completed. Each step costs the same whether or not the address is somebody's (EN2).
#include <authtickets/core/registration.h>

#include <authtickets/base/bytes.h>
#include <authtickets/crypto/seal.h>
#include <authtickets/text/names.h>

namespace authtickets::registration {
namespace {

using codes::Channel;
using events::Name;

constexpr std::uint32_t first_epoch = 1;  // of a user to be

codes::Whose whose(const Held& held) {
    return {.purpose = codes::Purpose::contact, .user = held.user, .epoch = first_epoch, .id = codes::on_contact(held.user, held.waits_for())};
}

const std::string& destination(const Held& held) { return held.waits_for() == Channel::sms ? held.phone : held.email; }

// The browser may bring it to this realm alone.
crypto::Place place(const Context& context) { return {.table = "registration", .column = "held", .realm = context.realm, .row = {}, .user = {}}; }

customers::Prepared prepared(const Held& held) {
    customers::NewCustomer customer{.profile = {.email = held.email, .first_name = held.first_name, .last_name = held.last_name,
                                                .locale_code = held.locale},
                                    .login = customers::NewCustomer::NewPassword{.user_name = held.email},
                                    .email_verified = true,
                                    .phone = held.phone,
                                    .phone_verified = !held.phone.empty()};
    return {.customer = std::move(customer), .user = held.user, .login = held.login, .sealed_password = held.sealed_password, .signs_in = true};
}

}  // namespace

std::optional<Held> Registrations::open(const Context& context, std::string_view held) {
    const auto bytes = from_base64url(held);
    if (!bytes) return std::nullopt;
    const auto text = crypto::unseal(keys_, crypto::Purpose::registration, place(context), as_text(*bytes));
    auto out = text ? held_of(text->reveal()) : std::nullopt;
    return out && !over(*out, context.now) ? out : std::nullopt;
}

std::string Registrations::sealed(const Context& context, const Held& held) {
    return base64url(as_bytes(crypto::seal(keys_, crypto::Purpose::registration, context.now, rng_, place(context), Secret(text_of(held)))));
}

Started Registrations::started(db::Session& session, const Context& context, const Held& held) {
    Started out{.held = sealed(context, held), .channel = held.waits_for(), .destination = destination(held)};
    if (const auto state = codes_.state(session, context.realm, whose(held).id)) {
        out.sent_at = state->sent_at;
        out.dead_at = state->dead_at;
        out.tries_left = context.now < state->dead_at ? state->tries_left : 0;
    }
    return out;
}

Result<void> Registrations::charge(db::Db& db, const Context& context, const realms::Realm& realm, const Held& held) {
    const auto normal = held.waits_for() == Channel::sms ? held.phone : text::normal_email(held.email).value_or(held.email);
    const throttle::Throttle::Sending sending{.what = "registration", .sms = held.waits_for() == Channel::sms, .whose = normal, .destination = normal};
    if (auto charged = throttle_.charge_sending(db, context, realm.settings, sending); !charged) return refuse(charged.error());
    return {};
}

// N10, once a day at most (D167). A free address has a stand-in that is asked for in the same way, since it is statements (EN2).
bool Registrations::tells_owner(db::Db& db, const Context& context, const Held& held, const std::optional<logins::Login>& owner) {
    const auto whose = owner ? owner->user : logins_.decoy(context, text::normal_email(held.email).value_or(held.email));
    const bool first = throttle_.first_within(db, context, "told that the address is taken", whose, std::chrono::hours(24));
    return first && owner && owner->email && !owner->blocked_at && owner->account && owner->account->active;
}

// owner: of the address, which then gets no code but a notice. The code is made all the same, and nobody ever reads it.
void Registrations::send(db::Tx& tx, const Context& context, const Held& held, const std::optional<logins::Login>& owner, bool tells) {
    const auto channel = held.waits_for();
    const auto id = whose(held).id;
    auto made = codes_.make(tx, context, {.id = id, .purpose = codes::Purpose::contact, .user = held.user, .epoch = first_epoch, .channel = channel,
                                          .destination = destination(held), .life = code_life, .tries = code_tries});
    if (owner) {
        const auto event = events_.write(tx, context, {.name = Name::registration_refused, .success = false, .reason = name(Why::name_taken),
                                                       .actor = "user", .user_name = held.email});
        outbox_.add(tx, context, {.event = Name::registration_refused, .event_id = event, .user = owner->user,
                                  .account = owner->account ? owner->account->no : AccountNo{}, .user_name = owner->user_name, .decoy = !tells});
        return;
    }
    const auto event = events_.write(tx, context, {.name = Name::contact_code_sent, .reason = "registration", .factor = outbox::name(channel),
                                                   .actor = "user", .user = held.user, .user_name = held.email});
    outbox_.add(tx, context, {.event = Name::contact_code_sent, .event_id = event, .user = held.user, .user_name = held.email,
                              .reason = "registration", .channel = channel, .destination = destination(held), .code = std::move(made.text),
                              .expires_at = made.expires_at, .code_id = id, .code_hash = std::move(made.hash)});
}

Result<Started> Registrations::begin(db::Db& db, const Context& context, const realms::Realm& realm, customers::NewCustomer customer) {
    const auto step = realm.settings.default_step;
    if (text::trimmed(customer.profile.email).empty()) return refuse(Why::missing_parameter, "email");
    if (!text::mail_address(text::trimmed(customer.profile.email))) return refuse(Why::bad_parameter, "email", "must be an e-mail address");
    if (step == realms::DefaultStep::sms && customer.phone.empty()) return refuse(Why::missing_parameter, "phone");
    if (!customer.login || !customer.login->password || customer.login->password->empty()) return refuse(Why::missing_parameter, "password");
    if (step != realms::DefaultStep::sms) customer.phone.clear();
    customer.login->user_name.clear();  // the address
    // The rule is judged before anything is looked up: what it refuses tells nothing of the address.
    const auto ready = customers_.prepare(db, context, realm, std::move(customer));
    if (!ready) return refuse(ready.error());
    const auto& profile = ready->customer.profile;
    const Held held{.user = ready->user, .login = ready->login, .email = profile.email, .first_name = profile.first_name,
                    .last_name = profile.last_name, .phone = ready->customer.phone, .locale = profile.locale_code, .sealed_password = ready->sealed_password.value_or(""),
                    .step = step, .begun_at = context.now};
    if (auto charged = charge(db, context, realm, held); !charged) return refuse(charged.error());
    const auto owner = logins_.named(db, context.realm, held.email);
    const bool tells = tells_owner(db, context, held, owner);
    db.transact([&](db::Tx& tx) {
        send(tx, context, held, owner, tells);
        return true;
    });
    return started(db, context, held);
}

Result<Started> Registrations::look(db::Db& db, const Context& context, std::string_view text) {
    const auto held = open(context, text);
    if (!held) return refuse(Why::link_dead);
    return started(db, context, *held);
}

Result<Started> Registrations::again(db::Db& db, const Context& context, const realms::Realm& realm, std::string_view text) {
    const auto held = open(context, text);
    if (!held) return refuse(Why::link_dead);
    if (auto charged = charge(db, context, realm, *held); !charged) return refuse(charged.error());
    // Whoever has come as far as the number has shown that the address is his own.
    const auto owner = held->email_at ? std::nullopt : logins_.named(db, context.realm, held->email);
    const bool tells = !held->email_at && tells_owner(db, context, *held, owner);
    db.transact([&](db::Tx& tx) {
        send(tx, context, *held, owner, tells);
        return true;
    });
    return started(db, context, *held);
}

Result<Entered> Registrations::enter(db::Db& db, const Context& context, const realms::Realm& realm, std::string_view text, std::string_view code,
                                     const devices::Evidence& evidence) {
    const auto& settings = realm.settings;
    const auto held = open(context, text);
    if (!held) return refuse(Why::link_dead);
    if (!codes::digits(code)) return refuse(Why::code_wrong, "code", "malformed");
    if (auto charged = throttle_.charge_address(db, context, settings); !charged) return refuse(charged.error());
    const auto attempt = codes_.attempt(db, context, whose(*held), code);
    if (!attempt.right) {
        db.transact([&](db::Tx& tx) {
            events_.write(tx, context, {.name = Name::registration_refused, .success = false, .reason = "wrong_code",
                                        .factor = outbox::name(held->waits_for()), .actor = "user", .user_name = held->email});
            return true;
        });
        return refuse(Why::code_wrong, "code", std::string(attempt.reason));
    }
    throttle_.refund_address(db, context, settings);
    auto next = *held;
    next.email_at = held->email_at.value_or(context.now);
    const bool phone_due = held->step == realms::DefaultStep::sms && !held->email_at;
    const auto give_back = [&] {
        db.transact([&](db::Tx& tx) {
            codes_.give_back(tx, context, attempt);
            return true;
        });
    };
    if (phone_due) {
        // The address's code stays good while its number may not be sent one.
        if (auto charged = charge(db, context, realm, next); !charged) {
            give_back();
            return refuse(charged.error());
        }
    }
    bool used = false;
    auto entered = db.transact([&](db::Tx& tx) -> Result<Entered> {
        used = codes_.consume(tx, context, attempt);
        if (!used) return refuse(Why::code_wrong, "code", "spent");  // another was first
        if (!phone_due) return made(tx, context, realm, next, evidence);
        send(tx, context, next, {}, false);
        return Entered{};
    });
    if (!used) give_back();
    if (entered && phone_due) entered->next = started(db, context, next);
    return entered;
}

// The account, whose contacts are verified by what was just shown, and its first session (X9).
Result<Entered> Registrations::made(db::Tx& tx, const Context& by_nobody, const realms::Realm& realm, const Held& held,
                                    const devices::Evidence& evidence) {
    auto context = by_nobody;
    context.user = held.user;
    auto added = customers_.add(tx, context, prepared(held), "");
    if (!added) {
        events_.write(tx, by_nobody, {.name = Name::registration_refused, .success = false, .reason = name(added.error().why), .actor = "user",
                                      .user_name = held.email});
        return refuse(added.error());
    }
    const auto verified = [&](std::string_view what, Channel channel) {
        events_.write(tx, context, {.name = Name::contact_verified, .reason = what, .factor = outbox::name(channel), .actor = "user",
                                    .user = held.user, .account = added->account.no});
    };
    verified("email", Channel::email);
    if (!held.phone.empty()) verified("phone", Channel::sms);
    if (held.step != realms::DefaultStep::none) {
        const auto method = held.step == realms::DefaultStep::sms ? users::Method::sms : users::Method::email;
        users_.set_method(tx, context, held.user, method);
        events_.write(tx, context, {.name = Name::second_step_method_changed, .reason = users::name(method), .actor = "user", .user = held.user,
                                    .account = added->account.no});
    }
    sign_in::Joined joined{.password_at = held.begun_at, .email_at = *held.email_at, .evidence = evidence,
                           .second_factor = held.step != realms::DefaultStep::none};
    if (!held.phone.empty()) joined.sms_at = context.now;
    return Entered{.signed_in = sign_in_.joined(tx, context, realm, std::move(*added), joined)};
}

}  // namespace authtickets::registration
