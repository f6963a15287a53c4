// SPDX-License-Identifier: MIT
// SQL of core/directory: one list, read from the table whose index gives its order, so that a page costs what it shows. What
// is searched for, suspended or locked is found first, by an index each and no further than a bound, and sorted then.
#include "core/directory/store.h"

#include <algorithm>
#include <array>

#include "core/query_lists.h"

namespace authtickets::directory {
namespace {

#define CUSTOMER_COLUMNS                                                                                                \
    "SELECT STRAIGHT_JOIN a.account_no, u.user_id, a.first_name, a.last_name, a.name, a.company, l.user_name, COALESCE(c.value, a.email), " \
    "u.blocked_at IS NOT NULL OR a.active = 0, l.locked_at, u.method, t.user_id IS NOT NULL, l.last_login_at, a.created_at FROM "
#define ONLY_COUNTED "SELECT STRAIGHT_JOIN 1 FROM "
#define BESIDE                                                                                        \
    " LEFT JOIN contacts c ON c.realm_no = u.realm_no AND c.user_id = u.user_id AND c.kind = 1"       \
    " LEFT JOIN totp_authenticators t ON t.realm_no = u.realm_no AND t.user_id = u.user_id"

// Told which index all along: where two would do, the server may read one of them from end to end to filter the other.
#define OF_LOGINS(index)                                                                  \
    "logins l FORCE INDEX (" index ") JOIN users u FORCE INDEX (PRIMARY) ON u.realm_no = l.realm_no AND u.user_id = l.user_id" \
    " JOIN memberships m ON m.realm_no = l.realm_no AND m.user_id = l.user_id"            \
    " JOIN accounts a FORCE INDEX (PRIMARY) ON a.realm_no = m.realm_no AND a.account_no = m.account_no"
#define OF_ACCOUNTS(index)                                                                \
    "accounts a FORCE INDEX (" index ") JOIN memberships m ON m.realm_no = a.realm_no AND m.account_no = a.account_no" \
    " JOIN users u FORCE INDEX (PRIMARY) ON u.realm_no = m.realm_no AND u.user_id = m.user_id"                  \
    " JOIN logins l ON l.realm_no = m.realm_no AND l.user_id = m.user_id"
// `f` has users.
#define OF_USERS(found)                                                                   \
    "(" found ") f JOIN users u FORCE INDEX (PRIMARY) ON u.realm_no = ? AND u.user_id = f.user_id"              \
    " JOIN memberships m ON m.realm_no = u.realm_no AND m.user_id = u.user_id"            \
    " JOIN accounts a FORCE INDEX (PRIMARY) ON a.realm_no = m.realm_no AND a.account_no = m.account_no"         \
    " JOIN logins l ON l.realm_no = m.realm_no AND l.user_id = m.user_id"
// `f` has accounts and users; no user: a guest.
#define OF_FOUND(found)                                                                   \
    "(" found ") f JOIN accounts a FORCE INDEX (PRIMARY) ON a.realm_no = ? AND a.account_no = f.account_no"     \
    " LEFT JOIN users u FORCE INDEX (PRIMARY) ON u.realm_no = a.realm_no AND u.user_id = f.user_id"             \
    " LEFT JOIN logins l ON l.realm_no = a.realm_no AND l.user_id = f.user_id AND l.profile_no = 1"
#define OF_REALM " WHERE l.realm_no = ? AND l.profile_no = 1"

constexpr db::Query by_sign_in{"directory.by_sign_in", CUSTOMER_COLUMNS OF_LOGINS("last_login_at") BESIDE OF_REALM};
constexpr db::Query by_user_name{"directory.by_user_name", CUSTOMER_COLUMNS OF_LOGINS("user_name") BESIDE OF_REALM};
constexpr db::Query by_name{"directory.by_name", CUSTOMER_COLUMNS OF_ACCOUNTS("last_name") BESIDE " WHERE a.realm_no = ? AND l.profile_no = 1"};
constexpr db::Query by_email{"directory.by_email", CUSTOMER_COLUMNS OF_ACCOUNTS("email") BESIDE " WHERE a.realm_no = ? AND l.profile_no = 1"};
constexpr db::Query count_all{"directory.count", ONLY_COUNTED OF_LOGINS("last_login_at") OF_REALM};

#define SUSPENDED                                                                                                          \
    "(SELECT user_id FROM users FORCE INDEX (blocked_at) WHERE realm_no = ? AND blocked_at IS NOT NULL"                    \
    " ORDER BY blocked_at DESC LIMIT ?) UNION "                                                                            \
    "(SELECT s.user_id FROM (SELECT realm_no, account_no FROM accounts FORCE INDEX (active) WHERE realm_no = ? AND active = 0" \
    " ORDER BY account_no DESC LIMIT ?) d JOIN memberships s ON s.realm_no = d.realm_no AND s.account_no = d.account_no)"
#define LOCKED                                                                                                  \
    "SELECT user_id FROM logins FORCE INDEX (locked_at) WHERE realm_no = ? AND profile_no = 1 AND locked_at > ?" \
    " ORDER BY locked_at DESC LIMIT ?"
constexpr db::Query select_suspended{"directory.suspended", CUSTOMER_COLUMNS OF_USERS(SUSPENDED) BESIDE OF_REALM};
constexpr db::Query count_suspended{"directory.count_suspended", ONLY_COUNTED OF_USERS(SUSPENDED) OF_REALM};
constexpr db::Query select_locked{"directory.locked", CUSTOMER_COLUMNS OF_USERS(LOCKED) BESIDE OF_REALM};
constexpr db::Query count_locked{"directory.count_locked", ONLY_COUNTED OF_USERS(LOCKED) OF_REALM};

// Each term by its own index. The members of an account are found with it.
#define ACCOUNTS_LIKE(column, index)                                                                                            \
    "(SELECT n.account_no, s.user_id FROM (SELECT realm_no, account_no FROM accounts FORCE INDEX (" index ")"                   \
    " WHERE realm_no = ? AND " column " LIKE ? ESCAPE '|' LIMIT ?) n"                                                           \
    " LEFT JOIN memberships s ON s.realm_no = n.realm_no AND s.account_no = n.account_no)"
#define NAMES_LIKE                                                                                                              \
    "(SELECT s.account_no, s.user_id FROM (SELECT realm_no, login_id FROM login_names WHERE realm_no = ? AND profile_no = 1"    \
    " AND name LIKE ? ESCAPE '|' LIMIT ?) n JOIN logins k ON k.realm_no = n.realm_no AND k.login_id = n.login_id"               \
    " JOIN memberships s ON s.realm_no = k.realm_no AND s.user_id = k.user_id)"
#define BOTH_LIKE                                                                                                               \
    "(SELECT n.account_no, s.user_id FROM (SELECT realm_no, account_no FROM accounts FORCE INDEX (last_name)"                   \
    " WHERE realm_no = ? AND last_name LIKE ? ESCAPE '|' AND first_name LIKE ? ESCAPE '|' LIMIT ?) n"                           \
    " LEFT JOIN memberships s ON s.realm_no = n.realm_no AND s.account_no = n.account_no)"
#define TERM                                                                                                   \
    ACCOUNTS_LIKE("first_name", "first_name") " UNION " ACCOUNTS_LIKE("last_name", "last_name") " UNION "      \
    ACCOUNTS_LIKE("name", "name") " UNION " ACCOUNTS_LIKE("company", "company") " UNION " ACCOUNTS_LIKE("email_normal", "email") " UNION " NAMES_LIKE
#define TERM_OF_TWO TERM " UNION " BOTH_LIKE " UNION " BOTH_LIKE
constexpr db::Query select_found{"directory.found", CUSTOMER_COLUMNS OF_FOUND(TERM) BESIDE " WHERE a.realm_no = ?"};
constexpr db::Query count_found{"directory.count_found", ONLY_COUNTED OF_FOUND(TERM) " WHERE a.realm_no = ?"};
constexpr db::Query select_found_two{"directory.found_two", CUSTOMER_COLUMNS OF_FOUND(TERM_OF_TWO) BESIDE " WHERE a.realm_no = ?"};
constexpr db::Query count_found_two{"directory.count_found_two", ONLY_COUNTED OF_FOUND(TERM_OF_TWO) " WHERE a.realm_no = ?"};

#define COUNTED_LIKE(column, index) \
    "(SELECT COUNT(*) FROM (SELECT 1 FROM accounts FORCE INDEX (" index ") WHERE realm_no = ? AND " column " LIKE ? ESCAPE '|' LIMIT ?) AS " column "s)"
constexpr db::Query select_widest{"directory.widest",
    "SELECT GREATEST(" COUNTED_LIKE("first_name", "first_name") ", " COUNTED_LIKE("last_name", "last_name") ", "
    COUNTED_LIKE("name", "name") ", " COUNTED_LIKE("company", "company") ", " COUNTED_LIKE("email_normal", "email") ", "
    "(SELECT COUNT(*) FROM (SELECT 1 FROM login_names WHERE realm_no = ? AND profile_no = 1 AND name LIKE ? ESCAPE '|' LIMIT ?) AS names))"};

// A join, since of NOT EXISTS (...) the server makes a table of all memberships first.
#define OF_GUESTS(index) "accounts a FORCE INDEX (" index ")" \
    " LEFT JOIN memberships g ON g.realm_no = a.realm_no AND g.account_no = a.account_no WHERE a.realm_no = ? AND g.account_no IS NULL"
#define GUEST_COLUMNS                                                                                               \
    "SELECT a.account_no, NULL, a.first_name, a.last_name, a.name, a.company, NULL, a.email, a.active = 0, NULL, 1, 0, NULL, " \
    "a.created_at FROM "
constexpr db::Query guests{"directory.guests", GUEST_COLUMNS OF_GUESTS("PRIMARY")};
constexpr db::Query guests_by_name{"directory.guests_by_name", GUEST_COLUMNS OF_GUESTS("last_name")};
constexpr db::Query guests_by_email{"directory.guests_by_email", GUEST_COLUMNS OF_GUESTS("email")};
constexpr db::Query count_guests{"directory.count_guests", "SELECT 1 FROM " OF_GUESTS("PRIMARY")};

// What lists are sorted by and what is left out of them.
enum class Field : int { last_sign_in, name, user_name, email, account, login, user, suspended, locked_at, guest };
constexpr std::array<db::Column, 10> columns{{
    {"l.last_login_at"},
    {"a.last_name"},
    {"l.user_name"},
    {"a.email_normal"},
    {"a.account_no"},
    {"l.login_id"},
    {"u.user_id"},
    {"(u.blocked_at IS NOT NULL OR a.active = 0)"},
    {"COALESCE(l.locked_at, '1970-01-01')"},
    {"(u.user_id IS NULL)"},
}};

db::Order by(Field field, bool falling) { return {.field = static_cast<int>(field), .descending = falling}; }
db::Condition where(Field field, db::Op op, db::Param value) {
    return {.field = static_cast<int>(field), .op = op, .values = {std::move(value)}};
}

std::vector<db::Condition> conditions(const store::Wanted& wanted) {
    const bool searched = !wanted.whole.empty();
    using enum db::Op;
    if (!wanted.status) return {};
    switch (*wanted.status) {
        case Status::suspended: {
            std::vector out{where(Field::suspended, eq, db::param(1))};
            if (searched) out.push_back(where(Field::guest, eq, db::param(0)));
            return out;
        }
        // The first of several states is the one that is shown, but who looks for the locked finds the suspended among them too.
        case Status::locked: return searched ? std::vector{where(Field::locked_at, gt, db::param(wanted.locked_since))} : std::vector<db::Condition>{};
        case Status::guest: return searched ? std::vector{where(Field::guest, eq, db::param(1))} : std::vector<db::Condition>{};
        case Status::active: break;
    }
    std::vector out{where(Field::suspended, eq, db::param(0)), where(Field::locked_at, le, db::param(wanted.locked_since))};
    if (searched) out.push_back(where(Field::guest, eq, db::param(0)));
    return out;
}

std::vector<db::Param> of_term(const store::Wanted& wanted) {
    const auto pattern = [](const std::string& text) { return db::param(db::like_literally(text) + "%"); };
    const db::Param realm = db::param(wanted.realm), most = db::param(most_candidates);
    const auto normal = wanted.normal.empty() ? db::param("") : pattern(wanted.normal);  // '' is like no name
    std::vector<db::Param> out;
    for (const auto& like : {pattern(wanted.whole), pattern(wanted.whole), pattern(wanted.whole), pattern(wanted.whole), normal, normal}) {
        out.insert(out.end(), {realm, like, most});
    }
    return out;
}

struct Source {
    const db::Query& rows;
    const db::Query& counted;
    std::vector<db::Param> bound{};
    bool ordered = false;                // by an index of the table it begins with
};

Source source_of(const store::Wanted& wanted) {
    const db::Param realm = db::param(wanted.realm), most = db::param(most_shown + 1);
    if (!wanted.whole.empty()) {
        auto bound = of_term(wanted);
        const bool two = !wanted.first.empty();
        if (two) {
            const auto first = db::like_literally(wanted.first) + "%", second = db::like_literally(wanted.second) + "%";
            for (const auto& [last, given] : {std::pair{second, first}, {first, second}}) {
                bound.insert(bound.end(), {realm, db::param(last), db::param(given), db::param(most_candidates)});
            }
        }
        bound.insert(bound.end(), {realm, realm});
        return {two ? select_found_two : select_found, two ? count_found_two : count_found, std::move(bound)};
    }
    if (wanted.status == Status::suspended) return {select_suspended, count_suspended, {realm, most, realm, most, realm, realm}};
    if (wanted.status == Status::locked) return {select_locked, count_locked, {realm, db::param(wanted.locked_since), most, realm, realm}};
    if (wanted.status == Status::guest) {
        return {wanted.sort == Sort::name ? guests_by_name : wanted.sort == Sort::email ? guests_by_email : guests, count_guests, {realm}, true};
    }
    switch (wanted.sort) {
        case Sort::last_sign_in: return {by_sign_in, count_all, {realm}, true};
        case Sort::user_name: return {by_user_name, count_all, {realm}, true};
        case Sort::name: return {by_name, count_all, {realm}, true};
        case Sort::email: return {by_email, count_all, {realm}, true};
    }
    return {by_sign_in, count_all, {realm}, true};  // unreachable
}

store::Row read(db::Row& row) {
    store::Row out;
    auto& customer = out.customer;
    row.into(customer.account);
    row.into(customer.user);
    row.into(customer.first_name);
    row.into(customer.last_name);
    row.into(customer.name);
    row.into(customer.company);
    row.into(customer.user_name);
    row.into(customer.email);
    row.into(customer.suspended);
    row.into(out.locked_at);
    const auto method = row.next<int>();
    const bool app = row.next<bool>();
    customer.two_step = app ? TwoStep::app : method == 3 ? TwoStep::sms : method == 2 ? TwoStep::email : TwoStep::none;
    row.into(customer.last_sign_in_at);
    row.into(customer.created_at);
    return out;
}

}  // namespace

namespace store {

db::Statement list_statement(const Wanted& wanted) {
    auto source = source_of(wanted);
    db::ListQuery query{.where = conditions(wanted), .offset = wanted.offset, .limit = wanted.limit, .most = most_shown};
    const bool guests_alone = source.ordered && wanted.status == Status::guest;
    const bool of_logins = source.ordered && !guests_alone && (wanted.sort == Sort::last_sign_in || wanted.sort == Sort::user_name);
    // Guests have neither user name nor sign-in: the newest account stands for the newest sign-in.
    const bool no_column = guests_alone && (wanted.sort == Sort::last_sign_in || wanted.sort == Sort::user_name);
    if (no_column) {
        query.order = {by(Field::account, wanted.falling)};
        return db::listed(source.rows, std::move(source.bound), columns, query, static_cast<int>(Field::account));
    }
    query.order = {by(static_cast<Field>(wanted.sort), wanted.falling)};
    // The rows of one login, or of one account, come in the order of the memberships.
    if (source.ordered) {
        return db::listed(source.rows, std::move(source.bound), columns, query, static_cast<int>(of_logins ? Field::login : Field::account));
    }
    query.order.push_back(by(Field::account, wanted.falling));
    return db::listed(source.rows, std::move(source.bound), columns, query, static_cast<int>(Field::user));
}

std::vector<Row> list(db::Session& session, const Wanted& wanted) { return session.all(list_statement(wanted), read); }

std::uint64_t count(db::Session& session, const Wanted& wanted, std::uint32_t most) {
    auto source = source_of(wanted);
    return session.one(db::counted_up_to(source.counted, std::move(source.bound), columns, {.where = conditions(wanted)}, most),
                       [](db::Row& row) { return row.next<std::uint64_t>(); }).value_or(0);
}

bool broad(db::Session& session, const Wanted& wanted) {
    auto bound = of_term(wanted);
    for (std::size_t i = 2; i < bound.size(); i += 3) bound[i] = db::param(most_candidates + 1);
    const auto widest = session.one(db::Statement{.name = select_widest.name, .text = std::string(select_widest.text), .params = std::move(bound)},
                                    [](db::Row& row) { return row.next<std::uint64_t>(); });
    return widest.value_or(0) > most_candidates;
}

}  // namespace store

void list_queries(QueryList& out) {
    out.insert(out.end(), {&by_sign_in, &by_user_name, &by_name, &by_email, &count_all, &select_suspended, &count_suspended, &select_locked,
                           &count_locked, &select_found, &count_found, &select_found_two, &count_found_two, &select_widest, &guests,
                           &guests_by_name, &guests_by_email, &count_guests});
}

}  // namespace authtickets::directory
