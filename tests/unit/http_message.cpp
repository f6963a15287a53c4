// Percent decoding, queries, methods, and the CGI form of a response.
// SPDX-License-Identifier: MIT
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/base/utf8.h>
#include <authtickets/http/message.h>

using namespace authtickets;
using namespace authtickets::http;
using namespace std::literals;

namespace {

std::string shown(const std::optional<std::string>& text) { return text ? "[" + *text + "]" : "none"; }

std::string pairs_of(std::string_view text) {
    const auto query = parse_query(text);
    if (!query) return "refused";
    std::string out;
    for (const auto& [name, value] : query->pairs()) out += "[" + name + "=" + value + "]";
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_message)

BOOST_AUTO_TEST_CASE(percent_escapes_are_decoded_strictly) {
    const std::pair<std::string_view, std::string_view> rows[] = {{"", "[]"},
                                                                  {"plain", "[plain]"},
                                                                  {"%41%2f%2F", "[A//]"},
                                                                  {"a+b", "[a+b]"},
                                                                  {"%C3%A4", "[\u00e4]"},
                                                                  {"\u00e4", "[\u00e4]"},
                                                                  {"\xC3%A4", "[\u00e4]"},
                                                                  {"%25%34%31", "[%41]"},
                                                                  {"%", "none"},
                                                                  {"%4", "none"},
                                                                  {"a%", "none"},
                                                                  {"%zz", "none"},
                                                                  {"%4g", "none"},
                                                                  {"%g4", "none"},
                                                                  {"%%41", "none"},
                                                                  {"%-1", "none"},
                                                                  {"%+1", "none"},
                                                                  {"% 1", "none"},
                                                                  {"%00", "none"},
                                                                  {"a%00b", "none"},
                                                                  {"a\0b"sv, "none"},
                                                                  {"%FF", "none"},
                                                                  {"%C3", "none"},
                                                                  {"%C0%AF", "none"},
                                                                  {"%ED%A0%80", "none"},
                                                                  {"%F4%90%80%80", "none"},
                                                                  {"%u0041", "none"},
                                                                  {"%C3x", "none"}};
    for (const auto& [text, decoded] : rows) BOOST_TEST(shown(percent_decode(text, false)) == decoded, text);
    BOOST_TEST(shown(percent_decode("a+b%2B", true)) == "[a b+]");
}

BOOST_AUTO_TEST_CASE(queries_are_read_in_order) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", ""},
        {"a=1", "[a=1]"},
        {"a=1&b=2&a=3", "[a=1][b=2][a=3]"},
        {"a", "[a=]"},
        {"a=", "[a=]"},
        {"=1", "[=1]"},
        {"=", "[=]"},
        {"&", ""},
        {"&&a=1&&", "[a=1]"},
        {"a=b=c", "[a=b=c]"},
        {"a%3D=%26", "[a==&]"},
        {"filter=name+eq+%22x%22", "[filter=name eq \"x\"]"},
        {"a;b=1", "[a;b=1]"},
        {"a?b=1?", "[a?b=1?]"},
        {"a=%", "refused"},
        {"%=1", "refused"},
        {"ok=1&a=%zz", "refused"},
        {"a=%00", "refused"},
        {"a=%FF", "refused"},
        {"a=\xFF", "refused"},
        {"a=\0"sv, "refused"},
    };
    for (const auto& [text, pairs] : rows) BOOST_TEST(pairs_of(text) == pairs, text);
}

// kibo 11.4 (docs/kibo.md): empty parameters are absent ones, and letter case does not matter.
BOOST_AUTO_TEST_CASE(empty_parameters_are_absent_ones_and_names_have_no_case) {
    const auto query = parse_query("responseFields=&PageSize=20&pagesize=30&x=&X=1&\xC3\x84=1");
    BOOST_REQUIRE(query);
    BOOST_TEST(!query->get("responseFields"));
    BOOST_TEST(!query->get("none"));
    BOOST_TEST(*query->get("pageSize") == "20");
    BOOST_TEST(*query->get("x") == "1");
    BOOST_TEST(!query->get("\xC3\xA4"));
}

RC_BOOST_PROP(what_is_encoded_is_decoded_again, (const std::string& text)) {
    std::string encoded;
    for (const char c : text) {
        constexpr auto digits = "0123456789abcdef"sv;
        encoded +=
            {'%', digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]};
    }
    const bool allowed = is_utf8(text) && text.find('\0') == std::string::npos;
    RC_ASSERT(percent_decode(encoded, true) == (allowed ? std::optional(text) : std::nullopt));
    (void)parse_query(text);
}

BOOST_AUTO_TEST_CASE(methods_are_spelled_in_capitals) {
    for (const auto text : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
        BOOST_TEST(name(method(text)) == text);
    for (const auto text : {"", "get", "Get", "GET ", "TRACE", "CONNECT", "OTHER"})
        BOOST_TEST((method(text) == Method::other), text);
    BOOST_TEST(name(Method::other) == "OTHER");
}

BOOST_AUTO_TEST_CASE(a_header_that_is_empty_is_absent) {
    Request request;
    request.headers = {{"origin", ""}, {"cookie", "a=b"}};
    BOOST_TEST(!request.header("origin"));
    BOOST_TEST(!request.header("host"));
    BOOST_TEST(*request.header("cookie") == "a=b");
}

BOOST_AUTO_TEST_CASE(a_response_is_written_in_one_piece) {
    Response response;
    response.status = 404;
    response.header("X-Vol-Correlation", "abc");
    response.header("Set-Cookie", "a=1");
    response.header("Set-Cookie", "b=2");
    response.body = "{}";
    const std::string head =
        "Status: 404 Not Found\r\nContent-Type: application/json; charset=utf-8\r\nX-Vol-Correlation: abc\r\n"
        "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\n";
    BOOST_TEST(to_cgi(response, false) == head + "{}");
    BOOST_TEST(to_cgi(response, true) == head);
}

BOOST_AUTO_TEST_CASE(an_empty_body_has_a_length_and_no_type_and_204_has_neither) {
    BOOST_TEST(to_cgi({}, false) == "Status: 200 OK\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(to_cgi({.status = 204}, false) == "Status: 204 No Content\r\n\r\n");
    BOOST_TEST(to_cgi({.status = 799}, false)
               == "Status: 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(no_value_can_begin_another_header_line) {
    Response response;
    response.content_type = "text/plain\r\nX-Evil: 1";
    response.header("X-A", "1\r\nX-Evil: 2\n\n<html>");
    response.header("X-B\r\nX-Evil", "3\0"s);
    response.body = "x";
    const auto text = to_cgi(response, false);
    BOOST_TEST(text.find("\nX-Evil") == std::string::npos);
    BOOST_TEST(text.find('\0') == std::string::npos);
    BOOST_TEST(text.ends_with("\r\n\r\nx"));
    BOOST_TEST(text.find("\r\n\r\n") == text.size() - 5);
}

BOOST_AUTO_TEST_CASE(every_status_in_use_has_a_reason) {
    for (const int status :
         {200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 502, 503}) {
        BOOST_TEST(reason(status).starts_with(std::to_string(status) + " "));
    }
}

BOOST_AUTO_TEST_CASE(a_form_is_read_as_strictly_as_a_query) {
    const auto read = [](std::string_view type, std::string_view body) {
        const auto form = read_form({.body = std::string(body), .content_type = std::string(type)});
        if (!form) return std::string(authtickets::name(form.error().why));
        std::string out;
        for (const auto& [name, value] : form->pairs()) out += "[" + name + "=" + value + "]";
        return out;
    };
    const std::string form = "application/x-www-form-urlencoded";
    std::string many = "a=1";
    for (int i = 1; i < 200; ++i) many += "&a=1";
    const std::tuple<std::string, std::string, std::string> rows[] = {
        {form, "", ""},
        {form, "t=a-_b&password=a+b%2B%C3%A4", "[t=a-_b][password=a b+\u00e4]"},
        {form, "a=1\r\n", "[a=1\r\n]"},
        {"Application/X-WWW-Form-URLencoded; charset=UTF-8", "a=1", "[a=1]"},
        {form + ";charset=\"utf-8\"", "a=1", "[a=1]"},
        {form + "; charset=iso-8859-1", "a=1", "unsupported_media"},
        {"application/x-www-form-urlencoded-not", "a=1", "unsupported_media"},
        {"multipart/form-data; boundary=x", "a=1", "unsupported_media"},
        {"text/plain", "a=1", "unsupported_media"},
        {"application/json", "{}", "unsupported_media"},
        {"", "a=1", "unsupported_media"},
        {form, "a=%zz", "bad_request"},
        {form, "a=%00", "bad_request"},
        {form, "a=%FF", "bad_request"},
        {form, many + "&a=1", "bad_request"},
    };
    for (const auto& [type, body, expected] : rows) BOOST_TEST(read(type, body) == expected, type << " | " << body);
    BOOST_TEST(read(form, many).size() == 200 * 5U);
}

BOOST_AUTO_TEST_CASE(TK10_a_cookie_is_for_browsers_and_the_whole_host) {
    BOOST_TEST(set_cookie({.name = "n", .value = "v", .life = Seconds(60)}) ==
               "__Host-n=v; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
    BOOST_TEST(set_cookie({.name = "n", .value = "v", .life = Seconds(60), .secure = false}) ==
               "n=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
}

BOOST_AUTO_TEST_SUITE_END()
