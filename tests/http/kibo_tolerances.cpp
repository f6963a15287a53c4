// SPDX-License-Identifier: MIT
// What the door tolerates and promises (kibo 11), who may call it (kibo 2, 6.1), and what is always JSON (kibo 7.1).
#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

BOOST_FIXTURE_TEST_SUITE(kibo_tolerances, KiboShop)

BOOST_AUTO_TEST_CASE(kibo_11_1_every_answer_is_json_with_a_correlation_id_of_its_own) {
    register_ada();
    std::string last;
    for (const auto& each : {signing_in(), signing_in("nobody"), bare(GET, "/api/nothing"), bare(POST, "/api/platform/tenants/1"),
                             request(GET, authtickets_path + "/anonymousshopper"), bare(GET, accounts_path + "/current"),
                             request(POST, authtickets_path, std::string(64 * 1024 + 1, ' '))}) {
        const auto reply = send(each);
        BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
        BOOST_TEST(reply.json().is_object());
        const auto id = reply.header("x-vol-correlation");
        BOOST_TEST(id.size() == 32U);
        BOOST_TEST(id.find_first_not_of("0123456789abcdef") == std::string::npos);
        BOOST_TEST(id != last);
        last = id;
    }
}

BOOST_AUTO_TEST_CASE(kibo_7_2_what_the_table_of_routes_does_not_know_is_404_and_other_methods_are_405) {
    is_refused(send(request(POST, authtickets_path + "/impersonatecart", "{}")), 404, "ITEM_NOT_FOUND");
    is_refused(send(request(GET, "/api/commerce/orders")), 404, "ITEM_NOT_FOUND");
    is_refused(send(request(GET, accounts_path + "/1001/contacts")), 404, "ITEM_NOT_FOUND");
    is_refused(send(request(GET, authtickets_path)), 405, "METHOD_NOT_ALLOWED");
    is_refused(send(request(POST, accounts_path + "/1001")), 405, "METHOD_NOT_ALLOWED");
    is_refused(send(request(GET, accounts_path + "/bulk")), 405, "METHOD_NOT_ALLOWED");
    is_refused(send(request(PUT, accounts_path + "/CURRENT", "{}")), 405, "METHOD_NOT_ALLOWED");
    is_refused(send(request(DELETE, accounts_path + "/1001/action")), 405, "METHOD_NOT_ALLOWED");
    is_refused(send(request(POST, authtickets_path + "/refresh")), 405, "METHOD_NOT_ALLOWED");
}

BOOST_AUTO_TEST_CASE(kl6_a_body_over_64_kib_is_413) {
    is_refused(send(request(POST, authtickets_path, std::string(64 * 1024 + 1, ' '))), 413, "REQUEST_TOO_LARGE");
    names_parameter(send(request(POST, authtickets_path, std::string(64 * 1024, ' '))), "username");
}

BOOST_AUTO_TEST_CASE(kibo_11_2_bearer_and_app_claims_are_equivalent) {
    auto request = bare(GET, authtickets_path + "/anonymousshopper");
    request.headers["x-vol-app-claims"] = client.token;
    BOOST_TEST(send(request).status == 200);
    request.headers["authorization"] = "Basic dXNlcjpwYXNz";  // a web server's own, not meant for us
    BOOST_TEST(send(request).status == 200);
    request.headers["authorization"] = "bearer " + client.token;
    request.headers.erase("x-vol-app-claims");
    BOOST_TEST(send(request).status == 200);
    request.headers["authorization"] = "BEARER   " + client.token;
    BOOST_TEST(send(request).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_7_2_calls_without_a_live_application_token_are_401) {
    for (const auto* authorization : {"", "Bearer", "Bearer ", "Bearer nobody", "Basic dXNlcjpwYXNz", "nobody"}) {
        auto request = bare(GET, authtickets_path + "/anonymousshopper");
        request.headers["authorization"] = authorization;
        is_refused(send(request), 401, "INVALID_ACCESS_TOKEN");
    }
    // A shopper's ticket is no application's, and two headers joined by a web server are no token.
    const auto ticket = register_ada();
    for (const auto& token : {ticket.text_at("accessToken"), ticket.text_at("jwtAccessToken"), client.token + ", Bearer " + client.token}) {
        auto request = bare(GET, authtickets_path + "/anonymousshopper");
        request.headers["authorization"] = "Bearer " + token;
        is_refused(send(request), 401, "INVALID_ACCESS_TOKEN");
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_an_application_without_behaviours_may_only_ask_for_its_tenant) {
    const auto nobody = add_client(realm, 0);
    for (const auto& each : {signing_in(), registering(), request(GET, authtickets_path + "/anonymousshopper"),
                             refreshing("x"), request(POST, accounts_path, "{}"), request(GET, accounts_path + "/1001")}) {
        is_refused(send(by(nobody, each)), 403, "FORBIDDEN");
    }
    BOOST_TEST(send(by(nobody, bare(GET, "/api/platform/tenants/1000"))).status == 200);
}

// Every row of the door's table against what its column says: who may not make the call is told before anything is read.
BOOST_AUTO_TEST_CASE(kibo_6_1_every_route_asks_for_its_applications_rights) {
    const auto nobody = add_client(realm, 0), storefront = add_client(realm, applications::storefront);
    unsigned closed = 0, merchants = 0;
    for (const auto& route : kibo::door().routes) {
        std::string path(route.path);
        for (auto at = path.find('{'); at != path.npos; at = path.find('{')) path.replace(at, path.find('}', at) - at + 1, "1001");
        BOOST_TEST_CONTEXT(http::name(route.method) << " " << path) {
            const auto call = request(route.method, path, route.body != 0 ? "{}" : "");
            auto bare_call = call;
            bare_call.headers.erase("authorization");
            if (route.caller != Caller::anyone) is_refused(send(bare_call), 401, "INVALID_ACCESS_TOKEN");
            if (route.caller == Caller::storefront || route.caller == Caller::admin) {
                is_refused(send(by(nobody, call)), 403, "FORBIDDEN");
                ++closed;
            }
            if (route.caller == Caller::admin) {
                is_refused(send(by(storefront, call)), 403, "FORBIDDEN");
                ++merchants;
            }
        }
    }
    BOOST_TEST(closed > 30U);
    // What a storefront may do, beside what needs a shopper's claims (docs/kibo.md, rights): nothing else is open to it.
    BOOST_TEST(closed - merchants == 16U);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_an_admin_application_may_do_what_a_storefront_may) {
    const auto merchant = add_client(realm, applications::admin);
    BOOST_TEST(send(by(merchant, registering())).status == 201);
    BOOST_TEST(send(by(merchant, signing_in())).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_a_foreign_tenant_or_site_is_403) {
    add_realm("elsewhere", 1001, 2001);
    const auto with = [&](const char* tenant_header, const char* site_header) {
        auto request = this->request(GET, authtickets_path + "/anonymousshopper");
        request.headers["x-vol-tenant"] = tenant_header;
        request.headers["x-vol-site"] = site_header;
        return send(request);
    };
    for (const auto& [tenant_header, site_header] : {std::pair{"1001", "2000"}, {"1000", "2001"}, {"1001", "2001"}, {"9", ""}, {"", "9"}}) {
        is_refused(with(tenant_header, site_header), 403, "FORBIDDEN");
    }
    BOOST_TEST(with("1000", "").status == 200);
    BOOST_TEST(with("", "").status == 200);
    names_parameter(with("shop", ""), "x-vol-tenant");
    names_parameter(with("", "-1"), "x-vol-site");
}

BOOST_AUTO_TEST_CASE(kibo_2_a_client_that_sends_the_site_alone_signs_in_and_its_claims_name_the_tenant) {
    register_ada();
    auto request = signing_in();
    request.headers.erase("x-vol-tenant");
    const auto site_alone = send(request);
    BOOST_TEST(text(user_claims(site_alone), "b.TenantId") == "1000");
    request.headers.erase("x-vol-site");
    const auto neither = send(request);
    BOOST_TEST(text(user_claims(neither), "b.TenantId") == "1000");
    BOOST_TEST(text(user_claims(neither), "b.SiteId") == "2000");
}

BOOST_AUTO_TEST_CASE(kibo_11_4_letter_case_and_a_trailing_slash_do_not_matter) {
    register_ada();
    const std::string body = R"({"username":"ada.byron","password":"Engine-No-1"})";
    BOOST_TEST(send(request(POST, "/API/Commerce/Customer/AUTHTICKETS", body)).status == 200);
    BOOST_TEST(send(request(POST, authtickets_path + "/?responseFields=", body)).status == 200);
    BOOST_TEST(send(request(GET, authtickets_path + "/AnonymousShopper/")).status == 200);
    const auto ticket = send(request(POST, authtickets_path, body));
    const auto token = ticket.text_at("refreshToken");
    BOOST_TEST(send(request(PUT, authtickets_path + "/refresh/?refreshToken=" + token)).status == 200);
    BOOST_TEST(send(as(ticket.text_at("accessToken"), request(GET, accounts_path + "/CURRENT/"))).status == 200);
    BOOST_TEST(send(request(POST, accounts_path + "/?responseFields=", "{}")).status == 201);
    BOOST_TEST(send(request(POST, accounts_path + "/add-account-and-login",
                            R"({"account":{"emailAddress":"b@example.com"},"password":"Engine-No-2"})")).status == 201);
    is_refused(send(request(POST, authtickets_path + "//", body)), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_11_4_empty_query_parameters_are_absent_and_unknown_ones_ignored) {
    const auto id = std::to_string(*send(request(POST, accounts_path, "{}")).at("id").integer());
    BOOST_TEST(send(request(GET, accounts_path + "/" + id + "?responseFields=&userId=&responseGroups=&q=&nosuch=1")).status == 200);
    BOOST_TEST(send(request(GET, accounts_path + "/" + id + "?RESPONSEFIELDS=id")).text == "{\"id\":" + id + "}");
}

BOOST_AUTO_TEST_CASE(kibo_11_4_a_body_is_json_whatever_its_type) {
    register_ada();
    for (const auto* type : {"", "text/plain;charset=UTF-8", "application/json; charset=utf-8", "application/x-www-form-urlencoded",
                             "nonsense"}) {
        auto request = signing_in();
        request.content_type = type;
        BOOST_TEST(send(request).status == 200);
    }
}

BOOST_AUTO_TEST_CASE(kibo_4_2_members_in_any_letter_case_unknown_members_and_nulls) {
    register_ada();
    BOOST_TEST(send(request(POST, authtickets_path,
                            R"({"UserName":"ada.byron","PASSWORD":"Engine-No-1","accountId":null,"fingerprint":"f","region":null,)"
                            R"("authTicketTtlMinutes":null,"nosuch":{"deep":[1]}})")).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_4_1_a_refresh_ignores_its_body) {
    const auto token = register_ada().text_at("refreshToken");
    auto request = refreshing(token);
    request.body = "{not json";
    BOOST_TEST(send(request).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_11_7_fixed_segments_come_before_the_account_number) {
    is_refused(send(request(GET, accounts_path + "/current")), 401, "INVALID_ACCESS_TOKEN");  // not an account named "current"
    is_refused(send(request(GET, accounts_path + "/Add-Account-And-Login")), 405, "METHOD_NOT_ALLOWED");
}

BOOST_AUTO_TEST_CASE(kl3_what_callers_send_reaches_no_log_line) {
    register_ada();
    send(signing_in("forged\r\nname", "Secret-In-Log-1"));
    send(as("token-in-log", request(GET, accounts_path + "/current")));
    send(refreshing("refresh-in-log"));
    for (const auto* never : {"forged", "Secret-In-Log-1", "token-in-log", "refresh-in-log", "Engine-No-1"}) {
        BOOST_TEST(!log.mentions(never));
    }
}

BOOST_AUTO_TEST_CASE(kl8_answers_with_tickets_are_not_stored) {
    const auto reply = guest();
    BOOST_TEST(reply.header("cache-control") == "no-store");
    BOOST_TEST(reply.header("x-content-type-options") == "nosniff");
}

BOOST_AUTO_TEST_SUITE_END()
