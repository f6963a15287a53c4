// SPDX-License-Identifier: MIT
// Who of the worker's threads attempts what next. One thread brings what is due, the others take it. Two things are kept:
// of a lane one message at a time, and a receiver that does not answer holds no more than its share of the threads, so that
// nobody else waits for it. No database here.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include <authtickets/core/deliveries.h>

namespace authtickets::delivery {

class Rounds {
public:
    // Which queues a thread serves: messages, hooks, or both when there is but one thread.
    struct Share {
        bool messages = false, hooks = false;
    };
    explicit Rounds(unsigned threads);
    Share share(unsigned thread) const;

    // For the thread that brings: how many more of a queue are wanted, and of whom none.
    unsigned wanted(deliveries::Queue) const;
    deliveries::Spared spared(deliveries::Queue) const;
    // What was found of a queue when so many were asked for. Those in hand already are left out; how many were new.
    unsigned bring(deliveries::Queue, std::vector<deliveries::Delivery>, unsigned asked);
    // Sleeps until somebody could do more than there is, at most so long; true: that is so.
    bool wait_for_hunger(Millis most);

    // For the others: the next one, or none when it is time to leave.
    std::optional<deliveries::Delivery> take(Share);
    // The one taken is done with. following(): the next of its lane was taken in its place.
    void done(const deliveries::Delivery&, bool answered);
    void following(const deliveries::Delivery& before, const deliveries::Delivery& next);

    bool idle() const;   // nothing waits here and nothing is in hand
    void stop();

private:
    // Whom a message needs an answer of.
    using Receiver = Uuid;
    static Receiver receiver_of(const deliveries::Delivery&);
    struct Waiting {
        std::deque<deliveries::Delivery> list;
        bool more = false;                       // there are others behind them
    };
    Waiting& waiting_of(deliveries::Queue);
    const Waiting& waiting_of(deliveries::Queue) const;
    bool silent(const Receiver&) const;
    bool may_start(const deliveries::Delivery&, bool also_silent) const;
    std::optional<deliveries::Delivery> pick(deliveries::Queue, bool also_silent);
    void start(const deliveries::Delivery&);
    void wake();

    mutable std::mutex lock_;
    std::condition_variable work_, hunger_;
    bool stopped_ = false, hungry_ = false;
    unsigned threads_, message_threads_, hook_threads_;
    Waiting urgent_, messages_, hooks_;
    std::set<DeliveryId> in_hand_;               // waiting here or being attempted
    std::map<Receiver, unsigned> attempted_;     // how many threads are at it
    std::set<Uuid> lanes_;                       // being attempted
    std::map<Receiver, Millis> silent_until_;    // by the steady clock
};

}  // namespace authtickets::delivery
