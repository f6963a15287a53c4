// SPDX-License-Identifier: MIT
// Integrations at the Elastic Path door (EP52, EP150 to EP155, EP210 to EP229, docs/elasticpath.md): kept, and told by the worker to
// a receiver that listens.
#include <authtickets/delivery/worker.h>

#include "elasticpath_shop.h"
#include "support/script.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

const std::string integrations_path = "/v2/integrations";
const std::string key{subscriptions::one_time_token_key};

struct Integrations : ElasticShop {
    Integrations() {
        config.hook_insecure = true;
        config.hook_allow = {"127.0.0.0/8"};
        config.hook_timeout = Seconds(2);
        core.app.hook_rules = net::hook_rules(config);
    }
    static Json keys(std::initializer_list<std::string_view> all) {
        auto out = Json::array();
        for (const auto each : all) out.push(each);
        return out;
    }
    Json wanted(std::string_view url = "https://mailer.shop.example/otp") const {
        return Json::object({{"type", "integration"},
                             {"name", "send codes"},
                             {"enabled", true},
                             {"integration_type", "webhook"},
                             {"observes", keys({key})},
                             {"configuration", Json::object({{"url", url}})}});
    }
    Json without(std::string_view member) const {
        auto out = Json::object({});
        const auto all = wanted();
        for (const auto& [name, value] : *all.members()) {
            if (name != member) out.set(name, value);
        }
        return out;
    }
    Json with_member(std::string_view member, Json value) const {
        auto out = wanted();
        out.set(member, std::move(value));
        return out;
    }
    Reply add(Json data) { return send(call(POST, integrations_path, std::move(data))); }
    std::string added(Json data) {
        const auto reply = add(std::move(data));
        BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
        return integrations_path + "/" + reply.text_at("data.id");
    }
    Reply get(const std::string& path) { return send(call(GET, path)); }
    Reply put(const std::string& path, Json data) {
        data.set("type", "integration");
        return send(call(PUT, path, std::move(data)));
    }
    std::size_t count(const Reply& reply) { return reply.at("data").items()->size(); }

    // The worker, until nothing is due; what it has sent and given up.
    delivery::Worker::Done work() {
        delivery::Worker worker({.config = config, .keys = keys_of_worker(), .clock = clock, .rng = rng, .log = log,
                                 .ways = [this] { return delivery::ways_of(config, rng); }}, 2, true);
        BOOST_REQUIRE(worker.finished(60s));
        return worker.done();
    }
    crypto::Keyring& keys_of_worker() { return InProcess::keys; }

    ScratchFolder scratch;
    Script receiver{scratch, "receiver.py", {"--secret", "whsec-example"}};
    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(receiver.port()) + path; }
    std::vector<Json> received() const {
        std::vector<Json> out;
        for (const auto& line : receiver.lines_with("method")) out.push_back(*parse_json(*line.find("body")->text()));
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_integrations, Integrations)

BOOST_AUTO_TEST_CASE(EP211_EP212_EP213_EP220_an_integration_is_added_read_changed_and_removed) {
    auto data = wanted();
    data.set("description", "by mail");
    data.set("configuration", Json::object({{"url", "https://mailer.shop.example/otp"}, {"secret_key", "squirrel"}}));
    const auto made = add(data);
    BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    const auto id = made.text_at("data.id"), path = integrations_path + "/" + id;
    BOOST_TEST(made.text_at("data.type") == "integration");
    BOOST_TEST(made.text_at("data.name") == "send codes");
    BOOST_TEST(made.text_at("data.description") == "by mail");
    BOOST_TEST(made.at("data.enabled").boolean().value());
    BOOST_TEST(made.text_at("data.integration_type") == "webhook");
    BOOST_TEST(made.at("data.observes").dump() == "[\"" + key + "\"]");
    BOOST_TEST(made.text_at("data.configuration.secret_key") == "squirrel");
    BOOST_TEST(made.text_at("data.meta.timestamps.created_at") == made.text_at("data.meta.timestamps.updated_at"));
    BOOST_TEST(made.text_at("links.self") == path);
    BOOST_TEST(get(path).text == made.text);
    BOOST_TEST(dump().find("squirrel") == std::string::npos);  // sealed

    // EP212
    const auto same = put(path, Json::object({{"name", ""}, {"observes", Json::array()}, {"configuration", Json::object({})}}));
    BOOST_TEST(same.status == 200);
    BOOST_TEST(same.text == made.text);
    const auto changed = put(path, Json::object({{"id", id}, {"name", "other"}, {"enabled", false}, {"description", Json()}}));
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.text_at("data.name") == "other");
    BOOST_TEST(changed.text_at("data.description").empty());
    BOOST_TEST(!changed.at("data.enabled").boolean().value());
    BOOST_TEST(changed.text_at("data.configuration.url") == "https://mailer.shop.example/otp");
    BOOST_TEST(changed.text_at("data.configuration.secret_key") == "squirrel");
    BOOST_TEST(changed.text_at("data.meta.timestamps.updated_at") > changed.text_at("data.meta.timestamps.created_at"));
    BOOST_TEST(get(path).text == changed.text);
    refuses(put(path, Json::object({{"observes", keys({"order.paid"})}})), 422, "observes");

    is_nothing(send(call(DELETE, path)), 204);
    refuses(get(path), 404);
    refuses(send(call(DELETE, path)), 404);
    refuses(put(path, Json::object({{"name", "x"}})), 404);
    for (const auto* const rest : {"/logs", "/jobs", "/jobs/00000000-0000-4000-8000-000000000001/logs"}) refuses(get(path + rest), 404);
    BOOST_TEST(events_of("webhook.changed", "integration_added") == 1);
    BOOST_TEST(events_of("webhook.changed", "integration_changed") == 1);
    BOOST_TEST(events_of("webhook.changed", "integration_removed") == 1);
}

BOOST_AUTO_TEST_CASE(EP210_the_list_has_the_newest_first) {
    for (const auto* const name : {"a", "b", "b"}) added(with_member("name", name));
    const auto all = get(integrations_path);
    BOOST_TEST(all.status == 200);
    BOOST_TEST(count(all) == 3U);
    BOOST_TEST(*all.at("data").items()->back().find("name")->text() == "a");
    BOOST_TEST(all.at("meta.results.total").integer().value() == 3);
    const auto second = get(integrations_path + "?page[limit]=2&page[offset]=2");
    BOOST_TEST(count(second) == 1U);
    BOOST_TEST(second.at("meta.page.current").integer().value() == 2);
    refuses(get(integrations_path + "?page[limit]=0"), 400, "page[limit]");
    // EP12, EP13: neither is offered here, and passed over it would show others than were asked for.
    for (const auto* const list : {"", "/logs"}) {
        refuses(get(integrations_path + list + "?filter=eq(name,a)"), 400, "filter");
        refuses(get(integrations_path + list + "?sort=name"), 400, "sort");
    }
    // Those of another realm are not seen.
    const auto other = add_realm("other", 3000, 4000);
    const auto theirs = add_client(other, applications::admin);
    auto request = by(theirs, call(GET, integrations_path));
    BOOST_TEST(count(send(request)) == 0U);
    refuses(send(by(theirs, call(GET, integrations_path + "/" + *all.at("data").items()->back().find("id")->text()))), 404);
}

BOOST_AUTO_TEST_CASE(EP216_EP221_EP264_what_is_refused) {
    for (const auto* const member : {"name", "observes", "configuration"}) refuses(add(without(member)), 422, member);
    refuses(add(without("type")), 400, "type");
    refuses(add(with_member("type", "webhook")), 400, "type");
    refuses(send(request(POST, integrations_path, wanted().dump())), 400, "data");
    const std::tuple<std::string, Json, int> rows[] = {
        {"integration_type", "aws_sqs", 422},
        {"integration_type", "stomp", 422},
        {"observes", "account.created", 422},
        {"observes", keys({"order.paid"}), 422},
        {"observes", keys({"account.created", "account.created"}), 422},
        {"observes", keys({key, "account.created", "account.updated", "account.deleted", "settings.updated", "integration.created"}), 422},
        {"name", std::string(256, 'a'), 422},
        {"name", "a\nb", 422},
        {"name", 1, 422},
        {"description", std::string(1001, 'a'), 422},
        {"enabled", "yes", 422},
        {"configuration", Json::array(), 422},
        {"configuration", Json::object({{"url", "mailer"}}), 422},
        {"configuration", Json::object({{"url", "ftp://mailer.shop.example/"}}), 422},
        {"configuration", Json::object({{"url", "https://a:b@mailer.shop.example/"}}), 422},
        {"configuration", Json::object({{"url", "https://10.0.0.1/"}}), 422},
        {"configuration", Json::object({{"url", "https://[::1]/"}}), 422},
        {"configuration", Json::object({{"url", "https://169.254.169.254/latest/meta-data"}}), 422},
        {"configuration", Json::object({{"url", "https://a.example/"}, {"secret_key", "a\r\nX: y"}}), 422},
        {"configuration", Json::object({{"url", "https://a.example/"}, {"secret_key", std::string(201, 'a')}}), 422}};
    for (const auto& [member, value, status] : rows) BOOST_TEST_CONTEXT(value.dump()) refuses(add(with_member(member, value)), status, member);
    // EP226: by configuration alone.
    config.hook_insecure = false;
    config.hook_allow.clear();
    core.app.hook_rules = net::hook_rules(config);
    refuses(add(wanted("http://mailer.shop.example/otp")), 422, "configuration.url");
    refuses(add(wanted("https://127.0.0.1/otp")), 422, "configuration.url");
    BOOST_TEST(count(get(integrations_path)) == 0U);
    for (int i = 0; i < 100; ++i) added(wanted());
    refuses(add(wanted()), 422, "100");
}

// EP52, EP53: for client_credentials alone, with full rights.
BOOST_AUTO_TEST_CASE(EP52_rights) {
    const auto hers = session("ada");
    const auto path = added(wanted());
    const auto plain = add_client(realm, applications::storefront);
    const std::string job = "/jobs/00000000-0000-4000-8000-000000000001/logs";
    const std::vector<std::tuple<http::Method, std::string, Json, int>> rows{
        {GET, integrations_path, {}, 200}, {POST, integrations_path, wanted(), 201}, {GET, path, {}, 200}, {PUT, path, wanted(), 200},
        {GET, integrations_path + "/logs", {}, 200}, {GET, path + "/logs", {}, 200}, {GET, path + "/jobs", {}, 200}, {GET, path + job, {}, 404},
        {DELETE, path, {}, 204}};
    for (const auto& [method, target, data, status] : rows) {
        const auto made = data.is_null() ? call(method, target) : call(method, target, data);
        BOOST_TEST_CONTEXT(static_cast<int>(method) << " " << target) {
            refuses(send(by_page(made)), 403);
            refuses(send(as_member(hers.token, made)), 403);
            refuses(send(by(plain, made)), 403);
            refuses(send(bare(method, target, made.body)), 401);
            BOOST_TEST(send(made).status == status);
        }
    }
}

// The whole way: asked for, told with a rising attempt and one id, exchanged; and its log.
BOOST_AUTO_TEST_CASE(EP214_EP224_EP228_EP229_a_receiver_that_fails_twice_gets_the_third_attempt) {
    const auto mira = session();
    auto data = wanted(url("/fail/2/otp"));
    data.set("configuration", Json::object({{"url", url("/fail/2/otp")}, {"secret_key", "whsec-example"}}));
    const auto path = added(data);
    work();
    is_nothing(send(asking_token(mira.person.name)), 202);
    BOOST_TEST(received().empty());  // EP225: not within the request
    BOOST_TEST(work().sent == 0U);
    clock.advance(2s);
    BOOST_TEST(work().sent == 0U);
    clock.advance(8s);
    BOOST_TEST(work().sent == 1U);
    const auto got = received();
    BOOST_REQUIRE(got.size() == 3U);
    for (std::size_t i = 0; i < got.size(); ++i) {
        BOOST_TEST(*got[i].find("id")->text() == *got[0].find("id")->text());
        BOOST_TEST(got[i].find("attempt")->integer().value() == static_cast<std::int64_t>(i) + 1);
        BOOST_TEST(got[i].find("payload")->dump() == got[0].find("payload")->dump());
    }
    const auto& payload = *got[2].find("payload");
    BOOST_TEST(*got[2].find("triggered_by")->text() == key);
    BOOST_TEST(*payload.find("authentication_realm_id")->text() == realm_id);
    BOOST_TEST(*payload.find("password_profile_id")->text() == profile);
    const auto& user = *payload.find("user_authentication_info");
    BOOST_TEST(*user.find("id")->text() == mira.person.user);
    BOOST_TEST(*user.find("name")->text() == "mira");
    BOOST_TEST(*user.find("email")->text() == mira.person.email);
    const auto& info = *payload.find("user_authentication_password_profile_info");
    BOOST_TEST(*info.find("id")->text() == mira.person.info);
    BOOST_TEST(*info.find("username")->text() == mira.person.name);
    const auto lines = receiver.lines_with("method");
    BOOST_TEST(*lines[2].find("signed")->text() == "own");
    BOOST_TEST(*lines[2].find("headers")->find("x-moltin-secret-key")->text() == "whsec-example");
    const auto token = *payload.find("one_time_password_token")->text();
    const auto account_token = token_of(send(by_token(mira.person.name, token)));
    BOOST_TEST(opens(account_token) == 200);

    // EP227 to EP229
    const auto logs = get(path + "/logs");
    BOOST_TEST(logs.status == 200);
    BOOST_REQUIRE(count(logs) == 3U);
    const auto entries = logs.at("data");
    BOOST_TEST(logs.at("results.total").integer().value() == 3);
    BOOST_TEST(logs.at("meta.total").integer().value() == 1);
    const auto& newest = entries.items()->front();
    BOOST_TEST(*newest.find("type")->text() == "integration-log");
    BOOST_TEST(newest.find("succeeded")->boolean().value());
    BOOST_TEST(newest.find("attempt")->integer().value() == 3);
    BOOST_TEST(newest.find("status_code")->integer().value() == 200);
    const auto job = *newest.find("relationships")->find("job")->find("data")->find("id")->text();
    BOOST_TEST(job == *got[0].find("id")->text());
    BOOST_TEST(logs.at("data").items()->back().find("status_code")->integer().value() == 500);
    BOOST_TEST(get(integrations_path + "/logs").at("data").dump() == logs.at("data").dump());
    BOOST_TEST(get(path + "/jobs/" + job + "/logs").at("data").dump() == logs.at("data").dump());
    const auto jobs = get(path + "/jobs");
    BOOST_REQUIRE(count(jobs) == 1U);
    BOOST_TEST(*jobs.at("data").items()->front().find("id")->text() == job);
    BOOST_TEST(*jobs.at("data").items()->front().find("type")->text() == "integration-job");
    const auto page = get(path + "/logs?page[limit]=2&page[offset]=2");
    BOOST_TEST(count(page) == 1U);
    BOOST_TEST(page.at("meta.current").integer().value() == 2);
    // A job of another integration is none of this one.
    refuses(get(added(wanted()) + "/jobs/" + job + "/logs"), 404);
    // What was told of the removed one stays in the log of all.
    is_nothing(send(call(DELETE, path)), 204);
    BOOST_TEST(count(get(integrations_path + "/logs")) == 3U);
    BOOST_TEST(dump().find(token) == std::string::npos);
    BOOST_TEST(!log.mentions(token));
}

BOOST_AUTO_TEST_CASE(EP227_a_receiver_that_repeats_what_it_got_brings_no_token_into_the_log) {
    const auto mira = session();
    auto data = wanted();
    data.set("configuration", Json::object({{"url", url("/echo/400")}, {"secret_key", "whsec-example"}}));
    const auto path = added(data);
    is_nothing(send(asking_token(mira.person.name, "reset_password")), 202);
    work();
    BOOST_REQUIRE(received().size() == 1U);
    const auto token = *received()[0].find("payload")->find("one_time_password_token")->text();
    const auto logs = get(path + "/logs");
    const auto body = *logs.at("data").items()->front().find("body")->text();
    BOOST_TEST(body.size() == 500U);
    BOOST_TEST(body.starts_with("{\"id\":"));
    BOOST_TEST(logs.text.find(token) == std::string::npos);
    BOOST_TEST(logs.text.find("whsec-example") == std::string::npos);
    BOOST_TEST(*logs.at("data").items()->front().find("error_detail")->text() == "web hook: status 400");
    BOOST_TEST(!logs.at("data").items()->front().find("succeeded")->boolean().value());
}

// X14, EP224: what was used or has run out is not sent any more.
BOOST_AUTO_TEST_CASE(EP224_a_used_token_is_not_sent_again) {
    const auto mira = session();
    added(wanted(url("/status/500")));
    is_nothing(send(asking_token(mira.person.name)), 202);
    const auto token = last_token();
    work();
    BOOST_TEST(received().size() == 1U);
    token_of(send(by_token(mira.person.name, token)));
    clock.advance(2s);
    work();
    BOOST_TEST(received().size() == 1U);
    BOOST_TEST(number("SELECT COUNT(*) FROM deliveries WHERE state = 1 AND action = 3") == 0);
}

// KL9: the configuration is asked at every attempt.
BOOST_AUTO_TEST_CASE(EP226_a_receiver_that_may_not_be_called_any_more_gets_nothing) {
    const auto mira = session();
    const auto path = added(wanted(url("/status/200")));
    config.hook_allow.clear();
    is_nothing(send(asking_token(mira.person.name)), 202);
    work();
    BOOST_TEST(receiver.lines().empty());
    const auto logs = get(path + "/logs");
    BOOST_REQUIRE(count(logs) == 1U);
    const auto first = logs.at("data").items()->front();
    BOOST_TEST(first.find("error_detail")->text()->find("not a public one") != std::string::npos);
    BOOST_TEST(first.find("status_code")->integer().value() == 0);
}

// EP155
BOOST_AUTO_TEST_CASE(EP155_members_accounts_and_memberships_are_told) {
    auto data = wanted(url("/status/200"));
    data.set("observes", keys({"user-authentication-info.created", "account-member.deleted", "account.created", "account-membership.created", "account.deleted"}));
    added(data);
    const auto mira = add_person("mira");
    const auto account = add_account("mira's").text_at("data.id");
    const auto joined = join(account, mira.user);
    BOOST_REQUIRE_MESSAGE(joined.status == 201, joined.text);
    const auto told = [&] {
        work();
        std::map<std::string, Json> out;
        for (const auto& each : received()) out.insert_or_assign(*each.find("triggered_by")->text(), *each.find("payload"));
        return out;
    };
    const auto first = told();
    const auto id = [&](const std::string& of) { return first.contains(of) ? *first.at(of).find("id")->text() : "not told"; };
    BOOST_TEST(id("user-authentication-info.created") == mira.user);
    BOOST_TEST(id("account.created") == account);
    BOOST_TEST(id("account-membership.created") == joined.text_at("data.id"));
    BOOST_TEST(first.size() == 3U);
    is_nothing(send(call(DELETE, mira.path)), 204);
    is_nothing(send(call(DELETE, ep_accounts_path + "/" + account)), 204);
    const auto then = told();
    BOOST_REQUIRE(then.contains("account-member.deleted"));
    BOOST_TEST(then.at("account-member.deleted").dump() == "{\"type\":\"account_member\",\"id\":\"" + mira.user + "\"}");
    BOOST_REQUIRE(then.contains("account.deleted"));
    BOOST_TEST(then.at("account.deleted").dump() == "{\"type\":\"account\",\"id\":\"" + account + "\"}");
}

// EP155: whatever ends a membership. Its id is that of the record that was there.
BOOST_AUTO_TEST_CASE(EP155_a_membership_that_ends_with_its_member_or_its_account_is_told) {
    auto data = wanted(url("/status/200"));
    data.set("observes", keys({"account-membership.deleted"}));
    added(data);
    const auto mira = add_person("mira"), nell = add_person("nell");
    std::vector<std::string> accounts, memberships;
    for (const char* const name : {"One", "Two", "Three"}) {
        accounts.push_back(add_account(name).text_at("data.id"));
        memberships.push_back(join(accounts.back(), mira.user).text_at("data.id"));
    }
    const auto of_nell = join(accounts.front(), nell.user).text_at("data.id");
    const auto told = [&] {
        work();
        std::set<std::string> out;
        for (const auto& each : received()) {
            const auto* const payload = each.find("payload");
            out.insert(*payload->find("id")->text() + " " + *payload->find("account_id")->text() + " " + *payload->find("account_member_id")->text());
        }
        return out;
    };
    const auto line = [](const std::string& membership, const std::string& account, const Person& person) { return membership + " " + account + " " + person.user; };
    std::set<std::string> expected;
    const auto add = [&](const std::string& membership, const std::string& account, const Person& person) { expected.insert(line(membership, account, person)); };

    is_nothing(send(call(DELETE, memberships_path(accounts[2]) + "/" + memberships[2])), 204);
    is_nothing(send(call(DELETE, ep_accounts_path + "/" + accounts[2])), 204);  // before the worker has looked
    add(memberships[2], accounts[2], mira);
    BOOST_TEST(told() == expected, boost::test_tools::per_element());
    is_nothing(send(call(DELETE, ep_accounts_path + "/" + accounts[0])), 204);
    add(memberships[0], accounts[0], mira);
    add(of_nell, accounts[0], nell);
    BOOST_TEST(told() == expected, boost::test_tools::per_element());
    is_nothing(send(call(DELETE, mira.path)), 204);
    add(memberships[1], accounts[1], mira);
    BOOST_TEST(told() == expected, boost::test_tools::per_element());
    BOOST_TEST(received().size() == expected.size());  // each once
    BOOST_TEST(events_of("membership.removed", "account") == 2);
    BOOST_TEST(events_of("membership.removed", "user") == 1);
}

// One message, though several events say it.
BOOST_AUTO_TEST_CASE(EP155_what_one_request_does_is_told_once_for_each_key) {
    set("members.auto_account", "on");
    set("members.self_signup", "on");
    auto data = wanted(url("/status/200"));
    data.set("observes", keys({"user-authentication-info.created", "user-authentication-info.updated", "account.created", "account-membership.created"}));
    added(data);
    const auto told = [&] {
        work();
        std::multiset<std::string> out;
        for (const auto& each : received()) out.insert(*each.find("triggered_by")->text());
        return out;
    };
    const std::multiset<std::string> once{"account-membership.created", "account.created", "user-authentication-info.created"};
    const auto mira = add_person("mira");
    BOOST_TEST(told() == once, boost::test_tools::per_element());
    const auto signed_up = send(exchanging(Json::object({{"authentication_mechanism", "self_signup"}, {"password_profile_id", profile}, {"username", "bob@shop.test"},
                                                          {"password", "Engine-No-1"}, {"name", "Bob"}, {"email", "bob@shop.test"}})));
    BOOST_REQUIRE_MESSAGE(signed_up.status == 201, signed_up.text);
    auto twice = once;
    twice.insert(once.begin(), once.end());
    BOOST_TEST(told() == twice, boost::test_tools::per_element());
    const auto changed = send(call(PUT, mira.path, Json::object({{"type", "user_authentication_info"}, {"email", "mira.q@shop.test"}, {"name", "Mira Q"}})));
    BOOST_REQUIRE_MESSAGE(changed.status == 200, changed.text);
    twice.insert("user-authentication-info.updated");
    BOOST_TEST(told() == twice, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
