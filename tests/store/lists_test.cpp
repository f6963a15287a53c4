// SPDX-License-Identifier: MIT
// Lists against the database: what each condition finds, orders and pages, totals, the account's log, and that the usual
// lists read what they show and not the table.
#include "store/shop.h"

#include "core/accounts/store.h"

using namespace authtickets;
using namespace authtickets::test;
using accounts::Field;
using accounts::LogField;
using db::Op;

namespace {

db::Condition where(Field field, Op op, std::vector<db::Param> values) {
    return {.field = static_cast<int>(field), .op = op, .values = std::move(values)};
}
db::Order by(Field field, bool descending = false) { return {static_cast<int>(field), descending}; }

struct Lists : Shop {
    accounts::Account guest(accounts::Profile profile) { return expect(core.customers.guest(core.db, context(), profile)); }
    std::vector<std::uint32_t> found(const db::ListQuery& query) {
        std::vector<std::uint32_t> out;
        for (const auto& each : core.accounts.list(core.db, realm_no(), query).items) out.push_back(each.no.value);
        return out;
    }
    std::vector<std::uint32_t> found(Field field, Op op, std::vector<db::Param> values) { return found({.where = {where(field, op, std::move(values))}}); }
    std::uint64_t total(const db::ListQuery& query) { return core.accounts.list(core.db, realm_no(), query).total; }

    // Customers of this realm and as many of another, by SQL alone: 3,000 each.
    void many() {
        const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://o.example", .site = {.tenant = 1, .site = 1}}))->no;
        const std::string digits = "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6"
                                   " UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
        for (const auto realm : {realm_no(), other}) {
            change("INSERT INTO accounts (realm_no, account_id, account_type, email, email_normal, first_name, last_name, company, locale_code,"
                   " external_id, tax_id, tax_exempt, accepts_marketing, active, customer_since_at, profile, created_at, created_by, updated_at, updated_by)"
                   " SELECT " + std::to_string(realm.value) + ", UNHEX(MD5(CONCAT(i, 'a', " + std::to_string(realm.value) + "))), 'B2C', CONCAT('a', i, '@b.c'), CONCAT('a', i, '@b.c'), CONCAT('First', i), CONCAT('Last', i),"
                   " CONCAT('Firm', i), '', CONCAT('x-', i), '', 0, 0, i % 100 <> 0, '2020-01-01' + INTERVAL i HOUR, '{}', '2021-01-01' + INTERVAL i HOUR, 'test',"
                   " '2022-01-01' + INTERVAL i HOUR, 'test' FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d i FROM " + digits + " a, " + digits + " b, " +
                   digits + " c, " + digits + " e WHERE e.d < 3) numbers");
        }
        change("ANALYZE TABLE accounts, memberships, logins, login_names, users");
    }
    // Rows that the server looks at for one list.
    std::int64_t rows_read(const db::ListQuery& query, std::size_t* items = nullptr) {
        const std::string status = "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'";
        const auto own = [&] {
            const auto before = number(status);
            return number(status) - before;
        }();
        const auto before = number(status);
        const auto rows = accounts::store::list(look, realm_no(), query);
        if (items) *items = rows.size();
        return number(status) - before - own;
    }
    // Tables of the list's plan that are read from end to end.
    std::vector<std::string> scanned(const db::ListQuery& query) {
        auto statement = accounts::store::list_statement(realm_no(), query);
        statement.text = "EXPLAIN " + statement.text;
        std::vector<std::string> out;
        for (const auto& [table, type] : look.all(statement, [](db::Row& row) {
                 row.next<std::string>(), row.next<std::string>();
                 return std::pair{row.next<std::string>(), row.next<std::string>()};
             })) {
            if (type == "ALL" || type == "index") out.push_back(table);
        }
        return out;
    }
};

using Numbers = std::vector<std::uint32_t>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(lists, Lists)

BOOST_AUTO_TEST_CASE(every_field_with_every_operator_is_a_statement_of_the_schema) {
    guest({});
    for (std::size_t i = 0; i < accounts::list_fields.size(); ++i) {
        const auto& field = accounts::list_fields[i];
        const db::Param value = field.kind == db::Kind::text   ? db::param("a")
                                : field.kind == db::Kind::time ? db::param(clock.now())
                                : field.kind == db::Kind::id   ? db::param(Uuid{})
                                                               : db::param(1);
        for (int op = 0; op <= static_cast<int>(Op::empty); ++op) {
            if (!field.takes(static_cast<Op>(op))) continue;
            db::ListQuery query{.where = {{.field = static_cast<int>(i), .op = static_cast<Op>(op), .values = {value}}}};
            if (static_cast<Op>(op) == Op::empty) query.where[0].values.clear();
            BOOST_TEST_CONTEXT("field " << i << " operator " << op) { BOOST_CHECK_NO_THROW(found(query)); }
        }
        if (field.sortable) BOOST_CHECK_NO_THROW(found({.order = {{static_cast<int>(i), true}}}));
    }
}

BOOST_AUTO_TEST_CASE(texts_are_found_literally) {
    const std::vector<std::string> names{"100%", "100x", "a_b", "axb", "a|b", "a\\b", "O'Neill", "\"?--", "%", "_", "|", "\\", "Zoë", "x 100%"};
    std::map<std::string, std::uint32_t> numbers;
    for (const auto& each : names) numbers[each] = guest({.first_name = each, .external_id = each}).no.value;
    for (const auto& each : names) {
        BOOST_TEST_CONTEXT(each) {
            for (const auto field : {Field::first_name, Field::external_id}) {
                BOOST_TEST((found(field, Op::eq, {each}) == Numbers{numbers[each]}));
                Numbers begin, inside;
                for (const auto& other : names) {
                    if (other.starts_with(each)) begin.push_back(numbers[other]);
                    if (other.find(each) != other.npos) inside.push_back(numbers[other]);
                }
                BOOST_TEST((found(field, Op::starts, {each}) == begin));
                BOOST_TEST((found(field, Op::contains, {each}) == inside));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(names_compare_without_letter_case_and_accents_and_vendor_ids_with) {
    const auto zoe = guest({.email = "Zoe@Shop.example", .first_name = "Zoë", .last_name = "Müller", .company = "Café", .external_id = "X-1"}).no.value;
    guest({.email = "ann@shop.example", .first_name = "Ann", .external_id = "y"});
    for (const auto& [field, value] : {std::pair{Field::first_name, "ZOE"}, {Field::last_name, "muller"}, {Field::company, "CAFE"}, {Field::external_id, "X-1"},
                                       {Field::email, "ZOE@shop.EXAMPLE"}}) {
        BOOST_TEST((found(field, Op::eq, {value}) == Numbers{zoe}));
        BOOST_TEST((found(field, Op::in, {"nobody", value}) == Numbers{zoe}));
        BOOST_TEST((found(field, Op::starts, {std::string(value).substr(0, 2)}) == Numbers{zoe}));
        BOOST_TEST(found(field, Op::ne, {value}).size() == 1U);
    }
    BOOST_TEST(found(Field::external_id, Op::eq, {"x-1"}).empty());
    BOOST_TEST((found(Field::email, Op::contains, {"@SHOP"}).size() == 2U));
    BOOST_TEST((found(Field::company, Op::eq, {""}).size() == 1U));  // null at the door
}

BOOST_AUTO_TEST_CASE(numbers_flags_and_times) {
    const auto first = guest({.customer_since_at = parse_iso8601("2020-01-01T00:00:00Z")});
    clock.advance(1h);
    const auto second = guest({.customer_since_at = parse_iso8601("2021-01-01T00:00:00.001Z")});
    change("UPDATE accounts SET active = 0 WHERE account_no = " + std::to_string(second.no.value));
    const Numbers one{first.no.value}, two{second.no.value}, both{first.no.value, second.no.value};
    BOOST_TEST((found(Field::no, Op::eq, {db::param(first.no)}) == one));
    BOOST_TEST((found(Field::no, Op::gt, {db::param(first.no)}) == two));
    BOOST_TEST((found(Field::no, Op::le, {db::param(second.no)}) == both));
    BOOST_TEST((found(Field::no, Op::in, {db::param(second.no), db::param(first.no), db::param(9)}) == both));
    BOOST_TEST((found(Field::active, Op::eq, {db::param(true)}) == one));
    BOOST_TEST((found(Field::active, Op::ne, {db::param(true)}) == two));
    BOOST_TEST((found(Field::customer_since_at, Op::lt, {db::param(*parse_iso8601("2021-01-01T00:00:00.001Z"))}) == one));
    BOOST_TEST((found(Field::customer_since_at, Op::eq, {db::param(*parse_iso8601("2021-01-01T00:00:00.001Z"))}) == two));
    BOOST_TEST((found(Field::created_at, Op::ge, {db::param(second.created_at)}) == two));
    BOOST_TEST((found(Field::updated_at, Op::le, {db::param(first.updated_at)}) == one));
}

BOOST_AUTO_TEST_CASE(members_are_found_by_id_and_name_and_shown_when_asked_for) {
    const auto ann = customer("ann"), bob = customer("Bob");
    const auto nobody = guest({.email = "ann@shop.example"});
    core.db.transact([&](db::Tx& tx) {
        core.users.add_membership(tx, context(), bob.account.user, ann.account.no, "buyer", false);
        return 0;
    });
    const Numbers of_bob{ann.account.no.value, bob.account.no.value};
    BOOST_TEST((found(Field::user, Op::eq, {db::param(ann.account.user)}) == Numbers{ann.account.no.value}));
    BOOST_TEST((found(Field::user, Op::eq, {db::param(bob.account.user)}) == of_bob));
    BOOST_TEST((found(Field::user, Op::in, {db::param(ann.account.user), db::param(bob.account.user)}) == of_bob));
    BOOST_TEST(found(Field::user, Op::eq, {db::param(UserId{})}).empty());
    BOOST_TEST((found(Field::user_name, Op::eq, {"BOB"}) == of_bob));
    BOOST_TEST((found(Field::user_name, Op::eq, {"bob@shop.example"}) == of_bob));  // the sign-in address is a name too
    BOOST_TEST((found(Field::user_name, Op::starts, {"AN"}) == Numbers{ann.account.no.value}));
    BOOST_TEST((found(Field::user_name, Op::in, {"ann", "bob"}) == of_bob));
    BOOST_TEST((found(Field::guest, Op::eq, {db::param(true)}) == Numbers{nobody.no.value}));
    BOOST_TEST((found(Field::guest, Op::ne, {db::param(true)}) == of_bob));
    // Ann's account with the member who was asked for, else with its primary user.
    const auto shown = [&](const db::ListQuery& query) { return core.accounts.list(core.db, realm_no(), query).items.at(0).user_name; };
    BOOST_TEST(shown({.where = {where(Field::user, Op::eq, {db::param(bob.account.user)})}}) == "Bob");
    BOOST_TEST(shown({.where = {where(Field::user, Op::in, {db::param(bob.account.user)})}}) == "ann");
    BOOST_TEST(shown({.where = {where(Field::user_name, Op::eq, {"bob"})}}) == "ann");
}

BOOST_AUTO_TEST_CASE(conditions_all_hold_and_each_word_is_a_beginning) {
    const auto ada = guest({.email = "ada@shop.example", .first_name = "Ada", .last_name = "Byron"}).no.value;
    const auto adam = guest({.email = "x@shop.example", .first_name = "Adam", .last_name = "Smith"}).no.value;
    const auto mail = guest({.email = "adamo@shop.example", .first_name = "Eve", .last_name = "Bishop"}).no.value;
    BOOST_TEST((found({.where = {where(Field::first_name, Op::starts, {"ada"}), where(Field::last_name, Op::eq, {"smith"})}}) == Numbers{adam}));
    BOOST_TEST((found({.words = accounts::search({"ADA"})}) == Numbers{ada, adam, mail}));
    BOOST_TEST((found({.words = accounts::search({"ada", "B"})}) == Numbers{ada, mail}));
    BOOST_TEST((found({.words = accounts::search({"ada", "b", "eve"})}) == Numbers{mail}));
    BOOST_TEST(found({.words = accounts::search({"hop"})}).empty());
    const db::ListQuery bounded{.words = accounts::search({"ada"}), .offset = 1, .limit = 20, .most = 2};
    BOOST_TEST((found(bounded) == Numbers{adam}));
    BOOST_TEST(total(bounded) == 2U);
}

BOOST_AUTO_TEST_CASE(pages_in_an_order_do_not_overlap_and_miss_nothing) {
    for (int i = 0; i < 25; ++i) guest({.first_name = i % 2 == 0 ? "Ada" : "Bob", .last_name = "Same"});
    for (const auto& order : {std::vector<db::Order>{}, {by(Field::last_name)}, {by(Field::last_name, true)}, {by(Field::first_name, true), by(Field::last_name)},
                              {by(Field::no, true), by(Field::first_name)}}) {
        const auto all = found({.order = order, .limit = 200});
        Numbers paged;
        for (std::uint32_t offset = 0; offset < 30; offset += 4) {
            for (const auto each : found({.order = order, .offset = offset, .limit = 4})) paged.push_back(each);
        }
        BOOST_TEST((paged == all));
        BOOST_TEST(std::set(all.begin(), all.end()).size() == 25U);
    }
    BOOST_TEST(std::ranges::is_sorted(found({.limit = 200})));
    BOOST_TEST(std::ranges::is_sorted(found({.order = {by(Field::no, true)}, .limit = 200}), std::greater()));
    BOOST_TEST(found({.order = {by(Field::first_name)}}).at(13) == 1002u);  // Bob's first, after thirteen of Ada
    BOOST_TEST(found({.offset = 25}).empty());
}

BOOST_AUTO_TEST_CASE(the_total_is_a_counter_when_unfiltered_and_counted_when_not) {
    for (int i = 0; i < 5; ++i) guest({.last_name = i < 2 ? "Byron" : "Smith"});
    BOOST_TEST(total({.limit = 2}) == 5U);
    BOOST_TEST(total({.where = {where(Field::last_name, Op::eq, {"byron"})}, .limit = 1}) == 2U);
    BOOST_TEST(core.accounts.count(core.db, realm_no()) == 5U);
    // The accounts themselves are not looked at.
    change("UPDATE account_counts SET accounts = accounts + 100 WHERE slot = " + std::to_string(1001 % 64));
    BOOST_TEST(total({}) == 105U);
    change("UPDATE account_counts SET accounts = -1000 WHERE slot = " + std::to_string(1001 % 64));
    BOOST_TEST(total({}) == 0U);
    BOOST_TEST(statements([&] { total({}); }) == 2U);
    BOOST_TEST(statements([&] { total({.where = {where(Field::no, Op::gt, {1})}}); }) == 2U);
}

BOOST_AUTO_TEST_CASE(another_realms_accounts_are_in_no_list) {
    const auto own = guest({.last_name = "Byron"}).no.value;
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://o.example", .site = {.tenant = 1, .site = 1}}))->no;
    auto there = context();
    there.realm = other;
    const auto foreign = expect(core.customers.guest(core.db, there, {.last_name = "Byron"})).no;
    BOOST_TEST((found({}) == Numbers{own}));
    BOOST_TEST((found(Field::last_name, Op::eq, {"Byron"}) == Numbers{own}));
    BOOST_TEST(found(Field::no, Op::eq, {db::param(foreign)}).empty());
    BOOST_TEST(total({}) == 1U);
    BOOST_TEST(core.accounts.list(core.db, other, {}).items.at(0).no.value == foreign.value);
}

BOOST_AUTO_TEST_CASE(the_usual_lists_read_what_they_show_and_not_the_table) {
    const auto ann = customer("ann");
    many();
    change("UPDATE accounts SET name = CONCAT('Shown', account_no), legal_name = CONCAT('Legal', account_no), registration_id = CONCAT('HRB', account_no)");
    change("ANALYZE TABLE accounts");
    const auto time = [](const char* text) { return db::param(*parse_sql(text)); };
    struct Case {
        const char* name;
        db::ListQuery query;
    };
    const std::vector<Case> cases{
        {"default", {}},
        {"default backwards", {.order = {by(Field::no, true)}}},
        {"id", {.where = {where(Field::no, Op::eq, {db::param(ann.account.no)})}}},
        {"ids", {.where = {where(Field::no, Op::in, {db::param(ann.account.no), db::param(1002), db::param(5)})}}},
        {"emailAddress", {.where = {where(Field::email, Op::eq, {"a1234@b.c"})}}},
        {"emailAddress sw", {.where = {where(Field::email, Op::starts, {"a123"})}}},
        {"emailAddress in", {.where = {where(Field::email, Op::in, {"a1234@b.c", "a12@b.c"})}}},
        {"firstName", {.where = {where(Field::first_name, Op::eq, {"FIRST1234"})}}},
        {"lastName", {.where = {where(Field::last_name, Op::eq, {"Last1234"})}}},
        {"companyOrOrganization", {.where = {where(Field::company, Op::eq, {"Firm1234"})}}},
        {"externalId", {.where = {where(Field::external_id, Op::eq, {"x-1234"})}}},
        {"userId", {.where = {where(Field::user, Op::eq, {db::param(ann.account.user)})}}},
        {"userId in", {.where = {where(Field::user, Op::in, {db::param(ann.account.user), db::param(UserId{})})}}},
        {"userName", {.where = {where(Field::user_name, Op::eq, {"ann"})}}},
        {"userName sw", {.where = {where(Field::user_name, Op::starts, {"an"})}}},
        {"isActive", {.where = {where(Field::active, Op::eq, {db::param(false)})}}},
        {"isAnonymous", {.where = {where(Field::guest, Op::eq, {db::param(true)})}}},
        {"customerSinceDate", {.where = {where(Field::customer_since_at, Op::eq, {time("2020-01-02 00:00:00")})}}},
        {"createDate", {.where = {where(Field::created_at, Op::eq, {time("2021-01-02 00:00:00")})}}},
        // In the order of another member than the range's, the server weighs both ways by its estimates, and may read the realm.
        {"updateDate", {.where = {where(Field::updated_at, Op::ge, {time("2026-01-01 00:00:00")})}, .order = {by(Field::updated_at)}}},
        {"by lastName", {.order = {by(Field::last_name)}}},
        {"by createDate desc", {.order = {by(Field::created_at, true)}}},
        // As the Elastic Path door asks (EP13, EP192).
        {"by account id", {.order = {by(Field::id)}}},
        {"name", {.where = {where(Field::name, Op::eq, {"shown1234"})}, .order = {by(Field::created_at, true)}}},
        {"name like", {.where = {where(Field::name, Op::like, {"Shown123*"})}, .order = {by(Field::created_at, true)}}},
        {"legal_name", {.where = {where(Field::legal_name, Op::eq, {"legal1234"})}, .order = {by(Field::created_at, true)}}},
        {"registration_id", {.where = {where(Field::registration_id, Op::eq, {"HRB1234"})}, .order = {by(Field::created_at, true)}}},
    };
    for (const auto& each : cases) {
        std::size_t items = 0;
        const auto query = accounts::normal(each.query);
        const auto rows = rows_read(query, &items);
        BOOST_TEST_CONTEXT(each.name << ": " << rows << " rows for " << items) {
            BOOST_TEST(items > 0U);
            BOOST_TEST(scanned(query).empty());
            // Each account with its membership, user and login; 3,000 are in the realm.
            BOOST_TEST(rows < 300);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_log_of_an_account_is_read_in_its_order) {
    const auto ann = customer("ann");
    const auto other = guest({});
    const auto no = ann.account.no;
    change("DELETE FROM account_changes");
    const auto entry = [&](AccountNo account, const char* at, const char* path, const char* old_value, const char* new_value) {
        change("INSERT INTO account_changes (realm_no, account_no, changed_at, description, field_path, old_value, new_value, user_id, application_no, site_id)"
               " SELECT " + std::to_string(realm_no().value) + ", " + std::to_string(account.value) + ", '" + at + "', 'account.updated', '" + path + "', " +
               old_value + ", " + new_value + ", m.user_id, " + std::to_string(application->application.no.value) + ", 2000"
               " FROM memberships m WHERE m.account_no = " + std::to_string(no.value));
    };
    entry(no, "2026-01-01 00:00:00.001", "email", "'a@b.c'", "'b@b.c'");
    entry(other.no, "2026-01-02", "first_name", "NULL", "'Bob'");
    entry(no, "2026-01-02", "notes/1/content", "NULL", "'pays late'");
    change("INSERT INTO account_changes (realm_no, account_no, changed_at, description, field_path) VALUES (" + std::to_string(realm_no().value) + ", " +
           std::to_string(no.value) + ", '2026-01-03', 'login.blocked', '')");

    const auto read = [&](const db::ListQuery& query) { return core.accounts.log(core.db, realm_no(), no, query); };
    const auto all = read({});
    BOOST_TEST(all.total == 3U);
    BOOST_TEST_REQUIRE(all.items.size() == 3U);
    const auto& first = all.items[0];
    BOOST_TEST((first.account == no));
    BOOST_TEST((first.at == *parse_sql("2026-01-01 00:00:00.001")));
    BOOST_TEST(first.description == "account.updated");
    BOOST_TEST(first.change.path == "email");
    BOOST_TEST(first.change.old_value.value() == "a@b.c");
    BOOST_TEST(first.change.new_value.value() == "b@b.c");
    BOOST_TEST((first.user == ann.account.user));
    BOOST_TEST((first.application == application->application.no));
    BOOST_TEST(first.application_name == "storefront");
    BOOST_TEST(first.site.value() == 2000U);
    BOOST_TEST(!all.items[1].change.old_value);
    const auto& last = all.items[2];
    BOOST_TEST(last.change.path.empty());
    BOOST_TEST(!last.change.new_value);
    BOOST_TEST(!last.user);
    BOOST_TEST(!last.application);
    BOOST_TEST(last.application_name.empty());
    BOOST_TEST(!last.site);
    BOOST_TEST(first.no < last.no);

    const auto condition = [](LogField field, Op op, db::Param value) { return db::Condition{static_cast<int>(field), op, {std::move(value)}}; };
    BOOST_TEST(read({.where = {condition(LogField::at, Op::ge, db::param(*parse_sql("2026-01-02 00:00:00")))}}).total == 2U);
    BOOST_TEST(read({.where = {condition(LogField::no, Op::eq, db::param(last.no))}}).items.at(0).description == "login.blocked");
    BOOST_TEST(read({.where = {condition(LogField::of_notes, Op::eq, db::param(false))}}).total == 2U);
    const auto backwards = read({.order = {{static_cast<int>(LogField::at), true}}, .offset = 1, .limit = 1});
    BOOST_TEST(backwards.total == 3U);
    BOOST_TEST(backwards.items.at(0).change.path == "notes/1/content");
    BOOST_TEST(core.accounts.log(core.db, RealmNo{99}, no, {}).total == 0U);
}

BOOST_AUTO_TEST_CASE(a_rendered_statement_runs_inside_a_transaction_too_and_leaves_none_behind) {
    guest({});
    const auto prepared = [&] { return number("SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Prepared_stmt_count'"); };
    const auto list = [&] { return core.db.transact([&](db::Tx& tx) { return core.accounts.list(tx, realm_no(), {}).items.size(); }); };
    BOOST_TEST(list() == 1U);
    const auto before = prepared();
    for (int i = 0; i < 10; ++i) BOOST_TEST(list() == 1U);
    BOOST_TEST(prepared() == before);
    BOOST_CHECK_THROW(core.db.all(db::Statement{"test.broken", "SELECT no_such_column FROM accounts", {}}, [](db::Row&) { return 0; }), Fault);
    BOOST_TEST(list() == 1U);
}

BOOST_AUTO_TEST_CASE(a_realm_has_its_default_profile) {
    const auto profile = core.realms.default_profile(core.db, realm_no());
    BOOST_TEST(profile.name == "default");
    BOOST_CHECK_THROW(core.realms.default_profile(core.db, RealmNo{99}), Fault);
}

BOOST_AUTO_TEST_SUITE_END()
