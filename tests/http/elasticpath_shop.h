// SPDX-License-Identifier: MIT
// A store at the Elastic Path door (docs/elasticpath.md), for the http tests of it. The Kibo door stands beside it, on the same realm.
#pragma once

#include <authtickets/api/elasticpath/door.h>

#include "kibo_codes.h"

namespace authtickets::test {

inline const std::string oauth_path = "/oauth/access_token";
inline const std::string tokens_path = "/v2/account-members/tokens";
inline const std::string members_path = "/v2/account-members";
inline const std::string ep_accounts_path = "/v2/accounts";
inline const std::string settings_path = "/v2/settings/account-authentication";

// The door's form of every refusal (EP30), whatever the case.
inline void refuses(const Reply& reply, int status, std::string_view part_of_detail = {}) {
    BOOST_TEST_CONTEXT(reply.status << " " << reply.text) {
        BOOST_REQUIRE(reply.status == status);
        BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
        const auto errors = reply.at("errors");
        BOOST_REQUIRE(errors.items());
        BOOST_REQUIRE(errors.items()->size() == 1U);
        const auto& error = errors.items()->front();
        BOOST_TEST(*error.find("status")->text() == std::to_string(status));
        BOOST_TEST(!error.find("title")->text()->empty());
        BOOST_TEST(error.find("detail")->text()->find(part_of_detail) != std::string::npos);
    }
}
inline Json only_error(const Reply& reply) { return reply.at("errors").items()->front(); }
inline std::string detail(const Reply& reply) { return *only_error(reply).find("detail")->text(); }
// The records of a list.
inline Json::Array records(const Reply& reply) {
    const auto data = reply.at("data");
    BOOST_REQUIRE_MESSAGE(data.items(), reply.text);
    return *data.items();
}
inline const std::string dead_token = "the authorization realm for the token could not be found";

// 202 and 204 (EP16).
inline void is_nothing(const Reply& reply, int status) {
    BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == status);
    BOOST_TEST(reply.text.empty());
    BOOST_TEST(reply.header("content-type").empty());
}

struct ElasticShop : CodeShop {
    Client store;              // of a page: a client id alone
    std::string implicit;      // its token
    std::string realm_id, realm_path;
    std::string profile;       // with one-time tokens

    ElasticShop() : CodeShop({&kibo::door(), &elasticpath::door(), &elasticpath::oauth_door()}) {
        store = add_client(realm, applications::publishable);
        realm_id = dashed(shop()->id);
        realm_path = "/v2/authentication-realms/" + realm_id;
        profile = add_profile("shoppers", true);
        renew_implicit();
    }

    realms::RealmPtr shop() { return core.realms.get(core.db, clock.now(), realm); }
    Context in_realm() {
        auto out = context();
        out.realm = realm;
        out.door = Door::elasticpath;
        return out;
    }
    std::string add_profile(std::string name, bool one_time_tokens, profiles::NameFormat format = profiles::NameFormat::any) {
        const auto made = core.profiles.add(core.db, in_realm(), {.name = std::move(name), .format = format, .one_time_tokens = one_time_tokens});
        BOOST_REQUIRE(made);
        return dashed(made->id.value);
    }
    void renew_implicit() {
        const auto issued = core.applications.implicit(core.db, context(), store.id);
        BOOST_REQUIRE(issued);
        implicit = issued->access.reveal();
    }
    // Both bearers end after an hour.
    void later(Millis span) {
        clock.advance(span);
        renew_token();
        renew_implicit();
    }

    // --- Calls: by the shop's own server unless said otherwise

    http::Request call(http::Method method, std::string_view path) const { return request(method, path); }
    http::Request call(http::Method method, std::string_view path, Json data) const {
        return request(method, path, Json::object({{"data", std::move(data)}}).dump());
    }
    http::Request by_page(http::Request request) const {
        request.headers["authorization"] = "Bearer " + implicit;
        return request;
    }
    http::Request with(const std::string& account_token, http::Request request) const {
        request.headers["ep-account-management-authentication-token"] = account_token;
        return request;
    }
    // What a member's own browser sends.
    http::Request as_member(const std::string& account_token, http::Request request) const { return with(account_token, by_page(std::move(request))); }

    // --- People

    struct Person {
        std::string user, info, name, email;
        std::string path, info_path;  // of both records
    };
    std::string users_path() const { return realm_path + "/user-authentication-info"; }
    static std::string infos_path(const std::string& user_path) { return user_path + "/user-authentication-password-profile-info"; }
    Reply add_user(std::string_view name, std::string_view email) {
        return send(call(POST, users_path(), Json::object({{"type", "user_authentication_info"}, {"name", name}, {"email", email}})));
    }
    Reply add_info(const std::string& user_path, std::string_view username, std::string_view password, const std::string& of_profile) {
        return send(call(POST, infos_path(user_path),
                         Json::object({{"type", "user_authentication_password_profile_info"},
                                       {"password_profile_id", of_profile},
                                       {"username", username},
                                       {"password", password}})));
    }
    Person add_person(const std::string& name, std::string_view password = "Engine-No-1") {
        Person out{.name = name + "@shop.test", .email = name + "@shop.test"};
        const auto user = add_user(name, out.email);
        BOOST_REQUIRE_MESSAGE(user.status == 201, user.text);
        out.user = user.text_at("data.id");
        out.path = users_path() + "/" + out.user;
        const auto info = add_info(out.path, out.name, password, profile);
        BOOST_REQUIRE_MESSAGE(info.status == 201, info.text);
        out.info = info.text_at("data.id");
        out.info_path = infos_path(out.path) + "/" + out.info;
        return out;
    }
    Reply add_account(std::string_view name) {
        auto reply = send(call(POST, ep_accounts_path, Json::object({{"type", "account"}, {"name", name}})));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return reply;
    }
    std::string memberships_path(const std::string& account) const { return ep_accounts_path + "/" + account + "/account-memberships"; }
    Reply join(const std::string& account, const std::string& user) {
        return send(call(POST, memberships_path(account), Json::object({{"type", "account_membership"}, {"account_member_id", user}})));
    }
    UserId id_of(const Person& person) const { return UserId{*parse_uuid(person.user)}; }

    // --- Tokens

    http::Request asking_token(std::string_view name, std::string_view purpose = "passwordless_authentication") const {
        return by_page(call(POST, realm_path + "/password-profiles/" + profile + "/one-time-password-token-request",
                            Json::object({{"type", "one_time_password_token_request"}, {"username", name}, {"purpose", purpose}})));
    }
    std::string last_token() { return std::string(last(events::Name::signin_token_sent).code.reveal()); }
    std::string token_for(const Person& person, std::string_view purpose = "passwordless_authentication") {
        is_nothing(send(asking_token(person.name, purpose)), 202);
        return last_token();
    }

    http::Request exchanging(Json data, const std::string& query = {}) const {
        data.set("type", "account_management_authentication_token");
        return by_page(call(POST, tokens_path + query, std::move(data)));
    }
    http::Request by_password(std::string_view name, std::string_view password = "Engine-No-1") const {
        return exchanging(Json::object(
            {{"authentication_mechanism", "password"}, {"password_profile_id", profile}, {"username", name}, {"password", password}}));
    }
    http::Request by_token(std::string_view name, std::string_view token) const {
        return exchanging(Json::object({{"authentication_mechanism", "passwordless"},
                                        {"password_profile_id", profile},
                                        {"username", name},
                                        {"one_time_password_token", token}}));
    }
    // The first account token of an answer.
    static std::string token_of(const Reply& reply) {
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        BOOST_REQUIRE_MESSAGE(!records(reply).empty(), reply.text);
        return *records(reply).front().find("token")->text();
    }
    // Somebody with an account, signed in by password.
    struct Session {
        Person person;
        std::string account, token;
    };
    Session session(const std::string& name = "mira") {
        Session out{.person = add_person(name), .account = add_account(name + "'s").text_at("data.id")};
        BOOST_REQUIRE(join(out.account, out.person.user).status == 201);
        out.token = token_of(send(by_password(out.person.name)));
        return out;
    }
    // Whether an account token opens what it should.
    int opens(const std::string& token) { return send(as_member(token, call(GET, ep_accounts_path))).status; }
};

}  // namespace authtickets::test
