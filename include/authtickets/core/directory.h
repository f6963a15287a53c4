// SPDX-License-Identifier: MIT
// The directory: a shop's customers as the desk lists them (M1, docs/pages.md). Read only: it joins the tables of accounts,
// users, logins and authenticators, and writes none of them. What one customer's record shows and does is elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/core/realms.h>
#include <authtickets/db/db.h>

namespace authtickets::directory {

// What the list is filtered by and shows. Several may hold at once: a row is shown by the first of suspended, locked, active.
enum class Status : std::uint8_t { active, suspended, locked, guest };
std::string_view name(Status);                    // "suspended"
std::optional<Status> status_named(std::string_view);

// What the user picked or set up for the second step; the rules of the shop may ask for more.
enum class TwoStep : std::uint8_t { none, app, sms, email };
std::string_view name(TwoStep);                   // "app"

enum class Sort : std::uint8_t { last_sign_in, name, user_name, email };
std::string_view name(Sort);                      // "last_sign_in"
std::optional<Sort> sort_named(std::string_view);
bool falls(Sort);                                 // rules: newest first, names from A on, when no direction is asked for

// A customer: an account and a user who signs in to it. An account of several users is a row for each; a guest is an account
// that nobody signs in to.
struct Customer {
    AccountNo account{};
    UserId user{};                                // empty: a guest
    std::string first_name{}, last_name{}, name{}, company{};  // the account's; `name` as accounts::shown_name()
    std::string user_name{};
    std::string email{};                          // the user's address; a guest's is the account's
    bool suspended = false;                       // the user is blocked, or the account disabled
    bool locked = false;                          // by wrong passwords; a lock that has run out is none
    TwoStep two_step{};
    std::optional<Time> last_sign_in_at{};
    Time created_at{};                            // of the account
    bool guest() const { return user.empty(); }
    Status status() const;                        // rules: the one to show
    std::string shown() const;                    // rules: first and last name, else name, company, user name or e-mail
};

struct Query {
    // One term: the beginning of a first or last name, of the whole one, a user name or an e-mail address, whatever the letter case; two
    // words: first and last name in either order.
    std::string search{};
    // guest: those alone. Without a status a list has no guests, and what a search finds has them.
    std::optional<Status> status{};
    Sort sort = Sort::last_sign_in;
    std::optional<bool> falling{};                // none: as falls(sort) says
    std::uint32_t offset = 0, limit = 50;         // of more than most_shown nothing is listed
};

inline constexpr std::uint32_t most_limit = 200;   // of one page
inline constexpr std::uint32_t most_shown = 10'000;  // how far a list can be paged and counted, and what an export holds
inline constexpr unsigned most_candidates = 1'000;  // what a search looks at in each of the columns it searches

struct Page {
    std::vector<Customer> items{};
    std::uint64_t total{};                        // most_shown at most
    bool more = false;                            // there are more than `total`
    bool broad = false;                           // the term stands at the beginning of too many names: not all were looked at
};

struct Export {
    std::string csv{};                            // UTF-8, RFC 4180, formulas defused; a head line
    std::uint32_t rows{};
    bool cut = false;                             // there are more than most_shown
};

class Directory {
public:
    Page list(db::Session&, const realms::Realm&, Time now, const Query&);
    // The whole filtered list, whatever offset and limit say. export.made is the caller's to write (desk::Desk::exported).
    Export exported(db::Session&, const realms::Realm&, Time now, const Query&);
};

}  // namespace authtickets::directory
