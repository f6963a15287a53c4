// SPDX-License-Identifier: MIT
// TK11 (docs/security.md): which forms were sent by our own pages.
#include <boost/test/unit_test.hpp>

#include "pages/origin.h"

namespace authtickets::pages {

BOOST_AUTO_TEST_SUITE(pages_origin)

BOOST_AUTO_TEST_CASE(TK11_a_form_of_another_site_is_refused) {
    struct Row {
        std::string origin, fetch_site, host;
        bool secure;
        std::string address;
        bool ours;
    };
    const std::string shop = "https://shop.example";
    const Row rows[] = {
        // No browser, or one of before 2020: nothing to judge by, and no cookie either.
        {"", "", "shop.example", true, shop, true},
        // The browser says where the form was.
        {"", "same-origin", "shop.example", true, shop, true},
        {"", "none", "shop.example", true, shop, true},
        {"", "cross-site", "shop.example", true, shop, false},
        {"", "same-site", "shop.example", true, shop, false},
        {"", "nonsense", "shop.example", true, shop, false},
        {"", "cross-site", "localhost:8080", false, "http://localhost:8080", false},
        // Our pages name no referrer: the origin of their forms is null.
        {"null", "same-origin", "shop.example", true, shop, true},
        {"null", "cross-site", "shop.example", true, shop, false},
        {"null", "", "shop.example", true, shop, false},
        {"null", "", "shop.example", false, shop, false},
        {"null", "", "shop.example", true, "http://shop.example", false},
        {"null", "", "shop.example", false, "http://shop.example", true},
        {"null", "cross-site", "shop.example", false, "http://shop.example", false},
        // The realm's address, whatever host a proxy made of it.
        {shop, "", "shop.example", true, shop, true},
        {shop, "", "10.0.0.7:9000", false, shop, true},
        {"HTTPS://Shop.Example", "", "other", true, shop, true},
        {"https://shop.example:8443", "", "inner", true, "https://shop.example:8443/store", true},
        {shop, "", "inner", true, "https://shop.example/store", true},
        // The host that was asked.
        {"https://www.shop.example", "", "www.shop.example", true, shop, true},
        {"https://www.shop.example", "", "www.shop.example", false, shop, true},
        {"http://127.0.0.1:8080", "", "127.0.0.1:8080", false, "https://localhost:8080", true},
        {"https://shop.example:8443", "", "shop.example", true, shop, false},
        // A page without TLS is no page of a shop that has it.
        {"http://shop.example", "", "shop.example", true, shop, false},
        {"http://shop.example", "", "shop.example", false, shop, false},
        {"http://www.shop.example", "", "www.shop.example", true, shop, false},
        // Others.
        {"https://evil.example", "", "shop.example", true, shop, false},
        {"https://evil.example", "same-origin", "shop.example", true, shop, false},
        {"https://shop.example.evil.example", "", "shop.example", true, shop, false},
        {"https://evilshop.example", "", "shop.example", true, shop, false},
        {"https://shop.example@evil.example", "", "shop.example", true, shop, false},
        {"shop.example", "", "shop.example", true, shop, false},
        {"ftp://shop.example", "", "shop.example", false, shop, false},
        {"https://", "", "", true, shop, false},
        {"https://", "", "", true, "", false},
        {"https://evil.example", "", "", true, "", false},
    };
    for (const auto& row : rows) {
        http::Request request{.method = http::Method::post, .secure = row.secure, .host = row.host};
        if (!row.origin.empty()) request.headers["origin"] = row.origin;
        if (!row.fetch_site.empty()) request.headers["sec-fetch-site"] = row.fetch_site;
        BOOST_TEST_CONTEXT(row.origin << " | " << row.fetch_site << " | " << row.host << " | " << row.secure << " | " << row.address) {
            BOOST_TEST(from_own_page(request, row.address) == row.ours);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::pages
