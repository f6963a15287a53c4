// SPDX-License-Identifier: MIT
// Members, their logins, accounts and memberships, and password profiles (docs/elasticpath.md): what each call leaves in the
// tables, what it ends, what is refused, and that the lists read what they show.
#include "shop.h"

#include <authtickets/db/schema.h>
#include <authtickets/text/names.h>

using namespace authtickets;
using namespace authtickets::test;
using db::Op;
using users::Field;

namespace {

constexpr std::string_view password = "correct horse 1";

db::Condition where(Field field, Op op, std::vector<db::Param> values) {
    return {.field = static_cast<int>(field), .op = op, .values = std::move(values)};
}

struct Members : Shop {
    members::NewMember person(const std::string& name, const std::string& email = {}) {
        return {.names = {.name = name, .given_name = name}, .email = email.empty() ? text::folded(name) + "@shop.example" : email};
    }
    members::Member made(const std::string& name, const std::string& email = {}) {
        return expect(core.members.add(core.db, context(), *realm(), person(name, email)));
    }
    profiles::Profile first_profile() { return core.profiles.find(core.db, realm_no(), ProfileNo{1}).value(); }
    profiles::Profile profile(const std::string& name, profiles::NameFormat format = profiles::NameFormat::any) {
        return expect(core.profiles.add(core.db, context(), {.name = name, .format = format}));
    }
    Result<members::Info> login(const UserId& user, const std::string& name, std::optional<profiles::ProfileId> in = {},
                                std::string_view secret = password) {
        return core.members.add_info(core.db, context(), *realm(), user, {.profile = in.value_or(first_profile().id), .user_name = name, .password = Secret(secret)});
    }
    bool signs_in(const std::string& name, ProfileNo in = ProfileNo{1}, std::string_view secret = password) {
        auto attempt = expect(core.logins.attempt(*core.logins.enter(), core.db, context(), realm()->settings, name, Secret(secret), {}, {}, in));
        core.db.transact([&](db::Tx& tx) {
            if (attempt.matched) core.logins.settle_right(tx, context(), attempt, true);
            else core.logins.settle_failed(tx, context(), realm()->settings, attempt);
            return true;
        });
        return attempt.matched;
    }
    Result<members::Member> changed(const UserId& user, const members::Change& change, const tickets::Ticket* shopper = nullptr) {
        return core.members.update(core.db, context(), *realm(), user, change, shopper);
    }
    std::vector<std::string> found(db::ListQuery query) {
        std::vector<std::string> out;
        for (const auto& each : core.members.list(core.db, realm_no(), query).items) out.push_back(each.names.name);
        return out;
    }
    std::vector<std::string> found(Field field, Op op, std::vector<db::Param> values) {
        return found({.where = {where(field, op, std::move(values))}, .order = {{static_cast<int>(Field::name)}}});
    }
    std::uint32_t epoch(const UserId& user) {
        return static_cast<std::uint32_t>(number("SELECT epoch FROM users WHERE user_id = UNHEX('" + hex(user.value) + "')"));
    }
    std::int64_t counted_users() { return number("SELECT CAST(COALESCE(SUM(users), 0) AS SIGNED) FROM account_counts"); }
    tickets::Ticket fresh_ticket(const UserId& user) { return {.user = user, .password_at = clock.now()}; }
};

using Names = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(members_store, Members)

// --- Members

BOOST_AUTO_TEST_CASE(a_member_is_a_user_with_an_address_and_no_account) {
    const auto mira = made("Mira");
    BOOST_TEST(mira.names.name == "Mira");
    BOOST_TEST(mira.email == "mira@shop.example");
    BOOST_TEST(!mira.email_verified);
    const auto read = expect(core.members.get(core.db, realm_no(), mira.id));
    BOOST_TEST((read.names == mira.names));
    BOOST_TEST((read.created_at == clock.now() && read.updated_at == clock.now()));
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM memberships") == 0);
    BOOST_TEST(counted_users() == 1);
    BOOST_TEST(events("user.created", "application") == 1);
    BOOST_TEST(why(core.members.get(core.db, realm_no(), UserId{uuid_v4(rng)})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(with_auto_account_a_member_gets_an_account_of_the_name) {
    set("members.auto_account", "on");
    const auto mira = expect(core.members.add(core.db, context(), *realm(), {.names = {.name = "Mira Q", .given_name = "Mira", .family_name = "Quist"},
                                                                            .email = "mira@shop.example"}));
    const auto all = core.accounts.list(core.db, realm_no(), {});
    BOOST_REQUIRE(all.items.size() == 1u);
    const auto& account = all.items[0];
    BOOST_TEST(accounts::shown_name(account.profile) == "Mira Q");
    BOOST_TEST(account.profile.name == "");  // the other names say it, at every door
    BOOST_TEST(account.profile.first_name == "Mira");
    BOOST_TEST(account.profile.last_name == "Q");
    BOOST_TEST(account.profile.email == "mira@shop.example");
    BOOST_TEST((account.user == mira.id));
    const auto membership = expect(core.members.membership(core.db, realm_no(), account.id, mira.id));
    BOOST_TEST(membership.primary);
    BOOST_TEST(counted_users() == 1);
    BOOST_TEST(number("SELECT SUM(accounts) FROM account_counts") == 1);
    BOOST_TEST(events("account.created", "member") == 1);
}

BOOST_AUTO_TEST_CASE(a_member_needs_a_name_and_an_address) {
    BOOST_TEST(why(core.members.add(core.db, context(), *realm(), {.names = {.name = " "}, .email = "a@b.example"})) == "missing_parameter");
    BOOST_TEST(why(core.members.add(core.db, context(), *realm(), {.names = {.name = "A"}, .email = ""})) == "missing_parameter");
    BOOST_TEST(why(core.members.add(core.db, context(), *realm(), {.names = {.name = "A"}, .email = "nobody"})) == "bad_parameter");
    BOOST_TEST(why(core.members.add(core.db, context(), *realm(), {.names = {.name = std::string(256, 'x')}, .email = "a@b.example"})) == "bad_parameter");
    BOOST_TEST(why(core.members.add(core.db, context(), *realm(), {.names = {.name = "A", .given_name = std::string(101, 'x')}, .email = "a@b.example"})) == "bad_parameter");
    BOOST_TEST(why(core.members.add(core.db, context(), *realm(), {.names = {.name = "A\nB"}, .email = "a@b.example"})) == "bad_parameter");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
    BOOST_TEST(counted_users() == 0);
}

BOOST_AUTO_TEST_CASE(a_registered_member_signs_in_and_a_taken_name_leaves_nothing_behind) {
    set("members.auto_account", "on");
    const auto sign_up = [&](const std::string& user_name, const std::string& email) -> Result<members::Member> {
        const auto prepared = core.members.prepare(core.db, context(), *realm(), person("Mira", email),
                                                   members::NewInfo{.profile = first_profile().id, .user_name = user_name, .password = Secret(password)});
        if (!prepared) return refuse(prepared.error());
        return core.db.transact([&](db::Tx& tx) { return core.members.add(tx, context(), *realm(), *prepared, "signup"); });
    };
    const auto mira = expect(sign_up("Mira@shop.example", "mira@shop.example"));
    BOOST_TEST(signs_in("mira@shop.example"));
    BOOST_TEST(events("account.registered") == 1);
    BOOST_TEST(events("user.created", "signup") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 1);
    BOOST_TEST(why(sign_up("mira@shop.example", "other@shop.example")) == "name_taken");
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 1);
    BOOST_TEST(counted_users() == 1);
    // The address of somebody else is where mail goes to, and no name.
    const auto second = expect(sign_up("mira2", "mira@shop.example"));
    BOOST_TEST(second.email == "mira@shop.example");
    BOOST_TEST((core.logins.named(core.db, realm_no(), "mira@shop.example")->user == mira.id));
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 2);
}

BOOST_AUTO_TEST_CASE(of_many_who_register_one_name_one_gets_it) {
    const auto granted = race([&](Core& with, unsigned) {
        const auto prepared = expect(with.members.prepare(with.db, context(), *with.realms.get(with.db, clock.now(), realm_no()), person("Mira"),
                                                          members::NewInfo{.profile = with.profiles.find(with.db, realm_no(), ProfileNo{1})->id, .user_name = "mira",
                                                                           .password = Secret(password)}));
        return with.db.transact([&](db::Tx& tx) { return with.members.add(tx, context(), *with.realms.get(with.db, clock.now(), realm_no()), prepared, "signup"); }).has_value();
    });
    BOOST_TEST(std::ranges::count(granted, true) == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM logins") == 1);
    BOOST_TEST(counted_users() == 1);
}

BOOST_AUTO_TEST_CASE(a_change_keeps_what_was_not_given_and_the_account_follows) {
    set("members.auto_account", "on");
    const auto mira = made("Mira");
    clock.advance(1h);
    const auto after = expect(changed(mira.id, {.name = "Mira Q", .family_name = "Quist"}));
    BOOST_TEST(after.names.name == "Mira Q");
    BOOST_TEST(after.names.given_name == "Mira");
    BOOST_TEST(after.names.family_name == "Quist");
    BOOST_TEST((after.updated_at == clock.now()));
    const auto account = core.accounts.list(core.db, realm_no(), {}).items.at(0);
    BOOST_TEST(accounts::shown_name(account.profile) == "Mira Q");
    BOOST_TEST(account.profile.last_name == "Q");
    BOOST_TEST(events("user.updated") == 1);
    BOOST_TEST(events("account.updated") == 1);
    // Who has named the account otherwise keeps that name.
    expect(core.members.update_account(core.db, context(), *realm(), account.id, {.name = "Mira & Sons"}));
    BOOST_TEST(expect(core.members.get(core.db, realm_no(), mira.id)).names.name == "Mira Q");
    expect(changed(mira.id, {.name = "M. Quist"}));
    BOOST_TEST(accounts::shown_name(core.accounts.list(core.db, realm_no(), {}).items.at(0).profile) == "Mira & Sons");
    // What changes nothing writes nothing.
    const auto events_before = number("SELECT COUNT(*) FROM events");
    expect(changed(mira.id, {.name = "M. Quist"}));
    BOOST_TEST(number("SELECT COUNT(*) FROM events") == events_before);
    BOOST_TEST(why(changed(mira.id, {.name = ""})) == "missing_parameter");
    BOOST_TEST(why(changed(mira.id, {.email = ""})) == "missing_parameter");
    BOOST_TEST(why(changed(UserId{uuid_v4(rng)}, {.name = "X"})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(an_applications_new_address_is_unverified_and_signs_in_unless_it_is_taken) {
    set("members.auto_account", "on");
    const auto mira = made("Mira");
    expect(login(mira.id, "mira"));
    change("UPDATE contacts SET verified_at = created_at");
    const auto after = expect(changed(mira.id, {.email = "m@new.example"}));
    BOOST_TEST(after.email == "m@new.example");
    BOOST_TEST(!after.email_verified);
    BOOST_TEST(signs_in("m@new.example"));
    BOOST_TEST(signs_in("mira"));
    BOOST_TEST(!signs_in("mira@shop.example"));
    BOOST_TEST(core.accounts.list(core.db, realm_no(), {}).items.at(0).profile.email == "m@new.example");
    BOOST_TEST(events("contact.changed", "email") == 1);
    const auto bob = made("Bob");
    expect(login(bob.id, "bob"));
    const auto shared = expect(changed(bob.id, {.email = "m@new.example"}));
    BOOST_TEST(shared.email == "m@new.example");
    BOOST_TEST((core.logins.named(core.db, realm_no(), "m@new.example")->user == mira.id));
    BOOST_TEST(!core.logins.named(core.db, realm_no(), "bob@shop.example").has_value());
    BOOST_TEST(signs_in("bob"));
    // The same with a login of nobody.
    const auto cid = made("Cid");
    BOOST_TEST(expect(changed(cid.id, {.email = "c@new.example"})).email == "c@new.example");
}

BOOST_AUTO_TEST_CASE(a_members_own_address_waits_for_its_code_and_needs_a_fresh_token_RS6) {
    const auto mira = made("Mira");
    expect(login(mira.id, "mira"));
    const tickets::Ticket stale{.user = mira.id, .password_at = clock.now() - 301s};
    BOOST_TEST(why(changed(mira.id, {.name = "Mira Q", .email = "m@new.example"}, &stale)) == "step_up_required");
    BOOST_TEST(expect(core.members.get(core.db, realm_no(), mira.id)).names.name == "Mira");
    const auto fresh = fresh_ticket(mira.id);
    const auto after = expect(changed(mira.id, {.name = "Mira Q", .email = "m@new.example"}, &fresh));
    BOOST_TEST(after.names.name == "Mira Q");
    BOOST_TEST(after.email == "mira@shop.example");
    BOOST_TEST(events("contact.code_sent") == 1);
    // Names alone need no fresh one.
    BOOST_TEST(expect(changed(mira.id, {.name = "M"}, &stale)).names.name == "M");
}

BOOST_AUTO_TEST_CASE(a_deleted_member_leaves_accounts_and_nothing_else) {
    set("members.auto_account", "on");
    const auto mira = made("Mira"), bob = made("Bob");
    expect(login(mira.id, "mira"));
    const auto other = profile("Other");
    expect(login(mira.id, "mira", other.id));
    const auto account = core.members.list_accounts(core.db, realm_no(), {.where = {{.field = static_cast<int>(accounts::Field::user), .op = Op::eq,
                                                                                    .values = {db::param(mira.id)}}}}).items.at(0);
    expect(core.members.add_membership(core.db, context(), account.id, bob.id));
    const auto before = number("SELECT COUNT(*) FROM accounts");
    expect(core.members.remove(core.db, context(), mira.id));
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == before);
    const auto one = "user_id = UNHEX('" + hex(mira.id.value) + "')";
    for (const auto* table : {"users", "contacts", "memberships", "logins", "tickets", "codes", "links", "devices"}) {
        BOOST_TEST_CONTEXT(table) { BOOST_TEST(number("SELECT COUNT(*) FROM " + std::string(table) + " WHERE " + one) == 0); }
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 0);
    BOOST_TEST(counted_users() == 1);
    BOOST_TEST(events("user.deleted") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM erasures") == 1);
    // Who has belonged to it longest is the account's primary user now.
    BOOST_TEST((expect(core.accounts.get(core.db, realm_no(), account.no)).user == bob.id));
    BOOST_TEST(why(core.members.remove(core.db, context(), mira.id)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(customers_of_the_other_doors_are_members_too_and_their_names_follow_the_account) {
    const auto ann = customer("ann");
    const auto read = expect(core.members.get(core.db, realm_no(), ann.account.user));
    BOOST_TEST(read.names.name == "Ann");
    BOOST_TEST(read.names.given_name == "Ann");
    BOOST_TEST(counted_users() == 1);
    expect(core.customers.update(core.db, context(), *realm(), ann.account.no, {.first_name = "Anna", .last_name = "Archer"}, {}, nullptr));
    const auto after = expect(core.members.get(core.db, realm_no(), ann.account.user));
    BOOST_TEST(after.names.name == "Anna Archer");
    BOOST_TEST(after.names.family_name == "Archer");
    // Named otherwise, the user follows no more.
    expect(changed(ann.account.user, {.name = "A. Archer"}));
    expect(core.customers.update(core.db, context(), *realm(), ann.account.no, {.last_name = "Baker"}, {}, nullptr));
    const auto named = expect(core.members.get(core.db, realm_no(), ann.account.user));
    BOOST_TEST(named.names.family_name == "Baker");
    expect(core.customers.remove(core.db, context(), ann.account.no));
    BOOST_TEST(counted_users() == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
    BOOST_TEST(text("SELECT JSON_VALUE(details, '$.id') FROM events WHERE name = 'account.deleted'") == dashed(ann.account.id.value));
}

BOOST_AUTO_TEST_CASE(lists_find_sort_and_page) {
    made("Ann", "ann@a.example");
    clock.advance(1min);
    const auto bob = made("Bob", "Bob@B.example");
    clock.advance(1min);
    made("Zoé", "zoe@a.example");
    expect(changed(bob.id, {.family_name = "O'Hara"}));
    BOOST_TEST(found(Field::name, Op::eq, {"zoe"}) == Names{"Zoé"}, boost::test_tools::per_element());
    BOOST_TEST(found(Field::name, Op::like, {"*o*"}) == (Names{"Bob", "Zoé"}), boost::test_tools::per_element());
    BOOST_TEST(found(Field::email, Op::eq, {"BOB@b.example"}) == Names{"Bob"}, boost::test_tools::per_element());
    BOOST_TEST(found(Field::email, Op::like, {"*@A.example"}) == (Names{"Ann", "Zoé"}), boost::test_tools::per_element());
    BOOST_TEST(found(Field::email, Op::in, {"ann@a.example", "ZOE@a.example"}) == (Names{"Ann", "Zoé"}), boost::test_tools::per_element());
    BOOST_TEST(found(Field::family_name, Op::empty, {}) == (Names{"Ann", "Zoé"}), boost::test_tools::per_element());
    BOOST_TEST(found(Field::family_name, Op::eq, {"o'hara"}) == Names{"Bob"}, boost::test_tools::per_element());
    BOOST_TEST(found(Field::id, Op::eq, {db::param(bob.id)}) == Names{"Bob"}, boost::test_tools::per_element());
    BOOST_TEST(found(Field::created_at, Op::ge, {db::param(bob.created_at)}) == (Names{"Bob", "Zoé"}), boost::test_tools::per_element());
    BOOST_TEST(found(Field::created_at, Op::lt, {db::param(bob.created_at)}) == Names{"Ann"}, boost::test_tools::per_element());
    BOOST_TEST(found({.order = {{static_cast<int>(Field::created_at), true}}}) == (Names{"Zoé", "Bob", "Ann"}), boost::test_tools::per_element());
    BOOST_TEST(found({.order = {{static_cast<int>(Field::created_at), true}}, .offset = 1, .limit = 1}) == Names{"Bob"}, boost::test_tools::per_element());
    const auto page = core.members.list(core.db, realm_no(), {.where = {where(Field::name, Op::like, {"*"})}, .limit = 1});
    BOOST_TEST(page.items.size() == 1u);
    BOOST_TEST(page.total == 3u);
    BOOST_TEST(core.members.list(core.db, realm_no(), {.limit = 1}).total == 3u);
    for (std::size_t i = 0; i < users::list_fields.size(); ++i) {
        const auto& field = users::list_fields[i];
        const db::Param value = field.kind == db::Kind::text ? db::param("a") : field.kind == db::Kind::time ? db::param(clock.now()) : db::param(Uuid{});
        for (int op = 0; op <= static_cast<int>(Op::empty); ++op) {
            if (!field.takes(static_cast<Op>(op))) continue;
            const auto values = static_cast<Op>(op) == Op::empty ? std::vector<db::Param>{} : std::vector{value};
            BOOST_TEST_CONTEXT("field " << i << " operator " << op) {
                BOOST_CHECK_NO_THROW(found({.where = {{.field = static_cast<int>(i), .op = static_cast<Op>(op), .values = values}}}));
            }
        }
        BOOST_CHECK_NO_THROW(found({.order = {{static_cast<int>(i), true}}}));
    }
}

// 3,000 of this realm and as many of another: what a page shows is found by an index, never by looking at them all.
BOOST_AUTO_TEST_CASE(lists_read_what_they_show) {
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://o.example", .site = {.tenant = 1, .site = 1}}))->no;
    const std::string digits = "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6"
                               " UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)";
    const std::string numbers = "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d i FROM " + digits + " a, " + digits + " b, " + digits + " c, " + digits + " e WHERE e.d < 3) numbers";
    for (const auto no : {realm_no(), other}) {
        const auto realm = std::to_string(no.value), user = "UNHEX(MD5(CONCAT(i, 'u', " + realm + ")))";
        change("INSERT INTO users (realm_no, user_id, name, given_name, middle_name, family_name, epoch, failed_day, created_at, updated_at) SELECT " + realm + ", " + user
               + ", CONCAT('Name', i), CONCAT('Given', i), CONCAT('Middle', i), CONCAT('Family', i), 1, 0, '2021-01-01' + INTERVAL i HOUR, '2022-01-01' + INTERVAL i HOUR FROM " + numbers);
        change("INSERT INTO contacts (realm_no, user_id, kind, value, normal, created_at, updated_at) SELECT " + realm + ", " + user
               + ", 1, CONCAT('m', i, '@b.c'), CONCAT('m', i, '@b.c'), '2021-01-01', '2021-01-01' FROM " + numbers);
    }
    change("ANALYZE TABLE users, contacts");
    const std::string status = "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'";
    const auto rows_read = [&](const db::ListQuery& query) {
        number(status);
        const auto own = -number(status) + number(status);
        const auto before = number(status);
        core.users.list(look, realm_no(), query);
        return number(status) - before - own;
    };
    const auto newest = std::vector<db::Order>{{static_cast<int>(Field::created_at), true}};
    const std::pair<const char*, db::ListQuery> lists[] = {
        {"newest first", {.order = newest, .limit = 25}},
        {"by id", {.order = {{static_cast<int>(Field::id)}}, .limit = 25}},
        {"changed last", {.order = {{static_cast<int>(Field::updated_at), true}}, .limit = 25}},
        {"by e-mail", {.where = {where(Field::email, Op::eq, {"m7@b.c"})}, .order = newest, .limit = 25}},
        {"by e-mails", {.where = {where(Field::email, Op::in, {"m7@b.c", "m8@b.c"})}, .order = newest, .limit = 25}},
        {"by name", {.where = {where(Field::name, Op::eq, {"name1234"})}, .order = newest, .limit = 25}},
        {"by given name", {.where = {where(Field::given_name, Op::eq, {"given1234"})}, .order = newest, .limit = 25}},
        {"by middle name", {.where = {where(Field::middle_name, Op::eq, {"middle1234"})}, .order = newest, .limit = 25}},
        {"by family name", {.where = {where(Field::family_name, Op::eq, {"family1234"})}, .order = newest, .limit = 25}},
        {"by the beginning of a name", {.where = {where(Field::name, Op::like, {"name123*"})}, .order = newest, .limit = 25}},
    };
    for (const auto& [what, query] : lists) {
        BOOST_TEST_CONTEXT(what) { BOOST_TEST(rows_read(query) < 150); }
    }
}

// What was there before users had names: the migrations give them what the program would, and running them twice changes nothing.
BOOST_AUTO_TEST_CASE(users_and_accounts_of_before_are_named_and_counted) {
    const auto ann = customer("ann"), bob = customer("bob");
    expect(core.customers.update(core.db, context(), *realm(), ann.account.no, {.first_name = "Ann", .last_name = "Archer", .company = "Firm"}, {}, nullptr));
    expect(core.customers.update(core.db, context(), *realm(), bob.account.no, {.first_name = ""}, {}, nullptr));
    const auto firm = expect(core.customers.guest(core.db, context(), {.email = "f@shop.example", .company = "Firm"}));
    const auto named = [&] {
        return texts("SELECT CONCAT(name, '/', first_name, '/', last_name) FROM accounts UNION ALL "
                     "SELECT CONCAT(name, '/', given_name, '/', family_name) FROM users ORDER BY 1");
    };
    const auto before = named();
    BOOST_TEST(before == (Names{"Ann Archer/Ann/Archer", "Ann Archer/Ann/Archer", "bob@shop.example//", "bob@shop.example//", "Firm//"}), boost::test_tools::per_element());
    change("UPDATE users SET name = '', given_name = '', family_name = ''");
    change("UPDATE accounts SET name = ''");
    change("UPDATE account_counts SET users = 0");
    for (int time = 0; time < 2; ++time) {
        for (const auto& migration : db::migrations) {
            const std::string_view name = migration.name;
            if (name.starts_with("062_") || name.starts_with("063_") || name.starts_with("065_")) change(std::string(migration.text));
        }
        BOOST_TEST(named() == before, boost::test_tools::per_element());
        BOOST_TEST(counted_users() == 2);
    }
    BOOST_TEST(expect(core.accounts.get(core.db, realm_no(), firm.no)).profile.name == "");  // follows the others
    // Of two that an old program writes meanwhile nothing is lost: an empty name follows too.
    change("UPDATE accounts SET name = ''");
    BOOST_TEST(accounts::shown_name(expect(core.accounts.get(core.db, realm_no(), ann.account.no)).profile) == "Ann Archer");
}

// --- Logins of a member

BOOST_AUTO_TEST_CASE(a_login_is_of_one_profile_and_a_name_is_its_own_there) {
    const auto mira = made("Mira"), bob = made("Bob");
    const auto other = profile("Other");
    const auto first = expect(login(mira.id, "mira"));
    BOOST_TEST(first.user_name == "mira");
    BOOST_TEST((first.profile_id == first_profile().id));
    BOOST_TEST(why(login(bob.id, "MIRA")) == "name_taken");
    BOOST_TEST(why(login(mira.id, "mira2")) == "in_use");
    const auto second = expect(login(bob.id, "mira", other.id));
    BOOST_TEST(signs_in("mira", other.no));
    // The address signs in with the first profile alone.
    BOOST_TEST(core.logins.named(core.db, realm_no(), "mira@shop.example").has_value());
    BOOST_TEST(!core.logins.named(core.db, realm_no(), "bob@shop.example", other.no).has_value());
    expect(login(mira.id, "m", other.id));
    const auto infos = core.members.infos(core.db, realm_no(), mira.id, 0, 25);
    BOOST_TEST(infos.total == 2u);
    BOOST_TEST(infos.items.size() == 2u);
    BOOST_TEST(core.members.infos(core.db, realm_no(), mira.id, 1, 25).items.size() == 1u);
    BOOST_TEST(why(core.members.info(core.db, realm_no(), bob.id, first.id)) == "unknown_item");
    BOOST_TEST((expect(core.members.info(core.db, realm_no(), bob.id, second.id)).profile_id == other.id));
    BOOST_TEST(events("login.added") == 3);
    BOOST_TEST(why(login(UserId{uuid_v4(rng)}, "x")) == "unknown_item");
    BOOST_TEST(why(login(bob.id, "x", profiles::ProfileId{uuid_v4(rng)})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_password_has_eight_characters_and_what_the_policy_asks) {
    const auto mira = made("Mira");
    BOOST_TEST(why(login(mira.id, "mira", {}, "abcde12")) == "password_weak");
    BOOST_TEST(why(login(mira.id, "mira", {}, "abcdefgh")) == "password_weak");
    BOOST_TEST(why(login(mira.id, "mira", {}, "password1")) == "password_common");
    BOOST_TEST(why(login(mira.id, "mirabelle 1", {}, "mirabelle 1")) == "password_context");
    BOOST_TEST(why(login(mira.id, "mira", {}, "")) == "missing_parameter");
    BOOST_TEST(why(login(mira.id, " ", {})) == "missing_parameter");
    BOOST_TEST(number("SELECT COUNT(*) FROM logins") == 0);
    const auto strict = profile("Mail", profiles::NameFormat::email);
    BOOST_TEST(why(login(mira.id, "mira", strict.id)) == "bad_parameter");
    BOOST_TEST(why(login(mira.id, "mira@shop.example", strict.id)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_new_name_or_password_by_an_application_ends_what_a_reset_ends) {
    const auto mira = made("Mira");
    const auto info = expect(login(mira.id, "mira"));
    const auto update = [&](const members::InfoChange& change, const tickets::Ticket* shopper = nullptr) {
        return core.members.update_info(core.db, context(), *realm(), mira.id, info.id, change, shopper);
    };
    clock.advance(1min);
    BOOST_TEST(expect(update({.user_name = "mira.q"})).user_name == "mira.q");
    BOOST_TEST((expect(core.members.get(core.db, realm_no(), mira.id)).updated_at == clock.now()));
    BOOST_TEST(signs_in("mira.q"));
    BOOST_TEST(signs_in("mira@shop.example"));
    BOOST_TEST(!signs_in("mira"));
    BOOST_TEST(events("login.changed", "user_name") == 1);
    const auto epoch_before = epoch(mira.id);
    for (int i = 0; i < 10; ++i) signs_in("mira.q", ProfileNo{1}, "wrong horse 1");
    BOOST_TEST(!signs_in("mira.q"));  // locked
    expect(update({.password = Secret(std::string_view("another horse 2"))}));
    BOOST_TEST(signs_in("mira.q", ProfileNo{1}, "another horse 2"));
    BOOST_TEST(epoch(mira.id) == epoch_before + 1);
    BOOST_TEST(events("password.changed") == 1);
    BOOST_TEST(why(update({.password = Secret(std::string_view("short 1"))})) == "password_weak");
    BOOST_TEST(why(update({.profile = profiles::ProfileId{uuid_v4(rng)}})) == "bad_parameter");
    BOOST_TEST(why(update({.profile = first_profile().id, .user_name = "mira.q"})) == "granted");
    // A member's own: the name by a fresh token, the password elsewhere.
    const tickets::Ticket stale{.user = mira.id, .password_at = clock.now() - 301s};
    const auto fresh = fresh_ticket(mira.id);
    BOOST_TEST(why(update({.user_name = "m"}, &stale)) == "step_up_required");
    BOOST_TEST(why(update({.user_name = "m"}, &fresh)) == "granted");
    BOOST_TEST(why(update({.password = Secret(password)}, &fresh)) == "forbidden");
    const auto bob = made("Bob");
    expect(login(bob.id, "bob"));
    BOOST_TEST(why(update({.user_name = "Bob"})) == "name_taken");
    BOOST_TEST(signs_in("m", ProfileNo{1}, "another horse 2"));
    BOOST_TEST(why(core.members.update_info(core.db, context(), *realm(), bob.id, info.id, {.user_name = "x"})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_removed_login_signs_in_no_more_and_ends_tickets) {
    const auto mira = made("Mira");
    const auto other = profile("Other");
    const auto first = expect(login(mira.id, "mira"));
    expect(login(mira.id, "mira", other.id));
    const auto before = epoch(mira.id);
    expect(core.members.remove_info(core.db, context(), mira.id, first.id));
    BOOST_TEST(!core.logins.named(core.db, realm_no(), "mira").has_value());
    BOOST_TEST(signs_in("mira", other.no));
    BOOST_TEST(epoch(mira.id) == before + 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 1);
    BOOST_TEST(events("login.removed") == 1);
    BOOST_TEST(why(core.members.remove_info(core.db, context(), mira.id, first.id)) == "unknown_item");
    BOOST_TEST(why(core.members.remove_info(core.db, context(), UserId{uuid_v4(rng)}, first.id)) == "unknown_item");
}

// --- Accounts and memberships

BOOST_AUTO_TEST_CASE(an_account_has_names_and_a_parent_and_stays_when_that_goes) {
    const auto holding = expect(core.members.add_account(core.db, context(), {.name = "Holding", .legal_name = "Holding Ltd", .registration_id = "HRB 1", .external_id = "x-1"}));
    const auto branch = expect(core.members.add_account(core.db, context(), {.name = "Branch", .parent = holding.id}));
    const auto read = expect(core.members.account(core.db, realm_no(), branch.id));
    BOOST_TEST((read.profile.parent == holding.id));
    BOOST_TEST(read.profile.company == "Branch");
    BOOST_TEST(accounts::shown_name(read.profile) == "Branch");
    BOOST_TEST(read.guest());
    const auto renamed = expect(core.members.update_account(core.db, context(), *realm(), holding.id, {.external_id = "x-2", .name = "Group"}));
    BOOST_TEST(renamed.profile.company == "Group");
    BOOST_TEST(accounts::shown_name(renamed.profile) == "Group");
    BOOST_TEST(renamed.profile.legal_name == "Holding Ltd");
    BOOST_TEST(renamed.profile.external_id == "x-2");
    const auto found = [&](accounts::Field field, Op op, std::vector<db::Param> values) {
        Names out;
        for (const auto& each : core.members.list_accounts(core.db, realm_no(), {.where = {{.field = static_cast<int>(field), .op = op, .values = std::move(values)}},
                                                                                .order = {{static_cast<int>(accounts::Field::name)}}}).items) {
            out.push_back(accounts::shown_name(each.profile));
        }
        return out;
    };
    BOOST_TEST(found(accounts::Field::name, Op::eq, {"group"}) == Names{"Group"}, boost::test_tools::per_element());
    BOOST_TEST(found(accounts::Field::legal_name, Op::like, {"holding*"}) == Names{"Group"}, boost::test_tools::per_element());
    BOOST_TEST(found(accounts::Field::registration_id, Op::eq, {"HRB 1"}) == Names{"Group"}, boost::test_tools::per_element());
    BOOST_TEST(found(accounts::Field::legal_name, Op::empty, {}) == Names{"Branch"}, boost::test_tools::per_element());
    BOOST_TEST(found(accounts::Field::id, Op::in, {db::param(branch.id), db::param(holding.id)}) == (Names{"Branch", "Group"}), boost::test_tools::per_element());
    BOOST_TEST(why(core.members.add_account(core.db, context(), {.name = " "})) == "missing_parameter");
    BOOST_TEST(why(core.members.add_account(core.db, context(), {.name = "X", .parent = AccountId{uuid_v4(rng)}})) == "bad_parameter");
    BOOST_TEST(why(core.members.update_account(core.db, context(), *realm(), holding.id, {.name = ""})) == "missing_parameter");
    expect(core.members.remove_account(core.db, context(), holding.id));
    BOOST_TEST(expect(core.members.account(core.db, realm_no(), branch.id)).profile.parent.empty());
    BOOST_TEST(why(core.members.account(core.db, realm_no(), holding.id)) == "unknown_item");
    BOOST_TEST(why(core.members.remove_account(core.db, context(), holding.id)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(members_join_and_leave_accounts_and_stay_when_one_is_deleted) {
    const auto mira = made("Mira"), bob = made("Bob");
    const auto account = expect(core.members.add_account(core.db, context(), {.name = "Firm"}));
    const auto first = expect(core.members.add_membership(core.db, context(), account.id, mira.id));
    BOOST_TEST(first.primary);
    BOOST_TEST(first.role == "owner");
    clock.advance(1min);
    BOOST_TEST(!expect(core.members.add_membership(core.db, context(), account.id, bob.id)).primary);
    BOOST_TEST(why(core.members.add_membership(core.db, context(), account.id, bob.id)) == "name_taken");
    BOOST_TEST(why(core.members.add_membership(core.db, context(), account.id, UserId{uuid_v4(rng)})) == "bad_parameter");
    BOOST_TEST(why(core.members.add_membership(core.db, context(), AccountId{uuid_v4(rng)}, bob.id)) == "unknown_item");
    const auto list = core.members.memberships(core.db, realm_no(), account.id, 0, 25);
    BOOST_TEST(list.total == 2u);
    BOOST_TEST((list.items.at(0).user == mira.id && list.items.at(0).account_id == account.id));
    BOOST_TEST(core.members.memberships(core.db, realm_no(), AccountId{uuid_v4(rng)}, 0, 25).total == 0u);
    const auto before = epoch(mira.id);
    expect(core.members.remove_membership(core.db, context(), account.id, mira.id));
    BOOST_TEST(epoch(mira.id) == before + 1);
    BOOST_TEST(expect(core.members.membership(core.db, realm_no(), account.id, bob.id)).primary);
    BOOST_TEST(why(core.members.remove_membership(core.db, context(), account.id, mira.id)) == "unknown_item");
    BOOST_TEST(events("membership.added") == 2);
    BOOST_TEST(events("membership.removed") == 1);
    const auto bobs = epoch(bob.id);
    expect(core.members.remove_account(core.db, context(), account.id));
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 2);
    BOOST_TEST(counted_users() == 2);
    BOOST_TEST(epoch(bob.id) == bobs + 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM memberships") == 0);
}

BOOST_AUTO_TEST_CASE(of_many_who_add_one_membership_one_adds_it) {
    const auto mira = made("Mira");
    const auto account = expect(core.members.add_account(core.db, context(), {.name = "Firm"}));
    const auto granted = race([&](Core& with, unsigned) { return with.members.add_membership(with.db, context(), account.id, mira.id).has_value(); });
    BOOST_TEST(std::ranges::count(granted, true) == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM memberships") == 1);
}

// Changes of one user and one account, by all doors at once: each is done or refused, none fails, and what is left fits together.
BOOST_AUTO_TEST_CASE(changes_at_once_wait_for_each_other) {
    set("members.auto_account", "on");
    const auto mira = made("Mira"), bob = made("Bob");
    expect(login(mira.id, "mira"));
    const auto own = core.members.list_accounts(core.db, realm_no(), {.where = {{.field = static_cast<int>(accounts::Field::user), .op = Op::eq,
                                                                                .values = {db::param(mira.id)}}}}).items.at(0);
    const auto done = race([&](Core& with, unsigned i) {
        const auto settings = with.realms.get(with.db, clock.now(), realm_no());
        const auto n = std::to_string(i);
        switch (i % 8) {
            case 0: return with.members.update(with.db, context(), *settings, mira.id, {.name = "Mira " + n, .given_name = "M" + n}).has_value();
            case 1: return with.customers.update(with.db, context(), *settings, own.no, {.last_name = "L" + n}, {}, nullptr).has_value();
            case 2: return with.members.add_membership(with.db, context(), own.id, bob.id).has_value();
            case 3: return with.members.remove_membership(with.db, context(), own.id, bob.id).has_value();
            case 4: return with.members.update(with.db, context(), *settings, mira.id, {.email = "m" + n + "@new.example"}).has_value();
            case 5: return with.members.update_account(with.db, context(), *settings, own.id, {.legal_name = "Firm " + n}).has_value();
            case 6: return with.members.remove_membership(with.db, context(), own.id, mira.id).has_value();
            default: return with.members.remove(with.db, context(), mira.id).has_value();
        }
    });
    BOOST_TEST(std::ranges::count(done, true) >= 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 1);
    BOOST_TEST(counted_users() == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM memberships m LEFT JOIN users u ON u.user_id = m.user_id WHERE u.user_id IS NULL") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM contacts c LEFT JOIN users u ON u.user_id = c.user_id WHERE u.user_id IS NULL") == 0);
    // Every account that has members has one primary user.
    BOOST_TEST(number("SELECT COUNT(*) FROM (SELECT account_no FROM memberships GROUP BY account_no HAVING SUM(is_primary) <> 1) odd") == 0);
}

BOOST_AUTO_TEST_CASE(a_membership_has_an_id_that_leads_back_to_the_member) {
    for (int i = 0; i < 100; ++i) {
        const AccountId account{uuid_v4(rng)}, other{uuid_v4(rng)};
        const UserId user{uuid_v4(rng)};
        const auto id = members::membership_id(account, user);
        BOOST_TEST((members::user_of(account, id) == user));
        BOOST_TEST((id != user.value && id != members::membership_id(other, user)));
        BOOST_TEST((id.bytes[6] >> 4U) == 4);
        BOOST_TEST((id.bytes[8] >> 6U) == 2);
    }
}

// --- Password profiles

BOOST_AUTO_TEST_CASE(profiles_are_made_changed_and_removed_with_their_events) {
    const auto before = first_profile();
    BOOST_TEST(before.is_default());
    BOOST_TEST(!before.one_time_tokens);
    BOOST_TEST((before.updated_at == before.created_at));
    clock.advance(1min);
    const auto made_one = expect(core.profiles.add(core.db, context(), {.name = " Shoppers ", .format = profiles::NameFormat::email, .one_time_tokens = true}));
    BOOST_TEST(made_one.name == "Shoppers");
    BOOST_TEST(made_one.no.value > 1u);
    const auto list = core.profiles.list(core.db, realm_no(), 0, 25);
    BOOST_TEST(list.total == 2u);
    BOOST_TEST((list.items.at(0).id == before.id && list.items.at(1).id == made_one.id));
    clock.advance(1min);
    const auto changed_one = expect(core.profiles.update(core.db, context(), made_one.id, {.one_time_tokens = false}));
    BOOST_TEST(changed_one.name == "Shoppers");
    BOOST_TEST((changed_one.format == profiles::NameFormat::email && !changed_one.one_time_tokens));
    BOOST_TEST((changed_one.updated_at == clock.now() && changed_one.created_at == made_one.created_at));
    expect(core.profiles.update(core.db, context(), made_one.id, {.name = "Shoppers"}));
    BOOST_TEST(events("profile.added") == 1);
    BOOST_TEST(events("profile.changed") == 1);
    BOOST_TEST(text("SELECT JSON_VALUE(details, '$.old.oneTimeTokens') FROM events WHERE name = 'profile.changed'") == "1");
    BOOST_TEST(why(core.profiles.add(core.db, context(), {.name = " "})) == "missing_parameter");
    BOOST_TEST(why(core.profiles.add(core.db, context(), {.name = std::string(256, 'x')})) == "bad_parameter");
    BOOST_TEST(why(core.profiles.update(core.db, context(), profiles::ProfileId{uuid_v4(rng)}, {})) == "unknown_item");
    BOOST_TEST(why(core.profiles.update(core.db, context(), made_one.id, {.name = "a\nb"})) == "bad_parameter");
    BOOST_TEST(why(core.profiles.remove(core.db, context(), before.id)) == "in_use");
    const auto mira = made("Mira");
    const auto info = expect(login(mira.id, "mira@shop.example", made_one.id));
    BOOST_TEST(why(core.profiles.remove(core.db, context(), made_one.id)) == "in_use");
    expect(core.members.remove_info(core.db, context(), mira.id, info.id));
    expect(core.profiles.remove(core.db, context(), made_one.id));
    BOOST_TEST(why(core.profiles.remove(core.db, context(), made_one.id)) == "unknown_item");
    BOOST_TEST(events("profile.removed") == 1);
}

BOOST_AUTO_TEST_CASE(a_realm_has_a_hundred_profiles_at_most_and_sees_no_others) {
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://o.example", .site = {.tenant = 1, .site = 1}}))->no;
    const auto theirs = core.profiles.find(core.db, other, ProfileNo{1}).value();
    BOOST_TEST(!core.profiles.find(core.db, realm_no(), theirs.id).has_value());
    BOOST_TEST(why(core.profiles.update(core.db, context(), theirs.id, {.name = "X"})) == "unknown_item");
    BOOST_TEST(why(core.profiles.remove(core.db, context(), theirs.id)) == "unknown_item");
    for (std::uint64_t i = 1; i < profiles::most; ++i) profile("p" + std::to_string(i));
    BOOST_TEST(why(core.profiles.add(core.db, context(), {.name = "one more"})) == "in_use");
}

BOOST_AUTO_TEST_SUITE_END()
