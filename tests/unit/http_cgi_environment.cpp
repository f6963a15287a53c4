// From the CGI environment to a request (KL6, KL7, docs/security.md).
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>

#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/http/cgi_environment.h>

using namespace authtickets;
using namespace authtickets::http;
using namespace std::literals;

namespace {

using Items = std::vector<std::string>;

// Reads from a text in pieces of three bytes, as a socket might give it.
struct Body {
    std::string text;
    std::size_t reads = 0;
    BodySource source() {
        return {[this](char* into, std::size_t size) {
            ++reads;
            const auto count = std::min({size, text.size(), std::size_t{3}});
            std::memcpy(into, text.data(), count);
            text.erase(0, count);
            return count;
        }};
    }
};

Result<Request> read(const Items& items, std::string body = {}, std::string_view mount = {},
                     const EnvironmentLimits& limits = {}) {
    const std::vector<std::string_view> views(items.begin(), items.end());
    Body from{std::move(body)};
    return read_request(views, mount, from.source(), limits);
}

Items get(std::string target, const Items& more = {}) {
    Items items{"REQUEST_METHOD=GET", "REQUEST_URI=" + std::move(target)};
    items.insert(items.end(), more.begin(), more.end());
    return items;
}

Items post(const Items& more) {
    Items items{"REQUEST_METHOD=POST", "REQUEST_URI=/api/x"};
    items.insert(items.end(), more.begin(), more.end());
    return items;
}

std::string outcome(const Result<Request>& request) {
    if (request) return "taken";
    return std::string(name(request.error().why))
           + (request.error().field.empty() ? "" : " " + request.error().field);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_cgi_environment)

BOOST_AUTO_TEST_CASE(a_request_is_made_of_what_the_server_passes) {
    const auto request = read({"GATEWAY_INTERFACE=CGI/1.1",
                               "SERVER_PROTOCOL=HTTP/1.1",
                               "REQUEST_METHOD=POST",
                               "REQUEST_URI=/api/x/%41?a=1&b=%20",
                               "QUERY_STRING=z=9",
                               "CONTENT_LENGTH=7",
                               "CONTENT_TYPE=application/json",
                               "REMOTE_ADDR=192.0.2.7",
                               "HTTPS=on",
                               "HTTP_HOST=Shop.Example:8080",
                               "HTTP_AUTHORIZATION=Bearer abc",
                               "HTTP_X_VOL_APP_CLAIMS=t1",
                               "HTTP_X_VOL_USER_CLAIMS=t2",
                               "HTTP_X_VOL_TENANT=1000",
                               "HTTP_X_VOL_SITE=2000",
                               "HTTP_X_FORWARDED_FOR=198.51.100.1, 192.0.2.1",
                               "HTTP_USER_AGENT=curl/7",
                               "HTTP_ORIGIN=https://shop.example",
                               "HTTP_COOKIE=a=b, c",
                               "HTTP_PROXY=http://evil",
                               "HTTP_X_UNKNOWN=1",
                               "HTTP_ACCEPT=text/html, */*;q=0.8",
                               "HTTP_X_FRESHCOM_OTP=123456",
                               "PATH=/bin",
                               "no equals sign",
                               "=x",
                               ""},
                              "{\"a\":1}");
    BOOST_REQUIRE(request);
    BOOST_TEST((request->method == Method::post));
    BOOST_TEST(request->method_text == "POST");
    BOOST_TEST(request->path == "/api/x/%41");
    BOOST_TEST(*request->query.get("a") == "1");
    BOOST_TEST(*request->query.get("b") == " ");
    BOOST_TEST(!request->query.get("z"));
    BOOST_TEST(request->body == "{\"a\":1}");
    BOOST_TEST(request->content_type == "application/json");
    BOOST_TEST(request->peer == "192.0.2.7");
    BOOST_TEST(request->secure);
    BOOST_TEST(request->host == "shop.example:8080");
    BOOST_TEST(request->headers.size() == 12u);
    BOOST_TEST(*request->header("accept") == "text/html, */*;q=0.8");
    BOOST_TEST(*request->header("x-freshcom-otp") == "123456");
    BOOST_TEST(*request->header("authorization") == "Bearer abc");
    BOOST_TEST(*request->header("x-vol-app-claims") == "t1");
    BOOST_TEST(*request->header("x-vol-user-claims") == "t2");
    BOOST_TEST(*request->header("x-vol-tenant") == "1000");
    BOOST_TEST(*request->header("x-vol-site") == "2000");
    BOOST_TEST(*request->header("x-forwarded-for") == "198.51.100.1, 192.0.2.1");
    BOOST_TEST(*request->header("cookie") == "a=b, c");
    BOOST_TEST(!request->header("proxy"));
}

BOOST_AUTO_TEST_CASE(the_target_is_read_in_origin_and_absolute_form) {
    struct Row {
        std::string target, path, query;
    };
    const Row rows[] = {
        {"/", "/", ""},
        {"/a/b", "/a/b", ""},
        {"/a?q=1", "/a", "1"},
        {"/a?", "/a", ""},
        {"/a?q=?", "/a", "?"},
        {"/a//b/", "/a//b/", ""},
        {"//a", "//a", ""},
        {"/%C3%A4", "/%C3%A4", ""},
        {"/a:b@c;d=e,f", "/a:b@c;d=e,f", ""},
        {"http://shop.example/a?q=1", "/a", "1"},
        {"HTTPS://user@shop.example:8443/a/b", "/a/b", ""},
        {"http://shop.example", "/", ""},
        {"http://shop.example?q=2", "/", "2"},
    };
    for (const auto& row : rows) {
        const auto request = read(get(row.target));
        BOOST_TEST_CONTEXT(row.target) {
            BOOST_REQUIRE(request);
            BOOST_TEST(request->path == row.path);
            BOOST_TEST(request->query.get("q").value_or("") == row.query);
        }
    }
    for (const std::string& target :
         {"*"s,         "a"s,         "?a"s,       "shop.example:443"s,
          "ftp://x/a"s, "/a#b"s,      "/a?b#c"s,   "http://x#b"s,
          "/a b"s,      "/a?b c"s,    "/%"s,       "/%4"s,
          "/%zz"s,      "/%00"s,      "/a?b=%00"s, "/%FF"s,
          "/\xFF"s,     "/%C0%AF"s,   "/a\nb"s,    "/a\x7F"s,
          "/a?b=%"s,    "/a?b=\xFF"s, "/\0"s,      "/" + std::string(8192, 'a')}) {
        BOOST_TEST(outcome(read(get(target))) == "bad_request REQUEST_URI", target);
    }
    BOOST_TEST(outcome(read(get("/" + std::string(8191, 'a')))) == "taken");
}

BOOST_AUTO_TEST_CASE(without_a_request_uri_the_path_is_made_of_its_parts) {
    const auto request = read({"REQUEST_METHOD=GET", "SCRIPT_NAME=/cgi-bin/at",
                               "PATH_INFO=/a b/50%/\u00e4?#x", "QUERY_STRING=q=1"});
    BOOST_REQUIRE(request);
    BOOST_TEST(request->path == "/cgi-bin/at/a%20b/50%25/%C3%A4%3F%23x");
    BOOST_TEST(*request->query.get("q") == "1");
    BOOST_TEST(read({"REQUEST_METHOD=GET", "REQUEST_URI=", "PATH_INFO=/x"})->path == "/x");
    BOOST_TEST(outcome(read({"REQUEST_METHOD=GET"})) == "bad_request REQUEST_URI");
    BOOST_TEST(outcome(read({"REQUEST_METHOD=GET", "QUERY_STRING=a=1"})) == "bad_request REQUEST_URI");
    BOOST_TEST(outcome(read({"REQUEST_METHOD=GET", "PATH_INFO=x"})) == "bad_request REQUEST_URI");
    BOOST_TEST(outcome(read({"REQUEST_METHOD=GET", "PATH_INFO=/\xFF"})) == "bad_request PATH_INFO");
}

BOOST_AUTO_TEST_CASE(the_mount_is_taken_off_in_whole_segments) {
    const std::tuple<const char*, const char*, const char*> rows[] = {{"", "/api/x", "/api/x"},
                                                                      {"/auth", "/auth/api/x", "/api/x"},
                                                                      {"/auth", "/auth", "/"},
                                                                      {"/auth", "/auth/", "/"},
                                                                      {"/auth", "/auth?x=1", "/"},
                                                                      {"/a/b", "/a/b/c", "/c"},
                                                                      {"/auth", "/auth/auth/x", "/auth/x"},
                                                                      {"/auth", "/authority/x", "not_found"},
                                                                      {"/auth", "/api/x", "not_found"},
                                                                      {"/auth", "/", "not_found"},
                                                                      {"/auth", "/AUTH/x", "not_found"},
                                                                      {"/auth", "//auth/x", "not_found"}};
    for (const auto& [mount, target, path] : rows) {
        const auto request = read(get(target), {}, mount);
        BOOST_TEST((request ? request->path : outcome(request)) == path, mount << " with " << target);
    }
}

BOOST_AUTO_TEST_CASE(methods_that_are_no_token_are_refused) {
    for (const std::string method : {"GET", "TRACE", "X-Y_Z", "get"})
        BOOST_TEST(outcome(read({"REQUEST_METHOD=" + method, "REQUEST_URI=/"})) == "taken", method);
    for (const std::string& method :
         {""s, "G T"s, "GET/"s, "\u00e4"s, "GET\n"s, "(GET)"s, std::string(33, 'A')}) {
        BOOST_TEST(
            outcome(read({"REQUEST_METHOD=" + method, "REQUEST_URI=/"})) == "bad_request REQUEST_METHOD",
            method);
    }
    BOOST_TEST(outcome(read({"REQUEST_URI=/"})) == "bad_request REQUEST_METHOD");
    BOOST_TEST(outcome(read({})) == "bad_request REQUEST_METHOD");
}

// KL7: a doubled header, or one with an underscore twin, is not trusted.
BOOST_AUTO_TEST_CASE(values_that_decide_must_be_flawless) {
    const std::pair<std::string, std::string> headers[] = {{"HTTP_AUTHORIZATION", "authorization"},
                                                           {"HTTP_X_VOL_APP_CLAIMS", "x-vol-app-claims"},
                                                           {"HTTP_X_VOL_USER_CLAIMS", "x-vol-user-claims"},
                                                           {"HTTP_X_VOL_TENANT", "x-vol-tenant"},
                                                           {"HTTP_X_VOL_SITE", "x-vol-site"},
                                                           {"HTTP_X_FRESHCOM_OTP", "x-freshcom-otp"},
                                                           {"HTTP_EP_ACCOUNT_MANAGEMENT_AUTHENTICATION_TOKEN",
                                                            "ep-account-management-authentication-token"}};
    for (const auto& [variable, header] : headers) {
        for (const std::string& value : {"a,b"s, "a, b"s, ","s, "a\nb"s, "a\tb"s, "a\x7F"s, "a\0b"s, "\xFF"s,
                                         "\xC3"s, std::string(8193, 'a')}) {
            BOOST_TEST(outcome(read(get("/", {variable + "=" + value}))) == "bad_request " + header,
                       variable << " " << value.substr(0, 20));
        }
        BOOST_TEST(outcome(read(get("/", {variable + "=a", variable + "=a"}))) == "bad_request " + header);
        BOOST_TEST(outcome(read(get("/", {variable + "=", variable + "=a"}))) == "bad_request " + header);
        BOOST_TEST(outcome(read(get("/", {variable + "=" + std::string(8192, 'a')}))) == "taken");
        BOOST_TEST(!read(get("/", {variable + "="}))->header(header));
    }
    for (const std::string variable :
         {"REQUEST_METHOD", "REQUEST_URI", "CONTENT_LENGTH", "QUERY_STRING", "REMOTE_ADDR", "HTTPS"}) {
        BOOST_TEST(outcome(read(get("/", {variable + "=1", variable + "=1"}))) == "bad_request " + variable);
    }
    BOOST_TEST(outcome(read(get("/", {"HTTP_ORIGIN=a\nb"}))) == "bad_request origin");
}

BOOST_AUTO_TEST_CASE(values_that_only_describe_are_left_out_when_flawed) {
    for (const std::string name :
         {"HTTP_USER_AGENT", "HTTP_COOKIE", "HTTP_HOST", "CONTENT_TYPE"}) {
        for (const std::string& value : {"a\nb"s, "\xFF"s, "a\0b"s, std::string(8193, 'a')}) {
            const auto request = read(get("/", {name + "=" + value}));
            BOOST_TEST_CONTEXT(name) {
                BOOST_REQUIRE(request);
                BOOST_TEST(request->headers.empty());
                BOOST_TEST(request->content_type.empty());
                BOOST_TEST(request->host.empty());
            }
        }
        BOOST_TEST(read(get("/", {name + "=a", name + "=b"}))->headers.empty());
    }
    // Of a chain of addresses each item is judged by itself, and the end of it counts (TH9).
    BOOST_TEST(*read(get("/", {"HTTP_X_FORWARDED_FOR=\xFF, 192.0.2.1"}))->header("x-forwarded-for") == "\xFF, 192.0.2.1");
    BOOST_TEST(read(get("/", {"HTTP_X_FORWARDED_FOR=" + std::string(9000, 'a') + ",192.0.2.1"}))->header("x-forwarded-for")->ends_with(",192.0.2.1"));
    // Doubled headers that nobody reads are no reason to refuse.
    BOOST_TEST(outcome(read(get("/", {"HTTP_ACCEPT=a", "HTTP_ACCEPT=b", "HTTP_VIA=\xFF"}))) == "taken");
    BOOST_TEST(read(get("/", {"HTTP_HOST=a b<script>"}))->host == "");
    BOOST_TEST(read(get("/", {"HTTP_HOST=[::1]:8080"}))->host == "[::1]:8080");
}

BOOST_AUTO_TEST_CASE(peer_and_secure_are_what_they_say_or_nothing) {
    const std::pair<std::string, std::string> peers[] = {{"192.0.2.1", "192.0.2.1"},
                                                         {"2001:db8::1", "2001:db8::1"},
                                                         {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
                                                         {"", ""},
                                                         {"unix:", ""},
                                                         {"localhost", ""},
                                                         {"192.0.2.1:80", ""},
                                                         {"1.2.3", ""},
                                                         {"192.0.2.1 ", ""}};
    for (const auto& [value, peer] : peers)
        BOOST_TEST(read(get("/", {"REMOTE_ADDR=" + value}))->peer == peer, value);
    for (const std::string value : {"on", "ON", "1"})
        BOOST_TEST(read(get("/", {"HTTPS=" + value}))->secure, value);
    for (const std::string value : {"", "off", "0", "true", "https"})
        BOOST_TEST(!read(get("/", {"HTTPS=" + value}))->secure, value);
    BOOST_TEST(!read(get("/", {"HTTP_HTTPS=on"}))->secure);
}

// KL6: 413 and 400 before and while the body is read.
BOOST_AUTO_TEST_CASE(the_body_has_the_length_that_was_promised) {
    const EnvironmentLimits limits{.body = 10};
    const std::tuple<Items, std::string, std::string> rows[] = {
        {{}, "ignored", "[]"},
        {{"CONTENT_LENGTH="}, "ignored", "[]"},
        {{"CONTENT_LENGTH=0"}, "ignored", "[]"},
        {{"CONTENT_LENGTH=5"}, "12345", "[12345]"},
        {{"CONTENT_LENGTH=5"}, "1234567", "[12345]"},
        {{"CONTENT_LENGTH=005"}, "12345", "[12345]"},
        {{"CONTENT_LENGTH=10"}, "1234567890", "[1234567890]"},
        {{"CONTENT_LENGTH=5"}, "1234", "bad_request body"},
        {{"CONTENT_LENGTH=5"}, "", "bad_request body"},
        {{"CONTENT_LENGTH=11"}, "12345678901", "body_too_large"},
        {{"CONTENT_LENGTH=99999999999999999999999999"}, "", "body_too_large"},
        {{"CONTENT_LENGTH=18446744073709551615"}, "", "body_too_large"},
        {{"CONTENT_LENGTH=-1"}, "12345", "[12345]"},
        {{"CONTENT_LENGTH=-1"}, "1234567890", "[1234567890]"},
        {{"CONTENT_LENGTH=-1"}, "12345678901", "body_too_large"},
        {{"HTTP_TRANSFER_ENCODING=Chunked"}, "12345", "[12345]"},
        {{"HTTP_TRANSFER_ENCODING=chunked"}, "12345678901", "body_too_large"},
        {{"HTTP_TRANSFER_ENCODING=chunked", "CONTENT_LENGTH=3"}, "12345", "[123]"},
        {{"HTTP_TRANSFER_ENCODING=gzip"}, "12345", "[]"},
        {{"CONTENT_LENGTH=-2"}, "", "bad_request content-length"},
        {{"CONTENT_LENGTH=+5"}, "12345", "bad_request content-length"},
        {{"CONTENT_LENGTH=5x"}, "12345", "bad_request content-length"},
        {{"CONTENT_LENGTH=x"}, "12345", "bad_request content-length"},
        {{"CONTENT_LENGTH=0x5"}, "12345", "bad_request content-length"},
        {{"CONTENT_LENGTH=5, 5"}, "12345", "bad_request content-length"},
        {{"CONTENT_LENGTH=5.0"}, "12345", "bad_request content-length"},
        {{"CONTENT_LENGTH=--1"}, "12345", "bad_request content-length"},
    };
    for (const auto& [items, body, result] : rows) {
        const auto request = read(post(items), body, {}, limits);
        BOOST_TEST((request ? "[" + request->body + "]" : outcome(request)) == result,
                   (items.empty() ? "no length" : items[0]) << " with " << body);
    }
}

BOOST_AUTO_TEST_CASE(a_body_that_is_too_large_is_not_read) {
    Body body{std::string(100, 'x')};
    const std::string_view items[] = {"REQUEST_METHOD=POST", "REQUEST_URI=/", "CONTENT_LENGTH=100"};
    BOOST_TEST(outcome(read_request(items, {}, body.source(), {.body = 99})) == "body_too_large");
    BOOST_TEST(body.reads == 0u);
    BOOST_TEST(outcome(read_request(items, {}, BodySource{}, {})) == "bad_request body");
}

BOOST_AUTO_TEST_CASE(a_content_coding_that_nobody_speaks_is_refused) {
    for (const std::string value : {"gzip", "br", "identity, gzip", "x"}) {
        BOOST_TEST(outcome(read(post({"CONTENT_LENGTH=1", "HTTP_CONTENT_ENCODING=" + value}), "x"))
                       == "unsupported_media content-encoding",
                   value);
    }
    for (const std::string value : {"", "identity", "Identity", " identity "}) {
        BOOST_TEST(
            outcome(read(post({"CONTENT_LENGTH=1", "HTTP_CONTENT_ENCODING=" + value}), "x")) == "taken",
            value);
    }
}

RC_BOOST_PROP(no_environment_does_more_than_be_refused,
              (const std::vector<std::string>& values, const std::string& body)) {
    Items items;
    for (const auto& value : values) {
        items.push_back(*rc::gen::element("REQUEST_METHOD="s, "REQUEST_URI=/"s, "REQUEST_URI="s,
                                          "CONTENT_LENGTH="s, "HTTP_AUTHORIZATION="s, "HTTP_COOKIE="s,
                                          "PATH_INFO=/"s, "HTTP_HOST="s, "HTTP_TRANSFER_ENCODING=chunked"s,
                                          "REMOTE_ADDR="s, ""s)
                        + value);
    }
    const auto request = read(items, body);
    if (request) RC_ASSERT(request->path.starts_with('/'));
}

BOOST_AUTO_TEST_SUITE_END()
