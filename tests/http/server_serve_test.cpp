// SPDX-License-Identifier: MIT
// server/serve: which door and row, the forms of what is refused, the headers of every answer, faults and their log lines.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <authtickets/db/schema.h>

#include "http/server_door.h"
#include "support/database.h"
#include "support/in_process.h"

namespace authtickets::test {

namespace {

namespace data = boost::unit_test::data;
using http::Method;

struct Server : InProcess {
    Server() : InProcess(std::vector<const DoorFace*>{&kibo::door(), &plain_door()}) {}
    Reply get(std::string_view target) { return send(bare(Method::get, target)); }
};

bool is_id(const std::string& text) {
    return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

void check_common_headers(const Reply& reply) {
    BOOST_TEST(reply.header("cache-control") == "no-store");
    BOOST_TEST(reply.header("x-content-type-options") == "nosniff");
    BOOST_TEST(reply.header("referrer-policy") == "no-referrer");
}

void check_own_form(const Reply& reply, int status, std::string_view code) {
    BOOST_TEST(reply.status == status);
    BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
    BOOST_TEST(is_id(reply.header("x-vol-correlation")));
    BOOST_TEST(reply.text_at("applicationName") == "authtickets");
    BOOST_TEST(reply.text_at("errorCode") == code);
    BOOST_TEST(!reply.text_at("message").empty());
    BOOST_TEST(reply.at("items").items());
    BOOST_TEST(reply.at("additionalErrorData").items());
    BOOST_TEST(reply.at("exceptionDetail").is_null());
    check_common_headers(reply);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_serve, Server)

BOOST_DATA_TEST_CASE_F(Server, a_path_of_no_door_is_answered_in_the_servers_own_form,
                       data::make({"/", "/x", "/apis/x", "/healthzz", "/healthz/x", "/tt", "//api/x", ""}), path) {
    check_own_form(get(path), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(an_unknown_path_under_a_door_is_answered_in_the_doors_form) {
    const auto kibo = get("/api/nothing/here");
    BOOST_TEST(kibo.status == 404);
    BOOST_TEST(kibo.text_at("errorCode") == "ITEM_NOT_FOUND");
    BOOST_TEST(is_id(kibo.header("x-vol-correlation")));
    check_common_headers(kibo);

    BOOST_TEST(get("/api").text_at("applicationName") == kibo.text_at("applicationName"));  // without its slash too

    const auto plain = get("/t/nothing");
    BOOST_TEST(plain.status == 404);
    BOOST_TEST(plain.text_at("why") == "not_found");
    BOOST_TEST(is_id(plain.header("plain-id")));
    check_common_headers(plain);
}

BOOST_AUTO_TEST_CASE(a_door_is_found_in_any_letter_case) {
    BOOST_TEST(get("/T/OPEN").status == 200);
    BOOST_TEST(get("/API/nothing").header("x-vol-correlation").size() == 32U);
}

BOOST_AUTO_TEST_CASE(every_request_has_an_id_of_its_own) {
    BOOST_TEST(get("/t/open").header("plain-id") != get("/t/open").header("plain-id"));
}

BOOST_AUTO_TEST_CASE(a_wrong_method_is_told_the_right_ones) {
    const auto opened = send(bare(Method::delete_, "/t/open"));
    BOOST_TEST(opened.status == 405);
    BOOST_TEST(opened.header("allow") == "GET, HEAD, PUT");
    BOOST_TEST(opened.text_at("why") == "method_not_allowed");
    check_common_headers(opened);

    const auto token = send(bare(Method::get, "/api/platform/applications/authtickets/oauth"));
    BOOST_TEST(token.status == 405);
    BOOST_TEST(token.header("allow") == "POST");
    BOOST_TEST(!token.text_at("errorCode").empty());
}

BOOST_AUTO_TEST_CASE(other_methods_are_wrong_methods) {
    for (const auto method : {Method::options, Method::patch, Method::other}) {
        BOOST_TEST(send(bare(method, "/t/open")).status == 405);
    }
}

BOOST_AUTO_TEST_CASE(a_fixed_path_is_not_taken_for_an_item_of_that_name) {
    BOOST_TEST(get("/t/items/7").text_at("path") == "7");
    BOOST_TEST(get("/t/items/current").at("path").is_null());
    BOOST_TEST(send(bare(Method::put, "/t/items/7")).status == 200);
    const auto current = send(bare(Method::put, "/t/items/current"));
    BOOST_TEST(current.status == 405);
    BOOST_TEST(current.header("allow") == "GET, HEAD");
}

BOOST_AUTO_TEST_CASE(head_is_answered_as_get) {
    const auto got = get("/t/open"), head = send(bare(Method::head, "/t/open"));
    BOOST_TEST(head.status == 200);
    BOOST_TEST(head.text == got.text);  // to_cgi leaves the body out and keeps its length
    BOOST_TEST(send(bare(Method::head, "/t/small")).status == 405);
}

BOOST_AUTO_TEST_CASE(an_empty_answer_is_an_answer) {
    const auto reply = send(bare(Method::put, "/t/open"));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text.empty());
    check_common_headers(reply);
}

BOOST_AUTO_TEST_CASE(a_request_that_could_not_be_read_is_refused_by_the_door_of_its_path) {
    const Result<http::Request> unread = refuse(Why::bad_request, "REQUEST_URI", "a broken escape");
    const auto kibo = send(unread, "/api/commerce/customer/accounts/%zz");
    BOOST_TEST(kibo.status == 400);
    BOOST_TEST(kibo.text_at("errorCode") == "MISSING_OR_INVALID_PARAMETER");
    check_common_headers(kibo);
    BOOST_TEST(send(unread, "/t/%zz").text_at("why") == "bad_request");
    check_own_form(send(unread, ""), 400, "MISSING_OR_INVALID_PARAMETER");

    const Result<http::Request> large = refuse(Why::body_too_large), coded = refuse(Why::unsupported_media);
    BOOST_TEST(send(large, "/t/small").status == 413);
    check_own_form(send(large, "/x"), 413, "REQUEST_TOO_LARGE");
    check_own_form(send(coded, "/x"), 415, "UNSUPPORTED_MEDIA_TYPE");
    BOOST_TEST(send(large, "/api/x").status == 413);
    BOOST_TEST(send(coded, "/api/x").status == 415);
}

BOOST_AUTO_TEST_CASE(a_fault_is_a_500_with_its_cause_in_the_log_only) {
    const auto reply = get("/t/defect");
    BOOST_TEST(reply.status == 500);
    BOOST_TEST(reply.text == R"({"fault":500})");
    BOOST_TEST(reply.header("retry-after").empty());
    check_common_headers(reply);
    BOOST_TEST(log.mentions("request.fault request=" + reply.header("plain-id") + " route=/t/defect"));
    BOOST_TEST(log.mentions("a promise was broken"));
}

BOOST_AUTO_TEST_CASE(what_came_in_is_not_logged_with_a_foreign_exception) {
    const auto reply = send(bare(Method::post, "/t/foreign", "pass-word-of-somebody"));
    BOOST_TEST(reply.status == 500);
    BOOST_TEST(log.mentions("runtime_error"));
    BOOST_TEST(!log.mentions("pass-word-of-somebody"));
}

BOOST_AUTO_TEST_CASE(what_is_away_is_a_503_to_be_tried_again_soon) {
    const auto reply = get("/t/away");
    BOOST_TEST(reply.status == 503);
    BOOST_TEST(reply.header("retry-after") == "1");
    BOOST_TEST(log.mentions("request.unavailable"));
}

BOOST_AUTO_TEST_CASE(a_refusal_for_our_own_sake_is_logged_and_says_when_to_come_again) {
    const auto reply = get("/t/busy");
    BOOST_TEST(reply.status == 503);
    BOOST_TEST(reply.header("retry-after") == "3");
    BOOST_TEST(log.mentions("request.refused request=" + reply.header("plain-id") + " route=/t/busy why=busy"));
}

BOOST_AUTO_TEST_CASE(other_refusals_leave_no_line) {
    get("/t/nothing");
    get("/t/any");
    BOOST_TEST(!log.mentions("request.refused"));
}

BOOST_AUTO_TEST_CASE(a_forwarded_address_counts_from_trusted_peers_only) {
    auto request = bare(Method::get, "/t/open");
    request.headers["x-forwarded-for"] = "203.0.113.9";
    auto reply = send(request);  // from 198.51.100.7, whom nobody trusts
    BOOST_TEST(reply.text_at("address") == "198.51.100.7");
    BOOST_TEST(*reply.at("ownAddress").boolean() == false);

    request.peer = "192.0.2.1";
    reply = send(request);
    BOOST_TEST(reply.text_at("address") == "203.0.113.9");
    BOOST_TEST(*reply.at("ownAddress").boolean() == true);
}

BOOST_AUTO_TEST_CASE(a_browsers_name_is_made_fit_for_a_row) {
    auto request = bare(Method::get, "/t/open");
    request.headers["user-agent"] = std::string("a\x01" "b\xff" "c\xc2\x80") + std::string(253, 'x');
    const auto browser = send(request).text_at("browser");
    BOOST_TEST(browser.substr(0, 8) == "a?b?c?xx");
    BOOST_TEST(browser.size() == 255U);

    request.headers["user-agent"] = std::string(254, 'x') + "\xc3\xa9";
    BOOST_TEST(send(request).text_at("browser").size() == 254U);  // no half letter
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(server_without_schema)

BOOST_AUTO_TEST_CASE(doors_answer_503_until_the_database_is_migrated) {
    InProcess server(TestDatabase::instance().fresh(false), {&kibo::door(), &plain_door()});
    const auto open = server.send(server.bare(Method::get, "/t/open"));
    BOOST_TEST(open.status == 503);
    BOOST_TEST(open.header("retry-after") == "1");
    const auto kibo = server.send(server.bare(Method::get, "/api/platform/tenants/1000"));
    BOOST_TEST(kibo.status == 503);
    BOOST_TEST(kibo.text_at("errorCode") == "SYSTEM_MAINTENANCE");
    BOOST_TEST(server.send(server.bare(Method::get, "/t/nothing")).status == 404);  // known without a database

    SystemClock clock;
    QuietLog log;
    db::Db migrating(server.config, db::Rights::migrate, clock, log);
    db::migrate(migrating, clock, [](std::string_view) {});
    BOOST_TEST(server.send(server.bare(Method::get, "/t/open")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(server_unconfigured)

BOOST_AUTO_TEST_CASE(a_program_without_configuration_answers_503_to_everything) {
    FakeClock clock;
    FakeRng rng;
    const auto response = server::unconfigured(clock, rng, http::Request{});
    BOOST_TEST(response.status == 503);
    BOOST_TEST(response.body.find("SYSTEM_MAINTENANCE") != std::string::npos);
    BOOST_TEST(http::to_cgi(response, false).find("Retry-After: 60\r\n") != std::string::npos);
    http::Request asked;
    asked.guarded = http::Guarded{.role = true};
    const auto no = http::to_cgi(server::unconfigured(clock, rng, asked), false);  // AZ68, AZ69
    BOOST_TEST(no.starts_with("Status: 503"));
    BOOST_TEST(no.find("AUTHTICKETS-Status: 503\r\n") != std::string::npos);
    BOOST_TEST(no.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
