// SPDX-License-Identifier: MIT
// Applications against the database: tickets issued by secret, refreshed (TK4, TK5), deleted, checked from memory.
#include "store/shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Calling : Shop {
    std::string id = application->application.client_id;
    Result<applications::IssuedTicket> issue(const std::string& client, std::string_view secret) {
        return core.applications.issue(core.db, context(), client, Secret(secret));
    }
    applications::IssuedTicket issue() { return expect(issue(id, application->secret.reveal())); }
    Result<applications::IssuedTicket> renew(const Secret& token) { return core.applications.refresh(core.db, context(), token); }
    std::string check_app(Core& with, const Secret& token) { return why(with.applications.check(with.db, clock.now(), token.reveal())); }
    std::int64_t rows(const std::string& table) { return number("SELECT COUNT(*) FROM " + table); }
    std::string check_app(const Secret& token) { return check_app(core, token); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(applications_store, Calling)

BOOST_AUTO_TEST_CASE(a_ticket_is_issued_for_id_and_secret_and_speaks_for_the_application) {
    const auto ticket = issue();
    BOOST_TEST((ticket.access_expires_at == clock.now() + 1h));
    BOOST_TEST((ticket.refresh_expires_at == clock.now() + 24h));
    const auto checked = expect(core.applications.check(core.db, clock.now(), ticket.access.reveal()));
    BOOST_TEST(checked.application.client_id == id);
    BOOST_TEST((checked.application.no == application->application.no));
    BOOST_TEST(checked.application.may(applications::admin));
    BOOST_TEST((checked.realm->no == realm_no()));
    BOOST_TEST((checked.token_expires_at == ticket.access_expires_at));
    BOOST_TEST((checked.created_at == clock.now()));
    BOOST_TEST(events("application.ticket_issued") == 1);
}

BOOST_AUTO_TEST_CASE(EP42_a_ticket_that_is_not_refreshed_is_gone_with_its_access_token) {
    const auto ticket = expect(core.applications.issue(core.db, context(), id, application->secret, false));
    BOOST_TEST((ticket.access_expires_at == clock.now() + 1h));
    BOOST_TEST((ticket.refresh_expires_at == ticket.access_expires_at));
    expect(core.applications.check(core.db, clock.now(), ticket.access.reveal()));
}

BOOST_AUTO_TEST_CASE(EP41_an_implicit_token_speaks_for_its_application_and_is_no_row) {
    const auto page = core.applications.add(core.db, context(), realm_no(), "page", applications::publishable);
    const auto before = rows("application_tokens"), events_before = rows("events");
    const auto ticket = expect(core.applications.implicit(core.db, context(), page.application.client_id));
    BOOST_TEST((ticket.access_expires_at == clock.now() + 1h));
    BOOST_TEST(rows("application_tokens") == before);
    BOOST_TEST(rows("events") == events_before);
    const auto checked = expect(core.applications.check_or_implicit(core.db, clock.now(), ticket.access.reveal()));
    BOOST_TEST(checked.implicit);
    BOOST_TEST((checked.application.no == page.application.no));
    BOOST_TEST((checked.realm->no == realm_no()));
    BOOST_TEST((checked.token_expires_at == ticket.access_expires_at));
    // What was seen is believed for a second.
    const auto statements = core.db.statements();
    expect(core.applications.check_or_implicit(core.db, clock.now() + 999ms, ticket.access.reveal()));
    BOOST_TEST(core.db.statements() == statements);
    BOOST_TEST(!core.applications.check(core.db, clock.now(), ticket.access.reveal()));
    BOOST_TEST(!core.applications.check_or_implicit(core.db, ticket.access_expires_at, ticket.access.reveal()));
    // Both kinds by the one call.
    BOOST_TEST(!expect(core.applications.check_or_implicit(core.db, clock.now(), issue().access.reveal())).implicit);
}

BOOST_AUTO_TEST_CASE(EP41_implicit_tokens_are_for_applications_that_may_stand_in_a_page) {
    const auto asked = [&](std::string_view client) {
        const auto ticket = core.applications.implicit(core.db, context(), client);
        return ticket ? std::string("granted") : std::string(name(ticket.error().why));
    };
    const auto page = core.applications.add(core.db, context(), realm_no(), "page", applications::publishable, "Page.1");
    BOOST_TEST(asked("Page.1") == "granted");
    for (const std::string_view other : {"page.1", "Page.1 ", "nobody", ""}) BOOST_TEST(asked(other) == "application_secret_wrong");
    BOOST_TEST(asked(id) == "application_secret_wrong");
    const auto ticket = expect(core.applications.implicit(core.db, context(), "Page.1"));
    expect(core.applications.disable(core.db, context(), realm_no(), "Page.1", true));
    BOOST_TEST(asked("Page.1") == "application_secret_wrong");
    BOOST_TEST(!core.applications.check_or_implicit(core.db, clock.now() + 1s, ticket.access.reveal()));
}

BOOST_AUTO_TEST_CASE(FC56_a_publishable_token_is_its_application_and_no_row) {
    const auto none = core.applications.publishable_token(core.db, context(), realm_no());
    BOOST_REQUIRE(!none);
    BOOST_TEST((none.error().why == Why::unknown_item));
    const auto first = core.applications.add(core.db, context(), realm_no(), "first", applications::publishable | applications::storefront, "Page.1");
    const auto second = core.applications.add(core.db, context(), realm_no(), "second", applications::publishable, "Page.2");
    const auto before = rows("application_tokens"), events_before = rows("events");
    const auto text = [&](std::string_view client) {
        const auto token = core.applications.publishable_token(core.db, context(), realm_no(), client);
        return token ? std::string(token->token.reveal()) : std::string(name(token.error().why));
    };
    const auto token = text("Page.1");
    BOOST_TEST(text("") == token);  // of the first that is publishable
    BOOST_TEST(text("Page.2") != token);
    clock.advance(24h * 365);
    BOOST_TEST(text("Page.1") == token);
    for (const std::string_view other : {"page.1", "Page.1 ", "nobody"}) BOOST_TEST(text(other) == "unknown_item");
    BOOST_TEST(text(id) == "unknown_item");

    const auto statements = core.db.statements();
    const auto guest = expect(core.applications.guest(core.db, context(), Secret(token)));
    BOOST_TEST(core.db.statements() == statements + 1);
    BOOST_TEST((guest.access_expires_at == clock.now() + 1h));
    BOOST_TEST(rows("application_tokens") == before);
    BOOST_TEST(rows("events") == events_before);
    const auto checked = expect(core.applications.check_guest(core.db, clock.now(), guest.access.reveal()));
    BOOST_TEST(checked.implicit);
    BOOST_TEST((checked.application.no == first.application.no));
    BOOST_TEST((checked.realm->no == realm_no()));
    // Of each kind by its own call alone.
    BOOST_TEST(!core.applications.check_or_implicit(core.db, clock.now(), guest.access.reveal()));
    BOOST_TEST(!core.applications.check_or_implicit(core.db, clock.now(), token));
    BOOST_TEST(!core.applications.check_guest(core.db, clock.now(), token));
    const auto implicit = expect(core.applications.implicit(core.db, context(), "Page.1"));
    BOOST_TEST(!core.applications.check_guest(core.db, clock.now(), implicit.access.reveal()));
    BOOST_TEST(!core.applications.check_guest(core.db, guest.access_expires_at, guest.access.reveal()));
    for (const auto& other : {std::string(guest.access.reveal()), std::string(implicit.access.reveal()), std::string("x"), token + "x"}) {
        const auto refused = core.applications.guest(core.db, context(), Secret(other));
        BOOST_REQUIRE(!refused);
        BOOST_TEST((refused.error().why == Why::application_secret_wrong));
    }
    expect(core.applications.disable(core.db, context(), realm_no(), "Page.1", true));
    BOOST_TEST(!core.applications.guest(core.db, context(), Secret(token)));
    BOOST_TEST(!core.applications.check_guest(core.db, clock.now() + 1s, guest.access.reveal()));
    BOOST_TEST(text("Page.1") == "unknown_item");
    BOOST_TEST(text("") == text("Page.2"));
    expect(core.applications.disable(core.db, context(), realm_no(), "Page.1", false));
    expect(core.applications.guest(core.db, context(), Secret(token)));
}

BOOST_AUTO_TEST_CASE(unknown_wrong_and_disabled_are_refused_alike) {
    const auto& secret = application->secret;
    const std::string other(secret.size(), 'A');
    BOOST_TEST(why(issue("nobody", secret.reveal())) == "application_secret_wrong");
    BOOST_TEST(why(issue("", "")) == "application_secret_wrong");
    BOOST_TEST(why(issue(id, other)) == "application_secret_wrong");
    BOOST_TEST(why(issue(id, "")) == "application_secret_wrong");
    BOOST_TEST(why(issue(id, std::string(secret.reveal()) + "x")) == "application_secret_wrong");
    BOOST_TEST(why(issue(std::string(id.rbegin(), id.rend()), secret.reveal())) == "application_secret_wrong");
    expect(core.applications.disable(core.db, context(), realm_no(), id, true));
    BOOST_TEST(why(issue(id, secret.reveal())) == "application_secret_wrong");
    expect(core.applications.disable(core.db, context(), realm_no(), id, false));
    BOOST_TEST(why(issue(id, secret.reveal())) == "granted");
}

BOOST_AUTO_TEST_CASE(a_client_id_is_one_in_exactly_its_spelling) {
    const auto chosen = core.applications.add(core.db, context(), realm_no(), "two", applications::storefront, "Shop.App.1");
    BOOST_TEST(chosen.application.client_id == "Shop.App.1");
    BOOST_TEST(why(issue("Shop.App.1", chosen.secret.reveal())) == "granted");
    BOOST_TEST(why(issue("shop.app.1", chosen.secret.reveal())) == "application_secret_wrong");
    BOOST_TEST(why(issue("Shop.App.1 ", chosen.secret.reveal())) == "application_secret_wrong");
    BOOST_TEST(why(issue(id, chosen.secret.reveal())) == "application_secret_wrong");  // a secret of another's
    BOOST_CHECK_THROW(core.applications.add(core.db, context(), realm_no(), "three", applications::storefront, "Shop.App.1"), db::Duplicate);
    BOOST_TEST(core.applications.list(core.db, realm_no()).size() == 2u);
}

BOOST_AUTO_TEST_CASE(access_ends_after_an_hour_and_refresh_after_a_day) {
    const auto start = clock.now();
    const auto ticket = issue();
    clock.set(start + 1h - 1ms);
    BOOST_TEST(check_app(ticket.access) == "granted");
    clock.set(start + 1h);
    BOOST_TEST(check_app(ticket.access) == "application_unknown");
    clock.set(start + 24h);
    BOOST_TEST(why(renew(ticket.refresh)) == "application_secret_wrong");
    clock.set(start + 24h - 1ms);
    const auto next = expect(renew(ticket.refresh));
    BOOST_TEST((next.access_expires_at == clock.now() + 1h));
    BOOST_TEST((next.refresh_expires_at == clock.now() + 24h));
    BOOST_TEST(check_app(next.access) == "granted");
}

BOOST_AUTO_TEST_CASE(a_grant_ends_after_30_days_TK2) {
    const auto start = clock.now();
    auto ticket = issue();
    for (int i = 1; i <= 31; ++i) {
        clock.set(start + i * 23h);
        ticket = expect(renew(ticket.refresh));
    }
    clock.set(start + std::chrono::days(30) - 1min);
    ticket = expect(renew(ticket.refresh));
    BOOST_TEST((ticket.access_expires_at == start + std::chrono::days(30)));
    BOOST_TEST((ticket.refresh_expires_at == start + std::chrono::days(30)));
    clock.set(start + std::chrono::days(30));
    BOOST_TEST(check_app(ticket.access) == "application_unknown");
    BOOST_TEST(why(renew(ticket.refresh)) == "application_secret_wrong");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_given_again_and_reuse_ends_the_ticket_TK4_TK5) {
    const auto first = issue();
    const auto second = expect(renew(first.refresh));
    clock.advance(10s);
    const auto again = expect(renew(first.refresh));
    BOOST_TEST(again.access.reveal() == second.access.reveal());
    BOOST_TEST(again.refresh.reveal() == second.refresh.reveal());
    BOOST_TEST((again.access_expires_at == second.access_expires_at));
    clock.advance(1ms);
    BOOST_TEST(why(renew(first.refresh)) == "application_secret_wrong");
    BOOST_TEST(why(renew(second.refresh)) == "application_secret_wrong");
    clock.advance(1s);
    BOOST_TEST(check_app(second.access) == "application_unknown");
    BOOST_TEST(check_app(first.access) == "application_unknown");
    BOOST_TEST(events("application.ticket_refused", "reuse") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM application_tokens") == 0);
}

BOOST_AUTO_TEST_CASE(a_generation_ahead_of_the_row_is_refused_and_no_reuse_TK4) {
    const auto first = issue();
    const auto second = expect(renew(first.refresh));
    change("UPDATE application_tokens SET generation = 1");
    BOOST_TEST(why(renew(second.refresh)) == "application_secret_wrong");
    BOOST_TEST(check_app(second.access) == "application_unknown");
    BOOST_TEST(check_app(first.access) == "granted");
    BOOST_TEST(number("SELECT COUNT(*) FROM application_tokens") == 1);
}

BOOST_AUTO_TEST_CASE(a_refresh_that_names_a_client_needs_the_tokens_own_with_its_secret) {
    const auto other = core.applications.add(core.db, context(), realm_no(), "other", applications::storefront);
    const auto ticket = issue();
    using Client = applications::Applications::Client;
    const Secret wrong(std::string_view("wrong")), none;
    const auto renew_as = [&](std::string_view client, const Secret& secret) {
        return why(core.applications.refresh(core.db, context(), ticket.refresh, Client{client, secret}));
    };
    BOOST_TEST(renew_as(id, wrong) == "application_secret_wrong");
    BOOST_TEST(renew_as(id, none) == "application_secret_wrong");
    BOOST_TEST(renew_as(id, other.secret) == "application_secret_wrong");
    BOOST_TEST(renew_as(other.application.client_id, other.secret) == "application_secret_wrong");
    BOOST_TEST(renew_as("", application->secret) == "application_secret_wrong");
    BOOST_TEST(number("SELECT generation FROM application_tokens") == 1);  // it stays as it was
    BOOST_TEST(renew_as(id, application->secret) == "granted");
    clock.advance(1min);
    BOOST_TEST(renew_as(id, wrong) == "application_secret_wrong");  // reuse, but not by the client itself
    BOOST_TEST(number("SELECT COUNT(*) FROM application_tokens") == 1);
}

BOOST_AUTO_TEST_CASE(deleting_is_once_and_seen_here_at_the_latest_after_a_second) {
    const auto ticket = issue(), other = issue();
    const auto there = worker();
    BOOST_TEST(check_app(*there, ticket.access) == "granted");
    BOOST_TEST(why(core.applications.end(core.db, context(), ticket.access)) == "unknown_item");  // takes the refresh token
    BOOST_TEST(why(core.applications.end(core.db, context(), ticket.refresh)) == "granted");
    BOOST_TEST(why(core.applications.end(core.db, context(), ticket.refresh)) == "unknown_item");
    BOOST_TEST(events("application.ticket_ended") == 1);
    BOOST_TEST(check_app(*there, ticket.access) == "granted");  // another worker believes what it keeps for a second
    clock.advance(1s);
    BOOST_TEST(check_app(*there, ticket.access) == "application_unknown");
    BOOST_TEST(why(renew(ticket.refresh)) == "application_secret_wrong");
    BOOST_TEST(check_app(other.access) == "granted");
}

BOOST_AUTO_TEST_CASE(a_disabled_application_is_refused_within_a_second_and_its_tickets_for_good) {
    const auto ticket = issue();
    BOOST_TEST(check_app(ticket.access) == "granted");
    BOOST_TEST(why(core.applications.disable(core.db, context(), realm_no(), id, true)) == "granted");
    BOOST_TEST(why(core.applications.disable(core.db, context(), realm_no(), id, true)) == "unknown_item");
    clock.advance(1s);
    BOOST_TEST(check_app(ticket.access) == "application_unknown");
    BOOST_TEST(why(renew(ticket.refresh)) == "application_secret_wrong");
    BOOST_TEST(number("SELECT COUNT(*) FROM application_tokens") == 0);
    expect(core.applications.disable(core.db, context(), realm_no(), id, false));
    clock.advance(1s);
    BOOST_TEST(check_app(ticket.access) == "application_unknown");
    BOOST_TEST(check_app(issue().access) == "granted");
    BOOST_TEST(why(core.applications.disable(core.db, context(), RealmNo{realm_no().value + 1}, id, true)) == "unknown_item");
}

BOOST_AUTO_TEST_CASE(what_another_worker_refreshed_is_good_here_at_once) {
    const auto first = issue();
    BOOST_TEST(check_app(first.access) == "granted");  // kept as generation 1
    const auto there = worker();
    const auto second = expect(there->applications.refresh(there->db, context(), first.refresh));
    BOOST_TEST(check_app(second.access) == "granted");
    BOOST_TEST(check_app(first.access) == "granted");  // access tokens of both generations
}

BOOST_AUTO_TEST_CASE(settings_of_the_realm_decide_the_lives) {
    set("application.access_life", "240");
    set("application.refresh_life", "300");
    const auto ticket = issue();
    BOOST_TEST((ticket.access_expires_at == clock.now() + 240s));
    BOOST_TEST((ticket.refresh_expires_at == clock.now() + 300s));
}

BOOST_AUTO_TEST_CASE(many_tickets_do_not_make_the_memory_grow_or_forget_wrongly) {
    const auto first = issue();
    for (int i = 0; i < 20; ++i) BOOST_TEST(check_app(issue().access) == "granted");
    BOOST_TEST(check_app(first.access) == "granted");
}

BOOST_AUTO_TEST_SUITE_END()
