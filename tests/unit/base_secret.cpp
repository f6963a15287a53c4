// Secrets: compared in constant time, wiped when they move or end, and with no way into a stream or a log
// line. SPDX-License-Identifier: MIT
#include <ostream>
#include <type_traits>

#include <boost/test/unit_test.hpp>

#include <authtickets/base/log.h>
#include <authtickets/base/secret.h>

using namespace authtickets;

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>
              && !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_constructible_v<LogValue, Secret>);
static_assert(!std::is_convertible_v<std::string, Secret>);

}  // namespace

BOOST_AUTO_TEST_SUITE(base_secret)

BOOST_AUTO_TEST_CASE(secrets_compare_by_content_EN5) {
    const Secret a(std::string_view("correct horse"));
    BOOST_TEST((a == Secret(std::string_view("correct horse"))));
    BOOST_TEST(!(a == Secret(std::string_view("correct hors"))));
    BOOST_TEST(!(a == Secret(std::string_view("correct horsf"))));
    BOOST_TEST(!(a == Secret()));
    BOOST_TEST((Secret() == Secret(std::string_view(""))));
    BOOST_TEST(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
    BOOST_TEST(!equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

BOOST_AUTO_TEST_CASE(what_a_secret_was_moved_from_holds_nothing) {
    for (const std::string& text : {std::string("short"), std::string(100, 'x')}) {
        std::string source = text;
        Secret taken(std::move(source));
        BOOST_TEST(source.find(text[0])
                   == std::string::npos);  // NOLINT(bugprone-use-after-move): that is the point
        Secret moved(std::move(taken));
        BOOST_TEST(taken.empty());  // NOLINT(bugprone-use-after-move)
        BOOST_TEST(moved.reveal() == text);
        Secret copy = moved;
        Secret assigned(std::string_view("before"));
        assigned = std::move(moved);
        BOOST_TEST(moved.empty());  // NOLINT(bugprone-use-after-move)
        BOOST_TEST(assigned.reveal() == text);
        assigned = copy;
        auto& itself = assigned;
        assigned = itself;
        assigned = std::move(itself);
        BOOST_TEST(assigned.reveal() == text);
        BOOST_TEST(assigned.size() == text.size());
    }
}

BOOST_AUTO_TEST_CASE(wiping_overwrites_the_bytes_and_empties_the_text) {
    std::string text = "sensitive";
    const char* const bytes = text.data();  // short enough to stay inside the object
    wipe(text);
    BOOST_TEST(text.empty());
    for (std::size_t i = 0; i < 9; ++i) BOOST_TEST(bytes[i] == '\0');
}

BOOST_AUTO_TEST_SUITE_END()
