// SPDX-License-Identifier: MIT
// The order in which threads take messages.
#include "delivery/rounds.h"

#include <algorithm>
#include <utility>

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Queue;
using subscriptions::Action;

constexpr std::size_t kept = 64;               // of each queue at most
constexpr Millis silent_for = std::chrono::minutes(1);  // or until it answers

bool is_hook(Queue queue) { return queue == Queue::hooks; }

}  // namespace

Rounds::Rounds(unsigned threads)
    : threads_(threads), message_threads_(threads == 1 ? 1 : threads - threads / 2), hook_threads_(threads == 1 ? 1 : threads / 2) {}

Rounds::Share Rounds::share(unsigned thread) const {
    if (threads_ == 1) return {.messages = true, .hooks = true};
    return {.messages = thread < message_threads_, .hooks = thread >= message_threads_};
}

// Mails leave by one server and SMS by one gateway; of hooks each subscription is a receiver.
Rounds::Receiver Rounds::receiver_of(const Delivery& delivery) {
    if (delivery.action == Action::hook) return delivery.subscription_id.value_or(SubscriptionId{}).value;
    Uuid id;
    id.bytes.back() = static_cast<std::uint8_t>(delivery.action);
    return id;
}

Rounds::Waiting& Rounds::waiting_of(Queue queue) {
    return queue == Queue::urgent ? urgent_ : queue == Queue::messages ? messages_ : hooks_;
}
const Rounds::Waiting& Rounds::waiting_of(Queue queue) const {
    return queue == Queue::urgent ? urgent_ : queue == Queue::messages ? messages_ : hooks_;
}

unsigned Rounds::wanted(Queue queue) const {
    const std::lock_guard guard(lock_);
    const auto size = waiting_of(queue).list.size();
    // All that is in hand may be told again, so that much more must be asked for.
    return size >= kept / 4 ? 0 : static_cast<unsigned>(kept + in_hand_.size());
}

deliveries::Spared Rounds::spared(Queue queue) const {
    const std::lock_guard guard(lock_);
    deliveries::Spared out;
    std::set<Receiver> held;
    for (const auto& [receiver, count] : attempted_) {
        if (silent(receiver)) held.insert(receiver);
    }
    for (const auto& delivery : waiting_of(queue).list) {
        if (silent(receiver_of(delivery))) held.insert(receiver_of(delivery));
    }
    for (const auto& receiver : held) {
        if (is_hook(queue)) {
            out.subscriptions.push_back(SubscriptionId{receiver});
        } else {
            for (const auto action : {Action::mail, Action::sms}) {
                if (receiver == receiver_of({.action = action})) out.action = action;
            }
        }
    }
    return out;
}

unsigned Rounds::bring(Queue queue, std::vector<Delivery> due, unsigned asked) {
    const std::lock_guard guard(lock_);
    auto& waiting = waiting_of(queue);
    waiting.more = due.size() >= asked;
    unsigned fresh = 0;
    for (auto& delivery : due) {
        if (waiting.list.size() >= kept) waiting.more = true;
        if (waiting.list.size() >= kept || !in_hand_.insert(delivery.id).second) continue;
        waiting.list.push_back(std::move(delivery));
        ++fresh;
    }
    if (fresh != 0) work_.notify_all();
    return fresh;
}

bool Rounds::wait_for_hunger(Millis most) {
    std::unique_lock guard(lock_);
    hunger_.wait_for(guard, most, [&] { return hungry_ || stopped_; });
    return std::exchange(hungry_, false);
}

bool Rounds::silent(const Receiver& receiver) const {
    const auto found = silent_until_.find(receiver);
    return found != silent_until_.end() && steady_now() < found->second;
}

bool Rounds::may_start(const Delivery& delivery, bool also_silent) const {
    if (delivery.lane && lanes_.contains(*delivery.lane)) return false;
    const auto receiver = receiver_of(delivery);
    if (!silent(receiver)) return true;
    if (!also_silent) return false;
    // One thread at a time for each, and one thread left for all who answer.
    if (attempted_.contains(receiver)) return false;
    const bool hook = is_hook(delivery.queue);
    const auto busy = std::ranges::count_if(attempted_, [&](const auto& each) {
        const bool of_hooks = each.first != receiver_of({.action = Action::mail}) && each.first != receiver_of({.action = Action::sms});
        return of_hooks == hook && silent(each.first);
    });
    const auto threads = hook ? hook_threads_ : message_threads_;
    return busy < static_cast<std::ptrdiff_t>(std::max(1U, threads - 1));
}

std::optional<Delivery> Rounds::pick(Queue queue, bool also_silent) {
    auto& waiting = waiting_of(queue).list;
    const auto found = std::ranges::find_if(waiting, [&](const Delivery& each) { return may_start(each, also_silent); });
    if (found == waiting.end()) return {};
    auto delivery = std::move(*found);
    waiting.erase(found);
    return delivery;
}

void Rounds::wake() {
    hungry_ = true;
    hunger_.notify_one();
}

void Rounds::start(const Delivery& delivery) {
    ++attempted_[receiver_of(delivery)];
    if (delivery.lane) lanes_.insert(*delivery.lane);
}

std::optional<Delivery> Rounds::take(Share share) {
    std::unique_lock guard(lock_);
    while (!stopped_) {
        for (const bool also_silent : {false, true}) {
            for (const auto queue : {Queue::urgent, Queue::messages, Queue::hooks}) {
                if (is_hook(queue) ? !share.hooks : !share.messages) continue;
                if (auto delivery = pick(queue, also_silent)) {
                    start(*delivery);
                    if (waiting_of(queue).more && waiting_of(queue).list.size() < kept / 4) wake();
                    return delivery;
                }
            }
        }
        work_.wait(guard);
    }
    return {};
}

void Rounds::done(const Delivery& delivery, bool answered) {
    const std::lock_guard guard(lock_);
    const auto receiver = receiver_of(delivery);
    if (answered) silent_until_.erase(receiver);
    else silent_until_[receiver] = steady_now() + silent_for;
    if (--attempted_[receiver] == 0) attempted_.erase(receiver);
    if (delivery.lane) lanes_.erase(*delivery.lane);
    in_hand_.erase(delivery.id);
    if (delivery.lane || in_hand_.empty()) wake();  // what waited for this one may be due
    work_.notify_all();
}

void Rounds::following(const Delivery& before, const Delivery& next) {
    const std::lock_guard guard(lock_);
    in_hand_.erase(before.id);
    in_hand_.insert(next.id);
    std::erase_if(waiting_of(next.queue).list, [&](const Delivery& each) { return each.id == next.id; });
}

bool Rounds::idle() const {
    const std::lock_guard guard(lock_);
    return in_hand_.empty();
}

void Rounds::stop() {
    const std::lock_guard guard(lock_);
    stopped_ = true;
    work_.notify_all();
    hunger_.notify_all();
}

}  // namespace authtickets::delivery
