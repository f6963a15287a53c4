// SPDX-License-Identifier: MIT
// Customer accounts (kibo 6.2): their columns and the part that is kept as it came.
// Users, memberships and logins belong to core/users and core/logins; sign_in joins them.
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

namespace authtickets::accounts {

// What a caller may give when an account is made.
struct Profile {
    std::string account_type = "B2C";  // or B2B
    std::string email{}, first_name{}, last_name{}, company{}, locale_code{}, external_id{}, tax_id{};
    bool tax_exempt = false, accepts_marketing = false;
    std::optional<Time> customer_since_at{};
    Json::Array contacts{}, attributes{}, notes{};  // given back unchanged; contacts get an id where they have none
    // Of the Elastic Path door. Without a name of its own an account is named by the others: see shown_name().
    std::string name{}, legal_name{}, registration_id{};
    AccountId parent{};  // empty: none; as it was when the account was made
    // What a shop keeps of its customers for itself (core/enrolment); phone is in E.164, custom_data an object or null.
    std::string code{}, label{}, phone{}, caption{}, description{};
    Json custom_data{};
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
    bool foreign_password = false;  // made by another system, until the first sign-in
    std::optional<Time> last_second_step_at{};
    bool guest() const { return user.empty(); }
};

// The columns of an account with the user and login shown beside it, in the order read_account takes them; for the
// named queries of stores that read an account with their own row: aliases a (accounts), u (users), l (logins).
// Every column is called _ there: the connector makes a map of a result's names at each answer, which one name for all keeps
// small (D391, docs/decisions.md).
#define AUTHTICKETS_ACCOUNT_COLUMNS "a.realm_no _, a.account_no _, u.user_id _, a.account_id _, " AUTHTICKETS_ACCOUNT_SHOWN
#define AUTHTICKETS_ACCOUNT_SHOWN                                                                                   \
    "a.account_type _, a.email _, a.first_name _, a.last_name _, a.company _, a.locale_code _, a.external_id _, a.tax_id _, "      \
    "a.tax_exempt _, a.accepts_marketing _, " AUTHTICKETS_TIME("a.customer_since_at") ", a.profile _, a.active _, "                 \
    AUTHTICKETS_TIME("a.created_at") ", " AUTHTICKETS_TIME("a.updated_at") ", a.created_by _, a.updated_by _, a.name _, "          \
    "a.legal_name _, a.registration_id _, a.parent_id _, a.code _, a.label _, a.phone _, l.user_name _, "                         \
    "l.locked_at IS NOT NULL OR u.blocked_at IS NOT NULL _, l.foreign_password _, " AUTHTICKETS_TIME("u.last_second_step_at")
Account read_account(db::Row&);
// For rows that have told already whose account it is: the columns of AUTHTICKETS_ACCOUNT_SHOWN.
void read_shown(db::Row&, Account&);

// What a caller changes of an account; what is absent stays as it is.
struct Change {
    std::optional<std::string> account_type{}, email{}, first_name{}, last_name{}, company{}, locale_code{}, external_id{}, tax_id{};
    std::optional<bool> tax_exempt{}, accepts_marketing{};
    std::optional<Time> customer_since_at{};
    std::optional<Json::Array> contacts{}, attributes{}, notes{};
    std::optional<std::string> name{}, legal_name{}, registration_id{};  // an empty name: that of the others again
    std::optional<std::string> code{}, label{}, phone{}, caption{}, description{};
    std::optional<Json> custom_data{};
};

// One changed member. The path is of this program's names, "/" between the levels: "first_name", "contacts/1/address/cityOrTown".
struct FieldChange {
    std::string path;
    std::optional<std::string> old_value{}, new_value{};  // none: it was not there, or is gone
};

// An entry of an account's own log (kibo 6.2, CustomerAuditEntry).
struct LogEntry {
    std::uint64_t no{};
    AccountNo account{};
    Time at{};
    std::string description{};
    FieldChange change{};              // an entry without a field has an empty path
    std::optional<UserId> user{};      // whose ticket came with the call
    std::optional<ApplicationNo> application{};
    std::string application_name{};
    std::optional<std::uint32_t> site{};
};

// rules
// What an account is called: the name given to it, else first and last name, else company, else the e-mail address.
std::string shown_name(const Profile&);
Profile applied(Profile, const Change&);
std::vector<FieldChange> differences(const Profile& before, const Profile& after);

// rules: lengths, shapes. The field named is the wire-neutral one: "email", "first_name", ...
Result<Profile> checked(Profile);
void number_contacts(Profile&, AccountNo);  // id and accountId where missing; ids stay unique

// --- Lists ---

// What accounts are found and sorted by. userId and user name are those of any member.
enum class Field : int { no, email, first_name, last_name, company, external_id, user, user_name, active, guest,
                         customer_since_at, created_at, updated_at, id, name, legal_name, registration_id, code, label, phone };
inline constexpr auto list_fields = [] {
    using enum db::Op;
    using enum db::Kind;
    constexpr auto words = db::ops(eq, ne, in, starts, contains, like, db::Op::empty), ranges = db::ops(eq, ne, gt, ge, lt, le);
    constexpr db::Field name{.kind = text, .operators = words, .sortable = true, .may_be_empty = true};
    constexpr db::Field flag{.kind = boolean, .operators = db::ops(eq, ne), .once = true};
    constexpr db::Field moment{.kind = time, .operators = ranges, .sortable = true};
    return std::array{db::Field{.kind = number, .operators = ranges | db::ops(in), .sortable = true},  // no
                      name, name, name, name, name,  // email, first_name, last_name, company, external_id
                      db::Field{.kind = id, .operators = db::ops(eq, in), .once = true},            // user
                      db::Field{.kind = text, .operators = db::ops(eq, in, starts), .once = true},  // user_name
                      db::Field{.kind = boolean, .operators = db::ops(eq, ne), .sortable = true},  // active
                      flag,                    // guest
                      moment, moment, moment,  // customer_since_at, created_at, updated_at
                      db::Field{.kind = db::Kind::id, .operators = db::ops(eq, in), .sortable = true},  // id
                      name, name, name,        // name, legal_name, registration_id
                      name, name, name};       // code, label, phone
}();
static_assert(list_fields.size() == static_cast<std::size_t>(Field::phone) + 1);

// What entries of an account's log are found and sorted by.
enum class LogField : int { no, at, of_notes };
inline constexpr auto log_fields = [] {
    using enum db::Op;
    constexpr auto ranges = db::ops(eq, ne, gt, ge, lt, le);
    return std::array{db::Field{.kind = db::Kind::number, .operators = ranges | db::ops(in), .sortable = true},
                      db::Field{.kind = db::Kind::time, .operators = ranges, .sortable = true},
                      db::Field{.kind = db::Kind::boolean, .operators = db::ops(eq)}};
}();

// rules: addresses and user names in the form that their columns hold.
db::ListQuery normal(db::ListQuery);
// rules: each word is the beginning of the address, the first or the last name.
std::vector<db::Either> search(const std::vector<std::string>& words);

class Accounts {
public:
    explicit Accounts(Rng& rng) : rng_(rng) {}

    // In the caller's transaction: three statements (insert, its number, the count). With a number of the caller's own, an
    // import keeps it: Duplicate when it is taken. Who adds many may count them himself, by count(). `users`: so many are
    // made with it, who are counted by the same statement.
    Account add(db::Tx&, const Context&, Profile, std::optional<AccountNo> number = {}, bool counted = true, int users = 0);
    void count(db::Tx&, const Context&, AccountNo one_of_them, int more, int more_users);
    bool exists(db::Session&, RealmNo, AccountNo);
    std::optional<AccountNo> number_of(db::Session&, RealmNo, const AccountId&);
    // With the account's primary user, or with `user` when he belongs to it. unknown_item otherwise.
    Result<Account> get(db::Session&, RealmNo, AccountNo, std::optional<UserId> user = {});
    // The same, with the account's row locked to the transaction's end: whoever changes an account begins with it.
    Result<Account> get_locked(db::Tx&, RealmNo, AccountNo, std::optional<UserId> user = {});

    // The profile as it is to be, `before` being what the locked row holds; its log gets an entry per changed member.
    // Gives the account as it is then.
    Account update(db::Tx&, const Context&, Account before, Profile after);
    void set_active(db::Tx&, const Context&, Account& account, bool active);
    // The account gets its first user: false when it has one. Of two primaries one is undone, and looks again.
    bool claim(db::Tx&, const Context&, AccountNo);
    // The row, its log, its place in the count, and that of so many users; memberships and users are the caller's to remove
    // first. Accounts whose parent it was have none any more.
    void remove(db::Tx&, const Context&, const Account&, int users = 0);
    // Entries of the account's log; without a field: one entry that has the description alone.
    void note(db::Tx&, const Context&, AccountNo, std::string_view description, const std::vector<FieldChange>& = {});

    // Lists. Each account is shown with its primary user, or with the one that the query names by Field::user and db::Op::eq.
    db::Page<Account> list(db::Session&, RealmNo, const db::ListQuery&);
    std::uint64_t count(db::Session&, RealmNo);
    db::Page<LogEntry> log(db::Session&, RealmNo, AccountNo, const db::ListQuery&);

private:
    Rng& rng_;
};

// For commands: the accounts that a person knows by this number, external id, e-mail address, or a name that signs in.
std::vector<Account> find(db::Session&, RealmNo, std::string_view text, unsigned most);

// For core/upkeep: at most `most` entries of the accounts' logs that are older than a time.
std::uint64_t purge_log(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::accounts
