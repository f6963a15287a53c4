// SPDX-License-Identifier: MIT
// What is judged of a customer to be: names, numbers, telephone numbers, passwords in one form.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/customers.h>

using namespace authtickets;
using namespace authtickets::customers;

namespace {

NewCustomer with_login(std::string user_name, std::string email) {
    return {.profile = {.email = std::move(email)}, .login = {{.user_name = std::move(user_name)}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(customers_rules)

BOOST_AUTO_TEST_CASE(without_a_user_name_the_address_is_it) {
    BOOST_TEST(checked(with_login(" ", "ann@shop.example"))->login->user_name == "ann@shop.example");
    BOOST_TEST(checked(with_login(" ann ", ""))->login->user_name == "ann");
    const auto nobody = checked(with_login("", ""));
    BOOST_REQUIRE(!nobody);
    BOOST_TEST(nobody.error().field == "email");
    BOOST_TEST(!checked(with_login("a\nb", "")));
}

BOOST_AUTO_TEST_CASE(numbers_leave_room_for_customers_to_come) {
    for (const auto& [number, good] : {std::pair{0U, false}, {1U, true}, {1001U, true}, {largest_number, true}, {largest_number + 1, false},
                                       {4294967295U, false}}) {
        const auto judged = checked({.number = AccountNo{number}});
        BOOST_TEST(judged.has_value() == good, number);
        if (!good) BOOST_TEST(judged.error().field == "account_id");
    }
}

BOOST_AUTO_TEST_CASE(telephone_numbers_are_E_164) {
    for (const auto* good : {"", "+4930123456", "+12025550123", "+999123456789012"}) BOOST_TEST(checked({.phone = good}).has_value(), good);
    for (const auto* bad : {"030123456", "+49 30 123456", "+04930123456", "+49", "+49301234567890123", "+4930x23456", "00493012345"}) {
        BOOST_TEST(!checked({.phone = bad}).has_value(), bad);
    }
}

BOOST_AUTO_TEST_CASE(a_password_comes_into_one_form_PW2) {
    auto customer = with_login("ann", "");
    customer.login->password = Secret(std::string_view("Cafe\u0301-12345"));
    BOOST_TEST(checked(customer)->login->password->reveal() == "Caf\u00e9-12345");
    customer.login->password = Secret(std::string_view("\xff-12345a"));
    BOOST_TEST(checked(customer).error().field == "password");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_the_address_follows_it) {
    BOOST_TEST(follows_email("Ann@Shop.example", "ann@shop.example"));
    BOOST_TEST(!follows_email("ann", "ann@shop.example"));
    BOOST_TEST(!follows_email("ann", ""));
}

BOOST_AUTO_TEST_CASE(a_password_must_not_be_the_persons_the_shops_or_our_name_PW4) {
    realms::Realm realm{.name = "corner"};
    realm.sites = {{.name = "Corner Shop"}, {.name = "Corner Outlet"}};
    const auto words = context_words(realm, "ann.lee", "ann@mail.example");
    const std::vector<std::string> wanted{"ann.lee", "ann@mail.example", "ann", "corner", "authtickets", "Corner Shop", "Corner Outlet"};
    BOOST_TEST(words == wanted, boost::test_tools::per_element());
    BOOST_TEST(!logins::acceptable(Secret(std::string_view("corner shop 1")), realms::PasswordPolicy::documented, words));
    BOOST_TEST(logins::acceptable(Secret(std::string_view("corner shop 1900")), realms::PasswordPolicy::documented, words).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
