// SPDX-License-Identifier: MIT
// Members, their logins, accounts and memberships, one by one. Whoever changes a user locks the user's row first, whoever changes
// who belongs to an account locks the account's.
#include <authtickets/core/members.h>

#include <algorithm>

#include <authtickets/core/one_time.h>
#include <authtickets/text/names.h>

#include "core/members/store.h"

namespace authtickets::members {
namespace {

using events::actor;
using events::Name;
using users::ContactKind;

// Staff are none: their names, logins and addresses are looked after at their own door.
bool is_member(const std::optional<users::User>& user) { return user && !users::is_staff(user->role); }

AccountNo account_of(const logins::Login& login) { return login.account ? login.account->no : AccountNo{}; }

bool same_address(const std::string& one, const std::string& other) {
    return text::normal_email(one).value_or(one) == text::normal_email(other).value_or(other);
}

// A member's name as the first and last name that the other doors show of an account: his own where they make up his name, else
// the name apart at its last blank. Too long for that: none.
struct Person {
    std::string first{}, last{};
    bool operator==(const Person&) const = default;
};
Person person_of(const users::Names& names) {
    if (accounts::shown_name({.first_name = names.given_name, .last_name = names.family_name}) == names.name) return {names.given_name, names.family_name};
    const auto blank = names.name.rfind(' ');
    Person out{names.name.substr(0, blank), blank == names.name.npos ? std::string() : names.name.substr(blank + 1)};
    const bool fits = accounts::checked({.first_name = out.first, .last_name = out.last}).has_value();
    return fits ? out : Person{};
}

// The profile under another name, said by itself only where the other names do not say it.
accounts::Profile called(accounts::Profile profile, const std::string& name) {
    profile.name.clear();
    if (accounts::shown_name(profile) != name) profile.name = name;
    return profile;
}

NewMember applied(const Member& before, const Change& change) {
    return {.names = {.name = change.name.value_or(before.names.name),
                      .given_name = change.given_name.value_or(before.names.given_name),
                      .middle_name = change.middle_name.value_or(before.names.middle_name),
                      .family_name = change.family_name.value_or(before.names.family_name)},
            .email = change.email.value_or(before.email)};
}

// What other doors show as the company of an account that is called so.
bool is_company(const std::string& name) { return accounts::checked({.company = name}).has_value(); }

// A user of another door may have no address; whoever does not speak of it leaves it so.
Result<NewMember> checked_change(const Member& before, const Change& change) {
    auto wanted = applied(before, change);
    if (!change.email && before.email.empty()) {
        auto names = users::checked(std::move(wanted.names));
        if (!names) return refuse(names.error());
        return NewMember{.names = std::move(*names)};
    }
    return checked(std::move(wanted));
}

}  // namespace

// --- Members

db::Page<Member> Members::list(db::Session& session, RealmNo realm, const db::ListQuery& query) {
    return users_.list(session, realm, normal(query));
}

Result<Member> Members::get(db::Session& session, RealmNo realm, const UserId& user) {
    auto member = users_.get(session, realm, user);
    if (!is_member(member)) return refuse(Why::unknown_item, "user");
    return std::move(*member);
}

Result<std::string> Members::sealed(db::Session& session, const Context& context, const realms::Realm& realm, const UserId& user,
                                    const LoginId& login, const Secret& password, std::span<const std::string> words, bool second_factor) {
    if (password.empty()) return refuse(Why::missing_parameter, "password");
    auto typed = text::nfc(password.reveal());
    if (!typed) return refuse(Why::bad_parameter, "password", "must be UTF-8");
    const Secret normal_password(std::move(*typed));
    if (text::code_points(normal_password.reveal()) < least_password) {
        return refuse(Why::password_weak, "password", "must be at least " + std::to_string(least_password) + " characters");
    }
    if (auto fine = logins_.judge(session, context, realm.settings, normal_password, words, second_factor); !fine) return refuse(fine.error());
    return logins_.sealed(context, login, user, normal_password);
}

Result<Prepared::Login> Members::prepare_login(db::Session& session, const Context& context, const realms::Realm& realm, const UserId& user,
                                               const std::string& email, const NewInfo& info) {
    const auto profile = profiles_.find(session, realm.no, info.profile);
    if (!profile) return refuse(Why::unknown_item, "password_profile_id");
    if (text::trimmed(info.user_name).empty()) return refuse(Why::missing_parameter, "user_name");
    if (auto fine = profiles::fits(*profile, info.user_name); !fine) return refuse(fine.error());
    Prepared::Login out{.id = LoginId{uuid_v4(rng_)}, .profile = *profile, .user_name = text::trimmed(info.user_name)};
    auto password = sealed(session, context, realm, user, out.id, info.password, customers::context_words(realm, out.user_name, email), false);
    if (!password) return refuse(password.error());
    out.sealed = std::move(*password);
    return out;
}

Result<Prepared> Members::prepare(db::Session& session, const Context& context, const realms::Realm& realm, NewMember given,
                                  std::optional<NewInfo> info) {
    auto member = checked(std::move(given));
    if (!member) return refuse(member.error());
    Prepared out{.member = std::move(*member), .user = UserId{uuid_v4(rng_)}};
    if (!info) return out;
    auto login = prepare_login(session, context, realm, out.user, out.member.email, *info);
    if (!login) return refuse(login.error());
    out.login = std::move(*login);
    return out;
}

// The user name is the login's or nobody's. The address is the default profile's second name, unless somebody signs in by it
// already: then it is where mail goes to, and no more.
Result<void> Members::add_login(db::Tx& tx, const Context& context, const UserId& user, const std::string& email, const Prepared::Login& wanted) {
    if (!wanted.profile.is_default() && !profiles_.held(tx, context.realm, wanted.profile.id)) return refuse(Why::unknown_item, "password_profile_id");
    logins::NewLogin login{.user = user, .profile = wanted.profile.no, .user_name = wanted.user_name, .email = email, .signs_in = wanted.signs_in};
    auto added = logins_.add(tx, context, wanted.id, login, wanted.sealed);
    if (!added && added.error().why == Why::name_taken && added.error().field == "email") {
        login.email.clear();
        added = logins_.add(tx, context, wanted.id, login, wanted.sealed);
    }
    if (!added) return refuse(added.error());
    return {};
}

accounts::Account Members::add_own_account(db::Tx& tx, const Context& context, const Prepared& prepared, std::string_view reason) {
    const auto& names = prepared.member.names;
    const auto person = person_of(names);
    const accounts::Profile profile{.email = prepared.member.email, .first_name = person.first, .last_name = person.last};
    auto account = accounts_.add(tx, context, called(profile, names.name), {}, true, 1);
    users_.add_membership(tx, context, prepared.user, account.no, "owner", true);
    const bool registers = reason == "signup";
    const auto name = registers ? Name::account_registered : Name::account_created;
    const std::string_view why = registers ? "signup" : "member";
    const auto user_name = prepared.login ? prepared.login->user_name : std::string();
    const auto event = events_.write(tx, context, {.name = name, .reason = why, .actor = actor(context), .user = prepared.user,
                                                   .account = account.no, .user_name = user_name});
    outbox_.add(tx, context, {.event = name, .event_id = event, .user = prepared.user, .account = account.no, .user_name = user_name,
                              .reason = std::string(why)});
    return account;
}

Result<Member> Members::add(db::Tx& tx, const Context& context, const realms::Realm& realm, const Prepared& prepared, std::string_view reason) {
    const auto& member = prepared.member;
    if (prepared.login) {  // names first: whoever loses them has written nothing else
        if (auto added = add_login(tx, context, prepared.user, member.email, *prepared.login); !added) return refuse(added.error());
    }
    users_.add(tx, context, prepared.user, member.names);
    users_.add_contact(tx, context, prepared.user, ContactKind::email, member.email, text::normal_email(member.email).value());
    AccountNo no{};
    if (realm.settings.auto_account) no = add_own_account(tx, context, prepared, reason).no;
    else users_.count(tx, context, prepared.user, 1);
    const auto user_name = prepared.login ? prepared.login->user_name : std::string();
    events_.write(tx, context, {.name = Name::user_created, .reason = reason, .actor = actor(context), .user = prepared.user, .account = no,
                                .user_name = user_name});
    if (prepared.login && no == AccountNo{}) {
        const auto event = events_.write(tx, context, {.name = Name::login_added, .actor = actor(context), .user = prepared.user, .user_name = user_name});
        outbox_.add(tx, context, {.event = Name::login_added, .event_id = event, .user = prepared.user, .user_name = user_name});
    }
    return Member{.id = prepared.user, .names = member.names, .email = member.email, .created_at = context.now, .updated_at = context.now};
}

Result<Member> Members::add(db::Db& db, const Context& context, const realms::Realm& realm, const NewMember& given) {
    const auto prepared = prepare(db, context, realm, given, {});
    if (!prepared) return refuse(prepared.error());
    return db.transact([&](db::Tx& tx) { return add(tx, context, realm, *prepared, "application"); });
}

// The address that codes go to, and that the default profile's login signs in by where it is nobody else's name.
Result<void> Members::move_email(db::Tx& tx, const Context& context, const Member& before, const std::optional<logins::Login>& login,
                                 const std::string& email, bool signs_in) {
    if (login && login->profile == logins::default_profile) {
        const bool free = signs_in && !logins_.name_taken(tx, context.realm, email, login->id);
        if (auto renamed = logins_.rename(tx, context, *login, login->user_name, free ? email : std::string()); !renamed) return renamed;
    }
    users_.set_contact(tx, context, before.id, ContactKind::email, email, text::normal_email(email).value());
    codes_.end(tx, context.realm, before.id);  // they went to the old address, or are to confirm another one
    logins::Login nobody;                      // who has no login is told all the same
    nobody.user = before.id;
    contacts_.changed(tx, context, login ? *login : nobody, ContactKind::email, before.email, email);
    return {};
}

// The account that a member signs in to is named after him as long as nobody named it otherwise.
void Members::account_follows(db::Tx& tx, const Context& context, AccountNo no, const Member& before, const NewMember& after) {
    const auto account = accounts_.get_locked(tx, context.realm, no);
    if (!account || account->user != before.id) return;
    auto profile = account->profile;
    if (!profile.email.empty() && same_address(profile.email, before.email)) profile.email = after.email;
    if (accounts::shown_name(account->profile) == before.names.name) {
        const auto is = person_of(after.names);
        if (Person{profile.first_name, profile.last_name} == person_of(before.names)) {
            profile.first_name = is.first;
            profile.last_name = is.last;
        }
        profile = called(std::move(profile), after.names.name);
    }
    if (accounts::differences(account->profile, profile).empty()) return;
    accounts_.update(tx, context, *account, std::move(profile));
    const auto event = events_.write(tx, context, {.name = Name::account_updated, .actor = actor(context), .user = before.id, .account = no});
    outbox_.add(tx, context, {.event = Name::account_updated, .event_id = event, .user = before.id, .account = no});
}

Result<Member> Members::changed(db::Tx& tx, const Context& context, const UserId& user, const Change& change, bool email_too, bool address_signs_in) {
    const auto before = users_.get_locked(tx, context.realm, user);
    if (!is_member(before)) return refuse(Why::unknown_item, "user");
    auto wanted = checked_change(*before, change);
    if (!wanted) return refuse(wanted.error());
    if (!email_too) wanted->email = before->email;
    const bool other_names = wanted->names != before->names, other_email = wanted->email != before->email;
    if (!other_names && !other_email) return before.value();
    const auto login = logins_.of_user(tx, context.realm, user);
    if (other_email) {
        if (auto moved = move_email(tx, context, *before, login, wanted->email, address_signs_in); !moved) return refuse(moved.error());
    }
    users_.set_names(tx, context, user, wanted->names);
    const auto own = users_.primary_of(tx, context.realm, user);
    if (!own.empty()) account_follows(tx, context, own.front(), *before, *wanted);  // the first, which he signs in to
    events_.write(tx, context, {.name = Name::user_updated, .actor = actor(context), .user = user, .account = login ? account_of(*login) : AccountNo{}});
    return users_.get(tx, context.realm, user).value();
}

Result<Member> Members::update(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user, const Change& change,
                               const tickets::Ticket* shopper) {
    const auto before = users_.get(db, realm.no, user);
    if (!is_member(before)) return refuse(Why::unknown_item, "user");
    const auto wanted = checked_change(*before, change);
    if (!wanted) return refuse(wanted.error());
    if (shopper && wanted->email != before->email) {
        // Whoever holds a token would otherwise take the login over by it.
        const auto login = logins_.of_user(db, realm.no, user);
        if (!login || !customers::fresh(*shopper, *login, context.now, realm.settings.step_up_window)) return refuse(Why::step_up_required, "email");
        if (auto asked = contacts_.request(db, context, realm, *login, ContactKind::email, wanted->email); !asked) return refuse(asked.error());
    }
    const auto once = [&](bool address_signs_in) {
        return db.transact_or_undo([&](db::Tx& tx) { return changed(tx, context, user, change, shopper == nullptr, address_signs_in); });
    };
    auto done = once(true);
    if (!done && done.error().why == Why::name_taken) done = once(false);  // somebody has taken it between our look and our insert
    return done;
}

Result<void> Members::remove(db::Db& db, const Context& context, const UserId& user) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        if (!is_member(users_.get_locked(tx, context.realm, user))) return refuse(Why::unknown_item, "user");
        const auto accounts = users_.primary_of(tx, context.realm, user);
        const auto left = store::accounts_of(tx, context.realm, user);
        customers_.remove_user(tx, context, user);
        users_.count(tx, context, user, -1);
        for (const auto no : accounts) {
            if (accounts_.get_locked(tx, context.realm, no)) users_.name_primary(tx, context, no);
        }
        for (const auto& [no, id] : left) {
            events_.write(tx, context, {.name = Name::membership_removed, .reason = "user", .actor = actor(context), .user = user, .account = no,
                                        .details = Json::object({{"id", dashed(id.value)}})});
        }
        events_.write(tx, context, {.name = Name::user_deleted, .actor = actor(context), .user = user});
        return {};
    });
}

// --- Logins of a member

db::Page<Info> Members::infos(db::Session& session, RealmNo realm, const UserId& user, std::uint32_t offset, std::uint32_t limit) {
    const auto total = store::count_infos(session, realm, user);
    return {.items = store::infos(session, realm, user, offset, limit), .total = total};
}

Result<Info> Members::info(db::Session& session, RealmNo realm, const UserId& user, const LoginId& login) {
    auto info = store::info(session, realm, user, login);
    if (!info) return refuse(Why::unknown_item, "info");
    return std::move(*info);
}

Result<Info> Members::add_info(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user, const NewInfo& given) {
    const auto member = users_.get(db, realm.no, user);
    if (!is_member(member)) return refuse(Why::unknown_item, "user");
    const auto prepared = prepare_login(db, context, realm, user, member->email, given);
    if (!prepared) return refuse(prepared.error());
    return db.transact([&](db::Tx& tx) -> Result<Info> {
        const auto now_there = users_.get_locked(tx, context.realm, user);
        if (!is_member(now_there)) return refuse(Why::unknown_item, "user");
        const auto all = logins_.all_of(tx, context.realm, user);
        if (std::ranges::find(all, prepared->profile.no, &logins::Login::profile) != all.end()) {
            return refuse(Why::in_use, "password_profile_id", "the user has a user name in this password profile already");
        }
        if (auto added = add_login(tx, context, user, now_there->email, *prepared); !added) return refuse(added.error());
        users_.touch(tx, context, user);
        const auto account = all.empty() ? AccountNo{} : account_of(all.front());
        const auto event = events_.write(tx, context, {.name = Name::login_added, .actor = actor(context), .user = user, .account = account,
                                                       .user_name = prepared->user_name});
        outbox_.add(tx, context, {.event = Name::login_added, .event_id = event, .user = user, .account = account,
                                  .user_name = prepared->user_name});
        return Info{.id = prepared->id, .user = user, .profile = prepared->profile.no, .profile_id = prepared->profile.id,
                    .user_name = prepared->user_name, .created_at = context.now, .updated_at = context.now};
    });
}

// What a new password ends, as a reset does (RS3).
void Members::password_set(db::Tx& tx, const Context& context, const logins::Login& login) {
    users_.forgive_failures(tx, context, login.user);
    users_.raise_epoch(tx, context, login.user);  // TK6
    codes_.end(tx, context.realm, login.user);
    codes_.open_again(tx, context.realm, login.user);
    one_time::remove(tx, context.realm, login.user);
    links_.end(tx, context.realm, login.user);
    const auto account = account_of(login);
    if (devices_.forget(tx, context, login.user) != 0) {
        events_.write(tx, context, {.name = Name::trust_removed, .reason = "reset", .actor = actor(context), .user = login.user, .account = account});
    }
    if (account != AccountNo{}) accounts_.note(tx, context, account, "Password changed");
    const auto event = events_.write(tx, context, {.name = Name::password_changed, .factor = "password", .actor = actor(context), .user = login.user,
                                                   .account = account});
    outbox_.add(tx, context, {.event = Name::password_changed, .event_id = event, .user = login.user, .account = account,
                              .user_name = login.user_name});
}

Result<Info> Members::update_info(db::Db& db, const Context& context, const realms::Realm& realm, const UserId& user, const LoginId& id,
                                  const InfoChange& change, const tickets::Ticket* shopper) {
    const auto before = info(db, realm.no, user, id);
    if (!before) return before;
    const auto login = logins_.find(db, realm.no, id);
    if (!login) return refuse(Why::unknown_item, "info");
    if (change.profile && *change.profile != before->profile_id) return refuse(Why::bad_parameter, "password_profile_id", "cannot be changed");
    if (shopper && change.password) return refuse(Why::forbidden);
    const auto name = change.user_name ? text::trimmed(*change.user_name) : before->user_name;
    const bool other_name = name != before->user_name;
    if (other_name) {
        const auto profile = profiles_.find(db, realm.no, before->profile);
        if (!profile) return refuse(Why::unknown_item, "info");
        if (auto fine = profiles::fits(*profile, name); !fine) return refuse(fine.error());
        if (shopper && !customers::fresh(*shopper, *login, context.now, realm.settings.step_up_window)) return refuse(Why::step_up_required, "user_name");
    }
    std::optional<std::string> password;
    if (change.password) {
        const auto words = customers::context_words(realm, name, login->email ? login->email->value : std::string());
        auto made = sealed(db, context, realm, user, id, *change.password, words, customers::strong_factor(*login));
        if (!made) return refuse(made.error());
        password = std::move(*made);
    }
    if (!other_name && !password) return before;
    // X12: a shopper who may change the name learns by it which ones are taken, as who registers does.
    const bool asks = shopper && other_name;
    if (asks) {
        if (auto charged = throttle_.charge_registration(db, context); !charged) return refuse(charged.error());
    }
    auto done = db.transact_or_undo([&](db::Tx& tx) -> Result<Info> {
        if (!is_member(users_.get_locked(tx, context.realm, user))) return refuse(Why::unknown_item, "user");
        const auto email = login->email ? login->email->value : std::string();
        if (other_name) {
            const bool signs_in = login->profile == logins::default_profile && !email.empty() && !logins_.name_taken(tx, context.realm, email, id);
            if (auto renamed = logins_.rename(tx, context, *login, name, signs_in ? email : std::string()); !renamed) return refuse(renamed.error());
            events_.write(tx, context, {.name = Name::login_changed, .reason = "user_name", .actor = actor(context), .user = user,
                                        .account = account_of(*login), .user_name = name});
        }
        if (password) {
            if (!logins_.reset_password(tx, context, *login, *password)) {
                return refuse(Why::bad_parameter, "password", "came second: the password was changed in the same moment");
            }
            password_set(tx, context, *login);
        }
        users_.touch(tx, context, user);
        return info(tx, context.realm, user, id);
    });
    if (asks && (done || done.error().why != Why::name_taken)) throttle_.refund_registration(db, context);
    return done;
}

Result<void> Members::remove_info(db::Db& db, const Context& context, const UserId& user, const LoginId& id) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        if (!is_member(users_.get_locked(tx, context.realm, user))) return refuse(Why::unknown_item, "user");
        const auto login = logins_.find(tx, context.realm, id);
        if (!login || login->user != user) return refuse(Why::unknown_item, "info");
        logins_.remove(tx, context, *login);
        users_.raise_epoch(tx, context, user);  // TK6
        codes_.end(tx, context.realm, user);
        one_time::remove(tx, context.realm, user);
        links_.end(tx, context.realm, user);
        events_.write(tx, context, {.name = Name::login_removed, .actor = actor(context), .user = user, .account = account_of(*login),
                                    .user_name = login->user_name});
        return {};
    });
}

// --- Accounts and memberships

Result<accounts::Account> Members::account(db::Session& session, RealmNo realm, const AccountId& id) {
    const auto no = accounts_.number_of(session, realm, id);
    if (!no) return refuse(Why::unknown_item, "account");
    return accounts_.get(session, realm, *no);
}

db::Page<accounts::Account> Members::list_accounts(db::Session& session, RealmNo realm, const db::ListQuery& query) {
    return accounts_.list(session, realm, query);
}

Result<accounts::Account> Members::add_account(db::Db& db, const Context& context, const NewAccount& given) {
    if (text::trimmed(given.name).empty()) return refuse(Why::missing_parameter, "name");
    if (given.parent && !accounts_.number_of(db, context.realm, *given.parent)) {
        return refuse(Why::bad_parameter, "parent_id", "must be the id of an account");
    }
    accounts::Profile profile{.external_id = given.external_id,
                              .legal_name = given.legal_name,
                              .registration_id = given.registration_id,
                              .parent = given.parent.value_or(AccountId{})};
    const auto name = text::trimmed(given.name);
    if (is_company(name)) profile.company = name;
    const auto prepared = customers_.prepare(db, context, {}, {.profile = called(std::move(profile), name)});
    if (!prepared) return refuse(prepared.error());
    return db.transact([&](db::Tx& tx) -> Result<accounts::Account> {
        return customers_.add(tx, context, *prepared, "no_member").map([](customers::Added added) { return std::move(added.account); });
    });
}

Result<accounts::Account> Members::update_account(db::Db& db, const Context& context, const realms::Realm& realm, const AccountId& id,
                                                  const accounts::Change& change) {
    const auto no = accounts_.number_of(db, realm.no, id);
    if (!no) return refuse(Why::unknown_item, "account");
    if (!change.name) return customers_.update(db, context, realm, *no, change, {}, nullptr);
    const auto name = text::trimmed(*change.name);
    if (name.empty()) return refuse(Why::missing_parameter, "name");
    const auto before = accounts_.get(db, realm.no, *no);
    if (!before) return before;
    auto renamed = change;
    renamed.name = name;
    if (!before->profile.company.empty() && accounts::shown_name(before->profile) == before->profile.company && is_company(name)) {
        renamed.company = name;
        renamed.name = "";
    }
    return customers_.update(db, context, realm, *no, renamed, {}, nullptr);
}

Result<void> Members::remove_account(db::Db& db, const Context& context, const AccountId& id) {
    const auto no = accounts_.number_of(db, context.realm, id);
    if (!no) return refuse(Why::unknown_item, "account");
    return customers_.remove(db, context, *no, true);
}

db::Page<users::Membership> Members::memberships(db::Session& session, RealmNo realm, const AccountId& id, std::uint32_t offset,
                                                 std::uint32_t limit) {
    const auto no = accounts_.number_of(session, realm, id);
    if (!no) return {};
    return users_.memberships(session, realm, *no, offset, limit);
}

Result<users::Membership> Members::membership(db::Session& session, RealmNo realm, const AccountId& id, const UserId& user) {
    const auto no = accounts_.number_of(session, realm, id);
    auto found = no ? users_.membership(session, realm, *no, user) : std::nullopt;
    if (!found) return refuse(Why::unknown_item, "membership");
    return std::move(*found);
}

Result<users::Membership> Members::add_membership(db::Db& db, const Context& context, const AccountId& id, const UserId& user) {
    return db.transact([&](db::Tx& tx) -> Result<users::Membership> {
        const auto no = accounts_.number_of(tx, context.realm, id);
        const auto account = no ? accounts_.get_locked(tx, context.realm, *no) : refuse(Why::unknown_item, "account");
        if (!account) return refuse(Why::unknown_item, "account");
        if (!is_member(users_.get_locked(tx, context.realm, user))) return refuse(Why::bad_parameter, "account_member_id", "must be the id of an account member");
        const bool first = accounts_.claim(tx, context, *no);  // the account's row changes with its first user (D352)
        if (!users_.join(tx, context, user, *no, first ? "owner" : "member", first)) return refuse(Why::name_taken, "account_member_id");
        users_.touch(tx, context, user);
        accounts_.note(tx, context, *no, "Member added");
        events_.write(tx, context, {.name = Name::membership_added, .actor = actor(context), .user = user, .account = *no});
        return users_.membership(tx, context.realm, *no, user).value();
    });
}

Result<void> Members::remove_membership(db::Db& db, const Context& context, const AccountId& id, const UserId& user) {
    return db.transact([&](db::Tx& tx) -> Result<void> {
        const auto no = accounts_.number_of(tx, context.realm, id);
        const auto account = no ? accounts_.get_locked(tx, context.realm, *no) : refuse(Why::unknown_item, "account");
        if (!account || !users_.membership(tx, context.realm, *no, user)) return refuse(Why::unknown_item, "membership");
        users_.remove_membership(tx, context, user, *no);
        users_.name_primary(tx, context, *no);
        users_.raise_epoch(tx, context, user);  // TK6
        accounts_.note(tx, context, *no, "Member removed");
        events_.write(tx, context, {.name = Name::membership_removed, .actor = actor(context), .user = user, .account = *no,
                                    .details = Json::object({{"id", dashed(id.value)}})});
        return {};
    });
}

}  // namespace authtickets::members
