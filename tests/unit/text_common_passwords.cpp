// The block list (PW3, docs/security.md): what stands in the file is what the program refuses.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <authtickets/core/logins.h>
#include <authtickets/text/common_passwords.h>
#include <authtickets/text/names.h>

using namespace authtickets;

namespace {

std::vector<std::string> entries() {
    const char* const root = std::getenv("SRC_DIR");
    const auto path = std::string(root ? root : ".") + "/src/text/common_passwords.txt";
    std::ifstream in(path);
    if (!in) throw std::runtime_error(path + " cannot be read; set SRC_DIR to the folder with src/ in it");
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with('#')) out.push_back(line);
    }
    return out;
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

bool meets(const std::string& text, realms::PasswordPolicy policy) {
    return logins::acceptable(Secret(std::string_view(text)), policy, {}).has_value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_common_passwords)

BOOST_AUTO_TEST_CASE(at_least_three_thousand_entries_meet_the_rule_in_force_PW3) {
    const auto all = entries();
    BOOST_TEST(std::ranges::count_if(all, [](const auto& text) { return meets(text, realms::PasswordPolicy::documented); }) >= 3000);
    for (const auto& text : all) {
        BOOST_TEST((meets(text, realms::PasswordPolicy::documented) || meets(text, realms::PasswordPolicy::standard)), text);
    }
}

BOOST_AUTO_TEST_CASE(every_entry_is_common_in_any_case_PW3) {
    const auto all = entries();
    BOOST_TEST(text::common_passwords.size() == all.size());  // each once
    BOOST_TEST(std::ranges::is_sorted(text::common_passwords));
    for (const auto& text : all) {
        BOOST_TEST(text == text::normal_name(text).value_or(""));  // else no password could ever be found equal to it
        BOOST_TEST(text::is_common_password(text), text);
        BOOST_TEST(text::is_common_password(upper(text)), text);
    }
    BOOST_TEST(text::is_common_password("Abc123"));
    BOOST_TEST(text::is_common_password("\uff41\uff42\uff43\uff11\uff12\uff13"));  // full width
    BOOST_TEST(text::is_common_password("abc123\u200b"));                            // what cannot be seen
    BOOST_TEST(text::is_common_password(" abc123 "));
}

BOOST_AUTO_TEST_CASE(only_whole_values_are_common_PW3) {
    for (const char* text : {"", "abc12", "abc123 and more", "my abc123", "correct horse 1", "Engine-No-1", "abc\x01" "123"}) {
        BOOST_TEST(!text::is_common_password(text), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
