// Templates: what is refused when one is read, and that nothing somebody typed gets out of its place when it is said.
// SPDX-License-Identifier: MIT
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/utf8.h>
#include <authtickets/text/templates.h>

#include <algorithm>
#include <cstring>

using namespace authtickets;
using text::Part;
using text::Template;
using text::Values;
using namespace std::literals;

namespace {

std::string refusal(std::string_view source, Part part = Part::text) {
    const auto read = Template::parse(source, part);
    if (read) return "taken";
    BOOST_TEST(name(read.error().why) == "bad_parameter");
    BOOST_TEST(read.error().field == text::name(part));
    return read.error().text;
}

std::string said(std::string_view source, const Values& values, Part part = Part::text) {
    const auto read = Template::parse(source, part);
    if (!read) return "refused: " + read.error().text;
    return read->render(values, "<p>content</p>");
}

const Values someone{.shop = "Shop & Sons", .shop_url = "https://shop.example/", .name = "Kay", .user_name = "kay@example.com",
                     .time = "15 January 2026 at 10:20 UTC", .address = "192.0.2.7", .browser = "Firefox (Windows)",
                     .region = "United States (TX)", .code = "012345", .minutes = "3 minutes",
                     .link = "https://shop.example/reset?t=a_b-c&u=7", .remaining = "9", .old_contact = "k•••@e•••.com",
                     .new_contact = "•••89", .host = "shop.example", .locale = "en", .dir = "ltr"};

}  // namespace

BOOST_AUTO_TEST_SUITE(text_templates)

BOOST_AUTO_TEST_CASE(every_variable_is_said_in_text_as_it_is) {
    BOOST_TEST(said("{{shop}}|{{shop_url}}|{{name}}|{{user_name}}|{{time}}|{{address}}|{{browser}}|{{region}}", someone)
               == "Shop & Sons|https://shop.example/|Kay|kay@example.com|15 January 2026 at 10:20 UTC|192.0.2.7|"
                  "Firefox (Windows)|United States (TX)");
    BOOST_TEST(said("{{code}}|{{ minutes }}|{{link}}|{{remaining}}|{{old}}|{{new}}|{{host}}|{{locale}}|{{dir}}", someone)
               == "012345|3 minutes|https://shop.example/reset?t=a_b-c&u=7|9|k•••@e•••.com|•••89|shop.example|en|ltr");
}

BOOST_AUTO_TEST_CASE(what_a_template_may_not_hold_is_refused_with_its_line) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", "empty"},
        {" \n\t\n", "empty"},
        {"a\x01z", "control characters"},
        {"a\x7fz", "control characters"},
        {"a\xffz", "not UTF-8"},
        {"{{", "line 1: a tag is not ended"},
        {"{{{", "line 1: a tag is not ended"},
        {"{{name", "line 1: a tag is not ended"},
        {"{{name}", "line 1: a tag is not ended"},
        {"{{{name}}", "line 1: a tag is not ended"},
        {"one\ntwo {{nmae}}", "line 2: there is no variable \"nmae\""},
        {"{{}}", "line 1: there is no variable \"\""},
        {"{{.}}", "line 1: there is no variable \".\""},
        {"{{Name}}", "line 1: there is no variable \"Name\""},
        {"{{name.first}}", "line 1: there is no variable \"name.first\""},
        {"{{old_contact}}", "line 1: there is no variable \"old_contact\""},
        {"{{content}}", "line 1: there is no variable \"content\""},
        {"{{lang}}", "line 1: there is no variable \"lang\""},
        {"{{{name}}}", "line 1: unescaped variables are not allowed"},
        {"{{&name}}", "line 1: unescaped variables are not allowed"},
        {"{{& name }}", "line 1: unescaped variables are not allowed"},
        {"{{>other}}", "line 1: other templates cannot be put in"},
        {"{{=<% %>=}}", "line 1: the delimiters are {{ and }}"},
        {"{{=a}}", "line 1: the delimiters are {{ and }}"},
        {"{{#nobody}}x{{/nobody}}", "line 1: there is no variable \"nobody\""},
        {"{{^nobody}}x{{/nobody}}", "line 1: there is no variable \"nobody\""},
        {"{{#name}}x", "line 1: the section name is not ended"},
        {"x{{/name}}", "line 1: the section \"name\" was not begun here"},
        {"{{#name}}\n{{#code}}\n{{/name}}\n{{/code}}", "line 3: the section \"name\" was not begun here"},
        {"{{#name}}{{#code}}{{#old}}{{#new}}{{#name}}{{#name}}{{#name}}{{#name}}{{#name}}",
         "line 1: sections are nested too deep"},
    };
    for (const auto& [source, why] : rows) BOOST_TEST(refusal(source) == why, source << " : " << refusal(source));
    BOOST_TEST(refusal(std::string(65537, 'a')) == "too long");
    BOOST_TEST(refusal(std::string(65536, 'a')) == "taken");
    BOOST_TEST(refusal("two\nlines", Part::subject) == "more than one line");
    BOOST_TEST(refusal("one line\r\n", Part::subject) == "taken");
    BOOST_TEST(refusal(std::string(1001, 'a'), Part::subject) == "too long");
}

BOOST_AUTO_TEST_CASE(a_known_value_fills_its_section_and_an_unknown_one_its_inverse) {
    const auto source = "{{#name}}Hello {{name}},{{/name}}{{^name}}Hello,{{/name}}";
    BOOST_TEST(said(source, someone) == "Hello Kay,");
    BOOST_TEST(said(source, {}) == "Hello,");
    BOOST_TEST(said("{{#name}}{{#code}}{{name}} {{code}}{{/code}}{{/name}}", someone) == "Kay 012345");
    BOOST_TEST(said("{{#remaining}}{{remaining}} left{{/remaining}}", {.remaining = "0"}) == "0 left");
}

BOOST_AUTO_TEST_CASE(a_line_with_a_sections_tag_alone_goes_with_it) {
    const auto source = "When: {{time}}\n{{#region}}\nRegion: {{region}}\n{{/region}}\n\n{{! a remark, ü }}\n  {{^name}}  \nnobody\n{{/name}}\nend";
    BOOST_TEST(said(source, someone) == "When: 15 January 2026 at 10:20 UTC\nRegion: United States (TX)\n\nend");
    BOOST_TEST(said(source, {}) == "When: \n\nnobody\nend");
    BOOST_TEST(said("a {{#name}}b{{/name}}\n\nc", {}) == "a \n\nc");
    BOOST_TEST(said("a{{! within }}b\r\nc\rd", {}) == "ab\nc\nd");
    BOOST_TEST(said("a }} { {x} }}}\nb", {}) == "a }} { {x} }}}\nb");
}

BOOST_AUTO_TEST_CASE(html_is_escaped_and_text_is_not) {
    const Values hostile{.shop = "<b>&\"'", .dir = "ltr"};
    BOOST_TEST(said("<p>{{shop}}</p>", hostile, Part::html) == "<p>&lt;b&gt;&amp;&quot;&apos;</p>");
    BOOST_TEST(said("<p title=\"{{shop}}\">x</p>", hostile, Part::html) == "<p title=\"&lt;b&gt;&amp;&quot;&apos;\">x</p>");
    BOOST_TEST(said("<p>{{shop}}</p>", hostile) == "<p><b>&\"'</p>");
    BOOST_TEST(said("{{shop}}", hostile, Part::subject) == "<b>&\"'");
    BOOST_TEST(said("{{shop}}", hostile, Part::sms) == "<b>&\"'");
}

BOOST_AUTO_TEST_CASE(in_html_a_variable_stands_where_escaping_helps_and_nowhere_else) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"<p>{{name}}</p>", "taken"},
        {"a < b {{name}} > c", "taken"},
        {"<a href=\"{{link}}\">x</a>", "taken"},
        {"<a href='{{shop_url}}'>x</a>", "taken"},
        {"<p title='a {{name}} b' lang=\"{{locale}}\" dir = \"{{dir}}\">x</p>", "taken"},
        {"<p {{name}}>x</p>", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<{{name}}>x", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<p{{name}}>x", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<p title={{name}}>x</p>", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<p title=a{{name}}>x</p>", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<p title=\"x\"{{name}}>x</p>", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<!-- {{name}} -->", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<!-- > {{name}} -->", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<!DOCTYPE {{name}}>", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<style>p { content: '{{name}}' }</style>", "in HTML a variable can stand in text and in quoted attributes only"},
        {"<STYLE>p { }</STYLE><p>{{name}}</p>", "taken"},
        {"<a href=\"{{name}}\">x</a>", "an address can be made of link or shop_url only"},
        {"<a HREF=\"{{user_name}}\">x</a>", "an address can be made of link or shop_url only"},
        {"<img src=\"{{link}}\">", "a variable cannot stand in the attribute src"},
        {"<p style=\"color: {{name}}\">x</p>", "a variable cannot stand in the attribute style"},
        {"<p onclick=\"x('{{name}}')\">x</p>", "a mail runs nothing: onc"},
        {"<p/onclick=x>y</p>", "a mail runs nothing: onc"},
        {"<script>x</script>", "the element script has no place in a mail"},
        {"<SCRIPT src=x></SCRIPT>", "the element script has no place in a mail"},
        {"<svg/onload=x>", "a mail runs nothing: onl"},
        {"<iframe>", "the element iframe has no place in a mail"},
        {"<base href='https://elsewhere.example/'>", "the element base has no place in a mail"},
        {"<p title=\"{{#name}}x\">{{/name}}", "the section \"name\" begins and ends in different places of the HTML"},
        {"<p {{#name}}title=\"x\"{{/name}}>", "a section can begin in text and in quoted attributes only"},
        {"<p title=\"{{#name}}{{name}}{{/name}}\">x</p>", "taken"},
        {"<b>{{#name}}<i>{{name}}</i>{{/name}}</b>", "taken"},
        {"<p", "the HTML ends within a tag"},
        {"<p title=\"", "the HTML ends within a tag"},
        {"<!-- ", "the HTML ends within a tag"},
        {"<style>", "the HTML ends within a tag"},
    };
    for (const auto& [source, why] : rows) {
        const auto got = refusal(source, Part::html);
        BOOST_TEST((got == why || got == "line 1: " + std::string(why)), source << " : " << got);
    }
    BOOST_TEST(refusal("<p>\n<i>\n<object>", Part::html) == "line 3: the element object has no place in a mail");
    BOOST_TEST(refusal("<script>x</script>") == "taken");  // a text shows it
}

BOOST_AUTO_TEST_CASE(only_a_layout_puts_in_content_and_does_so_once) {
    BOOST_TEST(said("<html lang=\"{{lang}}\" dir=\"{{dir}}\">{{shop}}{{{content}}}</html>", someone, Part::layout)
               == "<html lang=\"en\" dir=\"ltr\">Shop &amp; Sons<p>content</p></html>");
    BOOST_TEST(refusal("<p>{{shop}}</p>", Part::layout) == "line 1: a layout has {{{content}}} once");
    BOOST_TEST(refusal("{{{content}}}{{{content}}}", Part::layout) == "line 1: a layout has {{{content}}} once");
    BOOST_TEST(refusal("{{{ content }}}", Part::layout) == "taken");
    BOOST_TEST(refusal("{{content}}", Part::layout) == "line 1: content stands in three braces");
    BOOST_TEST(refusal("{{#content}}{{/content}}", Part::layout) == "line 1: content stands in three braces");
    BOOST_TEST(refusal("{{&content}}", Part::layout) == "line 1: unescaped variables are not allowed");
    BOOST_TEST(refusal("<p title=\"{{{content}}}\">", Part::layout) == "line 1: {{{content}}} stands in text, outside of sections");
    BOOST_TEST(refusal("{{#shop}}{{{content}}}{{/shop}}", Part::layout) == "line 1: {{{content}}} stands in text, outside of sections");
    BOOST_TEST(refusal("{{{content}}}{{code}}", Part::layout) == "line 1: there is no variable \"code\"");
    BOOST_TEST(refusal("<p>{{{content}}}</p>", Part::html) == "line 1: unescaped variables are not allowed");
}

// A subject becomes a header line of the mail.
BOOST_AUTO_TEST_CASE(a_subject_is_one_line_whatever_its_values_hold) {
    for (const auto breaking : {"\r\n", "\n", "\r", "\0", "\t", "\x1b", "\u0085", "\u2028", "\u2029", "\u202e", "\u200f"}) {
        const Values values{.shop = "Shop" + std::string(breaking, std::max<std::size_t>(1, std::strlen(breaking))) + "Bcc: all@example.com"};
        const auto subject = said("A code for {{shop}}", values, Part::subject);
        BOOST_TEST(subject.starts_with("A code for Shop "), subject);
        BOOST_TEST(subject.ends_with(" Bcc: all@example.com"), subject);
    }
    BOOST_TEST(said("{{shop}}", {.shop = "a\xff" "b"}, Part::subject) == "a\uFFFDb");
    BOOST_TEST(said("  {{shop}} \n", {.shop = "a"}, Part::subject) == "a");
    BOOST_TEST(said("{{shop}}", {.shop = std::string(500, 'a')}, Part::subject).size() == 100U);
}

// Whoever registers somebody's address also says what he is called: the mail to him must not carry a message of theirs.
BOOST_AUTO_TEST_CASE(a_name_that_could_be_a_link_is_not_said) {
    const auto source = "{{#name}}Hello {{name}}{{/name}}{{^name}}Hello{{/name}}";
    for (const auto bait : {"http://evil.example", "www.evil.example", "You won: evil.example/x", "a@b.example", "evil.example",
                            "call tel:123", "<b>Kay</b>", "b\u00fccher.example", "x.\u4e2d\u56fd", "evil\u3002com now", "evil\uff0ecom",
                            "evil\uff61com", "evil\u2024com", "evil.\u200ccom", "evil.\u200dcom", "evil\u3002\u200ccom",
                            "evil.\u034fcom", "http\uff1a\uff0f\uff0fevil", "a\uff20b", "\uff45vil.\uff43om", "evil.\ufe0fcom"}) {
        BOOST_TEST(said(source, {.name = bait}) == "Hello", bait);
        BOOST_TEST(said("{{browser}}", {.browser = bait}) == "", bait);
        BOOST_TEST(said("{{region}}", {.region = bait}) == "", bait);
    }
    for (const auto good : {"Kay", "J. R.", "Anne-Marie", "O'Neill", "Dr. Kay", "Zo\u00eb", "\u0645\u062d\u0645\u062f",
                            "\u0646\u06cc\u200c\u0644\u0648"}) {
        BOOST_TEST(said(source, {.name = good}) == "Hello "s + good);
    }
    for (const auto good : {"kay.k@example.com", "Kay.K+shop@Example.com", "o'neill_1-2@a.b-c.example", "kay@b\u00fccher.example", "kay", "Kay K."}) {
        BOOST_TEST(said("{{user_name}}", {.user_name = good}) == good);
    }
    for (const auto bait : {"evil.example", "https://evil.example/", "a prize for you at evil.example", "a b@evil.example",
                            "https://evil.example/claim-your-prize?id=7&x=@a", "https://evil.example/claim-your-prize?id=7&x=@a.example",
                            "evil.example/x@a.example", "evil.example?x@a.example", "tel:123@a.example", "www.evil.example@a.example",
                            "kay@evil", "kay@evil.example/claim", "kay@evil.example:443", "kay@evil.example?x", "kay@evil\u3002example",
                            "kay@evil.\u200cexample", "kay\u200d@evil.example", "k\uff0fy@evil.example", "kay@127.0.0.1", "kay@a@b.example",
                            "kay@", "@evil.example", ".kay@evil.example", "kay@.example", "kay@evil..example", "k\u00e4y@evil.example"}) {
        BOOST_TEST(said("{{user_name}}", {.user_name = bait}) == "", bait);
    }
}

BOOST_AUTO_TEST_CASE(values_from_left_to_right_stand_apart_in_a_text_from_right_to_left) {
    auto values = someone;
    values.dir = "rtl";
    BOOST_TEST(said("{{address}}", values) == "\u2068192.0.2.7\u2069");
    BOOST_TEST(said("{{code}} {{link}} {{time}}", values) == "012345 https://shop.example/reset?t=a_b-c&u=7 15 January 2026 at 10:20 UTC");
    BOOST_TEST(said("{{address}}", values, Part::subject) == "192.0.2.7");
    BOOST_TEST(said("{{address}}", values, Part::sms) == "192.0.2.7");
    BOOST_TEST(said("{{address}}", values, Part::html) == "192.0.2.7");  // <bdi> does it there
}

BOOST_AUTO_TEST_CASE(a_template_tells_what_it_uses) {
    const auto read = Template::parse("{{#name}}{{code}}{{/name}}{{! link }}", Part::text);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->uses("name"));
    BOOST_TEST(read->uses("code"));
    BOOST_TEST(!read->uses("link"));
    BOOST_TEST(read->needs("code"));  // a section of another name does not help
    const auto needs = [](std::string_view source) { return Template::parse(source, Part::text).value().needs("code"); };
    BOOST_TEST(needs("{{code}}"));
    BOOST_TEST(needs("{{#code}}{{code}}{{/code}} {{code}}"));
    BOOST_TEST(needs("{{^code}}{{code}}{{/code}}"));
    BOOST_TEST(!needs("{{#code}}a {{#name}}{{code}}{{/name}}{{/code}}{{^code}}none{{/code}}"));
}

RC_BOOST_PROP(no_value_brings_markup_into_html, (const std::string& name)) {
    const auto html = said("<p>{{shop}}</p><p title=\"{{shop}}\"></p>", {.shop = name}, Part::html);
    RC_ASSERT(is_utf8(html));
    RC_ASSERT(std::ranges::count(html, '<') == 4);
    RC_ASSERT(std::ranges::count(html, '"') == 2);
}

BOOST_AUTO_TEST_SUITE_END()
