// SPDX-License-Identifier: MIT
// Tickets before the requests of a guarded application (docs/authorizer.md): whom tickets::admit() lets in, what it tells of
// them, and what it costs.
#include "store/browser.h"

using namespace authtickets;
using namespace authtickets::test;
using tickets::Admitted;

namespace {

struct Admission : Browsers {
    Secret cookie = expect(enter()).issued.cookie;

    Result<Admitted> admit(const Secret& token) {
        const auto read = crypto::read_token(keys, token.reveal());
        BOOST_REQUIRE(read);
        return core.tickets.admit(core.db, context(), *read);
    }
    std::string admitted(const Secret& token) { return why(admit(token)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(admission_store, Admission)

BOOST_AUTO_TEST_CASE(AZ70_one_statement_and_three_more_every_five_minutes_of_a_cookie) {
    BOOST_TEST(statements([&] { BOOST_TEST(admitted(ann.issued.access) == "granted"); }) == 1u);
    BOOST_TEST(statements([&] { BOOST_TEST(admitted(cookie) == "granted"); }) == 1u);
    clock.advance(tickets::seen_rests);
    BOOST_TEST(statements([&] { BOOST_TEST((expect(admit(cookie)).ticket.last_seen_at == clock.now())); }) == 4u);  // AZ15
    BOOST_TEST(statements([&] { BOOST_TEST(admitted(cookie) == "granted"); }) == 1u);
    BOOST_TEST(statements([&] { BOOST_TEST(admitted(ann.issued.access) == "granted"); }) == 1u);
}

BOOST_AUTO_TEST_CASE(AZ15_use_of_a_guarded_application_keeps_the_session_awake) {
    for (int i = 0; i < 3; ++i) {
        clock.advance(23h);
        BOOST_TEST(admitted(cookie) == "granted");
    }
    BOOST_TEST(opens(cookie) == "granted");
    clock.advance(24h);
    BOOST_TEST(admitted(cookie) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(AZ11_other_tokens_of_a_good_ticket_are_none) {
    BOOST_TEST(admitted(ann.issued.refresh) == "ticket_invalid");
    const auto nobody = core.tickets.anonymous(context(), realm()->settings);
    BOOST_TEST(admitted(nobody.access) == "ticket_invalid");
    BOOST_TEST(admitted(nobody.refresh) == "ticket_invalid");
    BOOST_TEST(admitted(expect(enter({}, Door::desk)).issued.cookie) == "ticket_invalid");
    // A cookie's row does not answer to an access token, nor the other way round, should one ever be made.
    const auto made = [&](crypto::TokenKind kind, const TicketId& id) {
        return Secret(crypto::write_token(keys, clock.now(), {.kind = kind, .realm = realm_no(), .id = id.value, .generation = 1, .expires_at = clock.now() + 1h}));
    };
    BOOST_TEST(admitted(made(crypto::TokenKind::ticket_access, expect(session(cookie)).id)) == "ticket_invalid");
    BOOST_TEST(admitted(made(crypto::TokenKind::cookie, ann.issued.ticket.id)) == "ticket_invalid");
    BOOST_TEST(admitted(made(crypto::TokenKind::cookie, expect(session(cookie)).id)) == "granted");
}

BOOST_AUTO_TEST_CASE(AZ11_what_ends_a_ticket_ends_it_here) {
    const auto table = [&](const std::string& change_it, const std::string& undo) {
        BOOST_TEST_CONTEXT(change_it) {
            change(change_it);
            BOOST_TEST(admitted(ann.issued.access) == "ticket_invalid");
            BOOST_TEST(admitted(cookie) == "ticket_invalid");
            change(undo);
            BOOST_TEST(admitted(ann.issued.access) == "granted");
            BOOST_TEST(admitted(cookie) == "granted");
        }
    };
    table("UPDATE users SET epoch = epoch + 1", "UPDATE users SET epoch = epoch - 1");
    table("UPDATE users SET blocked_at = '2020-01-01'", "UPDATE users SET blocked_at = NULL");
    table("UPDATE accounts SET active = 0", "UPDATE accounts SET active = 1");
    table("UPDATE tickets SET state = 2", "UPDATE tickets SET state = 1");  // pending (TK7)
    table("UPDATE tickets SET ended_at = '2020-01-01'", "UPDATE tickets SET ended_at = NULL");
    table("UPDATE tickets SET min_generation = 2", "UPDATE tickets SET min_generation = 1");
    table("UPDATE realms SET kind = 2", "UPDATE realms SET kind = 1");  // AZ32
    table("UPDATE memberships SET account_no = account_no + 1000", "UPDATE memberships SET account_no = account_no - 1000");
    change("DELETE FROM users");
    BOOST_TEST(admitted(ann.issued.access) == "ticket_invalid");
    BOOST_TEST(admitted(cookie) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(AZ11_sign_out_and_a_refresh_beyond_it_end_it_too) {
    const auto next = expect(refresh(ann.issued.refresh));
    BOOST_TEST(admitted(ann.issued.access) == "granted");  // TK5: what was given lives on beside the new one
    BOOST_TEST(admitted(next.access) == "granted");
    expect(core.tickets.end(core.db, context(), ann.issued.ticket.id, tickets::End::signed_out));
    BOOST_TEST(admitted(next.access) == "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(AZ40_it_tells_of_whom_it_let_in) {
    const auto who = expect(admit(ann.issued.access));
    BOOST_TEST(who.realm_name == "shop");
    BOOST_TEST(who.realm_address == "https://shop.example");
    BOOST_TEST(who.user_name == "ann");
    BOOST_TEST(who.email == "ann@shop.example");
    BOOST_TEST(who.operator_name.empty());
    BOOST_TEST((who.ticket.user == ann.issued.ticket.user));
    BOOST_TEST((who.ticket.account_no == ann.issued.ticket.account_no));
    BOOST_TEST((who.ticket.password_at == ann.issued.ticket.password_at));
    BOOST_TEST(!who.email_verified);
    change("UPDATE contacts SET verified_at = '2020-01-01' WHERE kind = 1");
    BOOST_TEST(expect(admit(ann.issued.access)).email_verified);
    change("DELETE FROM contacts");
    BOOST_TEST(expect(admit(ann.issued.access)).email.empty());
}

BOOST_AUTO_TEST_CASE(AZ31_shops_and_the_domains_of_their_sites_are_remembered_for_five_seconds) {
    change("UPDATE sites SET domain = 'shop.example'");
    const auto asked = [&](std::string_view host) { return realms::shop_at(core.realms.domains_lately(core.db, clock.now()), host); };
    BOOST_TEST((asked("shop.example") == realm_no()));
    BOOST_TEST(statements([&] { BOOST_TEST((asked("shop.example") == realm_no())); }) == 0u);
    change("UPDATE sites SET domain = 'other.example'");
    const auto second = expect(core.realms.add(core.db, context(), {.name = "second", .address = "https://second.example",
                                                                    .site = {.tenant = 1001, .site = 2001, .name = "second", .domain = "second.example"}}))->no;
    clock.advance(5s - 1ms);
    BOOST_TEST((asked("shop.example") == realm_no()));
    clock.advance(1ms);
    BOOST_TEST(statements([&] { BOOST_TEST(!asked("shop.example")); }) == 1u);  // of two shops it is neither's
    BOOST_TEST(statements([&] {
        BOOST_TEST((asked("other.example:8443") == realm_no()));
        BOOST_TEST((asked("second.example") == second));
        for (int i = 0; i < 600; ++i) BOOST_TEST(!asked("h" + std::to_string(i) + ".example"));
    }) == 0u);
    clock.advance(-1h);  // a clock that was stepped back
    BOOST_TEST(statements([&] { BOOST_TEST(!asked("shop.example")); }) == 1u);
}

BOOST_AUTO_TEST_CASE(AZ31_a_shop_without_a_site_and_the_operators_are_known_for_what_they_are) {
    const auto all = [&] { clock.advance(5s); return core.realms.domains_lately(core.db, clock.now()); };
    BOOST_TEST((realms::only_shop(all()) == realm_no()));
    expect(core.realms.add_operators(core.db, context(), "https://shop.example"));
    BOOST_TEST((realms::only_shop(all()) == realm_no()));
    change("DELETE FROM sites");
    BOOST_TEST((realms::only_shop(all()) == realm_no()));
    BOOST_TEST((realms::shop_at(all(), "any.example") == realm_no()));
}

BOOST_AUTO_TEST_SUITE_END()
