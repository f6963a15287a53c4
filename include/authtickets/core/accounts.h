// SPDX-License-Identifier: MIT
// Customer accounts (kibo 6.2): their columns and the part that is kept as it came.
// Users, memberships and logins belong to core/users and core/logins; sign_in joins them.
#pragma once

#include <optional>
#include <string>

#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/core/context.h>
#include <authtickets/db/db.h>

namespace authtickets::accounts {

// What a caller may give when an account is made.
struct Profile {
    std::string account_type = "B2C";  // or B2B
    std::string email{}, first_name{}, last_name{}, company{}, locale_code{}, external_id{}, tax_id{};
    bool tax_exempt = false, accepts_marketing = false;
    std::optional<Time> customer_since_at{};
    Json::Array contacts{}, attributes{}, notes{};  // given back unchanged; contacts get an id where they have none
};

struct Account {
    RealmNo realm{};
    AccountNo no{};
    AccountId id{};
    Profile profile{};
    bool active = true;
    Time created_at{}, updated_at{};
    std::string created_by{}, updated_by{};
    // of the user shown with it; empty for a guest
    UserId user{};
    std::string user_name{};
    bool locked = false;   // locked login or blocked user
    std::optional<Time> last_second_step_at{};
    bool guest() const { return user.empty(); }
};

// The columns of an account with the user and login shown beside it, in the order read_account takes them; for the
// named queries of stores that read an account with their own row: aliases a (accounts), u (users), l (logins).
#define AUTHTICKETS_ACCOUNT_COLUMNS                                                                                 \
    "a.realm_no, a.account_no, a.account_id, a.account_type, a.email, a.first_name, a.last_name, a.company, "       \
    "a.locale_code, a.external_id, a.tax_id, a.tax_exempt, a.accepts_marketing, a.customer_since_at, a.profile, "   \
    "a.active, a.created_at, a.updated_at, a.created_by, a.updated_by, "                                            \
    "u.user_id, l.user_name, l.locked_at IS NOT NULL OR u.blocked_at IS NOT NULL, u.last_second_step_at"
Account read_account(db::Row&);
inline constexpr int account_column_count = 24;

// rules: lengths, shapes. The field named is the wire-neutral one: "email", "first_name", ...
Result<Profile> checked(Profile);
void number_contacts(Profile&, AccountNo);  // id and accountId where missing; ids stay unique

class Accounts {
public:
    explicit Accounts(Rng& rng) : rng_(rng) {}

    // In the caller's transaction: two statements (insert, its number).
    Account add(db::Tx&, const Context&, Profile);
    // With the account's primary user, or with `user` when he belongs to it. unknown_item otherwise.
    Result<Account> get(db::Session&, RealmNo, AccountNo, std::optional<UserId> user = {});

private:
    Rng& rng_;
};

}  // namespace authtickets::accounts
