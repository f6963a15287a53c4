// SPDX-License-Identifier: MIT
// Rules of members, of what accounts and users are called, and of password profiles (docs/elasticpath.md).
#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <authtickets/core/members.h>

using namespace authtickets;

namespace {

template <class T>
std::string why(const Result<T>& result) {
    return result ? "taken" : std::string(name(result.error().why)) + " " + result.error().field;
}

Uuid uuid(const std::array<std::uint8_t, 16>& bytes) {
    Uuid out{.bytes = bytes};
    out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0F) | 0x40);
    out.bytes[8] = static_cast<std::uint8_t>((out.bytes[8] & 0x3F) | 0x80);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(members_rules)

RC_BOOST_PROP(a_membership_id_leads_back_and_is_a_uuid, (const std::array<std::uint8_t, 16>& one, const std::array<std::uint8_t, 16>& other)) {
    const AccountId account{uuid(one)};
    const UserId user{uuid(other)};
    const auto id = members::membership_id(account, user);
    RC_ASSERT(members::user_of(account, id) == user);
    RC_ASSERT(id.bytes[6] >> 4U == 4);
    RC_ASSERT(id.bytes[8] >> 6U == 2);
}

BOOST_AUTO_TEST_CASE(a_member_has_a_name_and_an_address) {
    using members::NewMember;
    BOOST_TEST(why(members::checked({.names = {.name = "Mira"}, .email = "mira@shop.test"})) == "taken");
    BOOST_TEST(why(members::checked({.names = {.name = ""}, .email = "mira@shop.test"})) == "missing_parameter name");
    BOOST_TEST(why(members::checked({.names = {.name = "Mira"}, .email = " "})) == "missing_parameter email");
    BOOST_TEST(why(members::checked({.names = {.name = "Mira"}, .email = "mira"})) == "bad_parameter email");
    BOOST_TEST(why(members::checked({.names = {.name = std::string(255, 'x')}, .email = "m@s.test"})) == "taken");
    BOOST_TEST(why(members::checked({.names = {.name = std::string(256, 'x')}, .email = "m@s.test"})) == "bad_parameter name");
    BOOST_TEST(why(members::checked({.names = {.name = "M", .middle_name = std::string(101, 'x')}, .email = "m@s.test"})) == "bad_parameter middle_name");
    BOOST_TEST(why(members::checked({.names = {.name = "M", .family_name = "a\x01"}, .email = "m@s.test"})) == "bad_parameter family_name");
    const auto trimmed = members::checked({.names = {.name = " Mira Q ", .given_name = " Mira"}, .email = " m@s.test "});
    BOOST_REQUIRE(trimmed.has_value());
    BOOST_TEST(trimmed->names.name == "Mira Q");
    BOOST_TEST(trimmed->names.given_name == "Mira");
    BOOST_TEST(trimmed->email == "m@s.test");
}

BOOST_AUTO_TEST_CASE(addresses_are_looked_for_in_normal_form_and_names_as_they_are) {
    const auto of = [](users::Field field, db::Op op, const char* value) {
        const auto query = members::normal({.where = {{.field = static_cast<int>(field), .op = op, .values = {value}}}});
        return std::get<std::string>(query.where.at(0).values.at(0));
    };
    BOOST_TEST(of(users::Field::email, db::Op::eq, " Mira@Shop.TEST ") == "mira@shop.test");
    BOOST_TEST(of(users::Field::email, db::Op::like, "*@Shop.TEST") == "*@shop.test");
    BOOST_TEST(of(users::Field::email, db::Op::eq, "No Address") == "no address");
    BOOST_TEST(of(users::Field::name, db::Op::eq, "Mira Q") == "Mira Q");
}

BOOST_AUTO_TEST_CASE(an_account_is_called_what_it_was_given_or_else_what_it_has) {
    using accounts::Profile;
    using accounts::shown_name;
    BOOST_TEST(shown_name({}) == "");
    BOOST_TEST(shown_name({.email = "a@b.test"}) == "a@b.test");
    BOOST_TEST(shown_name({.email = "a@b.test", .company = "Firm"}) == "Firm");
    BOOST_TEST(shown_name({.email = "a@b.test", .first_name = "Ann", .company = "Firm"}) == "Ann");
    BOOST_TEST(shown_name({.email = "a@b.test", .first_name = "Ann", .last_name = "Archer", .company = "Firm"}) == "Ann Archer");
    BOOST_TEST(shown_name({.last_name = "Archer"}) == "Archer");
    BOOST_TEST(shown_name({.first_name = "Ann", .name = "Given"}) == "Given");
    const auto changes = accounts::differences({.first_name = "Ann"}, {.first_name = "Ann", .name = "Given", .legal_name = "Given Ltd", .registration_id = "1"});
    BOOST_TEST(changes.size() == 3u);
    // A name that follows is no change of its own.
    BOOST_TEST(accounts::differences({.first_name = "Ann"}, {.first_name = "Anna"}).size() == 1u);
    BOOST_TEST(accounts::applied({.name = "A", .legal_name = "B"}, {.name = ""}).name == "");
    BOOST_TEST(accounts::applied({.name = "A", .legal_name = "B"}, {.name = ""}).legal_name == "B");
    BOOST_TEST(why(accounts::checked({.name = std::string(256, 'x')})) == "bad_parameter name");
    BOOST_TEST(why(accounts::checked({.legal_name = std::string(201, 'x')})) == "bad_parameter legal_name");
    BOOST_TEST(why(accounts::checked({.registration_id = std::string(101, 'x')})) == "bad_parameter registration_id");
}

BOOST_AUTO_TEST_CASE(a_profile_has_a_name_and_says_which_names_fit) {
    using profiles::NameFormat;
    BOOST_TEST(why(profiles::checked({.name = "Shoppers"})) == "taken");
    BOOST_TEST(why(profiles::checked({.name = " "})) == "missing_parameter name");
    BOOST_TEST(why(profiles::checked({.name = std::string(256, 'x')})) == "bad_parameter name");
    BOOST_TEST(why(profiles::checked({.name = "a\tb"})) == "bad_parameter name");
    const profiles::Profile any{.format = NameFormat::any}, email{.format = NameFormat::email};
    BOOST_TEST(why(profiles::fits(any, "mira")) == "taken");
    BOOST_TEST(why(profiles::fits(email, "mira")) == "bad_parameter user_name");
    BOOST_TEST(why(profiles::fits(email, "mira@shop.test")) == "taken");
    BOOST_TEST(why(profiles::fits(any, "")) == "bad_parameter user_name");
    BOOST_TEST(why(profiles::fits(any, "a\nb")) == "bad_parameter user_name");
    for (const auto format : {NameFormat::any, NameFormat::email}) BOOST_TEST((profiles::format_named(profiles::name(format)) == format));
    BOOST_TEST(!profiles::format_named("phone").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
