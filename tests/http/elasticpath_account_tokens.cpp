// SPDX-License-Identifier: MIT
// Account tokens by every mechanism, and the second step (EP160 to EP184, docs/elasticpath.md).
#include <authtickets/core/totp.h>
#include <authtickets/core/two_step.h>
#include <authtickets/text/phone.h>

#include "elasticpath_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Tokens : ElasticShop {
    Person mira = add_person("mira");
    std::string account = add_account("Mira's").text_at("data.id");

    Tokens() { BOOST_REQUIRE(join(account, mira.user).status == 201); }

    Reply again(const std::string& token, const std::string& query = {}) {
        return send(with(token, exchanging(Json::object({{"authentication_mechanism", "account_management_authentication_token"}}), query)));
    }
    Reply sign_up(Json changed = Json::object({})) {
        auto data = Json::object({{"authentication_mechanism", "self_signup"},
                                  {"password_profile_id", profile},
                                  {"username", "nell@shop.test"},
                                  {"password", "Engine-No-1"},
                                  {"name", "Nell"},
                                  {"email", "nell@shop.test"}});
        for (const auto& [name, value] : *changed.members()) data.set(name, value);
        return send(exchanging(std::move(data)));
    }
    Json meta_of(const Reply& reply) {
        refuses(reply, 403, "second_step_required");
        const auto error = only_error(reply);
        const auto* const meta = error.find("meta");
        BOOST_REQUIRE(meta);
        return *meta;
    }
    std::string handle_of(const Reply& reply) { return *meta_of(reply).find("second_step_token")->text(); }
    Reply second_step(const std::string& handle, std::string_view code) {
        return send(exchanging(Json::object({{"authentication_mechanism", "second_step"}, {"second_step_token", handle}, {"code", code}})));
    }
    Reply another_code(const std::string& handle) {
        return send(exchanging(Json::object({{"authentication_mechanism", "second_step_code"}, {"second_step_token", handle}})));
    }
    tickets::Ticket ticket_of(const std::string& token) {
        const auto checked = core.tickets.check(core.db, in_realm(), token);
        BOOST_REQUIRE(checked);
        return *checked->ticket;
    }
    // An authenticator app, and the recovery codes that come with it.
    Secret secret;
    std::vector<std::string> turn_app_on() {
        const auto ticket = ticket_of(token_of(send(by_password(mira.name))));
        BOOST_REQUIRE(core.two_step.begin(core.db, in_realm(), *shop(), ticket));
        secret = core.totp.setup(core.db, in_realm(), id_of(mira)).secret;
        const auto on = core.two_step.activate(core.db, in_realm(), *shop(), ticket, app_code());
        BOOST_REQUIRE(on);
        std::vector<std::string> out;
        for (const auto& each : on->codes->codes) out.emplace_back(each.reveal());
        clock.advance(30s);  // the code of the set-up signs nobody in (TO4)
        return out;
    }
    std::string app_code() { return std::string(totp::code_at(secret, totp::step_of(clock.now())).reveal()); }
    void update_only() { set("members.self_management", "update_only"); }
    http::Request new_password(std::string_view password) const {
        return call(PUT, mira.info_path, Json::object({{"type", "user_authentication_password_profile_info"}, {"password", password}}));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_account_tokens, Tokens)

BOOST_AUTO_TEST_CASE(EP161_EP168_EP170_EP21_EP22_a_password_gives_a_token_for_each_account) {
    const auto second = add_account("Second").text_at("data.id");
    BOOST_REQUIRE(join(second, mira.user).status == 201);
    const auto reply = send(by_password(" MIRA@Shop.test "));
    BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
    BOOST_TEST(reply.text_at("meta.account_member_id") == mira.user);
    BOOST_TEST(reply.at("meta.page").dump() == R"({"limit":25,"offset":0,"current":1,"total":1})");
    BOOST_TEST(reply.at("meta.results").dump() == R"({"total":2})");
    BOOST_TEST(reply.text_at("links.current") == tokens_path + "?page[offset]=0&page[limit]=25");
    BOOST_TEST(reply.at("links.next").is_null());
    const auto items = records(reply);
    BOOST_REQUIRE(items.size() == 2U);
    BOOST_TEST(*items[0].find("type")->text() == "account_management_authentication_token");
    BOOST_TEST(*items[0].find("account_id")->text() == account);
    BOOST_TEST(*items[0].find("account_name")->text() == "Mira's");
    BOOST_TEST(*items[1].find("account_id")->text() == second);
    BOOST_TEST(*items[0].find("expires")->text() == iso8601(clock.now() + 24h));
    BOOST_TEST(*items[1].find("expires")->text() == *items[0].find("expires")->text());
    BOOST_TEST(*items[0].find("token")->text() != *items[1].find("token")->text());
    for (const auto& each : items) BOOST_TEST(opens(*each.find("token")->text()) == 200);
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets") == 2);
}

BOOST_AUTO_TEST_CASE(EP169_EP10_the_list_is_cut_and_somebody_without_accounts_gets_an_empty_one) {
    BOOST_REQUIRE(join(add_account("Second").text_at("data.id"), mira.user).status == 201);
    auto request = by_password(mira.name);
    request.query.add("page[limit]", "1");
    request.query.add("page[offset]", "1");
    const auto page = send(request);
    BOOST_REQUIRE(records(page).size() == 1U);
    BOOST_TEST(*records(page).front().find("account_name")->text() == "Second");
    BOOST_TEST(page.at("meta.page").dump() == R"({"limit":1,"offset":1,"current":2,"total":2})");
    auto wrong = by_password(mira.name);
    wrong.query.add("page[limit]", "0");
    refuses(send(wrong), 400, "page[limit]");
    const auto alone = add_person("alone");
    const auto none = send(by_password(alone.name));
    BOOST_TEST(none.status == 201);
    BOOST_TEST(records(none).empty());
    BOOST_TEST(none.text_at("meta.account_member_id") == alone.user);
}

BOOST_AUTO_TEST_CASE(EP162_EP125_EP133_EP33_EP205_a_token_of_either_purpose_signs_in_once) {
    for (const char* const purpose : {"passwordless_authentication", "reset_password"}) {
        const auto token = token_for(mira, purpose);
        auto upper = token;
        for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        BOOST_TEST(opens(token_of(send(by_token(mira.name, " " + upper + " ")))) == 200);  // EP132
        refuses(send(by_token(mira.name, token)), 401);
        BOOST_TEST(detail(send(by_token(mira.name, token))) == dead_token);
    }
}

BOOST_AUTO_TEST_CASE(EP4_EP31_EP166_EP167_EP262_what_a_body_must_have) {
    const auto send_data = [&](Json data) { return send(by_page(call(POST, tokens_path, std::move(data)))); };
    const auto mechanism = [&](std::string_view name, Json more = Json::object({})) {
        more.set("authentication_mechanism", name);
        return send(exchanging(std::move(more)));
    };
    refuses(send_data(Json::object({{"authentication_mechanism", "password"}})), 400, "type");
    refuses(send_data(Json::object({{"type", "account"}})), 400, "type");
    refuses(send(by_page(request(POST, tokens_path, R"({"type":"account_management_authentication_token"})"))), 400, "data");
    refuses(send(exchanging(Json::object({}))), 400, "authentication_mechanism");
    refuses(mechanism("oidc"), 422, "authentication_mechanism");
    refuses(mechanism("PASSWORD"), 422, "authentication_mechanism");
    const std::vector<std::pair<std::string, std::vector<std::string>>> needed{
        {"password", {"password_profile_id", "username", "password"}},
        {"passwordless", {"password_profile_id", "username", "one_time_password_token"}},
        {"self_signup", {"password_profile_id", "username", "password", "name", "email"}},
        {"second_step", {"second_step_token", "code"}},
        {"second_step_code", {"second_step_token"}}};
    for (const auto& [name, members] : needed) {
        for (const auto& missing : members) {
            auto data = Json::object({});
            for (const auto& each : members) {
                if (each != missing) data.set(each, each == "password_profile_id" ? profile : std::string("x"));
            }
            BOOST_TEST_CONTEXT(name << " without " << missing) {
                refuses(mechanism(name, data), 400, missing);
                data.set(missing, 7);
                refuses(mechanism(name, data), 400, missing);
            }
        }
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets") == 0);
}

// Whatever stands in the members, it is a refusal of the door's and no fault.
BOOST_AUTO_TEST_CASE(KL6_EP172_senseless_values_are_wrong_ones) {
    const std::vector<std::string> senseless{std::string(50'000, 'a'), std::string(5'000, ' '), "\x01\x02", "\xc3\xa4\xcc\x88\xe2\x80\xae", "%", "_", "' OR 1=1 --",
                                             "\xf0\x9f\x98\x80", "null", "../..", "a\nb"};
    for (const auto& value : senseless) {
        BOOST_TEST_CONTEXT(value.substr(0, 20)) {
            is_nothing(send(asking_token(value)), 202);
            refuses(send(by_token(value, "abc123")), 401, dead_token);
            refuses(send(by_token(mira.name, value)), 401, dead_token);
            refuses(send(by_password(value)), 401);
            const auto wrong = send(by_password(mira.name, value));
            BOOST_TEST((wrong.status == 401 || wrong.status == 422));  // what cannot be a password at all
            refuses(second_step(value, "123456"), 403);
            refuses(another_code(value), 403);
            refuses(again("x" + value.substr(0, 100)), 401);
        }
        later(1min);  // an address has thirty failures in it
    }
    BOOST_TEST(send(by_token(mira.name, token_for(mira))).status == 201);
}

BOOST_AUTO_TEST_CASE(EP173_an_unknown_profile_is_404) {
    for (const char* const other : {"0b4fd1a6-6d52-4d4c-9d8e-0d9b3a0f7d11", "shoppers"}) {
        auto data = Json::object({{"authentication_mechanism", "password"}, {"password_profile_id", other}, {"username", mira.name},
                                  {"password", "Engine-No-1"}});
        refuses(send(exchanging(data)), 404);
        data.set("authentication_mechanism", "passwordless");
        data.set("one_time_password_token", "abc123");
        refuses(send(exchanging(data)), 404);
    }
    // The name is this profile's alone.
    const auto other = add_profile("other", true);
    refuses(send(exchanging(Json::object({{"authentication_mechanism", "password"}, {"password_profile_id", other}, {"username", mira.name},
                                          {"password", "Engine-No-1"}}))), 401);
}

BOOST_AUTO_TEST_CASE(EP163_EP61_signing_up_is_the_shops_to_allow) {
    refuses(sign_up(), 403, "enable_self_signup is off");
    set("members.self_signup", "on");
    const auto reply = sign_up(Json::object({{"given_name", "Nell"}}));
    BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.text);
    BOOST_TEST(records(reply).empty());  // no account is made of itself
    const auto made = send(call(GET, users_path() + "/" + reply.text_at("meta.account_member_id")));
    BOOST_TEST(made.text_at("data.name") == "Nell");
    BOOST_TEST(made.text_at("data.given_name") == "Nell");
    BOOST_TEST(send(by_password("nell@shop.test")).status == 201);
    refuses(sign_up(), 409, "username");
    refuses(sign_up(Json::object({{"username", "NELL@shop.test"}})), 409, "username");
    refuses(sign_up(Json::object({{"username", "other"}, {"password", "short-1"}})), 422, "password");
    refuses(sign_up(Json::object({{"username", "other"}, {"email", "nowhere"}})), 422, "email");
    refuses(sign_up(Json::object({{"password_profile_id", "shoppers"}})), 404);
}

BOOST_AUTO_TEST_CASE(EP62_EP163_with_auto_accounts_a_new_member_has_an_account_of_his_name) {
    set("members.self_signup", "on");
    set("members.auto_account", "on");
    const auto reply = sign_up();
    BOOST_REQUIRE(records(reply).size() == 1U);
    BOOST_TEST(*records(reply).front().find("account_name")->text() == "Nell");
    BOOST_TEST(opens(token_of(reply)) == 200);
}

BOOST_AUTO_TEST_CASE(X12_EP163_an_address_that_asks_what_is_taken_is_stopped) {
    set("members.self_signup", "on");
    const auto from_browser = [&](std::string_view name) {
        auto request = exchanging(Json::object({{"authentication_mechanism", "self_signup"}, {"password_profile_id", profile}, {"username", name},
                                                {"password", "Engine-No-1"}, {"name", "N"}, {"email", "n@shop.test"}}));
        request.peer = "203.0.113.9";
        return send(request);
    };
    for (int i = 0; i < 5; ++i) refuses(from_browser(mira.name), 409);
    refuses(from_browser(mira.name), 429);
    refuses(from_browser("free@shop.test"), 429);
    later(1h + 1min);
    BOOST_TEST(from_browser("free@shop.test").status == 201);
}

BOOST_AUTO_TEST_CASE(OC7_EP163_nobody_has_mails_sent_to_one_address_without_end) {
    set("members.self_signup", "on");
    int made = 0, last = 0;
    for (int i = 0; i < 20; ++i) {
        auto request = exchanging(Json::object({{"authentication_mechanism", "self_signup"}, {"password_profile_id", profile},
                                                {"username", "new" + std::to_string(i)}, {"password", "Engine-No-1"}, {"name", "N"}, {"email", "victim@shop.test"}}));
        request.peer = "203.0.113.9";
        last = send(request).status;
        if (last == 201) ++made;
    }
    BOOST_TEST(made == 12);
    BOOST_TEST(last == 429);
}

// TH2, EP19: of the same wrong password four in ten seconds cost the address once, and who goes on is stopped.
BOOST_AUTO_TEST_CASE(TH2_EP19_one_wrong_password_is_not_hashed_for_ever) {
    int answered = 0;
    for (; answered < 60; ++answered) {
        auto request = exchanging(Json::object({{"authentication_mechanism", "password"}, {"password_profile_id", profile}, {"username", mira.name},
                                                {"password", "Not-Hers-1"}}));
        request.peer = "203.0.113.9";
        if (send(request).status == 429) break;
    }
    BOOST_TEST(answered >= 30);
    BOOST_TEST(answered < 45);
}

BOOST_AUTO_TEST_CASE(EP164_a_live_token_gives_fresh_ones_for_all_accounts) {
    const auto first = token_of(send(by_password(mira.name)));
    const auto second = add_account("Second").text_at("data.id");
    BOOST_REQUIRE(join(second, mira.user).status == 201);
    later(12h);
    const auto renewed = again(first);
    const auto end = iso8601(clock.now() + 24h);
    BOOST_REQUIRE_MESSAGE(renewed.status == 201, renewed.text);
    BOOST_TEST(records(renewed).size() == 2U);
    for (const auto& each : records(renewed)) {
        BOOST_TEST(*each.find("expires")->text() == end);
        BOOST_TEST(opens(*each.find("token")->text()) == 200);
        BOOST_TEST((ticket_of(*each.find("token")->text()).password_at == ticket_of(first).password_at));
    }
    refuses(again("forged"), 401);
    refuses(send(exchanging(Json::object({{"authentication_mechanism", "account_management_authentication_token"}}))), 401);
    later(13h);
    refuses(again(first), 401);
}

BOOST_AUTO_TEST_CASE(EP164_EP171_TK2_a_session_ends_after_thirty_days_whatever_is_renewed) {
    auto token = token_of(send(by_password(mira.name)));
    const auto started = clock.now();
    for (int day = 0; day < 29; ++day) {
        later(24h - 1min);
        token = token_of(again(token));
    }
    later(23h);
    const auto last = again(token);
    BOOST_REQUIRE(last.status == 201);
    BOOST_TEST(*records(last).front().find("expires")->text() <= iso8601(started + 24h * 30 + 1s));
}

// TH2, EP164: who has a token makes rows of it without a hash or a code, so there is an end to it, for this user alone.
BOOST_AUTO_TEST_CASE(TH2_EP164_EP38_a_live_token_is_not_renewed_without_end) {
    const auto nell = add_person("nell");
    BOOST_REQUIRE(join(account, nell.user).status == 201);
    const auto token = token_of(send(by_password(mira.name))), hers = token_of(send(by_password(nell.name)));
    for (int i = 0; i < 60; ++i) BOOST_REQUIRE(again(token).status == 201);
    const auto rows = number("SELECT COUNT(*) FROM tickets");
    const auto stopped = again(token);
    refuses(stopped, 429);
    BOOST_TEST(stopped.headers.at("retry-after") == "60");
    BOOST_TEST(number("SELECT COUNT(*) FROM tickets") == rows);
    BOOST_TEST(again(hers).status == 201);
    BOOST_TEST(opens(token) == 200);  // what there is goes on
    BOOST_TEST(send(by_password(mira.name)).status == 201);
    later(1min);
    const auto fresh = again(token_of(send(by_password(mira.name))));
    BOOST_TEST(fresh.status == 201);
    refuses(again(token_of(fresh)), 429);
}

BOOST_AUTO_TEST_CASE(EP64_EP171_the_life_is_the_shops_setting_and_one_for_all) {
    set("ticket.account_life", "60");
    const auto reply = send(by_password(mira.name));
    const auto token = token_of(reply);
    BOOST_TEST(*records(reply).front().find("expires")->text() == iso8601(clock.now() + 60s));
    clock.advance(59s);
    BOOST_TEST(opens(token) == 200);
    clock.advance(1s);
    BOOST_TEST(opens(token) == 401);
}

BOOST_AUTO_TEST_CASE(EP67_EP64_a_setting_that_is_changed_is_told_and_in_force) {
    const auto data = Json::object({{"type", "account_authentication_settings"}, {"account_management_authentication_token_timeout_secs", 60}});
    BOOST_TEST(send(call(PUT, settings_path, data)).status == 200);
    BOOST_TEST(send(call(PUT, settings_path, data)).status == 200);
    BOOST_TEST(events_of("policy.changed") == 1);  // the second changed nothing
    clock.advance(2s);
    const auto end = iso8601(clock.now() + 60s + 1ms);
    BOOST_TEST(*records(send(by_password(mira.name))).front().find("expires")->text() == end);
}

BOOST_AUTO_TEST_CASE(EP172_EP176_a_lock_by_failures_is_not_told_and_does_not_keep_tokens_out) {
    for (int i = 0; i < 10; ++i) refuses(send(by_password(mira.name, "Wrong-No-" + std::to_string(i))), 401);
    const auto locked = send(by_password(mira.name));
    refuses(locked, 401);
    BOOST_TEST(locked.text == send(by_password("nobody@shop.test")).text);
    set("signin.reveal_lock", "on");
    BOOST_TEST(send(by_password(mira.name)).text == locked.text);
    BOOST_TEST(opens(token_of(send(by_token(mira.name, token_for(mira))))) == 200);
    refuses(send(by_password(mira.name)), 401);  // it stays locked
}

BOOST_AUTO_TEST_CASE(EP19_EP175_a_mistyped_password_that_a_client_repeats_counts_once) {
    for (int typed = 0; typed < 9; ++typed) {
        for (int repeat = 0; repeat < 4; ++repeat) {
            refuses(send(by_password(mira.name, "Wrong-No-" + std::to_string(typed))), 401);
            clock.advance(1s);
        }
    }
    BOOST_TEST(send(by_password(mira.name)).status == 201);
}

BOOST_AUTO_TEST_CASE(EP19_EP141_X14_a_mistyped_token_that_a_client_repeats_counts_once) {
    const auto right = token_for(mira);
    for (int typed = 0; typed < 9; ++typed) {
        auto wrong = right;
        wrong[0] = wrong[0] == 'a' ? 'b' : 'a';
        wrong[5] = static_cast<char>('0' + typed);
        for (int repeat = 0; repeat < 4; ++repeat) {
            refuses(send(by_token(mira.name, wrong)), 401, dead_token);
            clock.advance(1s);
        }
    }
    BOOST_TEST(send(by_token(mira.name, right)).status == 201);
}

BOOST_AUTO_TEST_CASE(EP141_X14_ten_wrong_tokens_end_all_that_are_live) {
    const auto right = token_for(mira);
    for (int typed = 0; typed < 10; ++typed) {
        auto wrong = right;
        wrong[0] = wrong[0] == 'a' ? 'b' : 'a';
        wrong[5] = static_cast<char>('0' + typed);
        refuses(send(by_token(mira.name, wrong)), 401, dead_token);
    }
    refuses(send(by_token(mira.name, right)), 401, dead_token);
    BOOST_TEST(send(by_token(mira.name, token_for(mira))).status == 201);  // a new one works
}

BOOST_AUTO_TEST_CASE(EP142_EP38_EP268_TH2_an_address_that_fails_too_often_is_429_whatever_the_name) {
    const auto from_browser = [&](std::string_view name, int i) {
        auto request = by_password(name, "Wrong-No-" + std::to_string(i));
        request.peer = "203.0.113.9";
        return send(request);
    };
    for (int i = 0; i < 30; ++i) refuses(from_browser("nobody" + std::to_string(i), i), 401);
    const auto stopped = from_browser("nobody at all", 31);
    refuses(stopped, 429);
    BOOST_TEST(!stopped.header("retry-after").empty());
    BOOST_TEST(from_browser(mira.name, 32).text == stopped.text);
    BOOST_TEST(send(by_password(mira.name)).status == 201);  // another address
    later(1min);
    refuses(from_browser(mira.name, 33), 401);
}

BOOST_AUTO_TEST_CASE(EP174_a_password_that_must_be_changed_is_403) {
    const auto login = core.logins.find(core.db, realm, LoginId{*parse_uuid(mira.info)});
    BOOST_REQUIRE(login);
    core.db.transact([&](db::Tx& tx) { return core.logins.demand_password_change(tx, in_realm(), *login, true); });
    refuses(send(by_password(mira.name)), 403, "must be changed");
    refuses(send(by_password(mira.name, "Wrong-No-1")), 401);
}

BOOST_AUTO_TEST_CASE(EP178_EP45_no_other_door_takes_an_account_token_and_this_one_takes_none_of_theirs) {
    const auto token = token_of(send(by_password(mira.name)));
    BOOST_TEST(send(current(token)).status == 401);
    const auto shopper = register_ada();
    refuses(send(as_member(shopper.text_at("accessToken"), call(GET, ep_accounts_path))), 401);
    refuses(again(shopper.text_at("accessToken")), 401);
    auto kibo_call = current(shopper.text_at("accessToken"));
    BOOST_TEST(send(kibo_call).status == 200);
    kibo_call.headers["authorization"] = "Bearer " + implicit;
    BOOST_TEST(send(kibo_call).status == 401);
}

BOOST_AUTO_TEST_CASE(TK1_EP266_a_token_changed_in_one_place_opens_nothing) {
    const auto token = token_of(send(by_password(mira.name)));
    for (std::size_t at = 0; at < token.size(); at += 7) {
        auto forged = token;
        forged[at] = forged[at] == 'A' ? 'B' : 'A';
        BOOST_TEST(opens(forged) == 401);
    }
    BOOST_TEST(dump().find(hex(as_bytes(token))) == std::string::npos);
    BOOST_TEST(!log.mentions(token));
}

BOOST_AUTO_TEST_CASE(TK6_a_disabled_account_and_a_membership_that_ended_open_nothing) {
    const auto token = token_of(send(by_password(mira.name)));
    const auto memberships = send(call(GET, memberships_path(account)));
    is_nothing(send(call(DELETE, memberships_path(account) + "/" + *records(memberships).front().find("id")->text())), 204);
    BOOST_TEST(opens(token) == 401);
    BOOST_TEST(records(send(by_password(mira.name))).empty());
}

// --- The second step

BOOST_AUTO_TEST_CASE(EP34_EP165_EP180_EP182_EP184_a_password_owes_the_apps_code) {
    turn_app_on();
    const auto asked = send(by_password(mira.name));
    const auto meta = meta_of(asked);
    BOOST_TEST(*meta.find("method")->text() == "app");
    BOOST_TEST(meta.find("destination")->is_null());
    BOOST_TEST(*meta.find("expires")->text() == iso8601(clock.now() + 10min));
    const auto handle = *meta.find("second_step_token")->text();
    BOOST_TEST(opens(handle) == 401);  // TK7
    refuses(again(handle), 401);
    refuses(second_step(handle, other(app_code())), 403);
    BOOST_TEST(detail(second_step(handle, other(app_code()))) != dead_token);
    const auto done = second_step(handle, app_code());
    BOOST_TEST(opens(token_of(done)) == 200);
    BOOST_TEST(done.text_at("meta.account_member_id") == mira.user);
    refuses(second_step(handle, app_code()), 403);
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 0U);
}

BOOST_AUTO_TEST_CASE(EP182_RC6_a_recovery_code_does_and_says_how_many_are_left) {
    const auto codes = turn_app_on();
    const auto done = second_step(handle_of(send(by_password(mira.name))), codes[2]);
    BOOST_TEST(opens(token_of(done)) == 200);
    BOOST_TEST((done.at("meta.recovery_codes_left") == Json(9)));
    refuses(second_step(handle_of(send(by_password(mira.name))), codes[2]), 403);
}

BOOST_AUTO_TEST_CASE(EP180_the_shops_rule_sends_a_code_at_once_and_a_token_by_mail_meets_it_X15) {
    set("second_step.always", "on");
    const auto meta = meta_of(send(by_password(mira.name)));
    BOOST_TEST(*meta.find("method")->text() == "email");
    BOOST_TEST(*meta.find("destination")->text() == text::masked(mira.email));
    BOOST_TEST(*meta.find("destination")->text() != mira.email);
    BOOST_TEST((*meta.find("sent") == Json(true)));
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 1U);
    BOOST_TEST(opens(token_of(second_step(*meta.find("second_step_token")->text(), code_for_second_step()))) == 200);
    BOOST_TEST(opens(token_of(send(by_token(mira.name, token_for(mira))))) == 200);  // X15
}

BOOST_AUTO_TEST_CASE(EP183_another_code_is_sent_and_only_the_newest_works) {
    set("second_step.always", "on");
    const auto handle = handle_of(send(by_password(mira.name)));
    const auto first = code_for_second_step();
    is_nothing(another_code(handle), 202);
    const auto second = code_for_second_step();
    BOOST_TEST(caused(events::Name::second_step_code_sent) == 2U);
    refuses(second_step(handle, first == second ? other(first) : first), 403);
    BOOST_TEST(opens(token_of(second_step(handle, second))) == 200);
    refuses(another_code(handle), 403);
    refuses(another_code("forged"), 403, "the second-step token is");
    refuses(second_step("forged", second), 403, "the second-step token is");
}

BOOST_AUTO_TEST_CASE(EP183_to_the_user_of_an_app_nothing_is_sent) {
    turn_app_on();
    const auto before = causes().size();
    const auto handle = handle_of(send(by_password(mira.name)));
    is_nothing(another_code(handle), 202);
    BOOST_TEST(causes().size() == before);
    BOOST_TEST(opens(token_of(second_step(handle, app_code()))) == 200);
}

BOOST_AUTO_TEST_CASE(TK7_EP182_the_handle_lives_ten_minutes_and_five_wrong_codes_of_an_app) {
    turn_app_on();
    const auto late = handle_of(send(by_password(mira.name)));
    later(10min);
    refuses(second_step(late, app_code()), 403);
    const auto handle = handle_of(send(by_password(mira.name)));
    for (int i = 0; i < 5; ++i) refuses(second_step(handle, other(app_code())), 403);
    refuses(second_step(handle, app_code()), 403);
}

BOOST_AUTO_TEST_CASE(X15_EP180_a_token_to_sign_in_by_does_not_stand_for_the_app) {
    turn_app_on();
    const auto token = token_for(mira);
    const auto handle = handle_of(send(by_token(mira.name, token)));
    refuses(send(by_token(mira.name, token)), 401, dead_token);  // it was used
    BOOST_TEST(opens(token_of(second_step(handle, app_code()))) == 200);
}

BOOST_AUTO_TEST_CASE(X17_EP181_with_an_app_a_reset_opens_the_password_alone) {
    update_only();
    turn_app_on();
    const auto token = token_of(send(by_token(mira.name, token_for(mira, "reset_password"))));
    for (const auto& request : {call(GET, ep_accounts_path), call(GET, ep_accounts_path + "/" + account), call(GET, members_path),
                                call(GET, mira.path), call(GET, mira.info_path), call(GET, users_path()),
                                call(PUT, mira.path, Json::object({{"type", "user_authentication_info"}, {"name", "x"}}))}) {
        BOOST_TEST_CONTEXT(request.method_text << " " << request.path) refuses(send(as_member(token, request)), 403);
    }
    refuses(again(token), 403);
    refuses(send(as_member(token, call(PUT, mira.info_path, Json::object({{"type", "user_authentication_password_profile_info"},
                                                                         {"username", "other"}})))), 403);
    BOOST_TEST(send(as_member(token, new_password("Loom-No-77"))).status == 200);
    handle_of(send(by_password(mira.name, "Loom-No-77")));  // RS2: the app is still asked for
    BOOST_TEST(opens(token) >= 401);                        // and the reset is no way around it
}

BOOST_AUTO_TEST_CASE(X17_EP181_without_one_a_reset_is_an_ordinary_token_and_with_the_standard_policy_never) {
    update_only();
    const auto token = token_of(send(by_token(mira.name, token_for(mira, "reset_password"))));
    BOOST_TEST(opens(token) == 200);
    set("policy", "standard");
    const auto confined = token_of(send(by_token(mira.name, token_for(mira, "reset_password"))));
    BOOST_TEST(opens(confined) == 403);
    refuses(send(as_member(confined, call(PUT, mira.info_path, Json::object({{"type", "user_authentication_password_profile_info"},
                                                                            {"username", "other"}})))), 403);
    BOOST_TEST(send(as_member(confined, new_password("Loom No 77 and a shuttle"))).status == 200);
}

// --- Races and budgets

BOOST_AUTO_TEST_CASE(statements_of_requests_and_exchanges_stay_within_their_budgets) {
    const auto cost = [&](const http::Request& request) {
        const auto before = core.db.statements();
        send(request);
        return core.db.statements() - before;
    };
    const auto by_server = [&](http::Request request) {
        request.headers["authorization"] = "Bearer " + client.token;
        return request;
    };
    token_for(mira);  // budgets are opened, caches warm
    send(by_password(mira.name));
    // A page's own address has a budget, which costs two statements to charge and to give back, and one to say what is left.
    BOOST_TEST(cost(asking_token(mira.name)) <= 13U);
    BOOST_TEST(cost(by_server(asking_token(mira.name))) <= 12U);
    const auto token = last_token();
    const auto second = token_for(mira);
    BOOST_TEST(cost(by_token(mira.name, token)) <= 18U);
    BOOST_TEST(cost(by_server(by_token(mira.name, second))) <= 15U);
    BOOST_TEST(cost(by_password(mira.name)) <= 14U);
    BOOST_TEST(cost(by_server(by_password(mira.name))) <= 12U);
    const auto account_token = token_of(send(by_password(mira.name)));
    BOOST_TEST(cost(as_member(account_token, call(GET, ep_accounts_path + "/" + account))) <= 5U);
    BOOST_TEST(cost(as_member(account_token, call(GET, mira.path))) <= 2U);
}

BOOST_AUTO_TEST_SUITE_END()
