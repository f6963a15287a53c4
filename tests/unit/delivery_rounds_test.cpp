// SPDX-License-Identifier: MIT
// Who attempts what next: lanes one at a time, and receivers that do not answer.
#include <boost/test/unit_test.hpp>

#include <thread>

#include "delivery/rounds.h"
#include "support/fake_rng.h"

using namespace authtickets;
using namespace authtickets::delivery;
using deliveries::Delivery;
using deliveries::Queue;
using subscriptions::Action;

namespace {

struct Some {
    test::FakeRng rng;
    SubscriptionId dead{uuid_v4(rng)}, good{uuid_v4(rng)};

    Delivery mail(Queue queue = Queue::messages) { return {.id = DeliveryId{uuid_v4(rng)}, .action = Action::mail, .queue = queue}; }
    Delivery sms() { return {.id = DeliveryId{uuid_v4(rng)}, .action = Action::sms, .queue = Queue::urgent}; }
    Delivery hook(const SubscriptionId& subscription, std::string_view topic) {
        return {.id = DeliveryId{uuid_v4(rng)}, .subscription_id = subscription, .action = Action::hook,
                .lane = deliveries::lane_of(subscription, topic), .queue = Queue::hooks};
    }
};

// Nothing to take: take() would sleep. A thread that stops the rounds shows it.
bool nothing_for(Rounds& rounds, Rounds::Share share) {
    std::jthread stopper([&] { rounds.stop(); });
    return !rounds.take(share);
}

constexpr Rounds::Share messages{.messages = true}, hooks{.hooks = true};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(delivery_rounds, Some)

BOOST_AUTO_TEST_CASE(threads_are_shared_between_messages_and_hooks) {
    for (const unsigned threads : {2U, 3U, 4U, 32U}) {
        Rounds rounds(threads);
        unsigned of_messages = 0, of_hooks = 0;
        for (unsigned i = 0; i < threads; ++i) {
            of_messages += rounds.share(i).messages;
            of_hooks += rounds.share(i).hooks;
        }
        BOOST_TEST(of_messages + of_hooks == threads);
        BOOST_TEST(of_hooks == threads / 2);
    }
    BOOST_TEST((Rounds(1).share(0).messages && Rounds(1).share(0).hooks));
}

BOOST_AUTO_TEST_CASE(codes_go_before_notices) {
    Rounds rounds(2);
    const auto notice = mail(), code = mail(Queue::urgent);
    BOOST_TEST(rounds.bring(Queue::messages, {notice}, 64) == 1u);
    BOOST_TEST(rounds.bring(Queue::urgent, {code}, 64) == 1u);
    BOOST_TEST((rounds.take(messages)->id == code.id));
    BOOST_TEST((rounds.take(messages)->id == notice.id));
}

BOOST_AUTO_TEST_CASE(what_is_in_hand_is_not_brought_twice) {
    Rounds rounds(2);
    const auto one = mail();
    BOOST_TEST(rounds.bring(Queue::messages, {one}, 64) == 1u);
    BOOST_TEST(rounds.bring(Queue::messages, {one}, 64) == 0u);
    const auto taken = rounds.take(messages);
    BOOST_TEST(rounds.bring(Queue::messages, {one}, 64) == 0u);
    BOOST_TEST(!rounds.idle());
    rounds.done(*taken, true);
    BOOST_TEST(rounds.idle());
    BOOST_TEST(rounds.bring(Queue::messages, {one}, 64) == 1u);
}

BOOST_AUTO_TEST_CASE(of_a_lane_one_at_a_time) {
    Rounds rounds(8);
    const auto first = hook(good, "a"), second = hook(good, "a"), other = hook(good, "b");
    rounds.bring(Queue::hooks, {first, second, other}, 64);
    const auto taken = rounds.take(hooks);
    BOOST_TEST((taken->id == first.id));
    BOOST_TEST((rounds.take(hooks)->id == other.id));
    rounds.done(*taken, true);
    BOOST_TEST((rounds.take(hooks)->id == second.id));
}

BOOST_AUTO_TEST_CASE(the_next_of_a_lane_takes_the_place_of_the_one_before) {
    Rounds rounds(8);
    const auto first = hook(good, "a"), second = hook(good, "a");
    rounds.bring(Queue::hooks, {first, second}, 64);
    const auto taken = rounds.take(hooks);
    rounds.following(*taken, second);
    BOOST_TEST(rounds.bring(Queue::hooks, {second}, 64) == 0u);
    rounds.done(second, true);
    BOOST_TEST(rounds.idle());
    BOOST_TEST(nothing_for(rounds, hooks));
}

// Two topics of one subscription that does not answer take one thread, and the other is free for who does.
BOOST_AUTO_TEST_CASE(a_receiver_that_is_silent_holds_one_thread) {
    Rounds rounds(4);
    rounds.bring(Queue::hooks, {hook(dead, "a")}, 64);
    rounds.done(*rounds.take(hooks), false);
    const auto answered = hook(good, "a");
    rounds.bring(Queue::hooks, {hook(dead, "a"), hook(dead, "b"), answered}, 64);
    BOOST_TEST((rounds.take(hooks)->id == answered.id));  // before those of the silent one
    BOOST_TEST((rounds.take(hooks)->subscription_id == dead));
    BOOST_TEST((rounds.spared(Queue::hooks).subscriptions == std::vector{dead}));
    BOOST_TEST(nothing_for(rounds, hooks));
}

BOOST_AUTO_TEST_CASE(a_receiver_that_answers_again_is_served_as_all_others) {
    Rounds rounds(4);
    rounds.bring(Queue::hooks, {hook(dead, "a")}, 64);
    rounds.done(*rounds.take(hooks), false);
    rounds.bring(Queue::hooks, {hook(dead, "a")}, 64);
    rounds.done(*rounds.take(hooks), true);
    BOOST_TEST(rounds.spared(Queue::hooks).subscriptions.empty());
    rounds.bring(Queue::hooks, {hook(dead, "a"), hook(dead, "b")}, 64);
    BOOST_TEST(rounds.take(hooks).has_value());
    BOOST_TEST(rounds.take(hooks).has_value());
}

BOOST_AUTO_TEST_CASE(a_mail_server_that_is_silent_does_not_hold_up_sms) {
    Rounds rounds(4);
    rounds.bring(Queue::urgent, {mail(Queue::urgent)}, 64);
    rounds.done(*rounds.take(messages), false);
    const auto text = sms();
    rounds.bring(Queue::urgent, {mail(Queue::urgent), mail(Queue::urgent), text}, 64);
    BOOST_TEST((rounds.take(messages)->id == text.id));
    BOOST_TEST((rounds.take(messages)->action == Action::mail));
    BOOST_TEST((rounds.spared(Queue::urgent).action == Action::mail));
    BOOST_TEST(nothing_for(rounds, messages));
}

BOOST_AUTO_TEST_CASE(more_is_wanted_when_little_is_left) {
    Rounds rounds(2);
    const auto most = rounds.wanted(Queue::messages);
    BOOST_TEST(most >= 64u);
    std::vector<Delivery> many;
    for (unsigned i = 0; i < most; ++i) many.push_back(mail());
    BOOST_TEST(rounds.bring(Queue::messages, many, most) == 64u);
    BOOST_TEST(rounds.wanted(Queue::messages) == 0u);
    while (rounds.wanted(Queue::messages) == 0) rounds.done(*rounds.take(messages), true);
    BOOST_TEST(rounds.wait_for_hunger(Millis(0)));
    BOOST_TEST(rounds.wanted(Queue::hooks) > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
