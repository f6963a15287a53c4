// SPDX-License-Identifier: MIT
// What a browser holds of a registration (P19): to text and back, and until when.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/registration.h>

using namespace authtickets;
using namespace authtickets::registration;

BOOST_AUTO_TEST_SUITE(registration_rules)

BOOST_AUTO_TEST_CASE(what_is_held_comes_back_as_it_was) {
    Held held{.email = "ada@example.com", .first_name = "Ada \"A\"\\", .last_name = "حسن", .phone = "+4915123456789", .locale = "de",
              .sealed_password = std::string("\x00\xff\x80", 3), .step = realms::DefaultStep::sms, .begun_at = Time(Millis(1'700'000'000'123))};
    held.user.value.bytes[0] = 7;
    held.login.value.bytes[15] = 9;
    for (const bool shown : {false, true}) {
        if (shown) held.email_at = held.begun_at + std::chrono::seconds(5);
        const auto back = held_of(text_of(held));
        BOOST_REQUIRE(back);
        BOOST_TEST((back->user == held.user && back->login == held.login && back->begun_at == held.begun_at && back->email_at == held.email_at));
        BOOST_TEST((back->email == held.email && back->first_name == held.first_name && back->last_name == held.last_name));
        BOOST_TEST((back->phone == held.phone && back->locale == held.locale && back->sealed_password == held.sealed_password && back->step == held.step));
        BOOST_TEST((back->waits_for() == (shown ? codes::Channel::sms : codes::Channel::email)));
    }
}

BOOST_AUTO_TEST_CASE(other_texts_are_none) {
    for (const auto* text : {"", "{}", "[]", "null", "{\"user\":1}", "{\"user\":\"00000000000000000000000000000000\"}"}) BOOST_TEST(!held_of(text), text);
}

BOOST_AUTO_TEST_CASE(it_is_over_after_half_an_hour) {
    const Held held{.begun_at = Time(Millis(1'700'000'000'000))};
    BOOST_TEST(!over(held, held.begun_at));
    BOOST_TEST(!over(held, held.begun_at + life - Millis(1)));
    BOOST_TEST(over(held, held.begun_at + life));
}

BOOST_AUTO_TEST_CASE(the_code_of_a_registration_lives_no_longer_than_a_first_sign_in_code_may) {  // X9
    BOOST_TEST((code_life <= Seconds(300)));
}

BOOST_AUTO_TEST_SUITE_END()
