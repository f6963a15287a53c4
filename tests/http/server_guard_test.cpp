// SPDX-License-Identifier: MIT
// server/guard: every demand of a route's row, met and not met.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "http/server_door.h"
#include "support/in_process.h"

namespace authtickets::test {

namespace {

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using http::Method;

struct Guarded : InProcess {
    Guarded() : InProcess({&plain_door()}) {}

    Reply get(std::string_view path, http::Request request) {
        request.path = path;
        return send(request);
    }
    Reply get(std::string_view path) { return get(path, called(client.token)); }
    http::Request called(const std::string& token) {
        auto request = bare(Method::get, "/");
        request.headers["app"] = token;
        return request;
    }
    http::Request at_site(const char* sent_tenant, const char* sent_site) {
        auto request = called(client.token);
        if (sent_tenant) request.headers["tenant"] = sent_tenant;
        if (sent_site) request.headers["site"] = sent_site;
        return request;
    }
    http::Request with(const std::string& shopper) {
        auto request = called(client.token);
        request.headers["shopper"] = shopper;
        return request;
    }

    Context in_realm(RealmNo no) {
        auto context = this->context();
        context.realm = no;
        context.application = ApplicationNo{1};
        return context;
    }
    tickets::Issued signed_in(RealmNo no) {
        const auto context = in_realm(no);
        const auto its_realm = core.realms.get(core.db, context.now, no);
        const sign_in::Registration who{
            .customer = {.profile = {.email = "ada@example.com"},
                         .login = {{.user_name = "ada", .password = Secret(std::string_view("Analytical1"))}}},
            .wishes = {}};
        auto made = core.sign_in.registered(core.db, context, *its_realm, who);
        BOOST_REQUIRE(made);
        return std::move(made->issued);
    }
    std::string anonymous() {
        const auto context = in_realm(realm);
        const auto its_realm = core.realms.get(core.db, context.now, realm);
        return std::string(core.tickets.anonymous(context, its_realm->settings).access.reveal());
    }
};

std::string text(const Secret& secret) { return std::string(secret.reveal()); }

void check_refused(const Reply& reply, std::string_view why, std::string_view field = "") {
    BOOST_TEST(reply.text_at("why") == why);
    BOOST_TEST(reply.text_at("field") == field);
    BOOST_TEST(reply.status >= 400);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_guard, Guarded)

BOOST_AUTO_TEST_CASE(a_body_may_be_as_large_as_its_row_says) {
    BOOST_TEST(send(bare(Method::post, "/t/small", std::string(16, 'x'))).status == 200);
    check_refused(send(bare(Method::post, "/t/small", std::string(17, 'x'))), "body_too_large");
}

BOOST_AUTO_TEST_CASE(a_body_that_nobody_reads_does_no_harm) {
    BOOST_TEST(send(bare(Method::get, "/t/open", std::string(100000, 'x'))).status == 200);
}

BOOST_DATA_TEST_CASE_F(Guarded, no_application_no_answer, data::make({"/t/any", "/t/storefront", "/t/admin"}), path) {
    check_refused(get(path, called("")), "application_unknown");
    check_refused(get(path, called("garbage")), "application_unknown");
    auto flipped = client.token;
    flipped[20] = flipped[20] == 'A' ? 'B' : 'A';
    check_refused(get(path, called(flipped)), "application_unknown");
    check_refused(get(path, called(text(signed_in(realm).access))), "application_unknown");
    BOOST_TEST(get(path).status == 200);
}

BOOST_AUTO_TEST_CASE(a_forged_token_costs_no_statement) {
    get("/t/any");
    const auto before = core.db.statements();
    get("/t/any", called("garbage"));
    BOOST_TEST(core.db.statements() == before);
}

BOOST_AUTO_TEST_CASE(an_expired_application_is_unknown) {
    clock.advance(1h - 1s);
    BOOST_TEST(get("/t/any").status == 200);
    clock.advance(1s);
    check_refused(get("/t/any"), "application_unknown");
}

BOOST_AUTO_TEST_CASE(an_application_does_what_its_behaviours_allow) {
    const auto storefront = add_client(realm, applications::storefront), admin = add_client(realm, applications::admin);
    BOOST_TEST(get("/t/storefront", called(storefront.token)).status == 200);
    BOOST_TEST(get("/t/any", called(storefront.token)).status == 200);
    check_refused(get("/t/admin", called(storefront.token)), "forbidden");
    BOOST_TEST(get("/t/storefront", called(admin.token)).status == 200);
    BOOST_TEST(get("/t/admin", called(admin.token)).status == 200);
}

BOOST_AUTO_TEST_CASE(the_context_knows_realm_and_application) {
    const auto reply = get("/t/storefront");
    BOOST_TEST(*reply.at("realm").integer() == std::int64_t{realm.value});
    BOOST_TEST(*reply.at("application").integer() > 0);
    BOOST_TEST(*get("/t/open").at("realm").integer() == 0);  // nobody was asked for
}

BOOST_AUTO_TEST_CASE(an_application_that_asks_too_often_is_told_when_to_come_again) {
    Reply reply;
    // The bucket fills while we draw from it, so a second more than it holds must be over at some time.
    for (unsigned i = 0; i < 20 * config.application_requests_per_second && reply.status != 429; ++i) reply = get("/t/any");
    check_refused(reply, "throttled");
    BOOST_TEST(!reply.header("retry-after").empty());
    BOOST_TEST(log.mentions("why=throttled"));
    BOOST_TEST(get("/t/open").status == 200);
    const auto other = add_client(realm, applications::storefront);
    BOOST_TEST(get("/t/any", called(other.token)).status == 200);
}

BOOST_AUTO_TEST_CASE(the_own_site_is_served_however_it_is_named) {
    BOOST_TEST(get("/t/site").status == 200);
    BOOST_TEST(get("/t/site", at_site("1000", "2000")).status == 200);
    BOOST_TEST(get("/t/site", at_site("1000", nullptr)).status == 200);
    const auto site_alone = get("/t/site", at_site(nullptr, "2000"));
    BOOST_TEST(site_alone.status == 200);
    BOOST_TEST(*site_alone.at("tenant").integer() == 0);
    BOOST_TEST(*site_alone.at("site").integer() == 2000);
}

BOOST_AUTO_TEST_CASE(foreign_sites_are_refused) {
    add_realm("other", 1001, 2001);
    using Pair = std::pair<const char*, const char*>;
    for (const auto& [tenant_sent, site_sent] : {Pair{"1001", "2001"}, Pair{"1001", nullptr}, Pair{nullptr, "2001"}, Pair{"1000", "2001"},
                                                 Pair{"1001", "2000"}, Pair{"0", "0"}, Pair{"4294967295", nullptr}}) {
        check_refused(get("/t/site", at_site(tenant_sent, site_sent)), "foreign_site");
    }
}

BOOST_DATA_TEST_CASE_F(Guarded, a_tenant_is_a_number,
                       data::make({"x", "1000x", " 1000", "-1000", "+1000", "1e3", "4294967296", "99999999999999999999"}), sent) {
    check_refused(get("/t/site", at_site(sent, nullptr)), "bad_parameter", "x-vol-tenant");
    check_refused(get("/t/site", at_site(nullptr, sent)), "bad_parameter", "x-vol-site");
    BOOST_TEST(get("/t/storefront", at_site(sent, sent)).status == 200);  // not looked at
}

BOOST_AUTO_TEST_CASE(a_shoppers_ticket_is_read_where_the_row_asks_for_it) {
    const auto issued = signed_in(realm);
    const auto user = hex(issued.ticket.user.value);
    BOOST_TEST(get("/t/required", with(text(issued.access))).text_at("user") == user);
    BOOST_TEST(get("/t/confine", with(text(issued.access))).text_at("user") == user);
    BOOST_TEST(get("/t/storefront", with(text(issued.access))).at("user").is_null());
}

BOOST_AUTO_TEST_CASE(no_ticket_is_enough_where_it_only_confines) {
    BOOST_TEST(get("/t/confine").status == 200);
    check_refused(get("/t/required"), "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(a_ticket_that_is_not_live_is_refused_unless_it_is_unread) {
    const auto issued = signed_in(realm);
    auto forged = text(issued.access);
    forged[30] = forged[30] == 'A' ? 'B' : 'A';
    for (const auto& sent : {std::string("garbage"), forged, text(issued.refresh), client.token}) {
        check_refused(get("/t/required", with(sent)), "ticket_invalid");
        check_refused(get("/t/confine", with(sent)), "ticket_invalid");
        BOOST_TEST(get("/t/storefront", with(sent)).status == 200);
    }
    clock.advance(15min);
    check_refused(get("/t/required", with(text(issued.access))), "ticket_invalid");
    check_refused(get("/t/confine", with(text(issued.access))), "ticket_invalid");
    BOOST_TEST(get("/t/storefront", with(text(issued.access))).status == 200);
}

BOOST_AUTO_TEST_CASE(a_ticket_of_another_realm_is_refused) {
    const auto other = add_realm("other", 1001, 2001);
    check_refused(get("/t/required", with(text(signed_in(other).access))), "ticket_invalid");
}

BOOST_AUTO_TEST_CASE(an_anonymous_ticket_is_live) {
    const auto token = anonymous();
    BOOST_TEST(get("/t/required", with(token)).text_at("anonymous").size() == 32U);
    BOOST_TEST(get("/t/confine", with(token)).text_at("anonymous").size() == 32U);
}

BOOST_AUTO_TEST_CASE(a_pending_ticket_opens_none_of_these) {
    auto pending = signed_in(realm).ticket;
    pending.id = {};  // another one
    pending.state = tickets::State::pending;
    const auto issued = core.db.transact(
        [&](db::Tx& tx) { return core.tickets.issue(tx, in_realm(realm), pending); });
    check_refused(get("/t/required", with(text(issued.access))), "ticket_pending");
    check_refused(get("/t/confine", with(text(issued.access))), "ticket_pending");
    BOOST_TEST(get("/t/storefront", with(text(issued.access))).status == 200);
}

BOOST_AUTO_TEST_CASE(a_guarded_request_costs_one_statement_while_caches_are_warm) {
    const auto issued = signed_in(realm);
    get("/t/required", with(text(issued.access)));
    const auto before = core.db.statements();
    BOOST_TEST(get("/t/required", with(text(issued.access))).status == 200);
    BOOST_TEST(core.db.statements() - before == 1U);
    BOOST_TEST(get("/t/storefront").status == 200);
    BOOST_TEST(core.db.statements() - before == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
