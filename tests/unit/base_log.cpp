// Log lines: their form, that nothing foreign can begin a second line (KL3, docs/security.md), files and
// rotation. SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <thread>

#include <boost/test/unit_test.hpp>

#include <authtickets/base/fault.h>
#include <authtickets/base/log.h>
#include <support/folder.h>

using namespace authtickets;
using namespace std::literals;

namespace {

class Lines final : public Log {
  public:
    explicit Lines(LogLevel least = LogLevel::debug) : Log(least) {}
    std::vector<std::string> all;

  private:
    void line(LogLevel level, const std::string& text) override {
        all.push_back(std::string(name(level)) + "|" + text);
    }
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_log)

BOOST_AUTO_TEST_CASE(a_line_is_an_event_and_pairs) {
    Lines log;
    Uuid ticket{};
    ticket.bytes[15] = 7;
    log.warn("ticket.reuse",
             {{"ticket", TicketId{ticket}}, {"realm", RealmNo{1}}, {"user", "a b"}, {"ok", true}, {"n", -3}});
    log.info("server.ready");
    log.error("x", {{"empty", ""}, {"equals", "a=b"}, {"big", std::uint64_t{18446744073709551615u}}});
    const std::vector<std::string> expected{
        "warning|ticket.reuse ticket=00000000000000000000000000000007 realm=1 user=\"a b\" ok=true n=-3",
        "info|server.ready", "error|x empty=\"\" equals=\"a=b\" big=18446744073709551615"};
    BOOST_TEST(log.all == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lines_below_the_level_are_left_out) {
    Lines log(LogLevel::warning);
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    const std::vector<std::string> expected{"warning|c", "error|d"};
    BOOST_TEST(log.all == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_could_break_a_line_is_escaped) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"plain", "plain"},
        {"a\r\nb", R"(a\x0d\x0ab)"},
        {"\t\x1B[31m", R"(\x09\x1b[31m)"},
        {"\x7F", R"(\x7f)"},
        {"a\0b"sv, R"(a\x00b)"},
        {"say \"hi\"", R"(say \x22hi\x22)"},
        {R"(\x0a)", R"(\x5cx0a)"},
        {"\u0085\u009b", R"(\xc2\x85\xc2\x9b)"},  // C1: next line, control sequence introducer
        {"\u2028\u2029", R"(\xe2\x80\xa8\xe2\x80\xa9)"},
        {"\u202e\u2066\u200f", R"(\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f)"},  // text direction
        {"\ufeff", R"(\xef\xbb\xbf)"},
        {"\u00e4\u20ac\U0001F511", "\u00e4\u20ac\U0001F511"},
        {"\xFF\xC3(", R"(\xff\xc3()"},
        {"\xE2\x80", R"(\xe2\x80)"},
        {"", ""},
    };
    for (const auto& [text, escaped] : rows) BOOST_TEST(log_escape(text) == escaped);
}

BOOST_AUTO_TEST_CASE(a_user_name_with_line_ends_stays_on_one_line_in_the_file) {
    const test::Folder folder;
    const auto log = open_log(folder.path("log"), LogLevel::info);
    log->info("signin.failure", {{"name", "eve\r\n2026-01-15T10:35:30.120Z info signin.done name=root"}});
    log->debug("not.written");
    const auto lines = lines_of(folder.read("log"));
    BOOST_REQUIRE(lines.size() == 1u);
    const std::regex form(
        R"x(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info signin\.failure name="eve\\x0d\\x0a2026-01-15T10:35:30\.120Z info signin\.done name=root")x");
    BOOST_TEST(std::regex_match(lines[0], form), lines[0]);
}

BOOST_AUTO_TEST_CASE(a_very_long_value_is_cut_between_characters) {
    Lines log;
    log.info("x", {{"v", std::string(999, 'a') + "\u20ac" + std::string(100000, 'b')}});
    log.info("x", {{"v", std::string(100000, '\x80')}});
    log.info("x", {{"v", std::string(1000, 'c')}});
    BOOST_TEST(log.all[0] == "info|x v=\"" + std::string(999, 'a') + "...\"");
    BOOST_TEST(log.all[1].size() < 5000u);
    BOOST_TEST(log.all[2] == "info|x v=" + std::string(1000, 'c'));
}

BOOST_AUTO_TEST_CASE(threads_and_two_openers_of_one_file_do_not_mix_lines) {
    const test::Folder folder;
    const auto one = open_log(folder.path("log"), LogLevel::info),
               two = open_log(folder.path("log"), LogLevel::info);
    constexpr int threads = 8, each = 250;
    {
        std::vector<std::jthread> all;
        for (int t = 0; t < threads; ++t) {
            all.emplace_back([&, t] {
                for (int i = 0; i < each; ++i)
                    (t % 2 ? one : two)->info("event", {{"thread", t}, {"pad", std::string(200, 'x')}});
            });
        }
    }
    const auto lines = lines_of(folder.read("log"));
    BOOST_TEST(lines.size() == static_cast<std::size_t>(threads * each));
    const std::regex form(R"(\S+Z info event thread=\d pad=x{200})");
    for (const auto& line : lines) BOOST_TEST(std::regex_match(line, form), line);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_rotated_away_is_opened_again_by_name) {
    const test::Folder folder;
    const auto log = open_log(folder.path("log"), LogLevel::info);
    log->info("before");
    std::filesystem::rename(folder.path("log"), folder.path("log.1"));
    // The name is looked at once a second at most; until then lines go to the old file.
    const auto end = steady_now() + 5s;
    while (!std::filesystem::exists(folder.path("log")) && steady_now() < end) {
        log->info("between");
        std::this_thread::sleep_for(50ms);
    }
    log->info("after");
    BOOST_TEST(folder.read("log.1").find("before") != std::string::npos);
    BOOST_TEST(folder.read("log.1").find("after") == std::string::npos);
    BOOST_TEST(folder.read("log").find(" info after\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_for_stderr_go_to_descriptor_two) {
    const test::Folder folder;
    const int kept = ::dup(STDERR_FILENO);
    const int file = ::open(folder.path("err").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    BOOST_REQUIRE(file >= 0);
    ::dup2(file, STDERR_FILENO);
    open_log("stderr", LogLevel::info)->error("database.away", {{"host", "db1"}});
    ::dup2(kept, STDERR_FILENO);
    ::close(file);
    ::close(kept);
    BOOST_TEST(folder.read("err").ends_with("Z error database.away host=db1\n"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_bad_configuration) {
    const test::Folder folder;
    BOOST_CHECK_THROW((void)open_log(folder.path("none/log"), LogLevel::info), BadConfiguration);
    BOOST_CHECK_THROW((void)open_log(folder.path(""), LogLevel::info), BadConfiguration);
}

BOOST_AUTO_TEST_SUITE_END()
