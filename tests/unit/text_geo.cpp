// Regions of addresses by a MaxMind file, which tests/support/geo_file makes with Debian's writer.
// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <support/folder.h>

#include <authtickets/text/geo.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

using namespace authtickets;
using namespace std::chrono_literals;

namespace {

constexpr Time start{1768472430s};

class Lines final : public Log {
public:
    std::vector<std::string> all;

private:
    void line(LogLevel, const std::string& text) override { all.push_back(text); }
};

// Each list of networks is written once; a test gets a copy, put in place by a rename as an operator would.
const std::string& written(const std::string& networks) {
    static std::map<std::string, std::string> made;
    if (const auto found = made.find(networks); found != made.end()) return found->second;
    const test::Folder folder;
    const char* const root = std::getenv("SRC_DIR");
    const auto list = folder.write("networks", networks);
    const auto command = "perl '" + std::string(root && *root ? root : ".") + "/tests/support/geo_file' '" + folder.path("out") + "' <'" + list + "'";
    BOOST_REQUIRE_MESSAGE(std::system(command.c_str()) == 0, "the writer failed; contrib/bootstrap installs libmaxmind-db-writer-perl");
    return made[networks] = folder.read("out");
}
void make(const test::Folder& folder, const std::string& networks, const std::string& name = "geo.mmdb") {
    std::filesystem::rename(folder.write("next", written(networks)), folder.path(name));
}

std::string region(text::Geo& geo, std::string_view address, Time now = start) { return geo.region_of(address, now).value_or("unknown"); }

constexpr const char* networks =
    "192.0.2.0/24 US TX\n198.51.100.0/24 DE\n203.0.113.0/24\n2001:db8:1::/48 FR IDF\n100.64.0.0/16 Nonsense TX\n100.65.0.0/16 US too-long\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(text_geo)

BOOST_AUTO_TEST_CASE(an_address_has_the_region_of_its_network) {
    const test::Folder folder;
    make(folder, networks);
    Lines log;
    text::Geo geo(folder.path("geo.mmdb"), log);
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"192.0.2.1", "US-TX"},        {"192.0.2.255", "US-TX"},     {"::ffff:192.0.2.1", "US-TX"}, {"198.51.100.7", "DE"},
        {"2001:db8:1::7", "FR-IDF"},   {"2001:db8:2::7", "unknown"}, {"203.0.113.1", "unknown"},    {"10.0.0.1", "unknown"},
        {"127.0.0.1", "unknown"},      {"100.64.0.1", "unknown"},    {"100.65.0.1", "US"},          {"", "unknown"},
        {"shop.example", "unknown"},   {"192.0.2", "unknown"},       {"192.0.2.1:80", "unknown"},   {"[2001:db8:1::7]", "unknown"},
    };
    for (const auto& [address, place] : rows) BOOST_TEST(region(geo, address) == place, address);
    BOOST_TEST(log.all.size() == 1U);
    BOOST_TEST(geo.state().good);
    BOOST_TEST(geo.state().text.starts_with("Test-City of 20"), geo.state().text);
}

BOOST_AUTO_TEST_CASE(without_a_file_every_region_is_unknown_and_nothing_is_said_of_it) {
    Lines log;
    text::Geo geo("", log);
    BOOST_TEST(region(geo, "192.0.2.1") == "unknown");
    BOOST_TEST(!geo.configured());
    BOOST_TEST(log.all.empty());
}

BOOST_AUTO_TEST_CASE(a_missing_or_broken_file_is_one_log_line_and_unknown) {
    const test::Folder folder;
    make(folder, networks);
    const auto whole = folder.read("geo.mmdb");
    const std::pair<std::string, std::string> files[] = {
        {"empty", ""}, {"text", "no database at all\n"}, {"half", whole.substr(0, whole.size() / 2)}, {"tail", whole.substr(whole.size() / 2)}};
    for (const auto& [name, bytes] : files) {
        Lines log;
        text::Geo geo(folder.write(name, bytes), log);
        for (int second = 0; second < 5; ++second) BOOST_TEST(region(geo, "192.0.2.1", start + second * 1s) == "unknown", name);
        BOOST_TEST(log.all.size() == 1U, name);
        BOOST_TEST(!geo.state().good, name);
    }
    Lines log;
    text::Geo geo(folder.path("missing"), log);
    BOOST_TEST(region(geo, "192.0.2.1") == "unknown");
    BOOST_TEST(region(geo, "192.0.2.1", start + 5s) == "unknown");
    BOOST_REQUIRE(log.all.size() == 1U);
    BOOST_TEST(log.all[0].find("No such file or directory") != std::string::npos, log.all[0]);
    make(folder, networks, "missing");
    BOOST_TEST(region(geo, "192.0.2.1", start + 10s) == "US-TX");
}

BOOST_AUTO_TEST_CASE(any_byte_may_be_wrong_and_nothing_breaks) {
    const test::Folder folder;
    make(folder, networks);
    const auto whole = folder.read("geo.mmdb");
    Lines log;
    std::fstream file(folder.path("geo.mmdb"), std::ios::binary | std::ios::in | std::ios::out);
    const auto put = [&](std::size_t at, char byte) { file.seekp(static_cast<std::streamoff>(at)).put(byte).flush(); };
    for (std::size_t at = 0; at < whole.size(); ++at) {
        if (at > 0) put(at - 1, whole[at - 1]);
        put(at, static_cast<char>(whole[at] ^ 0xff));
        text::Geo geo(folder.path("geo.mmdb"), log);
        for (const auto address : {"192.0.2.1", "198.51.100.7", "2001:db8:1::7", "8.8.8.8"}) (void)geo.region_of(address, start);
    }
    BOOST_TEST(whole.size() > 1000U);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_replaced_is_taken_within_a_second_and_not_looked_at_more_often) {
    const test::Folder folder;
    make(folder, "192.0.2.0/24 US TX\n");
    Lines log;
    text::Geo geo(folder.path("geo.mmdb"), log);
    BOOST_TEST(region(geo, "192.0.2.1", start) == "US-TX");
    make(folder, "192.0.2.0/24 FR IDF\n");
    BOOST_TEST(region(geo, "192.0.2.1", start + 999ms) == "US-TX");
    BOOST_TEST(region(geo, "192.0.2.1", start + 1s) == "FR-IDF");
    BOOST_TEST(region(geo, "192.0.2.1", start + 60s) == "FR-IDF");
    BOOST_TEST(log.all.size() == 2U);
    make(folder, "192.0.2.0/24 DE BY\n");
    BOOST_TEST(region(geo, "192.0.2.1", start) == "DE-BY");  // the clock was set back
    std::filesystem::remove(folder.path("geo.mmdb"));
    BOOST_TEST(region(geo, "192.0.2.1", start + 10s) == "unknown");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_in_place_harms_nobody) {
    const test::Folder folder;
    make(folder, networks);
    const auto whole = folder.read("geo.mmdb");
    Lines log;
    text::Geo geo(folder.path("geo.mmdb"), log);
    BOOST_TEST(region(geo, "192.0.2.1") == "US-TX");
    std::filesystem::resize_file(folder.path("geo.mmdb"), 0);
    BOOST_TEST(region(geo, "192.0.2.1") == "unknown");
    BOOST_TEST(region(geo, "198.51.100.7") == "unknown");
    BOOST_TEST(log.all.size() == 2U);
    folder.write("geo.mmdb", whole);
    BOOST_TEST(region(geo, "192.0.2.1", start + 1s) == "US-TX");
}

BOOST_AUTO_TEST_CASE(threads_may_ask_while_the_file_is_replaced) {
    const test::Folder folder;
    const std::string a = "192.0.2.0/24 US TX\n", b = "192.0.2.0/24 FR IDF\n";
    make(folder, a);
    Lines log;
    text::Geo geo(folder.path("geo.mmdb"), log);
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                const auto place = region(geo, "192.0.2.1", start + i * 100ms);
                if (place != "US-TX" && place != "FR-IDF") ++wrong;
            }
        });
    }
    for (int i = 0; i < 50; ++i) make(folder, i % 2 ? a : b);
    threads.clear();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
