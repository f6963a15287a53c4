// SPDX-License-Identifier: MIT
// A shop at the Freshcom door: a guest's token, staff of each role, customers with and without a second factor.
#pragma once

#include <authtickets/api/freshcom/door.h>

#include "kibo_codes.h"

namespace authtickets::test {

inline constexpr auto PATCH = http::Method::patch;
inline constexpr std::string_view document_type = "application/vnd.api+json";

inline Json document(std::string_view type, Json attributes = Json::object({})) {
    return Json::object({{"data", Json::object({{"type", type}, {"attributes", std::move(attributes)}})}});
}

// The errors of an answer, in their order: "required /data/attributes/name", or the code alone.
inline std::vector<std::string> errors_of(const Reply& reply) {
    std::vector<std::string> out;
    if (reply.text.empty()) return out;
    const auto errors = reply.at("errors");
    if (!errors.items()) return out;
    for (const auto& each : *errors.items()) {
        std::string line = each.find("code") ? *each.find("code")->text() : "no code";
        const auto* const source = each.find("source");
        const auto* const pointer = source ? source->find("pointer") : nullptr;
        if (pointer) line += " " + *pointer->text();
        BOOST_TEST((each.find("title") && !each.find("title")->text()->empty()));
        out.push_back(std::move(line));
    }
    return out;
}

// 422 with exactly these, in whatever order: "required phoneNumber".
inline void is_wrong(const Reply& reply, std::vector<std::string> wanted) {
    for (auto& each : wanted) {
        if (const auto blank = each.find(' '); each.at(blank + 1) != '/') each.insert(blank + 1, "/data/attributes/");
    }
    auto found = errors_of(reply);
    std::ranges::sort(wanted);
    std::ranges::sort(found);
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == 422);
        BOOST_TEST(reply.header("content-type") == document_type);
        BOOST_TEST(found == wanted, boost::test_tools::per_element());
    }
}
inline void is_wrong(const Reply& reply, const char* wanted) { is_wrong(reply, std::vector<std::string>{wanted}); }

// One error of the call as a whole.
inline void is_error(const Reply& reply, int status, const std::string& code) {
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == status);
        BOOST_TEST(reply.header("content-type") == document_type);
        BOOST_TEST(errors_of(reply) == std::vector{code}, boost::test_tools::per_element());
    }
}
inline void is_denied(const Reply& reply) { is_error(reply, 403, "access_denied"); }
inline void is_not_found(const Reply& reply) { is_error(reply, 404, "not_found"); }
// 204, and 401, which have no body.
inline void is_empty_answer(const Reply& reply, int status) {
    BOOST_TEST_CONTEXT(reply.text) {
        BOOST_TEST(reply.status == status);
        BOOST_TEST(reply.text.empty());
        BOOST_TEST(reply.header("content-type").empty());
    }
}
inline void is_done(const Reply& reply) { is_empty_answer(reply, 204); }
inline void is_stranger(const Reply& reply) { is_empty_answer(reply, 401); }

// The records of a list.
inline Json::Array documents(const Reply& reply) {
    const auto data = reply.at("data");
    BOOST_REQUIRE_MESSAGE(data.items(), reply.text);
    return *data.items();
}
// An attribute of a record; empty when it is no text.
inline std::string attribute(const Json& record, std::string_view name) {
    const auto* const value = record.find("attributes") ? record.find("attributes")->find(name) : nullptr;
    return value && value->text() ? *value->text() : std::string();
}

struct FreshcomShop : CodeShop {
    static constexpr std::string_view password = "long enough 1", mobile = "+16045550142";
    std::string account_id;  // of the shop
    std::string prt, guest;  // its publishable refresh token, and an access token got for it

    FreshcomShop() : CodeShop({&kibo::door(), &freshcom::door()}) {
        const auto page = add_client(realm, applications::publishable);
        account_id = dashed(shop()->id);
        const auto publishable = core.applications.publishable_token(core.db, context(), realm, page.id);
        BOOST_REQUIRE(publishable);
        prt = "prt-live-" + std::string(publishable->token.reveal());
        renew_guest();
    }

    realms::RealmPtr shop() { return core.realms.get(core.db, clock.now(), realm); }
    Context in_realm() {
        auto out = context();
        out.realm = realm;
        return out;
    }
    void renew_guest() { guest = access_of(send(refreshing(prt))); }
    void later(Millis span) {
        clock.advance(span);
        renew_guest();
    }

    // --- Calls

    http::Request call(http::Method method, std::string_view target, std::string_view token = {}) const {
        auto request = bare(method, target);
        request.headers["accept"] = document_type;
        if (!token.empty()) request.headers["authorization"] = "Bearer " + std::string(token);
        return request;
    }
    http::Request call(http::Method method, std::string_view target, std::string_view token, const Json& body) const {
        auto request = call(method, target, token);
        request.body = body.dump();
        request.content_type = document_type;
        return request;
    }

    // --- Tokens

    static std::string escaped(std::string_view text) {
        static constexpr char digits[] = "0123456789ABCDEF";
        std::string out;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', digits[byte >> 4], digits[byte & 15]};
        }
        return out;
    }
    http::Request form(std::string body) const {
        auto request = bare(POST, "/v1/token", std::move(body));
        request.content_type = "application/x-www-form-urlencoded";
        return request;
    }
    http::Request refreshing(std::string_view token) const {
        return form("grant_type=refresh_token&refresh_token=" + escaped(token));
    }
    http::Request signing_in(std::string_view name, std::string_view secret = password, std::string_view code = {}) const {
        auto request = form("grant_type=password&username=" + escaped(name) + "&password=" + escaped(secret) + "&scope=" + escaped("aid:" + account_id));
        if (!code.empty()) request.headers["x-freshcom-otp"] = code;
        return request;
    }
    static std::string access_of(const Reply& reply) {
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        return reply.text_at("access_token");
    }
    std::string token_of(std::string_view name, std::string_view secret = password, std::string_view code = {}) {
        return access_of(send(signing_in(name, secret, code)));
    }
    // 400 with the header that says which code is due.
    static void asks_code(const Reply& reply, std::string_view method) {
        BOOST_TEST_CONTEXT(reply.text) {
            BOOST_TEST(reply.status == 400);
            BOOST_TEST(reply.text_at("error") == "invalid_request");
            BOOST_TEST(reply.header("x-freshcom-otp") == "required; auth_method=" + std::string(method));
        }
    }
    static void is_refused_grant(const Reply& reply) {
        BOOST_TEST_CONTEXT(reply.text) {
            BOOST_TEST(reply.status == 400);
            BOOST_TEST(reply.text_at("error") == "invalid_grant");
            BOOST_TEST(reply.header("x-freshcom-otp").empty());
        }
    }
    // Whether an access token still opens what it should.
    int opens(std::string_view token) { return send(call(GET, "/v1/user", token)).status; }

    // --- People

    struct Person {
        std::string id;        // of the user
        std::string customer;  // of the customer; staff have none
        std::string name, email, token;
        std::string path() const { return "/v1/users/" + id; }
        std::string customer_path() const { return "/v1/customers/" + customer; }
    };
    Person staff(users::Role role, const std::string& name = {}) {
        Person out{.name = name.empty() ? "staff-" + std::string(users::name(role)) : name};
        out.email = out.name.find('@') == out.name.npos ? out.name + "@shop.test" : out.name;
        const auto added = core.staff.add(core.db, in_realm(), *shop(),
                                          {.role = role, .user_name = out.name, .password = Secret(password), .name = "Staff", .email = out.email});
        BOOST_REQUIRE(added);
        out.id = dashed(added->who.id.value);
        out.token = token_of(out.name);
        return out;
    }
    Person administrator() { return staff(users::Role::administrator); }

    static Json mira_attributes(const std::string& name = "mira") {
        return Json::object({{"status", "registered"}, {"username", name + "@shop.test"}, {"email", name + "@shop.test"}, {"name", "Mira Q"}, {"password", password}});
    }
    http::Request registering(Json attributes) const { return call(POST, "/v1/customers", guest, document("Customer", std::move(attributes))); }
    // Registered, and signed in where that takes no code.
    Person register_person(const std::string& name = "mira", Json more = Json::object({})) {
        auto attributes = mira_attributes(name);
        for (const auto& [key, value] : *more.members()) attributes.set(key, value);
        Person out{.name = name + "@shop.test", .email = name + "@shop.test"};
        const auto made = send(registering(std::move(attributes)));
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
        out.customer = made.text_at("data.id");
        out.id = made.text_at("data.relationships.user.data.id");
        const auto signed_in = send(signing_in(out.name));
        if (signed_in.status == 200) out.token = signed_in.text_at("access_token");
        return out;
    }
    std::string add_guest(Json attributes = Json::object({})) {
        const auto made = send(registering(std::move(attributes)));
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
        return made.text_at("data.id");
    }

    // --- Codes

    http::Request asking_phone_code(std::string_view value = mobile) const {
        return call(POST, "/v1/phone_verification_codes", guest, document("PhoneVerificationCode", Json::object({{"phoneNumber", value}})));
    }
    http::Request asking_email_code(std::string_view value) const {
        return call(POST, "/v1/email_verification_codes", guest, document("EmailVerificationCode", Json::object({{"email", value}})));
    }
    std::string phone_code(std::string_view value = mobile) {
        is_done(send(asking_phone_code(value)));
        return verification_code();
    }
    std::string email_code(std::string_view value) {
        is_done(send(asking_email_code(value)));
        return verification_code();
    }
    std::string verification_code() { return std::string(last(events::Name::verification_code_sent).code.reveal()); }
};

}  // namespace authtickets::test
