// SPDX-License-Identifier: MIT
// When messages are tried again and given up (docs/delivery.md).
#include <boost/test/unit_test.hpp>

#include <authtickets/core/deliveries.h>

#include "support/fake_clock.h"
#include "support/fake_rng.h"

using namespace authtickets;
using namespace authtickets::deliveries;
using namespace std::chrono_literals;

namespace {

// Every attempt fails at once: when each is made, in seconds from the first, at most so many.
std::vector<std::int64_t> tries(Schedule schedule, std::optional<Millis> life, std::size_t most) {
    const Time made = test::FakeClock().now();
    Delivery delivery{.created_at = made, .due_at = made};
    delivery.gives_up_at = gives_up_at(schedule, made, life ? std::optional<Time>(made + *life) : std::nullopt);
    std::vector<std::int64_t> out;
    while (out.size() < most) {
        if (delivery.due_at >= delivery.gives_up_at) break;
        out.push_back(std::chrono::duration_cast<Seconds>(delivery.due_at - made).count());
        ++delivery.attempts;
        const auto then = after(delivery, schedule, Outcome::temporary, delivery.due_at);
        if (then.state != State::waiting) break;
        delivery.due_at = then.due_at;
    }
    return out;
}

using Times = std::vector<std::int64_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(deliveries_rules)

BOOST_AUTO_TEST_CASE(codes_go_five_times_within_their_life) {
    const Times all{0, 2, 10, 30, 60};
    BOOST_TEST((tries(Schedule::code, 180s, 100) == all));
    BOOST_TEST((tries(Schedule::code, 60s, 100) == Times{0, 2, 10, 30}));  // at 60 s it is dead
    BOOST_TEST((tries(Schedule::code, {}, 100) == all));
}

BOOST_AUTO_TEST_CASE(KL9_everything_else_goes_eight_times_over_a_day) {
    const Times all{0, 60, 360, 1800, 7200, 18000, 43200, 86400};
    for (const auto schedule : {Schedule::notice, Schedule::own, Schedule::link}) BOOST_TEST((tries(schedule, {}, 100) == all));
    // A link never goes out after it died.
    BOOST_TEST((tries(Schedule::link, 5h, 100) == Times{0, 60, 360, 1800, 7200}));
}

BOOST_AUTO_TEST_CASE(kibo_8_1_hooks_go_every_minute_for_fourteen_days) {
    const auto all = tries(Schedule::kibo, {}, 100'000);
    BOOST_TEST(all.size() == 14u * 24 * 60);
    BOOST_TEST(all[1] == 60);
    BOOST_TEST(all.back() == (14 * 24 * 60 - 1) * 60);
}

// Soon at first, since the code is short-lived; then as all others, without it.
BOOST_AUTO_TEST_CASE(kibo_8_1_hooks_with_codes_begin_in_haste) {
    const auto all = tries(Schedule::kibo_code, 180s, 100'000);
    BOOST_TEST((Times(all.begin(), all.begin() + 7) == Times{0, 2, 10, 30, 120, 180, 240}));
    BOOST_TEST(all.back() > (14 * 24 * 60 - 3) * 60);
}

BOOST_AUTO_TEST_CASE(an_attempt_ends_a_delivery_or_not) {
    const Time now = test::FakeClock().now();
    const Delivery delivery{.attempts = 1, .created_at = now, .due_at = now, .gives_up_at = now + 180s};
    BOOST_TEST((after(delivery, Schedule::code, Outcome::accepted, now).state == State::sent));
    BOOST_TEST((after(delivery, Schedule::code, Outcome::permanent, now).state == State::abandoned));
    BOOST_TEST((after(delivery, Schedule::code, Outcome::too_late, now).state == State::abandoned));
    const auto then = after(delivery, Schedule::code, Outcome::temporary, now + 45s);
    BOOST_TEST((then.state == State::waiting));
    BOOST_TEST((then.due_at == now + 47s));
    BOOST_TEST((after(delivery, Schedule::code, Outcome::temporary, now + 179s).state == State::abandoned));
}

// Else a clock that was set back would stall what waits, or what waits rightly would be taken for that.
BOOST_AUTO_TEST_CASE(no_pause_is_longer_than_what_a_row_is_believed) {
    for (const auto schedule : {Schedule::code, Schedule::link, Schedule::notice, Schedule::kibo, Schedule::kibo_code, Schedule::own}) {
        for (unsigned attempts = 1; attempts < 20; ++attempts) BOOST_TEST((pause_after(schedule, attempts).value_or(0ms) < longest_wait));
    }
}

BOOST_AUTO_TEST_CASE(a_payload_comes_back_as_it_was) {
    test::FakeRng rng;
    Payload payload{.cause = {.event = events::Name::contact_changed, .user = UserId{uuid_v4(rng)}, .at = test::FakeClock().now()},
                    .schedule = Schedule::kibo_code,
                    .to = "ada@shop.example",
                    .template_name = "contact_changed",
                    .mail_type = "shopperEmailUpdated",
                    .email_type = "ShopperEmailUpdated",
                    .email = "b@shop.example",
                    .first_name = "Ada",
                    .locale = "de-AT",
                    .site = 2000};
    const auto text = payload_text(payload);
    const auto back = read_payload(text);
    BOOST_REQUIRE(back);
    BOOST_TEST(payload_text(*back) == text);
    BOOST_TEST((back->schedule == Schedule::kibo_code));
    BOOST_TEST(back->email == "b@shop.example");
    BOOST_TEST(back->site == 2000u);
    for (const auto* const other : {"", "{}", "[]", R"({"schedule":1})", R"({"schedule":9,"cause":"{}"})"}) BOOST_TEST(!read_payload(other), other);
}

BOOST_AUTO_TEST_CASE(a_lane_is_one_topic_of_one_subscription) {
    test::FakeRng rng;
    const SubscriptionId one{uuid_v4(rng)}, other{uuid_v4(rng)};
    BOOST_TEST((lane_of(one, "a") == lane_of(one, "a")));
    BOOST_TEST((lane_of(one, "a") != lane_of(one, "b")));
    BOOST_TEST((lane_of(one, "a") != lane_of(other, "a")));
}

BOOST_AUTO_TEST_CASE(M14_what_can_be_sent_again_and_why_the_rest_cannot) {
    const std::optional<subscriptions::Subscription> on{subscriptions::Subscription{.active = true}}, off{subscriptions::Subscription{.active = false}};
    const Delivery hook{.name = "password.changed", .topic = "password.changed", .action = Action::hook, .format = Format::own, .state = State::abandoned};
    BOOST_TEST(!why_not_again(hook, on, true, 5));
    BOOST_TEST((why_not_again(hook, off, true, 1) == NotAgain::subscription));
    BOOST_TEST((why_not_again(hook, {}, true, 1) == NotAgain::subscription));
    BOOST_TEST((why_not_again(hook, on, false, 1) == NotAgain::no_event));
    auto other = hook;
    other.state = State::waiting;
    BOOST_TEST((why_not_again(other, on, true, 1) == NotAgain::waiting));
    other = {.name = "signin.failure", .topic = "operator_notice", .action = Action::mail, .state = State::sent};
    BOOST_TEST(!why_not_again(other, on, true, 1));
    other.topic = "password_changed";
    BOOST_TEST((why_not_again(other, on, true, 1) == NotAgain::a_message));
    other = {.name = "account.updated", .topic = "customeraccount.updated", .action = Action::hook, .format = Format::kibo, .state = State::sent};
    BOOST_TEST(!why_not_again(other, on, true, 1));
    BOOST_TEST((why_not_again(other, on, true, 2) == NotAgain::site));
    other.topic = "email.requested";
    for (const auto* const name : {"signin.code_sent", "2fa.code_sent", "contact.code_sent", "password.reset_sent", "account.unlock_requested", "account.locked", "contact.changed"}) {
        other.name = name;
        BOOST_TEST((why_not_again(other, on, true, 1) == NotAgain::code));
    }
    other.name = "password.changed";
    BOOST_TEST(!why_not_again(other, on, true, 1));
    BOOST_TEST(name(NotAgain::a_message) == "a_message");
    BOOST_TEST(name(NotAgain::site) == "site");
}

BOOST_AUTO_TEST_CASE(what_one_is_told_of_one_event_has_one_id_as_old_as_the_event) {
    test::FakeRng rng;
    const EventId event{uuid_v7(test::FakeClock().now(), rng)};
    const SubscriptionId one{uuid_v4(rng)}, two{uuid_v4(rng)};
    const auto id = told_id(event, one);
    BOOST_TEST((id == told_id(event, one) && id != told_id(event, two)));
    BOOST_TEST((time_of(id.value) == time_of(event.value)));
    BOOST_TEST((id.value.bytes[6] >> 4) == 7);
    BOOST_TEST((id.value.bytes[8] >> 6) == 2);
}

// EP224 (docs/elasticpath.md)
BOOST_AUTO_TEST_CASE(EP224_a_token_is_tried_five_times_and_never_after_its_death) {
    const Time now = test::FakeClock().now();
    const auto dies = now + std::chrono::minutes(10);
    BOOST_TEST((gives_up_at(Schedule::hook_code, now, dies) == dies));
    Delivery delivery{.gives_up_at = dies};
    std::vector<long> at{0};
    Time when = now;
    for (delivery.attempts = 1;; ++delivery.attempts) {
        const auto then = after(delivery, Schedule::hook_code, Outcome::temporary, when);
        if (then.state != State::waiting) break;
        when = then.due_at;
        at.push_back(std::chrono::duration_cast<std::chrono::seconds>(when - now).count());
    }
    BOOST_TEST(at == (std::vector<long>{0, 2, 10, 30, 120}), boost::test_tools::per_element());
    delivery.attempts = 2;
    delivery.gives_up_at = now + std::chrono::seconds(5);
    BOOST_TEST((after(delivery, Schedule::hook_code, Outcome::temporary, now).state == State::abandoned));
}

BOOST_AUTO_TEST_CASE(EP224_a_token_is_not_sent_again_by_hand) {
    const std::optional<subscriptions::Subscription> on{subscriptions::Subscription{.active = true}};
    Delivery hook{.name = "signin.token_sent", .topic = std::string(subscriptions::one_time_token_key), .action = Action::hook,
                  .format = Format::elasticpath, .state = State::abandoned};
    BOOST_TEST((why_not_again(hook, on, true, 1) == NotAgain::code));
    hook.topic = "account-member.created";
    BOOST_TEST(!why_not_again(hook, on, true, 2));
}

BOOST_AUTO_TEST_CASE(EP227_of_an_answer_the_beginning_is_kept_without_token_and_secret) {
    const std::string_view secrets[] = {"q7m2xk", "secret_squirrel", ""};
    const auto kept = [&](std::string_view answer) { return kept_answer(answer, secrets); };
    BOOST_TEST(kept("") == "");
    BOOST_TEST(kept("Not found") == "Not found");
    BOOST_TEST(kept("got q7m2xk and Q7M2XKq7m2xk, SECRET_squirrel!") == "got ****** and ************, ***************!");
    BOOST_TEST(kept(std::string(494, 'a') + "q7m2xk") == std::string(494, 'a') + "******");
    BOOST_TEST(kept(std::string(497, 'a') + "q7m2xk") == std::string(497, 'a') + "***");  // not its first letters either
    BOOST_TEST(kept(std::string(2000, 'a')).size() == 500u);
    BOOST_TEST(kept(std::string(499, 'a') + "\xc3\xa4") == std::string(499, 'a'));  // no half letter
    BOOST_TEST(kept(std::string_view("a\0b\xff", 4)) == "a\xEF\xBF\xBD" "b\xEF\xBF\xBD");
    // What was read may end within a secret; that end does not come near to the beginning.
    std::string echo;
    while (echo.size() < 4096) echo += "secret_squirrel";
    echo.resize(4090);
    BOOST_TEST(kept(echo) == std::string(500, '*'));
}

BOOST_AUTO_TEST_CASE(EP227_a_log_has_one_id) {
    test::FakeRng rng;
    const DeliveryId one{uuid_v7(test::FakeClock().now(), rng)}, other{uuid_v7(test::FakeClock().now(), rng)};
    BOOST_TEST((log_id(one, 1) == log_id(one, 1) && log_id(one, 1) != log_id(one, 2) && log_id(one, 1) != log_id(other, 1)));
}

BOOST_AUTO_TEST_SUITE_END()
