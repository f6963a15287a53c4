// SPDX-License-Identifier: MIT
// The desk's list of customers against the database (M1, docs/pages.md): what is found, in which order and state, how it pages
// and is exported, and that the usual lists read what they show and not the shop.
#include "store/shop.h"

#include <authtickets/core/directory.h>

#include "core/directory/store.h"

using namespace authtickets;
using namespace authtickets::test;
using directory::Sort;
using directory::Status;
using directory::TwoStep;
using Names = std::vector<std::string>;

namespace {

struct Desk : Shop {
    directory::Page page(const directory::Query& query = {}) { return core.directory.list(core.db, *realm(), clock.now(), query); }
    Names found(const directory::Query& query = {}) {
        Names out;
        for (const auto& each : page(query).items) out.push_back(each.user_name.empty() ? "(" + each.email + ")" : each.user_name);
        return out;
    }
    directory::Customer one(const std::string& name) {
        for (const auto& each : page({.search = name}).items) {
            if (each.user_name == name) return each;
        }
        throw std::runtime_error("not found: " + name);
    }
    void named(const std::string& user_name, const std::string& first, const std::string& last) {
        change("UPDATE accounts a JOIN memberships m ON m.account_no = a.account_no JOIN logins l ON l.user_id = m.user_id SET a.first_name = '"
               + first + "', a.last_name = '" + last + "', a.name = '" + first + " " + last + "' WHERE l.user_name = '" + user_name + "'");
    }
    void guest(const std::string& email, const std::string& first = {}) {
        expect(core.customers.guest(core.db, context(), {.email = email, .first_name = first}));
    }

    // Customers of this realm and as many of another, by SQL alone: 3,000 each.
    void many() {
        const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://o.example", .site = {.tenant = 1, .site = 1}}))->no;
        const std::string digits = "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6"
                                   " UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
        const std::string numbers = "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d i FROM " + digits + " a, " + digits + " b, " + digits + " c, " + digits
                                    + " e WHERE e.d < 3) numbers";
        for (const auto no : {realm_no(), other}) {
            const auto realm = std::to_string(no.value), base = std::to_string(no.value * 10'000);
            const auto user = "UNHEX(MD5(CONCAT(i, 'u', " + realm + ")))", login = "UNHEX(MD5(CONCAT(i, 'l', " + realm + ")))";
            change("INSERT INTO accounts (realm_no, account_no, account_id, account_type, email, email_normal, first_name, last_name, company, locale_code,"
                   " external_id, tax_id, tax_exempt, accepts_marketing, active, customer_since_at, profile, created_at, created_by, updated_at, updated_by)"
                   " SELECT " + realm + ", " + base + " + i, UNHEX(MD5(CONCAT(i, 'a', " + realm + "))), 'B2C', CONCAT('a', i, '@b.c'), CONCAT('a', i, '@b.c'),"
                   " CONCAT('First', i), CONCAT('Last', i), '', '', '', '', 0, 0, i % 100 <> 0, '2020-01-01', '{}', '2021-01-01', 'test', '2022-01-01', 'test' FROM " + numbers);
            change("INSERT INTO users (realm_no, user_id, epoch, blocked_at, failed_day, created_at, updated_at) SELECT " + realm + ", " + user
                   + ", 1, IF(i % 300 = 1, '2025-01-01', NULL), 0, '2021-01-01', '2021-01-01' FROM " + numbers);
            change("INSERT INTO memberships (realm_no, user_id, account_no, role, is_primary, created_at) SELECT " + realm + ", " + user + ", " + base
                   + " + i, 'owner', 1, '2021-01-01' FROM " + numbers);
            change("INSERT INTO logins (realm_no, login_id, user_id, profile_no, user_name, password_version, password_change_required, failed, in_flight,"
                   " locked_at, last_login_at, sign_ins, created_at, updated_at) SELECT " + realm + ", " + login + ", " + user + ", 1, CONCAT('name', i), 1, 0, 0, 0,"
                   " IF(i % 300 = 2, '2026-01-15', NULL), '2025-01-01' + INTERVAL i MINUTE, 0, '2021-01-01', '2021-01-01' FROM " + numbers);
            change("INSERT INTO login_names (realm_no, profile_no, name, login_id) SELECT " + realm + ", 1, CONCAT('name', i), " + login + " FROM " + numbers);
        }
        change("ANALYZE TABLE accounts, memberships, logins, login_names, users, contacts, totp_authenticators");
    }
    directory::store::Wanted wanted(std::optional<Status> status, Sort sort, const std::string& term = {}) {
        return {.realm = realm_no(), .whole = term, .normal = term, .status = status, .sort = sort, .falling = directory::falls(sort), .offset = 0, .limit = 50};
    }
    // Rows that the server looks at for a page and its total.
    std::int64_t rows_read(const directory::store::Wanted& wanted) {
        const std::string status = "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'";
        const auto own = [&] {
            const auto before = number(status);
            return number(status) - before;
        }();
        const auto before = number(status);
        directory::store::list(look, wanted);
        return number(status) - before - own;
    }
    std::vector<std::string> plan(const directory::store::Wanted& wanted) {
        auto statement = directory::store::list_statement(wanted);
        statement.text = "EXPLAIN " + statement.text;
        return look.all(statement, [](db::Row& row) {
            std::string line;
            for (int i = 0; i < 10; ++i) line += row.next<std::string>() + " ";  // id .. Extra
            return line;
        });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(directory_list, Desk)

BOOST_AUTO_TEST_CASE(M1_the_newest_sign_in_comes_first_and_a_row_tells_who_it_is) {
    for (const auto* const each : {"ann", "bob", "cid"}) customer(each);
    for (const auto* const each : {"bob", "cid", "ann"}) {
        clock.advance(1min);
        expect(sign_in(each));
    }
    named("ann", "Ann", "Archer");
    BOOST_TEST(found() == (Names{"ann", "cid", "bob"}), boost::test_tools::per_element());
    BOOST_TEST(found({.falling = false}) == (Names{"bob", "cid", "ann"}), boost::test_tools::per_element());
    const auto ann = page().items.at(0);
    BOOST_TEST(ann.shown() == "Ann Archer");
    BOOST_TEST(ann.email == "ann@shop.example");
    BOOST_TEST((ann.status() == Status::active));
    BOOST_TEST((ann.two_step == TwoStep::none));
    BOOST_TEST((ann.last_sign_in_at == clock.now()));
    BOOST_TEST((ann.account.value != 0 && !ann.user.empty()));
    BOOST_TEST(page().total == 3U);
    BOOST_TEST(!page().more);
}

BOOST_AUTO_TEST_CASE(M1_lists_are_sorted_by_name_user_name_and_email_both_ways) {
    for (const auto* const each : {"carol", "ann", "bob"}) customer(each);
    named("ann", "Ann", "Zimmer");
    named("bob", "Bob", "ackermann");
    named("carol", "Carol", "Müller");
    for (const auto& [sort, rising] : {std::pair{Sort::name, Names{"bob", "carol", "ann"}}, {Sort::user_name, Names{"ann", "bob", "carol"}},
                                       {Sort::email, Names{"ann", "bob", "carol"}}}) {
        BOOST_TEST_CONTEXT(directory::name(sort)) {
            BOOST_TEST(found({.sort = sort}) == rising, boost::test_tools::per_element());
            BOOST_TEST(found({.sort = sort, .falling = true}) == Names(rising.rbegin(), rising.rend()), boost::test_tools::per_element());
            BOOST_TEST(found({.search = "shop", .sort = sort}).empty());
            BOOST_TEST((directory::sort_named(directory::name(sort)) == sort));
        }
    }
}

BOOST_AUTO_TEST_CASE(M1_a_term_is_the_beginning_of_a_name_a_user_name_or_an_address) {
    customer("ann", "post@one.example");
    customer("B_b", "b%b@two.example");
    named("ann", "Zoë", "van Dyk");
    named("B_b", "Mary Ann", "Smith");
    guest("zoo@three.example", "Gus");
    for (const auto& [term, names] : std::vector<std::pair<std::string, Names>>{
             {"ZOE", {"ann"}}, {"zo", {"ann", "(zoo@three.example)"}}, {"van d", {"ann"}}, {"Dyk", {}}, {"post@", {"ann"}}, {"POST@ONE.example", {"ann"}},
             {"an", {"ann"}}, {"b_", {"B_b"}}, {"bxb", {}}, {"b%", {"B_b"}}, {"%", {}}, {"_", {}}, {"|", {}}, {"smith mary", {"B_b"}}, {"mar smi", {"B_b"}},
             {"mary ann", {"B_b"}}, {"mary smith jr", {}}, {"  ann  ", {"ann"}}, {"gus", {"(zoo@three.example)"}}, {"\xff\xfe", {}}, {std::string(300, 'a'), {}}}) {
        BOOST_TEST_CONTEXT(term) {
            auto got = found({.search = term});
            auto sorted = names;
            std::ranges::sort(got), std::ranges::sort(sorted);
            BOOST_TEST(got == sorted, boost::test_tools::per_element());
            BOOST_TEST(page({.search = term}).total == names.size());
            BOOST_TEST(!page({.search = term}).broad);
        }
    }
}

BOOST_AUTO_TEST_CASE(M1_who_has_a_name_without_parts_is_shown_and_found_by_it) {
    customer("mira");
    change("UPDATE accounts a JOIN memberships m ON m.account_no = a.account_no JOIN logins l ON l.user_id = m.user_id"
           " SET a.name = 'Mira Quill', a.first_name = '', a.last_name = '' WHERE l.user_name = 'mira'");
    BOOST_TEST(one("mira").shown() == "Mira Quill");
    for (const auto* const term : {"mira q", "MIRA QUILL"}) {
        BOOST_TEST_CONTEXT(term) BOOST_TEST(found({.search = term}) == (Names{"mira"}), boost::test_tools::per_element());
    }
    BOOST_TEST(found({.search = "quill"}).empty());  // the beginning, as of the others
}

BOOST_AUTO_TEST_CASE(M1_states_are_suspended_before_locked_before_active) {
    for (const auto* const each : {"ann", "bob", "cid", "dan"}) customer(each), named(each, "Some", "Body");
    expect(core.logins.block(core.db, context(), "bob"));
    for (int i = 0; i < 10; ++i) sign_in("cid", "wrong horse 2");
    for (int i = 0; i < 10; ++i) sign_in("dan", "wrong horse 2");
    expect(core.customers.set_active(core.db, context(), one("dan").account, false));
    guest("g@shop.example");
    BOOST_TEST((one("ann").status() == Status::active));
    BOOST_TEST((one("bob").status() == Status::suspended));
    BOOST_TEST((one("cid").status() == Status::locked));
    BOOST_TEST((one("dan").status() == Status::suspended));  // the disabled account
    BOOST_TEST(one("dan").locked);
    const auto of = [&](Status status, const std::string& term = {}) {
        auto out = found({.search = term, .status = status, .sort = Sort::user_name});
        BOOST_TEST(page({.search = term, .status = status}).total == out.size());
        return out;
    };
    BOOST_TEST(of(Status::active) == (Names{"ann"}), boost::test_tools::per_element());
    BOOST_TEST(of(Status::suspended) == (Names{"bob", "dan"}), boost::test_tools::per_element());
    BOOST_TEST(of(Status::locked) == (Names{"cid", "dan"}), boost::test_tools::per_element());
    BOOST_TEST(of(Status::guest) == (Names{"(g@shop.example)"}), boost::test_tools::per_element());
    BOOST_TEST(found().size() == 4U);  // a list without a filter has no guests
    for (const auto& [status, name] : {std::pair{Status::active, "ann"}, {Status::suspended, "bob"}, {Status::locked, "cid"}}) {
        BOOST_TEST(of(status, name) == (Names{name}), boost::test_tools::per_element());
        BOOST_TEST(of(status, "g@").empty());
    }
    BOOST_TEST(of(Status::active, "bob").empty());
    BOOST_TEST(of(Status::locked, "ann").empty());
    BOOST_TEST(of(Status::guest, "g@") == (Names{"(g@shop.example)"}), boost::test_tools::per_element());
    BOOST_TEST((page({.status = Status::guest}).items.at(0).status() == Status::guest));
    for (const auto sort : {Sort::last_sign_in, Sort::name, Sort::user_name, Sort::email}) BOOST_TEST(found({.status = Status::guest, .sort = sort}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(M1_a_lock_that_has_run_out_is_none) {
    set("lock.release_minutes", "30");
    customer("ann");
    for (int i = 0; i < 10; ++i) sign_in("ann", "wrong horse 2");
    BOOST_TEST(found({.status = Status::locked}).size() == 1U);
    BOOST_TEST(found({.status = Status::active}).empty());
    clock.advance(31min);
    BOOST_TEST(found({.status = Status::locked}).empty());
    BOOST_TEST(found({.status = Status::active}).size() == 1U);
    BOOST_TEST((one("ann").status() == Status::active));
}

BOOST_AUTO_TEST_CASE(M1_the_second_step_is_the_app_or_the_users_own_method) {
    for (const auto* const each : {"ann", "bob", "cid", "dan"}) customer(each);
    change("UPDATE users u JOIN logins l ON l.user_id = u.user_id SET u.method = 2 WHERE l.user_name IN ('bob', 'dan')");
    change("UPDATE users u JOIN logins l ON l.user_id = u.user_id SET u.method = 3 WHERE l.user_name = 'cid'");
    change("INSERT INTO totp_authenticators (realm_no, user_id, secret, key_id, made_at, enabled_at, last_step, drift, failed, codes_set)"
           " SELECT realm_no, user_id, 'x', 1, '2026-01-01', '2026-01-01', 0, 0, 0, 0 FROM logins WHERE user_name = 'dan'");
    BOOST_TEST((one("ann").two_step == TwoStep::none));
    BOOST_TEST((one("bob").two_step == TwoStep::email));
    BOOST_TEST((one("cid").two_step == TwoStep::sms));
    BOOST_TEST((one("dan").two_step == TwoStep::app));
}

BOOST_AUTO_TEST_CASE(M1_other_shops_customers_are_never_there) {
    many();
    const auto other = number("SELECT MAX(realm_no) FROM realms");
    change("UPDATE accounts SET first_name = 'Foreign' WHERE realm_no = " + std::to_string(other));
    for (const auto sort : {Sort::last_sign_in, Sort::name, Sort::user_name, Sort::email}) {
        for (const auto& each : page({.sort = sort, .limit = 200}).items) BOOST_REQUIRE(each.first_name != "Foreign");
    }
    BOOST_TEST(page({.search = "Foreign"}).items.empty());
    BOOST_TEST(page({.search = "name"}).broad);  // 3,000 user names begin so, 1,000 are looked at
    BOOST_TEST(page({.search = "name"}).total == directory::most_candidates);
    BOOST_TEST(page({.status = Status::suspended}).total == 40U);
    BOOST_TEST(page({.status = Status::locked}).total == 10U);
    BOOST_TEST(page({.status = Status::active}).total == 2950U);
    BOOST_TEST(page().total == 3000U);
}

BOOST_AUTO_TEST_CASE(M1_pages_do_not_overlap) {
    many();
    for (const auto sort : {Sort::last_sign_in, Sort::name, Sort::user_name, Sort::email}) {
        BOOST_TEST_CONTEXT(directory::name(sort)) {
            std::set<std::uint32_t> seen;
            std::size_t count = 0;
            for (std::uint32_t at = 0; at < 600; at += 200) {
                for (const auto& each : page({.sort = sort, .offset = at, .limit = 200}).items) seen.insert(each.account.value), ++count;
            }
            BOOST_TEST(seen.size() == 600U);
            BOOST_TEST(count == 600U);
            BOOST_TEST(page({.sort = sort, .offset = 3000}).items.empty());
            BOOST_TEST(page({.sort = sort, .limit = 5000}).items.size() == directory::most_limit);
        }
    }
    BOOST_TEST(page({.offset = directory::most_shown}).items.empty());
}

BOOST_AUTO_TEST_CASE(M1_the_usual_lists_read_what_they_show) {
    many();
    for (const auto sort : {Sort::last_sign_in, Sort::name, Sort::user_name, Sort::email}) {
        for (const auto status : {std::optional<Status>{}, std::optional(Status::active)}) {
            BOOST_TEST_CONTEXT(directory::name(sort)) {
                BOOST_TEST(rows_read(wanted(status, sort)) < 600);  // 50 rows of six tables
                for (const auto& line : plan(wanted(status, sort))) {
                    BOOST_TEST_CONTEXT(line) {
                        BOOST_TEST(line.find("filesort") == line.npos);
                        BOOST_TEST(line.find(" ALL ") == line.npos);
                    }
                }
            }
        }
    }
    BOOST_TEST(rows_read(wanted(Status::suspended, Sort::last_sign_in)) < 1000);
    BOOST_TEST(rows_read(wanted(Status::locked, Sort::last_sign_in)) < 300);
    BOOST_TEST(rows_read(wanted({}, Sort::last_sign_in, "last29")) < 3000);   // 111 names begin so
    BOOST_TEST(rows_read(wanted({}, Sort::last_sign_in, "name")) < 25'000);  // 1,000 of 3,000
}

BOOST_AUTO_TEST_CASE(KL5_an_export_has_the_filtered_list_with_formulas_defused) {
    customer("ann");
    customer("bob");
    expect(sign_in("ann"));
    named("ann", "=cmd|x", "a\"b");
    expect(core.logins.block(core.db, context(), "bob"));
    guest("g@shop.example");
    const auto all = core.directory.exported(core.db, *realm(), clock.now(), {.sort = Sort::user_name, .offset = 7, .limit = 1});
    BOOST_TEST(all.rows == 2U);
    BOOST_TEST(!all.cut);
    BOOST_TEST(all.csv.starts_with("account,userName,firstName,lastName,company,email,status,twoStep,lastSignInAt,createdAt\r\n"));
    BOOST_TEST(all.csv.find(",ann,'=cmd|x,\"a\"\"b\",,ann@shop.example,active,none," + iso8601(clock.now()) + ",") != std::string::npos);
    BOOST_TEST(all.csv.find(",bob,") != std::string::npos);
    BOOST_TEST(all.csv.find("g@shop") == std::string::npos);
    const auto some = core.directory.exported(core.db, *realm(), clock.now(), {.status = Status::suspended});
    BOOST_TEST(some.rows == 1U);
    BOOST_TEST(some.csv.find(",ann,") == std::string::npos);
    many();
    const auto broad = core.directory.exported(core.db, *realm(), clock.now(), {.search = "name"});
    BOOST_TEST(broad.rows == directory::most_candidates);
    BOOST_TEST(broad.cut);
    BOOST_TEST(core.directory.exported(core.db, *realm(), clock.now(), {}).rows == 3002U);
}

BOOST_AUTO_TEST_SUITE_END()
