// SPDX-License-Identifier: MIT
// Which passwords may be set: the block list (PW3) and the breach check (PW5), the latter against a range service that
// behaves and one that does not, and against files.
#include <authtickets/core/breaches.h>

#include <cstdlib>
#include <fstream>

#include <signal.h>
#include <stdio.h>

#include "store/shop.h"
#include "support/range_service.h"

using namespace authtickets;
using namespace authtickets::test;
using breaches::Verdict;
using Manner = RangeService::Manner;

namespace {

Uuid another_request() {
    static std::uint8_t number = 0;
    Uuid id;
    id.bytes[0] = ++number;
    return id;
}

class KeptLog final : public Log {
public:
    std::vector<std::string> lines;

private:
    // What a worker says of its database connection is another matter.
    void line(LogLevel, const std::string& text) override {
        if (text.starts_with("password.")) lines.push_back(text);
    }
};

const char* shown(Verdict verdict) {
    switch (verdict) {
        case Verdict::clear: return "clear";
        case Verdict::breached: return "breached";
        case Verdict::unavailable: return "unavailable";
    }
    return "";  // unreachable
}

std::string digits(std::string_view password) { return std::string(breaches::listed_form(Secret(password)).reveal()); }
const std::string other_line = "0123456789ABCDEF0123456789ABCDEF012:9\r\n";

struct Breached : Shop {
    RangeService service;
    KeptLog kept;

    Config asking(const std::string& url, const std::string& file = {}) {
        auto out = config;
        out.breach_url = url;
        out.breach_file = file;
        return out;
    }
    // By a checker of its own, which remembers nothing.
    std::string check(const Config& with, std::string_view password = right_password) {
        breaches::Breaches checker(with, kept);
        return shown(checker.check(Secret(password), another_request()));
    }
    std::string check(std::string_view password = right_password) { return check(asking(service.address()), password); }
    std::string check_file(const std::string& text, std::string_view password = right_password) {
        return check(asking({}, folder.write("hashes", text)), password);
    }
    std::string judge(Core& with, std::string_view password) {
        return why(with.logins.judge(with.db, context(), realm()->settings, Secret(password), {}));
    }
};

std::vector<std::string> common_passwords() {
    const char* const root = std::getenv("SRC_DIR");
    std::ifstream in(std::string(root ? root : ".") + "/src/text/common_passwords.txt");
    BOOST_REQUIRE_MESSAGE(in, "SRC_DIR names the source folder");
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with('#')) out.push_back(line);
    }
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(breaches_store, Breached)

BOOST_AUTO_TEST_CASE(each_of_the_first_3000_common_passwords_is_refused_PW3) {
    const auto all = common_passwords();
    unsigned refused = 0;
    for (const auto& text : all) {
        const auto verdict = judge(core, text);
        refused += verdict == "password_common" ? 1 : 0;
        if (verdict != "password_common") BOOST_TEST(verdict == "password_weak", text);  // one for the other policy
        if (&text == &all[2999]) BOOST_TEST(refused >= 2990u);
    }
    BOOST_TEST(refused >= 3000u);
    BOOST_TEST(judge(core, "TRUSTNO1") == "password_common");
    BOOST_TEST(judge(core, "trustno1 at all") == "granted");
    set("policy", "standard");
    BOOST_TEST(judge(core, "trustno1") == "password_weak");
    BOOST_TEST(judge(core, "qwerty123456789") == "password_common");
    BOOST_TEST(judge(core, "Q1W2E3R4T5Y6U7I8") == "password_common");
    BOOST_TEST(judge(core, "correct horse battery") == "granted");
}

BOOST_AUTO_TEST_CASE(five_digits_of_a_SHA_1_leave_the_host_and_no_more_PW5) {
    service.behave(Manner::answer, other_line);
    BOOST_TEST(check() == "clear");
    const auto asked = service.asked();
    BOOST_REQUIRE(asked.size() == 1u);
    const auto hash = digits(right_password);
    BOOST_TEST(asked[0].starts_with("GET /range/" + hash.substr(0, 5) + " HTTP/1.1\r\n"), asked[0]);
    BOOST_TEST(asked[0].find("\r\nAdd-Padding: true\r\n") != asked[0].npos, asked[0]);
    BOOST_TEST(asked[0].find(hash.substr(5, 3)) == asked[0].npos, asked[0]);
    BOOST_TEST(asked[0].find("horse") == asked[0].npos, asked[0]);
}

BOOST_AUTO_TEST_CASE(a_password_that_the_service_names_is_breached_PW5) {
    const auto rest = digits(right_password).substr(5);
    service.behave(Manner::answer, other_line + rest + ":2\r\n");
    BOOST_TEST(check() == "breached");
    BOOST_TEST(check("another horse 1") == "clear");
    service.behave(Manner::answer, other_line + rest + ":0\r\n");  // padding
    BOOST_TEST(check() == "clear");
    BOOST_TEST(check(config) == "clear");  // nobody to ask
}

BOOST_AUTO_TEST_CASE(a_connection_serves_several_checks_PW5) {
    service.behave(Manner::answer, other_line);
    breaches::Breaches checker(asking(service.address()), kept);
    for (int i = 0; i < 3; ++i) BOOST_TEST(shown(checker.check(Secret(std::string_view("some horse 1")), another_request())) == "clear");
    BOOST_TEST(service.asked().size() == 3u);
    BOOST_TEST(kept.lines.empty());
}

BOOST_AUTO_TEST_CASE(a_service_that_fails_is_unavailable_and_the_log_says_why_PW5) {
    const auto rest = digits(right_password).substr(5);
    const struct {
        Manner manner;
        std::string body;
        int status;
        const char* why;
    } cases[] = {
        {Manner::drop, {}, 0, "Server returned nothing"},
        {Manner::flood, {}, 0, "the answer is too long"},
        {Manner::redirect, {}, 0, "status 302"},
        {Manner::status, rest + ":2\r\n", 404, "status 404"},
        {Manner::status, rest + ":2\r\n", 500, "status 500"},
        {Manner::status, rest + ":2\r\n", 203, "status 203"},
        {Manner::answer, "<html>Please sign in</html>", 200, "not one of a range service"},
        {Manner::answer, rest + ":2\r\n<html>", 200, "not one of a range service"},
    };
    std::size_t asked = 0;
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.why) {
            kept.lines.clear();
            service.behave(each.manner, each.body, each.status);
            BOOST_TEST(check() == "unavailable");
            BOOST_TEST(service.asked().size() == ++asked);  // a redirect is not followed
            BOOST_REQUIRE(kept.lines.size() == 1u);
            BOOST_TEST(kept.lines[0].starts_with("password.breach_check_unavailable why="), kept.lines[0]);
            BOOST_TEST(kept.lines[0].find(each.why) != std::string::npos, kept.lines[0]);
            BOOST_TEST(kept.lines[0].find(digits(right_password).substr(0, 5)) == std::string::npos, kept.lines[0]);
        }
    }
    BOOST_TEST(service.flooded() < 50'000'000u);  // one MiB, and what the sockets hold
    service.leave();
    BOOST_TEST(check() == "unavailable");
}

// Two seconds in all, and then it is left alone: a service that hangs must not hold up the workers.
BOOST_AUTO_TEST_CASE(a_service_that_hangs_is_asked_once_and_then_left_alone_PW5) {
    for (const auto manner : {Manner::hang, Manner::drip}) {
        service.behave(manner);
        const auto before = service.asked().size();
        breaches::Breaches checker(asking(service.address()), kept);
        for (int i = 0; i < 5; ++i) BOOST_TEST(shown(checker.check(Secret(std::string_view(right_password)), another_request())) == "unavailable");
        BOOST_TEST(service.asked().size() == before + 1);
        BOOST_TEST(kept.lines.back().find("late a moment ago") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(proxies_of_the_environment_are_not_used_KL7_PW5) {
    RangeService proxy;
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"}) ::setenv(name, proxy.address().c_str(), 1);
    service.behave(Manner::answer, other_line);
    BOOST_TEST(check() == "clear");
    for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
    BOOST_TEST(service.asked().size() == 1u);
    BOOST_TEST(proxy.asked().empty());
}

BOOST_AUTO_TEST_CASE(a_certificate_that_nobody_vouches_for_is_refused_PW5) {
    const auto key = folder.path("server.key"), certificate = folder.path("server.crt");
    BOOST_REQUIRE(std::system(("openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
                               " -keyout " + key + " -out " + certificate + " >/dev/null 2>&1 </dev/null").c_str()) == 0);
    FILE* const server = ::popen(("echo $$; exec openssl s_server -accept 127.0.0.1:0 -www -cert " + certificate + " -key " + key +
                                  " 2>/dev/null </dev/null").c_str(), "r");
    BOOST_REQUIRE(server);
    char line[256];
    int process = 0;
    std::string port;
    while (port.empty() && ::fgets(line, sizeof line, server)) {
        const std::string_view text(line);
        if (process == 0) process = std::atoi(line);
        if (text.starts_with("ACCEPT ")) port = text.substr(text.rfind(':') + 1, text.find('\n') - text.rfind(':') - 1);
    }
    const auto verdict = port.empty() ? std::string("no server") : check(asking("https://127.0.0.1:" + port + "/"));
    ::kill(process, SIGTERM);
    ::pclose(server);
    BOOST_TEST(verdict == "unavailable");
    BOOST_REQUIRE(kept.lines.size() == 1u);
    BOOST_TEST(kept.lines[0].find("certificate") != std::string::npos, kept.lines[0]);
}

BOOST_AUTO_TEST_CASE(a_sorted_file_is_searched_PW5) {
    const auto mine = digits(right_password), none = digits("another horse 1");
    const std::string low(40, '0'), high(40, 'F');
    auto lower = mine;
    for (char& c : lower) c = c >= 'A' ? static_cast<char>(c - 'A' + 'a') : c;
    const struct {
        std::string text;
        const char* verdict;
    } cases[] = {
        {"", "clear"},
        {mine, "breached"},
        {mine + "\n", "breached"},
        {mine + ":3", "breached"},
        {lower + ":3\n", "breached"},
        {mine + ":3\r\n", "breached"},
        {mine + ":18446744073709551615\r\n", "breached"},
        {mine + ":0\n", "clear"},
        {low + "\n", "clear"},
        {high + "\n", "clear"},
        {low + ":1\n" + mine + ":2\n", "breached"},
        {mine + ":1\n" + high + ":2\n", "breached"},
        {low + ":1\r\n" + mine + ":1\r\n" + high + ":2\r\n", "breached"},
        {low + "\n" + high + "\n", "clear"},
        {"<html>\n", "unavailable"},
        {mine.substr(1) + "\n", "unavailable"},
        {mine + ":1:1\n", "unavailable"},
        {std::string(1000, '0'), "unavailable"},
        {std::string(1000, '\n'), "unavailable"},
    };
    for (const auto& each : cases) BOOST_TEST(check_file(each.text) == each.verdict, each.text);
    BOOST_TEST(check_file(mine, "another horse 1") == "clear");
    BOOST_TEST(check(asking({}, folder.path("nowhere"))) == "unavailable");
    BOOST_TEST(check(asking({}, folder.path(""))) == "unavailable");  // a folder
    BOOST_TEST(service.asked().empty());
}

BOOST_AUTO_TEST_CASE(every_line_of_a_long_file_is_found_and_nothing_else_PW5) {
    std::set<std::string> hashes;
    const auto word = [](int i) { return "horse number " + std::to_string(i); };
    for (int i = 0; i < 4000; i += 2) hashes.insert(digits(word(i)));
    for (const bool counts : {false, true}) {
        std::string text;
        for (const auto& each : hashes) text += each + (counts ? ":" + std::to_string(each.size() * static_cast<unsigned char>(each[0])) : "") + "\n";
        breaches::Breaches checker(asking({}, folder.write("hashes", text)), kept);
        int wrong = 0;
        for (int i = 0; i < 4000; ++i) wrong += (checker.check(Secret(word(i)), another_request()) == Verdict::breached) == (i % 2 == 0) ? 0 : 1;
        BOOST_TEST(wrong == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_breached_password_is_refused_and_cheaper_tests_come_first_PW3_PW5) {
    const auto with = asking(service.address());
    Core worker(with, db::Rights::serve, keys, gate, cap, clock, rng, kept);
    service.behave(Manner::answer, digits(right_password).substr(5) + ":1\r\n");
    for (const char* password : {"", "short", "onlyletters", "abc123", "Trustno1"}) BOOST_TEST(judge(worker, password) != "granted");
    BOOST_TEST(service.asked().empty());
    BOOST_TEST(judge(worker, right_password) == "password_breached");
    const auto before = number("SELECT COUNT(*) FROM events");
    BOOST_TEST(why(registered(worker, "ann", "ann@shop.example")) == "password_breached");
    BOOST_TEST(number("SELECT COUNT(*) FROM logins") == 0);
    BOOST_TEST(number("SELECT COUNT(*) FROM events") == before);
    BOOST_TEST(why(registered(worker, "ann", "ann@shop.example", "another horse 1")) == "granted");
    BOOST_TEST(kept.lines.empty());
}

BOOST_AUTO_TEST_CASE(with_the_service_down_a_password_is_taken_with_an_event_and_a_log_line_PW5) {
    const auto with = asking(service.address());
    Core worker(with, db::Rights::serve, keys, gate, cap, clock, rng, kept);
    service.leave();
    BOOST_TEST(why(registered(worker, "ann", "ann@shop.example")) == "granted");
    BOOST_TEST(why(sign_in("ann")) == "granted");
    BOOST_TEST(events("password.breach_check_unavailable") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM events WHERE name = 'password.breach_check_unavailable' AND outcome = 'failure'") == 1);
    BOOST_REQUIRE(kept.lines.size() == 1u);
    BOOST_TEST(kept.lines[0].starts_with("password.breach_check_unavailable"), kept.lines[0]);
}

BOOST_AUTO_TEST_SUITE_END()
