// SPDX-License-Identifier: MIT
// The pull and inspection calls over the wire (kibo 8.2, docs/kibo.md), and what the other calls announce (kibo 8.1).
#include "kibo_codes.h"

#include <functional>

#include <authtickets/net/url.h>

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

const std::string pull_path = "/api/event/pull", push_path = "/api/event/push/subscriptions";

struct Events : KiboShop {
    Reply pull(const std::string& parameters = {}) { return send(request(GET, pull_path + (parameters.empty() ? "" : "?" + parameters))); }
    static std::vector<std::string> of(const Reply& reply, std::string_view member) {
        BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.text);
        std::vector<std::string> out;
        const auto items = reply.at("items");
        for (const auto& each : *items.items()) out.push_back(*each.find(member)->text());
        return out;
    }
    static std::int64_t total(const Reply& reply) { return *reply.at("totalCount").integer(); }
    subscriptions::Subscription add_hook(const std::string& name, subscriptions::Format format = subscriptions::Format::kibo) {
        const bool kibo = format == subscriptions::Format::kibo;
        auto added = core.subscriptions.add(core.db, in_realm(), {.name = name,
                                                                  .events = {kibo ? "customeraccount.updated" : "account.updated"},
                                                                  .action = subscriptions::Action::hook,
                                                                  .format = format,
                                                                  .target = "https://hooks.example/" + name}, net::UrlRules{});
        BOOST_REQUIRE(added);
        return *added;
    }
    Context in_realm() {
        auto out = context();
        out.realm = realm;
        return out;
    }
    deliveries::Delivery owe(const subscriptions::Subscription& row, const EventId& event) {
        deliveries::Delivery delivery{.realm = realm,
                                      .id = DeliveryId{uuid_v7(clock.now(), rng)},
                                      .event = event,
                                      .name = "account.updated",
                                      .topic = "customeraccount.updated",
                                      .subscription_id = row.id,
                                      .subscription = row.name,
                                      .action = subscriptions::Action::hook,
                                      .format = row.format,
                                      .recipient = "hooks.example",
                                      .account = AccountNo{1001},
                                      .queue = deliveries::Queue::hooks,
                                      .created_at = clock.now(),
                                      .due_at = clock.now(),
                                      .gives_up_at = clock.now() + std::chrono::days(14)};
        core.db.transact([&](db::Tx& tx) {
            core.deliveries.add(tx, clock.now(), delivery, {.cause = {.event = events::Name::account_updated}, .schedule = deliveries::Schedule::kibo});
            return true;
        });
        return delivery;
    }
    void tried(deliveries::Delivery& delivery, deliveries::Outcome outcome, unsigned status, const std::string& error, deliveries::State state) {
        BOOST_REQUIRE(core.deliveries.lease(core.db, delivery, clock.now(), clock.now() + 1min));
        core.db.transact([&](db::Tx& tx) {
            core.deliveries.note(tx, delivery, {.no = delivery.attempts, .began_at = clock.now(), .ended_at = clock.now(), .outcome = outcome, .status = status, .error = error},
                                 {.state = state, .due_at = clock.now() + 1min}, clock.now());
            return true;
        });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kibo_events, Events)

BOOST_AUTO_TEST_CASE(kibo_8_2_the_calls_are_for_the_shop_alone) {
    const auto ticket = register_ada();
    const auto storefront = add_client(realm, applications::storefront);
    for (const auto& path : {pull_path, pull_path + "/019e2f105c007abc8def0123456789ab", push_path, push_path + "/x", push_path + "/deliveryattempts",
                             push_path + "/x/deliveryattempts", push_path + "/x/deliveryattempts/1"}) {
        BOOST_TEST_CONTEXT(path) {
            is_refused(send(by(storefront, request(GET, path))), 403, "FORBIDDEN");
            is_refused(send(as(ticket.text_at("accessToken"), request(GET, path))), 403, "FORBIDDEN");
            is_refused(send(as("long-forgotten", request(GET, path))), 401, "INVALID_ACCESS_TOKEN");
            auto nobody = request(GET, path);
            nobody.headers.erase("authorization");
            is_refused(send(nobody), 401, "INVALID_ACCESS_TOKEN");
        }
    }
}

BOOST_AUTO_TEST_CASE(kibo_8_2_pull_lists_what_happened_newest_first) {
    const auto ticket = register_ada();
    const auto id = ticket.at("customerAccount.id");
    clock.advance(1s);
    BOOST_REQUIRE(send(on(id, PUT, {}, R"({"firstName":"Augusta"})")).status == 200);
    const auto all = pull();
    BOOST_TEST((of(all, "topic") == std::vector<std::string>{"customeraccount.updated", "email.requested", "customeraccount.created"}));
    BOOST_TEST(total(all) == 3);
    const auto items = all.at("items");
    for (const auto& each : *items.items()) {
        BOOST_TEST(each.members()->size() == 11u);
        BOOST_TEST(each.find("id")->text()->size() == 32u);
        BOOST_TEST(*each.find("entityId")->text() == std::to_string(*id.integer()));
        BOOST_TEST(each.find("tenantId")->integer().value() == 1000);
        BOOST_TEST(each.find("siteId")->integer().value() == 2000);
        BOOST_TEST(each.find("correlationId")->text()->size() == 32u);
        const auto one = send(request(GET, pull_path + "/" + *each.find("id")->text()));
        BOOST_TEST(one.text == each.dump());
    }
    BOOST_TEST(all.text.find("ada@example.com") == std::string::npos);
    BOOST_TEST(all.text.find("ada.byron") == std::string::npos);

    BOOST_TEST((of(pull("filter=topic%20eq%20customeraccount.created"), "topic") == std::vector<std::string>{"customeraccount.created"}));
    BOOST_TEST((of(pull("sortBy=createDate&pageSize=1"), "topic") == std::vector<std::string>{"customeraccount.created"}));
    BOOST_TEST((of(pull("startIndex=1&pageSize=1"), "topic") == std::vector<std::string>{"email.requested"}));
    BOOST_TEST(*pull("startIndex=1&pageSize=1").at("pageCount").integer() == 3);
    BOOST_TEST((of(pull("filter=createDate%20ge%20" + iso8601(clock.now())), "topic") == std::vector<std::string>{"customeraccount.updated"}));
    BOOST_TEST(of(pull("filter=createDate%20gt%20" + iso8601(clock.now())), "topic").empty());
    BOOST_TEST(total(pull("filter=createDate%20lt%20" + iso8601(clock.now()))) == 2);
    BOOST_TEST(total(pull("filter=topic%20eq%20order.created")) == 0);
    names_parameter(pull("filter=emailAddress%20eq%20ada"), "filter");
    names_parameter(pull("sortBy=topic"), "sortBy");
    names_parameter(pull("pageSize=201"), "pageSize");
}

BOOST_AUTO_TEST_CASE(kibo_8_2_an_event_that_is_not_this_shops_or_not_kibos_is_404) {
    register_ada();
    const auto mine = of(pull(), "id").front();
    for (const auto& id : {std::string("x"), std::string(32, '0'), std::string("019e2f105c007abc8def0123456789ab")}) {
        is_refused(send(request(GET, pull_path + "/" + id)), 404, "ITEM_NOT_FOUND");
    }
    const auto other = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    is_refused(send(by(other, bare(GET, pull_path + "/" + mine))), 404, "ITEM_NOT_FOUND");
    BOOST_TEST(total(send(by(other, bare(GET, pull_path)))) == 0);
    static constexpr db::Query silent{"test.silent", "SELECT LOWER(HEX(event_id)) FROM events WHERE name = 'application.added' LIMIT 1"};
    const auto id = core.db.one(silent, [](db::Row& row) { return row.next<std::string>(); }).value();
    is_refused(send(request(GET, pull_path + "/" + id)), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_8_2_subscriptions_are_listed_without_their_secrets) {
    BOOST_TEST(total(send(request(GET, push_path))) == 0);
    const auto first = add_hook("erp");
    clock.advance(1s);
    add_hook("crm");
    add_hook("own", subscriptions::Format::own);
    const auto all = send(request(GET, push_path));
    BOOST_TEST((of(all, "endpoint") == std::vector<std::string>{"https://hooks.example/erp", "https://hooks.example/crm"}));
    BOOST_TEST(total(all) == 2);
    BOOST_TEST(all.text.find(std::string(first.secret->reveal())) == std::string::npos);
    const auto one = send(request(GET, push_path + "/" + hex(first.id.value)));
    BOOST_TEST(one.text == all.at("items").items()->front().dump());
    BOOST_TEST(one.at("isActive").dump() == "true");
    BOOST_REQUIRE(core.subscriptions.set_active(core.db, in_realm(), "erp", false));
    BOOST_TEST((of(send(request(GET, push_path + "?filter=isActive%20eq%20true")), "endpoint") == std::vector<std::string>{"https://hooks.example/crm"}));
    BOOST_TEST((of(send(request(GET, push_path + "?sortBy=createDate%20desc&pageSize=1")), "endpoint") == std::vector<std::string>{"https://hooks.example/crm"}));
    names_parameter(send(request(GET, push_path + "?filter=endpoint%20eq%20x")), "filter");
    is_refused(send(request(GET, push_path + "/" + std::string(32, '1'))), 404, "ITEM_NOT_FOUND");
    is_refused(send(request(GET, push_path + "/erp")), 404, "ITEM_NOT_FOUND");
    const auto other = add_client(add_realm("elsewhere", 1001, 2001), applications::admin);
    BOOST_TEST(total(send(by(other, bare(GET, push_path)))) == 0);
    is_refused(send(by(other, bare(GET, push_path + "/" + hex(first.id.value)))), 404, "ITEM_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(kibo_8_2_delivery_attempts_tell_what_became_of_each_push) {
    const auto hook = add_hook("erp"), other = add_hook("crm");
    auto first = owe(hook, EventId{uuid_v7(clock.now(), rng)});
    tried(first, deliveries::Outcome::temporary, 503, "status 503", deliveries::State::waiting);
    clock.advance(1min);
    tried(first, deliveries::Outcome::accepted, 200, "", deliveries::State::sent);
    auto second = owe(hook, EventId{uuid_v7(clock.now(), rng)});
    clock.advance(1s);
    owe(other, EventId{uuid_v7(clock.now(), rng)});

    const auto path = push_path + "/" + hex(hook.id.value) + "/deliveryattempts";
    const auto all = send(request(GET, path));
    BOOST_TEST((of(all, "deliveryStatus") == std::vector<std::string>{"Pending", "Success"}));
    BOOST_TEST(total(all) == 2);
    BOOST_TEST((of(send(request(GET, path + "?startIndex=1&pageSize=1")), "deliveryStatus") == std::vector<std::string>{"Success"}));
    BOOST_TEST(total(send(request(GET, push_path + "/deliveryattempts"))) == 3);
    const auto items = all.at("items");
    const auto& sent = items.items()->back();
    const auto number = std::to_string(sent.find("id")->integer().value());
    BOOST_TEST(sent.find("deliveryAttempts")->items()->size() == 2u);
    BOOST_TEST(sent.find("deliveryAttempts")->items()->front().find("httpStatus")->find("code")->integer().value() == 503);
    BOOST_TEST(sent.find("deliveryAttempts")->items()->back().find("errorType")->is_null());
    BOOST_TEST(*sent.find("eventSummary")->find("eventId")->text() == hex(first.event.value));
    BOOST_TEST(items.items()->front().find("deliveryAttempts")->items()->empty());
    BOOST_TEST(send(request(GET, path + "/" + number)).text == sent.dump());
    is_refused(send(request(GET, path + "/1")), 404, "ITEM_NOT_FOUND");
    is_refused(send(request(GET, path + "/x")), 404, "ITEM_NOT_FOUND");
    is_refused(send(request(GET, push_path + "/" + hex(other.id.value) + "/deliveryattempts/" + number)), 404, "ITEM_NOT_FOUND");
    names_parameter(send(request(GET, path + "?sortBy=id")), "sortBy");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(kibo_announcements, CodeShop)

BOOST_AUTO_TEST_CASE(kibo_8_1_each_call_announces_its_topics) {
    set("signin.email_code", "on");
    const auto topics = [&](const std::function<Reply()>& act, int status) {
        look.execute("DELETE FROM outbox");
        const auto reply = act();
        BOOST_TEST_CONTEXT(reply.text) BOOST_TEST(reply.status == status);
        std::string out;
        for (const auto& cause : causes()) {
            if (cause.decoy) continue;
            BOOST_TEST(!cause.event_id.empty());
            for (const auto topic : subscriptions::kibo_topics(cause.event, cause)) out += (out.empty() ? "" : " ") + std::string(topic);
        }
        return out;
    };
    Json id, guest;
    BOOST_TEST(topics([&] {
        auto reply = send(request(POST, accounts_path, R"({"emailAddress":"gus@example.com"})"));
        guest = reply.at("id");
        return reply;
    }, 201) == "customeraccount.created");
    BOOST_TEST(topics([&] {
        auto reply = send(registering());
        id = reply.at("customerAccount.id");
        return reply;
    }, 201) == "customeraccount.created email.requested");
    BOOST_TEST(topics([&] { return send(request(POST, accounts_path + "/Bulk", R"([{"account":{"emailAddress":"eve@example.com"},"password":"Garden-No-3"}])")); },
                      200) == "customeraccount.created");  // many at once are not written to
    BOOST_TEST(topics([&] { return send(on(guest, POST, "/Create-Login", R"({"username":"gus","password":"Garden-No-3"})")); }, 201) == "email.requested");
    BOOST_TEST(topics([&] { return send(on(id, GET)); }, 200) == "");
    BOOST_TEST(topics([&] { return send(on(id, PUT, {}, R"({"firstName":"Augusta"})")); }, 200) == "customeraccount.updated");
    BOOST_TEST(topics([&] { return send(on(id, PUT, {}, R"({"emailAddress":"countess@example.com"})")); }, 200) ==
               "customeraccount.updated email.requested customeraccount.updated");
    BOOST_TEST(topics([&] { return send(asking("countess@example.com")); }, 200) == "email.requested");
    BOOST_TEST(topics([&] { return send(asking("nobody@example.com")); }, 200) == "");
    BOOST_TEST(topics([&] { return send(request(POST, accounts_path + "/Reset-Password", R"({"userName":"ada.byron"})")); }, 200) == "email.requested");
    BOOST_TEST(topics([&] { return send(on(id, POST, "/Change-Password", R"({"oldPassword":"Engine-No-1","newPassword":"Engine-No-2"})")); }, 200) == "email.requested");
    BOOST_TEST(topics([&] { return send(on(id, POST, "/action", R"({"actionName":"DisableAccount"})")); }, 200) == "customeraccount.updated email.requested");
    BOOST_TEST(topics([&] { return send(on(id, POST, "/action", R"({"actionName":"EnableAccount"})")); }, 200) == "customeraccount.updated email.requested");
    BOOST_TEST(topics([&] { return send(on(id, DELETE)); }, 200) == "customeraccount.deleted");
}

BOOST_AUTO_TEST_SUITE_END()
