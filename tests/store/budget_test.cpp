// SPDX-License-Identifier: MIT
// The statement budget: statements per use case with warm caches, BEGIN and COMMIT included. A change of a number here
// is a change of what a request costs, and is made on purpose.
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Warm : Shop {
    sign_in::SignedIn ann = customer("ann");
    Warm() { realm(); }
    // What a sign-in costs, and how it ended.
    std::uint64_t cost(const Context& context, const std::string& name, const std::string& password, const std::string& ends,
                       sign_in::Wishes wishes = {}) {
        realm();
        return statements([&] { BOOST_TEST(why(Shop::sign_in(core, context, name, password, wishes)) == ends); });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(budget, Warm)

BOOST_AUTO_TEST_CASE(checking_a_token_is_one_statement) {
    BOOST_TEST(statements([&] { BOOST_TEST(check(ann.issued.access) == "granted"); }) == 1u);
}

BOOST_AUTO_TEST_CASE(an_anonymous_ticket_costs_no_statement_from_its_making_to_its_refresh) {
    const auto shop = realm();
    BOOST_TEST(statements([&] {
        const auto made = core.tickets.anonymous(context(), shop->settings);
        BOOST_TEST(check(made.access) == "granted");
        const auto token = expect(core.tickets.read_refresh(context(), made.refresh));
        BOOST_TEST(core.tickets.refresh_anonymous(context(), shop->settings, token).has_value());
        BOOST_TEST(core.tickets.anonymous_of(context(), made.access.reveal()).has_value());
    }) == 0u);
}

BOOST_AUTO_TEST_CASE(a_refresh_is_five_statements_and_grace_and_reuse_one_or_two_more) {
    const auto& first = ann.issued.refresh;
    std::optional<Secret> second;
    BOOST_TEST(statements([&] { second = expect(refresh(first)).refresh; }) == 5u);
    BOOST_TEST(statements([&] { BOOST_TEST(refresh(first).has_value()); }) == 6u);
    clock.advance(11s);
    realm();
    BOOST_TEST(statements([&] { BOOST_TEST(why(refresh(first)) == "unknown_item"); }) == 7u);  // and one that ends the ticket
    realm();
    BOOST_TEST(statements([&] { BOOST_TEST(why(refresh(*second)) == "unknown_item"); }) == 1u);
}

BOOST_AUTO_TEST_CASE(a_password_sign_in_is_seven_statements_right_and_nine_wrong) {
    BOOST_TEST(cost(context(), "ann", right_password, "granted") == 7u);
    BOOST_TEST(cost(context(), "ann", "wrong horse 2", "credentials_wrong") == 9u);
    BOOST_TEST(cost(context(), "nobody", "wrong horse 2", "credentials_wrong") == 9u);
}

BOOST_AUTO_TEST_CASE(a_claim_of_an_anonymous_id_is_one_statement_more) {
    const sign_in::Wishes claim{.claims_anonymous = UserId{uuid_v4(rng)}};
    BOOST_TEST(cost(context(), "ann", right_password, "granted", claim) == 8u);
    BOOST_TEST(cost(context(), "ann", right_password, "granted", claim) == 8u);  // taken already
}

BOOST_AUTO_TEST_CASE(a_shoppers_own_address_is_charged_read_and_given_back_by_a_statement_each_TH10) {
    std::optional<Quota> quota;  // as a request has it
    auto shopper = from_browser();
    shopper.quota = &quota;
    BOOST_TEST(cost(shopper, "ann", right_password, "granted") == 11u);  // the row is made: one more
    BOOST_TEST(cost(shopper, "ann", right_password, "granted") == 10u);
    BOOST_TEST(cost(shopper, "ann", "wrong horse 2", "credentials_wrong") == 11u);
    BOOST_TEST(cost(shopper, "nobody", "wrong horse 2", "credentials_wrong") == 11u);
    BOOST_TEST(cost(from_browser(), "ann", right_password, "granted") == 9u);  // nobody is told
}

BOOST_AUTO_TEST_CASE(a_registration_is_fourteen_statements_and_a_refused_one_twelve) {
    const auto cost_of = [&](const std::string& name, const std::string& email, const std::string& ends) {
        realm();
        return statements([&] { BOOST_TEST(why(registered(core, name, email)) == ends); });
    };
    BOOST_TEST(cost_of("bob", "bob@shop.example", "granted") == 14u);  // with the cause of its mail
    BOOST_TEST(cost_of("bob2", "bob@shop.example", "name_taken") == 12u);  // the owner is told (N10)
    BOOST_TEST(cost_of("bob", "bob2@shop.example", "name_taken") == 6u);
}

BOOST_AUTO_TEST_CASE(an_applications_ticket_is_issued_and_refreshed_by_five_statements_and_checked_by_none) {
    std::optional<applications::IssuedTicket> ticket;
    realm();
    BOOST_TEST(statements([&] {
        ticket = expect(core.applications.issue(core.db, context(), application->application.client_id, application->secret));
    }) == 5u);
    const auto check_it = [&] { BOOST_TEST(core.applications.check(core.db, clock.now(), ticket->access.reveal()).has_value()); };
    BOOST_TEST(statements(check_it) == 1u);
    BOOST_TEST(statements(check_it) == 0u);
    clock.advance(999ms);
    BOOST_TEST(statements(check_it) == 0u);
    clock.advance(1ms);
    BOOST_TEST(statements(check_it) == 1u);  // what is kept is believed for less than a second
    BOOST_TEST(statements([&] { BOOST_TEST(core.applications.refresh(core.db, context(), ticket->refresh).has_value()); }) == 5u);
    BOOST_TEST(statements([&] { BOOST_TEST(core.applications.refresh(core.db, context(), ticket->refresh).has_value()); }) == 5u);  // grace writes no event
}

BOOST_AUTO_TEST_CASE(what_is_no_token_costs_no_statement) {
    BOOST_TEST(statements([&] {
        for (const char* junk : {"", "x", "AAAA", "Bearer", "............"}) {
            BOOST_TEST(check(Secret(std::string_view(junk))) == "ticket_invalid");
            BOOST_TEST(why(core.tickets.read_refresh(context(), Secret(std::string_view(junk)))) == "unknown_item");
            BOOST_TEST(!core.applications.check(core.db, clock.now(), junk));
            BOOST_TEST(!core.applications.refresh(core.db, context(), Secret(std::string_view(junk))));
            BOOST_TEST(!core.applications.end(core.db, context(), Secret(std::string_view(junk))));
        }
    }) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
