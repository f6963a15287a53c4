// SPDX-License-Identifier: MIT
// Accounts against the database: what was given comes back, guests, members, numbers.
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Desk : Shop {
    accounts::Account guest(accounts::Profile profile) { return expect(core.customers.guest(core.db, context(), profile)); }
    accounts::Account read(AccountNo no) { return expect(core.accounts.get(core.db, realm_no(), no)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(accounts_store, Desk)

BOOST_AUTO_TEST_CASE(numbers_count_from_1001_up_and_ids_differ) {
    const auto one = guest({}), two = guest({});
    BOOST_TEST(one.no.value == 1001u);
    BOOST_TEST(two.no.value == 1002u);
    BOOST_TEST((one.id != two.id));
}

BOOST_AUTO_TEST_CASE(what_was_given_comes_back_unchanged) {
    const auto nested = expect(parse_json(R"({"a":[1,2.50,{"b":null}],"c":"Grüße 😀 \u0001 '\"; --","d":true,"e":12345678901234567890})"));
    accounts::Profile profile{.account_type = "B2B", .email = "Ann.Lee@Shop.example", .first_name = "Ann", .last_name = "O'Lée 😀",
                              .company = "Tea & Co", .locale_code = "de-DE", .external_id = "x-1", .tax_id = "DE1", .tax_exempt = true,
                              .accepts_marketing = true, .customer_since_at = parse_iso8601("2001-02-03T04:05:06.789Z"),
                              .attributes = {nested}, .notes = {nested, nested}};
    profile.contacts = {Json::object({{"email", "b@shop.example"}, {"address", nested}})};
    const auto made = guest(profile);
    const auto back = read(made.no);
    for (const auto* each : {&made, &back}) {
        const auto& p = each->profile;
        BOOST_TEST(p.account_type == "B2B");
        BOOST_TEST(p.email == "Ann.Lee@Shop.example");
        BOOST_TEST(p.first_name == "Ann");
        BOOST_TEST(p.last_name == "O'Lée 😀");
        BOOST_TEST(p.company == "Tea & Co");
        BOOST_TEST(p.locale_code == "de-DE");
        BOOST_TEST(p.external_id == "x-1");
        BOOST_TEST(p.tax_id == "DE1");
        BOOST_TEST(p.tax_exempt);
        BOOST_TEST(p.accepts_marketing);
        BOOST_TEST((p.customer_since_at == profile.customer_since_at));
        BOOST_TEST((p.attributes == profile.attributes));
        BOOST_TEST((p.notes == profile.notes));
        BOOST_TEST((*p.contacts.at(0).find("address") == nested));
        BOOST_TEST(p.contacts.at(0).find("id")->integer().value() == 1);
        BOOST_TEST(p.contacts.at(0).find("accountId")->integer().value() == made.no.value);
        BOOST_TEST(each->active);
        BOOST_TEST((each->created_at == clock.now()));
        BOOST_TEST(each->guest());
    }
    BOOST_TEST((back.id == made.id));
}

BOOST_AUTO_TEST_CASE(the_widest_values_fit_their_columns) {
    const auto wide = [](std::size_t count) {
        std::string out;
        while (count-- > 0) out += "😀";
        return out;
    };
    const auto made = guest({.email = std::string(64, 'a') + "@" + std::string(181, 'b') + ".example", .first_name = wide(100), .last_name = wide(100),
                             .company = wide(200), .locale_code = wide(20), .external_id = wide(100), .tax_id = wide(100)});
    BOOST_TEST(read(made.no).profile.company == wide(200));
    for (const char* at : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"}) {
        const auto since = parse_iso8601(at);
        BOOST_TEST((read(guest({.customer_since_at = since}).no).profile.customer_since_at == since));
    }
}

BOOST_AUTO_TEST_CASE(a_contact_of_as_many_members_as_a_request_may_hold_can_be_read_again_KL6) {
    auto contact = Json::object({});
    for (int i = 0; i < 200; ++i) contact.set("member" + std::to_string(i), i);
    accounts::Profile profile;
    profile.contacts = {contact};
    const auto made = guest(profile);
    BOOST_TEST(read(made.no).profile.contacts.at(0).members()->size() == 202u);  // with id and accountId
    auto deep = Json(Json::array());
    for (int i = 0; i < 12; ++i) deep = Json(Json::Array{deep});
    profile = {};
    profile.notes = {Json::object({{"deep", deep}})};
    BOOST_TEST((read(guest(profile).no).profile.notes == profile.notes));
}

BOOST_AUTO_TEST_CASE(as_large_a_profile_as_is_allowed_fits) {
    accounts::Profile profile;
    profile.notes = {Json::object({{"text", std::string(60 * 1024 - 64, 'x')}})};
    BOOST_TEST((read(guest(profile).no).profile.notes == profile.notes));
    profile.notes = {Json::object({{"text", std::string(60 * 1024, 'x')}})};
    BOOST_TEST(why(core.customers.guest(core.db, context(), profile)) == "bad_parameter");
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 1);
}

BOOST_AUTO_TEST_CASE(an_account_shows_its_primary_user_or_the_member_asked_for) {
    const auto ann = customer("ann"), bob = customer("bob");
    core.db.transact([&](db::Tx& tx) {
        core.users.add_membership(tx, context(), bob.account.user, ann.account.no, "buyer", false);
        return 0;
    });
    BOOST_TEST(read(ann.account.no).user_name == "ann");
    BOOST_TEST(expect(core.accounts.get(core.db, realm_no(), ann.account.no, bob.account.user)).user_name == "bob");
    BOOST_TEST(why(core.accounts.get(core.db, realm_no(), bob.account.no, ann.account.user)) == "unknown_item");
    BOOST_TEST(!read(ann.account.no).locked);
    expect(core.logins.block(core.db, context(), "ann"));
    BOOST_TEST(read(ann.account.no).locked);
}

BOOST_AUTO_TEST_CASE(accounts_of_other_realms_are_unknown) {
    const auto made = guest({});
    const auto other = expect(core.realms.add(core.db, context(), {.name = "other", .address = "https://o.example", .site = {.tenant = 1, .site = 1}}));
    BOOST_TEST(why(core.accounts.get(core.db, other->no, made.no)) == "unknown_item");
    BOOST_TEST(why(core.accounts.get(core.db, realm_no(), AccountNo{5})) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(a_guest_has_no_user_and_its_address_may_be_used_by_others) {
    guest({.email = "ann@shop.example"});
    guest({.email = "ann@shop.example"});
    BOOST_TEST(number("SELECT COUNT(*) FROM users") == 0);
    BOOST_TEST(events("account.created", "guest") == 2);
    customer("ann", "ann@shop.example");
}

BOOST_AUTO_TEST_CASE(a_refused_profile_leaves_no_row) {
    BOOST_TEST(why(core.customers.guest(core.db, context(), {.email = "no address"})) == "bad_parameter");
    BOOST_TEST(number("SELECT COUNT(*) FROM accounts") == 0);
    BOOST_TEST(events("account.created") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
