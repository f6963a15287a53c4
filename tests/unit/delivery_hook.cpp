// SPDX-License-Identifier: MIT
// Web hooks: Kibo's body and signature (kibo 8.1), our own (KL9), and what an answer means.
#include <boost/test/unit_test.hpp>

#include <authtickets/base/bytes.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/delivery/hook.h>
#include <authtickets/delivery/ways.h>

using namespace authtickets;
using namespace authtickets::delivery;

namespace {

Time at(std::string_view text) { return *parse_iso8601(text); }

std::string value(const std::vector<std::string>& headers, std::string_view name) {
    for (const auto& header : headers) {
        if (header.starts_with(std::string(name) + ": ")) return header.substr(name.size() + 2);
    }
    return "(absent)";
}

const std::string sample_body =
    R"({"eventId":"0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55","topic":"email.requested","entityId":"1042",)"
    R"("timestamp":"2026-01-15T10:20:30.1234567Z","correlationId":"9b1d5c0e7f2a4c3d8e6f0a1b2c3d4e5f","isTest":false,)"
    R"("extendedProperties":[{"key":"emailType","value":"OtpForLogin"}]})";
constexpr std::string_view sample_date = "Thu, 15 Jan 2026 10:20:31 GMT";
constexpr std::string_view sample_signature = "9zQMhsE/hGi4zdsWou88eZ3VZEkpGOh9G5KL9O87qbE=";

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery_hook)

BOOST_AUTO_TEST_CASE(kibo_8_1_the_signature_is_the_documented_one) {
    const Secret secret(std::string_view("example-shared-secret"));
    BOOST_TEST(kibo_signature(secret, sample_date, sample_body) == sample_signature);
    BOOST_TEST(kibo_signature(secret, "Thu, 15 Jan 2026 10:20:32 GMT", sample_body) != sample_signature);
    BOOST_TEST(kibo_signature(secret, sample_date, sample_body + " ") != sample_signature);
    BOOST_TEST(kibo_signature(Secret(std::string_view("other")), sample_date, sample_body) != sample_signature);
}

BOOST_AUTO_TEST_CASE(kibo_8_1_the_body_has_the_documented_members_in_their_form) {
    KiboEvent event{.id = *parse_uuid("0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55"),
                    .topic = "email.requested",
                    .entity_id = "1042",
                    .at = at("2026-01-15T10:20:30.123Z"),
                    .correlation = *parse_uuid("9b1d5c0e7f2a4c3d8e6f0a1b2c3d4e5f"),
                    .properties = {{"emailType", "OtpForLogin"}}};
    auto expected = sample_body;
    expected.replace(expected.find("30.1234567Z"), 11, "30.1230000Z");
    BOOST_TEST(kibo_body(event) == expected);
    event.is_test = true;
    event.properties = {{"code", "012345"}, {"email", "\"a\"\r\n@b"}};
    const auto body = kibo_body(event);
    BOOST_TEST(body.find(R"("isTest":true)") != body.npos);
    BOOST_TEST(body.find(R"([{"key":"code","value":"012345"},{"key":"email","value":"\"a\"\r\n@b"}])") != body.npos);
    event.properties.clear();
    BOOST_TEST(kibo_body(event).ends_with(R"("extendedProperties":[]})"));
}

BOOST_AUTO_TEST_CASE(kibo_8_1_every_attempt_has_a_date_and_a_signature_of_its_own) {
    const Secret secret(std::string_view("example-shared-secret"));
    const KiboPlace place{.tenant = "12",
                          .tenant_domain = "t12.shop.example",
                          .site = "34",
                          .master_catalog = "1",
                          .catalog = "1",
                          .locale = "de-DE",
                          .currency = "EUR"};
    const auto correlation = *parse_uuid("9b1d5c0e7f2a4c3d8e6f0a1b2c3d4e5f");
    const auto headers = kibo_headers(place, correlation, at("2026-01-15T10:20:31.9Z"), secret, sample_body);
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"Content-Type", "application/json"}, {"Date", sample_date},
        {"x-vol-hmac-sha256", sample_signature}, {"x-vol-correlation", "9b1d5c0e7f2a4c3d8e6f0a1b2c3d4e5f"},
        {"x-vol-tenant", "12"}, {"x-vol-tenant-domain", "t12.shop.example"},
        {"x-vol-site", "34"}, {"x-vol-master-catalog", "1"},
        {"x-vol-catalog", "1"}, {"x-vol-locale", "de-DE"},
        {"x-vol-currency", "EUR"}};
    for (const auto& [name, expected] : rows) BOOST_TEST(value(headers, name) == expected, name);
    BOOST_TEST(headers.size() == std::size(rows));
    const auto next = kibo_headers({}, correlation, at("2026-01-15T10:21:31Z"), secret, sample_body);
    BOOST_TEST(value(next, "Date") == "Thu, 15 Jan 2026 10:21:31 GMT");
    BOOST_TEST(value(next, "x-vol-hmac-sha256") != sample_signature);
    BOOST_TEST(value(next, "x-vol-tenant") == "(absent)");
    const auto evil = kibo_headers({.tenant_domain = "a\r\nx-evil: 1"}, correlation, at("2026-01-15T10:21:31Z"), secret, "");
    BOOST_TEST(value(evil, "x-vol-tenant-domain") == "a  x-evil: 1");
}

// Made with: printf '%s' "0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55.1768472431.{}" | openssl dgst -sha256 -hmac whsec-example
BOOST_AUTO_TEST_CASE(KL9_our_signature_is_an_hmac_over_id_time_and_body) {
    const Secret secret(std::string_view("whsec-example"));
    const auto id = *parse_uuid("0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55");
    const auto headers = own_headers(id, at("2026-01-15T10:20:31.999Z"), secret, "{}");
    BOOST_TEST(headers.size() == 4u);
    BOOST_TEST(value(headers, "Content-Type") == "application/json");
    BOOST_TEST(value(headers, "authtickets-id") == "0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55");
    BOOST_TEST(value(headers, "authtickets-timestamp") == "1768472431");
    BOOST_TEST(value(headers, "authtickets-signature") == "v1=e81bbd61872db024150434067466fabba515ab0052723ef4992a9617125d29e3");
    BOOST_TEST(own_signature(secret, "1", "2", "3") != own_signature(secret, "1", "23", ""));
}

// EP153, KL9 (docs/elasticpath.md, docs/security.md)
BOOST_AUTO_TEST_CASE(EP153_the_secret_is_a_header_and_signs_beside) {
    const auto id = *parse_uuid("0f8d2c1e-5a44-4b0e-9d3c-6f2a7b1c9e55");
    const auto none = elasticpath_headers(id, at("2026-01-15T10:20:31.999Z"), {}, "{}");
    BOOST_TEST(none == std::vector<std::string>{"Content-Type: application/json"}, boost::test_tools::per_element());
    const auto headers = elasticpath_headers(id, at("2026-01-15T10:20:31.999Z"), Secret(std::string_view("whsec-example")), "{}");
    BOOST_TEST(value(headers, "X-Moltin-Secret-Key") == "whsec-example");
    BOOST_TEST(value(headers, "authtickets-signature") == "v1=e81bbd61872db024150434067466fabba515ab0052723ef4992a9617125d29e3");
    BOOST_TEST(headers.size() == 5u);
}

BOOST_AUTO_TEST_CASE(EP227_what_a_receiver_says_is_kept_for_the_log_of_integrations_alone) {
    for (const int status : {200, 404}) {
        BOOST_TEST(hook_verdict(HookFormat::elasticpath, {.status = status, .body = "Not found"}).answer == "Not found");
        BOOST_TEST(hook_verdict(HookFormat::own, {.status = status, .body = "Not found"}).answer == "");
        BOOST_TEST(hook_verdict(HookFormat::kibo, {.status = status, .body = "Not found"}).answer == "");
    }
}

BOOST_AUTO_TEST_CASE(kibo_8_1_only_200_counts_and_ours_takes_every_2xx) {
    const std::tuple<int, bool, bool> rows[] = {{200, true, true},   {201, false, true},  {204, false, true},  {299, false, true},
                                                {300, false, false}, {302, false, false}, {400, false, false}, {401, false, false},
                                                {410, false, false}, {500, false, false}, {0, false, false},   {199, false, false}};
    for (const auto& [status, kibo, own] : rows) {
        BOOST_TEST(succeeded(HookFormat::kibo, status) == kibo, status);
        BOOST_TEST(succeeded(HookFormat::own, status) == own, status);
        BOOST_TEST(succeeded(HookFormat::elasticpath, status) == own, status);
        const auto sent = hook_verdict(HookFormat::own, {.status = status, .why = "x"});
        BOOST_TEST((sent.verdict == (own ? Verdict::accepted : Verdict::temporary)), status);
        BOOST_TEST(sent.code == status);
        BOOST_TEST(sent.why == (own ? "" : status == 0 ? "web hook: x" : "web hook: status " + std::to_string(status)));
    }
}

// What lies with the message is permanent, everything else is tried again.
BOOST_AUTO_TEST_CASE(the_gateways_answers_are_judged) {
    const std::tuple<int, std::string, Verdict, std::string, std::string> rows[] = {
        {201, R"({"sid":"SM123","status":"queued"})", Verdict::accepted, "", "SM123"},
        {200, R"({"id":4711})", Verdict::accepted, "", "4711"},
        {200, R"({"sid":"a\r\nb"})", Verdict::accepted, "", "a__b"},
        {200, "OK", Verdict::accepted, "", ""},
        {202, "", Verdict::accepted, "", ""},
        {400, R"({"code":21211,"message":"The 'To' number +4915112345678 is not a valid phone number."})", Verdict::permanent,
         "SMS gateway: status 400, code 21211", ""},
        {403, "", Verdict::permanent, "SMS gateway: status 403", ""},
        {422, "{}", Verdict::permanent, "SMS gateway: status 422", ""},
        {401, R"({"code":20003})", Verdict::temporary, "SMS gateway: status 401, code 20003", ""},
        {404, "", Verdict::temporary, "SMS gateway: status 404", ""},
        {408, "", Verdict::temporary, "SMS gateway: status 408", ""},
        {429, "", Verdict::temporary, "SMS gateway: status 429", ""},
        {302, "", Verdict::temporary, "SMS gateway: status 302", ""},
        {500, R"({"code":"x"})", Verdict::temporary, "SMS gateway: status 500", ""},
        {503, "<html>", Verdict::temporary, "SMS gateway: status 503", ""}};
    for (const auto& [status, body, verdict, why, id] : rows) {
        BOOST_TEST_CONTEXT(status << " " << body) {
            const auto sent = sms_verdict({.status = status, .body = body});
            BOOST_TEST((sent.verdict == verdict));
            BOOST_TEST(sent.code == status);
            BOOST_TEST(sent.why == why);
            BOOST_TEST(sent.id == id);
        }
    }
    BOOST_TEST(sms_verdict({.why = "late"}).why == "SMS gateway: late");
    BOOST_TEST(sms_verdict({.status = 201, .body = R"({"sid":")" + std::string(500, 'a') + R"("})"}).id.size() == 64u);
}

BOOST_AUTO_TEST_CASE(sendmails_status_is_judged_by_sysexits) {
    const std::pair<int, Verdict> rows[] = {
        {0, Verdict::accepted},   {75, Verdict::temporary}, {65, Verdict::permanent}, {67, Verdict::permanent}, {68, Verdict::permanent},
        {64, Verdict::temporary}, {69, Verdict::temporary}, {70, Verdict::temporary}, {71, Verdict::temporary}, {73, Verdict::temporary},
        {77, Verdict::temporary}, {78, Verdict::temporary}, {1, Verdict::temporary},  {127, Verdict::temporary}};
    for (const auto& [status, verdict] : rows) BOOST_TEST((sendmail_verdict(status).verdict == verdict), status);
    BOOST_TEST(sendmail_verdict(67).why == "sendmail: it ended with status 67");
}

BOOST_AUTO_TEST_CASE(a_form_escapes_what_would_end_a_member) {
    const std::array<std::pair<std::string_view, std::string_view>, 3> members{
        {{"To", "+4915112345678"}, {"From", "Shop & Co"}, {"Body", "Code: 012345\n\xc3\xa4=1%"}}};
    BOOST_TEST(form(members) == "To=%2B4915112345678&From=Shop+%26+Co&Body=Code%3A+012345%0A%C3%A4%3D1%25");
}

BOOST_AUTO_TEST_SUITE_END()
