// SPDX-License-Identifier: MIT
// Nobody learns at the Elastic Path door which names exist and how they stand (EN1 to EN3, docs/security.md; EP127, EP172): equal
// bytes, headers and statement counts over every kind of user.
#include "elasticpath_shop.h"

using namespace authtickets;
using namespace authtickets::test;
using namespace std::chrono_literals;

namespace {

struct Strangers : ElasticShop {
    std::map<std::string, Person> people;

    void make_all_kinds() {
        for (const char* const name : {"known", "locked", "blocked", "passwordless", "disabled", "alone", "demanded"}) people[name] = add_person(name);
        for (const char* const name : {"known", "locked", "blocked", "passwordless", "disabled", "demanded"}) {
            BOOST_REQUIRE(join(add_account(name).text_at("data.id"), people[name].user).status == 201);
        }
        for (int i = 0; i < 10; ++i) send(by_password(people["locked"].name, "Wrong-No-" + std::to_string(i)));
        const auto login_of = [&](const std::string& name) { return *core.logins.find(core.db, realm, LoginId{*parse_uuid(people[name].info)}); };
        const auto blocked = login_of("blocked"), demanded = login_of("demanded");
        core.db.transact([&](db::Tx& tx) {
            core.logins.block(tx, in_realm(), blocked, "command");
            return core.logins.demand_password_change(tx, in_realm(), demanded, true);
        });
        execute("UPDATE accounts SET active = 0 WHERE name = 'disabled'");
        execute("UPDATE logins SET password = NULL, password_key_id = NULL WHERE user_name = 'passwordless@shop.test'");
        BOOST_REQUIRE(add_info(add_user("elsewhere", "elsewhere@shop.test").text_at("data.id").insert(0, users_path() + "/"), "elsewhere@shop.test",
                               "Engine-No-1", add_profile("other", true)).status == 201);
    }
    struct Told {
        Reply reply{};
        std::uint64_t cost = 0;
    };
    unsigned browsers = 0;
    // From a browser of its own each time, so that every one has a whole budget.
    Told told(http::Request request) {
        request.peer = "203.0." + std::to_string(browsers / 250) + "." + std::to_string(browsers % 250 + 1);
        ++browsers;
        clock.advance(1ms);
        send(by_page(call(GET, realm_path)));  // caches are warm
        const auto before = core.db.statements();
        Told out{.reply = send(request)};
        out.cost = core.db.statements() - before;
        auto& headers = out.reply.headers;
        headers.erase("x-vol-correlation");
        if (headers["ratelimit-limit"] == std::to_string(config.application_requests_per_second)) headers["ratelimit-remaining"] = headers["ratelimit-reset"] = "";
        return out;
    }
    template <class Kinds, class Make>
    Told same_for_all(const Kinds& all, Make&& make) {
        std::optional<Told> first;
        for (const auto& kind : all) {
            BOOST_TEST_CONTEXT(kind) {
                const auto one = told(make(kind));
                if (!first) first = one;
                BOOST_TEST(one.reply.status == first->reply.status);
                BOOST_TEST(one.reply.text == first->reply.text);
                BOOST_TEST((one.reply.headers == first->reply.headers));
                BOOST_TEST(one.cost == first->cost);
            }
        }
        return *first;
    }
};

constexpr std::string_view names[] = {"nobody@shop.test", "known@shop.test", "locked@shop.test", "blocked@shop.test", "passwordless@shop.test",
                                      "disabled@shop.test", "alone@shop.test", "demanded@shop.test", "elsewhere@shop.test", "no address at all"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(elasticpath_enumeration, Strangers)

BOOST_AUTO_TEST_CASE(EP127_EN1_EN2_a_token_is_asked_for_alike_by_every_kind) {
    make_all_kinds();
    for (const char* const purpose : {"reset_password", "passwordless_authentication"}) {
        for (int i = 0; i < 3; ++i) {  // the first opens budgets; then there are tokens
            const auto all = same_for_all(names, [&](std::string_view name) { return asking_token(name, purpose); });
            is_nothing(all.reply, 202);
            BOOST_TEST(all.cost <= 18U);
        }
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM one_time_tokens") > 0);
}

BOOST_AUTO_TEST_CASE(EP143_EN1_beyond_the_budget_it_is_the_same) {
    make_all_kinds();
    // So few that what the process may send in a second (codes.per_second) is not spent.
    constexpr std::string_view some[] = {"nobody@shop.test", "known@shop.test", "blocked@shop.test"};
    // By the shop's server: which budget is asked first, a name's or an address's, is their keys' order.
    for (int i = 0; i < 14; ++i) {
        is_nothing(same_for_all(some, [&](std::string_view name) { return by(client, asking_token(name)); }).reply, 202);
    }
}

BOOST_AUTO_TEST_CASE(EP172_EN1_EN2_a_wrong_password_is_told_alike_to_every_kind) {
    make_all_kinds();
    for (int i = 0; i < 3; ++i) {
        const auto all = same_for_all(names, [&](std::string_view name) { return by_password(name, "Wrong-No-" + std::to_string(i)); });
        refuses(all.reply, 401);
        BOOST_TEST(all.cost <= 19U);  // of which five are for the address
    }
    // What cannot be a password (PW1).
    const auto all = same_for_all(names, [&](std::string_view name) { return by_password(name, std::string(1025, 'a')); });
    BOOST_TEST((all.reply.status == 401 || all.reply.status == 422));
    // The same value again, as clients repeat it (EP19).
    refuses(same_for_all(names, [&](std::string_view name) { return by_password(name, "Wrong-No-2"); }).reply, 401);
}

// EN3: nor does the right one say more where it is not enough.
BOOST_AUTO_TEST_CASE(EP172_EP176_EN3_the_right_password_of_a_locked_blocked_or_disabled_user_is_a_wrong_one) {
    make_all_kinds();
    constexpr std::string_view closed[] = {"nobody@shop.test", "locked@shop.test", "blocked@shop.test", "disabled@shop.test", "elsewhere@shop.test"};
    refuses(same_for_all(closed, [&](std::string_view name) { return by_password(name); }).reply, 401);
}

BOOST_AUTO_TEST_CASE(EP172_EP33_EN1_EN2_a_wrong_token_is_told_alike_to_every_kind) {
    make_all_kinds();
    const auto wrong = [&](std::string_view token) {
        return same_for_all(names, [&](std::string_view name) { return by_token(name, token); });
    };
    for (const char* const token : {"abc123", "abc123", "zzzzzz"}) {
        const auto all = wrong(token);
        refuses(all.reply, 401, dead_token);
        BOOST_TEST(all.cost <= 16U);
    }
    for (const std::string_view name : names) send(asking_token(name));
    for (const char* const token : {"abc124", "abc125", "no token at all", "12345"}) refuses(wrong(token).reply, 401, dead_token);
    // Until the tokens are void, and beyond (X14).
    for (int i = 0; i < 12; ++i) refuses(wrong("abd1" + std::to_string(10 + i)).reply, 401, dead_token);
}

BOOST_AUTO_TEST_SUITE_END()
