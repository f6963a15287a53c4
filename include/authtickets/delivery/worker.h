// SPDX-License-Identifier: MIT
// The worker: takes causes, owes messages, and sends them until each was sent or is given up. Any number may run, on any
// number of hosts. It is killed without harm: what was not noted is sent again, nothing is lost.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <authtickets/base/clock.h>
#include <authtickets/base/config.h>
#include <authtickets/base/log.h>
#include <authtickets/base/rng.h>
#include <authtickets/core/outbox.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/delivery/ways.h>

namespace authtickets::delivery {

// The ways of one thread.
struct Ways {
    std::unique_ptr<MailWay> mail;
    std::unique_ptr<SmsWay> sms;
    std::function<Sent(HookFormat, const std::string& url, std::span<const std::string> headers, std::string_view body)> hook;
};
Ways ways_of(const Config&, Rng&);

// How a notice says what happened and who did it, in a reader's language. Both come from the words of the event log.
struct Said {
    std::string what{}, who{};
};
using Say = std::function<Said(const outbox::Cause&, std::string_view locale)>;

// What a process has once; it outlives the worker.
struct Parts {
    const Config& config;
    crypto::Keyring& keys;
    Clock& clock;
    Rng& rng;
    Log& log;
    std::function<Ways()> ways;  // called once for each thread, by it
    Say say{};                   // none: the event's name
};

class Worker {
public:
    // Threads start at once. once: they end by themselves when nothing is due.
    Worker(const Parts&, unsigned threads, bool once);
    // stop() and waits for all; call finished() before, where that may take too long.
    ~Worker();
    Worker(const Worker&) = delete;

    void stop();  // no new attempt begins
    // Waits at most so long for the threads to leave; true: they have.
    bool finished(Millis most);
    int descriptor() const;     // readable once they have all left, for poll()
    // So far. given_up counts messages that had lost their use too.
    struct Done {
        std::uint64_t causes = 0, sent = 0, given_up = 0;
        bool failed = false;    // once: the database was away, or a fault; what is due was not worked off
    };
    Done done() const;
    unsigned threads_left() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace authtickets::delivery
