// Telephone numbers in E.164, and contacts under a mask. The numbers are those that regulators keep for films and books.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <authtickets/text/phone.h>

#include <array>

using namespace authtickets;

namespace {

std::string normal(std::string_view typed, std::string_view country = "") {
    const auto number = text::normal_phone(typed, country);
    if (number) return *number;
    BOOST_TEST((number.error().why == Why::bad_parameter), number.error().text);
    return number.error().text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_phone)

BOOST_AUTO_TEST_CASE(the_library_is_found_beside_the_program) { BOOST_TEST(text::phone_start() == ""); }

BOOST_AUTO_TEST_CASE(one_number_has_one_form_however_it_is_typed) {
    const std::array<std::string_view, 3> rows[] = {
        {"+4917139200 12", "", "+491713920012"},
        {"0171 3920012", "DE", "+491713920012"},
        {"0049 171/39 200-12", "DE", "+491713920012"},
        {"+49 (0)171 3920012", "", "+491713920012"},
        {"  +49\u00a0171\u00a03920012 ", "", "+491713920012"},
        {"\u202a+49 171 3920012\u202c", "", "+491713920012"},
        {"\uff0b\uff14\uff19 171 3920012", "", "+491713920012"},
        {"020 7946 0123", "GB", "+442079460123"},
        {"+44 20 7946 0123", "DE", "+442079460123"},
        {"(202) 555-0123", "US", "+12025550123"},
        {"+1 202.555.0123", "", "+12025550123"},
        {"+49 30 23125 000", "", "+493023125000"},
        {"\u0660\u0661\u0660\u0660 \u0661\u0662\u0663 \u0664\u0665\u0666\u0667", "EG", "+201001234567"},
        {"+39 06 123 4567", "", "+39061234567"},
    };
    for (const auto& [typed, country, e164] : rows) BOOST_TEST(normal(typed, country) == e164, typed << " : " << normal(typed, country));
}

BOOST_AUTO_TEST_CASE(what_takes_no_message_is_refused_with_the_reason) {
    const std::array<std::string_view, 3> rows[] = {
        {"", "", "not a telephone number"},
        {"+", "", "not a telephone number"},
        {"hello", "DE", "not a telephone number"},
        {"+1-800-FLOWERS", "", "not a telephone number"},
        {"+1 202 555 0123 ext. 12", "", "not a telephone number"},
        {"+1 202 555 0123x12", "", "not a telephone number"},
        {"tel:+491713920012", "", "not a telephone number"},
        {"+491713920012;phone-context=x", "", "not a telephone number"},
        {"+49171\n3920012", "", "not a telephone number"},
        {"+49171\x01" "3920012", "", "not a telephone number"},
        {"\xff+491713920012", "", "not a telephone number"},
        {"0171 3920012", "", "no country code, or none that is in use"},
        {"0171 3920012", "XX", "no country code, or none that is in use"},
        {"+999 171 3920012", "", "no country code, or none that is in use"},
        {"110", "DE", "too short"},
        {"112", "DE", "too short"},
        {"911", "US", "too short"},
        {"+49 1", "", "too short"},
        {"+44 7700 900123", "", "not a number of its country"},
        {"555 0123", "US", "too short"},
        {"+49 171 3920012 3920012", "", "too long"},
        {"+1 202 055 0123", "", "not a number of its country"},
        {"+1 900 555 0123", "", "takes no messages, or at extra cost"},
        {"0900 1234567", "DE", "takes no messages, or at extra cost"},
        {"0180 5 123456", "DE", "takes no messages, or at extra cost"},
        {"+1 800 555 0123", "", "takes no messages, or at extra cost"},
        {"+44 70 1234 5678", "", "takes no messages, or at extra cost"},
    };
    for (const auto& [typed, country, why] : rows) BOOST_TEST(normal(typed, country) == why, typed << " : " << normal(typed, country));
    BOOST_TEST(normal(std::string(100000, '1'), "DE") == "not a telephone number");
}

BOOST_AUTO_TEST_CASE(countries_are_known_by_their_two_letters) {
    BOOST_TEST(text::known_country("DE"));
    BOOST_TEST(text::known_country("US"));
    for (const auto bad : {"", "de", "XX", "DEU", "001", "D\xff"}) BOOST_TEST(!text::known_country(bad), bad);
}

// P4 (docs/delivery.md): enough to recognise.
BOOST_AUTO_TEST_CASE(a_mask_leaves_what_its_owner_recognises) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"kay@example.com", "k\u2022\u2022\u2022@e\u2022\u2022\u2022.com"},
        {"k@e.co.uk", "k\u2022\u2022\u2022@e\u2022\u2022\u2022.uk"},
        {"\u00e9mile@\u00fcber.de", "\u00e9\u2022\u2022\u2022@\u00fc\u2022\u2022\u2022.de"},
        {"root@localhost", "r\u2022\u2022\u2022@l\u2022\u2022\u2022"},
        {"@example.com", "\u2022\u2022\u2022@e\u2022\u2022\u2022.com"},
        {"+491713920012", "\u2022\u2022\u202212"},
        {"+12", "\u2022\u2022\u2022"},
        {"", "\u2022\u2022\u2022"},
    };
    for (const auto& [contact, mask] : rows) BOOST_TEST(text::masked(contact) == mask, contact);
}

BOOST_AUTO_TEST_SUITE_END()
