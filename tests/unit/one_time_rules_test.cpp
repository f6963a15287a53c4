// SPDX-License-Identifier: MIT
// What may be a one-time password token, what it is asked for, and the address in its mail.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/one_time.h>

using namespace authtickets;
using namespace authtickets::one_time;
using namespace std::literals;

BOOST_AUTO_TEST_SUITE(one_time_rules)

BOOST_AUTO_TEST_CASE(EP132_six_letters_or_digits_with_blanks_around_in_either_case) {
    for (const auto typed : {"q7m2xk"sv, " q7m2xk"sv, "q7m2xk \t\r\n"sv, "Q7M2XK"sv, "\nQ7m2xK\n"sv}) BOOST_TEST(token(typed).value_or("-") == "q7m2xk");
    BOOST_TEST(token("000000").value_or("-") == "000000");
    BOOST_TEST(token("zzzzzz").value_or("-") == "zzzzzz");
    for (const auto typed : {""sv, " "sv, "q7m2x"sv, "q7m2xka"sv, "q7m 2xk"sv, "q7m-2xk"sv, "q7m2x\0"sv, "q7m2x\xC3\xA4"sv, "q7m2x_"sv, "\xEF\xBD\x81\xEF\xBD\x81"sv,
                             "@@@@@@"sv, "[[[[[["sv, "``````"sv, "{{{{{{"sv, "//////"sv, "::::::"sv}) {
        BOOST_TEST(!token(typed), typed);
    }
    BOOST_TEST(!token(std::string(100'000, ' ')));
}

BOOST_AUTO_TEST_CASE(EP124_the_two_purposes_and_no_misspelling) {
    for (const auto purpose : {Purpose::reset_password, Purpose::passwordless_authentication}) BOOST_TEST((purpose_named(name(purpose)) == purpose));
    BOOST_TEST(name(Purpose::reset_password) == "reset_password");
    for (const auto* const text : {"", "passwordless_authenication", "reset-password", "RESET_PASSWORD", "reset_password "}) BOOST_TEST(!purpose_named(text));
}

BOOST_AUTO_TEST_CASE(EP154_the_link_is_filled_in_and_what_was_typed_stays_one_value) {
    const Filled filled{.base = "https://shop.example/", .token = "q7m2xk", .user_name = "ada+x@shop.example", .realm = *parse_uuid("11111111-1111-4111-8111-111111111111"),
                        .profile = *parse_uuid("22222222-2222-4222-8222-222222222222"), .login = LoginId{*parse_uuid("33333333-3333-4333-8333-333333333333")}};
    BOOST_TEST(address("{base}/reset?username={username}&token={token}", filled) == "https://shop.example/reset?username=ada%2Bx%40shop.example&token=q7m2xk");
    BOOST_TEST(address("https://a.example/{realm}/{profile}/{info}", filled)
               == "https://a.example/11111111-1111-4111-8111-111111111111/22222222-2222-4222-8222-222222222222/33333333-3333-4333-8333-333333333333");
    BOOST_TEST(address("", filled) == "");
    auto odd = filled;
    odd.user_name = "{token}&a=b#\xC3\xA4 \n";
    BOOST_TEST(address("{base}?u={username}", odd) == "https://shop.example?u=%7Btoken%7D%26a%3Db%23%C3%A4%20%0A");
}

BOOST_AUTO_TEST_SUITE_END()
