// SPDX-License-Identifier: MIT
// Templates and the pages made of them (docs/pages.md): nothing that came in becomes markup, no key is ever shown.
#include <boost/test/unit_test.hpp>

#include <authtickets/base/fault.h>

#include "pages/files.h"
#include "pages/screen.h"

namespace authtickets::pages {

namespace {

http::Request get(std::string_view target) {
    const auto mark = std::min(target.find('?'), target.size());
    return {.path = std::string(target.substr(0, mark)), .query = *http::parse_query(target.substr(std::min(mark + 1, target.size())))};
}

bool holds(const std::string& text, std::string_view piece) { return text.find(piece) != text.npos; }

std::size_t count(const std::string& text, std::string_view piece) {
    std::size_t out = 0;
    for (auto at = text.find(piece); at != text.npos; at = text.find(piece, at + 1)) ++out;
    return out;
}

realms::Realm shop(std::string name = "Shop", std::string locale = "en-US") {
    return {.no = RealmNo{1}, .id = {}, .name = "realm", .address = "https://shop.example", .version = 1, .settings = {},
            .sites = {{.tenant = 1, .site = 2, .name = std::move(name), .domain = "shop.example", .locale_code = std::move(locale),
                       .country_code = "US", .currency_code = "USD"}}};
}

const Context context{.request_id = *parse_uuid("0123456789abcdef0123456789abcdef")};

}  // namespace

BOOST_AUTO_TEST_SUITE(pages_screen)

BOOST_AUTO_TEST_CASE(no_template_has_a_way_around_escaping) {
    for (const auto& file : files) {
        if (!file.name.ends_with(".html")) continue;
        BOOST_TEST_CONTEXT(file.name) {
            BOOST_TEST(!holds(std::string(file.text), "{{{"));
            BOOST_TEST(!holds(std::string(file.text), "{{&"));
            BOOST_TEST(!holds(std::string(file.text), "{{="));
            // UI21: nothing that the content policy would have to allow.
            auto text = std::string(file.text);
            constexpr std::string_view script = "<script src=\"{{base}}static/script.js?v={{script}}\" type=\"module\"></script>";
            if (file.name == "frame/head.html" && holds(text, script)) text.erase(text.find(script), script.size());
            for (const auto piece : {"<script", "<style", " style=", " on", "javascript:", "http://", "https://"}) {
                const bool prose = std::string_view(piece) == " on" && !holds(text, " onclick") && !holds(text, " onload") && !holds(text, " onerror");
                if (!prose) BOOST_TEST(!holds(text, piece), piece);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_value_holds_is_text) {
    const std::string evil = R"("><script>alert('&')</script>{{p.name}}{name})";
    auto realm = shop(evil);
    realm.address = "https://shop.example/" + evil;
    const auto its_look = look(get("/account/reset?t=" + std::string("x")), realm, &realm.sites.front());
    Page page{.screen = "entry/reset", .heading = "p.reset_title", .problem = Problem{.text = evil, .field = "password"}, .news = evil};
    page.view.text("token", evil).text("least", evil).lines("must", {View().text("text", evil)});
    const auto body = show(its_look, std::move(page)).body;
    BOOST_TEST(count(body, "<script") == 1U);  // our own
    BOOST_TEST(!holds(body, "\"><"  "script"));
    BOOST_TEST(count(body, "&quot;&gt;&lt;script&gt;alert(&apos;&amp;&apos;)&lt;/script&gt;{{p.name}}{name}") >= 8U);
}

BOOST_AUTO_TEST_CASE(every_screen_is_whole_in_every_language) {
    const auto realm = shop();
    for (const auto* words : languages()) {
        const auto its_look = look(get("/account/x?lang=" + std::string(words->language())), realm, &realm.sites.front());
        for (const std::string_view screen : {"entry/ask", "entry/reset", "entry/unlock", "entry/sign_in", "entry/demanded", "entry/code",
                                              "entry/recovery", "entry/one_time", "entry/one_time_code", "entry/step_up", "entry/set_up",
                                              "entry/new_codes", "account/confirm", "frame/note"}) {
            BOOST_TEST_CONTEXT(screen << " in " << words->language()) {
                Page page{.screen = screen, .heading = "p.reset_title"};
                page.view.text("page", "forgot").text("token", "t-o-k-e-n").text("user", "u").text("kind", "email");
                page.view.text("lead", "L").text("button", "B").text("text", "T");
                const auto response = show(its_look, std::move(page));
                const auto& body = response.body;
                BOOST_TEST(response.content_type == "text/html; charset=utf-8");
                BOOST_TEST(body.starts_with("<!doctype html>\n<html lang=\"" + std::string(words->language()) + "\" dir=\"" +
                                            std::string(words->direction()) + "\">"));
                BOOST_TEST(body.ends_with("</html>\n"), body.substr(body.size() - 200));
                BOOST_TEST(!holds(body, "{{"));
                BOOST_TEST(!holds(body, "SPDX"));
                // UI23: title and heading name the shop and the step.
                BOOST_TEST(holds(body, "<title>" + std::string(words->at("p.reset_title")) + " – Shop</title>"));
                BOOST_TEST(holds(body, "<span class=\"shop\">Shop</span> " + std::string(words->at("p.reset_title")) + "</h1>"));
                BOOST_TEST(count(body, "<h1>") == 1U);
                // The way on keeps the language that was asked for.
                if (screen != "frame/note") BOOST_TEST(holds(body, "?lang=" + std::string(words->language()) + "\""));
                for (const std::string_view key : {">p.", ">m.", "\"p.", "\"m."}) BOOST_TEST(!holds(body, key), key);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(UI7_a_problem_is_in_the_title_at_the_top_and_at_its_field) {
    const auto realm = shop();
    const auto its_look = look(get("/account/forgot"), realm, &realm.sites.front());
    const auto wrong = show(its_look, Page{.screen = "entry/ask", .heading = "p.forgot_title", .status = 400,
                                           .problem = Problem{.text = "Missing.", .field = "name"}});
    BOOST_TEST(wrong.status == 400);
    BOOST_TEST(holds(wrong.body, "<title>Error: Forgot your password? – Shop</title>"));
    BOOST_TEST(holds(wrong.body, "role=\"alert\" tabindex=\"-1\" autofocus>\n<p><a href=\"#name\">Missing.</a></p>"));
    BOOST_TEST(holds(wrong.body, "<p class=\"why\" id=\"name-why\">Missing.</p>"));
    BOOST_TEST(holds(wrong.body, "aria-invalid=\"true\" aria-describedby=\"name-why\""));
    const auto right = show(its_look, Page{.screen = "entry/ask", .heading = "p.forgot_title"});
    for (const auto piece : {"Error", "alert", "aria-invalid", "autofocus", "why"}) BOOST_TEST(!holds(right.body, piece), piece);
    // UI8
    const auto told = show(its_look, Note{.heading = "p.sent_title", .news = "Sent."});
    BOOST_TEST(holds(told.body, "role=\"status\"><p>Sent.</p>"));
}

BOOST_AUTO_TEST_CASE(addresses_in_a_page_are_from_where_it_stands) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"/account/forgot", ""}, {"/account/forgot/", "../"}, {"/account/", ""}, {"/account/a/b/c", "../../"}, {"/ACCOUNT/forgot", ""},
        {"/account", "account/"}, {"/desk", "desk/"}, {"/desk/customers", ""}, {"", "account/"}, {"/account//x", "../"}};
    for (const auto& [path, base] : rows) {
        BOOST_TEST(look(get(path)).base == base, path);
        const auto body = refusal(context, get(path), {.why = Why::not_found}).body;
        BOOST_TEST(holds(body, "href=\"" + std::string(base) + "static/style.css?v=" + style_tag() + "\""), path);
    }
}

BOOST_AUTO_TEST_CASE(only_a_language_that_we_have_goes_into_addresses) {
    BOOST_TEST(look(get("/account/forgot?lang=de-AT")).query == "?lang=de");
    BOOST_TEST(look(get("/account/forgot?lang=xx")).query.empty());
    BOOST_TEST(look(get("/account/forgot?lang=\"><b>")).query.empty());
    BOOST_TEST(look(get("/account/forgot")).query.empty());
}

BOOST_AUTO_TEST_CASE(every_refusal_is_a_page) {
    const std::pair<Why, int> rows[] = {{Why::bad_request, 400}, {Why::missing_parameter, 400}, {Why::forbidden, 403}, {Why::not_found, 404},
                                        {Why::unknown_item, 404}, {Why::method_not_allowed, 405}, {Why::link_dead, 410},
                                        {Why::body_too_large, 413}, {Why::unsupported_media, 415}, {Why::throttled, 429},
                                        {Why::busy, 503}, {Why::unavailable, 503}, {Why::credentials_wrong, 400}};
    for (const auto& [why, status] : rows) {
        BOOST_TEST_CONTEXT(name(why)) {
            const auto response = refusal(context, get("/account/x"), {.why = why, .retry_after = Seconds(90)});
            BOOST_TEST(response.status == status);
            BOOST_TEST(response.content_type == "text/html; charset=utf-8");
            BOOST_TEST(holds(response.body, "0123456789abcdef0123456789abcdef"));
            BOOST_TEST(!holds(response.body, "{"));
        }
    }
    BOOST_TEST(holds(refusal(context, get("/account/x"), {.why = Why::throttled, .retry_after = Seconds(90)}).body, "Try again in 2 min."));
    const auto failed = fault(context, get("/account/x?lang=de"), 500, Seconds(0));
    BOOST_TEST(failed.status == 500);
    BOOST_TEST(holds(failed.body, "Bei uns ist etwas schiefgegangen"));
    BOOST_TEST(holds(failed.body, "diese Nummer: 0123456789abcdef0123456789abcdef."));
    BOOST_TEST(fault(context, get("/account/x"), 503, Seconds(1)).status == 503);
}

BOOST_AUTO_TEST_CASE(KL8_answers_carry_the_content_policy_and_the_number) {
    http::Response response;
    finish(context, response);
    BOOST_REQUIRE(response.headers.size() == 2U);
    BOOST_TEST(response.headers[0].second == "0123456789abcdef0123456789abcdef");
    BOOST_TEST(response.headers[1].first == "Content-Security-Policy");
    BOOST_TEST(response.headers[1].second ==
               "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
}

BOOST_AUTO_TEST_CASE(the_style_sheet_is_kept_by_browsers) {
    const auto first = style_sheet(get("/account/static/style.css"));
    BOOST_TEST(first.status == 200);
    BOOST_TEST(first.content_type == "text/css; charset=utf-8");
    BOOST_TEST(holds(first.body, "--brand:"));
    BOOST_TEST(!holds(first.body, "url("));
    BOOST_TEST(!holds(first.body, "@import"));
    for (const auto& held : {'"' + style_tag() + '"', "W/\"" + style_tag() + "\", \"x\"", '"' + style_tag() + "-gzip\"", std::string("*")}) {
        auto request = get("/account/static/style.css");
        request.headers["if-none-match"] = held;
        const auto again = style_sheet(request);
        BOOST_TEST(again.status == 304, held);
        BOOST_TEST(again.body.empty());
        BOOST_TEST(!holds(http::to_cgi(again, false), "Content-Length"));
    }
    auto request = get("/account/static/style.css");
    request.headers["if-none-match"] = "\"other\"";
    BOOST_TEST(style_sheet(request).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::pages
