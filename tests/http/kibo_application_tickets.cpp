// SPDX-License-Identifier: MIT
// Application tokens in both forms, and the tenants resource (kibo 3 and 1.3, docs/kibo.md).
#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

struct Shop : KiboShop {
    http::Request oauth(std::initializer_list<Json::Member> members) const {
        return bare(POST, applications_path + "/oauth", Json::object(members).dump());
    }
    http::Request oauth() const { return oauth_with("client_credentials", nullptr); }
    http::Request oauth_with(std::string_view grant, Json refresh_token) const {
        return oauth({{"client_id", client.id},
                      {"client_secret", client.secret.reveal()},
                      {"grant_type", grant},
                      {"refresh_token", std::move(refresh_token)}});
    }
    http::Request form(std::string_view secret) const {
        return bare(POST, applications_path, Json::object({{"applicationId", client.id}, {"sharedSecret", secret}}).dump());
    }
    http::Request form() const { return form(client.secret.reveal()); }
    http::Request refresh(const std::string& token) const {
        return bare(PUT, applications_path + "/refresh-ticket", Json::object({{"refreshToken", token}}).dump());
    }
    http::Request tenants(const std::string& token, std::string_view which = "1000") const {
        auto request = bare(GET, "/api/platform/tenants/" + std::string(which));
        request.headers["authorization"] = "Bearer " + token;
        return request;
    }
};

void wrong_credentials(const Reply& reply) {
    is_refused(reply, 401, "INVALID_CREDENTIALS");
    BOOST_TEST(reply.text_at("message").starts_with("Invalid Credentials:"));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_application_tickets, Shop)

BOOST_AUTO_TEST_CASE(kibo_3_oauth_gives_a_token_that_opens_calls) {
    const auto reply = send(oauth());
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.json().members()->size() == 4U);
    BOOST_TEST(reply.text_at("token_type") == "bearer");
    BOOST_TEST(*reply.at("expires_in").integer() == 3600);
    BOOST_TEST(!reply.text_at("refresh_token").empty());
    BOOST_TEST(send(tenants(reply.text_at("access_token"))).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_3_oauth_refreshes_as_the_published_client_asks_and_as_rfc_6749_does) {
    for (const auto* grant : {"client_credentials", "refresh_token"}) {
        const auto first = send(oauth());
        const auto second = send(oauth_with(grant, first.text_at("refresh_token")));
        BOOST_TEST(second.status == 200);
        BOOST_TEST(second.text_at("access_token") != first.text_at("access_token"));
        BOOST_TEST(second.text_at("refresh_token") != first.text_at("refresh_token"));
        BOOST_TEST(send(tenants(second.text_at("access_token"))).status == 200);
    }
}

BOOST_AUTO_TEST_CASE(kibo_3_a_refresh_token_alone_is_enough_for_the_refresh_grant) {
    const auto first = send(oauth());
    const auto second = send(oauth({{"grant_type", "refresh_token"}, {"refresh_token", first.text_at("refresh_token")}}));
    BOOST_TEST(second.status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_3_a_refresh_with_another_secret_or_client_is_401_and_the_token_stays) {
    const auto token = send(oauth()).text_at("refresh_token");
    const auto other = add_client(realm, applications::storefront);
    wrong_credentials(send(oauth({{"client_id", client.id}, {"client_secret", "wrong"}, {"grant_type", "client_credentials"},
                                  {"refresh_token", token}})));
    wrong_credentials(send(oauth({{"client_id", other.id}, {"client_secret", other.secret.reveal()},
                                  {"grant_type", "client_credentials"}, {"refresh_token", token}})));
    wrong_credentials(send(oauth({{"client_id", client.id}, {"grant_type", "client_credentials"}, {"refresh_token", token}})));
    BOOST_TEST(send(oauth_with("client_credentials", token)).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_3_wrong_oauth_credentials_are_401_with_the_code_at_the_top) {
    wrong_credentials(send(oauth({{"client_id", client.id}, {"client_secret", "wrong"}, {"grant_type", "client_credentials"}})));
    wrong_credentials(send(oauth({{"client_id", "nobody"}, {"client_secret", client.secret.reveal()}, {"grant_type", "client_credentials"}})));
    wrong_credentials(send(oauth({{"client_id", client.id}, {"grant_type", "client_credentials"}})));
    wrong_credentials(send(oauth({{"grant_type", "client_credentials"}})));
    wrong_credentials(send(oauth({{"grant_type", "refresh_token"}})));
    wrong_credentials(send(oauth_with("client_credentials", "forged")));
    wrong_credentials(send(oauth_with("refresh_token", client.token)));  // an access token is no refresh token
}

BOOST_AUTO_TEST_CASE(kibo_3_unknown_client_and_wrong_secret_are_answered_alike) {
    const auto unknown = send(oauth({{"client_id", "nobody"}, {"client_secret", "x"}, {"grant_type", "client_credentials"}}));
    const auto wrong = send(oauth({{"client_id", client.id}, {"client_secret", "x"}, {"grant_type", "client_credentials"}}));
    BOOST_TEST(unknown.text == wrong.text);
}

BOOST_AUTO_TEST_CASE(kibo_3_oauth_bodies_that_cannot_be_used_are_400_and_named) {
    names_parameter(send(oauth({{"client_id", client.id}, {"client_secret", client.secret.reveal()}, {"grant_type", "password"}})), "grant_type");
    names_parameter(send(oauth({{"client_id", client.id}, {"client_secret", client.secret.reveal()}})), "grant_type");
    names_parameter(send(oauth({{"client_id", 7}, {"grant_type", "client_credentials"}})), "client_id");
    names_parameter(send(oauth({{"grant_type", Json::array()}})), "grant_type");
    names_parameter(send(bare(POST, applications_path + "/oauth", "client_id=x&grant_type=client_credentials")), "body");
    names_parameter(send(bare(POST, applications_path + "/oauth", "[]")), "body");
    names_parameter(send(bare(POST, applications_path + "/oauth")), "grant_type");
}

BOOST_AUTO_TEST_CASE(kibo_3_the_ticket_form_gives_both_tokens_and_their_ends) {
    const auto reply = send(form());
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.json().members()->size() == 4U);
    BOOST_TEST(reply.text_at("accessTokenExpiration") == "2026-01-15T11:20:30.120Z");
    BOOST_TEST(reply.text_at("refreshTokenExpiration") == "2026-01-16T10:20:30.120Z");
    BOOST_TEST(send(tenants(reply.text_at("accessToken"))).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_3_the_ticket_form_refreshes) {
    const auto first = send(form());
    clock.advance(Seconds{60});
    const auto second = send(refresh(first.text_at("refreshToken")));
    BOOST_TEST(second.status == 200);
    BOOST_TEST(second.text_at("accessTokenExpiration") == "2026-01-15T11:21:30.120Z");
    BOOST_TEST(second.text_at("accessToken") != first.text_at("accessToken"));
}

BOOST_AUTO_TEST_CASE(kibo_3_the_ticket_form_refuses_wrong_secrets_and_empty_refreshes_with_401) {
    wrong_credentials(send(form("wrong")));
    wrong_credentials(send(form("")));
    wrong_credentials(send(bare(POST, applications_path)));
    wrong_credentials(send(refresh("")));
    wrong_credentials(send(refresh("forged")));
    wrong_credentials(send(bare(PUT, applications_path + "/refresh-ticket")));
    names_parameter(send(bare(PUT, applications_path + "/refresh-ticket", R"({"refreshToken":1})")), "refreshToken");
}

BOOST_AUTO_TEST_CASE(kibo_3_a_deleted_ticket_is_refused_within_a_second_and_cannot_be_refreshed) {
    const auto ticket = send(form());
    const auto access = ticket.text_at("accessToken"), token = ticket.text_at("refreshToken");
    BOOST_TEST(send(tenants(access)).status == 200);
    const auto ended = send(bare(DELETE, applications_path + "/" + token));
    BOOST_TEST(ended.status == 200);
    BOOST_TEST(ended.text.empty());
    BOOST_TEST(ended.header("x-vol-correlation").size() == 32U);
    clock.advance(Seconds{1});
    is_refused(send(tenants(access)), 401, "INVALID_ACCESS_TOKEN");
    wrong_credentials(send(refresh(token)));
}

BOOST_AUTO_TEST_CASE(kibo_3_deleting_an_unknown_ticket_is_404) {
    is_refused(send(bare(DELETE, applications_path + "/forged")), 404, "ITEM_NOT_FOUND");
    const auto token = send(form()).text_at("refreshToken");
    BOOST_TEST(send(bare(DELETE, applications_path + "/" + token)).status == 200);
    is_refused(send(bare(DELETE, applications_path + "/" + token)), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_9_an_application_token_lives_an_hour) {
    const auto token = send(oauth()).text_at("access_token");
    clock.advance(std::chrono::hours(1) - Millis(1));
    BOOST_TEST(send(tenants(token)).status == 200);
    clock.advance(Millis(1));
    is_refused(send(tenants(token)), 401, "INVALID_ACCESS_TOKEN");
}

BOOST_AUTO_TEST_CASE(kibo_1_3_the_tenants_resource_tells_where_the_shop_is) {
    const auto reply = send(tenants(client.token));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(*reply.at("id").integer() == 1000);
    BOOST_TEST(reply.text_at("name") == "shop");
    BOOST_TEST(reply.text_at("domain") == "shop.example");
    BOOST_TEST(*reply.at("sites").items()->at(0).find("id")->integer() == 2000);
    BOOST_TEST(reply.at("masterCatalogs").items()->size() == 1U);
}

BOOST_AUTO_TEST_CASE(kibo_1_3_other_tenants_are_404_whether_they_exist_or_not) {
    add_realm("elsewhere", 1001, 2001);
    const auto foreign = send(tenants(client.token, "1001"));
    const auto none = send(tenants(client.token, "1002"));
    is_refused(foreign, 404, "ITEM_NOT_FOUND");
    BOOST_TEST(foreign.text == none.text);
    for (const auto* which : {"0", "abc", "-1", "4294967296", "1000x"}) {
        is_refused(send(tenants(client.token, which)), 404, "ITEM_NOT_FOUND");
    }
}

BOOST_AUTO_TEST_CASE(kibo_1_3_the_tenants_resource_wants_an_application) {
    is_refused(send(tenants("nobody")), 401, "INVALID_ACCESS_TOKEN");
    is_refused(send(bare(GET, "/api/platform/tenants/1000")), 401, "INVALID_ACCESS_TOKEN");
}

BOOST_AUTO_TEST_CASE(kibo_5_response_fields_shape_application_tickets_and_tenants) {
    auto request = form();
    request.query.add("responseFields", "accessToken");
    BOOST_TEST(send(request).json().members()->size() == 1U);
    auto tenant_request = tenants(client.token);
    tenant_request.query.add("responseFields", "id,sites(id)");
    BOOST_TEST(send(tenant_request).text == R"({"id":1000,"sites":[{"id":2000}]})");
}

BOOST_AUTO_TEST_SUITE_END()
