// Refusals: every member has a name and a sentence of its own.
// SPDX-License-Identifier: MIT
#include <set>

#include <boost/test/unit_test.hpp>

#include <authtickets/base/result.h>

using namespace authtickets;

BOOST_AUTO_TEST_SUITE(base_result)

BOOST_AUTO_TEST_CASE(every_refusal_has_a_name_and_a_sentence_of_its_own) {
    std::set<std::string_view> names, sentences;
    const int last = static_cast<int>(Why::unavailable);
    for (int i = 0; i <= last; ++i) {
        const auto why = static_cast<Why>(i);
        BOOST_TEST_CONTEXT(name(why)) {
            BOOST_TEST(names.insert(name(why)).second);
            BOOST_TEST(sentences.insert(sentence(why)).second);
            BOOST_TEST(sentence(why).ends_with('.'));
            BOOST_TEST(name(why).find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        }
    }
    BOOST_TEST(name(Why::credentials_wrong) == "credentials_wrong");
}

BOOST_AUTO_TEST_CASE(a_refusal_carries_what_it_was_given) {
    const Result<int> refused = refuse(Why::bad_parameter, "tenantId", "not a number");
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().why == Why::bad_parameter));
    BOOST_TEST(refused.error().field == "tenantId");
    BOOST_TEST(refused.error().text == "not a number");
    BOOST_TEST(refused.error().retry_after.count() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
