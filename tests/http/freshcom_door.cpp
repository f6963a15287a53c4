// SPDX-License-Identifier: MIT
// The Freshcom door as a whole: who may make each call, media types, paths, browsers (FC1 to FC19, FC30 to FC40, FC250 to FC268,
// docs/freshcom.md).
#include <boost/test/unit_test.hpp>

#include <authtickets/api/elasticpath/door.h>

#include "freshcom_shop.h"

namespace authtickets::test {

namespace {

struct Door : FreshcomShop {
    static std::string path_of(const Route& route) {
        std::string out(route.path);
        for (auto at = out.find('{'); at != out.npos; at = out.find('{')) {
            out.replace(at, out.find('}', at) - at + 1, "0f8fad5b-d9cb-469f-a165-70867728950e");
        }
        return out;
    }
    Reply try_row(const Route& route, std::string_view token) {
        return send(route.body == 0 ? call(route.method, path_of(route), token) : call(route.method, path_of(route), token, Json::object({})));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_door, Door)

// Every row of the table against its roles, and against the access table of the document.
BOOST_AUTO_TEST_CASE(FC250_to_FC268_every_row_lets_its_roles_in_and_nobody_else) {
    std::map<roles::Mask, std::string> callers{{roles::guest, guest}, {roles::customer, register_person().token}};
    for (const auto role : users::all_roles) {
        if (role != users::Role::customer) callers[roles::of(role)] = staff(role).token;
    }
    unsigned open = 0, rows = 0;
    for (const auto& route : freshcom::door().routes) {
        if (route.path == "/v1/token") continue;
        ++rows;
        BOOST_TEST_CONTEXT(http::name(route.method) << " " << route.path) {
            BOOST_TEST(route.roles != 0U);
            // Without a token, and with one that is none.
            for (const auto& token : {std::string(), std::string("garbage"), prt}) {
                const auto reply = try_row(route, token);
                if (route.caller == Caller::any_application) is_stranger(reply);
                else if ((route.roles & roles::nobody) == 0) is_denied(reply);
                else BOOST_TEST(reply.status != 403);
                if (route.caller == Caller::anyone) ++open;
            }
            for (const auto& [who, token] : callers) {
                BOOST_TEST_CONTEXT("role " << who) {
                    const auto reply = try_row(route, token);
                    if ((route.roles & who) == 0) is_denied(reply);
                    else BOOST_TEST((reply.status != 403 && reply.status < 500));
                }
            }
        }
    }
    BOOST_TEST(rows > 15U);
    BOOST_TEST(open == 4 * 3U);  // users, password_reset_tokens, email_verifications, password
}

BOOST_AUTO_TEST_CASE(FC16_tokens_of_other_doors_open_nothing) {
    const auto kibo = register_ada();
    const auto anonymous = KiboShop::guest();
    const auto page = add_client(realm, applications::publishable);
    const auto implicit = core.applications.implicit(core.db, context(), page.id);
    BOOST_REQUIRE(implicit);
    const auto signed_in = send(signing_in(register_person().name));
    BOOST_REQUIRE(signed_in.status == 200);
    const auto urt = signed_in.text_at("refresh_token");
    for (const auto& token : {client.token, kibo.text_at("accessToken"), kibo.text_at("refreshToken"), anonymous.text_at("accessToken"),
                              std::string(implicit->access.reveal()), urt, urt.substr(9), prt, prt.substr(9)}) {
        is_stranger(send(call(GET, "/v1/account", token)));
    }
    // Nor do its tokens at another door.
    for (const auto& token : {guest, signed_in.text_at("access_token")}) {
        auto call = request(GET, accounts_path + "/current");
        call.headers["authorization"] = "Bearer " + token;
        BOOST_TEST(send(call).status == 401);
        BOOST_TEST(send(as(token, request(GET, accounts_path + "/current"))).status == 401);
    }
    BOOST_TEST(opens(signed_in.text_at("access_token")) == 200);
}

BOOST_AUTO_TEST_CASE(FC16_the_scheme_of_the_bearer_and_what_is_left_of_it) {
    for (const char* const scheme : {"Bearer ", "bearer ", "BEARER   "}) {
        auto request = call(GET, "/v1/account");
        request.headers["authorization"] = scheme + guest;
        BOOST_TEST_CONTEXT(scheme) BOOST_TEST(send(request).status == 200);
    }
    for (const auto& header : {guest, "Basic " + guest, std::string("Bearer"), std::string("Bearer  "), "Bearer " + guest + "x", "Bearer " + guest.substr(1)}) {
        auto request = call(GET, "/v1/account");
        request.headers["authorization"] = header;
        is_stranger(send(request));
    }
}

BOOST_AUTO_TEST_CASE(FC16_a_guest_ends_after_an_hour_and_with_its_application) {
    clock.advance(std::chrono::seconds(3598));
    BOOST_TEST(send(call(GET, "/v1/account", guest)).status == 200);
    clock.advance(std::chrono::seconds(2));
    is_stranger(send(call(GET, "/v1/account", guest)));
    renew_guest();
    BOOST_TEST(send(call(GET, "/v1/account", guest)).status == 200);
    const auto id = text_of("SELECT client_id FROM applications WHERE (behaviours & 4) <> 0");
    BOOST_REQUIRE(core.applications.disable(core.db, context(), realm, id, true));
    clock.advance(std::chrono::seconds(1));  // what a worker keeps is older than that
    is_stranger(send(call(GET, "/v1/account", guest)));
}

BOOST_AUTO_TEST_CASE(FC2_FC3_other_media_have_no_body) {
    auto post = call(POST, "/v1/phone_verification_codes", guest, Json::object({}));
    is_error(send(post), 400, "missing_required_fields");
    for (const char* const type : {"", "text/plain", "application/x-www-form-urlencoded"}) {
        post.content_type = type;
        is_empty_answer(send(post), 415);
    }
    post.content_type = "application/json; charset=utf-8";
    is_error(send(post), 400, "missing_required_fields");
    auto get = call(GET, "/v1/account", guest);
    get.headers["accept"] = "text/html";
    is_empty_answer(send(get), 406);
    get.headers["accept"] = "text/html, */*";
    BOOST_TEST(send(get).status == 200);
    get.headers.erase("accept");
    BOOST_TEST(send(get).status == 200);
}

BOOST_AUTO_TEST_CASE(FC33_a_body_that_cannot_be_read) {
    auto post = call(POST, "/v1/phone_verification_codes", guest, Json::object({}));
    for (const auto& [body, code] : {std::pair("{", "invalid_json"), std::pair("", "invalid_json"), std::pair("[]", "missing_required_fields"),
                                     std::pair(R"({"data":{"attributes":{}}})", "missing_type"), std::pair(R"({"data":{"type":"User"}})", "invalid_type")}) {
        post.body = body;
        BOOST_TEST_CONTEXT(body) is_error(send(post), 400, code);
    }
    post.body = std::string(65537, ' ');
    is_error(send(post), 413, "request_too_large");
    is_error(send(refuse(Why::bad_request, "REQUEST_URI", "a broken escape"), "/v1/account"), 400, "bad_request");
    is_error(send(refuse(Why::body_too_large), "/v1/users"), 413, "request_too_large");
}

BOOST_AUTO_TEST_CASE(FC36_addresses) {
    for (const char* const path : {"/v1/nosuch", "/v1/", "/v1/products", "/v1/account/x", "/v1/customers/a/b"}) {
        BOOST_TEST_CONTEXT(path) {
            is_error(send(call(GET, path)), 404, "invalid_endpoint");
            is_error(send(call(POST, path, guest, Json::object({}))), 404, "invalid_endpoint");
        }
    }
    for (const auto method : {PUT, DELETE, POST}) {
        const auto reply = send(call(method, "/v1/account", guest));
        is_error(reply, 404, "invalid_endpoint");
        BOOST_TEST(reply.header("allow") == "GET, HEAD, PATCH");
    }
    is_error(send(call(GET, "/v1/token")), 404, "invalid_endpoint");
    for (const char* const path : {"/v1/account/", "/v1/Account", "//v1//account", "/V1/account"}) {
        BOOST_TEST_CONTEXT(path) BOOST_TEST(send(call(GET, path, guest)).status == 200);
    }
    const auto head = send(call(http::Method::head, "/v1/account", guest));
    BOOST_TEST(head.status == 200);
}

BOOST_AUTO_TEST_CASE(FC4_FC10_the_envelope_of_an_answer) {
    const auto reply = send(call(GET, "/v1/account?locale=de-AT&include=user&nonsense=1", guest));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.header("content-type") == document_type);
    BOOST_TEST(reply.header("cache-control") == "no-store");
    BOOST_TEST(reply.text_at("meta.locale") == "de-AT");
    BOOST_TEST(reply.text_at("data.id") == account_id);
    BOOST_TEST(send(call(GET, "/v1/account", guest)).text_at("meta.locale") == "en");
}

BOOST_AUTO_TEST_CASE(FC18_browsers) {
    for (const char* const path : {"/v1/token", "/v1//account", "/v1/nosuch", "/v1/customers/x"}) {
        BOOST_TEST_CONTEXT(path) {
            const auto reply = send(bare(http::Method::options, path));
            is_empty_answer(reply, 204);
            BOOST_TEST(reply.header("access-control-allow-origin") == "*");
            BOOST_TEST(reply.header("access-control-allow-headers").find("X-Freshcom-OTP") != std::string::npos);
        }
    }
    for (const auto& reply : {send(call(GET, "/v1/account", guest)), send(call(GET, "/v1/account")), send(call(GET, "/v1/nosuch"))}) {
        BOOST_TEST(reply.header("access-control-allow-origin") == "*");
        BOOST_TEST(reply.header("access-control-expose-headers").find("X-Freshcom-OTP") != std::string::npos);
        BOOST_TEST(reply.header("set-cookie").empty());
        BOOST_TEST(reply.header("x-vol-correlation").size() == 32U);
    }
}

// FC17: on calls that need no token a dead one is none, and the host says which shop is meant.
BOOST_AUTO_TEST_CASE(FC17_calls_without_a_token) {
    const auto asking = [&](std::string_view token) {
        return call(POST, "/v1/password_reset_tokens", token, document("PasswordResetToken", Json::object({{"username", "nobody-here"}})));
    };
    for (const auto& token : {std::string(), std::string("garbage"), guest}) is_done(send(asking(token)));
    // Two shops, and a host that is neither's.
    const auto other = core.realms.add(core.db, context(), {.name = "other", .address = "https://other.example",
                                                            .site = {.tenant = 3000, .site = 3000, .name = "other", .domain = "other.example"}});
    BOOST_REQUIRE(other);
    is_stranger(send(asking({})));
    is_done(send(asking(guest)));
    auto there = asking({});
    there.host = "other.example";
    is_done(send(there));
    const auto requests = [&](RealmNo no) {
        return number("SELECT COUNT(*) FROM events WHERE name = 'password.reset_requested' AND realm_no = " + std::to_string(no.value));
    };
    BOOST_TEST(requests((*other)->no) == 1);
    BOOST_TEST(requests(realm) == 4);
}

// TH2: the caller's own address is charged, unless the caller is one of the shop's own servers.
BOOST_AUTO_TEST_CASE(FC19_failures_are_charged_to_the_address) {
    register_person();
    const auto failing = [&](std::string_view peer) {
        auto request = signing_in("mira@shop.test", "wrong " + std::to_string(clock.now().time_since_epoch().count()));
        request.peer = peer;
        return send(request).status;
    };
    int until = 0;
    while (until < 100 && failing("203.0.113.5") == 400) ++until;
    BOOST_TEST(until == 30);
    BOOST_TEST(failing("203.0.113.5") == 429);
    BOOST_TEST(failing("203.0.113.6") == 400);
}

BOOST_AUTO_TEST_CASE(FC40_an_application_that_is_too_quick_is_told_so) {
    int refused = 0;
    for (int i = 0; i < 2000 && refused == 0; ++i) {
        const auto reply = KiboShop::send(call(GET, "/v1/account", guest));
        if (reply.status == 200) continue;
        is_error(reply, 429, "too_many_requests");
        BOOST_TEST(!reply.header("retry-after").empty());
        ++refused;
    }
    BOOST_TEST(refused == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace authtickets::test
