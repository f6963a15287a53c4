// Languages: which templates serve a reader, and times and durations in words.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <authtickets/text/browsers.h>
#include <authtickets/text/locales.h>

#include <array>
#include <tuple>

using namespace authtickets;
using namespace std::literals;

namespace {

constexpr Time winter{std::chrono::milliseconds(1768472430000)};  // 2026-01-15T10:20:30Z
constexpr Time summer = winter + std::chrono::hours(24 * 181);

std::string joined(const std::vector<std::string>& all) {
    std::string out;
    for (const auto& one : all) out += out.empty() ? one : " " + one;
    return out;
}

// ICU puts a narrow blank before AM in later versions.
std::string plain(std::string text) {
    for (auto at = text.find("\u202f"); at != text.npos; at = text.find("\u202f")) text.replace(at, 3, " ");
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_locales)

BOOST_AUTO_TEST_CASE(a_tag_is_read_in_every_spelling) {
    const std::array<std::string_view, 5> rows[] = {
        // tag, normal form, built-in language, direction, where to look
        {"en", "en", "en", "ltr", "en"},
        {"de", "de", "de", "ltr", "de en"},
        {"de-DE", "de-DE", "de", "ltr", "de-DE de en"},
        {"DE_at", "de-AT", "de", "ltr", "de-AT de en"},
        {"de_DE.UTF-8", "de-DE", "de", "ltr", "de-DE de en"},
        {"ar", "ar", "ar", "rtl", "ar en"},
        {"ar-SA-u-ca-islamic-nu-arab", "ar-SA", "ar", "rtl", "ar-SA ar en"},
        {"pt-BR", "pt-BR", "en", "ltr", "pt-BR pt en"},
        {"zh-Hant-TW", "zh-Hant-TW", "en", "ltr", "zh-Hant-TW zh-Hant zh en"},
        {"he-IL", "he-IL", "en", "rtl", "he-IL he en"},
        {"ur", "ur", "en", "rtl", "ur en"},
        {"", "", "en", "ltr", "en"},
        {"x", "", "en", "ltr", "en"},
        {"../../etc/passwd", "", "en", "ltr", "en"},
        {"de; rm", "", "en", "ltr", "en"},
        {"deutsch-sehr-lang-und-noch-viel-laenger", "", "en", "ltr", "en"},
    };
    for (const auto& [tag, normal, built_in, direction, order] : rows) {
        BOOST_TEST(text::normal_locale(tag) == normal, tag);
        BOOST_TEST(text::built_in_locale(tag) == built_in, tag);
        BOOST_TEST(text::direction(tag) == direction, tag);
        BOOST_TEST(joined(text::locale_order(tag)) == order, tag << " : " << joined(text::locale_order(tag)));
    }
    BOOST_TEST(joined(text::locale_order("fr-CA", "de-AT")) == "fr-CA fr de-AT de en");
    BOOST_TEST(joined(text::locale_order("de", "de")) == "de en");
    BOOST_TEST(joined(text::locale_order("", "ar")) == "ar en");
}

BOOST_AUTO_TEST_CASE(a_message_speaks_one_language_throughout) {
    BOOST_TEST(text::spoken_tag("de-AT", "de") == "de-AT");
    BOOST_TEST(text::spoken_tag("fr-FR", "de") == "de");
    BOOST_TEST(text::spoken_tag("", "ar") == "ar");
    BOOST_TEST(text::spoken_tag("zh-Hant", "zh") == "zh");
}

BOOST_AUTO_TEST_CASE(a_time_is_said_with_its_zone_in_gregorian_years_and_western_digits) {
    const std::tuple<Time, std::string_view, std::string_view, std::string_view> rows[] = {
        {winter, "en", "UTC", "January 15, 2026 at 10:20 AM UTC"},
        {winter, "en-GB", "Europe/London", "15 January 2026 at 10:20 GMT"},
        {winter, "en", "America/New_York", "January 15, 2026 at 5:20 AM EST"},
        {summer, "en", "America/New_York", "July 15, 2026 at 6:20 AM EDT"},
        {winter, "de", "Europe/Berlin", "15. Januar 2026 um 11:20 MEZ"},
        {summer, "de-DE", "Europe/Berlin", "15. Juli 2026 um 12:20 MESZ"},
        {winter, "de-AT", "Europe/Vienna", "15. J\u00e4nner 2026 um 11:20 MEZ"},
        {winter, "ar", "UTC", "15 \u064a\u0646\u0627\u064a\u0631 2026 \u0641\u064a 10:20 \u0635 UTC"},
        {winter, "ar-SA", "Asia/Riyadh", "15 \u064a\u0646\u0627\u064a\u0631 2026 \u0641\u064a 1:20 \u0645 \u063a\u0631\u064a\u0646\u062a\u0634+3"},
        {winter, "pt-BR", "UTC", "15 de janeiro de 2026 \u00e0s 10:20 UTC"},
        {winter, "xx", "UTC", "January 15, 2026 at 10:20 AM UTC"},
        {winter, "en", "Nowhere/Land", "January 15, 2026 at 10:20 AM UTC"},
    };
    for (const auto& [time, tag, zone, words] : rows) {
        BOOST_TEST(plain(text::time_in_words(time, tag, zone)) == words, tag << ": " << text::time_in_words(time, tag, zone));
    }
    for (int i = 0; i < 100; ++i) {  // more than are kept
        BOOST_TEST(plain(text::time_in_words(winter, "en", "zone " + std::to_string(i))) == "January 15, 2026 at 10:20 AM UTC");
    }
}

BOOST_AUTO_TEST_CASE(a_clock_is_said_without_the_day) {
    BOOST_TEST(plain(text::clock_in_words(winter, "en", "UTC")) == "10:20 AM UTC");
    BOOST_TEST(plain(text::clock_in_words(winter, "de", "Europe/Berlin")) == "11:20 MEZ");
}

BOOST_AUTO_TEST_CASE(a_moment_is_said_to_the_second) {
    BOOST_TEST(plain(text::moment_in_words(winter + std::chrono::seconds(7), "en", "UTC")) == "Jan 15, 2026, 10:20:37 AM UTC");
    BOOST_TEST(plain(text::moment_in_words(winter, "de", "Europe/Berlin")) == "15. Jan. 2026, 11:20:30 MEZ");
    BOOST_TEST(plain(text::time_in_words(winter, "de", "Europe/Berlin")) == "15. Januar 2026 um 11:20 MEZ");
}

BOOST_AUTO_TEST_CASE(a_day_begins_where_its_clocks_say) {
    using namespace std::chrono;
    const std::tuple<year_month_day, std::string_view, std::string_view> rows[] = {
        {2026y / November / 22, "UTC", "2026-11-22T00:00:00.000Z"},
        {2026y / November / 22, "Asia/Tokyo", "2026-11-21T15:00:00.000Z"},
        {2026y / July / 15, "America/New_York", "2026-07-15T04:00:00.000Z"},
        {2026y / January / 15, "America/New_York", "2026-01-15T05:00:00.000Z"},
        {2024y / February / 29, "Europe/Berlin", "2024-02-28T23:00:00.000Z"},
        {2018y / November / 4, "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"},  // clocks went from midnight to one
        {2026y / November / 22, "Nowhere/Land", "2026-11-22T00:00:00.000Z"},
    };
    for (const auto& [day, zone, at] : rows) BOOST_TEST(iso8601(text::start_of_day(day, zone)) == at, zone);
}

BOOST_AUTO_TEST_CASE(a_language_is_named_in_the_readers) {
    BOOST_TEST(text::language_in_words("de", "en") == "German");
    BOOST_TEST(text::language_in_words("pt-BR", "en") == "Portuguese (Brazil)");
    BOOST_TEST(text::language_in_words("ar", "de") == "Arabisch");
    BOOST_TEST(text::language_in_words("de", "xx") == "German");
    BOOST_TEST(text::language_in_words("<b>", "en") == "<b>");
}

BOOST_AUTO_TEST_CASE(zones_are_known_by_name_only) {
    for (const auto good : {"UTC", "GMT", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata", "US/Pacific"}) {
        BOOST_TEST(text::known_time_zone(good), good);
    }
    for (const auto bad : {"", "Berlin", "europe/berlin", "GMT+5", "+01:00", "UTC+1", "Etc/Unknown", "Mars/Base", "Europe/Berlin ", "\xff"}) {
        BOOST_TEST(!text::known_time_zone(bad), bad);
    }
    BOOST_TEST(!text::known_time_zone(std::string(1000, 'A')));
}

BOOST_AUTO_TEST_CASE(a_duration_is_said_in_one_unit_and_rounded_down) {
    const std::pair<Seconds, std::array<std::string_view, 3>> rows[] = {
        {Seconds(0), {"0 seconds", "0 Sekunden", "0 \u062b\u0627\u0646\u064a\u0629"}},
        {Seconds(59), {"59 seconds", "59 Sekunden", "59 \u062b\u0627\u0646\u064a\u0629"}},
        {Seconds(60), {"1 minute", "1 Minute", "\u062f\u0642\u064a\u0642\u0629"}},
        {Seconds(180), {"3 minutes", "3 Minuten", "3 \u062f\u0642\u0627\u0626\u0642"}},
        {Seconds(239), {"3 minutes", "3 Minuten", "3 \u062f\u0642\u0627\u0626\u0642"}},
        {Seconds(600), {"10 minutes", "10 Minuten", "10 \u062f\u0642\u0627\u0626\u0642"}},
        {Seconds(3600), {"1 hour", "1 Stunde", "\u0633\u0627\u0639\u0629"}},
        {Seconds(5400), {"90 minutes", "90 Minuten", "90 \u062f\u0642\u064a\u0642\u0629"}},
        {Seconds(86400), {"24 hours", "24 Stunden", "24 \u0633\u0627\u0639\u0629"}},
        {Seconds(259200), {"72 hours", "72 Stunden", "72 \u0633\u0627\u0639\u0629"}},
        {Seconds(432000), {"5 days", "5 Tage", "5 \u0623\u064a\u0627\u0645"}},
    };
    for (const auto& [life, words] : rows) {
        for (std::size_t i = 0; i < 3; ++i) {
            const auto tag = text::built_in_locales()[i];
            BOOST_TEST(text::duration_in_words(life, tag) == words[i], tag << ": " << text::duration_in_words(life, tag));
        }
    }
    BOOST_TEST(text::duration_in_words(Seconds(-5), "en") == "0 seconds");
}

BOOST_AUTO_TEST_CASE(a_region_is_said_by_its_country) {
    BOOST_TEST(text::region_in_words("US-TX", "en") == "United States (TX)");
    BOOST_TEST(text::region_in_words("DE-BY", "de") == "Deutschland (BY)");
    BOOST_TEST(text::region_in_words("DE", "ar") == "\u0623\u0644\u0645\u0627\u0646\u064a\u0627");
    for (const auto other : {"", "Texas", "us-tx", "USA", "US-TEXAS"}) BOOST_TEST(text::region_in_words(other, "en") == other);
}

BOOST_AUTO_TEST_CASE(a_browser_is_called_what_its_user_would_call_it) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox (Windows)"},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "Chrome (Linux)"},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge (Windows)"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari (macOS)"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1", "Chrome (iPhone)"},
        {"Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36", "Samsung Internet (Android)"},
        {"Shop/3.1 (Android 14)", "Android"},
        {"Firefox/128.0", "Firefox"},
        {"node", ""},
        {"", ""},
        {"call us at http://evil.example", ""},
    };
    for (const auto& [header, name] : rows) BOOST_TEST(text::browser_name(header) == name, header);
}

BOOST_AUTO_TEST_SUITE_END()
