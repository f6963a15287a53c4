// SPDX-License-Identifier: MIT
// Customers as wholes; what becomes of their passwords is in passwords.cpp. Whoever changes one locks the account's row first, so
// two operators on one account come one after the other, each with the other's change before his eyes.
#include <authtickets/core/customers.h>

#include <authtickets/core/one_time.h>
#include <authtickets/core/operators.h>
#include <authtickets/core/totp.h>
#include <authtickets/text/names.h>

namespace authtickets::customers {
namespace {

using events::actor;
using events::Name;

// The primary user is called what the account is, but for a name that was given to the account itself.
users::Names names_of(const accounts::Profile& profile) {
    return {.name = accounts::shown_name(accounts::applied(profile, {.name = ""})), .given_name = profile.first_name, .family_name = profile.last_name};
}

}  // namespace

// --- Made

Result<Prepared> Customers::prepare(db::Session& session, const Context& context, const realms::Realm& realm, NewCustomer given) {
    auto customer = checked(std::move(given));
    if (!customer) return refuse(customer.error());
    Prepared out{.customer = std::move(*customer)};
    if (!out.customer.login) return out;
    out.user = out.customer.user.value_or(UserId{uuid_v4(rng_)});
    out.login = LoginId{uuid_v4(rng_)};
    const auto& login = *out.customer.login;
    Result<std::string> sealed;
    if (login.password) {
        const auto words = context_words(realm, login.user_name, out.customer.profile.email);
        if (auto fine = logins_.judge(session, context, realm.settings, *login.password, words); !fine) return refuse(fine.error());
        sealed = logins_.sealed(context, out.login, out.user, *login.password);
    } else if (login.foreign) {
        sealed = logins_.sealed(context, out.login, out.user, *login.foreign);
    } else {
        return out;
    }
    if (!sealed) return refuse(sealed.error());
    out.sealed_password = std::move(*sealed);
    return out;
}

// The login, its user and the user's addresses, in an account that is there or about to be. Names first: whoever loses
// them has written nothing else.
Result<void> Customers::add_user(db::Tx& tx, const Context& context, const Prepared& prepared, const users::Names& names) {
    const auto& customer = prepared.customer;
    const auto& login = *customer.login;
    using ByAddress = NewCustomer::NewPassword::ByAddress;
    logins::NewLogin fresh{.user = prepared.user,
                           .user_name = login.user_name,
                           .email = login.by_address == ByAddress::never ? "" : customer.profile.email,
                           .foreign_password = login.foreign.has_value(),
                           .password_change_required = login.change_required,
                           .signs_in = prepared.signs_in};
    auto added = logins_.add(tx, context, prepared.login, fresh, prepared.sealed_password);
    if (!added && added.error().field == "email" && login.by_address == ByAddress::where_free) {
        fresh.email.clear();
        added = logins_.add(tx, context, prepared.login, fresh, prepared.sealed_password);
    }
    if (!added) return refuse(added.error());
    users_.add(tx, context, prepared.user, names);
    if (const auto email = text::normal_email(customer.profile.email)) {
        users_.add_contact(tx, context, prepared.user, users::ContactKind::email, customer.profile.email, *email, customer.email_verified);
    }
    if (!customer.phone.empty()) {
        users_.add_contact(tx, context, prepared.user, users::ContactKind::phone, customer.phone, customer.phone, customer.phone_verified);
    }
    return {};
}

Result<Added> Customers::add(db::Tx& tx, const Context& context, const Prepared& prepared, std::string_view reason, bool in_batch) {
    const auto& customer = prepared.customer;
    const bool has_login = customer.login.has_value();
    // What an import brings along is looked for before anything is written. Two that bring the same at once end in a
    // duplicate key, which undoes the later one whole.
    if (!in_batch && customer.number && accounts_.exists(tx, context.realm, *customer.number)) return refuse(Why::name_taken, "account_id");
    if (!in_batch && customer.user && users_.exists(tx, context.realm, *customer.user)) return refuse(Why::name_taken, "user_id");
    if (has_login) {
        if (auto added = add_user(tx, context, prepared, names_of(customer.profile)); !added) return refuse(added.error());
    }
    auto account = accounts_.add(tx, context, customer.profile, customer.number, !in_batch, has_login ? 1 : 0);
    if (!customer.active) accounts_.set_active(tx, context, account, false);
    if (has_login) {
        users_.add_membership(tx, context, prepared.user, account.no, "owner", true);
        account.user = prepared.user;
        account.user_name = customer.login->user_name;
        account.foreign_password = customer.login->foreign.has_value();
    }
    const bool registration = has_login && reason.empty();
    const auto name = registration ? Name::account_registered : Name::account_created;
    const auto event = events_.write(tx, context, {.name = name, .reason = reason, .actor = actor(context), .user = account.user,
                                                   .account = account.no, .user_name = account.user_name});
    // Nobody is written to, and no hook is called, for each of the customers of another system.
    if (!in_batch) {
        outbox_.add(tx, context, {.event = name, .event_id = event, .user = account.user, .account = account.no,
                                  .user_name = account.user_name, .reason = std::string(reason)});
    }
    return Added{.account = std::move(account), .user = prepared.user, .login = prepared.login};
}

Link Customers::send_link(db::Tx& tx, const Context& context, const logins::Login& login, std::string_view reason) {
    const auto account = login.account ? login.account->no : AccountNo{};
    Link link{.token = links_.make(tx, context, login.user, links::Purpose::reset, login.epoch, login.email->value, links::invitation_life),
              .dies_at = context.now + links::invitation_life};
    const auto event = events_.write(tx, context, {.name = Name::password_reset_sent, .reason = reason, .actor = actor(context),
                                                   .user = login.user, .account = account});
    outbox_.add(tx, context, {.event = Name::password_reset_sent, .event_id = event, .user = login.user, .account = account,
                              .user_name = login.user_name, .reason = std::string(reason), .channel = outbox::Channel::email,
                              .destination = login.email->value, .link = link.token, .expires_at = link.dies_at});
    return link;
}

Result<Customers::Invited> Customers::invite(db::Tx& tx, const Context& context, const Prepared& prepared) {
    if (!prepared.customer.login || !text::normal_email(prepared.customer.profile.email)) return refuse(Why::missing_parameter, "email");
    auto added = add(tx, context, prepared, "invited");
    if (!added) return refuse(added.error());
    const auto login = logins_.of_user(tx, context.realm, added->user, added->account.no);
    return Invited{.added = std::move(*added), .link = send_link(tx, context, login.value(), "invited")};
}

void Customers::count(db::Tx& tx, const Context& context, AccountNo one_of_them, int added, int users) {
    accounts_.count(tx, context, one_of_them, added, users);
}

Result<accounts::Account> Customers::guest(db::Db& db, const Context& context, const accounts::Profile& given) {
    auto prepared = prepare(db, context, {}, {.profile = given});
    if (!prepared) return refuse(prepared.error());
    return db.transact([&](db::Tx& tx) -> Result<accounts::Account> {
        return add(tx, context, *prepared, "guest").map([](Added added) { return std::move(added.account); });
    });
}

Result<std::vector<accounts::Account>> Customers::add_all(db::Db& db, const Context& context, const realms::Realm& realm,
                                                          std::vector<NewCustomer> customers) {
    std::vector<Prepared> prepared;
    prepared.reserve(customers.size());
    // What is wrong with one is found before the others are hashed.
    for (std::size_t i = 0; i < customers.size(); ++i) {
        auto fine = checked(std::move(customers[i]));
        if (!fine) return refuse(in_item(fine.error(), i));
        customers[i] = std::move(*fine);
    }
    for (std::size_t i = 0; i < customers.size(); ++i) {
        auto ready = prepare(db, context, realm, std::move(customers[i]));
        if (!ready) return refuse(in_item(ready.error(), i));
        prepared.push_back(std::move(*ready));
    }
    return db.transact_or_undo([&](db::Tx& tx) -> Result<std::vector<accounts::Account>> {
        std::vector<accounts::Account> out;
        for (std::size_t i = 0; i < prepared.size(); ++i) {
            auto added = add(tx, context, prepared[i], "bulk");
            if (!added) return refuse(in_item(added.error(), i));
            out.push_back(std::move(added->account));
        }
        return out;
    });
}

Result<Added> Customers::add_login(db::Tx& tx, const Context& context, AccountNo no, const Prepared& prepared) {
    auto account = accounts_.get_locked(tx, context.realm, no);
    if (!account) return refuse(account.error());
    if (!account->guest()) return refuse(Why::bad_parameter, "accountId", "must be an account without a login");
    if (!account->active) return refuse(Why::bad_parameter, "accountId", "must be an active account");
    if (!accounts_.claim(tx, context, no)) return refuse(Why::bad_parameter, "accountId", "must be an account without a login");
    account->updated_at = context.now;
    auto profile = account->profile;
    if (profile.email.empty()) profile.email = prepared.customer.profile.email;
    if (!prepared.customer.phone.empty()) profile.phone = prepared.customer.phone;
    if (auto added = add_user(tx, context, prepared, names_of(profile)); !added) return refuse(added.error());
    users_.count(tx, context, prepared.user, 1);
    users_.add_membership(tx, context, prepared.user, no, "owner", true);
    if (account->profile.email != profile.email || account->profile.phone != profile.phone) {
        *account = accounts_.update(tx, context, std::move(*account), std::move(profile));
    }
    account->user = prepared.user;
    account->user_name = prepared.customer.login->user_name;
    account->foreign_password = prepared.customer.login->foreign.has_value();
    accounts_.note(tx, context, no, "Login added", {{.path = "user_name", .new_value = account->user_name}});
    const auto event = events_.write(tx, context, {.name = Name::login_added, .reason = "first", .actor = actor(context), .user = prepared.user,
                                                   .account = no, .user_name = account->user_name});
    outbox_.add(tx, context, {.event = Name::login_added, .event_id = event, .user = prepared.user, .account = no,
                              .user_name = account->user_name});
    return Added{.account = std::move(*account), .user = prepared.user, .login = prepared.login};
}

// --- Changed

// The address that codes go to and the names that the user signs in with, after the account's address or the user name
// has changed. A shopper's own change of the address does not reach them: whoever holds a ticket would otherwise take
// the account over by it.
Result<void> Customers::rename(db::Tx& tx, const Context& context, const realms::Realm& realm, const accounts::Account& before, const std::string& email,
                               const std::optional<std::string>& user_name, const tickets::Ticket* shopper) {
    const bool merchant = shopper == nullptr;
    const auto login = logins_.of_account(tx, context.realm, before.no, {});
    if (!login) return {};
    const bool other_email = email != before.profile.email;
    if (!merchant) {
        if (!other_email) return {};
        if (!fresh(*shopper, *login, context.now, realm.settings.step_up_window)) return refuse(Why::step_up_required, "email");
        if (logins_.name_taken(tx, context.realm, email, login->id)) return refuse(Why::name_taken, "email");
        // Both addresses are told at once; the one that codes go to follows when the code to the new one is shown.
        contacts_.changed(tx, context, *login, users::ContactKind::email, login->email ? login->email->value : before.profile.email, email);
        if (email.empty()) codes_.end(tx, context.realm, login->user);  // one may be on its way to an address that is no more wanted
        else contacts_.send(tx, context, *login, users::ContactKind::email, email);
        return {};
    }
    // A name that was the address goes with it, and so does the old address, which may be somebody else's by now.
    const bool given = user_name && !user_name->empty() && *user_name != login->user_name;
    const bool follows = !given && !email.empty() && follows_email(login->user_name, before.profile.email);
    const auto name = given ? *user_name : follows ? email : login->user_name;
    if (!other_email && name == login->user_name) return {};
    if (auto renamed = logins_.rename(tx, context, *login, name, email); !renamed) return renamed;
    if (other_email) {
        users_.set_contact(tx, context, login->user, users::ContactKind::email, email, text::normal_email(email).value_or(""));
        codes_.end(tx, context.realm, login->user);  // they went to the old address, or are to confirm another one
        contacts_.changed(tx, context, *login, users::ContactKind::email, before.profile.email, email);
    }
    if (name != login->user_name) {
        accounts_.note(tx, context, before.no, "Account updated",
                       {{.path = "user_name", .old_value = login->user_name, .new_value = text::trimmed(name)}});
    }
    return {};
}

// A shopper who names another address has a code and a notice sent there (OC7).
Result<void> Customers::charge_new_address(db::Db& db, const Context& context, const realms::Realm& realm, AccountNo no,
                                           const accounts::Change& change, const tickets::Ticket* shopper) {
    if (!shopper) return {};
    const auto before = accounts_.get(db, realm.no, no);
    if (!before) return {};
    const auto after = accounts::applied(before->profile, change);
    const auto address = text::normal_email(after.email);
    if (!address || after.email == before->profile.email) return {};
    const throttle::Throttle::Sending sending{.what = "contact", .whose = as_text(shopper->user.value.bytes), .destination = *address};
    if (auto charged = throttle_.charge_sending(db, context, realm.settings, sending); !charged) return refuse(charged.error());
    return {};
}

Result<accounts::Account> Customers::update(db::Db& db, const Context& context, const realms::Realm& realm, AccountNo no,
                                            const accounts::Change& change, const std::optional<std::string>& user_name,
                                            const tickets::Ticket* shopper) {
    if (auto charged = charge_new_address(db, context, realm, no, change, shopper); !charged) return refuse(charged.error());
    return db.transact_or_undo([&](db::Tx& tx) -> Result<accounts::Account> {
        auto before = accounts_.get_locked(tx, realm.no, no);
        if (!before) return refuse(before.error());
        auto after = accounts::checked(accounts::applied(before->profile, change));
        if (!after) return refuse(after.error());
        if (auto renamed = rename(tx, context, realm, *before, after->email, user_name, shopper); !renamed) return refuse(renamed.error());
        if (const auto was = names_of(before->profile), is = names_of(*after); was != is && !before->guest()) {
            users_.follow_names(tx, context, before->user, was, is);
        }
        accounts_.update(tx, context, std::move(*before), std::move(*after));
        const auto event = events_.write(tx, context, {.name = Name::account_updated, .actor = actor(context), .user = context.user, .account = no});
        outbox_.add(tx, context, {.event = Name::account_updated, .event_id = event, .user = context.user, .account = no});
        return accounts_.get(tx, realm.no, no);
    });
}

Result<accounts::Account> Customers::set_active(db::Db& db, const Context& context, AccountNo no, bool active) {
    return db.transact([&](db::Tx& tx) -> Result<accounts::Account> {
        auto account = accounts_.get_locked(tx, context.realm, no);
        if (!account) return account;
        if (account->guest()) return refuse(Why::bad_parameter, "accountId", "must be an account with a login");
        if (account->active == active) return account;
        accounts_.set_active(tx, context, *account, active);
        if (!active) {
            users_.raise_epochs(tx, context, no);
            codes_.end(tx, context.realm, account->user);
        }
        const auto name = active ? Name::account_activated : Name::account_suspended;
        const auto event = events_.write(tx, context, {.name = name, .reason = "disabled", .actor = actor(context), .user = account->user,
                                                       .account = no});
        outbox_.add(tx, context, {.event = name, .event_id = event, .user = account->user, .account = no, .reason = "disabled"});
        return account;
    });
}

// All that is a user's own; the caller counts him.
void Customers::remove_user(db::Tx& tx, const Context& context, const UserId& user) {
    logins_.remove(tx, context, user);
    tickets_.remove_of_user(tx, context, user);
    codes_.end(tx, context.realm, user);
    one_time::remove(tx, context.realm, user);
    links_.end(tx, context.realm, user);
    devices_.forget(tx, context, user);
    totp::remove(tx, context.realm, user);
    operators::forget(tx, context.realm, user);
    users_.remove(tx, context, user);
    events_.erase_user(tx, context, user);
}

Result<void> Customers::remove(db::Db& db, const Context& context, AccountNo no, bool keep_users) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto account = accounts_.get_locked(tx, context.realm, no);
        if (!account) return refuse(account.error());
        int removed = 0;
        const auto members = users_.members(tx, context.realm, no);
        for (const auto& member : members) {
            if (member.elsewhere || keep_users) {
                users_.remove_membership(tx, context, member.user, no);
                users_.raise_epoch(tx, context, member.user);
                continue;
            }
            remove_user(tx, context, member.user);
            events_.write(tx, context, {.name = Name::user_deleted, .actor = actor(context), .user = member.user, .account = no});
            ++removed;
        }
        accounts_.remove(tx, context, *account, removed);
        events_.erase_account(tx, context, no);
        for (const auto& member : members) {
            events_.write(tx, context, {.name = Name::membership_removed, .reason = "account", .actor = actor(context), .user = member.user,
                                        .account = no, .details = Json::object({{"id", dashed(account->id.value)}})});
        }
        const auto event = events_.write(tx, context, {.name = Name::account_deleted, .actor = actor(context), .account = no,
                                                       .details = Json::object({{"id", dashed(account->id.value)}})});
        outbox_.add(tx, context, {.event = Name::account_deleted, .event_id = event, .account = no});
        return {};
    });
}

}  // namespace authtickets::customers
