// SPDX-License-Identifier: MIT
// A shop at the Kibo door, for the http tests of it: the calls that most of them begin with.
#pragma once

#include <functional>

#include <boost/test/unit_test.hpp>

#include "support/in_process.h"

namespace authtickets::test {

inline constexpr auto GET = http::Method::get;
inline constexpr auto POST = http::Method::post;
inline constexpr auto PUT = http::Method::put;
inline constexpr auto DELETE = http::Method::delete_;

inline const std::string authtickets_path = "/api/commerce/customer/authtickets";
inline const std::string accounts_path = "/api/commerce/customer/accounts";
inline const std::string applications_path = "/api/platform/applications/authtickets";

// The door's form of every refusal (kibo 7.1), whatever the case.
inline void is_refused(const Reply& reply, int status, std::string_view code) {
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == status);
        BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
        BOOST_TEST(reply.header("x-vol-correlation").size() == 32U);
        BOOST_TEST(reply.text_at("errorCode") == code);
        BOOST_TEST(reply.text_at("applicationName") == "Customer");
        BOOST_TEST(!reply.text_at("message").empty());
        BOOST_TEST(reply.at("items").is_array());
        BOOST_TEST(reply.at("additionalErrorData").is_array());
        BOOST_TEST(reply.at("exceptionDetail").is_null());
        BOOST_TEST(reply.json().members()->size() == 6U);
    }
}

inline void names_parameter(const Reply& reply, std::string_view name) {
    is_refused(reply, 400, "MISSING_OR_INVALID_PARAMETER");
    BOOST_REQUIRE(!reply.at("additionalErrorData").items()->empty());
    BOOST_TEST(reply.at("additionalErrorData").items()->front().dump() ==
               Json::object({{"name", "ParameterName"}, {"value", name}}).dump());
    BOOST_TEST(reply.text_at("message").starts_with("Missing or invalid parameter: " + std::string(name) + " "));
}

// Why a password is refused, beside the message that themes compare (kibo 7.1).
inline void gives_reason(const Reply& reply, std::string_view reason) {
    names_parameter(reply, "password");
    BOOST_TEST(reply.at("additionalErrorData").items()->back().dump() ==
               Json::object({{"name", "Reason"}, {"value", reason}}).dump());
}

struct KiboShop : InProcess {
    using InProcess::InProcess;
    static constexpr std::string_view ada =
        R"({"account":{"emailAddress":"ada@example.com","userName":"ada.byron","firstName":"Ada","lastName":"Byron"},)"
        R"("password":"Engine-No-1"})";

    // The call with the shopper's ticket beside the application's token.
    http::Request as(const std::string& access_token, http::Request request) const {
        request.headers["x-vol-user-claims"] = access_token;
        return request;
    }
    http::Request by(const Client& other, http::Request request) const {
        request.headers["authorization"] = "Bearer " + other.token;
        return request;
    }

    http::Request registering(std::string body = std::string(ada)) const {
        return request(POST, accounts_path + "/Add-Account-And-Login", std::move(body));
    }
    Reply register_ada() {
        auto reply = send(registering());
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return reply;
    }
    http::Request signing_in(std::string_view name = "ada.byron", std::string_view password = "Engine-No-1") const {
        return request(POST, authtickets_path, Json::object({{"username", name}, {"password", password}}).dump());
    }
    http::Request refreshing(const std::string& token, const std::string& more = {}) const {
        return request(PUT, authtickets_path + "/refresh?refreshToken=" + token + more);
    }
    Reply guest() { return send(request(GET, authtickets_path + "/anonymousshopper")); }
    http::Request current(const std::string& access_token) const {
        return as(access_token, request(GET, accounts_path + "/current"));
    }

    // A call about one account: "1001", or "1001/action".
    http::Request on(const Json& id, http::Method method, const std::string& rest = {}, std::string body = {}) const {
        return request(method, accounts_path + "/" + std::to_string(id.integer().value()) + rest, std::move(body));
    }
    // What was given before a change that ends tickets (TK6) is refused on every way in, and for good.
    void is_ended(const Reply& ticket) {
        BOOST_TEST_CONTEXT("the ticket has ended") {
            BOOST_TEST(send(current(ticket.text_at("accessToken"))).status == 401);
            BOOST_TEST(send(current(ticket.text_at("accessToken"))).text_at("errorCode") == "INVALID_ACCESS_TOKEN");
            const auto again = send(refreshing(ticket.text_at("refreshToken")));
            BOOST_TEST(again.status == 404);
            BOOST_TEST(again.text_at("errorCode") == "ITEM_NOT_FOUND");
            const auto own = on(ticket.at("customerAccount.id"), PUT, {}, "{}");
            BOOST_TEST(send(as(ticket.text_at("accessToken"), own)).status == 401);
        }
    }
    void is_live(const Reply& ticket) {
        const auto reply = send(current(ticket.text_at("accessToken")));
        BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == 200);
    }
    Reply register_bob() {
        auto reply = send(registering(R"({"account":{"emailAddress":"bob@example.com","userName":"bob"},"password":"Garden-No-2"})"));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return reply;
    }
    Reply wrong_password(std::string_view name = "ada.byron") { return send(signing_in(name, "Engine-No-9")); }

    // Who may make a call about Ada's account that is the merchant's alone (kibo 6.1, rights). The call itself is not
    // made by a caller who may.
    void is_for_admin_only(const Reply& hers, const std::function<http::Request(const Json& id)>& call) {
        const auto id = hers.at("customerAccount.id");
        const auto own = hers.text_at("accessToken");
        const auto bob = register_bob();
        const auto plain = add_client(realm, applications::storefront);
        BOOST_TEST_CONTEXT(call(id).path) {
            is_refused(send(by(plain, call(id))), 403, "FORBIDDEN");
            is_refused(send(by(plain, as(own, call(id)))), 403, "FORBIDDEN");
            is_refused(send(as("long-forgotten", call(id))), 401, "INVALID_ACCESS_TOKEN");
            is_refused(send(as(bob.text_at("accessToken"), call(id))), 404, "ITEM_NOT_FOUND");
            is_refused(send(call(std::int64_t{2'000'000'000})), 404, "ITEM_NOT_FOUND");
            auto nowhere = call(id);
            nowhere.headers["x-vol-tenant"] = "7";
            is_refused(send(nowhere), 403, "FORBIDDEN");
            nowhere = call(id);
            nowhere.headers.erase("authorization");
            is_refused(send(nowhere), 401, "INVALID_ACCESS_TOKEN");
        }
        is_live(hers);
        is_live(bob);
    }

    // The claims of jwtAccessToken, read without looking at the signature, as storefronts do.
    static Json claims(const Reply& reply) {
        const auto jwt = reply.text_at("jwtAccessToken");
        const auto first = jwt.find('.'), second = jwt.rfind('.');
        BOOST_REQUIRE(first != second);
        const auto bytes = from_base64url(jwt.substr(first + 1, second - first - 1));
        BOOST_REQUIRE(bytes);
        return *parse_json(as_text(*bytes));
    }
    static Json user_claims(const Reply& reply) { return *claims(reply).find("https://www.kibocommerce.com/user_claims"); }
    static std::string text(const Json& object, std::string_view name) {
        const auto* value = object.find(name);
        return value && value->text() ? *value->text() : std::string();
    }
};

}  // namespace authtickets::test
