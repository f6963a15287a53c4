// SPDX-License-Identifier: MIT
// Customers as wholes: what a change reaches, what it ends, what it leaves behind (kibo 6.1, PW12, TK6).
#include "shop.h"

#include <authtickets/text/names.h>

using namespace authtickets;
using namespace authtickets::test;

namespace {

constexpr db::Query count_rows{"test.count_rows",
    "SELECT (SELECT COUNT(*) FROM accounts) + (SELECT COUNT(*) FROM users) * 100 + (SELECT COUNT(*) FROM logins) * 10000 + "
    "(SELECT COUNT(*) FROM login_names) * 1000000 + (SELECT COUNT(*) FROM memberships) * 100000000 + "
    "(SELECT COUNT(*) FROM contacts) * 10000000000"};
constexpr db::Query sum_counts{"test.sum_counts", "SELECT SUM(accounts) FROM account_counts"};
constexpr db::Query read_log{"test.read_log",
    "SELECT CONCAT(description, ' ', field_path, ' ', COALESCE(old_value, '-'), ' ', COALESCE(new_value, '-')) FROM account_changes ORDER BY change_no"};
constexpr db::Query erasures{"test.erasures", "SELECT COUNT(*) FROM erasures"};
constexpr db::Query tickets_left{"test.tickets_left", "SELECT COUNT(*) FROM tickets"};
constexpr db::Query event_names{"test.event_names", "SELECT name FROM events ORDER BY event_id"};

constexpr db::Query events_without_account{"test.events_without_account", "SELECT name FROM events WHERE account_no IS NULL"};

struct Customers : Shop {
    std::int64_t number(const db::Query& query) {
        return core.db.one(query, [](db::Row& row) { return row.next<std::int64_t>(); }).value();
    }
    std::vector<std::string> texts(const db::Query& query) {
        return core.db.all(query, [](db::Row& row) { return row.next<std::string>(); });
    }
    bool live(const sign_in::SignedIn& who) { return core.tickets.check(core.db, context(), who.issued.access.reveal()).has_value(); }
    std::string refreshed(const sign_in::SignedIn& who) {
        const auto token = core.tickets.read_refresh(context(), who.issued.refresh);
        return token ? why(core.tickets.refresh(core.db, context(), *realm(), *token)) : "unread";
    }
    Result<accounts::Account> changed(AccountNo no, const accounts::Change& change, std::optional<std::string> name = {}, bool merchant = true) {
        const tickets::Ticket shopper{.password_at = clock.now()};  // fresh (RS6)
        return core.customers.update(core.db, context(), *realm(), no, change, name, merchant ? nullptr : &shopper);
    }
    customers::PasswordChange change(AccountNo no, std::string_view current, std::string_view fresh, bool unlock = false) {
        return {.account = no, .current = Secret(current), .fresh = Secret(fresh), .unlock = unlock};
    }
    std::string password_changed(const customers::PasswordChange& wanted) {
        return why(core.customers.change_password(core.db, context(), *realm(), wanted));
    }
    // Wrong ones until the login is locked.
    void lock(const std::string& name) {
        for (int i = 0; i < 10; ++i) BOOST_TEST(why(sign_in(name, "wrong horse 1")) == "credentials_wrong");
    }
    customers::NewCustomer person(const std::string& name, std::string_view password = right_password) {
        return {.profile = {.email = name + "@shop.example"}, .login = {{.user_name = name, .password = Secret(password)}}};
    }
    crypto::ForeignHash bcrypt() {  // of "U*U"
        return expect(crypto::read_foreign_hash("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(whole_customers, Customers)

BOOST_AUTO_TEST_CASE(a_change_keeps_what_was_not_given_and_is_told_member_by_member) {
    const auto ann = customer("ann");
    const auto no = ann.account.no;
    const auto after = expect(changed(no, {.first_name = "Anna", .accepts_marketing = true,
        .contacts = Json::Array{Json::object({{"email", "x@shop.example"}, {"address", Json::object({{"cityOrTown", "Bonn"}})}})}}));
    BOOST_TEST(after.profile.first_name == "Anna");
    BOOST_TEST(after.profile.email == "ann@shop.example");
    BOOST_TEST(after.profile.accepts_marketing);
    const auto told = texts(read_log);
    const std::vector<std::string> wanted{
        "Account updated first_name Ann Anna", "Account updated accepts_marketing false true",
        "Account updated contacts/1/address/cityOrTown - Bonn", "Account updated contacts/1/email - x@shop.example"};
    BOOST_TEST(told == wanted, boost::test_tools::per_element());
    BOOST_TEST(live(ann));
}

BOOST_AUTO_TEST_CASE(a_change_that_changes_nothing_is_not_told) {
    const auto ann = customer("ann");
    expect(changed(ann.account.no, {.first_name = "Ann"}));
    BOOST_TEST(texts(read_log).empty());
}

BOOST_AUTO_TEST_CASE(a_merchants_new_address_is_what_the_customer_signs_in_with) {
    const auto ann = customer("ann");
    expect(changed(ann.account.no, {.email = "ann@new.example"}));
    BOOST_TEST(why(sign_in("ann@new.example")) == "granted");
    BOOST_TEST(why(sign_in("ann@shop.example")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_user_name_that_was_the_address_goes_with_it) {
    const auto bob = customer("bob@shop.example", "bob@shop.example");
    const auto after = expect(changed(bob.account.no, {.email = "bob@new.example"}, "bob@shop.example"));
    BOOST_TEST(after.user_name == "bob@new.example");
    BOOST_TEST(why(sign_in("bob@shop.example")) == "credentials_wrong");
    BOOST_TEST(why(registered(core, "bob@shop.example", "bob@shop.example")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_shoppers_new_address_is_the_accounts_alone) {
    const auto ann = customer("ann");
    expect(changed(ann.account.no, {.email = "ann@new.example"}, "other", false));
    BOOST_TEST(why(sign_in("ann@shop.example")) == "granted");
    BOOST_TEST(why(sign_in("ann@new.example")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("other")) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(a_taken_address_or_name_changes_nothing) {
    const auto ann = customer("ann");
    customer("bob");
    for (const bool merchant : {true, false}) {
        BOOST_TEST(why(changed(ann.account.no, {.email = "bob@shop.example", .first_name = "X"}, {}, merchant)) == "name_taken");
    }
    BOOST_TEST(why(changed(ann.account.no, {.email = "free@shop.example"}, "bob")) == "name_taken");
    BOOST_TEST(expect(core.accounts.get(core.db, realm_no(), ann.account.no)).profile.first_name == "Ann");
    BOOST_TEST(why(sign_in("ann@shop.example")) == "granted");
    BOOST_TEST(why(sign_in("free@shop.example")) == "credentials_wrong");
    BOOST_TEST(texts(read_log).empty());
}

BOOST_AUTO_TEST_CASE(disabling_ends_tickets_for_good_TK6) {
    const auto ann = customer("ann");
    expect(core.customers.set_active(core.db, context(), ann.account.no, false));
    BOOST_TEST(!live(ann));
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    expect(core.customers.set_active(core.db, context(), ann.account.no, true));
    BOOST_TEST(!live(ann));
    BOOST_TEST(refreshed(ann) == "unknown_item");
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(events("account.suspended", "disabled") == 1);
    BOOST_TEST(events("account.activated", "disabled") == 1);
}

BOOST_AUTO_TEST_CASE(a_guest_cannot_be_disabled) {
    const auto guest = expect(core.customers.guest(core.db, context(), {}));
    BOOST_TEST(why(core.customers.set_active(core.db, context(), guest.no, false)) == "bad_parameter");
    BOOST_TEST(why(core.customers.set_active(core.db, context(), AccountNo{1}, false)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(deleting_leaves_nothing_of_the_person_behind_and_ends_tickets_TK6) {
    const auto before = number(count_rows);
    const auto ann = customer("ann");
    expect(changed(ann.account.no, {.first_name = "Anna"}));
    BOOST_TEST(number(sum_counts) == 1);
    expect(core.customers.remove(core.db, context(), ann.account.no));
    BOOST_TEST(number(count_rows) == before);
    BOOST_TEST(number(sum_counts) == 0);
    BOOST_TEST(number(tickets_left) == 0);
    BOOST_TEST(number(erasures) == 2);
    BOOST_TEST(texts(read_log).empty());
    BOOST_TEST(!live(ann));
    BOOST_TEST(refreshed(ann) == "unknown_item");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    BOOST_TEST(why(core.customers.remove(core.db, context(), ann.account.no)) == "unknown_item");
    BOOST_TEST(why(registered(core, "ann", "ann@shop.example")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_user_with_another_account_outlives_the_first_without_tickets_TK6) {
    const auto ann = customer("ann");
    const auto second = expect(core.customers.guest(core.db, context(), {.company = "Ann Ltd"}));
    core.db.transact([&](db::Tx& tx) { core.users.add_membership(tx, context(), ann.account.user, second.no, "owner", true); return 0; });
    expect(core.customers.remove(core.db, context(), ann.account.no));
    BOOST_TEST(!live(ann));
    BOOST_TEST((expect(sign_in("ann")).account.no == second.no));
}

BOOST_AUTO_TEST_CASE(a_password_is_changed_by_showing_the_current_one_and_ends_tickets_PW12_TK6) {
    const auto ann = customer("ann");
    BOOST_TEST(password_changed(change(ann.account.no, right_password, "better horse 2")) == "granted");
    BOOST_TEST(!live(ann));
    BOOST_TEST(refreshed(ann) == "unknown_item");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann", "better horse 2")) == "granted");
    BOOST_TEST(texts(read_log) == std::vector<std::string>{"Password changed  - -"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wrong_current_password_counts_like_one_at_sign_in_PW12) {
    const auto ann = customer("ann");
    for (int i = 0; i < 9; ++i) BOOST_TEST(password_changed(change(ann.account.no, "wrong horse 1", "better horse 2")) == "password_wrong");
    BOOST_TEST(expect(core.customers.login_state(core.db, context(), *realm(), ann.account.no, {})).remaining == 1u);
    BOOST_TEST(why(sign_in("ann", "wrong horse 1")) == "credentials_wrong");
    BOOST_TEST(password_changed(change(ann.account.no, right_password, "better horse 2")) == "password_wrong");
    BOOST_TEST(live(ann));
}

BOOST_AUTO_TEST_CASE(what_compares_nothing_counts_nothing_TH7) {
    const auto ann = customer("ann");
    const auto no = ann.account.no;
    BOOST_TEST(password_changed(change(no, "wrong horse 1", "weak")) == "password_weak");
    BOOST_TEST(password_changed(change(no, "", "better horse 2")) == "missing_parameter");
    BOOST_TEST(password_changed({.account = no, .current = Secret(std::string_view("wrong"))}) == "missing_parameter");
    BOOST_TEST(password_changed(change(AccountNo{1}, "wrong horse 1", "better horse 2")) == "unknown_item");
    BOOST_TEST(password_changed(change(no, std::string(1025, 'x'), "better horse 2")) == "password_too_long");
    const auto state = expect(core.customers.login_state(core.db, context(), *realm(), no, {}));
    BOOST_TEST(state.remaining == 10u);
}

BOOST_AUTO_TEST_CASE(a_locked_login_is_freed_together_with_its_password_and_takes_five_tries_for_it) {
    const auto ann = customer("ann");
    const auto no = ann.account.no;
    lock("ann");
    BOOST_TEST(password_changed(change(no, right_password, "better horse 2")) == "password_wrong");
    for (int i = 0; i < 4; ++i) BOOST_TEST(password_changed(change(no, "wrong horse 1", "better horse 2", true)) == "password_wrong");
    BOOST_TEST(password_changed(change(no, right_password, "better horse 2", true)) == "granted");
    BOOST_TEST(why(sign_in("ann", "better horse 2")) == "granted");
    for (int i = 0; i < 10; ++i) BOOST_TEST(why(sign_in("ann", "wrong horse 1")) == "credentials_wrong");
    for (int i = 0; i < 5; ++i) BOOST_TEST(password_changed(change(no, "wrong horse 1", "best horse 33", true)) == "password_wrong");
    BOOST_TEST(password_changed(change(no, "better horse 2", "best horse 33", true)) == "password_wrong");
}

BOOST_AUTO_TEST_CASE(sixteen_tries_beyond_a_lock_at_once_are_five) {
    const auto ann = customer("ann");
    lock("ann");
    std::vector<std::unique_ptr<Core>> workers;
    for (unsigned i = 0; i < racers; ++i) workers.push_back(worker());
    {
        std::vector<std::jthread> threads;
        for (auto& each : workers) {
            threads.emplace_back([&] {
                (void)each->customers.change_password(each->db, context(), *each->realms.get(each->db, clock.now(), realm_no()),
                                                      change(ann.account.no, "wrong horse 1", "better horse 2", true));
            });
        }
    }
    const auto state = expect(core.customers.login_state(core.db, context(), *realm(), ann.account.no, {}));
    BOOST_TEST(state.login.failed == 15u);
    BOOST_TEST(state.remaining == 0u);
}

BOOST_AUTO_TEST_CASE(of_two_changes_of_one_password_at_once_one_is_told_that_it_came_second) {
    const auto ann = customer("ann");
    std::vector<std::unique_ptr<Core>> workers;
    for (unsigned i = 0; i < racers; ++i) workers.push_back(worker());
    std::atomic<int> granted{0};
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                auto& with = *workers[i];
                const auto done = with.customers.change_password(with.db, context(), *with.realms.get(with.db, clock.now(), realm_no()),
                                                                 change(ann.account.no, right_password, "horse number " + std::to_string(i)));
                if (done) ++granted;
            });
        }
    }
    BOOST_TEST(granted == 1);
}

BOOST_AUTO_TEST_CASE(an_application_sets_passwords_outright_each_by_itself_X11) {
    const auto ann = customer("ann"), bob = customer("bob");
    const std::vector<customers::PasswordChange> changes{
        {.account = ann.account.no, .fresh = Secret(std::string_view("better horse 2"))},
        {.account = AccountNo{77}, .fresh = Secret(std::string_view("better horse 2"))},
        {.account = bob.account.no, .fresh = Secret(std::string_view("weak"))},
        change(bob.account.no, "wrong horse 1", "better horse 2")};
    const auto done = core.customers.change_passwords(core.db, context(), *realm(), changes);
    BOOST_REQUIRE(done.size() == 4u);
    BOOST_TEST(why(done[0]) == "granted");
    BOOST_TEST(why(done[1]) == "unknown_item");
    BOOST_TEST(why(done[2]) == "password_weak");
    BOOST_TEST(why(done[3]) == "password_wrong");
    BOOST_TEST(!live(ann));
    BOOST_TEST(live(bob));
    BOOST_TEST(why(sign_in("ann", "better horse 2")) == "granted");
}

BOOST_AUTO_TEST_CASE(blocking_ends_tickets_and_freeing_brings_none_back_TK6) {
    const auto ann = customer("ann");
    expect(core.customers.set_locked(core.db, context(), ann.account.no, {}, true));
    BOOST_TEST(!live(ann));
    const auto state = expect(core.customers.login_state(core.db, context(), *realm(), "ann@shop.example"));
    BOOST_TEST(state.login.blocked_at.has_value());
    BOOST_TEST(state.login.last_locked_at.has_value());
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    expect(core.customers.set_locked(core.db, context(), ann.account.no, {}, false));
    BOOST_TEST(!live(ann));
    BOOST_TEST(why(sign_in("ann")) == "granted");
    const auto guest = expect(core.customers.guest(core.db, context(), {}));
    BOOST_TEST(why(core.customers.set_locked(core.db, context(), guest.no, {}, true)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_password_that_must_be_changed_signs_nobody_in_until_it_is) {
    const auto ann = customer("ann");
    expect(core.customers.demand_password_change(core.db, context(), ann.account.no, {}, true));
    expect(core.customers.demand_password_change(core.db, context(), ann.account.no, {}, true));
    BOOST_TEST(live(ann));
    BOOST_TEST(why(sign_in("ann")) == "password_change_required");
    BOOST_TEST(password_changed(change(ann.account.no, right_password, "better horse 2")) == "granted");
    BOOST_TEST(why(sign_in("ann", "better horse 2")) == "granted");
    const auto names = texts(event_names);
    BOOST_TEST(std::ranges::count(names, "password.change_demanded") == 1);
}

BOOST_AUTO_TEST_CASE(many_are_added_all_or_none) {
    customer("ann");
    const auto before = number(count_rows);
    const auto refused = core.customers.add_all(core.db, context(), *realm(), {person("bob"), person("ann"), person("eve")});
    BOOST_TEST(why(refused) == "name_taken");
    BOOST_TEST(refused.error().field == "[1].email");
    BOOST_TEST(why(core.customers.add_all(core.db, context(), *realm(), {person("bob"), person("bob")})) == "name_taken");
    const auto weak = core.customers.add_all(core.db, context(), *realm(), {person("bob"), person("eve", "weak")});
    BOOST_TEST(why(weak) == "password_weak");
    BOOST_TEST(weak.error().field == "[1].password");
    BOOST_TEST(number(count_rows) == before);
    BOOST_TEST(expect(core.customers.add_all(core.db, context(), *realm(), {person("bob"), person("eve")})).size() == 2u);
    BOOST_TEST(events("account.created", "bulk") == 2);
    BOOST_TEST(events("account.registered") == 1);  // ann herself
    BOOST_TEST(why(sign_in("eve")) == "granted");
    BOOST_TEST(number(sum_counts) == 3);
}

BOOST_AUTO_TEST_CASE(a_guest_gets_a_login_once) {
    const auto guest = expect(core.customers.guest(core.db, context(), {.email = "gil@shop.example"}));
    const sign_in::LoginAddition wanted{.account = guest.no, .email = {}, .login = {.user_name = "gil", .password = Secret(std::string_view(right_password))}, .wishes = {}};
    const auto added = expect(core.sign_in.login_added(core.db, context(), *realm(), wanted));
    BOOST_TEST((added.account.no == guest.no));
    BOOST_TEST(live(added));
    BOOST_TEST(why(sign_in("gil@shop.example")) == "granted");
    const auto again = core.sign_in.login_added(core.db, context(), *realm(), wanted);
    BOOST_TEST(why(again) == "bad_parameter");
    BOOST_TEST(again.error().field == "accountId");
}

BOOST_AUTO_TEST_CASE(a_login_for_one_guest_by_sixteen_is_made_once_and_leaves_no_orphans) {
    const auto guest = expect(core.customers.guest(core.db, context(), {}));
    const auto before = number(count_rows);
    std::vector<std::unique_ptr<Core>> workers;
    for (unsigned i = 0; i < racers; ++i) workers.push_back(worker());
    std::atomic<int> granted{0};
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < racers; ++i) {
            threads.emplace_back([&, i] {
                auto& with = *workers[i];
                const sign_in::LoginAddition wanted{.account = guest.no, .email = {},
                    .login = {.user_name = "gil" + std::to_string(i), .password = Secret(std::string_view(right_password))}, .wishes = {}};
                if (with.sign_in.login_added(with.db, context(), *with.realms.get(with.db, clock.now(), realm_no()), wanted)) ++granted;
            });
        }
    }
    BOOST_TEST(granted == 1);
    BOOST_TEST(number(count_rows) - before == 100 + 10000 + 1000000 + 100000000);
}

BOOST_AUTO_TEST_CASE(a_disabled_guest_or_an_unknown_account_gets_no_login) {
    const sign_in::LoginAddition wanted{.account = AccountNo{5}, .email = "gil@shop.example",
                                        .login = {.password = Secret(std::string_view(right_password))}, .wishes = {}};
    BOOST_TEST(why(core.sign_in.login_added(core.db, context(), *realm(), wanted)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_hash_made_elsewhere_signs_in_once_and_is_ours_then_PW9) {
    auto ann = person("ann");
    ann.login->password.reset();
    ann.login->foreign = bcrypt();
    const auto made = expect(core.customers.add_all(core.db, context(), *realm(), {ann}));
    BOOST_TEST(made[0].foreign_password);
    BOOST_TEST(why(sign_in("ann", "wrong")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann", "U*U")) == "granted");
    BOOST_TEST(!expect(core.accounts.get(core.db, realm_no(), made[0].no)).foreign_password);
    BOOST_TEST(why(sign_in("ann", "U*U")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_login_without_a_password_signs_nobody_in) {
    auto ann = person("ann");
    ann.login->password.reset();
    expect(core.customers.add_all(core.db, context(), *realm(), {ann}));
    BOOST_TEST(why(sign_in("ann", "anything 1")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann", "")) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(two_operators_on_one_account_both_leave_their_change) {
    const auto ann = customer("ann");
    std::vector<std::unique_ptr<Core>> workers;
    for (unsigned i = 0; i < racers; ++i) workers.push_back(worker());
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < racers; ++i) {
            threads.emplace_back([&, i] {
                auto& with = *workers[i];
                const auto now = with.realms.get(with.db, clock.now(), realm_no());
                const accounts::Change change = i % 2 ? accounts::Change{.first_name = "First" + std::to_string(i)}
                                                      : accounts::Change{.last_name = "Last" + std::to_string(i)};
                expect(with.customers.update(with.db, context(), *now, ann.account.no, change, {}, nullptr));
            });
        }
    }
    const auto after = expect(core.accounts.get(core.db, realm_no(), ann.account.no));
    BOOST_TEST(after.profile.first_name.starts_with("First"));
    BOOST_TEST(after.profile.last_name.starts_with("Last"));
    BOOST_TEST(texts(read_log).size() == racers);
}

BOOST_AUTO_TEST_CASE(deletion_meets_sign_ins_and_no_ticket_survives_it_TK6) {
    for (int round = 0; round < 3; ++round) {
        const auto ann = customer("ann");
        std::vector<std::unique_ptr<Core>> workers;
        for (unsigned i = 0; i < 8; ++i) workers.push_back(worker());
        std::mutex lock;
        std::vector<sign_in::SignedIn> tickets{ann};
        {
            std::vector<std::jthread> threads;
            for (unsigned i = 0; i < 8; ++i) {
                threads.emplace_back([&, i] {
                    if (i == 4) {
                        expect(workers[i]->customers.remove(workers[i]->db, context(), ann.account.no));
                        return;
                    }
                    auto got = sign_in(*workers[i], context(), "ann", right_password);
                    const std::lock_guard hold(lock);
                    if (got) tickets.push_back(std::move(*got));
                });
            }
        }
        for (const auto& each : tickets) BOOST_TEST(!live(each));
    }
}

BOOST_AUTO_TEST_CASE(a_login_freed_with_its_password_is_told_in_the_log) {
    const auto ann = customer("ann");
    const auto no = ann.account.no;
    expect(core.customers.set_locked(core.db, context(), no, {}, true));
    BOOST_TEST(password_changed(change(no, right_password, "better horse 2", true)) == "granted");
    const std::vector<std::string> wanted{"Login locked locked false true", "Login unlocked locked true false", "Password changed  - -"};
    BOOST_TEST(texts(read_log) == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(freeing_what_is_free_is_no_event) {
    const auto ann = customer("ann");
    for (int i = 0; i < 2; ++i) expect(core.customers.set_locked(core.db, context(), ann.account.no, {}, false));
    const auto names = texts(event_names);
    BOOST_TEST(std::ranges::count(names, "account.unlocked") == 0);
    lock("ann");
    expect(core.customers.set_locked(core.db, context(), ann.account.no, {}, false));
    BOOST_TEST(std::ranges::count(texts(event_names), "account.unlocked") == 1);
}

BOOST_AUTO_TEST_CASE(what_happens_to_a_login_is_filed_under_its_account_too_KL2) {
    const auto ann = customer("ann");
    lock("ann");
    expect(core.customers.set_locked(core.db, context(), ann.account.no, {}, true));
    expect(core.customers.set_locked(core.db, context(), ann.account.no, {}, false));
    const auto without = texts(events_without_account);
    BOOST_TEST(std::ranges::count_if(without, [](const auto& name) { return name.starts_with("login.") || name.starts_with("user.") || name.starts_with("sign_in."); }) == 0);
}

BOOST_AUTO_TEST_CASE(a_demanded_change_is_not_met_by_the_same_password) {
    const auto ann = customer("ann");
    expect(core.customers.demand_password_change(core.db, context(), ann.account.no, {}, true));
    BOOST_TEST(password_changed(change(ann.account.no, right_password, right_password)) == "bad_parameter");
    BOOST_TEST(why(sign_in("ann")) == "password_change_required");
}

BOOST_AUTO_TEST_CASE(a_hash_that_saw_a_part_is_kept_until_the_whole_is_known_PW9) {
    auto ann = person("ann");
    ann.login->password.reset();
    ann.login->foreign = expect(crypto::read_foreign_hash("$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"));
    const auto made = expect(core.customers.add_all(core.db, context(), *realm(), {ann}));
    const std::string seen = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    BOOST_TEST(why(sign_in("ann", seen + "a typing mistake")) == "granted");
    BOOST_TEST(expect(core.accounts.get(core.db, realm_no(), made[0].no)).foreign_password);
    BOOST_TEST(why(sign_in("ann", seen + "the right end")) == "granted");
    BOOST_TEST(why(sign_in("ann", seen)) == "granted");
    BOOST_TEST(!expect(core.accounts.get(core.db, realm_no(), made[0].no)).foreign_password);
}

BOOST_AUTO_TEST_SUITE_END()
