// SPDX-License-Identifier: MIT
// responseFields (kibo 5, docs/kibo.md): every form of the table, and what is not a list of fields.
#include <string>

#include <boost/test/unit_test.hpp>

#include "api/kibo/response_fields.h"

using namespace authtickets;
using kibo::ResponseFields;

namespace {

constexpr std::string_view ticket =
    R"({"userId":"u","accessToken":"a","customerAccount":{"id":1042,"emailAddress":"ada@example.com","notes":null,)"
    R"("contacts":[{"email":"a@b.c","address":{"countryCode":"GB","cityOrTown":"London"}},)"
    R"({"email":"d@e.f","address":null},7]},"items":[{"id":1,"userName":"x"},{"id":2}],"totalCount":2})";

std::string shaped(std::string_view fields) {
    const auto parsed = ResponseFields::parse(fields);
    BOOST_REQUIRE_MESSAGE(parsed.has_value(), fields);
    auto answer = *parse_json(ticket);
    parsed->shape(answer);
    return answer.dump();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kibo_response_fields)

BOOST_AUTO_TEST_CASE(kibo_5_each_form_of_the_table_gives_its_members) {
    const std::string everything(ticket);
    const struct {
        std::string_view fields, result;
    } cases[] = {
        {"", everything},
        {" ", everything},
        {",", everything},
        {"userId", R"({"userId":"u"})"},
        {"userId,accessToken", R"({"userId":"u","accessToken":"a"})"},
        {"accessToken,userId", R"({"userId":"u","accessToken":"a"})"},
        {" userId , accessToken ,", R"({"userId":"u","accessToken":"a"})"},
        {"USERID", R"({"userId":"u"})"},
        {"nosuch", "{}"},
        {"userId,nosuch(a,b)", R"({"userId":"u"})"},
        {"userId,customerAccount(id,emailAddress)",
         R"({"userId":"u","customerAccount":{"id":1042,"emailAddress":"ada@example.com"}})"},
        {"CUSTOMERaccount(ID)", R"({"customerAccount":{"id":1042}})"},
        {"items(id,userName),totalCount", R"({"items":[{"id":1,"userName":"x"},{"id":2}],"totalCount":2})"},
        {"items(userName)", R"({"items":[{"userName":"x"},{}]})"},
        {"customerAccount(contacts(email,address(countryCode)))",
         R"({"customerAccount":{"contacts":[{"email":"a@b.c","address":{"countryCode":"GB"}},)"
         R"({"email":"d@e.f","address":null},7]}})"},
        {"-customerAccount,-items", R"({"userId":"u","accessToken":"a","totalCount":2})"},
        {"-CustomerAccount,-items,-nosuch", R"({"userId":"u","accessToken":"a","totalCount":2})"},
        {"userId,accessToken,-accessToken", R"({"userId":"u"})"},
        {"customerAccount(-contacts,-notes)",
         R"({"customerAccount":{"id":1042,"emailAddress":"ada@example.com"}})"},
        {"customerAccount(id),customerAccount(notes)", R"({"customerAccount":{"id":1042,"notes":null}})"},
        {"items,items(id)", R"({"items":[{"id":1,"userName":"x"},{"id":2}]})"},
        {"items(id),items", R"({"items":[{"id":1,"userName":"x"},{"id":2}]})"},
        {"totalCount(id)", R"({"totalCount":2})"},
        {"items()", R"({"items":[{"id":1,"userName":"x"},{"id":2}]})"},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.fields) BOOST_TEST(shaped(each.fields) == each.result);
    }
}

BOOST_AUTO_TEST_CASE(kibo_5_what_is_no_list_of_fields_is_400_and_named) {
    std::string many = "a0";
    for (int i = 1; i <= 200; ++i) many += ",a" + std::to_string(i);
    const std::string cases[] = {
        "a(", "a(b", "a(b,(c)", ")", "a)", "a(b))", "(a)", "-(a)", "-a(b)", "a((b))", "a(b(c)", "(", "a(b)(",
        "a(b(c(d(e(f(g(h(i))))))))",  // nine levels
        std::string(2001, 'a'), many,
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each) {
            const auto parsed = ResponseFields::parse(each);
            BOOST_REQUIRE(!parsed);
            BOOST_TEST((parsed.error().why == Why::bad_parameter));
            BOOST_TEST(parsed.error().field == "responseFields");
        }
    }
}

BOOST_AUTO_TEST_CASE(kibo_5_what_is_just_within_the_bounds_is_read) {
    std::string many = "userId";
    for (int i = 1; i < 200; ++i) many += ",a" + std::to_string(i);
    BOOST_TEST(shaped(many) == R"({"userId":"u"})");
    BOOST_TEST(shaped("userId," + std::string(1993, 'a')) == R"({"userId":"u"})");
    BOOST_TEST(shaped("userId,a(b(c(d(e(f(g(h)))))))") == R"({"userId":"u"})");
}

BOOST_AUTO_TEST_CASE(kibo_5_a_list_at_the_top_is_shaped_element_by_element) {
    auto answer = *parse_json(R"([{"id":1,"x":2},{"x":3}])");
    ResponseFields::parse("id")->shape(answer);
    BOOST_TEST(answer.dump() == R"([{"id":1},{}])");
}

BOOST_AUTO_TEST_CASE(kibo_5_random_texts_are_read_or_refused_and_never_more) {
    constexpr std::string_view letters = "ab,()- ";
    std::uint32_t state = 7;
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (std::uint32_t length = i % 30; length > 0; --length) {
            state = state * 1664525 + 1013904223;
            text.push_back(letters[(state >> 16) % letters.size()]);
        }
        auto answer = *parse_json(R"({"a":{"b":1},"b":[{"a":2}]})");
        if (const auto parsed = ResponseFields::parse(text)) parsed->shape(answer);
        BOOST_TEST_REQUIRE(answer.is_object());
    }
}

BOOST_AUTO_TEST_SUITE_END()
