// SPDX-License-Identifier: MIT
// The worker's threads: one takes causes and looks for what is due, the others send.
#include <authtickets/delivery/worker.h>

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "delivery/courier.h"
#include "delivery/rounds.h"

namespace authtickets::delivery {
namespace {

using deliveries::Delivery;
using deliveries::Queue;
using namespace std::chrono_literals;

constexpr Millis between_looks = 250ms;   // for causes
constexpr Millis between_seals = 1000ms;
constexpr Millis between_trails = 500ms;
constexpr unsigned looks_between_dues = 4;  // what another worker left, and what is tried again, may wait a little longer
constexpr auto database_again = 1000ms;
constexpr unsigned causes_at_once = 64;
constexpr unsigned in_a_row = 50;         // of a lane, before others of the queue get their turn

}  // namespace

Ways ways_of(const Config& config, Rng& rng) {
    const auto hook = std::make_shared<HookWay>(config);
    return {.mail = mail_way(config, rng), .sms = sms_way(config, rng), .hook = [hook](auto format, const auto& url, auto headers, auto body) {
                return hook->send(format, url, headers, body);
            }};
}

struct Worker::Impl {
    Impl(const Parts& given, unsigned threads, bool once) : parts(given), rounds(threads), once_only(once), running(threads + 1) {
        if (all_left < 0) throw Fault("eventfd: the worker cannot be started");
        try {
            for (unsigned i = 0; i < threads; ++i) {
                crew.emplace_back([this, share = rounds.share(i)] { live([&](Courier& courier) { send(courier, share); }); });
            }
            crew.emplace_back([this] { live([&](Courier& courier) { look(courier); }); });
        } catch (...) {  // not all threads could be made
            stop();
            throw;
        }
    }
    ~Impl() {
        stop();
        crew.clear();  // joins
        if (all_left >= 0) ::close(all_left);
    }

    void stop() {
        stopping = true;
        rounds.stop();
    }

    // A thread's life: whatever flies is said, and the thread goes on.
    template <class Work>
    void live(Work&& work) {
        try {
            Courier courier(parts, stopping);
            work(courier);
        } catch (const std::exception& fault) {
            parts.log.error("deliver.fault", {{"why", fault.what()}});
        }
        const std::lock_guard guard(leaving);
        if (--running == 0) {
            gone.notify_all();
            const std::uint64_t one = 1;
            (void)!::write(all_left, &one, sizeof one);
        }
    }

    void pause(Millis most) {
        for (const auto until = steady_now() + most; !stopping && steady_now() < until;) std::this_thread::sleep_for(50ms);
    }

    // Runs a piece of work; false when the database is away, which is said once.
    template <class Work>
    bool guarded(Work&& work) {
        try {
            work();
            if (away.exchange(false)) parts.log.info("deliver.database_back");
            return true;
        } catch (const Unavailable& fault) {
            if (!away.exchange(true)) parts.log.warn("deliver.database_away", {{"why", fault.what()}});
        } catch (const std::exception& fault) {
            parts.log.error("deliver.fault", {{"why", fault.what()}});
        }
        if (once_only) failed = true;
        pause(database_again);
        return false;
    }

    void look(Courier& courier) {
        bool more_to_seal = true, more_to_follow = true;
        Millis sealed_at{}, followed_at{};
        for (unsigned looks = 0; !stopping; ++looks) {
            const bool quiet = rounds.idle();
            unsigned causes = 0, fresh = 0, told = 0;
            bool good = true;
            if (more_to_follow || once_only || steady_now() - followed_at >= between_trails) {
                followed_at = steady_now();
                good = guarded([&] {
                    const auto followed = courier.follow();
                    told = followed.told;
                    more_to_follow = followed.more;
                });
                hungry = hungry || told != 0;
            }
            good &= guarded([&] {
                causes = courier.fan_out(causes_at_once);
                done.causes += causes;
                if (causes == 0 && !hungry && !once_only && looks % looks_between_dues != 0) return;
                for (const auto queue : {Queue::urgent, Queue::messages, Queue::hooks}) {
                    const auto most = rounds.wanted(queue);
                    if (most != 0) fresh += rounds.bring(queue, courier.due(queue, most, rounds.spared(queue)), most);
                }
            });
            if (good && (more_to_seal || steady_now() - sealed_at >= between_seals)) {
                sealed_at = steady_now();
                guarded([&] { more_to_seal = courier.seal(); });
            }
            if (once_only && ((good && quiet && causes == 0 && fresh == 0 && told == 0 && !more_to_seal && !more_to_follow) || failed)) stop();
            hungry = causes == causes_at_once || rounds.wait_for_hunger(between_looks);
        }
        guarded([&] { courier.leave(); });
    }

    void send(Courier& courier, Rounds::Share share) {
        while (auto delivery = rounds.take(share)) {
            bool answered = true;
            guarded([&] { answered = drain(courier, *delivery); });
            rounds.done(*delivery, answered);
        }
    }

    // This one, and what follows it in its lane. `delivery` is the last one that was taken.
    bool drain(Courier& courier, Delivery& delivery) {
        for (unsigned i = 0;; ++i) {
            const auto attempted = courier.attempt(delivery);
            if (attempted.did == Did::sent) ++done.sent;
            if (attempted.did == Did::abandoned) ++done.given_up;
            if (attempted.did != Did::sent || !delivery.lane || stopping || i == in_a_row) return attempted.answered;
            auto next = courier.next_of_lane(delivery);
            if (!next) return true;
            rounds.following(delivery, *next);
            delivery = std::move(*next);
        }
    }

    struct Counters {
        std::atomic<std::uint64_t> causes = 0, sent = 0, given_up = 0;
    };

    const Parts parts;
    Rounds rounds;
    const bool once_only;
    bool hungry = true;  // of the looking thread
    std::atomic<bool> stopping = false, away = false, failed = false;
    Counters done;
    int all_left = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    std::mutex leaving;
    std::condition_variable gone;
    unsigned running;
    std::vector<std::jthread> crew;
};

Worker::Worker(const Parts& parts, unsigned threads, bool once) : impl_(std::make_unique<Impl>(parts, threads, once)) {}
Worker::~Worker() = default;

void Worker::stop() { impl_->stop(); }

bool Worker::finished(Millis most) {
    std::unique_lock guard(impl_->leaving);
    return impl_->gone.wait_for(guard, most, [&] { return impl_->running == 0; });
}

int Worker::descriptor() const { return impl_->all_left; }

Worker::Done Worker::done() const {
    return {.causes = impl_->done.causes, .sent = impl_->done.sent, .given_up = impl_->done.given_up, .failed = impl_->failed};
}

unsigned Worker::threads_left() const {
    const std::lock_guard guard(impl_->leaving);
    return impl_->running;
}

}  // namespace authtickets::delivery
