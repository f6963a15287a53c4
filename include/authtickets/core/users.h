// SPDX-License-Identifier: MIT
// Users: the persons who sign in, their contacts and memberships, and the epoch that ends all their tickets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <authtickets/core/context.h>
#include <authtickets/db/db.h>

namespace authtickets::users {

enum class ContactKind : std::uint8_t { email = 1, phone = 2 };  // stored
// What the user picked for the second step; simple: none of the user's own.
enum class Method : std::uint8_t { simple = 1, email = 2, sms = 3 };  // stored
std::string_view name(Method);                                       // "sms"
std::optional<Method> method_of(std::string_view);

struct Contact {
    std::string value{};
    bool verified = false;
};

class Users {
public:
    // In the caller's transaction.
    void add(db::Tx&, const Context&, const UserId&);                                    // one statement
    void add_contact(db::Tx&, const Context&, const UserId&, ContactKind, const std::string& value,
                     const std::string& normal, bool verified = false);                                         // one statement
    void add_membership(db::Tx&, const Context&, const UserId&, AccountNo, std::string_view role, bool primary);

    bool exists(db::Session&, RealmNo, const UserId&);

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
    bool set_method(db::Tx&, const Context&, const UserId&, Method);  // false: it was so already
    // A code was shown: as a second step or not, and from which region if one was claimed. One statement.
    void note_step(db::Tx&, const Context&, const UserId&, bool second, const std::string& region);
    // The contact is verified if it is still this one: the code went there.
    void verify_contact(db::Tx&, const Context&, const UserId&, ContactKind, const std::string& value);
    // TK6 for all members of an account at once.
    void raise_epochs(db::Tx&, const Context&, AccountNo);

    // TK6: every ticket of the user is refused from the moment this is committed. False: no such user.
    bool raise_epoch(db::Tx&, const Context&, const UserId&);
    // Blocking raises the epoch; unblocking brings no ticket back. False: no such user, or already so.
    bool block(db::Tx&, const Context&, const UserId&, bool blocked);

    // One wrong password more within 24 h, over all logins of the user (TH1). Gives nothing: logins read the total.
    void count_failure(db::Tx&, const Context&, const UserId&);
    void forgive_failures(db::Tx&, const Context&, const UserId&);
};

// For core/upkeep, after a restored backup (docs/decisions.md): the epochs of users above `after` up to `last` rise, and
// to `least` at least. end_of_page: the last of a thousand that follow `after`; none when fewer follow.
std::optional<UserId> end_of_page(db::Session&, RealmNo, const UserId& after);
std::uint64_t raise_epochs(db::Tx&, const Context&, const UserId& after, const UserId& last, std::uint32_t least);
std::uint64_t count(db::Session&, RealmNo);

}  // namespace authtickets::users
