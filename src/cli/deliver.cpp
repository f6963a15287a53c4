// SPDX-License-Identifier: MIT
// `deliver`: the worker in the foreground, until SIGTERM or SIGINT, or until nothing is due.
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <authtickets/delivery/worker.h>
#include <authtickets/net/https.h>

#include "cli/commands.h"
#include "cli/show.h"
#include "pages/words.h"

namespace authtickets::cli {
namespace {

constexpr Millis patience = std::chrono::seconds(10);  // with attempts in hand, when it is to leave

// SIGTERM and SIGINT as something to read; blocked in this thread, and so in all it starts.
class Signals {
public:
    Signals() {
        ::sigemptyset(&wanted_);
        ::sigaddset(&wanted_, SIGTERM);
        ::sigaddset(&wanted_, SIGINT);
        descriptor_ = ::signalfd(-1, &wanted_, SFD_CLOEXEC);
        if (descriptor_ < 0 || ::pthread_sigmask(SIG_BLOCK, &wanted_, &before_) != 0) throw Failed("signals cannot be waited for");
    }
    ~Signals() {
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        ::close(descriptor_);
    }
    Signals(const Signals&) = delete;
    // False when `other` became readable first. The signal is taken: one that is still there when signals are let through
    // again ends the process on the spot.
    bool wait(int other) const {
        pollfd either[] = {{.fd = descriptor_, .events = POLLIN, .revents = 0}, {.fd = other, .events = POLLIN, .revents = 0}};
        while (::poll(either, 2, -1) < 0 && errno == EINTR) {
        }
        if (either[0].revents == 0) return false;
        signalfd_siginfo taken{};
        while (::read(descriptor_, &taken, sizeof taken) < 0 && errno == EINTR) {
        }
        return true;
    }

private:
    sigset_t wanted_{}, before_{};
    int descriptor_ = -1;
};

Json number(std::uint64_t value) { return Json(static_cast<std::int64_t>(value)); }

// In the words in which the desk's event log says it.
delivery::Said say(const outbox::Cause& cause, std::string_view locale) {
    const auto& words = pages::choose(locale, {}, {});
    const auto known = [&](const std::string& key) { return words.all().contains(key); };
    auto key = "e." + std::string(events::name(cause.event));
    if (cause.outcome == "failure" && known(key + ".not")) key += ".not";
    delivery::Said out{.what = std::string(words.at(key))};
    if (const auto why = "e.why." + cause.reason; known(why)) out.what += " (" + std::string(words.at(why)) + ")";
    if (const auto actor = "e.actor." + cause.actor; known(actor)) out.who = words.say(actor, {{"name", cause.operator_name}});
    return out;
}

}  // namespace

Output deliver(World& world, const Arguments& arguments) {
    const bool once = arguments.has("--once");
    const auto& config = world.config();
    const auto log = open_log(config.log_to, config.log_level);
    crypto::Keyring keys(config.keys_file, world.clock());
    // Before there are threads. What is missing is told at every mail, SMS and hook that would need it.
    if (const auto why = net::start(); !why.empty()) log->error("deliver.no_curl", {{"why", why}});

    const Signals signals;
    const delivery::Parts parts{.config = config,
                                .keys = keys,
                                .clock = world.clock(),
                                .rng = world.rng(),
                                .log = *log,
                                .ways = [&] { return delivery::ways_of(config, world.rng()); },
                                .say = say};
    delivery::Worker worker(parts, config.deliver_workers, once);
    if (!once) log->info("deliver.started", {{"workers", config.deliver_workers}});
    if (signals.wait(worker.descriptor())) {
        if (!once) log->info("deliver.stopping");
        worker.stop();
        if (!worker.finished(patience)) {
            // What they had in hand is repeated when its lease has run out.
            log->warn("deliver.left_behind", {{"workers", worker.threads_left()}});
            std::_Exit(0);  // what is stuck cannot be joined
        }
    }
    const auto done = worker.done();
    if (once && done.failed) throw Failed("not all that is due was worked off; the log has the reason");
    return {.json = Json::object({{"causes", number(done.causes)}, {"sent", number(done.sent)}, {"givenUp", number(done.given_up)}}),
            .text = once ? Sheet()
                               .line("causes", std::to_string(done.causes))
                               .line("sent", std::to_string(done.sent))
                               .line("given up", std::to_string(done.given_up))
                               .text()
                         : std::string{},
            .status = once && done.given_up != 0 ? 1 : 0};
}

}  // namespace authtickets::cli
