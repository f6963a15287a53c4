// SPDX-License-Identifier: MIT
// The form of lists of breached passwords (PW5, docs/security.md).
#include <boost/test/unit_test.hpp>

#include <authtickets/core/breaches.h>

using namespace authtickets;
using namespace authtickets::breaches;

namespace {

// What is left of some hash after its first five digits.
constexpr std::string_view rest = "3A6C7E7E5A1B2C3D4E5F60718293A4B5C6D";
static_assert(rest.size() == 35);

std::string shown(std::optional<bool> named) { return !named ? "no answer" : *named ? "named" : "not named"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(breaches_rules)

BOOST_AUTO_TEST_CASE(a_password_is_listed_by_its_SHA_1_in_upper_case_PW5) {
    BOOST_TEST(listed_form(Secret(std::string_view("abc"))).reveal() == "A9993E364706816ABA3E25717850C26C9CD0D89D");  // FIPS 180
    BOOST_TEST(listed_form(Secret()).reveal() == "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709");
}

BOOST_AUTO_TEST_CASE(a_line_is_digits_and_perhaps_a_count_PW5) {
    const struct {
        std::string_view line;
        std::int64_t count;  // below zero: no line
    } cases[] = {
        {"00AF0", 1},     {"00af0", 1},        {"00AF0:12", 12},   {"00AF0:0", 0},   {"00AF0:12\r", 12}, {"00AF0\r", 1},
        {"", -1},         {"00AF", -1},        {"00AG0", -1},      {"00AF0:", -1},   {"00AF0 12", -1},   {"00AF0:-1", -1},
        {"00AF0:1x", -1}, {"00AF0:1 ", -1},    {"00AF01", -1},     {" 00AF0:1", -1}, {"<html>", -1},
        {"00AF0:99999999999999999999999", -1}, {"00AF0:1:1", -1},
    };
    for (const auto& each : cases) {
        const auto read = read_line(each.line, 5);
        BOOST_TEST((read ? static_cast<std::int64_t>(read->count) : -1) == each.count, each.line);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_names_a_rest_with_a_count_above_zero_PW5) {
    const std::string other = "0123456789ABCDEF0123456789ABCDEF012", mine(rest);
    std::string lower = mine;
    for (char& c : lower) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const struct {
        std::string answer;
        const char* verdict;
    } cases[] = {
        {mine + ":3", "named"},
        {other + ":9\r\n" + mine + ":3\r\n", "named"},
        {mine + ":3\n" + other + ":9\n", "named"},
        {lower + ":3\n", "named"},
        {other + ":9\n", "not named"},
        {mine + ":0\r\n", "not named"},              // padding
        {mine + ":0\n" + mine + ":1\n", "named"},
        {"", "not named"},
        {"\r\n", "not named"},
        {"<html>please sign in</html>", "no answer"},
        {mine + ":3\n<html>", "no answer"},          // not believed by half
        {mine.substr(1) + ":3\n", "no answer"},
        {"X" + mine + ":3\n", "no answer"},
    };
    for (const auto& each : cases) BOOST_TEST(shown(names(each.answer, rest)) == each.verdict, each.answer);
}

BOOST_AUTO_TEST_SUITE_END()
