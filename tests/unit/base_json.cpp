// JSON: what is read, what is refused (KL6, docs/security.md), and that what was read goes out unchanged.
// SPDX-License-Identifier: MIT
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/fault.h>
#include <authtickets/base/json.h>

using namespace authtickets;
using namespace std::literals;

namespace {

std::string again(std::string_view text) {
    const auto value = parse_json(text);
    return value ? value->dump() : "refused: " + value.error().text;
}

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[')
           + std::string(static_cast<std::size_t>(depth), ']');
}

std::string object_of(int members) {
    std::string text = "{";
    for (int i = 0; i < members; ++i) text += (i ? ",\"m" : "\"m") + std::to_string(i) + "\":0";
    return text + "}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_json)

BOOST_AUTO_TEST_CASE(what_is_read_goes_out_compact_and_unchanged) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"null", "null"},
        {" true ", "true"},
        {"false\r\n\t ", "false"},
        {"0", "0"},
        {"-0", "0"},
        {"-17", "-17"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775808", "9223372036854775808"},
        {"18446744073709551615", "18446744073709551615"},
        {"18446744073709551616", "18446744073709551616"},
        {"-9223372036854775809", "-9223372036854775809"},
        {"1.50", "1.50"},
        {"1e2", "1e2"},
        {"-0.0", "-0.0"},
        {"1E+2", "1E+2"},
        {"\"\"", "\"\""},
        {R"("a\"b\\c\/d\b\f\n\r\t")", R"("a\"b\\c/d\u0008\u000c\n\r\t")"},
        {R"("\u00e4\u20AC\ud83d\udd11")", "\"\u00e4\u20ac\U0001F511\""},
        {"\"\u00e4\u20ac\U0001F511<>&'/\"", "\"\u00e4\u20ac\U0001F511<>&'/\""},
        {"\"\u2028 \u2029 \u202a\"", R"("\u2028 \u2029 )"
                                     "\u202a\""},
        {"\"\x7F\"", R"("\u007f")"},
        {"[]", "[]"},
        {"{}", "{}"},
        {"[ 1 , [ ] , { } ]", "[1,[],{}]"},
        {R"({"b":1,"a":{"c":[true,null]}})", R"({"b":1,"a":{"c":[true,null]}})"},
        {R"({"":1," ":2})", R"({"":1," ":2})"},
        {R"({"a":1,"A":2})", R"({"a":1,"A":2})"},  // different names
    };
    for (const auto& [text, written] : rows)
        BOOST_TEST(again(text) == written, text << " gave " << again(text));
}

BOOST_AUTO_TEST_CASE(malformed_json_is_refused) {
    const std::string_view rows[] = {
        "",
        " ",
        "\n",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "-Infinity",
        "undefined",
        "'a'",
        "a",
        "01",
        "-01",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "--1",
        "-",
        "1 2",
        "true false",
        "{} {}",
        "[] ]",
        "null,",
        "\"",
        "\"a",
        "a\"",
        "\"\\\"",
        "\"\\x41\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\U00e4\"",
        "\"\\a\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"\x01\"",
        "\"\x1F\"",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1 2]",
        "[1;2]",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "{1:2}",
        "{null:1}",
        "{\"a\"::1}",
        "{\"a\":}",
        "[1}",
        "{\"a\":1]",
        "// x\n1",
        "/* x */1",
        "1 // x",
        "# x",
        "<a/>",
        "a=b",
        "1e999",
        "-1e999",
        // not UTF-8, surrogates alone
        "\"\xFF\"",
        "\"\xC3\"",
        "\"\xC0\xAF\"",
        "\"\xED\xA0\x80\"",
        "\"\xF4\x90\x80\x80\"",
        "\"\xE2\x82\"",
        "\xFF",
        "{\"\xFF\":1}",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud83d\"",
        "\"\\ud83dx\"",
        // byte order marks
        "\xEF\xBB\xBF{}",
        "\xFE\xFF",
        "\xFF\xFE{\0}\0",
        // NUL, as an escape and as it is
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "{\"\\u0000\":1}",
        "\0"sv,
        "1\0"sv,
        "{}\0garbage"sv,
        "\"a\0b\""sv,
        "\0{}"sv,
        "[1,\0 2]"sv,
        // one name twice
        R"({"a":1,"a":2})",
        R"({"a":1,"b":2,"a":1})",
        R"({"a":1,"\u0061":2})",
        R"([{"x":{"":1,"":2}}])",
    };
    for (const auto text : rows) {
        const auto value = parse_json(text);
        BOOST_TEST(!value, "accepted: " << text);
        if (value) continue;
        BOOST_TEST((value.error().why == Why::bad_request));
        BOOST_TEST(value.error().text.find(" at byte ") != std::string::npos, value.error().text);
    }
}

BOOST_AUTO_TEST_CASE(the_message_says_where_and_never_quotes_the_input) {
    BOOST_TEST(again(R"({"secret":1,"secret":2})") == "refused: an object has a name twice at byte 20");
    BOOST_TEST(again("{\"password\": hunter2}").find("hunter2") == std::string::npos);
    BOOST_TEST(again("{}\0"s) == "refused: NUL at byte 2");
}

BOOST_AUTO_TEST_CASE(depth_and_members_are_limited) {
    BOOST_TEST(parse_json(nested(16)).has_value());
    BOOST_TEST(!parse_json(nested(17)));
    BOOST_TEST(!parse_json(nested(100000)));
    BOOST_TEST(!parse_json(std::string(1000000, '[')));
    BOOST_TEST(parse_json(nested(3), {.depth = 3}).has_value());
    BOOST_TEST(!parse_json(nested(4), {.depth = 3}));
    BOOST_TEST(parse_json("1", {.depth = 0}).has_value());
    BOOST_TEST(!parse_json("[]", {.depth = 0}));
    BOOST_TEST(parse_json(object_of(200)).has_value());
    BOOST_TEST(!parse_json(object_of(201)));
    BOOST_TEST(!parse_json("{\"a\":{\"b\":1}}", {.depth = 1}));
    BOOST_TEST(parse_json("[" + object_of(200) + "," + object_of(200) + "]").has_value());
}

BOOST_AUTO_TEST_CASE(numbers_longer_than_64_letters_are_refused) {
    const std::string digits(62, '1');
    BOOST_TEST(again("0." + digits) == "0." + digits);
    BOOST_TEST(!parse_json("0." + digits + "1"));
    BOOST_TEST(!parse_json(std::string(65, '9')));
    BOOST_TEST(!parse_json("-" + std::string(1000, '9')));
}

BOOST_AUTO_TEST_CASE(a_value_is_only_what_it_is) {
    const auto parsed =
        parse_json(R"({"t":true,"n":1,"f":1.0,"s":"1","a":[1],"o":{},"z":null,"big":18446744073709551615})");
    BOOST_REQUIRE(parsed);
    struct Row {
        const char* name;
        bool boolean, integer, text, number, items, members, null;
    };
    const Row rows[] = {
        {"t", true, false, false, false, false, false, false},
        {"n", false, true, false, false, false, false, false},
        {"f", false, false, false, true, false, false, false},
        {"s", false, false, true, false, false, false, false},
        {"a", false, false, false, false, true, false, false},
        {"o", false, false, false, false, false, true, false},
        {"z", false, false, false, false, false, false, true},
        {"big", false, false, false, true, false, false, false},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto* value = parsed->find(row.name);
            BOOST_REQUIRE(value);
            BOOST_TEST(value->boolean().has_value() == row.boolean);
            BOOST_TEST(value->integer().has_value() == row.integer);
            BOOST_TEST((value->text() != nullptr) == row.text);
            BOOST_TEST((value->number() != nullptr) == row.number);
            BOOST_TEST((value->items() != nullptr) == row.items);
            BOOST_TEST((value->members() != nullptr) == row.members);
            BOOST_TEST(value->is_null() == row.null);
        }
    }
}

BOOST_AUTO_TEST_CASE(members_are_found_exactly_or_without_case) {
    const auto parsed = parse_json(R"({"UserName":"one","username":"two","\u00C4":"three"})");
    BOOST_REQUIRE(parsed);
    BOOST_TEST(*parsed->find("username")->text() == "two");
    BOOST_TEST(!parsed->find("USERNAME"));
    BOOST_TEST(*parsed->find_any_case("USERNAME")->text() == "one");
    BOOST_TEST(*parsed->find_any_case("username")->text() == "two");  // the exact spelling comes first
    BOOST_TEST(!parsed->find_any_case("\u00e4"));                     // ASCII only
    BOOST_TEST(!parsed->find_any_case("user"));
    BOOST_TEST(!Json("x").find("x"));
    BOOST_TEST(!Json().find_any_case("x"));
}

BOOST_AUTO_TEST_CASE(values_are_built_in_the_order_of_writing) {
    Json value;
    value.set("b", 1).set("a", std::optional<int>()).set("list", Json::array().push("x").push(false));
    BOOST_TEST(value.dump() == R"({"b":1,"a":null,"list":["x",false]})");
    value.set("b", JsonNumber{"2.50"});
    BOOST_TEST(value.dump() == R"({"b":2.50,"a":null,"list":["x",false]})");
    BOOST_TEST(Json::object({{"x", std::optional<std::string>("y")}, {"u", 4294967295u}}).dump()
               == R"({"x":"y","u":4294967295})");
    BOOST_CHECK_THROW(Json(1).set("x", 1), Fault);
    BOOST_CHECK_THROW(Json("x").push(1), Fault);
}

namespace {

rc::Gen<Json> any_json(int depth) {
    const auto text = rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)),
                                   [](std::string s) { return Json(std::move(s)); });
    const auto leaf = rc::gen::oneOf(
        rc::gen::just(Json()), rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return Json(b); }),
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t i) { return Json(i); }), text);
    if (depth == 0) return leaf;
    const auto array =
        rc::gen::map(rc::gen::container<std::vector<Json>>(any_json(depth - 1)), [](std::vector<Json> items) {
            items.resize(std::min<std::size_t>(items.size(), 4));
            return Json(Json::Array(std::move(items)));
        });
    const auto object =
        rc::gen::map(rc::gen::container<std::vector<Json>>(any_json(depth - 1)), [](std::vector<Json> items) {
            Json out{Json::Object{}};
            for (std::size_t i = 0; i < std::min<std::size_t>(items.size(), 4); ++i)
                out.set("k\"" + std::to_string(i), items[i]);
            return out;
        });
    return rc::gen::oneOf(leaf, array, object);
}

}  // namespace

RC_BOOST_PROP(what_is_written_is_read_again, ()) {
    const auto value = *any_json(3);
    const auto parsed = parse_json(value.dump());
    RC_ASSERT(parsed.has_value());
    const bool same = *parsed == value;
    RC_ASSERT(same);
}

RC_BOOST_PROP(no_text_does_more_than_be_refused, (const std::string& text)) {
    const auto value = parse_json(text);
    if (!value) return;
    const auto second = parse_json(value->dump());
    const bool same = second && *second == *value;
    RC_ASSERT(same);
}

BOOST_AUTO_TEST_SUITE_END()
