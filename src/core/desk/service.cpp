// SPDX-License-Identifier: MIT
// What an operator presses at the desk. Each is the use case that doors and commands have too; here are the questions that only
// a person at a screen asks, such as whether there is anything to be done at all.
#include <authtickets/core/desk.h>

#include <authtickets/text/names.h>

namespace authtickets::desk {
namespace {

using events::Name;
using users::ContactKind;

bool kept_out(const logins::Login& login, const realms::Settings& settings, Time now) {
    return login.blocked_at || logins::locked(login, settings, now) || logins::day_spent(login, settings, now);
}

}  // namespace

Result<logins::Login> Desk::login_of(db::Session& session, const Context& context, AccountNo no) {
    auto login = logins_.of_account(session, context.realm, no, {});
    if (!login) return refuse(Why::unknown_item, "account");
    return std::move(*login);
}

void Desk::viewed(db::Db& db, const Context& context, const accounts::Account& account) {
    db.transact([&](db::Tx& tx) {
        events_.write(tx, context, {.name = Name::customer_viewed, .actor = "operator", .user = account.user, .account = account.no});
        return true;
    });
}

void Desk::exported(db::Db& db, const Context& context, std::string_view what, std::uint64_t rows) {
    db.transact([&](db::Tx& tx) {
        events_.write(tx, context, {.name = Name::export_made, .reason = what, .actor = "operator",
                                    .details = Json::object({{"rows", static_cast<std::int64_t>(rows)}})});
        return true;
    });
}

Result<void> Desk::disable_two_step(db::Db& db, const Context& context, AccountNo no, std::string_view why) {
    const auto reason = text::trimmed(why);
    if (reason.empty()) return refuse(Why::bad_parameter, "reason", "must be given");
    if (reason.size() > longest_why || !text::nfc(reason)) return refuse(Why::bad_parameter, "reason", "must be at most 200 bytes of text");
    const auto login = login_of(db, context, no);
    if (!login) return refuse(login.error());
    return two_step_.turn_off_for(db, context, *login, "operator", reason);
}

Result<void> Desk::unlock(db::Db& db, const Context& context, const realms::Realm& realm, AccountNo no) {
    const auto login = login_of(db, context, no);
    if (!login) return refuse(login.error());
    if (!kept_out(*login, realm.settings, context.now)) return {};
    return customers_.set_locked(db, context, no, login->user, false);
}

Result<void> Desk::send_reset(db::Db& db, const Context& context, const realms::Realm& realm, AccountNo no) {
    const auto account = accounts_.get(db, context.realm, no);
    if (!account) return refuse(account.error());
    if (account->guest()) return refuse(Why::forbidden, "guest");
    const auto login = login_of(db, context, no);
    if (!login) return refuse(login.error());
    if (login->blocked_at || !account->active) return refuse(Why::forbidden, "suspended");
    if (!login->email) return refuse(Why::forbidden, "no_email");
    return recovery_.send_reset(db, context, realm, login->user_name);
}

Result<accounts::Account> Desk::suspend(db::Db& db, const Context& context, AccountNo no) { return customers_.set_active(db, context, no, false); }

// Suspended is also whom an application or a command has blocked: the desk shows no difference, and makes none.
Result<accounts::Account> Desk::activate(db::Db& db, const Context& context, AccountNo no) {
    auto account = customers_.set_active(db, context, no, true);
    if (!account) return account;
    const auto login = logins_.of_account(db, context.realm, no, {});
    if (!login || !login->blocked_at) return account;
    if (auto freed = customers_.set_locked(db, context, no, login->user, false); !freed) return refuse(freed.error());
    return account;
}

Result<void> Desk::end_session(db::Db& db, const Context& context, AccountNo no, const TicketId& ticket) {
    const auto login = login_of(db, context, no);
    if (!login) return refuse(login.error());
    return tickets_.end_session(db, context, login->user, ticket);
}

Result<unsigned> Desk::end_sessions(db::Db& db, const Context& context, AccountNo no) {
    const auto login = login_of(db, context, no);
    if (!login) return refuse(login.error());
    return tickets_.end_others(db, context, login->user, no, {});
}

Result<accounts::Account> Desk::create(db::Db& db, const Context& context, const realms::Realm& realm, const customers::NewCustomer& given) {
    customers::NewCustomer customer{.profile = given.profile, .login = customers::NewCustomer::NewPassword{}};
    if (given.login) customer.login->user_name = given.login->user_name;
    const auto address = text::normal_email(customer.profile.email);
    if (text::trimmed(customer.profile.email).empty()) return refuse(Why::missing_parameter, "email");
    if (!address) return refuse(Why::bad_parameter, "email", "must be an e-mail address");
    const auto prepared = customers_.prepare(db, context, realm, std::move(customer));
    if (!prepared) return refuse(prepared.error());
    const throttle::Throttle::Sending sending{.what = "link", .whose = *address, .destination = *address};
    if (auto charged = throttle_.charge_sending(db, context, realm.settings, sending); !charged) return refuse(charged.error());
    return db.transact_or_undo([&](db::Tx& tx) -> Result<accounts::Account> {
        auto invited = customers_.invite(tx, context, *prepared);
        if (!invited) return refuse(invited.error());
        return std::move(invited->added.account);
    });
}

// A number that is taken away needs no code.
void Desk::drop_phone(db::Db& db, const Context& context, const logins::Login& login) {
    db.transact([&](db::Tx& tx) {
        (void)contacts_.put(tx, context, login, ContactKind::phone, "", false);  // never refused: there is nothing to judge
        codes_.end(tx, context.realm, login.user);
        contacts_.changed(tx, context, login, ContactKind::phone, login.phone->value, "");
        return true;
    });
}

Result<Edited> Desk::edit(db::Db& db, const Context& context, const realms::Realm& realm, AccountNo no, const Edit& wanted) {
    const auto account = accounts_.get(db, context.realm, no);
    if (!account) return refuse(account.error());
    const auto login = logins_.of_account(db, context.realm, no, {});
    accounts::Change change{.first_name = wanted.first_name, .last_name = wanted.last_name, .company = wanted.company};
    const auto email = wanted.email ? text::trimmed(*wanted.email) : account->profile.email;
    if (!login) change.email = email;
    // Everything that can be judged is, before a code goes anywhere.
    if (auto fine = accounts::checked(accounts::applied(account->profile, change)); !fine) return refuse(fine.error());
    Edited out;
    if (login) {
        const auto old_phone = login->phone ? login->phone->value : std::string();
        const auto& phone = wanted.phone.value_or(old_phone);
        if (email.empty() && !account->profile.email.empty()) return refuse(Why::bad_parameter, "email", "must not be empty");
        const bool needed = phone.empty() && !old_phone.empty() && login->method == users::Method::sms;
        if (needed) return refuse(Why::bad_parameter, "phone", "must stay while codes go there");
        out.email_pending = email != account->profile.email;
        out.phone_pending = phone != old_phone && !phone.empty();
        if (out.email_pending) {
            if (auto sent = contacts_.request(db, context, realm, *login, ContactKind::email, email); !sent) return refuse(sent.error());
        }
        if (out.phone_pending) {
            if (auto sent = contacts_.request(db, context, realm, *login, ContactKind::phone, phone); !sent) return refuse(sent.error());
        }
        if (phone.empty() && !old_phone.empty()) drop_phone(db, context, *login);
    }
    const auto& profile = account->profile;
    if (accounts::differences(profile, accounts::applied(profile, change)).empty()) {
        out.account = *account;
        return out;
    }
    auto updated = customers_.update(db, context, realm, no, change, {}, nullptr);
    if (!updated) return refuse(updated.error());
    out.account = std::move(*updated);
    return out;
}

Result<void> Desk::set_method(db::Db& db, const Context& context, AccountNo no, users::Method method) {
    const auto login = login_of(db, context, no);
    if (!login) return refuse(login.error());
    return contacts_.set_method(db, context, *login, method);
}

}  // namespace authtickets::desk
