// SPDX-License-Identifier: MIT
// Signing in and registering: equal answers and equal work for every kind of refusal (EN1, EN2, EN3), what a lock tells
// (X18), taken names (X12).
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Kinds : Shop {
    struct Kind {
        const char* what;
        const char* name;
        std::string password;
    };
    // The account kinds of EN1, each with the best password an outsider could show.
    std::vector<Kind> kinds() {
        for (const char* name : {"known", "locked", "blocked", "disabled", "passwordless", "spent", "homeless"}) customer(name);
        for (int i = 0; i < 10; ++i) sign_in("locked", "wrong horse 2");
        expect(core.logins.block(core.db, context(), "blocked"));
        const auto of = [](const std::string& name) { return " (SELECT user_id FROM logins WHERE user_name = '" + name + "')"; };
        change("UPDATE accounts SET active = 0 WHERE account_no IN (SELECT account_no FROM memberships WHERE user_id =" + of("disabled") + ")");
        change("UPDATE logins SET password = NULL, password_key_id = NULL WHERE user_name = 'passwordless'");
        change("UPDATE users SET failed_day = 100, failed_day_at = '" + sql_text(clock.now()) + "' WHERE user_id =" + of("spent"));
        change("DELETE FROM memberships WHERE user_id =" + of("homeless"));
        expect(core.customers.guest(core.db, context(), {.email = "guest@shop.example"}));
        customers::NewCustomer moved{.profile = {.email = "imported@shop.example"}, .login = {{.user_name = "imported"}}};
        moved.login->foreign = expect(crypto::read_foreign_hash("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
        expect(core.customers.add_all(core.db, context(), *realm(), {moved}));
        return {
            {"unknown", "unknown", "wrong horse 2"},
            {"known, wrong password", "known", "wrong horse 2"},
            {"locked, wrong password", "locked", "wrong horse 2"},
            {"locked, right password", "locked", right_password},
            {"blocked, wrong password", "blocked", "wrong horse 2"},
            {"blocked, right password", "blocked", right_password},
            {"disabled, wrong password", "disabled", "wrong horse 2"},
            {"disabled, right password", "disabled", right_password},
            {"passwordless", "passwordless", "wrong horse 2"},
            {"passwordless, nothing shown", "passwordless", ""},
            {"the day spent, right password", "spent", right_password},
            {"without an account, right password", "homeless", right_password},
            {"imported, wrong password", "imported", "wrong horse 2"},
            {"a guest's address", "guest@shop.example", "wrong horse 2"},
            {"no name", "", "wrong horse 2"},
            {"a name that can be none", "a\x01" "b", "wrong horse 2"},
            {"a name of broken UTF-8", "\xff\xfe", "wrong horse 2"},
            {"a name that is too long", "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                                        "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
                                        "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
             "wrong horse 2"},
        };
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sign_in_store, Kinds)

BOOST_AUTO_TEST_CASE(every_kind_of_refusal_is_answered_alike_and_costs_the_same_statements_EN1_EN2_EN3) {
    for (const auto& each : kinds()) {
        BOOST_TEST_CONTEXT(each.what) {
            realm();
            std::optional<Result<sign_in::SignedIn>> outcome;
            const auto before = number("SELECT COUNT(*) FROM events");
            BOOST_TEST(statements([&] { outcome = sign_in(each.name, each.password); }) == 9u);
            BOOST_REQUIRE(!*outcome);
            BOOST_TEST(why(*outcome) == "credentials_wrong");
            BOOST_TEST(outcome->error().field == "");
            BOOST_TEST(outcome->error().text == "");
            BOOST_TEST(outcome->error().retry_after.count() == 0);
            BOOST_TEST(number("SELECT COUNT(*) FROM events") == before + 1);  // the same rows, too
        }
    }
}

// A row that is not there costs no durable write; the pool makes up for it.
BOOST_AUTO_TEST_CASE(a_name_that_is_unknown_or_locked_writes_as_much_as_a_known_one_EN2) {
    sign_in("nobody", "wrong horse 2");
    BOOST_TEST(number("SELECT SUM(attempts) FROM login_decoys") == 2);
    sign_in("nobody", "wrong horse 2");
    BOOST_TEST(number("SELECT SUM(attempts) FROM login_decoys") == 4);
    sign_in("somebody else", "wrong horse 2");
    BOOST_TEST(number("SELECT SUM(attempts) FROM login_decoys") == 6);
}

BOOST_AUTO_TEST_CASE(the_failure_that_locks_costs_no_statement_more_or_less_EN2) {
    customer("known");
    for (int i = 0; i < 9; ++i) sign_in("known", "wrong horse 2");
    realm();
    BOOST_TEST(statements([&] { BOOST_TEST(why(sign_in("known", "wrong horse 2")) == "credentials_wrong"); }) == 9u);
    BOOST_TEST(events("account.locked") == 1);
}

BOOST_AUTO_TEST_CASE(a_shoppers_own_address_is_charged_alike_for_every_kind_EN2_TH2) {
    std::optional<Quota> quota;  // as a request has it (TH10)
    auto shopper = from_browser();
    shopper.quota = &quota;
    core.throttle.charge_address(core.db, shopper, realm()->settings);
    for (const auto& each : kinds()) {
        BOOST_TEST_CONTEXT(each.what) {
            clock.advance(2s);  // one charge is given back in the meantime
            realm();
            quota.reset();
            shopper.now = clock.now();
            BOOST_TEST(statements([&] { BOOST_TEST(why(sign_in(core, shopper, each.name, each.password)) == "credentials_wrong"); }) == 11u);
            BOOST_TEST(quota->remaining == 29u);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_event_says_what_the_caller_is_not_told_KL2) {
    const auto all = kinds();
    change("DELETE FROM events");
    for (const auto& each : all) sign_in(each.name, each.password);
    const std::map<std::string, int> wanted{{"unknown", 6}, {"wrong_password", 4}, {"locked", 3}, {"suspended", 2},
                                            {"no_password", 2}, {"no_account", 1}};
    for (const auto& [reason, count] : wanted) BOOST_TEST_CONTEXT(reason) { BOOST_TEST(events("signin.failure", reason) == count); }
    const auto suspended = texts("SELECT details FROM events WHERE reason = 'suspended' ORDER BY details");
    BOOST_TEST(suspended == (std::vector<std::string>{R"({"by":"block"})", R"({"by":"disabled"})"}), boost::test_tools::per_element());
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE reason <> 'suspended' AND details <> '{}'") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM events") == static_cast<std::int64_t>(all.size()));
}

BOOST_AUTO_TEST_CASE(a_lock_is_told_only_where_the_realm_says_so_X18) {
    customer("ann");
    for (int i = 0; i < 10; ++i) BOOST_TEST(why(sign_in("ann", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
    set("signin.reveal_lock", "on");
    BOOST_TEST(why(sign_in("ann")) == "login_locked");
    BOOST_TEST(why(sign_in("ann", "wrong horse 2")) == "login_locked");  // right and wrong alike (EN3)
    BOOST_TEST(why(sign_in("nobody", "wrong horse 2")) == "credentials_wrong");
    customer("bob");
    for (int i = 0; i < 10; ++i) BOOST_TEST(why(sign_in("bob", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob", "wrong horse 2")) == "login_locked");
}

BOOST_AUTO_TEST_CASE(a_lock_that_has_run_out_is_not_told_X18) {
    customer("ann");
    set("signin.reveal_lock", "on");
    set("lock.release_minutes", "30");
    for (int i = 0; i < 10; ++i) sign_in("ann", "wrong horse 2");
    BOOST_TEST(why(sign_in("ann")) == "login_locked");
    clock.advance(30min);
    BOOST_TEST(why(sign_in("ann", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(the_eleventh_in_flight_gets_the_answer_of_a_wrong_password_D4_X18) {
    customer("ann");
    set("signin.reveal_lock", "on");
    change("UPDATE logins SET in_flight = 10, in_flight_at = '" + sql_text(clock.now()) + "'");
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");  // nothing is locked, so nothing is told
    BOOST_TEST(why(sign_in("ann", "wrong horse 2")) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(a_change_that_is_required_is_told_after_a_right_password_only) {
    customer("ann");
    change("UPDATE logins SET password_change_required = 1");
    BOOST_TEST(why(sign_in("ann", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(why(sign_in("ann")) == "password_change_required");
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets") == 1);  // the registration's
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(why(sign_in("ann")) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(a_sign_in_is_for_the_account_asked_for_or_the_primary_one) {
    const auto ann = customer("ann"), bob = customer("bob");
    core.db.transact([&](db::Tx& tx) {
        core.users.add_membership(tx, context(), ann.account.user, bob.account.no, "buyer", false);
        return 0;
    });
    BOOST_TEST((expect(sign_in("ann")).account.no == ann.account.no));
    const auto into = [&](AccountNo no) {
        return core.sign_in.by_password(core.db, context(), *realm(), {.name = "ann", .password = Secret(std::string_view(right_password)), .account = no, .wishes = {}});
    };
    const auto there = expect(into(bob.account.no));
    BOOST_TEST((there.account.no == bob.account.no));
    BOOST_TEST((there.issued.ticket.account_no == bob.account.no));
    BOOST_TEST((there.account.user == ann.account.user));
    BOOST_TEST(why(into(AccountNo{4242})) == "credentials_wrong");
    BOOST_TEST(why(sign_in("bob")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_registration_makes_account_user_login_and_ticket_at_once) {
    const auto made = customer("Ann", "Ann@Shop.example");
    BOOST_TEST(made.account.user_name == "Ann");
    BOOST_TEST(made.account.no.value == 1001u);
    BOOST_TEST(check(made.issued.access) == "granted");
    const auto read = expect(core.accounts.get(core.db, realm_no(), made.account.no));
    BOOST_TEST((read.user == made.account.user));
    BOOST_TEST(read.profile.email == "Ann@Shop.example");
    BOOST_TEST(text("SELECT normal FROM contacts") == "ann@shop.example");
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 2);
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(why(sign_in("ANN@shop.EXAMPLE")) == "granted");
}

BOOST_AUTO_TEST_CASE(without_a_user_name_the_address_is_it) {
    const auto made = expect(registered(core, "", "ann@shop.example"));
    BOOST_TEST(made.account.user_name == "ann@shop.example");
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 1);
    BOOST_TEST(why(registered(core, "", "")) == "missing_parameter");
    BOOST_TEST(why(registered(core, "only.a.name", "")) == "granted");
    BOOST_TEST(why(sign_in("only.a.name")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_taken_name_or_address_is_said_and_leaves_no_row_X12) {
    customer("ann", "ann@shop.example");
    const auto rows = [&] {
        std::int64_t all = 0;
        for (const char* table : {"accounts", "users", "logins", "login_names", "memberships", "contacts", "tickets"}) {
            all += number(std::string("SELECT COUNT(*) FROM ") + table);
        }
        return all;
    };
    const auto before = rows();
    struct Case {
        const char* name;
        const char* email;
        const char* field;
    };
    const Case cases[] = {
        {"ann", "other@shop.example", "user_name"},
        {"ANN ", "other@shop.example", "user_name"},
        {"other", "ann@shop.example", "email"},
        {"other", "ANN@SHOP.EXAMPLE", "email"},
        {"ann", "ann@shop.example", "email"},
        {"ann@shop.example", "other@shop.example", "user_name"},  // somebody's address as a user name
        {"", "ann@shop.example", "email"},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.name << ", " << each.email) {
            const auto refused = registered(core, each.name, each.email);
            BOOST_TEST(why(refused) == "name_taken");
            if (!refused) BOOST_TEST(refused.error().field == each.field);
            BOOST_TEST(rows() == before);
        }
    }
    BOOST_TEST(events("registration.refused") == static_cast<std::int64_t>(std::size(cases)));
    customer("other", "other@shop.example");  // what was tried beside a taken name stayed free
}

BOOST_AUTO_TEST_CASE(a_user_name_is_kept_as_typed_without_its_outer_blanks) {
    const auto blanks = std::string(400, ' ');
    const auto made = registered(core, blanks + "Ann" + blanks, "ann@shop.example");
    BOOST_TEST(why(made) == "granted");
    BOOST_TEST(text("SELECT user_name FROM logins") == "Ann");
    BOOST_TEST(why(sign_in("ann")) == "granted");
    std::string widest;
    for (int i = 0; i < 320; ++i) widest += "😀";
    BOOST_TEST(why(registered(core, widest, "wide@shop.example")) == "granted");
    BOOST_TEST(why(sign_in(widest)) == "granted");
    BOOST_TEST(why(registered(core, widest + "x", "wider@shop.example")) == "bad_parameter");
}

BOOST_AUTO_TEST_CASE(a_password_that_may_not_be_set_is_refused_before_anything_is_written_X1_PW4) {
    BOOST_TEST(why(registered(core, "ann", "ann@shop.example", "short")) == "password_weak");
    BOOST_TEST(why(registered(core, "ann.shopper1", "ann@shop.example", "Ann.Shopper1!")) == "password_context");
    BOOST_TEST(why(registered(core, "ann", "ann.lee99@shop.example", "ANN.LEE99")) == "password_context");
    BOOST_TEST(why(registered(core, "ann", "ann@shop.example", "shop123")) == "password_context");
    BOOST_TEST(why(registered(core, "ann", "ann@shop.example", "authtickets1")) == "password_context");
    BOOST_TEST(number("SELECT COUNT(*) FROM login_names") == 0);
    set("policy", "standard");
    BOOST_TEST(why(registered(core, "ann", "ann@shop.example", "abcde1")) == "password_weak");
    BOOST_TEST(why(registered(core, "ann", "ann@shop.example", "only words here")) == "granted");
    BOOST_TEST(why(sign_in("ann", "only words here")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_password_of_400_days_still_signs_in_PW6) {
    customer("ann");
    clock.advance(std::chrono::days(400));
    BOOST_TEST(why(sign_in("ann")) == "granted");
}

BOOST_AUTO_TEST_CASE(a_success_gives_its_charge_back_and_a_failure_does_not_TH2_TH4) {
    customer("ann");
    for (int i = 0; i < 50; ++i) BOOST_TEST(why(sign_in(core, from_browser(), "ann", right_password)) == "granted");
    for (int i = 0; i < 29; ++i) BOOST_TEST(why(sign_in(core, from_browser(), "nobody", "wrong horse 2")) == "credentials_wrong");
    BOOST_TEST(why(sign_in(core, from_browser(), "ann", right_password)) == "granted");  // clears nothing of the address
    BOOST_TEST(why(sign_in(core, from_browser(), "nobody", "wrong horse 2")) == "credentials_wrong");
    const auto refused = sign_in(core, from_browser(), "ann", right_password);
    BOOST_TEST(why(refused) == "throttled");
    BOOST_TEST(refused.error().retry_after.count() == 2);
    BOOST_TEST(why(sign_in(core, from_browser("203.0.113.10"), "ann", right_password)) == "granted");
    BOOST_TEST(why(sign_in("ann")) == "granted");  // behind an application that forwards no address
    clock.advance(2s);
    BOOST_TEST(why(sign_in(core, from_browser(), "ann", right_password)) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
