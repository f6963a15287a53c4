// Normal forms: one person under every spelling (TH3, docs/security.md), passwords by NFC (PW2).
// SPDX-License-Identifier: MIT
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/text/names.h>

using namespace authtickets;
using namespace std::literals;

namespace {

std::string shown(const std::optional<std::string>& text) { return text ? *text : "(none)"; }
std::string times(std::size_t count, std::string_view text) {
    std::string out;
    while (count-- > 0) out += text;
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_names)

BOOST_AUTO_TEST_CASE(ten_spellings_are_one_name) {
    for (const std::string_view text :
         {"andr\u00e9@example.com", "ANDR\u00c9@EXAMPLE.COM", "Andre\u0301@Example.com",
          "  andr\u00e9@example.com", "andr\u00e9@example.com\t\r\n", "\u3000andr\u00e9@example.com\u00a0",
          "\uff21\uff2e\uff24\uff32\u00c9@example.com", "andr\u00e9\uff20example.com",
          "\U0001D41A\U0001D427\U0001D41D\U0001D42B\u00e9@example.com", "andr\u00e9@example\uff0ecom"}) {
        BOOST_TEST(shown(text::normal_name(text)) == "andr\u00e9@example.com");
        BOOST_TEST(shown(text::normal_email(text)) == "andr\u00e9@example.com");
    }
}

BOOST_AUTO_TEST_CASE(names_are_folded_by_nfkc_casefold) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"Stra\u00dfe", "strasse"},
        {"STRASSE", "strasse"},
        {"\u1e9e", "ss"},
        {"\ufb01n", "fin"},
        {"\u03a3\u03c2\u03c3", "\u03c3\u03c3\u03c3"},
        {"\u0130", "i\u0307"},
        {"\u212b", "\u00e5"},
        {"x\u00b2", "x2"},
        {"a b", "a b"},
        {"a\u3000b", "a b"},
        {"\u00a8x", "\u0308x"},
        {"x\ufe0fy", "xy"},
        {"\u0418\u0432\u0430\u043d", "\u0438\u0432\u0430\u043d"},
        {"\u5f20\u4f1f", "\u5f20\u4f1f"},
        {"0", "0"}};
    for (const auto& [text, name] : rows) BOOST_TEST(shown(text::normal_name(text)) == name);
}

BOOST_AUTO_TEST_CASE(names_that_are_empty_too_long_or_hold_controls_are_refused) {
    const std::string_view rows[] = {"",
                                     " ",
                                     "\t\n",
                                     "\u3000\u00a0\u2003",
                                     "\ufe0f",
                                     "a\0b"sv,
                                     "\0"sv,
                                     "a\nb",
                                     "a\tb",
                                     "a\x7F"
                                     "b",
                                     "a\u0085b",
                                     "a\u200bb",
                                     "a\u200db",
                                     "a\u00adb",
                                     "a\u202eb",
                                     "\ufeffa",
                                     "a\u2028b",
                                     "a\u2029b",
                                     "a\u2066b",
                                     "\xFF",
                                     "a\xC3",
                                     "\xED\xA0\x80",
                                     "\xC0\x80",
                                     "a\xE2\x80"};
    for (const auto text : rows) {
        BOOST_TEST(shown(text::normal_name(text)) == "(none)", "taken: " << text);
    }
    BOOST_TEST(text::normal_name(times(320, "\u00e4")).has_value());
    BOOST_TEST(!text::normal_name(times(321, "\u00e4")));
    BOOST_TEST(text::normal_name(times(320, "\U0001F511")).has_value());
    BOOST_TEST(!text::normal_name(times(20, "\ufdfa")));  // 18 code points each, once normal
    BOOST_TEST(!text::normal_name(std::string(10000000, 'a')));
}

BOOST_AUTO_TEST_CASE(addresses_have_one_at_sign_and_no_blanks) {
    const std::pair<std::string_view, std::string_view> good[] = {{"Ann@Example.COM", "ann@example.com"},
                                                                  {" a@b ", "a@b"},
                                                                  {"a+b.c@x-y.z", "a+b.c@x-y.z"},
                                                                  {"\u00fc@\u00e4.de", "\u00fc@\u00e4.de"},
                                                                  {"o'neil@x", "o'neil@x"}};
    for (const auto& [text, address] : good) BOOST_TEST(shown(text::normal_email(text)) == address);
    const std::string_view bad[] = {"",      "@",          "a",       "a@",     "@b",         "a@b@c",
                                    "a@@b",  "a\uff20b@c", "a b@c",   "a@b c",  "a\u3000b@c", "a\u00a0@c",
                                    "a\n@b", "a@b\0"sv,    "a@b\xFF", "\u00a8@"};
    for (const auto text : bad) {
        BOOST_TEST(shown(text::normal_email(text)) == "(none)", text);
    }
    BOOST_TEST(text::normal_email(std::string(252, 'a') + "@b").has_value());
    BOOST_TEST(!text::normal_email(std::string(253, 'a') + "@b"));
    BOOST_TEST(!text::normal_email(times(60, "\ufdfa") + "@b"));  // short as typed, too long when normal
}

// PW2: composed and decomposed forms are one password; case and blanks stay.
BOOST_AUTO_TEST_CASE(passwords_are_brought_to_nfc_and_nothing_else) {
    const std::pair<std::string_view, std::string_view> rows[] = {{"", ""},
                                                                  {" Pass\tWord ", " Pass\tWord "},
                                                                  {"e\u0301", "\u00e9"},
                                                                  {"\u00e9", "\u00e9"},
                                                                  {"\u212b", "\u00c5"},
                                                                  {"\ufb01", "\ufb01"},
                                                                  {"\u1112\u1161\u11ab", "\ud55c"},
                                                                  {"a\u0323\u0307", "\u1ea1\u0307"},
                                                                  {"a\u0307\u0323", "\u1ea1\u0307"},
                                                                  {"a\0b"sv, "a\0b"sv},
                                                                  {"\U0001F511", "\U0001F511"}};
    for (const auto& [text, normal] : rows) BOOST_TEST(shown(text::nfc(text)) == normal);
    for (const std::string_view text : {"\xFF", "a\xC3", "\xED\xA0\x80", "e\xCC"})
        BOOST_TEST(!text::nfc(text));
}

BOOST_AUTO_TEST_CASE(code_points_are_counted_not_bytes) {
    const std::pair<std::string_view, std::size_t> rows[] = {
        {"", 0}, {"abc", 3}, {"\u00e4\u20ac\U0001F511", 3}, {"e\u0301", 2}, {"\xFF\xFF", 2}};
    for (const auto& [text, count] : rows) BOOST_TEST(text::code_points(text) == count);
}

// X1: a letter and a digit, by Unicode's categories.
BOOST_AUTO_TEST_CASE(a_letter_and_a_digit_may_be_of_any_script) {
    for (const std::string_view text :
         {"a1", "1a", "\u00e41", "\u0431\u0669", "\u5f20 3", "--z--9--", "\u30a21"})
        BOOST_TEST(text::has_letter_and_digit(text), text);
    for (const std::string_view text : {"", "a", "1", "abc", "123", "1 2", "a\u00b2", "a\u00bd", "a\u2163",
                                        "\U0001F511"
                                        "1",
                                        "_1",
                                        "\xFF"
                                        "1"}) {
        BOOST_TEST(!text::has_letter_and_digit(text), text);
    }
}

BOOST_AUTO_TEST_CASE(white_space_of_any_kind_is_trimmed_at_the_ends_only) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", ""},
        {"  ", ""},
        {" a ", "a"},
        {"a b", "a b"},
        {"\u00a0\u1680\u2000\u2028\u2029\u202f\u205f\u3000\u0085x\r\n\t\v\f", "x"},
        {"\u200bx", "\u200bx"},
        {"\xFF a ", "\xFF a"}};
    for (const auto& [text, core] : rows) BOOST_TEST(text::trimmed(text) == core);
}

namespace {

// Texts of code points from all over Unicode, more often from where normal forms are busy.
rc::Gen<std::string> any_text() {
    const auto point = rc::gen::oneOf(
        rc::gen::inRange<std::uint32_t>(0x20, 0x250), rc::gen::inRange<std::uint32_t>(0x300, 0x600),
        rc::gen::inRange<std::uint32_t>(0x1E00, 0x2200), rc::gen::inRange<std::uint32_t>(0xF900, 0x10000),
        rc::gen::inRange<std::uint32_t>(0x10000, 0x110000));
    return rc::gen::map(
        rc::gen::container<std::vector<std::uint32_t>>(point), [](const std::vector<std::uint32_t>& points) {
            std::string out;
            for (const auto p : points) {
                if (p < 0x80)
                    out += static_cast<char>(p);
                else if (p < 0x800)
                    out += {static_cast<char>(0xC0 | p >> 6), static_cast<char>(0x80 | (p & 63))};
                else if (p < 0x10000)
                    out += {static_cast<char>(0xE0 | p >> 12), static_cast<char>(0x80 | (p >> 6 & 63)),
                            static_cast<char>(0x80 | (p & 63))};
                else
                    out += {static_cast<char>(0xF0 | p >> 18), static_cast<char>(0x80 | (p >> 12 & 63)),
                            static_cast<char>(0x80 | (p >> 6 & 63)), static_cast<char>(0x80 | (p & 63))};
            }
            return out;
        });
}

}  // namespace

RC_BOOST_PROP(a_normal_name_is_its_own_normal_form, ()) {
    const auto text = *any_text();
    const auto name = text::normal_name(text);
    if (name) RC_ASSERT(text::normal_name(*name) == name);
    const auto address = text::normal_email(text + "@" + text);
    if (address) RC_ASSERT(text::normal_email(*address) == address);
}

RC_BOOST_PROP(nfc_of_nfc_is_nfc, ()) {
    const auto text = *any_text();
    const auto normal = text::nfc(text);
    RC_ASSERT(normal.has_value());
    RC_ASSERT(text::nfc(*normal) == normal);
}

RC_BOOST_PROP(no_bytes_do_more_than_be_refused, (const std::string& text)) {
    (void)text::normal_name(text);
    (void)text::normal_email(text);
    (void)text::nfc(text);
    (void)text::has_letter_and_digit(text);
}

BOOST_AUTO_TEST_SUITE_END()
