// SPDX-License-Identifier: MIT
// The Elastic Path door's bodies and refusals (EP2 to EP4, EP9, EP20, EP30 to EP39, docs/elasticpath.md).
#include <boost/test/unit_test.hpp>

#include "api/elasticpath/wire.h"

using namespace authtickets;

namespace {

http::Request sent(std::string body) {
    http::Request out;
    out.body = std::move(body);
    return out;
}
Refusal refused(std::string body) {
    const auto out = elasticpath::data_of(sent(std::move(body)), {"thing", "other-thing"});
    BOOST_REQUIRE(!out);
    return out.error();
}

struct Shown {
    int status;
    std::string detail;
};
Shown shown(const Refusal& refusal) {
    const auto response = elasticpath::refusal({}, {}, refusal);
    const auto body = *parse_json(response.body);
    const auto& error = body.find("errors")->items()->at(0);
    BOOST_TEST(body.members()->size() == 1U);
    BOOST_TEST(*error.find("status")->text() == std::to_string(response.status));
    BOOST_TEST(!error.find("title")->text()->empty());
    return {response.status, *error.find("detail")->text()};
}
Shown shown(Why why, std::string field = {}, std::string text = {}) {
    return shown(Refusal{.why = why, .field = std::move(field), .text = std::move(text)});
}

std::string header(const http::Response& response, std::string_view wanted) {
    for (const auto& [name, value] : response.headers) {
        if (name == wanted) return value;
    }
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elasticpath_wire)

BOOST_AUTO_TEST_CASE(EP3_EP4_the_data_of_a_body) {
    const auto data = elasticpath::data_of(sent(R"({"data":{"type":"other-thing","name":"x"},"more":1})"), {"thing", "other-thing"});
    BOOST_REQUIRE(data);
    BOOST_TEST(*data->find("name")->text() == "x");
    for (const char* const broken : {"", "{", "[]", "true", "{}", R"({"type":"thing"})", R"({"data":[]})", R"({"data":null})", R"({"data":{}})",
                                     R"({"data":{"type":"Thing"}})", R"({"data":{"type":1}})", R"({"data":{"type":null}})"}) {
        BOOST_TEST_CONTEXT(broken) BOOST_TEST((refused(broken).why == Why::bad_request));
    }
    BOOST_TEST(shown(refused("{")).detail == "the body cannot be read: not JSON at byte 2");
    BOOST_TEST(shown(refused("")).detail == "the body is empty");
    BOOST_TEST(shown(refused(R"({"type":"thing"})")).detail == "data must be an object that holds the members of the request");
    BOOST_TEST(shown(refused(R"({"data":{"type":"x"}})")).detail == "type must be thing");
}

BOOST_AUTO_TEST_CASE(EP9_members_by_kind) {
    const auto object = *parse_json(R"({"text":"x","empty":"","none":null,"number":5,"flag":true,"list":[1],"object":{"a":1}})");
    elasticpath::Members in(object);
    BOOST_TEST(in.required("text") == "x");
    BOOST_TEST(in.text("text").value() == "x");
    BOOST_TEST(in.text("empty").value() == "");
    BOOST_TEST(!in.text("absent"));
    BOOST_TEST(in.clearable("none").value() == "");
    BOOST_TEST(!in.clearable("absent"));
    BOOST_TEST(in.secret("text")->reveal() == "x");
    BOOST_TEST(in.integer("number").value() == 5);
    BOOST_TEST(!in.integer("absent"));
    BOOST_TEST(in.boolean("flag").value());
    BOOST_TEST(in.list("list")->size() == 1U);
    BOOST_TEST(in.list("absent") == nullptr);
    BOOST_TEST(in.list("none") == nullptr);
    BOOST_TEST(in.object("object")->members()->size() == 1U);
    BOOST_TEST(in.has("none"));
    BOOST_TEST(!in.has("Text"));
    BOOST_TEST(!in.refused());
}

BOOST_AUTO_TEST_CASE(EP31_members_of_the_wrong_kind_are_told_by_name_the_first_of_them) {
    const auto object = *parse_json(R"({"text":"x","empty":"","none":null,"number":5})");
    const auto fault = [&](auto&& read) {
        elasticpath::Members in(object);
        read(in);
        BOOST_REQUIRE(in.refused());
        return shown(*in.refused());
    };
    using M = elasticpath::Members;
    BOOST_TEST(fault([](M& in) { in.required("absent"); }).detail == "absent must be given");
    BOOST_TEST(fault([](M& in) { in.required("none"); }).status == 400);
    BOOST_TEST(fault([](M& in) { in.required("empty"); }).status == 400);
    BOOST_TEST(fault([](M& in) { in.required("number"); }).detail == "number must be a text");
    BOOST_TEST(fault([](M& in) { in.text("none"); }).detail == "none must be a text");
    BOOST_TEST(fault([](M& in) { in.clearable("number"); }).status == 400);
    BOOST_TEST(fault([](M& in) { in.integer("text"); }).detail == "text must be a whole number");
    BOOST_TEST(fault([](M& in) { in.boolean("none"); }).detail == "none must be true or false");
    BOOST_TEST(fault([](M& in) { in.list("text"); }).detail == "text must be a list");
    BOOST_TEST(fault([](M& in) { in.object("text"); }).detail == "text must be an object");
    BOOST_TEST(fault([](M& in) { in.boolean("text"), in.integer("none"); }).detail == "text must be true or false");
    BOOST_TEST(fault([](M& in) { in.wrong_value("text", "must be y"); }).status == 422);
}

BOOST_AUTO_TEST_CASE(EP30_the_error_of_the_contract) {
    BOOST_TEST(elasticpath::errors(422, "purpose must be one of the two documented values").dump() ==
               R"({"errors":[{"status":"422","title":"Unprocessable Entity","detail":"purpose must be one of the two documented values"}]})");
}

BOOST_AUTO_TEST_CASE(EP31_to_EP39_every_refusal_has_its_status) {
    const std::pair<Why, int> all[] = {
        {Why::bad_request, 400}, {Why::missing_parameter, 400}, {Why::bad_parameter, 422}, {Why::body_too_large, 413},
        {Why::unsupported_media, 415}, {Why::not_found, 404}, {Why::method_not_allowed, 405}, {Why::unknown_item, 404},
        {Why::application_unknown, 401}, {Why::application_secret_wrong, 401}, {Why::ticket_invalid, 401}, {Why::ticket_pending, 401},
        {Why::forbidden, 403}, {Why::foreign_site, 403}, {Why::credentials_wrong, 401}, {Why::login_locked, 401},
        {Why::password_change_required, 403}, {Why::code_wrong, 401}, {Why::link_dead, 401}, {Why::step_up_required, 403},
        {Why::name_taken, 409}, {Why::in_use, 409}, {Why::password_weak, 422}, {Why::password_too_long, 422}, {Why::password_context, 422},
        {Why::password_common, 422}, {Why::password_breached, 422}, {Why::password_wrong, 422}, {Why::throttled, 429}, {Why::busy, 503},
        {Why::unavailable, 503}};
    for (std::size_t i = 0; i < std::size(all); ++i) {
        BOOST_TEST_CONTEXT(name(all[i].first)) {
            BOOST_TEST((all[i].first == static_cast<Why>(i)));
            BOOST_TEST(shown(all[i].first).status == all[i].second);
        }
    }
    BOOST_TEST(std::size(all) == static_cast<std::size_t>(Why::unavailable) + 1);
}

BOOST_AUTO_TEST_CASE(EP33_a_dead_token_has_the_words_that_storefronts_compare) {
    BOOST_TEST(shown(Why::code_wrong).detail == "the authorization realm for the token could not be found");
}

BOOST_AUTO_TEST_CASE(EP34_factors_that_are_too_old_are_told_by_name) {
    BOOST_TEST(shown(Why::step_up_required).detail == "step_up_required: the last sign-in is too long ago; sign in again");
}

BOOST_AUTO_TEST_CASE(EP32_locked_is_told_like_wrong) {
    BOOST_TEST(elasticpath::refusal({}, {}, {.why = Why::login_locked}).body == elasticpath::refusal({}, {}, {.why = Why::credentials_wrong}).body);
}

BOOST_AUTO_TEST_CASE(EP30_details_name_the_member_in_the_spelling_of_the_door) {
    BOOST_TEST(shown(Why::name_taken, "user_name").detail == "username is taken");
    BOOST_TEST(shown(Why::name_taken).detail == "username is taken");
    BOOST_TEST(shown(Why::bad_parameter, "purpose", "must be x").detail == "purpose must be x");
    BOOST_TEST(shown(Why::password_common).detail == "password is too common");
    BOOST_TEST(shown(Why::password_weak, "password", "Password must be a minimum of 15 characters").detail ==
               "password must be a minimum of 15 characters");
    BOOST_TEST(shown(Why::bad_request).detail == "the request could not be read");
}

BOOST_AUTO_TEST_CASE(EP38_retry_after_is_told_but_not_of_a_wrong_token) {
    BOOST_TEST(header(elasticpath::refusal({}, {}, {.why = Why::throttled, .retry_after = Seconds(7)}), "Retry-After") == "7");
    BOOST_TEST(header(elasticpath::refusal({}, {}, {.why = Why::code_wrong, .retry_after = Seconds(7)}), "Retry-After").empty());
    BOOST_TEST(header(elasticpath::fault({}, {}, 503, Seconds(1)), "Retry-After") == "1");
    BOOST_TEST(elasticpath::fault({}, {}, 500, Seconds(0)).status == 500);
}

BOOST_AUTO_TEST_CASE(EP20_what_lets_browsers_in) {
    const auto preflight = elasticpath::preflight({});
    BOOST_TEST(preflight.status == 204);
    BOOST_TEST(preflight.body.empty());
    const auto allowed = header(preflight, "Access-Control-Allow-Headers");
    for (const char* const name : {"Authorization", "Content-Type", "EP-Account-Management-Authentication-Token", "X-MOLTIN-SDK-VERSION", "*"}) {
        BOOST_TEST_CONTEXT(name) BOOST_TEST(allowed.find(name) != allowed.npos);
    }
    http::Response response;
    elasticpath::finish({}, response);
    BOOST_TEST(header(response, "Access-Control-Allow-Origin") == "*");
    BOOST_TEST(header(response, "Access-Control-Allow-Credentials").empty());
    BOOST_TEST(header(response, "Access-Control-Expose-Headers").find("Retry-After") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
