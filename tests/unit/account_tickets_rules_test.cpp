// SPDX-License-Identifier: MIT
// Rules of account tickets: who is kept out and why, and what a token of purpose reset_password opens (X17).
#include <boost/test/unit_test.hpp>

#include <authtickets/core/account_tickets.h>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::account_tickets;
using namespace std::chrono_literals;

namespace {

logins::Attempt right() {
    logins::Attempt attempt{.login = logins::Login{}, .admitted = true, .matched = true};
    attempt.login->sealed_password = "sealed";
    attempt.login->user_role = users::Role::customer;
    attempt.login->account = accounts::Account{.no = AccountNo{1001}};
    return attempt;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(account_tickets_rules)

BOOST_AUTO_TEST_CASE(EP172_who_is_kept_out_and_why) {
    const auto attempt_with = [](auto&& change) {
        auto attempt = right();
        change(attempt);
        return attempt;
    };
    BOOST_TEST(failure(right(), 1) == "");
    BOOST_TEST(failure(right(), 0) == "suspended");  // all accounts are disabled
    BOOST_TEST(failure(attempt_with([](auto& a) { a.login->account.reset(); }), 0) == "");  // EP169: there is none
    BOOST_TEST(failure(attempt_with([](auto& a) { a.login->account->active = false; }), 1) == "");  // another one is active
    BOOST_TEST(failure(attempt_with([](auto& a) { a.login->blocked_at = test::FakeClock().now(); }), 1) == "suspended");
    // D349: they have a door of their own.
    BOOST_TEST(failure(attempt_with([](auto& a) { a.login->user_role = users::Role::administrator; }), 1) == "staff");
    BOOST_TEST(failure(attempt_with([](auto& a) { a.login.reset(); }), 0) == "unknown");
    BOOST_TEST(failure(attempt_with([](auto& a) { a.admitted = a.matched = false; }), 1) == "locked");
    BOOST_TEST(failure(attempt_with([](auto& a) { a.matched = false; }), 1) == "wrong_password");
    BOOST_TEST(failure(attempt_with([](auto& a) { a.matched = false; a.login->sealed_password.clear(); }), 1) == "no_password");
}

BOOST_AUTO_TEST_CASE(X17_what_a_reset_opens) {
    using tickets::Scope;
    const realms::Settings documented, standard{.policy = realms::PasswordPolicy::standard};
    const auto opens = [](const realms::Settings& settings, auto&& change) {
        logins::Login login;
        login.email = users::Contact{.value = "ann@shop.example", .verified = true};
        login.method = users::Method::simple;
        change(login);
        return reset_scope(settings, login);
    };
    BOOST_TEST((opens(documented, [](auto&) {}) == Scope::reset));
    BOOST_TEST((opens(documented, [](auto& l) { l.method = users::Method::email; }) == Scope::reset));
    BOOST_TEST((opens(documented, [](auto& l) { l.app = true; }) == Scope::password_update));
    BOOST_TEST((opens(documented, [](auto& l) { l.method = users::Method::sms; l.phone = users::Contact{.value = "+4930123456"}; }) == Scope::password_update));
    BOOST_TEST((opens(documented, [](auto& l) { l.password_change_required = true; }) == Scope::password_update));
    BOOST_TEST((opens(standard, [](auto&) {}) == Scope::password_update));
}

BOOST_AUTO_TEST_SUITE_END()
