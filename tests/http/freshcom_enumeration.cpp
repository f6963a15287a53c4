// SPDX-License-Identifier: MIT
// Nobody learns at the Freshcom door which names, numbers and addresses exist and how they stand (EN1 to EN3, docs/security.md; FC59,
// FC138, FC190, FC192): equal bytes, headers and statement counts over every kind of user. And what the calls cost.
#include "freshcom_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct FreshcomStrangers : FreshcomShop {
    std::map<std::string, Person> people;

    void make_all_kinds() {
        for (const char* const name : {"known", "locked", "blocked", "nopassword", "disabled", "demanded"}) people[name] = register_person(name);
        people["texted"] = register_person("texted", Json::object({{"authMethod", "tfa_sms"}, {"phoneNumber", mobile}, {"phoneVerificationCode", phone_code()}}));
        add_guest(Json::object({{"email", "guest@shop.test"}, {"name", "Guest"}}));
        staff(users::Role::manager, "staff@shop.test");
        for (int i = 0; i < 10; ++i) send(from_elsewhere(signing_in(people["locked"].name, "wrong one " + std::to_string(i))));
        const auto login_of = [&](const std::string& name) { return *core.logins.named(core.db, realm, people[name].name); };
        const auto blocked = login_of("blocked"), demanded = login_of("demanded");
        core.db.transact([&](db::Tx& tx) {
            core.logins.block(tx, in_realm(), blocked, "command");
            return core.logins.demand_password_change(tx, in_realm(), demanded, true);
        });
        execute("UPDATE accounts SET active = 0 WHERE email = 'disabled@shop.test'");
        execute("UPDATE logins SET password = NULL, password_key_id = NULL WHERE user_name = 'nopassword@shop.test'");
    }
    unsigned browsers = 0;
    // From a browser of its own each time, so that every one has a whole budget.
    http::Request from_elsewhere(http::Request request) {
        request.peer = "203.0." + std::to_string(browsers / 250) + "." + std::to_string(browsers % 250 + 1);
        ++browsers;
        return request;
    }
    struct Told {
        Reply reply{};
        std::uint64_t cost = 0;
    };
    Told told(const http::Request& request) {
        clock.advance(1ms);
        send(from_elsewhere(call(GET, "/v1/account", guest)));  // caches are warm
        const auto before = core.db.statements();
        Told out{.reply = send(from_elsewhere(request))};
        out.cost = core.db.statements() - before;
        auto& headers = out.reply.headers;
        headers.erase("x-vol-correlation");
        if (headers["ratelimit-limit"] == std::to_string(config.application_requests_per_second)) headers["ratelimit-remaining"] = headers["ratelimit-reset"] = "";
        return out;
    }
    template <class Kinds, class Make>
    Told same_for_all(const Kinds& all, Make&& make, bool in_cost_too = true) {
        std::optional<Told> first;
        for (const auto& kind : all) {
            BOOST_TEST_CONTEXT(kind) {
                const auto one = told(make(kind));
                if (!first) first = one;
                BOOST_TEST(one.reply.status == first->reply.status);
                BOOST_TEST(one.reply.text == first->reply.text);
                BOOST_TEST((one.reply.headers == first->reply.headers));
                if (in_cost_too) BOOST_TEST(one.cost == first->cost);
            }
        }
        return *first;
    }
};

constexpr std::string_view names[] = {"nobody@shop.test", "known@shop.test", "locked@shop.test", "blocked@shop.test", "nopassword@shop.test",
                                      "disabled@shop.test", "demanded@shop.test", "texted@shop.test", "guest@shop.test", "staff@shop.test", "no name at all"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(freshcom_enumeration, FreshcomStrangers)

BOOST_AUTO_TEST_CASE(FC59_EN1_EN2_a_wrong_password_is_told_alike_to_every_kind) {
    make_all_kinds();
    for (int i = 0; i < 3; ++i) {
        const auto all = same_for_all(names, [&](std::string_view name) { return signing_in(name, "Wrong-No-" + std::to_string(i)); });
        is_refused_grant(all.reply);
        BOOST_TEST(all.cost <= 14U);
    }
    is_refused_grant(same_for_all(names, [&](std::string_view name) { return signing_in(name, "Wrong-No-4", "123456"); }).reply);
}

BOOST_AUTO_TEST_CASE(FC59_EN3_the_right_password_of_who_may_not_sign_in_is_a_wrong_one) {
    make_all_kinds();
    constexpr std::string_view closed[] = {"nobody@shop.test", "locked@shop.test", "blocked@shop.test", "disabled@shop.test", "demanded@shop.test"};
    const auto sent = caused(events::Name::second_step_code_sent);
    for (const std::string_view code : {"", "123456"}) {
        const auto all = same_for_all(closed, [&](std::string_view name) { return signing_in(name, password, code); });
        is_refused_grant(all.reply);
    }
    BOOST_TEST(caused(events::Name::second_step_code_sent) == sent);
}

BOOST_AUTO_TEST_CASE(FC190_EN1_EN2_a_reset_is_asked_for_alike_by_every_kind) {
    make_all_kinds();
    for (int i = 0; i < 3; ++i) {
        const auto all = same_for_all(names, [&](std::string_view name) {
            return call(POST, "/v1/password_reset_tokens", guest, document("PasswordResetToken", Json::object({{"username", name}})));
        });
        is_done(all.reply);
        BOOST_TEST(all.cost <= 16U);
    }
}

BOOST_AUTO_TEST_CASE(FC192_EN1_beyond_the_budget_it_is_the_same) {
    make_all_kinds();
    constexpr std::string_view some[] = {"nobody@shop.test", "known@shop.test", "blocked@shop.test"};
    const auto asking = [&](std::string_view name) {
        return call(POST, "/v1/password_reset_tokens", guest, document("PasswordResetToken", Json::object({{"username", name}})));
    };
    // Which budget is asked first, the name's or the caller's address's, is their keys' order; the other one is then left alone.
    for (int i = 0; i < 14; ++i) is_done(same_for_all(some, asking, i < 12).reply);
}

BOOST_AUTO_TEST_CASE(FC138_EN1_EN2_codes_go_alike_to_what_somebody_has_and_to_what_nobody_has) {
    make_all_kinds();
    later(11min);  // the number of "texted" has had a code
    constexpr std::string_view numbers[] = {"+16045550199", mobile}, addresses[] = {"nobody@shop.test", "known@shop.test", "guest@shop.test"};
    for (const auto value : numbers) send(asking_phone_code(value));  // budgets are opened
    for (const auto value : addresses) send(asking_email_code(value));
    for (int i = 0; i < 7; ++i) {
        is_done(same_for_all(numbers, [&](std::string_view value) { return asking_phone_code(value); }).reply);
        is_done(same_for_all(addresses, [&](std::string_view value) { return asking_email_code(value); }).reply);
    }
}

BOOST_AUTO_TEST_CASE(FC138_EN2_a_wrong_code_costs_the_same_whether_one_was_sent) {
    make_all_kinds();
    const auto asking = [&](std::string_view value) {
        auto attributes = mira_attributes();
        attributes.set("phoneNumber", value).set("phoneVerificationCode", "000000");
        return registering(attributes);
    };
    is_done(send(asking_phone_code("+16045550199")));
    constexpr std::string_view numbers[] = {"+16045550198", "+16045550199", mobile};
    is_wrong(same_for_all(numbers, asking).reply, "invalid phoneVerificationCode");
}

BOOST_AUTO_TEST_CASE(statements_stay_within_their_budgets) {
    make_all_kinds();
    const auto cost = [&](const http::Request& request, int status) {
        const auto one = told(request);
        BOOST_TEST_CONTEXT(one.reply.text) BOOST_TEST(one.reply.status == status);
        return one.cost;
    };
    const auto boss = administrator();
    const auto& known = people["known"];

    BOOST_TEST(cost(call(GET, "/v1/account", guest), 200) <= 2U);
    BOOST_TEST(cost(call(GET, "/v1/user", known.token), 200) <= 2U);
    BOOST_TEST(cost(call(GET, "/v1/customer", known.token), 200) <= 3U);
    BOOST_TEST(cost(call(GET, known.path(), boss.token), 200) <= 2U);
    BOOST_TEST(cost(call(GET, known.customer_path(), boss.token), 200) <= 3U);
    BOOST_TEST(cost(call(GET, "/v1/customers", boss.token), 200) <= 4U);
    BOOST_TEST(cost(call(PATCH, "/v1/user", known.token, document("User", Json::object({{"name", "Known Two"}}))), 200) <= 16U);
    BOOST_TEST(cost(asking_phone_code("+16045550197"), 204) <= 18U);  // with budgets that are opened
    BOOST_TEST(cost(registering(Json::object({{"name", "A guest"}})), 201) <= 10U);
    BOOST_TEST(cost(registering(mira_attributes()), 201) <= 30U);
}

BOOST_AUTO_TEST_SUITE_END()
