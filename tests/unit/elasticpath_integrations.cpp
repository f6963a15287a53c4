// SPDX-License-Identifier: MIT
// Integrations, their logs and jobs as clients of Elastic Path send and read them (docs/elasticpath.md).
#include <boost/test/unit_test.hpp>

#include "api/elasticpath/wire_integrations.h"
#include "support/fake_clock.h"
#include "support/fake_rng.h"

using namespace authtickets;
using namespace authtickets::elasticpath;
using namespace std::chrono_literals;

namespace {

Result<subscriptions::IntegrationChanges> read(std::string_view json) { return integration_changes(*parse_json(json)); }

std::string refused(std::string_view json) {
    const auto out = read(json);
    return out ? "" : std::string(name(out.error().why)) + " " + out.error().field;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elasticpath_integrations)

BOOST_AUTO_TEST_CASE(EP215_what_clients_send) {
    const auto out = read(R"({"type":"integration","name":"send codes","description":"d","enabled":false,"integration_type":"webhook",
                              "observes":["one-time-password-token-request.created","account.created"],
                              "configuration":{"url":"https://mailer.shop.example/otp","secret_key":"squirrel","host":1},"unknown":{}})");
    BOOST_REQUIRE(out);
    BOOST_TEST(*out->label == "send codes");
    BOOST_TEST(*out->description == "d");
    BOOST_TEST(*out->enabled == false);
    BOOST_TEST(out->observes->size() == 2u);
    BOOST_TEST(*out->url == "https://mailer.shop.example/otp");
    BOOST_TEST(out->secret->reveal() == "squirrel");
}

BOOST_AUTO_TEST_CASE(EP212_what_is_absent_or_empty_changes_nothing_and_null_clears) {
    for (const auto* const nothing : {R"({"type":"integration"})", R"({"configuration":{}})", R"({"configuration":null,"observes":null})",
                                      R"({"name":"","description":"","observes":[],"integration_type":"","configuration":{"url":"","secret_key":""}})"}) {
        const auto out = read(nothing);
        BOOST_REQUIRE(out);
        BOOST_TEST((!out->label && !out->description && !out->url && !out->enabled && !out->observes && !out->secret), nothing);
    }
    const auto cleared = read(R"({"description":null,"configuration":{"secret_key":null}})");
    BOOST_REQUIRE(cleared);
    BOOST_TEST((cleared->description && cleared->description->empty() && cleared->secret && cleared->secret->empty()));
}

BOOST_AUTO_TEST_CASE(EP216_what_is_refused) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"({"integration_type":"aws_sqs"})", "bad_parameter integration_type"},
        {R"({"integration_type":"stomp"})", "bad_parameter integration_type"},
        {R"({"integration_type":1})", "bad_request integration_type"},
        {R"({"name":1})", "bad_request name"},
        {R"({"name":null})", "bad_request name"},
        {R"({"enabled":"true"})", "bad_request enabled"},
        {R"({"observes":"account.created"})", "bad_request observes"},
        {R"({"observes":["account.created",1]})", "bad_request observes"},
        {R"({"configuration":[]})", "bad_request configuration"},
        {R"({"configuration":{"url":1}})", "bad_request configuration.url"},
        {R"({"configuration":{"secret_key":{}}})", "bad_request configuration.secret_key"}};
    for (const auto& [json, expected] : rows) BOOST_TEST(refused(json) == expected, json);
}

BOOST_AUTO_TEST_CASE(EP227_an_integration_its_logs_and_its_jobs) {
    test::FakeRng rng;
    const auto noon = *parse_iso8601("2026-02-03T12:00:00.120Z");
    const SubscriptionId id{uuid_v4(rng)};
    const DeliveryId job{uuid_v7(noon, rng)};
    subscriptions::Subscription row{.id = id, .name = dashed(id.value), .events = {"account.created"}, .target = "https://a.example/", .created_at = noon,
                                    .updated_at = noon + 1s, .label = "n", .description = "d"};
    const auto shown = dashed(id.value);
    BOOST_TEST(integration_record(row).dump()
               == R"({"id":")" + shown + R"(","type":"integration","name":"n","description":"d","enabled":true,"integration_type":"webhook",)"
                  R"("observes":["account.created"],"configuration":{"url":"https://a.example/","secret_key":""},)"
                  R"("meta":{"timestamps":{"created_at":"2026-02-03T12:00:00.120Z","updated_at":"2026-02-03T12:00:01.120Z"}},)"
                  R"("links":{"self":"/v2/integrations/)" + shown + R"("}})");
    row.secret = Secret(std::string_view("squirrel"));
    BOOST_TEST(*integration_record(row).find("configuration")->find("secret_key")->text() == "squirrel");

    const deliveries::Logged logged{.delivery = job,
                                    .subscription = id,
                                    .attempt = {.no = 2, .began_at = noon, .ended_at = noon + 1053ms, .outcome = deliveries::Outcome::temporary, .status = 404,
                                                .error = "web hook: status 404", .answer = "Not found"}};
    BOOST_TEST(log_record(logged).dump()
               == R"({"id":")" + dashed(deliveries::log_id(job, 2)) + R"(","type":"integration-log","succeeded":false,"attempt":2,)"
                  R"("processing_time":1.053,"body":"Not found","status_code":404,"error_detail":"web hook: status 404",)"
                  R"("relationships":{"integration":{"data":{"id":")" + shown + R"(","type":"integration"}},"job":{"data":{"id":")" + dashed(job.value)
                  + R"(","type":"integration-job"}}},"meta":{"timestamps":{"created_at":"2026-02-03T12:00:00.120Z"}}})");
    BOOST_TEST(job_record({.id = job, .created_at = noon}).dump()
               == R"({"id":")" + dashed(job.value) + R"(","type":"integration-job","meta":{"timestamps":{"created_at":"2026-02-03T12:00:00.120Z"}}})");
}

BOOST_AUTO_TEST_CASE(EP228_the_envelope_of_logs) {
    BOOST_TEST(log_page({.offset = 50, .limit = 25}, 51, {}).dump()
               == R"({"data":[],"meta":{"limit":25,"offset":50,"current":3,"total":3},"results":{"total":51}})");
    BOOST_TEST(log_page({}, 0, {}).dump() == R"({"data":[],"meta":{"limit":25,"offset":0,"current":1,"total":1},"results":{"total":0}})");
}

BOOST_AUTO_TEST_SUITE_END()
