// SPDX-License-Identifier: MIT
// Events, subscriptions and deliveries as Kibo's clients read them, and what their lists can be asked (kibo 8.2, docs/kibo.md).
#include <boost/test/unit_test.hpp>

#include "api/kibo/wire_events.h"

using namespace authtickets;
using namespace authtickets::kibo;
using namespace std::chrono_literals;

namespace {

constexpr Time noon{1'768'472'400'120ms};  // 2026-01-15T10:20:00.120Z

realms::Realm shop() {
    realms::Realm realm{};
    realm.sites = {{.tenant = 1000, .site = 2000, .name = "shop"}};
    return realm;
}

http::Query query(std::string_view text) {
    auto parsed = http::parse_query(text);
    BOOST_REQUIRE(parsed);
    return std::move(*parsed);
}

subscriptions::Subscription hook(std::string name, bool active, std::vector<std::string> topics, Time at) {
    return {.id = SubscriptionId{*parse_uuid("11111111-2222-4333-8444-555555555555")},
            .name = std::move(name),
            .events = std::move(topics),
            .action = subscriptions::Action::hook,
            .format = subscriptions::Format::kibo,
            .target = "https://hooks.example/kibo",
            .secret = Secret(std::string_view("never to be seen")),
            .active = active,
            .created_at = at,
            .updated_at = at};
}

std::string text(const Json& object, std::string_view name) {
    const auto* const found = object.find(name);
    return found && found->text() ? *found->text() : std::string("no text");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kibo_events)

BOOST_AUTO_TEST_CASE(kibo_8_2_an_event_has_every_member_and_no_address) {
    events::Stored row{};
    row.id = EventId{*parse_uuid("019e2f10-5c00-7abc-8def-0123456789ab")};
    row.name = "signin.code_sent";
    row.outcome = "success";
    row.factor = "email";
    row.at = noon;
    row.user = UserId{*parse_uuid("7c1f0a9be2d5463f8a7715d20c4e9b31")};
    row.account = AccountNo{1042};
    row.request_id = *parse_uuid("9b1d5c0e7f2a4c3d8e6f0a1b2c3d4e5f");
    row.personal = R"({"address":"203.0.113.9","userName":"ada@example.com"})";
    const auto one = pulls::pulled(row, "email.requested");
    BOOST_REQUIRE(one);
    const auto out = event(*one, shop());
    BOOST_TEST(out.dump() ==
               R"({"id":"019e2f105c008abc8def0123456789ab","topic":"email.requested","entityId":"1042","tenantId":1000,"siteId":2000,)"
               R"("catalogId":1,"masterCatalogId":1,"correlationId":"9b1d5c0e7f2a4c3d8e6f0a1b2c3d4e5f","isTest":false,)"
               R"("extendedProperties":[{"key":"emailType","value":"OtpForLogin"},{"key":"userId","value":"7c1f0a9be2d5463f8a7715d20c4e9b31"},)"
               R"({"key":"accountId","value":"1042"}],"auditInfo":{"createBy":"7c1f0a9be2d5463f8a7715d20c4e9b31",)"
               R"("createDate":"2026-01-15T10:20:00.120Z","updateBy":"7c1f0a9be2d5463f8a7715d20c4e9b31","updateDate":"2026-01-15T10:20:00.120Z"}})");
    auto two = shop();
    two.sites.push_back({.tenant = 1000, .site = 2001, .name = "second"});
    BOOST_TEST(event(*one, two).find("siteId")->is_null());
}

BOOST_AUTO_TEST_CASE(kibo_8_2_a_subscription_has_every_member_and_not_its_secret) {
    const auto out = subscription(hook("erp", true, {"email.requested", "customeraccount.created"}, noon), "client", shop());
    for (const auto* name : {"id", "appId", "apiVersion", "topics", "endpoint", "notificationDeliveryType", "contentType", "confirmed", "isActive",
                             "noCallback", "subscribingTenants", "createBy", "createDate", "updateBy", "updateDate"}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(out.find(name)); }
    }
    BOOST_TEST(out.members()->size() == 15u);
    BOOST_TEST(text(out, "id") == "11111111222243338444555555555555");
    BOOST_TEST(text(out, "notificationDeliveryType") == "Http");
    BOOST_TEST(out.find("subscribingTenants")->items()->at(0).find("subscribingSites")->items()->at(0).find("siteId")->integer().value() == 2000);
    BOOST_TEST(out.dump().find("never") == std::string::npos);
    BOOST_TEST(subscription(hook("erp", false, {}, noon), "", shop()).find("appId")->is_null());
}

BOOST_AUTO_TEST_CASE(kibo_8_2_a_delivery_and_its_attempts) {
    deliveries::Delivery delivery{.id = DeliveryId{*parse_uuid("019bc13e-f578-7123-8000-00000000abcd")},
                                  .event = EventId{*parse_uuid("019e2f10-5c00-7abc-8def-0123456789ab")},
                                  .topic = "customeraccount.updated",
                                  .action = deliveries::Action::hook,
                                  .account = AccountNo{1042},
                                  .attempts = 2,
                                  .created_at = noon,
                                  .due_at = noon + 1min,
                                  .gives_up_at = noon + std::chrono::days(14),
                                  .leased_until = noon + 10s};
    const std::vector<deliveries::Attempt> attempts{
        {.no = 1, .began_at = noon, .ended_at = noon + 1s, .outcome = deliveries::Outcome::temporary, .status = 0, .error = "it cannot be reached"},
        {.no = 2, .began_at = noon + 5s, .ended_at = noon + 6s, .outcome = deliveries::Outcome::temporary, .status = 503, .error = "status 503"}};
    const auto out = delivery_summary(delivery, attempts, {}, shop(), noon);
    BOOST_TEST(text(out, "deliveryStatus") == "Pending");
    BOOST_TEST(out.find("isRunning")->boolean().value());
    BOOST_TEST(text(out, "lastExecutionDate") == iso8601(noon + 5s));
    BOOST_TEST(text(out, "nextExecutionDate") == iso8601(noon + 1min));
    BOOST_TEST(out.find("retriesRemaining")->integer().value() == 14 * 1440);
    BOOST_TEST(text(*out.find("eventSummary"), "eventId") == "019e2f105c007abc8def0123456789ab");
    BOOST_TEST(text(*out.find("eventSummary"), "entityId") == "1042");
    BOOST_TEST(out.find("eventSummary")->find("correlationId")->is_null());
    const auto& tried = *out.find("deliveryAttempts")->items();
    BOOST_REQUIRE(tried.size() == 2u);
    BOOST_TEST(text(tried[0], "errorType") == "Connection");
    BOOST_TEST(tried[0].find("httpStatus")->is_null());
    BOOST_TEST(text(tried[1], "errorType") == "HttpStatus");
    BOOST_TEST(tried[1].find("httpStatus")->find("code")->integer().value() == 503);
    BOOST_TEST(text(tried[1], "message") == "status 503");
    delivery.state = deliveries::State::sent;
    delivery.finished_at = noon + 6s;
    const auto sent = delivery_summary(delivery, attempts, {}, shop(), noon);
    BOOST_TEST(text(sent, "deliveryStatus") == "Success");
    BOOST_TEST(!sent.find("isRunning")->boolean().value());
    BOOST_TEST(sent.find("nextExecutionDate")->is_null());
    BOOST_TEST(sent.find("retriesRemaining")->integer().value() == 0);
    delivery.state = deliveries::State::abandoned;
    BOOST_TEST(text(delivery_summary(delivery, {}, {}, shop(), noon), "deliveryStatus") == "Failed");
}

BOOST_AUTO_TEST_CASE(kibo_8_2_a_deliverys_number_is_one_that_every_client_holds_and_leads_back) {
    for (const auto* const text : {"019bc13e-f578-7123-8000-00000000abcd", "019bc13e-f578-7fff-bfff-ffffffffffff", "01712345-6789-7000-8000-000000000000"}) {
        BOOST_TEST_CONTEXT(text) {
            const DeliveryId id{*parse_uuid(text)};
            const auto number = deliveries::number_of(id);
            BOOST_TEST(number > 0u);
            BOOST_TEST(number < (1ULL << 53U));
            const auto range = deliveries::of_number(number);
            BOOST_REQUIRE(range);
            BOOST_TEST((range->first <= id && id <= range->last));
            BOOST_TEST((deliveries::number_of(range->first) == number && deliveries::number_of(range->last) == number));
        }
    }
    BOOST_TEST((deliveries::number_of(DeliveryId{*parse_uuid("019bc13e-f578-7123-8000-00000000abcd")}) !=
                deliveries::number_of(DeliveryId{*parse_uuid("019bc13e-f578-7124-8000-00000000abcd")})));
    BOOST_TEST(!deliveries::of_number(1ULL << 53U));
    BOOST_TEST(!deliveries::of_number(UINT64_MAX));
}

BOOST_AUTO_TEST_CASE(kibo_8_2_what_a_pull_can_be_asked) {
    const auto all = pull_query(query(""));
    BOOST_REQUIRE(all);
    BOOST_TEST(all->topics.size() == pulls::topics().size());
    BOOST_TEST(all->newest_first);
    BOOST_TEST((!all->from && !all->to));
    const auto narrowed = pull_query(query("filter=topic%20in%20%5Bemail.requested,CustomerAccount.Created%5D%20and%20createDate%20gt%202026-01-15T10:20:00Z"
                                           "%20and%20createDate%20le%202026-01-16&sortBy=createDate&startIndex=3&pageSize=7"));
    BOOST_REQUIRE(narrowed);
    BOOST_TEST((narrowed->topics == std::vector<std::string_view>{"customeraccount.created", "email.requested"}));
    BOOST_TEST(iso8601(*narrowed->from) == "2026-01-15T10:20:00.001Z");
    BOOST_TEST(iso8601(*narrowed->to) == "2026-01-16T00:00:00.001Z");
    BOOST_TEST(!narrowed->newest_first);
    BOOST_TEST(narrowed->offset == 3u);
    BOOST_TEST(narrowed->limit == 7u);
    BOOST_TEST(pull_query(query("filter=topic%20eq%20order.created"))->topics.empty());
    for (const auto* const bad : {"filter=entityId%20eq%201001", "filter=topic%20cont%20email", "sortBy=topic", "pageSize=201", "startIndex=10001"}) {
        BOOST_TEST_CONTEXT(bad) { BOOST_TEST(!pull_query(query(bad))); }
    }
}

BOOST_AUTO_TEST_CASE(kibo_8_2_subscriptions_filtered_sorted_and_paged) {
    const std::vector rows{hook("c", true, {"email.requested"}, noon + 2s), hook("a", false, {"email.requested"}, noon),
                           hook("b", true, {"customeraccount.created"}, noon + 1s)};
    const std::vector<std::string> ids{"one", "", "two"};
    const auto order = [&](std::string_view asked) {
        const auto read = list_query(query(asked), subscription_list());
        BOOST_REQUIRE_MESSAGE(read, asked);
        return listed(rows, ids, *read);
    };
    using Rows = std::vector<std::size_t>;
    BOOST_TEST((order("").rows == Rows{1, 2, 0}));
    BOOST_TEST((order("sortBy=createDate%20desc").rows == Rows{0, 2, 1}));
    BOOST_TEST((order("filter=isActive%20eq%20true").rows == Rows{2, 0}));
    BOOST_TEST((order("filter=isActive%20ne%20true").rows == Rows{1}));
    BOOST_TEST((order("filter=topics%20eq%20Email.Requested").rows == Rows{1, 0}));
    BOOST_TEST((order("filter=appId%20eq%20two").rows == Rows{2}));
    const auto second = order("startIndex=1&pageSize=1");
    BOOST_TEST((second.rows == Rows{2}));
    BOOST_TEST(second.total == 3u);
    BOOST_TEST(order("startIndex=9").rows.empty());
    for (const auto* const bad : {"filter=endpoint%20eq%20x", "sortBy=endpoint"}) BOOST_TEST(!list_query(query(bad), subscription_list()));
    for (const auto* const bad : {"filter=id%20eq%201", "sortBy=id"}) BOOST_TEST(!list_query(query(bad), delivery_list()));
}

BOOST_AUTO_TEST_SUITE_END()
