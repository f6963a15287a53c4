// SPDX-License-Identifier: MIT
// Settings, authentication realms and password profiles of the Elastic Path door (EP60 to EP89, docs/elasticpath.md).
#include <boost/test/unit_test.hpp>

#include <authtickets/api/elasticpath/door.h>

#include "kibo_shop.h"

namespace authtickets::test {

namespace {

using namespace std::chrono_literals;

const std::string settings_at = "/v2/settings/account-authentication";
const std::string realms_at = "/v2/authentication-realms";

struct Store : KiboShop {
    std::string implicit, realm_id, profiles_at;

    Store() : KiboShop({&kibo::door(), &elasticpath::door(), &elasticpath::oauth_door()}) {
        const auto page = add_client(realm, applications::publishable);
        implicit = core.applications.implicit(core.db, context(), page.id)->access.reveal();
        realm_id = dashed(core.realms.get(core.db, clock.now(), realm)->id);
        profiles_at = realms_at + "/" + realm_id + "/password-profiles";
    }
    using KiboShop::send;
    Reply send(http::Method method, const std::string& target) { return send(request(method, target)); }
    Reply send(http::Method method, const std::string& target, Json data) {
        return send(request(method, target, Json::object({{"data", std::move(data)}}).dump()));
    }
    Reply by_page(http::Method method, const std::string& target, std::string body = {}) {
        auto call = bare(method, target, std::move(body));
        call.headers["authorization"] = "Bearer " + implicit;
        return send(call);
    }
    Reply set(std::string_view member, Json value) {
        auto data = Json::object({{"type", "account_authentication_settings"}});
        data.set(member, std::move(value));
        return send(PUT, settings_at, std::move(data));
    }
    Reply profile(http::Method method, const std::string& target, Json::Object members) {
        members.insert(members.begin(), {"type", "password_profile"});
        return send(method, target, Json(std::move(members)));
    }
    std::string default_profile() { return *send(GET, profiles_at).at("data").items()->front().find("id")->text(); }
};

std::string detail(const Reply& reply, int status) {
    BOOST_TEST_CONTEXT(reply.text) BOOST_REQUIRE(reply.status == status);
    return *reply.at("errors").items()->front().find("detail")->text();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_settings, Store)

// --- Settings

BOOST_AUTO_TEST_CASE(EP60_EP61_EP62_EP63_EP64_EP65_EP66_the_settings_as_they_are_from_the_first_day) {
    const auto reply = send(GET, settings_at);
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.text_at("data.type") == "account_authentication_settings");
    BOOST_TEST(reply.text_at("data.id") == realm_id);
    BOOST_TEST(!*reply.at("data.enable_self_signup").boolean());
    BOOST_TEST(!*reply.at("data.auto_create_account_for_account_members").boolean());
    BOOST_TEST(reply.text_at("data.account_member_self_management") == "disabled");
    BOOST_TEST(*reply.at("data.account_management_authentication_token_timeout_secs").integer() == 86400);
    BOOST_TEST(reply.text_at("data.relationships.authentication_realm.data.id") == realm_id);
    BOOST_TEST(reply.text_at("data.relationships.authentication_realm.data.type") == "authentication_realm");
    BOOST_TEST(reply.text_at("data.relationships.authentication_realm.data.links.self") == realms_at + "/" + realm_id);
    BOOST_TEST(reply.text_at("data.meta.client_id") == "account-management");
    BOOST_TEST(reply.text_at("links.self") == settings_at);
    // EP53: the storefront's page finds the realm there.
    BOOST_TEST(by_page(GET, settings_at).text == reply.text);
}

BOOST_AUTO_TEST_CASE(EP9_EP61_to_EP64_each_setting_alone_and_the_others_stay) {
    BOOST_TEST(*set("enable_self_signup", true).at("data.enable_self_signup").boolean());
    BOOST_TEST(*set("auto_create_account_for_account_members", true).at("data.auto_create_account_for_account_members").boolean());
    BOOST_TEST(set("account_member_self_management", "update_only").text_at("data.account_member_self_management") == "update_only");
    BOOST_TEST(*set("account_management_authentication_token_timeout_secs", 3600).at("data.account_management_authentication_token_timeout_secs").integer() == 3600);
    const auto now = send(GET, settings_at);
    BOOST_TEST(*now.at("data.enable_self_signup").boolean());
    BOOST_TEST(*now.at("data.auto_create_account_for_account_members").boolean());
    BOOST_TEST(now.text_at("data.account_member_self_management") == "update_only");
    const auto& settings = core.realms.newest(core.db, clock.now(), realm)->settings;
    BOOST_TEST((settings.self_signup && settings.auto_account && settings.account_life == 1h));
    BOOST_TEST(!*set("enable_self_signup", false).at("data.enable_self_signup").boolean());
    // What is sent back as it was read changes nothing.
    BOOST_TEST(send(PUT, settings_at, now.at("data")).status == 200);
    BOOST_TEST(*send(GET, settings_at).at("data.enable_self_signup").boolean());
}

BOOST_AUTO_TEST_CASE(EP64_EP31_EP37_values_that_cannot_be) {
    for (const std::int64_t wrong : {std::int64_t{59}, std::int64_t{0}, std::int64_t{-1}, std::int64_t{2592001}, INT64_MAX}) {
        BOOST_TEST(detail(set("account_management_authentication_token_timeout_secs", wrong), 422).starts_with("account_management_authentication_token_timeout_secs "));
    }
    BOOST_TEST(set("account_management_authentication_token_timeout_secs", 60).status == 200);
    BOOST_TEST(set("account_management_authentication_token_timeout_secs", 2592000).status == 200);
    BOOST_TEST(detail(set("account_member_self_management", "all"), 422).starts_with("account_member_self_management "));
    for (const auto& [member, value] : std::initializer_list<std::pair<const char*, Json>>{
             {"enable_self_signup", "true"}, {"enable_self_signup", nullptr}, {"auto_create_account_for_account_members", 1},
             {"account_member_self_management", true}, {"account_management_authentication_token_timeout_secs", "60"}}) {
        BOOST_TEST(detail(set(member, value), 400).starts_with(member));
    }
    BOOST_TEST(send(PUT, settings_at, Json::object({{"enable_self_signup", true}})).status == 400);
    BOOST_TEST(send(request(PUT, settings_at, R"({"type":"account_authentication_settings"})")).status == 400);
    BOOST_TEST(!*send(GET, settings_at).at("data.enable_self_signup").boolean());
}

BOOST_AUTO_TEST_CASE(EP53_only_the_shops_own_application_changes_them) {
    const std::string body = R"({"data":{"type":"account_authentication_settings","enable_self_signup":true}})";
    BOOST_TEST(by_page(PUT, settings_at, body).status == 403);
    const auto storefront = add_client(realm, applications::storefront);
    BOOST_TEST(send(by(storefront, request(PUT, settings_at, body))).status == 403);
    BOOST_TEST(send(by(storefront, request(GET, settings_at))).status == 200);
}

// --- Realms

BOOST_AUTO_TEST_CASE(EP70_EP71_EP260_the_one_realm) {
    add_realm("other", 1001, 2001);
    const auto list = send(GET, realms_at);
    BOOST_REQUIRE(list.at("data").items()->size() == 1U);
    BOOST_TEST(*list.at("meta.results.total").integer() == 1);
    const auto one = send(GET, realms_at + "/" + realm_id);
    BOOST_TEST(list.at("data").items()->front().dump() == one.at("data").dump());
    BOOST_TEST(one.text_at("data.id") == realm_id);
    BOOST_TEST(one.text_at("data.type") == "authentication-realm");
    BOOST_TEST(!one.text_at("data.name").empty());
    BOOST_TEST(one.text_at("data.duplicate_email_policy") == "allowed");
    BOOST_TEST(one.at("data.redirect_uris").items()->empty());
    BOOST_TEST(one.text_at("data.relationships.origin.data.type") == "account_authentication_settings");
    BOOST_TEST(one.text_at("data.relationships.origin.data.id") == send(GET, settings_at).text_at("data.id"));
    BOOST_TEST(one.text_at("data.meta.created_at").size() == 24U);
    BOOST_TEST(one.text_at("data.links.self") == realms_at + "/" + realm_id);
    BOOST_TEST(by_page(GET, realms_at + "/" + realm_id).text == one.text);
    // Raw brackets and encoded ones (EP15).
    BOOST_TEST(*send(GET, realms_at + "?page[limit]=10").at("meta.page.limit").integer() == 10);
    BOOST_TEST(*send(GET, realms_at + "?page%5Blimit%5D=10").at("meta.page.limit").integer() == 10);
    BOOST_TEST(send(GET, realms_at + "?page[offset]=1").at("data").items()->empty());
    BOOST_TEST(send(GET, realms_at + "?page[limit]=0").status == 400);
    BOOST_TEST(detail(send(GET, realms_at + "?filter=eq(name,x)"), 400) == "filter is not offered for this list");
    BOOST_TEST(detail(send(GET, profiles_at + "?sort=name"), 400) == "sort is not offered for this list");
}

BOOST_AUTO_TEST_CASE(EP70_ids_of_others_and_no_ids_are_404_alike) {
    const auto other = add_realm("other", 1001, 2001);
    const auto foreign = dashed(core.realms.get(core.db, clock.now(), other)->id);
    const auto unknown = dashed(uuid_v4(rng));
    for (const std::string& end : {std::string(), std::string("/password-profiles"), "/password-profiles/" + unknown}) {
        const auto nothing = send(GET, realms_at + "/" + unknown + end).text;
        for (const std::string& id : {foreign, std::string("shopper"), std::string("x'--")}) {
            const auto reply = send(GET, realms_at + "/" + id + end);
            BOOST_TEST(reply.status == 404);
            BOOST_TEST(reply.text == nothing);
        }
    }
    BOOST_TEST(send(PUT, realms_at + "/" + foreign, Json::object({{"type", "authentication-realm"}, {"name", "mine now"}})).status == 404);
}

BOOST_AUTO_TEST_CASE(EP72_the_name_can_be_changed) {
    const auto at = realms_at + "/" + realm_id;
    const auto before = send(GET, at);
    clock.advance(1s);
    const auto changed = send(PUT, at, Json::object({{"type", "authentication-realm"}, {"name", "Shoppers é"}}));
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.text_at("data.name") == "Shoppers é");
    BOOST_TEST(changed.text_at("data.meta.created_at") == before.text_at("data.meta.created_at"));
    BOOST_TEST(changed.text_at("data.meta.updated_at") > before.text_at("data.meta.updated_at"));
    BOOST_TEST(send(GET, at).text == changed.text);
    // Its own name stays: commands and mails know the shop by it.
    BOOST_TEST(core.realms.newest(core.db, clock.now(), realm)->name != "Shoppers é");
    BOOST_TEST(send(PUT, at, Json::object({{"type", "authentication-realm"}, {"name", ""}})).status == 422);
    BOOST_TEST(send(PUT, at, Json::object({{"type", "authentication-realm"}, {"name", nullptr}})).status == 400);
    BOOST_TEST(send(PUT, at, Json::object({{"type", "authentication-realm"}, {"name", std::string(300, 'x')}})).status == 422);
    BOOST_TEST(send(PUT, at, Json::object({{"type", "oidc-profile"}})).status == 400);
    BOOST_TEST(by_page(PUT, at, R"({"data":{"type":"authentication-realm","name":"x"}})").status == 403);
}

BOOST_AUTO_TEST_CASE(EP73_EP261_EP262_what_is_about_single_sign_on_stays_as_it_is) {
    BOOST_TEST(send(GET, realms_at + "/" + realm_id + "/oidc-profiles").status == 404);
    const auto at = realms_at + "/" + realm_id;
    BOOST_TEST(send(PUT, at, send(GET, at).at("data")).status == 200);
    BOOST_TEST(detail(send(PUT, at, Json::object({{"type", "authentication-realm"}, {"duplicate_email_policy", "api_only"}})), 422).starts_with("duplicate_email_policy"));
    BOOST_TEST(detail(send(PUT, at, Json::object({{"type", "authentication-realm"}, {"redirect_uris", Json(Json::Array{"https://a.example"})}})), 422)
                   .starts_with("redirect_uris"));
}

// --- Password profiles

BOOST_AUTO_TEST_CASE(EP80_every_realm_has_one) {
    const auto list = send(GET, profiles_at);
    BOOST_REQUIRE(list.at("data").items()->size() == 1U);
    const auto one = send(GET, profiles_at + "/" + default_profile());
    BOOST_TEST(one.status == 200);
    BOOST_TEST(one.at("data").dump() == list.at("data").items()->front().dump());
    BOOST_TEST(one.text_at("data.type") == "password_profile");
    BOOST_TEST(one.text_at("data.name") == "default");
    BOOST_TEST(one.text_at("data.username_format") == "any");
    BOOST_TEST(!*one.at("data.enable_one_time_password_token").boolean());
    BOOST_TEST(one.text_at("data.meta.created_at").size() == 24U);
    BOOST_TEST(one.text_at("data.links.self") == profiles_at + "/" + default_profile());
    BOOST_TEST(by_page(GET, profiles_at).text == list.text);
    BOOST_TEST(by_page(GET, profiles_at + "/" + default_profile()).text == one.text);
}

BOOST_AUTO_TEST_CASE(EP81_EP82_EP83_made_changed_and_removed) {
    const auto made = profile(POST, profiles_at, {{"name", "Shoppers"}, {"username_format", "email"}, {"enable_one_time_password_token", true}});
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    const auto at = profiles_at + "/" + made.text_at("data.id");
    BOOST_TEST(send(GET, at).text == made.text);
    BOOST_TEST(send(GET, profiles_at).at("data").items()->size() == 2U);
    clock.advance(1s);
    const auto renamed = profile(PUT, at, {{"name", "Others"}});
    BOOST_TEST(renamed.status == 200);
    BOOST_TEST(renamed.text_at("data.name") == "Others");
    BOOST_TEST(renamed.text_at("data.username_format") == "email");
    BOOST_TEST(*renamed.at("data.enable_one_time_password_token").boolean());
    BOOST_TEST(renamed.text_at("data.meta.updated_at") > made.text_at("data.meta.updated_at"));
    BOOST_TEST(!*profile(PUT, at, {{"enable_one_time_password_token", false}}).at("data.enable_one_time_password_token").boolean());
    BOOST_TEST(profile(PUT, at, {{"username_format", "any"}}).text_at("data.username_format") == "any");
    BOOST_TEST(profile(PUT, at, {}).text_at("data.name") == "Others");
    BOOST_TEST(send(DELETE, at).status == 204);
    BOOST_TEST(send(GET, at).status == 404);
    BOOST_TEST(send(DELETE, at).status == 404);
    BOOST_TEST(profile(PUT, at, {{"name", "x"}}).status == 404);
}

BOOST_AUTO_TEST_CASE(EP84_EP85_EP86_EP88_what_it_takes) {
    const auto made = profile(POST, profiles_at, {{"name", "plain"}});
    BOOST_TEST(made.text_at("data.username_format") == "any");
    BOOST_TEST(!*made.at("data.enable_one_time_password_token").boolean());
    BOOST_TEST(detail(profile(POST, profiles_at, {}), 400) == "name must be given");
    BOOST_TEST(profile(POST, profiles_at, {{"name", nullptr}}).status == 400);
    BOOST_TEST(profile(POST, profiles_at, {{"name", 5}}).status == 400);
    BOOST_TEST(detail(profile(POST, profiles_at, {{"name", "x"}, {"username_format", "phone"}}), 422).starts_with("username_format"));
    BOOST_TEST(profile(POST, profiles_at, {{"name", "x"}, {"username_format", 1}}).status == 400);
    BOOST_TEST(profile(POST, profiles_at, {{"name", "x"}, {"enable_one_time_password_token", "yes"}}).status == 400);
    BOOST_TEST(send(POST, profiles_at, Json::object({{"type", "password-profile"}, {"name", "x"}})).status == 400);
    // EP265: what the published samples show beside them does nothing.
    BOOST_TEST(profile(POST, profiles_at, {{"name", "y"}, {"min_length", 8}, {"require_numbers", true}}).status == 201);
}

BOOST_AUTO_TEST_CASE(EP87_what_is_in_use_stays) {
    const auto refused = send(DELETE, profiles_at + "/" + default_profile());
    BOOST_TEST(refused.status == 409);
    BOOST_TEST(refused.at("errors").dump().find("the first password profile of a realm cannot be removed") != std::string::npos);
    BOOST_TEST(send(GET, profiles_at + "/" + default_profile()).status == 200);
}

BOOST_AUTO_TEST_CASE(EP46_others_read_only) {
    const auto at = profiles_at + "/" + default_profile();
    const std::string body = R"({"data":{"type":"password_profile","name":"x"}})";
    BOOST_TEST(by_page(POST, profiles_at, body).status == 403);
    BOOST_TEST(by_page(PUT, at, body).status == 403);
    BOOST_TEST(by_page(DELETE, at).status == 403);
    BOOST_TEST(send(GET, at).text_at("data.name") == "default");
}

BOOST_AUTO_TEST_CASE(EP10_profiles_by_pages) {
    for (int i = 0; i < 5; ++i) profile(POST, profiles_at, {{"name", "p" + std::to_string(i)}});
    const auto page = send(GET, profiles_at + "?page[limit]=2&page[offset]=2");
    BOOST_TEST(page.at("data").items()->size() == 2U);
    BOOST_TEST(*page.at("meta.results.total").integer() == 6);
    BOOST_TEST(*page.at("meta.page.current").integer() == 2);
    BOOST_TEST(*page.at("meta.page.total").integer() == 3);
    BOOST_TEST(page.text_at("links.next") == profiles_at + "?page[offset]=4&page[limit]=2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
