// SPDX-License-Identifier: MIT
// Rules of logins: which passwords may be set (X1, PW1, PW4), and when a login is locked (TH1).
#include <boost/test/unit_test.hpp>

#include <authtickets/core/logins.h>
#include <authtickets/text/names.h>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::logins;
using namespace std::chrono_literals;
using realms::PasswordPolicy;

namespace {

const Time now = test::FakeClock().now();

std::string many(std::string_view what, std::size_t count) {
    std::string out;
    while (count-- > 0) out += what;
    return out;
}

std::string judged(std::string_view password, PasswordPolicy policy, std::vector<std::string> own = {}) {
    const auto result = acceptable(Secret(password), policy, own);
    return result ? "fine" : std::string(name(result.error().why));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(logins_rules)

BOOST_AUTO_TEST_CASE(documented_passwords_have_six_characters_with_a_letter_and_a_digit_X1) {
    struct Case {
        std::string password;
        const char* verdict;
    };
    const Case cases[] = {
        {"abcde1", "fine"},
        {"abcd1", "password_weak"},
        {"abcdef", "password_weak"},
        {"123456", "password_weak"},
        {"!!!!!!", "password_weak"},
        {"", "password_weak"},
        {"пароль1", "fine"},
        {"密码密码密1", "fine"},
        {"密码密码1", "password_weak"},
        {"٣abcde", "fine"},          // an Arabic digit is a digit
        {"12345é", "fine"},
        {"e\xCC\x81" "1234", "fine"},  // as given, six code points; services give NFC
        {"a1 😀😀😀", "fine"},
        {"      a1", "fine"},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.password) { BOOST_TEST(judged(each.password, PasswordPolicy::documented) == each.verdict); }
    }
}

BOOST_AUTO_TEST_CASE(standard_passwords_have_fifteen_characters_of_any_kind_X1) {
    BOOST_TEST(judged("just some words", PasswordPolicy::standard) == "fine");
    BOOST_TEST(judged("just some word", PasswordPolicy::standard) == "password_weak");
    BOOST_TEST(judged(many("1", 14) + "5", PasswordPolicy::standard) == "fine");
    BOOST_TEST(judged(many("字", 14) + "号", PasswordPolicy::standard) == "fine");
    BOOST_TEST(judged(many("字", 14), PasswordPolicy::standard) == "password_weak");
}

BOOST_AUTO_TEST_CASE(a_second_factor_shortens_a_standard_password_and_no_documented_one_X1) {
    const auto judged_with = [](std::string_view password, PasswordPolicy policy) {
        const auto result = acceptable(Secret(password), policy, {}, true);
        return result ? "fine" : std::string(name(result.error().why));
    };
    BOOST_TEST(judged_with("two word", PasswordPolicy::standard) == "fine");
    BOOST_TEST(judged_with("a word.", PasswordPolicy::standard) == "password_weak");
    BOOST_TEST(judged_with("12345678", PasswordPolicy::standard) == "password_common");
    BOOST_TEST(judged_with("horse 1", PasswordPolicy::documented) == "fine");
    BOOST_TEST(password_length(PasswordPolicy::standard).least == 15u);
    BOOST_TEST(password_length(PasswordPolicy::standard, true).least == 8u);
    BOOST_TEST(password_length(PasswordPolicy::documented, true).least == 6u);
}

// No list of common values reaches to this length: what people make of short ones is known by its pattern.
BOOST_AUTO_TEST_CASE(standard_passwords_neither_repeat_themselves_nor_count_on_PW3) {
    for (const auto* text : {"passwordpassword", "PasswordPASSWORD", "111111111111111", "abcabcabcabcabcab", "qwertyqwertyqwer", "abcdefghijklmno",
                             "123456789012345", "zyxwvutsrqponmlkj", "字字字字字字字字字字字字字字字"}) {
        BOOST_TEST(judged(text, PasswordPolicy::standard) == "password_common", text);
    }
    for (const auto* text : {"password passwort", "abcdefghijklmnp", "1234567890123456 x", "abcabcabcabcabd"}) {
        BOOST_TEST(judged(text, PasswordPolicy::standard) == "fine", text);
    }
    BOOST_TEST(judged("abc1abc1", PasswordPolicy::documented) == "fine");  // the documented rule is the contract's
}

BOOST_AUTO_TEST_CASE(up_to_256_code_points_and_1024_bytes_PW1) {
    for (const auto policy : {PasswordPolicy::documented, PasswordPolicy::standard}) {
        BOOST_TEST(judged("a1" + many("x", 62), policy) == "fine");
        BOOST_TEST(judged("a1" + many("x", 254), policy) == "fine");
        BOOST_TEST(judged("a1" + many("x", 255), policy) == "password_too_long");
        BOOST_TEST(judged("a1" + many("字", 254), policy) == "fine");
        BOOST_TEST(judged("a1" + many("😀", 254), policy) == "fine");  // 1018 bytes
        BOOST_TEST(judged("a1" + many("😀", 255), policy) == "password_too_long");
        BOOST_TEST(judged("a1" + many(" ", 1023), policy) == "password_too_long");
        BOOST_TEST(judged("a1" + many("x", 100'000), policy) == "password_too_long");
    }
}

BOOST_AUTO_TEST_CASE(a_password_is_not_a_word_of_its_surroundings_PW4) {
    const std::vector<std::string> own{"Ann.Shopper1", "ann.s4@shop.example", "ann.s4", "Tea & Co 7", "authtickets"};
    struct Case {
        const char* password;
        const char* verdict;
    };
    const Case cases[] = {
        {"ann.shopper1", "password_context"},
        {"ANN.SHOPPER1", "password_context"},
        {"ann.shopper123", "password_context"},
        {"xann.shopper1!!", "password_context"},
        {"xxann.shopper1!!", "fine"},                  // four characters beside it
        {"ＡＮＮ.shopper1", "password_context"},        // full width folds
        {"ann.s4@shop.example", "password_context"},
        {"ann.s4", "password_context"},
        {"ann.s4abc", "password_context"},
        {"ann.s4abcd", "fine"},
        {"TEA & CO 7", "password_context"},
        {"authtickets1", "password_context"},
        {"authtickets1234", "fine"},
        {"4s.nna.x", "fine"},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.password) { BOOST_TEST(judged(each.password, PasswordPolicy::documented, own) == each.verdict); }
    }
    BOOST_TEST(judged("al7xxx", PasswordPolicy::documented, {"al7", "", " "}) == "fine");  // too short to forbid anything
}

BOOST_AUTO_TEST_CASE(a_lock_by_failures_lasts_as_the_realm_says_TH1) {
    realms::Settings settings;
    Login login;
    BOOST_TEST(!locked(login, settings, now));
    login.locked_at = now - std::chrono::hours(24 * 400);
    BOOST_TEST(locked(login, settings, now));
    settings.lock_release = 30min;
    login.locked_at = now - 30min + 1ms;
    BOOST_TEST(locked(login, settings, now));
    login.locked_at = now - 30min;
    BOOST_TEST(!locked(login, settings, now));
}

BOOST_AUTO_TEST_CASE(remaining_attempts_are_exact_TH1) {
    const realms::Settings settings;
    Login login;
    for (std::uint32_t failed = 0; failed <= 12; ++failed) {
        login.failed = failed;
        BOOST_TEST(remaining_attempts(login, settings, now) == (failed < 10 ? 10 - failed : 0));
    }
    login.failed = 3;
    login.locked_at = now;
    BOOST_TEST(remaining_attempts(login, settings, now) == 0u);
    realms::Settings releasing;
    releasing.lock_release = 30min;
    login.failed = 10;
    login.locked_at = now - 31min;
    BOOST_TEST(remaining_attempts(login, releasing, now) == 10u);  // the lock that ended took its count along
}

BOOST_AUTO_TEST_CASE(the_daily_ceiling_counts_within_24_hours_TH1) {
    const realms::Settings settings;
    Login login;
    login.failed_day = 100;
    BOOST_TEST(!day_spent(login, settings, now));  // no window begun
    login.failed_day_at = now - std::chrono::hours(24) + 1ms;
    BOOST_TEST(day_spent(login, settings, now));
    BOOST_TEST(remaining_attempts(login, settings, now) == 0u);
    login.failed_day_at = now - std::chrono::hours(24);
    BOOST_TEST(!day_spent(login, settings, now));
    BOOST_TEST(remaining_attempts(login, settings, now) == 10u);
    login.failed_day = 99;
    login.failed_day_at = now;
    BOOST_TEST(!day_spent(login, settings, now));
}

BOOST_AUTO_TEST_CASE(ten_spellings_are_one_name_TH3) {
    const char* const spellings[] = {
        "Zoë.Shopper", "zoë.shopper", "ZOË.SHOPPER", "  zoë.shopper", "zoë.shopper \t", "zoe\xCC\x88.shopper", "ZOE\xCC\x88.SHOPPER",
        "ｚｏë.shopper", "ＺＯË．ＳＨＯＰＰＥＲ", "\xE3\x80\x80zoë.shopper\xC2\xA0",
    };
    for (const char* spelling : spellings) {
        BOOST_TEST_CONTEXT(spelling) { BOOST_TEST(text::normal_name(spelling).value_or("none") == "zoë.shopper"); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
