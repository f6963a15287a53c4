// SPDX-License-Identifier: MIT
// Many accounts in one call, all or none (kibo 6.1, docs/kibo.md; KL6, docs/security.md).
#include <thread>

#include "kibo_shop.h"

using namespace authtickets;
using namespace authtickets::test;

namespace {

const std::string bcrypt_of_u_star_u = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";  // "U*U"

struct Shop : KiboShop {
    Client plain = add_client(realm, applications::storefront);

    http::Request adding(std::string body) const { return request(POST, accounts_path + "/Bulk", std::move(body)); }
    Reply add(Json::Array people) { return send(adding(Json(std::move(people)).dump())); }
    static Json person(std::string_view name, std::initializer_list<Json::Member> more = {{"password", "Engine-No-1"}}) {
        auto out = Json::object({{"account", Json::object({{"emailAddress", std::string(name) + "@example.com"}, {"userName", name}})}});
        for (const auto& [member, value] : more) out.set(member, value);
        return out;
    }
    bool known(std::string_view name) {
        return send(request(POST, accounts_path + "/loginstatebyusername?userName=" + std::string(name))).status == 200;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_bulk, Shop)

BOOST_AUTO_TEST_CASE(kibo_6_1_addAccounts_makes_accounts_with_logins_in_their_order) {
    auto last = person("carl");
    last.members()->front().second.set("notes", *parse_json(R"([{"content":"pays late"}])"));
    const auto reply = add({person("ada"), person("bob", {{"password", "Garden-No-2"}, {"isImport", false}}), last});
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == 200);
        BOOST_TEST((reply.at("startIndex") == Json(0)));
        BOOST_TEST((reply.at("pageSize") == Json(3)));
        BOOST_TEST((reply.at("pageCount") == Json(1)));
        BOOST_TEST((reply.at("totalCount") == Json(3)));
        BOOST_TEST(reply.json().members()->size() == 5U);
        BOOST_REQUIRE(reply.at("items").items()->size() == 3U);
        const std::string_view names[] = {"ada", "bob", "carl"};
        for (std::size_t i = 0; i < 3; ++i) {
            const auto each = reply.at("items").items()->at(i);
            BOOST_TEST(text(each, "userName") == names[i]);
            BOOST_TEST(text(each, "userId").size() == 32U);
            BOOST_TEST((*each.find("isAnonymous") == Json(false)));
            BOOST_TEST(send(on(*each.find("id"), GET)).text == each.dump());
        }
        BOOST_TEST(reply.at("items").items()->back().find("notes")->items()->size() == 1U);
    }
    is_live(send(signing_in("ada", "Engine-No-1")));
    is_live(send(signing_in("bob@example.com", "Garden-No-2")));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addAccounts_takes_hashes_and_logins_without_a_password) {
    const auto reply = add({person("ada", {{"externalPassword", bcrypt_of_u_star_u}, {"isImport", true}}),
                            person("bob", {{"isImport", true}}), person("carl", {{"externalPassword", bcrypt_of_u_star_u}})});
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    BOOST_TEST((*reply.at("items").items()->front().find("hasExternalPassword") == Json(true)));
    is_live(send(signing_in("ada", "U*U")));
    is_live(send(signing_in("carl", "U*U")));
    is_refused(send(signing_in("bob", "Engine-No-1")), 401, "INVALID_CREDENTIALS");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addAccounts_makes_all_or_none_and_names_the_item) {
    BOOST_TEST(add({person("taken")}).status == 200);
    const struct {
        Json bad;
        std::string name;
    } cases[] = {
        {person("bob", {{"password", "a1"}}), "[1].password"},
        {person("bob", {{"password", "bob@example.com"}}), "[1].password"},
        {person("bob", {}), "[1].password"},
        {person("bob", {{"password", 7}}), "[1].password"},
        {person("bob", {{"password", "Engine-No-1"}, {"externalPassword", bcrypt_of_u_star_u}}), "[1].externalPassword"},
        {person("bob", {{"externalPassword", "secret"}}), "[1].externalPassword"},
        {person("bob", {{"password", "Engine-No-1"}, {"isImport", "yes"}}), "[1].isImport"},
        {person("taken"), "[1].EmailAddress"},
        {person("ada"), "[1].EmailAddress"},
        {Json::object({{"account", Json::object({{"emailAddress", "bob@example.com"}, {"userName", "TAKEN"}})}, {"password", "Engine-No-1"}}),
         "[1].UserName"},
        {Json::object({{"account", Json::object({{"emailAddress", "no address"}})}, {"password", "Engine-No-1"}}), "[1].EmailAddress"},
        {Json::object({{"account", Json::object({{"firstName", "Bob"}})}, {"password", "Engine-No-1"}}), "[1].EmailAddress"},
        {Json::object({{"account", Json::object({{"emailAddress", "bob@example.com"}, {"firstName", std::string(101, 'x')}})}, {"password", "Engine-No-1"}}),
         "[1].firstName"},
        {Json::object({{"account", Json::object({{"emailAddress", 7}})}, {"password", "Engine-No-1"}}), "[1].emailAddress"},
        {Json::object({{"account", 7}, {"password", "Engine-No-1"}}), "[1].account"},
        {Json::object({{"password", "Engine-No-1"}}), "[1].account"},
        {Json("bob"), "[1]"},
        {Json(), "[1]"},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.bad.dump()) {
            names_parameter(add({person("ada"), each.bad, person("carl")}), each.name);
            BOOST_TEST(!known("ada"));
            BOOST_TEST(!known("bob"));
            BOOST_TEST(!known("carl"));
        }
    }
    const auto taken = add({person("ada"), person("taken")});
    BOOST_TEST(taken.text_at("message") ==
               "Missing or invalid parameter: [1].EmailAddress EmailAddress already associated with a login");
    BOOST_TEST(add({person("ada"), person("carl")}).status == 200);
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addAccounts_with_bad_input_is_400_and_named) {
    names_parameter(send(adding("")), "accounts");
    names_parameter(send(adding("null")), "accounts");
    names_parameter(send(adding("[]")), "accounts");
    names_parameter(send(adding("{}")), "body");
    names_parameter(send(adding("[")), "body");
    names_parameter(send(adding(R"([{"password":"a","password":"b"}])")), "body");
    names_parameter(send(adding(R"([{"password":"a","PASSWORD":"b"}])")), "[0].body");
    names_parameter(send(adding("[" + std::string(16, '[') + std::string(16, ']') + "]")), "body");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addAccounts_takes_a_hundred_and_no_more) {
    Json::Array people;
    for (int i = 0; i < 101; ++i) people.push_back(person("person" + std::to_string(i)));
    names_parameter(add(people), "accounts");
    BOOST_TEST(!known("person0"));
    people.pop_back();
    const auto reply = add(people);
    BOOST_TEST(reply.status == 200);
    BOOST_TEST((reply.at("totalCount") == Json(100)));
    BOOST_TEST(known("person99"));
}

BOOST_AUTO_TEST_CASE(KL6_bulk_bodies_may_have_one_MiB) {
    Json::Array people;
    for (int i = 0; i < 16; ++i) {
        auto each = person("large" + std::to_string(i));
        each.members()->front().second.set("attributes", Json(Json::Array{Json::object({{"value", std::string(58'000, 'x')}})}));
        people.push_back(std::move(each));
    }
    auto body = Json(std::move(people)).dump();
    BOOST_TEST(body.size() > 900'000U);
    body.append(1024 * 1024 - body.size(), ' ');
    const auto whole = send(adding(body));
    BOOST_TEST(whole.status == 200);
    BOOST_TEST((whole.at("totalCount") == Json(16)));
    is_refused(send(adding(body + " ")), 413, "REQUEST_TOO_LARGE");
    const std::string blanks(1024 * 1024 + 1, ' ');
    is_refused(send(request(POST, accounts_path + "/Change-Passwords", blanks)), 413, "REQUEST_TOO_LARGE");
    names_parameter(send(request(POST, accounts_path + "/Change-Passwords", blanks.substr(1))), "items");
    is_refused(send(registering(std::string(64 * 1024 + 1, ' '))), 413, "REQUEST_TOO_LARGE");
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addAccounts_rights) {
    const auto ada_ = register_ada();
    const auto body = Json(Json::Array{person("bob")}).dump();
    is_refused(send(by(plain, adding(body))), 403, "FORBIDDEN");
    is_refused(send(by(plain, as(ada_.text_at("accessToken"), adding(body)))), 403, "FORBIDDEN");
    is_refused(send(as(ada_.text_at("accessToken"), adding(body))), 403, "FORBIDDEN");
    is_refused(send(as(guest().text_at("accessToken"), adding(body))), 403, "FORBIDDEN");
    is_refused(send(as("long-forgotten", adding(body))), 401, "INVALID_ACCESS_TOKEN");
    auto elsewhere = adding(body);
    elsewhere.headers["x-vol-tenant"] = "7";
    is_refused(send(elsewhere), 403, "FORBIDDEN");
    BOOST_TEST(!known("bob"));
}

BOOST_AUTO_TEST_CASE(kibo_6_1_addAccounts_by_two_at_once_with_one_name_in_common) {
    auto one = another_worker(), two = another_worker();
    const auto first = adding(Json(Json::Array{person("ada"), person("common"), person("bob")}).dump());
    const auto second = adding(Json(Json::Array{person("carl"), person("common"), person("dora")}).dump());
    Reply a, b;
    {
        std::jthread other([&] { b = send(*two, second); });
        a = send(*one, first);
    }
    BOOST_TEST(std::min(a.status, b.status) == 200);
    names_parameter(a.status == 200 ? b : a, "[1].EmailAddress");
    BOOST_TEST(known("ada") == (a.status == 200));
    BOOST_TEST(known("dora") == (b.status == 200));
}

BOOST_AUTO_TEST_CASE(kibo_5_response_fields_shape_addAccounts) {
    auto request = adding(Json(Json::Array{person("ada"), person("bob")}).dump());
    request.query.add("responseFields", "items(userName),totalCount");
    BOOST_TEST(send(request).text == R"({"totalCount":2,"items":[{"userName":"ada"},{"userName":"bob"}]})");
}

BOOST_AUTO_TEST_SUITE_END()
