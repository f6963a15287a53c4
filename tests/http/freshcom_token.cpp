// SPDX-License-Identifier: MIT
// Tokens (FC50 to FC67, docs/freshcom.md): for a publishable token, a password, a one-time password, a refresh token; what they
// open, and how each ends.
#include <boost/test/unit_test.hpp>

#include <authtickets/crypto/token.h>

#include "freshcom_shop.h"

namespace authtickets::test {

namespace {

struct Tokens : FreshcomShop {
    // One with a second step by SMS or mail, whose contact is verified.
    Person coded(const std::string& name, std::string_view method) {
        Json more = Json::object({{"authMethod", method}});
        if (method == "tfa_sms") {
            more.set("phoneNumber", mobile);
            more.set("phoneVerificationCode", phone_code());
        }
        if (method == "tfa_email") more.set("emailVerificationCode", email_code(name + "@shop.test"));
        auto out = register_person(name, std::move(more));
        later(std::chrono::minutes(6));  // the code that verified is no first one-time password any more (FC175)
        return out;
    }
    // What is left of the address's budget is told where an account was named, whoever is meant in it (TH10).
    static std::vector<std::string> names_of(const Reply& reply) {
        std::vector<std::string> out;
        for (const auto& [name, value] : reply.headers) {
            if (!name.starts_with("ratelimit-")) out.push_back(name);
        }
        return out;
    }
    std::string tokens_of_everything(const Reply& reply) { return reply.text + reply.header("x-freshcom-otp"); }
    std::size_t cost(const http::Request& request) {
        send(request);  // what is kept is kept
        const auto before = core.db.statements();
        send(request);
        return core.db.statements() - before;
    }
    Reply refresh(const Reply& reply) { return send(refreshing(reply.text_at("refresh_token"))); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_token, Tokens)

BOOST_AUTO_TEST_CASE(FC55_the_answer_for_a_password) {
    register_person();
    const auto reply = send(signing_in("mira@shop.test"));
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
    BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
    BOOST_TEST(reply.header("cache-control") == "no-store");
    BOOST_TEST(reply.json().members()->size() == 4U);
    BOOST_TEST(reply.text_at("token_type") == "bearer");
    BOOST_TEST((reply.at("expires_in") == Json(3600)));
    BOOST_TEST(reply.text_at("refresh_token").starts_with("urt-live-"));
    BOOST_TEST(opens(reply.text_at("access_token")) == 200);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets WHERE door = 5 AND application_no = 0") == 2);  // register_person signs in too
}

BOOST_AUTO_TEST_CASE(FC50_json_is_a_form_too_and_accept_does_not_matter) {
    register_person();
    auto request = form(Json::object({{"grant_type", "password"}, {"username", "mira@shop.test"}, {"password", password}, {"scope", "aid:" + account_id}}).dump());
    request.content_type = "application/json";
    for (const char* const accept : {"text/html", "application/json", ""}) {
        request.headers["accept"] = accept;
        BOOST_TEST(send(request).status == 200);
    }
    // A bearer of whatever sort is not looked at.
    request.headers["authorization"] = "Bearer garbage";
    BOOST_TEST(send(request).status == 200);
    auto path = request;
    path.path = "//v1/token/";
    BOOST_TEST(send(path).status == 200);
}

BOOST_AUTO_TEST_CASE(FC58_what_is_wrong_with_the_request) {
    const auto error = [&](const std::string& body) {
        const auto reply = send(form(body));
        BOOST_TEST_CONTEXT(body << ": " << reply.text) {
            BOOST_TEST(reply.status == 400);
            BOOST_TEST(reply.header("content-type") == "application/json; charset=utf-8");
            BOOST_TEST(reply.json().members()->size() == 2U);
            BOOST_TEST(!reply.text_at("error_description").empty());
            BOOST_TEST(reply.header("x-freshcom-otp").empty());
        }
        return reply.text_at("error");
    };
    const std::string scope = "&scope=aid:" + account_id;
    for (const std::string& body : {std::string(), std::string("x=y"), std::string("{"), std::string("grant_type="), std::string("grant_type=password"),
                                    "grant_type=password&username=mira" + scope, "grant_type=password&password=x" + scope, std::string("grant_type=refresh_token"),
                                    std::string("grant_type=refresh_token&refresh_token="), std::string("grant_type=password&grant_type=refresh_token")}) {
        BOOST_TEST(error(body) == "invalid_request");
    }
    for (const char* const type : {"client_credentials", "Password", "otp", "implicit"}) BOOST_TEST(error("grant_type=" + std::string(type)) == "unsupported_grant_type");
    for (const char* const token : {"x", "prt-live-x", "urt-live-", "prt-test-x", "urt-test-x"}) {
        BOOST_TEST(error("grant_type=refresh_token&refresh_token=" + std::string(token)) == "invalid_grant");
    }
    // A body that is too large, and one that was not to be read, in OAuth's form as well.
    BOOST_TEST(send(form(std::string(65537, 'x'))).status == 413);
    BOOST_TEST(send(refuse(Why::bad_request, "x-freshcom-otp", "given twice"), "/v1/token").text_at("error") == "invalid_request");
}

BOOST_AUTO_TEST_CASE(FC59_EN1_one_answer_byte_for_byte) {
    const auto mira = register_person();
    const auto sms = coded("nora", "tfa_sms");
    const auto suspended = register_person("olga");
    const auto manager = administrator();
    BOOST_REQUIRE(send(call(PATCH, suspended.customer_path(), manager.token, document("Customer", Json::object({{"status", "suspended"}})))).status == 200);
    const auto other = core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                            .site = {.tenant = 3000, .site = 3000, .name = "other", .domain = "other.example"}});
    BOOST_REQUIRE(other);
    const auto in_scope = [&](const std::string& scope) {
        return form("grant_type=password&username=" + escaped(mira.name) + "&password=" + escaped(password) + scope);
    };
    const std::string unknown = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const auto wanted = send(signing_in("nobody-here"));
    is_refused_grant(wanted);
    std::vector<http::Request> all{signing_in(mira.name, "wrong"), signing_in(sms.name, "wrong"), signing_in(suspended.name),
                                   in_scope("&scope=aid:" + unknown), in_scope(""), in_scope("&scope=x"),
                                   in_scope("&scope=aid:" + dashed((*other)->id)), signing_in(mira.name, std::string(2000, 'x')),
                                   refreshing("urt-test-x"), refreshing("prt-live-x")};
    const auto plain = all.size();
    for (std::size_t i = 0; i < plain; ++i) {
        auto with_code = all[i];
        with_code.headers["x-freshcom-otp"] = "123456";
        all.push_back(with_code);
    }
    for (const auto& request : all) {
        const auto reply = send(request);
        BOOST_TEST_CONTEXT(request.body) {
            BOOST_TEST(reply.status == wanted.status);
            BOOST_TEST(reply.text == wanted.text);
            BOOST_TEST(reply.header("x-freshcom-otp").empty());
            BOOST_TEST(names_of(reply) == names_of(wanted), boost::test_tools::per_element());
        }
    }
    BOOST_TEST(send(in_scope("&scope=aid:" + account_id)).status == 200);
}

BOOST_AUTO_TEST_CASE(FC52_the_account_of_a_scope_with_its_prefix) {
    register_person();
    for (const auto& scope : {"aid:" + account_id, "aid:aid-live-" + account_id, "aid:aid-test-" + account_id, "cid:7, aid:" + account_id}) {
        const auto reply = send(form("grant_type=password&username=mira%40shop.test&password=" + escaped(password) + "&scope=" + escaped(scope)));
        BOOST_TEST_CONTEXT(scope) BOOST_TEST(reply.status == 200);
    }
    // Staff say their account too.
    administrator();
    BOOST_TEST(send(form("grant_type=password&username=staff-administrator&password=" + escaped(password))).text_at("error") == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(FC60_FC280_to_FC282_three_steps) {
    for (const char* const method : {"tfa_sms", "tfa_email"}) {
        const auto person = coded(method == std::string("tfa_sms") ? "mira" : "nora", method);
        const auto asked = send(signing_in(person.name));
        asks_code(asked, method);
        BOOST_TEST(asked.header("content-type") == "application/json; charset=utf-8");
        BOOST_TEST(asked.header("access-control-expose-headers").find("X-Freshcom-OTP") != std::string::npos);
        const auto code = code_for_second_step();
        BOOST_TEST(tokens_of_everything(asked).find(code) == std::string::npos);
        const auto wrong = send(signing_in(person.name, password, other(code)));
        asks_code(wrong, method);
        BOOST_TEST(wrong.text == asked.text);
        const auto done = send(signing_in(person.name, password, code));
        BOOST_TEST(done.status == 200);
        BOOST_TEST(opens(done.text_at("access_token")) == 200);
        asks_code(send(signing_in(person.name, password, code)), method);  // once
    }
}

BOOST_AUTO_TEST_CASE(FC53_the_form_field_and_the_header_first) {
    const auto mira = coded("mira", "tfa_sms");
    const auto with_field = [&](const std::string& code) {
        auto request = signing_in(mira.name);
        request.body += "&otp=" + code;
        return request;
    };
    asks_code(send(signing_in(mira.name)), "tfa_sms");
    const auto code = code_for_second_step();
    auto both = with_field(code);
    both.headers["x-freshcom-otp"] = other(code);
    asks_code(send(both), "tfa_sms");  // the header was looked at
    BOOST_TEST(send(with_field(code)).status == 200);
    // Where none is due it is passed over.
    register_person("nora");
    BOOST_TEST(send(signing_in("nora@shop.test", password, "123456")).status == 200);
}

BOOST_AUTO_TEST_CASE(FC56_a_publishable_token_is_for_ever) {
    const auto first = send(refreshing(prt));
    BOOST_TEST(first.status == 200);
    BOOST_TEST(first.text_at("refresh_token") == prt);
    BOOST_TEST((first.at("expires_in") == Json(3600)));
    BOOST_TEST(send(refreshing(prt)).text_at("access_token") != first.text_at("access_token"));
    const auto rows = number("SELECT COUNT(*) FROM application_tokens") + number("SELECT COUNT(*) FROM tickets");
    clock.advance(std::chrono::hours(24 * 365 * 20));
    BOOST_TEST(send(refreshing(prt)).status == 200);
    BOOST_TEST(number("SELECT COUNT(*) FROM application_tokens") + number("SELECT COUNT(*) FROM tickets") == rows);
    // A one-time password is asked from nobody (FC54).
    auto coded_call = refreshing(prt);
    coded_call.headers["x-freshcom-otp"] = "1";
    BOOST_TEST(send(coded_call).status == 200);
    const auto id = text_of("SELECT client_id FROM applications WHERE (behaviours & 4) <> 0");
    BOOST_REQUIRE(core.applications.disable(core.db, context(), realm, id, true));
    is_refused_grant(send(refreshing(prt)));
    BOOST_REQUIRE(core.applications.disable(core.db, context(), realm, id, false));
    BOOST_TEST(send(refreshing(prt)).status == 200);
    execute("UPDATE applications SET behaviours = 1 WHERE client_id = '" + id + "'");
    is_refused_grant(send(refreshing(prt)));
}

BOOST_AUTO_TEST_CASE(FC56_what_is_no_publishable_token) {
    const auto write = [&](crypto::TokenKind kind, RealmNo in, ApplicationNo of) {
        return "prt-live-" + crypto::write_token(core.app.keys, clock.now(), {.kind = kind, .realm = in, .generation = 1, .expires_at = clock.now() + std::chrono::hours(1), .application = of});
    };
    const auto application = ApplicationNo{static_cast<std::uint32_t>(number("SELECT application_no FROM applications WHERE (behaviours & 4) <> 0"))};
    BOOST_TEST(send(refreshing(write(crypto::TokenKind::publishable, realm, application))).status == 200);
    is_refused_grant(send(refreshing(write(crypto::TokenKind::publishable, realm, ApplicationNo{999'999}))));
    is_refused_grant(send(refreshing(write(crypto::TokenKind::publishable, RealmNo{999}, application))));
    is_refused_grant(send(refreshing(write(crypto::TokenKind::guest_access, realm, application))));
    is_refused_grant(send(refreshing(write(crypto::TokenKind::implicit_access, realm, application))));
    is_refused_grant(send(refreshing("urt-live-" + prt.substr(9))));
    is_refused_grant(send(refreshing(prt + "A")));
    auto forged = prt;
    forged[20] = forged[20] == 'A' ? 'B' : 'A';
    is_refused_grant(send(refreshing(forged)));
    is_refused_grant(send(refreshing("prt-live-" + guest)));
}

BOOST_AUTO_TEST_CASE(FC57_TK4_a_users_refresh_token_rotates) {
    register_person();
    const auto first = send(signing_in("mira@shop.test"));
    clock.advance(std::chrono::seconds(60));
    const auto second = refresh(first);
    BOOST_REQUIRE_MESSAGE(second.status == 200, second.text);
    BOOST_TEST(second.text_at("refresh_token").starts_with("urt-live-"));
    BOOST_TEST(second.text_at("refresh_token") != first.text_at("refresh_token"));
    BOOST_TEST(opens(second.text_at("access_token")) == 200);
    BOOST_TEST(opens(first.text_at("access_token")) == 200);  // until it runs out
    // TK5: again within the grace, the same tokens' generation; later it is theft, and everything of that sign-in ends.
    BOOST_TEST(refresh(first).status == 200);
    clock.advance(shop()->settings.refresh_grace + std::chrono::seconds(1));
    is_refused_grant(refresh(first));
    is_refused_grant(refresh(second));
    BOOST_TEST(opens(second.text_at("access_token")) == 401);
    BOOST_TEST(events_of("refresh.reuse") == 1);
}

BOOST_AUTO_TEST_CASE(FC57_lives_of_a_users_tokens) {
    register_person();
    auto reply = send(signing_in("mira@shop.test"));
    const auto born = clock.now();
    const auto access = reply.text_at("access_token");
    clock.advance(std::chrono::seconds(3600) - std::chrono::milliseconds(2));
    BOOST_TEST(opens(access) == 200);
    clock.advance(std::chrono::seconds(1));
    BOOST_TEST(opens(access) == 401);
    // Refreshed every ten days it is over after thirty.
    for (int i = 0; i < 2; ++i) {
        clock.advance(std::chrono::hours(24 * 10));
        reply = refresh(reply);
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
    }
    clock.set(born + std::chrono::hours(24 * 30) - std::chrono::minutes(10));
    reply = refresh(reply);
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
    BOOST_TEST(reply.at("expires_in").integer().value() <= 600);
    clock.advance(std::chrono::minutes(10));
    is_refused_grant(refresh(reply));
}

BOOST_AUTO_TEST_CASE(FC57_TK4_what_is_no_refresh_token_of_this_door) {
    register_person();
    const auto mira = send(signing_in("mira@shop.test"));
    is_refused_grant(send(refreshing("urt-live-" + mira.text_at("access_token"))));
    is_refused_grant(send(refreshing(mira.text_at("refresh_token").substr(9))));
    is_refused_grant(send(refreshing("prt-live-" + mira.text_at("refresh_token").substr(9))));
    const auto kibo = register_ada();
    is_refused_grant(send(refreshing("urt-live-" + kibo.text_at("refreshToken"))));
    is_live(kibo);
    // Nor does the Kibo door take this one.
    BOOST_TEST(send(KiboShop::refreshing(mira.text_at("refresh_token").substr(9))).status == 404);
    BOOST_TEST(refresh(mira).status == 200);
}

BOOST_AUTO_TEST_CASE(FC57_TK6_what_ends_the_users_tickets_ends_these) {
    const auto mira = register_person();
    const auto reply = send(signing_in(mira.name));
    BOOST_TEST(opens(reply.text_at("access_token")) == 200);
    execute("UPDATE users SET epoch = epoch + 1 WHERE user_id = UNHEX(REPLACE('" + mira.id + "', '-', ''))");
    BOOST_TEST(opens(reply.text_at("access_token")) == 401);
    is_refused_grant(refresh(reply));
}

BOOST_AUTO_TEST_CASE(FC67_the_publishable_token_for_those_who_build_pages) {
    for (const auto role : {users::Role::developer, users::Role::administrator}) {
        const auto reply = send(call(GET, "/v1/refresh_token", staff(role).token));
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        BOOST_TEST(reply.text_at("data.type") == "RefreshToken");
        BOOST_TEST(reply.text_at("data.attributes.prefixedId") == prt);
        BOOST_TEST("prt-live-" + reply.text_at("data.id") == prt);
    }
    const auto token = token_of("staff-developer");
    execute("UPDATE applications SET behaviours = 1 WHERE (behaviours & 4) <> 0");
    is_not_found(send(call(GET, "/v1/refresh_token", token)));
}

BOOST_AUTO_TEST_CASE(FC51_FC60_statements_of_a_sign_in) {
    register_person();
    coded("nora", "tfa_sms");
    BOOST_TEST(cost(refreshing(prt)) == 1U);
    BOOST_TEST(cost(call(GET, "/v1/account", guest)) <= 1U);
    const auto plain = cost(signing_in("mira@shop.test"));
    const auto asked = cost(signing_in("nora@shop.test"));
    const auto code = code_for_second_step();
    const auto before = core.db.statements();
    BOOST_TEST(send(signing_in("nora@shop.test", password, code)).status == 200);
    const auto entered = core.db.statements() - before;
    BOOST_TEST_MESSAGE("password " << plain << ", code out " << asked << ", with code " << entered);
    // Three of each are for the caller's own address: its budget, what is left of it, and what a success takes back.
    BOOST_TEST(plain <= 7U + 3U);
    BOOST_TEST(asked <= 12U + 3U);
    BOOST_TEST(entered <= 14U + 3U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
