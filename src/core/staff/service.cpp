// SPDX-License-Identifier: MIT
// Staff made, changed and taken away. Whoever may take an administrator away changes the rows of all administrators first, so
// that of two who do it at once the later one sees what the first has left.
#include <authtickets/core/staff.h>

#include <algorithm>

#include <authtickets/text/names.h>

#include "core/staff/proof.h"
#include "core/staff/store.h"

namespace authtickets::staff {
namespace {

using events::Name;
using users::Role;

std::string_view actor(const Context& context) { return context.user.empty() ? "command" : "user"; }

Refusal last_administrator() {
    return {.why = Why::bad_parameter, .field = "role", .text = "cannot be taken from the last administrator", .rule = Refusal::Rule::invalid};
}

// Whether the change takes an administrator away.
bool steps_down(const Person& who, const Change& change) {
    if (who.role != Role::administrator) return false;
    return (change.role && *change.role != Role::administrator) || (change.suspended && *change.suspended && !who.suspended);
}

SentLink address_of(const realms::Realm& realm, const UserId& user, const customers::Link& link) {
    const auto& set = realm.settings.reset_link;
    const auto pattern = set.empty() ? links::reset_page : std::string_view(set);
    return {.address = Secret(links::address(pattern, realm.address, link.token.reveal(), user)), .expires_at = link.dies_at};
}

Json roles(const std::optional<Role>& before, const std::optional<Role>& after) {
    Json out = Json::object({});
    if (before) out.set("oldRole", name(*before));
    if (after) out.set("role", name(*after));
    return out;
}

void judge_role(const std::optional<Role>& role, std::vector<Refusal>& found) {
    if (!role) found.push_back({.why = Why::missing_parameter, .field = "role"});
    else if (!users::is_staff(*role)) {
        found.push_back({.why = Why::bad_parameter, .field = "role", .text = "is reserved", .rule = Refusal::Rule::inclusion});
    }
}

}  // namespace

Result<Person> Staff::get(db::Session& session, RealmNo realm, const UserId& user) {
    auto found = store::get(session, realm, user);
    if (!found) return refuse(Why::unknown_item, "user");
    return std::move(*found);
}

std::vector<Person> Staff::list(db::Session& session, RealmNo realm) { return store::list(session, realm); }

std::optional<Person> Staff::named(db::Session& session, RealmNo realm, std::string_view user_name) {
    return store::named(session, realm, text::normal_name(user_name).value_or(""));
}

// --- Made

// A command hashes beside the gate, whose slots belong to the service.
Result<std::string> Staff::sealed(const Context& context, const LoginId& login, const UserId& user, const Secret& password) {
    if (context.door == Door::none) return logins_.seal(context, login, user, crypto::hash_password(password, cost_));
    return logins_.sealed(context, login, user, password);
}

Result<Added> Staff::add(db::Db& db, const Context& context, const realms::Realm& realm, const NewUser& given) {
    const auto& settings = realm.settings;
    const bool command = context.door == Door::none;
    auto found = given.found;
    judge_role(given.role == Role{} ? std::nullopt : std::optional(given.role), found);
    const auto user_name = own_user::user_name(given.user_name);
    if (!user_name) found.push_back(user_name.error());
    own_user::Change naming;
    if (!given.name.empty()) naming.name = given.name;
    if (!given.first_name.empty()) naming.first_name = given.first_name;
    if (!given.last_name.empty()) naming.last_name = given.last_name;
    const auto names = own_user::names({}, naming);
    if (!names) found.push_back(names.error());
    const Brought brought{.email = given.email, .phone = given.phone, .email_code = given.email_code, .phone_code = given.phone_code,
                          .method = given.method.value_or(method_of(settings.default_step))};
    auto proof = checked(brought, found);
    if (auto fine = fits(given.custom_data); !fine) found.push_back(fine.error());
    std::optional<Secret> password;
    if (given.password) {
        auto long_one = long_enough(*given.password, settings.policy);
        if (long_one) password = std::move(*long_one);
        else found.push_back(long_one.error());
    } else if (!command) {
        found.push_back({.why = Why::missing_parameter, .field = "password"});
    } else if (given.email.empty()) {  // the link is mailed
        found.push_back({.why = Why::missing_parameter, .field = "email"});
    }
    if (password) {
        const auto words = customers::context_words(realm, user_name.value_or(""), proof.email);
        if (auto fine = logins_.judge(db, context, settings, *password, words); !fine) found.push_back(fine.error());
    }
    if (found.empty() && logins_.name_taken(db, realm.no, *user_name, {})) found.push_back({.why = Why::name_taken, .field = "user_name"});
    if (!found.empty()) return refuse(own_user::together(std::move(found)));

    const UserId user{uuid_v4(rng_)};
    const LoginId login{uuid_v4(rng_)};
    std::optional<std::string> stored;
    if (password) {
        auto made = sealed(context, login, user, *password);
        if (!made) return refuse(made.error());
        stored = std::move(*made);
    }
    if (auto shown = try_codes(verifications_, db, context, settings, brought, proof); !shown) return refuse(shown.error());
    auto added = db.transact_or_undo([&](db::Tx& tx) -> Result<Added> {
        if (!consume(verifications_, tx, context, proof)) {
            return refuse(verifications::wrong_code(proof.email_code ? users::ContactKind::email : users::ContactKind::phone));
        }
        // An address that nobody has shown to be his is no name to sign in by (D350).
        logins::NewLogin fresh{.user = user, .user_name = *user_name, .email = proof.email_verified() ? proof.email : ""};
        auto named = logins_.add(tx, context, login, fresh, stored);
        if (!named && named.error().field == "email") {  // somebody signs in by it: then mail goes there, and no more
            fresh.email.clear();
            named = logins_.add(tx, context, login, fresh, stored);
        }
        if (!named) return refuse(named.error());
        users_.add(tx, context, user, *names, given.role);
        if (!proof.email.empty()) {
            users_.add_contact(tx, context, user, users::ContactKind::email, proof.email, text::normal_email(proof.email).value_or(proof.email),
                               proof.email_verified());
        }
        if (!proof.phone.empty()) users_.add_contact(tx, context, user, users::ContactKind::phone, proof.phone, proof.phone, proof.phone_verified());
        if (brought.method != users::Method::simple) users_.set_method(tx, context, user, brought.method);
        if (given.custom_data.is_object()) users_.set_custom_data(tx, context, user, given.custom_data);
        events_.write(tx, context, {.name = Name::user_created, .reason = "staff", .actor = actor(context), .user = user,
                                    .details = roles({}, given.role), .user_name = *user_name});
        Added out;
        if (!proof.email.empty()) {
            const auto made = logins_.find(tx, realm.no, login).value();
            if (!stored) out.link = address_of(realm, user, customers_.send_link(tx, context, made, "invited"));
            else if (!proof.email_verified()) verifications_.send_token(tx, context, made, proof.email);
        }
        out.who = store::get(tx, realm.no, user).value();
        return out;
    });
    if (!added) give_back(verifications_, db, context, proof);
    return added;
}

Result<SentLink> Staff::send_link(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user) {
    const auto who = store::get(db, realm.no, user);
    const auto login = who && users::is_staff(who->role) ? logins_.of_user(db, realm.no, user) : std::nullopt;
    if (!login || !login->email) return refuse(Why::unknown_item, "user");
    if (who->suspended) return refuse(Why::forbidden, "suspended");
    const throttle::Throttle::Sending sending{.what = "link", .whose = as_text(user.value.bytes),
                                              .destination = text::normal_email(login->email->value).value_or("")};
    if (auto charged = throttle_.charge_sending(db, context, realm.settings, sending); !charged) return refuse(charged.error());
    return db.transact([&](db::Tx& tx) {
        return address_of(realm, user, customers_.send_link(tx, context, *login, login->sealed_password.empty() ? "invited" : ""));
    });
}

// --- Changed

// Role and what the shop keeps of the user, judged once more under the lock.
Result<void> Staff::stand(db::Db& db, const Context& context, const UserId& user, const Change& change, bool even_the_last) {
    if (!change.role && !change.custom_data && !change.suspended) return {};
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        if (change.role || change.suspended) users_.touch_administrators(tx, context.realm);  // before anything is read: it is the lock
        if (!users_.get_locked(tx, context.realm, user)) return refuse(Why::unknown_item, "user");
        const auto who = store::get(tx, context.realm, user).value();
        if (steps_down(who, change) && !even_the_last && store::other_administrators(tx, context.realm, user) == 0) {
            return refuse(last_administrator());
        }
        const bool other_role = change.role && users_.set_role(tx, context, user, *change.role);
        if (other_role) users_.raise_epoch(tx, context, user);  // what he has open was opened by another role
        const bool other_data = change.custom_data && (change.custom_data->is_object() ? *change.custom_data : Json::object({})) != who.custom_data;
        if (other_data) users_.set_custom_data(tx, context, user, *change.custom_data);
        if (other_role || other_data) {
            events_.write(tx, context, {.name = Name::user_updated, .reason = other_role ? "role" : "", .actor = actor(context), .user = user,
                                        .account = who.account_no.value_or(AccountNo{}), .details = other_role ? roles(who.role, change.role) : Json(),
                                        .user_name = who.user_name});
        }
        if (change.suspended && *change.suspended != who.suspended && !who.account_no) {
            const auto login = logins_.of_user(tx, context.realm, user);
            if (login && *change.suspended) logins_.block(tx, context, *login, actor(context));
            else if (login) logins_.unlock(tx, context, *login, actor(context));
            else users_.block(tx, context, user, *change.suspended);
            if (*change.suspended) codes_.end(tx, context.realm, user);
        }
        return {};
    });
}

// A customer's user is suspended together with the customer.
Result<void> Staff::suspend(db::Db& db, const Context& context, const Person& who, bool suspended) {
    if (auto done = customers_.set_active(db, context, *who.account_no, !suspended); !done) return refuse(done.error());
    if (suspended) return {};
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto login = logins_.of_user(tx, context.realm, who.id);
        if (login && login->blocked_at) logins_.unlock(tx, context, *login, actor(context));
        return {};
    });
}

Result<Person> Staff::change(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user, const Change& given,
                             bool even_the_last) {
    const auto who = store::get(db, realm.no, user);
    if (!who) return refuse(Why::unknown_item, "user");
    own_user::Change wanted{.name = given.name, .first_name = given.first_name, .last_name = given.last_name, .user_name = given.user_name,
                            .email = given.email, .phone = given.phone, .method = given.method, .password = given.password, .found = given.found};
    if (!given.email_code.empty()) wanted.email_code = given.email_code;
    if (!given.phone_code.empty()) wanted.phone_code = given.phone_code;
    auto change = given;
    if (change.role == who->role) change.role.reset();
    if (change.role && (!users::is_staff(who->role) || !users::is_staff(*change.role))) {
        wanted.found.push_back({.why = Why::bad_parameter, .field = "role", .text = "cannot become this", .rule = Refusal::Rule::inclusion});
    }
    if (change.custom_data) {
        if (auto fine = fits(*change.custom_data); !fine) wanted.found.push_back(fine.error());
    }
    if (steps_down(*who, change) && !even_the_last && store::other_administrators(db, realm.no, user) == 0) wanted.found.push_back(last_administrator());
    // What is refused above is told with the rest.
    const bool of_the_person = given.name || given.first_name || given.last_name || given.user_name || given.email || given.phone || given.method
                               || given.password || !given.email_code.empty() || !given.phone_code.empty();
    if (of_the_person) {
        if (auto done = own_user_.change(db, context, realm, user, wanted, nullptr); !done) return refuse(done.error());
    } else if (!wanted.found.empty()) {
        return refuse(own_user::together(std::move(wanted.found)));
    }
    if (auto done = stand(db, context, user, change, even_the_last); !done) return refuse(done.error());
    if (change.suspended && *change.suspended != who->suspended && who->account_no) {
        if (auto done = suspend(db, context, *who, *change.suspended); !done) return refuse(done.error());
    }
    return get(db, realm.no, user);
}

Result<void> Staff::remove(db::Db& db, const Context& context, const UserId& user, bool even_the_last) {
    const auto who = store::get(db, context.realm, user);
    if (!who) return refuse(Why::unknown_item, "user");
    if (!users::is_staff(who->role)) return members_.remove(db, context, user);
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        users_.touch_administrators(tx, context.realm);
        const auto before = users_.get_locked(tx, context.realm, user);
        if (!before) return refuse(Why::unknown_item, "user");
        if (before->role == Role::administrator && !even_the_last && store::other_administrators(tx, context.realm, user) == 0) {
            return refuse(last_administrator());
        }
        customers_.remove_user(tx, context, user);
        events_.write(tx, context, {.name = Name::user_deleted, .reason = "staff", .actor = actor(context), .user = user, .details = roles(before->role, {})});
        return {};
    });
}

}  // namespace authtickets::staff
