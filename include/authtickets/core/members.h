// SPDX-License-Identifier: MIT
// Members: users as the Elastic Path door sees them (docs/elasticpath.md). A member is a user who is no staff (core/staff), its "password profile info" a login
// of his in one password profile, its accounts are those he belongs to. Members, logins, accounts and memberships are made,
// changed and removed here one by one; a customer as a whole is core/customers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/codes.h>
#include <authtickets/core/contacts.h>
#include <authtickets/core/context.h>
#include <authtickets/core/customers.h>
#include <authtickets/core/devices.h>
#include <authtickets/core/events.h>
#include <authtickets/core/links.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/profiles.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/tickets.h>
#include <authtickets/core/throttle.h>
#include <authtickets/core/users.h>

namespace authtickets::members {

using Member = users::User;

inline constexpr std::size_t least_password = 8;  // code points; the rule in force applies as well (X1)

// A login of a member.
struct Info {
    LoginId id{};
    UserId user{};
    ProfileNo profile{};
    profiles::ProfileId profile_id{};
    std::string user_name{};
    Time created_at{}, updated_at{};
};

struct NewMember {
    users::Names names{};
    std::string email{};
};

// What is absent stays as it is; an empty text: there is none any more (name and e-mail must be there).
struct Change {
    std::optional<std::string> name{}, given_name{}, middle_name{}, family_name{}, email{};
};

struct NewInfo {
    profiles::ProfileId profile{};
    std::string user_name{};
    Secret password{};
};

struct InfoChange {
    std::optional<profiles::ProfileId> profile{};  // may say what it is, and no other
    std::optional<std::string> user_name{};
    std::optional<Secret> password{};  // outright (X11), by an application; a member's own goes through core/account_tickets
};

// Judged and hashed, so that adding it is statements only. Made by Members::prepare.
struct Prepared {
    NewMember member{};
    UserId user{};
    struct Login {
        LoginId id{};
        profiles::Profile profile{};
        std::string user_name{}, sealed{};
        bool signs_in = false;  // who is added is signed in at once
    };
    std::optional<Login> login{};
};

struct NewAccount {
    std::string name{}, legal_name{}, registration_id{}, external_id{};
    std::optional<AccountId> parent{};
};

// rules
// An Elastic Path membership has an id, which is not stored: the user's id, mixed with the account's so that it can be taken apart.
Uuid membership_id(const AccountId&, const UserId&);
UserId user_of(const AccountId&, const Uuid& membership);
Result<NewMember> checked(NewMember);  // fields "name", "email", "given_name", ...
db::ListQuery normal(db::ListQuery);   // addresses in the form that their column holds; `fields` are those of users::Field

class Members {
public:
    Members(Rng& rng, accounts::Accounts& accounts, users::Users& users, profiles::Profiles& profiles, logins::Logins& logins,
            customers::Customers& customers, contacts::Contacts& contacts, codes::Codes& codes, links::Links& links,
            devices::Devices& devices, events::Events& events, outbox::Outbox& outbox, throttle::Throttle& throttle)
        : rng_(rng), accounts_(accounts), users_(users), profiles_(profiles), logins_(logins), customers_(customers), contacts_(contacts),
          codes_(codes), links_(links), devices_(devices), events_(events), outbox_(outbox), throttle_(throttle) {}

    // --- Members

    db::Page<Member> list(db::Session&, RealmNo, const db::ListQuery&);       // fields: users::Field
    Result<Member> get(db::Session&, RealmNo, const UserId&);                 // unknown_item
    // With an account named after the member and the membership in it, where members.auto_account is on.
    Result<Member> add(db::Db&, const Context&, const realms::Realm&, const NewMember&);
    // Without a shopper: an application, whose new e-mail address becomes the one that codes go to, unverified; the default
    // profile's login signs in by it too, unless another login does already. A member's own new address becomes that after the
    // code which is sent to it, and needs a fresh ticket (RS6: step_up_required); names change at once. unknown_item, bad_parameter.
    Result<Member> update(db::Db&, const Context&, const realms::Realm&, const UserId&, const Change&, const tickets::Ticket* shopper = nullptr);
    // With logins, tickets, codes, links, devices and authenticator; the accounts stay.
    Result<void> remove(db::Db&, const Context&, const UserId&);

    // Registering: `prepare` outside any transaction (missing_parameter, bad_parameter, password_*, busy, unknown_item for the profile),
    // `add` in the caller's: name_taken leaves no row behind. Whether members.self_signup is on is the caller's to ask.
    Result<Prepared> prepare(db::Session&, const Context&, const realms::Realm&, NewMember, std::optional<NewInfo>);
    Result<Member> add(db::Tx&, const Context&, const realms::Realm&, const Prepared&, std::string_view reason);

    // --- Logins of a member ("user authentication password profile info")

    db::Page<Info> infos(db::Session&, RealmNo, const UserId&, std::uint32_t offset, std::uint32_t limit);
    Result<Info> info(db::Session&, RealmNo, const UserId&, const LoginId&);  // unknown_item
    // name_taken; one of a profile is enough for a member (in_use).
    Result<Info> add_info(db::Db&, const Context&, const realms::Realm&, const UserId&, const NewInfo&);
    // A member's own may change the user name alone, by a fresh ticket (RS6: step_up_required).
    Result<Info> update_info(db::Db&, const Context&, const realms::Realm&, const UserId&, const LoginId&, const InfoChange&,
                             const tickets::Ticket* shopper = nullptr);
    Result<void> remove_info(db::Db&, const Context&, const UserId&, const LoginId&);

    // --- Accounts and memberships

    Result<accounts::Account> account(db::Session&, RealmNo, const AccountId&);  // unknown_item
    db::Page<accounts::Account> list_accounts(db::Session&, RealmNo, const db::ListQuery&);  // fields: accounts::Field
    Result<accounts::Account> add_account(db::Db&, const Context&, const NewAccount&);  // bad_parameter for an unknown parent
    Result<accounts::Account> update_account(db::Db&, const Context&, const realms::Realm&, const AccountId&, const accounts::Change&);
    Result<void> remove_account(db::Db&, const Context&, const AccountId&);      // its members stay

    db::Page<users::Membership> memberships(db::Session&, RealmNo, const AccountId&, std::uint32_t offset, std::uint32_t limit);
    Result<users::Membership> membership(db::Session&, RealmNo, const AccountId&, const UserId&);  // unknown_item
    // bad_parameter for an unknown member; name_taken: belongs to it already.
    Result<users::Membership> add_membership(db::Db&, const Context&, const AccountId&, const UserId&);
    Result<void> remove_membership(db::Db&, const Context&, const AccountId&, const UserId&);  // ends the member's tickets (TK6)

private:
    Result<Prepared::Login> prepare_login(db::Session&, const Context&, const realms::Realm&, const UserId&, const std::string& email, const NewInfo&);
    Result<std::string> sealed(db::Session&, const Context&, const realms::Realm&, const UserId&, const LoginId&, const Secret& password,
                               std::span<const std::string> words, bool second_factor);
    Result<void> add_login(db::Tx&, const Context&, const UserId&, const std::string& email, const Prepared::Login&);
    accounts::Account add_own_account(db::Tx&, const Context&, const Prepared&, std::string_view reason);
    Result<Member> changed(db::Tx&, const Context&, const UserId&, const Change&, bool email_too, bool address_signs_in);
    Result<void> move_email(db::Tx&, const Context&, const Member& before, const std::optional<logins::Login>&, const std::string& email, bool signs_in);
    void account_follows(db::Tx&, const Context&, AccountNo, const Member& before, const NewMember& after);
    void password_set(db::Tx&, const Context&, const logins::Login&);
    Rng& rng_;
    accounts::Accounts& accounts_;
    users::Users& users_;
    profiles::Profiles& profiles_;
    logins::Logins& logins_;
    customers::Customers& customers_;
    contacts::Contacts& contacts_;
    codes::Codes& codes_;
    links::Links& links_;
    devices::Devices& devices_;
    events::Events& events_;
    outbox::Outbox& outbox_;
    throttle::Throttle& throttle_;
};

}  // namespace authtickets::members
