// SPDX-License-Identifier: MIT
// The Elastic Path door itself: bearer tokens of both grants, who may use which row, paths, browsers, and the form of every refusal
// (EP1 to EP53, docs/elasticpath.md). What the resources do has tests of its own.
#include <boost/test/unit_test.hpp>

#include <authtickets/api/elasticpath/door.h>

#include "kibo_shop.h"

namespace authtickets::test {

namespace {

using namespace std::chrono_literals;

struct Door : KiboShop {
    Client page;            // a client id that stands in a page
    std::string implicit;   // its token

    Door() : KiboShop({&kibo::door(), &elasticpath::door(), &elasticpath::oauth_door()}) {
        page = add_client(realm, applications::publishable);
        implicit = token_of(send(granting("grant_type=implicit&client_id=" + page.id)));
    }
    http::Request granting(std::string form, std::string_view type = "application/x-www-form-urlencoded") const {
        auto out = bare(POST, "/oauth/access_token", std::move(form));
        out.content_type = type;
        return out;
    }
    static std::string token_of(const Reply& reply) {
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        return reply.text_at("access_token");
    }
    http::Request bearing(const std::string& token, http::Request request) const {
        request.headers["authorization"] = "Bearer " + token;
        return request;
    }
    http::Request by_page(http::Method method, std::string_view target, std::string body = {}) const {
        return bearing(implicit, bare(method, target, std::move(body)));
    }
    std::string realm_path() { return "/v2/authentication-realms/" + dashed(core.realms.get(core.db, clock.now(), realm)->id); }
    Reply get(std::string_view target) { return send(by_page(GET, target)); }
};

// EP30 of every refusal.
void refused(const Reply& reply, int status, std::string_view detail = {}) {
    BOOST_TEST_CONTEXT(reply.status << " " << reply.text) {
        BOOST_REQUIRE(reply.status == status);
        BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
        BOOST_TEST(reply.header("access-control-allow-origin") == "*");
        BOOST_TEST(reply.header("x-vol-correlation").size() == 32U);
        const auto errors = reply.at("errors");
        BOOST_REQUIRE(errors.items());
        BOOST_REQUIRE(errors.items()->size() == 1U);
        const auto& error = errors.items()->front();
        BOOST_TEST(error.members()->size() == 3U);
        BOOST_TEST(*error.find("status")->text() == std::to_string(status));
        BOOST_TEST(!error.find("title")->text()->empty());
        BOOST_TEST(error.find("detail")->text()->starts_with(detail));
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_door, Door)

// --- Bearer tokens

BOOST_AUTO_TEST_CASE(EP40_EP42_client_credentials_in_the_form_that_the_clients_send) {
    const auto reply = send(granting("grant_type=client_credentials&client_id=" + client.id + "&client_secret=" + std::string(client.secret.reveal())));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.json().members()->size() == 5U);
    BOOST_TEST(reply.text_at("token_type") == "Bearer");
    BOOST_TEST(reply.text_at("identifier") == "client_credentials");
    BOOST_TEST(*reply.at("expires_in").integer() == 3600);
    const auto seconds = std::chrono::floor<Seconds>(clock.now().time_since_epoch()).count();
    BOOST_TEST(*reply.at("expires").integer() == seconds + 3600);
    BOOST_TEST(send(bearing(reply.text_at("access_token"), bare(GET, "/v2/integrations"))).status == 200);
    // The Kibo door takes it, and this one takes Kibo's: it is one application.
    BOOST_TEST(send(bearing(reply.text_at("access_token"), bare(GET, "/api/platform/tenants/1000"))).status == 200);
    BOOST_TEST(send(bearing(client.token, bare(GET, "/v2/integrations"))).status == 200);
}

BOOST_AUTO_TEST_CASE(EP41_EP42_implicit_by_a_client_id_alone) {
    const auto before = core.db.statements();
    const auto reply = send(granting("grant_type=implicit&client_id=" + page.id));
    BOOST_TEST(core.db.statements() - before <= 2U);  // no row is written
    BOOST_TEST(reply.text_at("identifier") == "implicit");
    BOOST_TEST(*reply.at("expires_in").integer() == 3600);
    BOOST_TEST(get("/v2/authentication-realms").status == 200);
    clock.advance(1h - 1s);
    BOOST_TEST(get("/v2/authentication-realms").status == 200);
    clock.advance(1s);
    refused(get("/v2/authentication-realms"), 401, "the access token");
}

BOOST_AUTO_TEST_CASE(EP2_a_bearer_token_is_asked_for_in_json_too_and_whatever_the_type_says) {
    BOOST_TEST(send(granting(Json::object({{"grant_type", "implicit"}, {"client_id", page.id}}).dump(), "application/json")).status == 200);
    BOOST_TEST(send(granting("grant_type=implicit&client_id=" + page.id, "text/plain;charset=UTF-8")).status == 200);
}

BOOST_AUTO_TEST_CASE(EP43_wrong_ids_and_secrets_are_one_answer) {
    const auto form = [&](std::string_view id, std::string_view secret) {
        return granting("grant_type=client_credentials&client_id=" + std::string(id) + "&client_secret=" + std::string(secret));
    };
    const auto wrong = send(form(client.id, "wrong"));
    refused(wrong, 401, "the client id or the client secret is wrong");
    BOOST_TEST(send(form("nobody", "wrong")).text == wrong.text);
    BOOST_TEST(send(form(page.id, client.secret.reveal())).text == wrong.text);
    // An id that is not publishable gives nothing away.
    BOOST_TEST(send(granting("grant_type=implicit&client_id=" + client.id)).text == wrong.text);
    BOOST_TEST(log.mentions("is not publishable"));
    BOOST_TEST(send(granting("grant_type=implicit&client_id=nobody")).text == wrong.text);
    BOOST_TEST(send(granting("grant_type=implicit&client_id=" + page.id + "%20")).text == wrong.text);
}

BOOST_AUTO_TEST_CASE(EP43_a_form_that_lacks_something_is_400) {
    refused(send(granting("")), 400, "grant_type must be given");
    refused(send(granting("grant_type=password&client_id=x")), 400, "grant_type must be implicit or client_credentials");
    refused(send(granting("grant_type=implicit")), 400, "client_id must be given");
    refused(send(granting("grant_type=client_credentials&client_id=" + client.id)), 400, "client_secret must be given");
    refused(send(granting("grant_type=%zz")), 400);
    refused(send(granting("{")), 400);
    refused(send(granting("{\"grant_type\":1}", "application/json")), 400, "grant_type must be a text");
}

BOOST_AUTO_TEST_CASE(EP41_an_implicit_token_ends_with_its_application) {
    BOOST_TEST(get("/v2/authentication-realms").status == 200);
    BOOST_REQUIRE(core.applications.disable(core.db, context(), realm, page.id, true));
    clock.advance(1s);
    refused(get("/v2/authentication-realms"), 401);
    refused(send(granting("grant_type=implicit&client_id=" + page.id)), 401);
}

BOOST_AUTO_TEST_CASE(TK1_a_forged_implicit_token_costs_no_statement) {
    const auto before = core.db.statements();
    auto forged = implicit;
    forged[30] = forged[30] == 'A' ? 'B' : 'A';
    refused(send(bearing(forged, bare(GET, "/v2/authentication-realms"))), 401);
    BOOST_TEST(core.db.statements() == before);
}

BOOST_AUTO_TEST_CASE(EP45_the_kibo_door_takes_no_implicit_token) {
    BOOST_TEST(send(bearing(implicit, bare(GET, "/api/platform/tenants/1000"))).status == 401);
    BOOST_TEST(send(bearing(implicit, bare(GET, "/api/commerce/customer/authtickets/anonymousshopper"))).status == 401);
    // Even of an application that may do more.
    const auto both = add_client(realm, applications::storefront | applications::admin | applications::publishable);
    const auto token = token_of(send(granting("grant_type=implicit&client_id=" + both.id)));
    BOOST_TEST(send(bearing(token, bare(GET, "/api/commerce/customer/accounts"))).status == 401);
    refused(send(bearing(token, bare(GET, "/v2/integrations"))), 403);
}

BOOST_AUTO_TEST_CASE(EP6_a_ticket_of_a_shopper_is_no_bearer) {
    const auto shopper = register_ada().text_at("accessToken");
    refused(send(bearing(shopper, bare(GET, "/v2/authentication-realms"))), 401);
}

BOOST_AUTO_TEST_CASE(TH2_strangers_with_an_implicit_token_do_not_use_up_the_shops_own_budget) {
    const auto both = add_client(realm, applications::admin | applications::publishable);
    const auto token = token_of(send(granting("grant_type=implicit&client_id=" + both.id)));
    Reply reply;
    for (unsigned i = 0; i < 20 * config.application_requests_per_second && reply.status != 429; ++i) {
        reply = send(bearing(token, bare(GET, "/v2/nothing/here")));
        if (reply.status == 404) reply = send(bearing(token, bare(GET, "/v2/integrations")));
    }
    refused(reply, 429);
    BOOST_TEST(!reply.header("retry-after").empty());
    BOOST_TEST(send(bearing(both.token, bare(GET, "/v2/integrations"))).status == 200);
}

BOOST_AUTO_TEST_CASE(TH2_whoever_holds_an_implicit_token_is_charged_for_its_failures) {
    const auto profiles = get(realm_path() + "/password-profiles");
    unsigned typed = 100;  // the same wrong value again would be one failure (EP19)
    const auto failing = [&](const std::string& token, const std::string& peer) {
        const auto body = Json::object({{"data", Json::object({{"type", "account_management_authentication_token"},
                                                               {"authentication_mechanism", "passwordless"},
                                                               {"password_profile_id", *profiles.at("data").items()->front().find("id")->text()},
                                                               {"username", "nobody"},
                                                               {"one_time_password_token", "abc" + std::to_string(typed++)}})}}).dump();
        auto call = bearing(token, bare(POST, "/v2/account-members/tokens", body));
        call.peer = peer;
        return send(call).status;
    };
    for (int i = 0; i < 30; ++i) {
        BOOST_TEST(failing(client.token, "203.0.113.5") == 401);  // a server: its address says nothing about a shopper
        BOOST_TEST(failing(implicit, "203.0.113.5") == 401);
        clock.advance(11ms);
    }
    BOOST_TEST(failing(implicit, "203.0.113.5") == 429);
    BOOST_TEST(failing(implicit, "203.0.113.6") == 401);
    BOOST_TEST(failing(client.token, "203.0.113.5") == 401);
}

// --- Rights

// Every row of the table against what its columns say: who may not make the call is told before anything is read.
BOOST_AUTO_TEST_CASE(EP44_every_row_asks_for_its_callers_rights) {
    const auto nobody = add_client(realm, 0), storefront = add_client(realm, applications::storefront);
    const auto id = dashed(core.realms.get(core.db, clock.now(), realm)->id);
    unsigned merchants = 0, members = 0;
    for (const auto& route : elasticpath::door().routes) {
        if (route.caller == Caller::anyone) continue;
        std::string path(route.path);
        for (auto at = path.find('{'); at != path.npos; at = path.find('{')) path.replace(at, path.find('}', at) - at + 1, id);
        BOOST_TEST_CONTEXT(http::name(route.method) << " " << path) {
            const auto call = bare(route.method, path, route.body != 0 ? "{}" : "");
            refused(send(call), 401);
            refused(send(bearing("garbage", call)), 401);
            BOOST_TEST((route.caller == Caller::shop || route.caller == Caller::admin));
            BOOST_TEST(((route.caller == Caller::admin) == (route.claims == Claims::never)));
            for (const auto& bearer : {implicit, nobody.token, storefront.token}) {
                const auto reply = send(bearing(bearer, call));
                if (route.caller == Caller::admin) refused(reply, 403);
                else if (route.claims == Claims::unless_admin || route.claims == Claims::or_new_password) refused(reply, 403);
                else BOOST_TEST((reply.status != 401 && reply.status != 403));
            }
            const auto own = send(bearing(client.token, call)).status;
            BOOST_TEST((own != 401 && own != 403));
            if (route.caller == Caller::admin) ++merchants;
            if (route.claims != Claims::unread) ++members;
        }
    }
    BOOST_TEST(merchants > 10U);
    BOOST_TEST_MESSAGE(merchants << " rows of the merchant, " << members << " of members");
}

BOOST_AUTO_TEST_CASE(EP6_what_is_no_account_token_is_refused_where_one_is_read) {
    const auto kibo_ticket = register_ada().text_at("accessToken");
    const auto anonymous = send(request(GET, "/api/commerce/customer/authtickets/anonymousshopper")).text_at("accessToken");
    unsigned rows = 0;
    for (const auto& route : elasticpath::door().routes) {
        if (route.claims == Claims::unread) continue;
        ++rows;
        std::string path(route.path);
        for (auto at = path.find('{'); at != path.npos; at = path.find('{')) path.replace(at, path.find('}', at) - at + 1, "x");
        for (const auto& token : {std::string("garbage"), std::string(), implicit, client.token, kibo_ticket, anonymous}) {
            for (const auto& bearer : {implicit, client.token}) {
                if (bearer == implicit && route.caller == Caller::admin) continue;  // refused before
                auto call = bearing(bearer, bare(route.method, path, route.body != 0 ? "{}" : ""));
                call.headers["ep-account-management-authentication-token"] = token;
                refused(send(call), 401, "the account token");
            }
        }
    }
    BOOST_TEST(rows > 30U);
}

// --- Paths

BOOST_AUTO_TEST_CASE(EP17_repeated_slashes_are_one) {
    for (const char* const path : {"/v2//authentication-realms", "//v2/authentication-realms", "///v2///authentication-realms//"}) {
        const auto reply = get(path);
        BOOST_TEST_CONTEXT(path) BOOST_TEST(reply.status == 200);
        BOOST_TEST(reply.text_at("links.current") == "/v2/authentication-realms?page[offset]=0&page[limit]=25");
    }
    auto call = granting("grant_type=implicit&client_id=" + page.id);
    call.path = "//oauth//access_token";
    BOOST_TEST(send(call).status == 200);
    // Only here: at the other door they are an unknown path as before.
    BOOST_TEST(send(request(GET, "/api//platform/tenants/1000")).status == 404);
    BOOST_TEST(send(request(GET, "//api/platform/tenants/1000")).status == 404);
}

BOOST_AUTO_TEST_CASE(EP35_unknown_paths_and_methods) {
    refused(get("/v2/nothing"), 404, "there is nothing at this address");
    refused(get("/v2/"), 404);
    refused(get("/oauth/nothing"), 404);
    for (const char* const bare_prefix : {"/v2", "/V2", "//v2", "/oauth"}) refused(get(bare_prefix), 404, "there is nothing at this address");
    BOOST_TEST(send(request(http::Method::options, "/v2")).status == 204);
    BOOST_TEST(get("/v2x").at("errors").is_null());  // nobody's: the program's own form
    const auto wrong = send(by_page(DELETE, "/v2/authentication-realms"));
    refused(wrong, 405);
    BOOST_TEST(wrong.header("allow") == "GET, HEAD");
    refused(send(bare(GET, "/oauth/access_token")), 405);
    refused(send(by_page(http::Method::patch, "/v2/authentication-realms")), 405);
}

BOOST_AUTO_TEST_CASE(EP1_a_trailing_slash_and_head) {
    BOOST_TEST(get("/v2/authentication-realms/").status == 200);
    BOOST_TEST(send(by_page(http::Method::head, "/v2/authentication-realms")).status == 200);
}

BOOST_AUTO_TEST_CASE(EP39_a_body_that_is_too_large) {
    refused(send(request(PUT, "/v2/settings/account-authentication", std::string(65537, ' '))), 413);
}

BOOST_AUTO_TEST_CASE(EP39_what_could_not_be_read_is_told_in_the_form_of_the_door) {
    refused(send(refuse(Why::bad_request, "REQUEST_URI", "a broken escape"), "/v2/x"), 400);
    refused(send(refuse(Why::body_too_large), "/oauth/access_token"), 413);
}

// --- Browsers

BOOST_AUTO_TEST_CASE(EP20_a_preflight_needs_no_credentials) {
    for (const char* const path : {"/v2/account-members/tokens", "/v2//x", "/v2/nothing", "/oauth/access_token"}) {
        BOOST_TEST_CONTEXT(path) {
            const auto reply = send(bare(http::Method::options, path));
            BOOST_TEST(reply.status == 204);
            BOOST_TEST(reply.text.empty());
            BOOST_TEST(reply.header("access-control-allow-origin") == "*");
            BOOST_TEST(reply.header("access-control-allow-methods").find("PUT") != std::string::npos);
            BOOST_TEST(reply.header("access-control-allow-headers").starts_with("Authorization, Content-Type, EP-Account-Management-"));
            BOOST_TEST(!reply.header("access-control-max-age").empty());
        }
    }
    BOOST_TEST(send(bare(http::Method::options, "/api/platform/tenants/1000")).status == 405);
}

BOOST_AUTO_TEST_CASE(EP20_every_answer_can_be_read_by_a_page_of_another_host) {
    const auto reply = get("/v2/authentication-realms");
    BOOST_TEST(reply.header("access-control-allow-origin") == "*");
    BOOST_TEST(reply.header("access-control-allow-credentials").empty());
    BOOST_TEST(reply.header("access-control-expose-headers").find("Retry-After") != std::string::npos);
    BOOST_TEST(reply.header("set-cookie").empty());
    BOOST_TEST(reply.header("cache-control") == "no-store");
    // No other door.
    BOOST_TEST(send(request(GET, "/api/platform/tenants/1000")).header("access-control-allow-origin").empty());
}

BOOST_AUTO_TEST_CASE(EP18_other_headers_are_passed_over) {
    auto call = by_page(GET, "/v2/authentication-realms");
    for (const char* const name : {"x-vol-tenant", "x-vol-site", "x-vol-user-claims"}) call.headers[name] = "9999";
    BOOST_TEST(send(call).status == 200);
}

BOOST_AUTO_TEST_CASE(EP16_an_empty_answer_has_no_type) {
    const auto made = send(request(POST, realm_path() + "/password-profiles",
                                   R"({"data":{"type":"password_profile","name":"for a moment"}})"));
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    const auto gone = send(request(DELETE, realm_path() + "/password-profiles/" + made.text_at("data.id")));
    BOOST_TEST(gone.status == 204);
    BOOST_TEST(gone.text.empty());
    BOOST_TEST(gone.header("content-type").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
