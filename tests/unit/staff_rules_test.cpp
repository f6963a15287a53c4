// SPDX-License-Identifier: MIT
// What is judged of staff and customers without a table: roles, passwords, what a shop keeps for itself, statuses and searches
// (docs/freshcom.md).
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <authtickets/core/enrolment.h>
#include <authtickets/core/staff.h>

#include "core/enrolment/rules.h"

using namespace authtickets;
using realms::PasswordPolicy;
using users::Role;

namespace {

std::string told(const std::vector<Refusal>& found) {
    std::string out;
    for (const auto& each : found) out.append(out.empty() ? "" : " ").append(each.field);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(staff_rules)

BOOST_AUTO_TEST_CASE(a_role_is_known_by_its_name_and_customers_are_no_staff_FC97) {
    for (const auto role : users::all_roles) {
        BOOST_TEST((users::role_named(users::name(role)) == role));
        BOOST_TEST(users::is_staff(role) == (role != Role::customer));
    }
    BOOST_TEST(users::all_roles.size() == 8u);
    for (const auto* wrong : {"", "guest", "Administrator", "readOnly", "owner"}) BOOST_TEST(!users::role_named(wrong).has_value());
}

BOOST_AUTO_TEST_CASE(a_password_has_eight_characters_or_what_the_policy_asks_for_FC38) {
    BOOST_TEST(staff::least(PasswordPolicy::documented) == 8u);
    BOOST_TEST(staff::least(PasswordPolicy::standard) == 15u);
    BOOST_TEST(staff::least(PasswordPolicy::standard, true) == 8u);
    const auto judged = [](const std::string& text) { return staff::long_enough(Secret(text), PasswordPolicy::documented); };
    BOOST_TEST((judged("").error().why == Why::missing_parameter));
    const auto shorter = judged("1234567").error();
    BOOST_TEST((shorter.why == Why::password_weak && shorter.rule == Refusal::Rule::length));
    BOOST_TEST(shorter.least == 8u);
    BOOST_TEST(judged("12345678").has_value());
    BOOST_TEST(judged("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4").has_value());  // counted in code points (PW1)
    BOOST_TEST(!judged("a\u0308a\u0308a\u0308a\u0308").has_value());                 // of the NFC form
    const auto longer = judged(std::string(257, 'x')).error();
    BOOST_TEST((longer.why == Why::password_too_long && longer.rule == Refusal::Rule::length));
    BOOST_TEST(longer.most == 256u);
    BOOST_TEST((judged("\xff\xff\xff\xff\xff\xff\xff\xff").error().why == Why::bad_parameter));
}

BOOST_AUTO_TEST_CASE(what_a_shop_keeps_for_itself_is_an_object_of_8_KiB_FC100) {
    BOOST_TEST(staff::fits(Json()).has_value());
    BOOST_TEST(staff::fits(Json::object({})).has_value());
    BOOST_TEST((staff::fits(Json::array()).error().rule == Refusal::Rule::invalid));
    BOOST_TEST((staff::fits(Json("text")).error().rule == Refusal::Rule::invalid));
    const auto sized = [](std::size_t size) { return Json::object({{"a", std::string(size - 8, 'x')}}); };  // {"a":"..."}
    BOOST_TEST(sized(8192).dump().size() == 8192u);
    BOOST_TEST(staff::fits(sized(8192)).has_value());
    BOOST_TEST((staff::fits(sized(8193)).error().rule == Refusal::Rule::length));
    BOOST_TEST(enrolment::kept(Json::object({})).is_null());
    BOOST_TEST(!enrolment::kept(sized(100)).is_null());
}

BOOST_AUTO_TEST_CASE(the_shops_default_is_a_method_FC81) {
    BOOST_TEST((staff::method_of(realms::DefaultStep::none) == users::Method::simple));
    BOOST_TEST((staff::method_of(realms::DefaultStep::sms) == users::Method::sms));
    BOOST_TEST((staff::method_of(realms::DefaultStep::email) == users::Method::email));
}

BOOST_AUTO_TEST_CASE(a_customer_is_a_guest_registered_or_suspended_FC155) {
    enrolment::Customer customer;
    BOOST_TEST(enrolment::name(enrolment::status(customer)) == "guest");
    customer.user.value.bytes[0] = 1;
    BOOST_TEST(enrolment::name(enrolment::status(customer)) == "registered");
    customer.active = false;
    BOOST_TEST(enrolment::name(enrolment::status(customer)) == "suspended");
    BOOST_TEST((enrolment::status_named("suspended") == enrolment::Status::suspended));
    for (const auto* wrong : {"", "Guest", "internal", "anonymous", "deleted"}) BOOST_TEST(!enrolment::status_named(wrong).has_value());
}

BOOST_AUTO_TEST_CASE(all_that_is_too_long_is_told_FC156) {
    std::vector<Refusal> found;
    const accounts::Profile fine{.first_name = std::string(100, 'x'), .name = std::string(255, 'x'), .code = std::string(255, 'x'),
                                 .description = std::string(4000, 'x'), .custom_data = Json::object({})};
    enrolment::judge(fine, found);
    BOOST_TEST(found.empty());
    const accounts::Profile wrong{.first_name = std::string(101, 'x'), .name = std::string(256, 'x'), .code = std::string(256, 'x'),
                                  .label = std::string(256, 'x'), .description = std::string(4001, 'x'), .custom_data = Json("text")};
    enrolment::judge(wrong, found);
    BOOST_TEST(told(found) == "code name first_name label description custom_data");
    BOOST_TEST(found[0].most == 255u);
}

BOOST_AUTO_TEST_CASE(what_an_upgrade_does_not_say_is_as_it_was_FC163) {
    const enrolment::Customer before{.profile = {.email = "mira@shop.example", .name = "Mira", .code = "C-1", .phone = "+4930901820", .custom_data = Json::object({{"a", 1}})}};
    const auto after = enrolment::after(before, {.status = enrolment::Status::registered, .code = "", .phone = "+4930901821", .user_name = "mira.q", .phone_code = "123456"});
    BOOST_TEST((after.status == enrolment::Status::registered));
    BOOST_TEST(after.code == "");
    BOOST_TEST(after.name == "Mira");
    BOOST_TEST(after.email == "mira@shop.example");
    BOOST_TEST(after.phone == "+4930901821");
    BOOST_TEST(after.phone_code == "123456");
    BOOST_TEST(after.custom_data.dump() == R"({"a":1})");
    BOOST_TEST((enrolment::after(before, {}).status == enrolment::Status::guest));
}

BOOST_AUTO_TEST_CASE(a_search_is_words_of_which_eight_count) {
    BOOST_TEST((enrolment::words("  mira \t q ") == std::vector<std::string>{"mira", "q"}));
    BOOST_TEST(enrolment::words("").empty());
    BOOST_TEST(enrolment::words(" \t").empty());
    BOOST_TEST(enrolment::words("a b c d e f g h i j").size() == 8u);
    BOOST_TEST(enrolment::list_query({.search = "mira q"}).words.size() == 2u);
    BOOST_TEST(!enrolment::list_query({}).filtered());
}

BOOST_AUTO_TEST_CASE(a_code_alone_finds_nobody_FC154) {
    BOOST_TEST(!enrolment::enough({.code = "C-1"}));
    BOOST_TEST(!enrolment::enough({.code = "C-1", .email = ""}));
    BOOST_TEST(!enrolment::enough({.email = "mira@shop.example", .name = "Mira"}));
    BOOST_TEST(enrolment::enough({.code = "C-1", .last_name = "Q"}));
}

BOOST_AUTO_TEST_SUITE_END()
