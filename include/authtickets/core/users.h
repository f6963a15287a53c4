// SPDX-License-Identifier: MIT
// Users: the persons who sign in, their names, contacts and memberships, and the epoch that ends all their tickets.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/db/db.h>
#include <authtickets/db/where.h>

namespace authtickets::users {

enum class ContactKind : std::uint8_t { email = 1, phone = 2 };  // stored
// What the user picked for the second step; simple: none of the user's own.
enum class Method : std::uint8_t { simple = 1, email = 2, sms = 3 };  // stored
std::string_view name(Method);                                       // "sms"
std::optional<Method> method_of(std::string_view);

// What a user may do in the shop's own matters, by the door that has such users. A customer has no such rights; all others
// are staff, who need no account.
enum class Role : std::uint8_t {  // stored
    customer = 1, read_only = 2, support_specialist = 3, marketing_specialist = 4, goods_specialist = 5, manager = 6, developer = 7, administrator = 8
};
constexpr bool is_staff(Role role) { return role > Role::customer; }  // one that was never read is none
inline constexpr std::array all_roles{Role::customer, Role::read_only, Role::support_specialist, Role::marketing_specialist, Role::goods_specialist,
                                      Role::manager, Role::developer, Role::administrator};
std::string_view name(Role);                            // "support_specialist"
std::optional<Role> role_named(std::string_view);

struct Contact {
    std::string value{};
    bool verified = false;
};

// What a user is called. Those of who came with an account are the account's, and follow it until somebody names the user otherwise.
struct Names {
    std::string name{}, given_name{}, middle_name{}, family_name{};  // empty: there is none
    bool operator==(const Names&) const = default;
};
Result<Names> checked(Names);  // rules: lengths; a name must be there. The fields are those of the members

struct User {
    UserId id{};
    Names names{};
    std::string email{};         // the contact
    bool email_verified = false;
    bool blocked = false;
    Role role = Role::customer;
    Time created_at{}, updated_at{};  // the latter moves with contacts, logins and memberships too
};

// That a user belongs to an account, with what is shown of both.
struct Membership {
    UserId user{};
    AccountNo account{};
    AccountId account_id{};
    std::string role{};
    bool primary = false;
    Time created_at{};
};

// What users are found and sorted by.
enum class Field : int { id, name, email, given_name, middle_name, family_name, created_at, updated_at };
inline constexpr auto list_fields = [] {
    using enum db::Op;
    constexpr auto words = db::ops(eq, in, like, empty), ranges = db::ops(eq, gt, ge, lt, le);
    constexpr db::Field text{.kind = db::Kind::text, .operators = words, .sortable = true, .may_be_empty = true};
    constexpr db::Field moment{.kind = db::Kind::time, .operators = ranges, .sortable = true};
    return std::array{db::Field{.kind = db::Kind::id, .operators = db::ops(eq, in), .sortable = true},
                      text, text, text, text, text,  // name, email, given_name, middle_name, family_name
                      moment, moment};               // created_at, updated_at
}();
static_assert(list_fields.size() == static_cast<std::size_t>(Field::updated_at) + 1);

class Users {
public:
    // In the caller's transaction.
    void add(db::Tx&, const Context&, const UserId&, const Names& = {}, Role = Role::customer);  // one statement
    // Of the realm's users, for who makes or removes one without an account (else accounts::Accounts counts). Staff are not counted.
    void count(db::Tx&, const Context&, const UserId& one_of_them, int more);
    void add_contact(db::Tx&, const Context&, const UserId&, ContactKind, const std::string& value,
                     const std::string& normal, bool verified = false);                                         // one statement
    void add_membership(db::Tx&, const Context&, const UserId&, AccountNo, std::string_view role, bool primary);

    bool exists(db::Session&, RealmNo, const UserId&);
    std::optional<User> get(db::Session&, RealmNo, const UserId&);
    // The same with the user's row locked to the transaction's end: whoever changes a user as a whole begins with it.
    std::optional<User> get_locked(db::Tx&, RealmNo, const UserId&);
    db::Page<User> list(db::Session&, RealmNo, const db::ListQuery&);  // without staff
    // Another role; who takes a right away raises the epoch. False: it was so already.
    bool set_role(db::Tx&, const Context&, const UserId&, Role);
    // Whoever may take an administrator away begins with it: two at once wait for each other, and on two primaries one is
    // undone. Gives how many there are.
    std::uint64_t touch_administrators(db::Tx&, RealmNo);
    void set_custom_data(db::Tx&, const Context&, const UserId&, const Json&);  // an object; null: none
    void set_names(db::Tx&, const Context&, const UserId&, const Names&);
    // The account's names have changed: those of the user that were the same become the new ones. One statement.
    void follow_names(db::Tx&, const Context&, const UserId&, const Names& before, const Names& after);
    void touch(db::Tx&, const Context&, const UserId&);  // a login or membership of the user has changed

    // Memberships of an account, its primary user first.
    db::Page<Membership> memberships(db::Session&, RealmNo, AccountNo, std::uint32_t offset, std::uint32_t limit);
    std::optional<Membership> membership(db::Session&, RealmNo, AccountNo, const UserId&);
    bool join(db::Tx&, const Context&, const UserId&, AccountNo, std::string_view role, bool primary);  // false: belongs to it already
    std::vector<AccountNo> primary_of(db::Session&, RealmNo, const UserId&);  // the accounts whose primary user he is
    // An account without a primary user gets one: who has belonged to it longest.
    void name_primary(db::Tx&, const Context&, AccountNo);

    // The members of an account, the primary one first. `elsewhere`: belongs to another account too.
    struct Member {
        UserId user;
        bool primary{}, elsewhere{};
    };
    std::vector<Member> members(db::Session&, RealmNo, AccountNo);
    void remove_membership(db::Tx&, const Context&, const UserId&, AccountNo);
    void remove(db::Tx&, const Context&, const UserId&);  // with contacts and memberships
    // The user's address becomes this one, unverified; `value` empty: there is none any more.
    void set_contact(db::Tx&, const Context&, const UserId&, ContactKind, const std::string& value, const std::string& normal);
    void verify_contact(db::Tx&, const Context&, const UserId&, ContactKind);
    void unverify_contact(db::Tx&, const Context&, const UserId&, ContactKind);  // until it is shown again that it is the user's
    bool set_method(db::Tx&, const Context&, const UserId&, Method);  // false: it was so already
    // A code was shown: as a second step or not, and from which region if one was claimed. With the sign-in that it completed, the
    // login's last one is now. One statement, although the login's row is core/logins' (docs/decisions.md).
    void note_step(db::Tx&, const Context&, const UserId&, bool second, const std::string& region, const std::optional<LoginId>& signed_in = {});
    // The contact is verified if it is still this one: the code went there.
    void verify_contact(db::Tx&, const Context&, const UserId&, ContactKind, const std::string& value);
    // When the shop turned the user's authenticator app off, until he has read it or turned one on (B4, docs/pages.md).
    std::optional<Time> two_step_ended_at(db::Session&, RealmNo, const UserId&);
    void note_two_step_ended(db::Tx&, const Context&, const UserId&, const std::optional<Time>&);
    // TK6 for all members of an account at once.
    void raise_epochs(db::Tx&, const Context&, AccountNo);

    // TK6: every ticket of the user is refused from the moment this is committed. False: no such user.
    bool raise_epoch(db::Tx&, const Context&, const UserId&);
    // Blocking raises the epoch; unblocking brings no ticket back. False: no such user, or already so.
    bool block(db::Tx&, const Context&, const UserId&, bool blocked);

    // One wrong password more within 24 h, over all logins of the user (TH1). Gives nothing: logins read the total.
    void count_failure(db::Tx&, const Context&, const UserId&);
    void take_failure_back(db::Tx&, const Context&, const UserId&);  // it was the same wrong one again
    void forgive_failures(db::Tx&, const Context&, const UserId&);
};

// For core/upkeep, after a restored backup (docs/decisions.md): the epochs of users above `after` up to `last` rise, and
// to `least` at least. end_of_page: the last of a thousand that follow `after`; none when fewer follow.
std::optional<UserId> end_of_page(db::Session&, RealmNo, const UserId& after);
std::uint64_t raise_epochs(db::Tx&, const Context&, const UserId& after, const UserId& last, std::uint32_t least);
std::uint64_t count(db::Session&, RealmNo);

}  // namespace authtickets::users
