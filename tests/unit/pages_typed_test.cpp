// SPDX-License-Identifier: MIT
// What readers type and where it leads (P2, P4, UI11, UI12, UI13; docs/pages.md): shapes, masks, escapes, QR pictures.
#include <cstdio>

#include <boost/test/unit_test.hpp>

#include "pages/entry/qr.h"
#include "pages/entry/typed.h"

using namespace authtickets::pages;
using namespace authtickets::pages::entry;

BOOST_AUTO_TEST_SUITE(pages_typed)

BOOST_AUTO_TEST_CASE(UI12_three_texts_for_what_is_no_code) {
    for (const auto* typed : {"123456", "000000", "123 456", "123-456", " 1 2 3 4 5 6 ", "------123456"}) BOOST_TEST(misshapen(typed) == "", typed);
    for (const auto* typed : {"", " ", "-", "12345"}) BOOST_TEST(misshapen(typed) == "m.code_short", typed);
    for (const auto* typed : {"1234567", "123 456 7"}) BOOST_TEST(misshapen(typed) == "m.code_long", typed);
    for (const auto* typed : {"12345a", "ABCDEF", "+12345", "12.456", "\u0661\u0662\u0663\u0664\u0665\u0666", "123456\n"}) {
        BOOST_TEST(misshapen(typed) == "m.code_chars", typed);
    }
}

BOOST_AUTO_TEST_CASE(UI11_a_mask_shows_its_owner_enough_and_nobody_more) {
    BOOST_TEST(masked("kim@example.com") == "k•••@e•••.com");
    BOOST_TEST(masked("k@e.com") == "k•••@e•••.com");
    BOOST_TEST(masked("kim@mail.example.co.uk") == "k•••@m•••.uk");
    BOOST_TEST(masked("\u00e9lodie@\u00f6rtlich.example") == "\u00e9•••@\u00f6•••.example");
    BOOST_TEST(masked("a@b@localhost") == "a•••@l•••");
    BOOST_TEST(masked("+49 171 1234567") == "•••67");
    BOOST_TEST(masked("7") == "•••7");
    BOOST_TEST(masked("") == "•••");
    BOOST_TEST(masked("@") == "•••@•••");
}

BOOST_AUTO_TEST_CASE(where_to_go_is_kept_in_addresses) {
    BOOST_TEST(escaped("settings/two-step?a=b&c=%") == "settings%2Ftwo-step%3Fa%3Db%26c%3D%25");
    BOOST_TEST(escaped("\u00e9 -._~") == "%C3%A9%20-._~");
    BOOST_TEST(with_to("sign-in/code", "") == "sign-in/code");
    BOOST_TEST(with_to("sign-in/code", "/cart") == "sign-in/code?to=%2Fcart");
    Look look{.words = *language("en")};
    BOOST_TEST(ways(look, "") == "");
    BOOST_TEST(ways(look, "/cart") == "?to=%2Fcart");
    look.query = "?lang=de";
    BOOST_TEST(ways(look, "") == "?lang=de");
    BOOST_TEST(ways(look, "/cart") == "?lang=de&to=%2Fcart");
}

// The modules of a picture, as a browser fills its path.
static std::vector<std::string> drawn(const Picture& picture) {
    std::vector<std::string> out(static_cast<std::size_t>(picture.size), std::string(static_cast<std::size_t>(picture.size), ' '));
    const char* at = picture.dark.c_str();
    int x = 0, y = 0, run = 0, back = 0, length = 0;
    while (std::sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &back, &length) == 4) {
        BOOST_TEST(run == back);
        for (int i = 0; i < run; ++i) out.at(static_cast<std::size_t>(y)).at(static_cast<std::size_t>(x + i)) = '#';
        at += length;
    }
    BOOST_TEST(*at == '\0');
    return out;
}

BOOST_AUTO_TEST_CASE(UI13_a_picture_has_its_three_corners_and_four_white_modules_around) {
    const auto picture = qr("otpauth://totp/shop:ada.byron?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=shop&algorithm=SHA1&digits=6&period=30");
    const auto rows = drawn(picture);
    const auto size = static_cast<std::size_t>(picture.size);
    BOOST_TEST((picture.size - 2 * Picture::quiet - 17) % 4 == 0);
    for (std::size_t i = 0; i < size; ++i) {
        for (const std::size_t edge : {0UL, 1UL, 2UL, 3UL, size - 4, size - 3, size - 2, size - 1}) {
            BOOST_TEST(rows[edge][i] == ' ');
            BOOST_TEST(rows[i][edge] == ' ');
        }
    }
    const std::pair<std::size_t, std::size_t> corners[] = {{4, 4}, {4, size - 11}, {size - 11, 4}};
    const std::string_view finder[] = {"#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"};
    for (const auto& [y, x] : corners) {
        for (std::size_t i = 0; i < 7; ++i) BOOST_TEST(rows[y + i].substr(x, 7) == finder[i]);
    }
    BOOST_TEST((qr("a").dark != qr("b").dark));
    BOOST_TEST(qr("a").dark == qr("a").dark);
}

BOOST_AUTO_TEST_SUITE_END()
