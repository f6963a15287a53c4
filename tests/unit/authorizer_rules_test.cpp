// SPDX-License-Identifier: MIT
// What a mount demands and hands on, the way back, and the forms of the answers (AZ rows, docs/authorizer.md).
#include <boost/test/unit_test.hpp>

#include <authtickets/authorizer/authorizer.h>

#include "support/fake_clock.h"

using namespace authtickets;
using namespace authtickets::authorizer;
using namespace std::chrono_literals;
using tickets::Ticket;

namespace {

constexpr Time now{1'700'000'000'000ms};

std::string outcome(std::string_view words) {
    const auto rule = read_rule(words);
    return rule ? "read" : rule.error().field;
}

std::string outcome_of_names(std::string_view words) {
    const auto names = read_names(words);
    return names ? "read" : names.error().field;
}

std::string variable(const std::vector<Name>& names, std::string_view word) {
    std::string out;
    for (const auto& each : names) {
        if (each.word == word) out.append(out.empty() ? "" : " ").append(each.variable);
    }
    return out;
}

std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [each, value] : response.headers) {
        if (each == name) return value;
    }
    return "none";
}

std::string fact(const tickets::Admitted& who, std::string_view word) {
    for (const auto& each : facts(who)) {
        if (each.word == word) return each.value;
    }
    return "none";
}

http::Request request(http::Method method, std::string accept, std::string mode = {}) {
    http::Request out{.method = method};
    out.headers["accept"] = std::move(accept);
    if (!mode.empty()) out.headers["sec-fetch-mode"] = std::move(mode);
    return out;
}

tickets::Admitted ann() {
    tickets::Admitted who{.ticket = {.user = UserId{*parse_uuid("0192aaaa-bbbb-4ccc-8ddd-eeeeffff0001")}},
                          .realm_name = "shop", .realm_address = "https://shop.example", .user_name = "ann", .email = "ann@shop.example"};
    who.ticket.account_no = AccountNo{1001};
    who.ticket.password_at = now - 100s;
    return who;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(authorizer_rules)

BOOST_AUTO_TEST_CASE(AZ20_no_words_ask_for_a_full_ticket_and_nothing_more) {
    for (const auto* words : {"", " ", "\t \t"}) {
        const auto rule = read_rule(words).value();
        BOOST_TEST((!rule.second_factor && !rule.within && rule.accounts.empty() && !rule.realm));
        BOOST_TEST(lately(rule, {}, now));
        BOOST_TEST(of_account(rule, {}));
    }
}

BOOST_AUTO_TEST_CASE(AZ21_to_AZ24_words_are_read_in_any_order) {
    const auto rule = read_rule("  account=1001,1002\trealm=7 within=60  second-factor ").value();
    BOOST_TEST(rule.second_factor);
    BOOST_TEST((rule.within == Seconds(60)));
    BOOST_TEST((rule.accounts == std::vector{AccountNo{1001}, AccountNo{1002}}));
    BOOST_TEST((rule.realm == RealmNo{7}));
}

BOOST_AUTO_TEST_CASE(AZ25_a_word_that_is_not_known_or_a_number_that_is_none_is_named) {
    for (const std::string word : {"second_factor", "Second-Factor", "second-factor=1", "second-factor,", "within", "within=", "within=0", "within=060", "within=-1", "within=+1",
                                   "within=1.5", "within=60s", "within=0x10", "within=4294967296", "within=99999999999999999999", "account", "account=",
                                   "account=,", "account=1001,", "account=,1001", "account=1001,,1002", "account=1001;1002", "account=a", "account=0",
                                   "realm", "realm=", "realm=0", "realm=shop", "realm=1,2", "=", "=1", "require", "any", "none", "\"within=60\"", "within=60;account=1", "\xc3\xa9",
                                   "within=\xd9\xa6", "within=60\xc2\xa0"}) {
        BOOST_TEST_CONTEXT(word) {
            BOOST_TEST(outcome(word) == word);
            BOOST_TEST(outcome("realm=3 " + word + " account=5") == word);
        }
    }
    BOOST_TEST(outcome("within=60\nsecond-factor") == "within=60\nsecond-factor");
}

BOOST_AUTO_TEST_CASE(AZ25_a_word_said_twice_is_not_read) {
    BOOST_TEST(outcome("within=60 within=30") == "within=30");
    BOOST_TEST(outcome("second-factor second-factor") == "second-factor");
    BOOST_TEST(outcome("account=1 account=2") == "account=2");
    BOOST_TEST(outcome("realm=1 realm=1") == "realm=1");
}

BOOST_AUTO_TEST_CASE(AZ21_what_counts_as_a_second_factor) {
    const auto at = [](std::optional<Time> password, std::optional<Time> app, std::optional<Time> email, std::optional<Time> sms) {
        return tickets::second_factor_at(Ticket{.password_at = password, .app_at = app, .email_at = email, .sms_at = sms});
    };
    const auto none = std::optional<Time>{};
    const Time t = now - 5s, later = now - 1s;
    BOOST_TEST(!at(none, none, none, none));
    BOOST_TEST(!at(t, none, none, none));
    BOOST_TEST(!at(none, none, t, none));      // the code was the sign-in
    BOOST_TEST(!at(none, none, none, t));
    BOOST_TEST((at(none, t, none, none) == t));  // no sign-in begins with an app
    BOOST_TEST((at(t, t, none, none) == t));
    BOOST_TEST((at(t, none, later, none) == later));
    BOOST_TEST((at(later, none, none, t) == t));
    BOOST_TEST((at(none, none, t, later) == later));
    BOOST_TEST((at(none, none, later, t) == later));
    BOOST_TEST((at(t, later, t, none) == later));
}

BOOST_AUTO_TEST_CASE(AZ22_within_looks_at_the_last_factor_that_counts) {
    const auto minute = read_rule("within=60").value(), both = read_rule("second-factor within=60").value(), second = read_rule("second-factor").value();
    Ticket ticket{};
    BOOST_TEST(!lately(minute, ticket, now));  // nothing was ever shown: an operator's session
    BOOST_TEST(!lately(second, ticket, now));
    ticket.password_at = now - 60s;
    BOOST_TEST(lately(minute, ticket, now));
    BOOST_TEST(!lately(minute, ticket, now + 1ms));
    BOOST_TEST(!lately(second, ticket, now));
    ticket.app_at = now - 61s;
    BOOST_TEST(lately(second, ticket, now));
    BOOST_TEST(!lately(both, ticket, now));    // the password was shown since, and is no second factor
    ticket.app_at = now;
    BOOST_TEST(lately(both, ticket, now));
    BOOST_TEST(lately(minute, ticket, now + 60s));
}

BOOST_AUTO_TEST_CASE(AZ23_the_tickets_account_is_one_of_those_named) {
    const auto rule = read_rule("account=1001,1003").value();
    Ticket ticket{};
    BOOST_TEST(!of_account(rule, ticket));
    ticket.account_no = AccountNo{1002};
    BOOST_TEST(!of_account(rule, ticket));
    ticket.account_no = AccountNo{1003};
    BOOST_TEST(of_account(rule, ticket));
}

BOOST_AUTO_TEST_CASE(AZ46_names_are_those_of_the_mount_and_the_standing_ones) {
    const auto standing = read_names("").value();
    BOOST_TEST(standing.size() == 10u);
    BOOST_TEST(variable(standing, "user") == "AUTHTICKETS_USER");
    BOOST_TEST(variable(standing, "second_factor_at") == "AUTHTICKETS_SECOND_FACTOR_AT");
    const auto named = read_names(" user=REMOTE_USER  account=SHOP_ACCOUNT user=USER_OF_SHOP ").value();
    BOOST_TEST(variable(named, "user") == "REMOTE_USER USER_OF_SHOP");
    BOOST_TEST(variable(named, "account") == "SHOP_ACCOUNT");
    BOOST_TEST(variable(named, "email") == "AUTHTICKETS_EMAIL");
    for (const auto* wrong : {"user", "user=", "=X", "who=X", "User=X", "user=A-B", "user=1A", "user=A:B", "user=\xc3\xa9", "user=A=B", "user=A,B"}) {
        BOOST_TEST_CONTEXT(wrong) BOOST_TEST(outcome_of_names(wrong) == wrong);
    }
    BOOST_TEST(outcome_of_names("user=X account=X") == "account=X");
    BOOST_TEST(outcome_of_names("user=AUTHTICKETS_EMAIL") == "AUTHTICKETS_EMAIL");
    BOOST_TEST(outcome_of_names("user=AUTHTICKETS_EMAIL email=AUTHTICKETS_USER") == "read");
    BOOST_TEST(outcome_of_names("user=" + std::string(64, 'A')) == "read");
    BOOST_TEST(outcome_of_names("user=" + std::string(65, 'A')) != "read");
}

BOOST_AUTO_TEST_CASE(AZ40_what_is_told_of_a_customer) {
    auto who = ann();
    BOOST_TEST(fact(who, "user") == "ann");
    BOOST_TEST(fact(who, "user_id") == "0192aaaa-bbbb-4ccc-8ddd-eeeeffff0001");
    BOOST_TEST(fact(who, "account") == "1001");
    BOOST_TEST(fact(who, "realm") == "shop");
    BOOST_TEST(fact(who, "email") == "ann@shop.example");
    BOOST_TEST(fact(who, "email_verified") == "");
    BOOST_TEST(fact(who, "factors") == "password");
    BOOST_TEST(fact(who, "password_at") == "1699999900");
    BOOST_TEST(fact(who, "second_factor_at") == "");
    BOOST_TEST(fact(who, "operator") == "");
    who.ticket.app_at = who.ticket.sms_at = now;
    who.ticket.used_recovery = who.email_verified = true;
    who.ticket.account_no.reset();
    who.user_name.clear();
    who.operator_name = "grace";
    BOOST_TEST(fact(who, "user") == "");  // and nothing that somebody else might have chosen as a name
    BOOST_TEST(fact(who, "account") == "");
    BOOST_TEST(fact(who, "email_verified") == "1");
    BOOST_TEST(fact(who, "factors") == "password recovery sms");
    BOOST_TEST(fact(who, "second_factor_at") == "1700000000");
    BOOST_TEST(fact(who, "operator") == "grace");
}

BOOST_AUTO_TEST_CASE(AZ44_values_are_one_line_of_text) {
    auto who = ann();
    const std::pair<std::string_view, std::string_view> all[] = {{"ann\r\nSet-Cookie: x=y", "ann??Set-Cookie: x=y"}, {"a\tb\x7f", "a?b?"}, {"b\xfcrk", "b?rk"},
                                                                 {"b\xc3\xbcrk", "b\xc3\xbcrk"}, {"a\xc2\x85" "b", "a?b"}, {"a\xe2\x80\xa8" "b", "a?b"}};
    for (const auto& [foreign, tame] : all) {
        who.user_name = foreign;
        BOOST_TEST(fact(who, "user") == tame);
    }
    who.user_name = std::string_view("a\0b", 3);
    BOOST_TEST(fact(who, "user") == "a?b");
    who.user_name.clear();
    for (int i = 0; i < 320; ++i) who.user_name += "\xf0\x9f\x98\x80";
    BOOST_TEST(fact(who, "user") == who.user_name);  // the longest name there is
    who.user_name.replace(who.user_name.size() - 4, 4, "aa\xc3\xbc" "bcd");
    BOOST_TEST(fact(who, "user").ends_with("aa\xc3\xbc"));  // cut between letters
}

BOOST_AUTO_TEST_CASE(AZ45_AZ60_a_yes_sets_every_variable_and_nothing_else) {
    const auto names = read_names("user=REMOTE_USER").value();
    const auto yes = granted({.role = true}, names, ann());
    BOOST_TEST(yes.status == 200);
    BOOST_TEST(yes.body.empty());
    BOOST_TEST(yes.headers.size() == 10u);
    for (const auto& [name, value] : yes.headers) BOOST_TEST(name.starts_with("Variable-"));
    BOOST_TEST(header(yes, "Variable-REMOTE_USER") == "ann");
    BOOST_TEST(header(yes, "Variable-AUTHTICKETS_USER") == "none");
    BOOST_TEST(header(yes, "Variable-AUTHTICKETS_OPERATOR") == "");
    const auto text = http::to_cgi(yes, false, false);
    BOOST_TEST(text.starts_with("Status: 200 OK\r\n"));
    BOOST_TEST(text.find("Content-Length") == std::string::npos);  // it would become the application's
}

BOOST_AUTO_TEST_CASE(AZ47_a_sub_request_is_told_in_headers_of_fixed_names) {
    const auto yes = granted({}, read_names("user=REMOTE_USER").value(), ann());
    BOOST_TEST(yes.headers.size() == 10u);
    for (const auto* name : {"AUTHTICKETS-User", "AUTHTICKETS-User-Id", "AUTHTICKETS-Account", "AUTHTICKETS-Realm", "AUTHTICKETS-Email", "AUTHTICKETS-Email-Verified",
                             "AUTHTICKETS-Factors", "AUTHTICKETS-Password-At", "AUTHTICKETS-Second-Factor-At", "AUTHTICKETS-Operator"}) {
        BOOST_TEST_CONTEXT(name) BOOST_TEST(header(yes, name) != "none");
    }
}

BOOST_AUTO_TEST_CASE(AZ61_to_AZ69_forms_of_a_no) {
    const http::Guarded role{.role = true}, sub{};
    const auto plain = challenged(role, {}, {});
    BOOST_TEST(plain.status == 401);
    BOOST_TEST(header(plain, "WWW-Authenticate") == "Bearer");
    BOOST_TEST(header(plain, "AUTHTICKETS-Status") == "401");
    BOOST_TEST(header(plain, "AUTHTICKETS-Sign-In") == "none");
    const auto old = challenged(sub, {.error = "insufficient_user_authentication", .max_age = Seconds(60)}, "/account/step-up");
    BOOST_TEST(old.status == 401);
    BOOST_TEST(header(old, "WWW-Authenticate") == "Bearer error=\"insufficient_user_authentication\", max_age=60");
    BOOST_TEST(header(old, "AUTHTICKETS-Sign-In") == "/account/step-up");
    BOOST_TEST(header(old, "Location") == "none");
    const auto led = challenged(role, {}, "/account/sign-in");
    BOOST_TEST(led.status == 303);
    BOOST_TEST(header(led, "Location") == "/account/sign-in");
    BOOST_TEST(header(led, "AUTHTICKETS-Sign-In") == "/account/sign-in");
    BOOST_TEST(header(led, "AUTHTICKETS-Status") == "303");
    for (const int status : {400, 403, 500, 503}) {
        BOOST_TEST(refused(role, status).status == status);
        BOOST_TEST(header(refused(role, status), "AUTHTICKETS-Status") == std::to_string(status));
        BOOST_TEST(refused(sub, status).status == (status == 400 ? 403 : status));  // nginx knows no 400
        BOOST_TEST(header(refused(sub, status), "Retry-After") == (status == 503 ? "1" : "none"));
        BOOST_TEST(refused(sub, status).body.empty());
    }
}

BOOST_AUTO_TEST_CASE(AZ63_who_is_led_to_a_page) {
    using enum http::Method;
    const std::string html = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
    BOOST_TEST(is_navigation(request(get, html)));
    BOOST_TEST(is_navigation(request(head, html, "navigate")));
    BOOST_TEST(is_navigation(request(get, "Text/HTML")));
    BOOST_TEST(!is_navigation(request(post, html, "navigate")));   // what was sent with it would be lost
    BOOST_TEST(!is_navigation(request(get, html, "cors")));
    BOOST_TEST(!is_navigation(request(get, html, "no-cors")));
    BOOST_TEST(!is_navigation(request(get, "*/*")));
    BOOST_TEST(!is_navigation(request(get, "application/json")));
    BOOST_TEST(!is_navigation({}));
}

BOOST_AUTO_TEST_CASE(AZ66_the_way_back_is_a_path_of_this_host) {
    const std::pair<std::string_view, std::string_view> all[] = {
        {"/app", "/app"},
        {"/app/x?a=1&b=%20c", "/app/x?a=1&b=%20c"},
        {"/app/x?u=https://other.example/", "/app/x?u=https://other.example/"},
        {"https://shop.example/app?x=1", "/app?x=1"},
        {"http://evil.example/app", "/app"},
        {"https://shop.example", ""},
        {"https://shop.example?x", ""},
        {"/app/(a);b[0]='c'!", "/app/%28a%29%3Bb%5B0%5D=%27c%27%21"},
        {"/b\xc3\xbc" "cher", "/b%C3%BCcher"},
        {"/a\\..\\b", "/a%5C..%5Cb"},
        {"/\\evil.example", "/%5Cevil.example"},
        {"//evil.example", ""},
        {"/.//evil.example", ""},
        {"/a//b", ""},
        {"/a?x=//b", "/a?x=//b"},
        {"/a#b", "/a"},
        {"app", ""},
        {"", ""},
        {"*", ""},
        {"javascript:alert(1)", ""},
        {"/a\r\nSet-Cookie: x", "/a%0D%0ASet-Cookie:%20x"},
    };
    for (const auto& [uri, wanted] : all) BOOST_TEST_CONTEXT(uri) BOOST_TEST(authorizer::way_back(uri) == wanted);
    BOOST_TEST(authorizer::way_back("/app?" + std::string(400, 'x')) == "/app");
    BOOST_TEST(authorizer::way_back("/" + std::string(400, 'x')) == "");
}

BOOST_AUTO_TEST_SUITE_END()
