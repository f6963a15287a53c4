// SPDX-License-Identifier: MIT
// Rules of accounts: what a profile may hold, and how its contacts are numbered.
#include <boost/test/unit_test.hpp>

#include <authtickets/core/accounts.h>

#include <limits>
#include <set>

using namespace authtickets;
using namespace authtickets::accounts;

namespace {

std::string many(const char* what, std::size_t count) {
    std::string out;
    while (count-- > 0) out += what;
    return out;
}

std::vector<std::int64_t> ids(const Profile& profile) {
    std::vector<std::int64_t> out;
    for (const auto& contact : profile.contacts) out.push_back(contact.find("id")->integer().value_or(-1));
    return out;
}

Json contact(std::optional<std::int64_t> id) {
    auto out = Json::object({{"email", "a@b.example"}});
    if (id) out.set("id", *id);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(accounts_rules)

BOOST_AUTO_TEST_CASE(a_plain_profile_passes_as_it_is) {
    const auto checked_profile = checked({.email = "Ann@Shop.example", .first_name = "Ann", .last_name = "Lee"});
    BOOST_REQUIRE(checked_profile);
    BOOST_TEST(checked_profile->email == "Ann@Shop.example");
    BOOST_TEST(checked_profile->account_type == "B2C");
    BOOST_TEST(checked({}).has_value());
}

BOOST_AUTO_TEST_CASE(blanks_around_an_address_go) {
    BOOST_TEST(checked({.email = " \t ann@shop.example\n"})->email == "ann@shop.example");
}

BOOST_AUTO_TEST_CASE(lengths_are_counted_in_code_points_and_named) {
    struct Case {
        std::string Profile::* member;
        const char* field;
        std::size_t most;
    };
    const Case cases[] = {
        {&Profile::first_name, "first_name", 100}, {&Profile::last_name, "last_name", 100}, {&Profile::company, "company", 200},
        {&Profile::locale_code, "locale_code", 20}, {&Profile::external_id, "external_id", 100}, {&Profile::tax_id, "tax_id", 100},
    };
    for (const auto& each : cases) {
        for (const char* letter : {"a", "é", "字", "😀"}) {
            Profile fits, over;
            fits.*each.member = many(letter, each.most);
            over.*each.member = many(letter, each.most + 1);
            BOOST_TEST_CONTEXT(each.field << " of " << letter) {
                BOOST_TEST(checked(fits).has_value());
                const auto refused = checked(over);
                BOOST_REQUIRE(!refused);
                BOOST_TEST((refused.error().why == Why::bad_parameter));
                BOOST_TEST(refused.error().field == each.field);
            }
        }
        Profile nul;
        nul.*each.member = std::string("a\0b", 3);
        BOOST_TEST(!checked(nul).has_value());
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused) {
    for (const auto& email : {std::string("ann"), std::string("ann@"), std::string("@shop.example"), std::string("a@b@c"),
                              std::string("a b@c.example"), std::string("a\r\nBcc: x@y.example"), std::string("a\0@b.example", 12),
                              many("a", 243) + "@shop.example", std::string(" "), std::string("\xff@shop.example")}) {
        const auto refused = checked({.email = email});
        BOOST_TEST_CONTEXT(email) {
            BOOST_REQUIRE(!refused);
            BOOST_TEST(refused.error().field == "email");
        }
    }
}

BOOST_AUTO_TEST_CASE(types_of_accounts_are_two) {
    BOOST_TEST(checked({.account_type = "B2B"}).has_value());
    for (const char* type : {"", "b2b", "B2X", "B2C "}) BOOST_TEST(!checked({.account_type = type}).has_value());
}

BOOST_AUTO_TEST_CASE(lists_hold_objects_and_together_60_KiB) {
    Profile profile;
    profile.notes = {Json("text")};
    BOOST_TEST(checked(profile).error().field == "notes");
    profile = {};
    profile.attributes = {Json(Json::Array{})};
    BOOST_TEST(checked(profile).error().field == "attributes");
    profile = {};
    profile.contacts = {Json()};
    BOOST_TEST(checked(profile).error().field == "contacts");
    profile = {};
    profile.contacts = Json::Array(200, Json::object({}));
    BOOST_TEST(checked(profile).has_value());
    profile.contacts.push_back(Json::object({}));  // each grows by its numbers, and every check of a ticket reads them
    BOOST_TEST(checked(profile).error().field == "contacts");
    profile.contacts = {Json::object({{"a", std::string(30 * 1024, 'x')}})};
    BOOST_TEST(checked(profile).has_value());
    profile.notes = profile.contacts;
    profile.attributes = {Json::object({{"a", 1}})};
    BOOST_TEST((checked(profile).error().why == Why::bad_parameter));
}

BOOST_AUTO_TEST_CASE(contacts_without_an_id_are_numbered_above_those_with_one) {
    struct Case {
        std::vector<std::optional<std::int64_t>> given;
        std::vector<std::int64_t> numbered;
    };
    const Case cases[] = {
        {{{}, {}, {}}, {1, 2, 3}},
        {{{}, 7, {}}, {8, 7, 9}},
        {{5, 5, 5}, {5, 6, 7}},
        {{0, -3, 2}, {3, 4, 2}},
        {{}, {}},
    };
    for (const auto& each : cases) {
        Profile profile;
        for (const auto& id : each.given) profile.contacts.push_back(contact(id));
        number_contacts(profile, AccountNo{1001});
        BOOST_TEST(ids(profile) == each.numbered, boost::test_tools::per_element());
        for (const auto& one : profile.contacts) BOOST_TEST(one.find("accountId")->integer().value() == 1001);
    }
}

BOOST_AUTO_TEST_CASE(ids_of_contacts_stay_unique_at_the_end_of_the_range) {
    Profile profile;
    profile.contacts = {contact(std::numeric_limits<std::int64_t>::max()), contact({}), contact({})};
    number_contacts(profile, AccountNo{1001});
    const auto numbered = ids(profile);
    BOOST_TEST((std::set<std::int64_t>(numbered.begin(), numbered.end()).size() == 3u));
    for (const auto id : numbered) BOOST_TEST(id > 0);
}

BOOST_AUTO_TEST_CASE(ids_that_are_no_numbers_are_replaced) {
    Profile profile;
    profile.contacts = {Json::object({{"id", "1"}}), Json::object({{"id", true}}), Json::object({{"id", JsonNumber{"1.5"}}})};
    number_contacts(profile, AccountNo{1001});
    BOOST_TEST(ids(profile) == (std::vector<std::int64_t>{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_given_is_applied_and_what_is_absent_stays) {
    const Profile before{.email = "ann@shop.example", .first_name = "Ann", .tax_exempt = true, .notes = {Json::object({{"content", "x"}})}};
    BOOST_TEST(differences(before, applied(before, {})).empty());
    const auto after = applied(before, {.first_name = "", .tax_exempt = false, .notes = Json::Array{}});
    BOOST_TEST(after.email == "ann@shop.example");
    BOOST_TEST(after.first_name.empty());
    BOOST_TEST(!after.tax_exempt);
    BOOST_TEST(after.notes.empty());
}

BOOST_AUTO_TEST_CASE(differences_name_each_member_with_both_values) {
    const auto contact_of = [](std::int64_t id, const char* city) {
        return Json::object({{"id", id}, {"accountId", 1001}, {"address", Json::object({{"cityOrTown", city}, {"isValidated", true}})}});
    };
    const auto attribute = [](const char* name, const char* value) {
        return Json::object({{"fullyQualifiedName", name}, {"values", Json::Array{Json(value)}}});
    };
    const Profile before{.first_name = "Ann", .contacts = {contact_of(1, "Bonn"), contact_of(2, "Ulm")},
                         .attributes = {attribute("tenant~a", "x"), attribute("tenant~b", "y")}};
    // Items that only change places are no change.
    const Profile after{.first_name = "Ann", .last_name = "Byron", .contacts = {contact_of(2, "Ulm"), contact_of(1, "Köln"), contact_of(3, "Kiel")},
                        .attributes = {attribute("tenant~b", "z")}};
    std::vector<std::string> told;
    for (const auto& each : differences(before, after)) {
        told.push_back(each.path + "|" + each.old_value.value_or("-") + "|" + each.new_value.value_or("-"));
    }
    const std::vector<std::string> wanted{"last_name|-|Byron",
                                          "contacts/1/address/cityOrTown|Bonn|Köln",
                                          "contacts/3/address/cityOrTown|-|Kiel",
                                          "contacts/3/address/isValidated|-|true",
                                          "attributes/tenant~a/values/#1|x|-",
                                          "attributes/tenant~b/values/#1|y|z"};
    BOOST_TEST(told == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_list_that_changed_in_very_many_places_is_told_as_one) {
    Profile after;
    for (int i = 0; i < 51; ++i) after.notes.push_back(Json::object({{"content", "note " + std::to_string(i)}}));
    const auto told = differences({}, after);
    BOOST_REQUIRE(told.size() == 1u);
    BOOST_TEST(told[0].path == "notes");
    BOOST_TEST(!told[0].new_value.has_value());
}

BOOST_AUTO_TEST_CASE(long_values_are_cut_between_characters) {
    std::string wide;
    for (int i = 0; i < 1200; ++i) wide += "ä";
    const auto told = differences({}, {.notes = {Json::object({{"content", wide}})}});
    BOOST_REQUIRE(told.size() == 1u);
    BOOST_TEST(told[0].new_value->size() == 2000u);
}

BOOST_AUTO_TEST_SUITE_END()
