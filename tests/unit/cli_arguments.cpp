// SPDX-License-Identifier: MIT
// The command line: what is taken, and the one line said about what is not.
#include <boost/test/unit_test.hpp>

#include <array>

#include "cli/command.h"

using namespace authtickets;
using namespace authtickets::cli;

namespace {

Output nothing(World&, const Arguments&) { return {}; }

constexpr std::array flags{Flag{"--realm", "NAME", true, "the realm"}, Flag{"--site", "N", false, "a site"}};
constexpr Command command{"thing do", "NAME [VALUE]", flags, "do it", "", nothing};

Arguments read(std::vector<std::string_view> words) { return Arguments(command, words); }

std::string complaint(std::vector<std::string_view> words) {
    try {
        read(std::move(words));
    } catch (const WrongUse& fault) {
        return fault.what();
    }
    return "taken";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_arguments)

BOOST_AUTO_TEST_CASE(flags_and_operands_in_any_order) {
    for (const auto& words : std::vector<std::vector<std::string_view>>{
             {"--realm", "demo", "ada", "7"}, {"ada", "--realm=demo", "7"}, {"ada", "7", "--realm", "demo", "--json"}}) {
        const auto arguments = read(words);
        BOOST_TEST(arguments.text("--realm") == "demo");
        BOOST_TEST(arguments.operands() == (std::vector<std::string>{"ada", "7"}), boost::test_tools::per_element());
    }
    BOOST_TEST(read({"ada", "--realm", "demo", "--json"}).json());
    BOOST_TEST(read({"--realm=--odd", "--", "--ada"}).operands().at(0) == "--ada");
    BOOST_TEST(read({"--realm=a=b", "x"}).text("--realm") == "a=b");
    BOOST_TEST(read({"--realm", "-1", "-"}).text("--realm") == "-1");
    BOOST_TEST(read({"--realm=a", "x"}).text("--site", "none") == "none");
    BOOST_TEST(read({"--help"}).help());
}

BOOST_AUTO_TEST_CASE(a_flag_without_a_value_is_a_switch) {
    static constexpr std::array switches{Flag{"--check", "", false, "look only"}, Flag{"--to", "FILE", false, "a file"}};
    static constexpr Command look{"look", "FILE", switches, "look", "", nothing};
    const auto read_by = [&](std::vector<std::string_view> words) { return Arguments(look, words); };
    BOOST_TEST(read_by({"--check", "a"}).has("--check"));
    BOOST_TEST(read_by({"--check", "a"}).operands().at(0) == "a");
    BOOST_TEST(!read_by({"a"}).has("--check"));
    BOOST_TEST(usage(look) == "authtickets look [--check] [--to FILE] FILE [--json]");
    for (const auto& [words, text] : std::vector<std::pair<std::vector<std::string_view>, std::string>>{
             {{"a", "--check=yes"}, "--check takes no value"}, {{"--check", "a", "--check"}, "--check is given twice"},
             {{"a", "--to", "--check"}, "--to needs a value"}}) {
        BOOST_CHECK_EXCEPTION(read_by(words), WrongUse, [&](const WrongUse& fault) { return fault.what() == text; });
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_meant_is_said_in_one_line) {
    const std::string use = "; usage: authtickets thing do --realm NAME [--site N] NAME [VALUE] [--json]";
    BOOST_TEST(complaint({"x"}) == "--realm NAME is missing" + use);
    BOOST_TEST(complaint({"--realm", "demo"}) == "NAME [VALUE] is missing" + use);
    BOOST_TEST(complaint({"--realm", "demo", "a", "b", "c"}) == "\"c\" is one argument too many" + use);
    BOOST_TEST(complaint({"--relam", "demo", "a"}) == "there is no option --relam" + use);
    BOOST_TEST(complaint({"--relam=demo", "a"}) == "there is no option --relam" + use);
    BOOST_TEST(complaint({"-v", "a"}) == "there is no option -v" + use);
    BOOST_TEST(complaint({"a", "--realm"}) == "--realm needs a value");
    BOOST_TEST(complaint({"a", "--realm", "--json"}) == "--realm needs a value");
    BOOST_TEST(complaint({"a", "--realm="}) == "--realm must not be empty");
    BOOST_TEST(complaint({"a", "--realm=b", "--realm=c"}) == "--realm is given twice");
    BOOST_TEST(complaint({"a", "--realm=b\x1b[2J"}) == "--realm holds control characters or is not UTF-8");
    BOOST_TEST(complaint({"\xff", "--realm=b"}) == "an argument holds control characters or is not UTF-8");
}

BOOST_AUTO_TEST_CASE(a_switch_takes_no_value) {
    static constexpr std::array switches{Flag{"--yes", "", false, "do it"}, Flag{"--realm", "NAME", false, "the realm"}};
    static constexpr Command careful{"thing end", "NAME", switches, "end it", "", nothing};
    const auto read_switches = [](std::vector<std::string_view> words) { return Arguments(careful, words); };
    BOOST_TEST(read_switches({"--yes", "ada"}).has("--yes"));
    BOOST_TEST(read_switches({"--yes", "ada"}).operands().at(0) == "ada");
    BOOST_TEST(read_switches({"--realm", "demo", "ada", "--yes"}).has("--yes"));
    BOOST_TEST(!read_switches({"ada"}).has("--yes"));
    BOOST_CHECK_THROW(read_switches({"--yes=no", "ada"}), WrongUse);
    BOOST_CHECK_THROW(read_switches({"--yes", "--yes", "ada"}), WrongUse);
    BOOST_TEST(usage(careful) == "authtickets thing end [--yes] [--realm NAME] NAME [--json]");
}

BOOST_AUTO_TEST_CASE(numbers_are_whole_and_in_range) {
    BOOST_TEST(read({"x", "--realm=a", "--site=4294967295"}).number("--site", 1, 4294967295) == 4294967295U);
    for (const auto* bad : {"0", "-1", "+1", "1.0", "1e3", " 1", "4294967296", "99999999999999999999", "0x10", "one", ""}) {
        BOOST_CHECK_EXCEPTION(whole_number("--site", bad, 1, 4294967295), WrongUse, [](const auto& fault) {
            return std::string(fault.what()) == "--site must be a whole number from 1 to 4294967295";
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()
