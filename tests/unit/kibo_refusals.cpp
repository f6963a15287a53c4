// SPDX-License-Identifier: MIT
// What refusals are to a Kibo client: statuses, codes and the messages that themes compare letter by letter (kibo 7).
#include <boost/test/unit_test.hpp>

#include "api/kibo/wire.h"

using namespace authtickets;

namespace {

http::Response answer(Refusal refusal) { return kibo::refusal({}, {}, refusal); }

Json body(const http::Response& response) { return *parse_json(response.body); }
std::string message(const http::Response& response) { return *body(response).find("message")->text(); }
std::string code(const http::Response& response) { return *body(response).find("errorCode")->text(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(kibo_refusals)

BOOST_AUTO_TEST_CASE(kibo_7_1_an_error_has_exactly_the_members_of_the_contract) {
    BOOST_TEST(answer({.why = Why::name_taken, .field = "email"}).body ==
               R"({"applicationName":"Customer","errorCode":"MISSING_OR_INVALID_PARAMETER",)"
               R"("message":"Missing or invalid parameter: EmailAddress EmailAddress already associated with a login",)"
               R"("items":[],"additionalErrorData":[{"name":"ParameterName","value":"EmailAddress"}],)"
               R"("exceptionDetail":null})");
    BOOST_TEST(answer({.why = Why::forbidden}).body ==
               R"({"applicationName":"Customer","errorCode":"FORBIDDEN",)"
               R"("message":"The system does not permit the attempted operation.",)"
               R"("items":[],"additionalErrorData":[],"exceptionDetail":null})");
}

BOOST_AUTO_TEST_CASE(kibo_7_2_statuses_and_codes) {
    const struct {
        Why why;
        int status;
        std::string_view code;
    } cases[] = {
        {Why::bad_request, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::missing_parameter, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::bad_parameter, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::body_too_large, 413, "REQUEST_TOO_LARGE"},
        {Why::unsupported_media, 415, "UNSUPPORTED_MEDIA_TYPE"},
        {Why::not_found, 404, "ITEM_NOT_FOUND"},
        {Why::method_not_allowed, 405, "METHOD_NOT_ALLOWED"},
        {Why::unknown_item, 404, "ITEM_NOT_FOUND"},
        {Why::application_unknown, 401, "INVALID_ACCESS_TOKEN"},
        {Why::application_secret_wrong, 401, "INVALID_CREDENTIALS"},
        {Why::ticket_invalid, 401, "INVALID_ACCESS_TOKEN"},
        {Why::ticket_pending, 401, "INVALID_ACCESS_TOKEN"},
        {Why::forbidden, 403, "FORBIDDEN"},
        {Why::foreign_site, 403, "FORBIDDEN"},
        {Why::credentials_wrong, 401, "INVALID_CREDENTIALS"},
        {Why::login_locked, 403, "FORBIDDEN"},
        {Why::password_change_required, 403, "FORBIDDEN"},
        {Why::name_taken, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::in_use, 409, "ITEM_IN_USE"},
        {Why::password_weak, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::password_too_long, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::password_context, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::password_common, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::password_breached, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::password_wrong, 400, "MISSING_OR_INVALID_PARAMETER"},
        {Why::throttled, 429, "TOO_MANY_REQUESTS"},
        {Why::busy, 503, "SYSTEM_MAINTENANCE"},
        {Why::unavailable, 503, "SYSTEM_MAINTENANCE"},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(name(each.why)) {
            const auto response = answer({.why = each.why});
            BOOST_TEST(response.status == each.status);
            BOOST_TEST(code(response) == each.code);
            BOOST_TEST(response.content_type == "application/json; charset=utf-8");
        }
    }
}

BOOST_AUTO_TEST_CASE(kibo_7_2_literals_that_themes_compare) {
    const std::string before = "Missing or invalid parameter: ";
    const struct {
        Refusal refusal;
        std::string message;
    } cases[] = {
        {{.why = Why::name_taken, .field = "email"}, before + "EmailAddress EmailAddress already associated with a login"},
        {{.why = Why::name_taken, .field = "user_name"}, before + "UserName UserName already associated with a login"},
        {{.why = Why::name_taken}, before + "EmailAddress EmailAddress already associated with a login"},
        {{.why = Why::password_weak, .field = "password"},
         before + "password Password must be a minimum of 6 characters with at least 1 number and 1 alphabetic character"},
        {{.why = Why::password_too_long}, before + "password Invalid password format."},
        {{.why = Why::password_context, .field = "password"}, before + "password Invalid password format."},
        {{.why = Why::password_wrong}, before + "password "},
        {{.why = Why::password_common}, before + "password Invalid password format."},
        {{.why = Why::password_breached}, before + "password Invalid password format."},
        {{.why = Why::login_locked},
         "The system does not permit the attempted operation.  User account is locked, Please contact System "
         "Administrator "},
    };
    for (const auto& each : cases) BOOST_TEST(message(answer(each.refusal)) == each.message);
}

BOOST_AUTO_TEST_CASE(kibo_7_2_the_general_form_names_the_parameter_in_the_clients_spelling) {
    const struct {
        Refusal refusal;
        std::string_view name, message;
    } cases[] = {
        {{.why = Why::bad_parameter, .field = "first_name", .text = "must be at most 100 characters"}, "firstName",
         "Missing or invalid parameter: firstName must be at most 100 characters"},
        {{.why = Why::bad_parameter, .field = "company", .text = "is long"}, "companyOrOrganization",
         "Missing or invalid parameter: companyOrOrganization is long"},
        {{.why = Why::bad_parameter, .field = "grant_type", .text = "is not known"}, "grant_type",
         "Missing or invalid parameter: grant_type is not known"},
        {{.why = Why::password_weak, .text = "Password must be a minimum of 15 characters"}, "password",
         "Missing or invalid parameter: password Password must be a minimum of 15 characters"},
        {{.why = Why::missing_parameter, .field = "refreshToken"}, "refreshToken",
         "Missing or invalid parameter: refreshToken A value must be provided."},
        {{.why = Why::bad_request}, "request", "Missing or invalid parameter: request The request could not be read."},
        {{.why = Why::bad_request, .field = "body", .text = "not JSON at byte 3"}, "body",
         "Missing or invalid parameter: body not JSON at byte 3"},
    };
    for (const auto& each : cases) {
        const auto response = answer(each.refusal);
        BOOST_TEST(message(response) == each.message);
        BOOST_TEST(body(response).find("additionalErrorData")->items()->front().dump() ==
                   Json::object({{"name", "ParameterName"}, {"value", each.name}}).dump());
        BOOST_TEST(kibo::message(each.refusal) == each.message);
    }
}

BOOST_AUTO_TEST_CASE(kibo_7_1_why_a_password_is_refused_is_told_as_data) {
    for (const auto why : {Why::password_weak, Why::password_too_long, Why::password_context, Why::password_common,
                           Why::password_breached}) {
        BOOST_TEST(body(answer({.why = why})).find("additionalErrorData")->dump() ==
                   R"([{"name":"ParameterName","value":"password"},{"name":"Reason","value":")" + std::string(name(why)) + R"("}])");
    }
    for (const auto why : {Why::password_wrong, Why::name_taken, Why::bad_parameter}) {
        BOOST_TEST(body(answer({.why = why})).find("additionalErrorData")->items()->size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(kibo_6_1_a_fault_in_a_list_names_the_item) {
    const struct {
        Refusal refusal;
        std::string_view name, message;
    } cases[] = {
        {{.why = Why::password_weak, .field = "password"}, "[3].password", "[3].password Password must be"},
        {{.why = Why::password_common}, "[3].password", "[3].password Invalid password format."},
        {{.why = Why::name_taken, .field = "email"}, "[3].EmailAddress", "[3].EmailAddress EmailAddress already associated with a login"},
        {{.why = Why::bad_parameter, .field = "first_name", .text = "is long"}, "[3].firstName", "[3].firstName is long"},
        {{.why = Why::bad_parameter, .text = "must be an object"}, "[3]", "[3] must be an object"},
    };
    for (const auto& each : cases) {
        const auto response = answer(in_item(each.refusal, 3));
        BOOST_TEST(message(response).starts_with("Missing or invalid parameter: " + std::string(each.message)));
        BOOST_TEST(*body(response).find("additionalErrorData")->items()->front().find("value")->text() == each.name);
    }
    for (const auto* odd : {"[", "[]", "[3", "[3].", "]."}) answer({.why = Why::bad_parameter, .field = odd});
}

BOOST_AUTO_TEST_CASE(kibo_7_2_a_wrong_secret_begins_with_the_words_the_client_shows) {
    BOOST_TEST(message(answer({.why = Why::application_secret_wrong})).starts_with("Invalid Credentials:"));
}

BOOST_AUTO_TEST_CASE(kibo_7_2_password_change_required_is_told_as_data) {
    BOOST_TEST(body(answer({.why = Why::password_change_required})).find("additionalErrorData")->dump() ==
               R"([{"name":"PasswordChangeRequired","value":"true"}])");
}

BOOST_AUTO_TEST_CASE(kibo_7_2_retry_after_is_sent_where_waiting_helps) {
    const auto response = answer({.why = Why::throttled, .retry_after = Seconds{7}});
    BOOST_REQUIRE_EQUAL(response.headers.size(), 1U);
    BOOST_TEST(response.headers[0].first == "Retry-After");
    BOOST_TEST(response.headers[0].second == "7");
    BOOST_TEST(answer({.why = Why::forbidden}).headers.empty());
}

BOOST_AUTO_TEST_CASE(kibo_7_2_faults_are_500_and_503_and_say_nothing_else) {
    const auto internal = kibo::fault({}, {}, 500, Seconds{0});
    BOOST_TEST(internal.status == 500);
    BOOST_TEST(code(internal) == "UNEXPECTED_ERROR");
    BOOST_TEST(internal.headers.empty());
    const auto away = kibo::fault({}, {}, 503, Seconds{1});
    BOOST_TEST(away.status == 503);
    BOOST_TEST(code(away) == "SYSTEM_MAINTENANCE");
    BOOST_TEST(away.headers.at(0).second == "1");
}

BOOST_AUTO_TEST_CASE(kibo_2_every_answer_gets_the_correlation_id_in_32_hex_digits) {
    http::Response response;
    kibo::finish({.request_id = *parse_uuid("9b1d5c0e-7f2a-4c3d-8e6f-0a1b2c3d4e5f")}, response);
    BOOST_TEST(response.headers.at(0).first == "x-vol-correlation");
    BOOST_TEST(response.headers.at(0).second == "9b1d5c0e7f2a4c3d8e6f0a1b2c3d4e5f");
}

BOOST_AUTO_TEST_SUITE_END()
