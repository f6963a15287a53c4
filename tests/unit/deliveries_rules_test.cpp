// SPDX-License-Identifier: MIT
// When messages are tried again and given up (rulings on schedules: docs/decisions.md).
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

BOOST_AUTO_TEST_SUITE_END()
