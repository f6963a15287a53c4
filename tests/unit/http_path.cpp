// Route patterns against paths.
// SPDX-License-Identifier: MIT
#include <rapidcheck/boost_test.h>
#include <boost/test/unit_test.hpp>

#include <authtickets/http/path.h>

using namespace authtickets::http;
using namespace std::literals;

namespace {

std::string matched(std::string_view pattern, std::string_view path) {
    const auto found = match(pattern, path);
    if (!found) return "no";
    std::string out = "yes";
    for (const auto& parameter : *found) out += " [" + parameter + "]";
    return out;
}

static_assert(well_formed("/a") && well_formed("/a/{id}") && well_formed("/{a}/b/{c}"));
static_assert(!well_formed("") && !well_formed("a") && !well_formed("/") && !well_formed("/a/")
              && !well_formed("/a//b"));
static_assert(!well_formed("/{a") && !well_formed("/a}") && !well_formed("/x{a}") && !well_formed("/{a}x")
              && !well_formed("/{a/b}"));
static_assert(!well_formed("/{{a}}"));
static_assert(hides("/a/{id}", "/a/b") && hides("/a/{id}", "/a/{other}") && hides("/a/B", "/a/b"));
static_assert(!hides("/a/b", "/a/{id}") && !hides("/a/{id}", "/a") && !hides("/a", "/a/b") && !hides("/a/{id}/c", "/a/b/d"));

}  // namespace

BOOST_AUTO_TEST_SUITE(http_path)

BOOST_AUTO_TEST_CASE(patterns_match_whole_paths) {
    struct Row {
        std::string_view pattern, path, result;
    };
    const Row rows[] = {
        {"/api/x", "/api/x", "yes"},
        {"/api/x", "/API/X", "yes"},
        {"/api/x", "/api/x/", "yes"},
        {"/api/x", "/api/x//", "no"},
        {"/api/x", "//api/x", "no"},
        {"/api/x", "/api//x", "no"},
        {"/api/x", "/api", "no"},
        {"/api/x", "/api/", "no"},
        {"/api/x", "/api/x/y", "no"},
        {"/api/x", "/api/xy", "no"},
        {"/api/x", "api/x", "no"},
        {"/api/x", "", "no"},
        {"/api/x", "/", "no"},
        {"/api/x", "//", "no"},
        {"/api/x", "/%61pi/x", "no"},  // literals are compared as sent
        {"/api/x", "/api/./x", "no"},
        {"/api/x", "/y/../api/x", "no"},
        {"/a/{id}", "/a/1001", "yes [1001]"},
        {"/a/{id}", "/a/1001/", "yes [1001]"},
        {"/a/{id}", "/a/", "no"},
        {"/a/{id}", "/a//", "no"},
        {"/a/{id}", "/a", "no"},
        {"/a/{id}", "/a/b/c", "no"},
        {"/a/{id}", "/A/MiXed", "yes [MiXed]"},
        {"/a/{id}", "/a/x%20y+z", "yes [x y+z]"},
        {"/a/{id}", "/a/%C3%A4", "yes [\u00e4]"},
        {"/a/{id}", "/a/%2F", "no"},
        {"/a/{id}", "/a/x%2fy", "no"},
        {"/a/{id}", "/a/%00", "no"},
        {"/a/{id}", "/a/%", "no"},
        {"/a/{id}", "/a/%zz", "no"},
        {"/a/{id}", "/a/%FF", "no"},
        {"/a/{id}", "/a/..", "yes [..]"},
        {"/a/{id}", "/a/{id}", "yes [{id}]"},
        {"/{a}/x/{b}", "/1/x/2", "yes [1] [2]"},
        {"/{a}/x/{b}", "/1/y/2", "no"},
        {"/a/{id}/b", "/a//b", "no"},
        {"", "", "no"},
        {"", "/", "no"},
    };
    for (const auto& row : rows)
        BOOST_TEST(matched(row.pattern, row.path) == row.result, row.pattern << " with " << row.path);
    BOOST_TEST(matched("/a/{id}", "/a/x\0y"sv) == "no");
}

RC_BOOST_PROP(no_parameter_is_empty_or_holds_a_slash, (const std::string& text)) {
    for (const auto& path : {"/a/" + text, "/" + text + "/a", text}) {
        for (const auto pattern : {"/a/{id}", "/{id}/a"}) {
            const auto found = match(pattern, path);
            if (!found) continue;
            RC_ASSERT(found->size() == 1u);
            RC_ASSERT(!found->front().empty());
            RC_ASSERT(found->front().find('/') == std::string::npos);
            RC_ASSERT(found->front().find('\0') == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(runs_of_slashes_become_one) {
    BOOST_TEST(merged_slashes("/v2//account-members/tokens") == "/v2/account-members/tokens");
    BOOST_TEST(merged_slashes("///v2///x//") == "/v2/x/");
    BOOST_TEST(merged_slashes("/v2/x") == "/v2/x");
    BOOST_TEST(merged_slashes("/v2/%2F/x") == "/v2/%2F/x");
    BOOST_TEST(merged_slashes("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
