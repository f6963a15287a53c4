// SPDX-License-Identifier: MIT
// FastCGI by libfcgi: one worker thread = one FCGX_Request = one Answer, with nothing shared between workers but what
// server.h names. Waiting is done here, by epoll, and not in libfcgi: it takes a signal that interrupts a read for the
// end of the connection, so waking idle workers by signals would cut a request that is half read.
#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <typeinfo>

#include "exchange.h"
#include "listening.h"

namespace authtickets::server {

namespace {

using namespace std::chrono_literals;

constexpr auto housekeeping_every = 10s;
constexpr auto patience = 10s;  // for requests in hand after the first signal
constexpr auto body_patience = 5s;  // for the whole body of a request

[[noreturn]] void system_fault(const char* call) {
    throw Fault(std::string(call) + ": " + std::generic_category().message(errno));
}

class Descriptor {
public:
    Descriptor(int number, const char* call) : number_(number) {
        if (number_ < 0) system_fault(call);
    }
    ~Descriptor() { ::close(number_); }
    Descriptor(const Descriptor&) = delete;
    int get() const { return number_; }

private:
    int number_;
};

// Something that happens once and can be waited for beside other descriptors.
class Flag {
public:
    void raise() {
        raised_ = true;
        const std::uint64_t one = 1;
        // Cannot fail: the counter is far from full.
        [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
    }
    bool raised() const { return raised_; }
    int descriptor() const { return event_.get(); }
    void wait(std::chrono::milliseconds most) const {
        pollfd one{.fd = event_.get(), .events = POLLIN, .revents = 0};
        ::poll(&one, 1, static_cast<int>(most.count()));
    }

private:
    Descriptor event_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"};
    std::atomic<bool> raised_ = false;
};

struct RaiseAtEnd {
    Flag& flag;
    ~RaiseAtEnd() { flag.raise(); }
};

// Sleeps until there may be a connection to accept. Exclusive: a connection wakes one worker, not all of them.
class Doorbell {
public:
    Doorbell(int listening, const Flag& stop) {
        add(listening, EPOLLIN | EPOLLEXCLUSIVE);
        add(stop.descriptor(), EPOLLIN);
    }
    void wait() const {
        epoll_event rung{};
        ::epoll_wait(epoll_.get(), &rung, 1, -1);
    }

private:
    void add(int descriptor, std::uint32_t events) const {
        epoll_event wanted{};
        wanted.events = events;
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &wanted) != 0) system_fault("epoll_ctl");
    }
    Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"};
};

// Clients that send their bodies slowly may hold three quarters of the workers; the rest stays for all others.
class BodySeats {
public:
    explicit BodySeats(unsigned workers) : most_(std::max(1U, workers * 3 / 4)) {}
    bool take() {
        if (++taken_ <= most_) return true;
        --taken_;
        return false;
    }
    void give_back() { --taken_; }

private:
    const unsigned most_;
    std::atomic<unsigned> taken_ = 0;
};

// libfcgi's state of one worker.
class Channel {
public:
    Channel(const Listening& socket, const Flag& stop, BodySeats& seats, Log& log)
        : doorbell_(socket.descriptor(), stop), socket_(socket), stop_(stop), seats_(seats), log_(log) {
        FCGX_InitRequest(&request_, socket.descriptor(), FCGI_FAIL_ACCEPT_ON_INTR);
    }
    ~Channel() {
        finish();
        FCGX_Free(&request_, 0);
        // libfcgi would wait up to two seconds for the web server to close its end.
        if (request_.ipcFd >= 0) ::close(request_.ipcFd);
    }
    Channel(const Channel&) = delete;

    // True with a request in hand, false when it is time to leave. Ends the request before.
    bool next() {
        for (finish(); !stop_.raised() || socket_.closing(); wait_for_work()) {
            const int failed = next_is_here() ? FCGX_Accept_r(&request_) : -EAGAIN;
            if (failed == 0) return true;
            if (stop_.raised()) return false;
            if (failed == -EAGAIN || failed == -EINTR) continue;
            log_.error("fastcgi.accept", {{"code", -failed}});
            stop_.wait(100ms);  // too many open files, for instance: trying at once would only burn time
        }
        return false;
    }

    Environment environment() {
        environment_ = environment_of(request_.envp);
        const auto length = value_of(environment_, "CONTENT_LENGTH");
        // Of what an authorizer is asked about nothing is read, so that nobody can tell where it ends.
        body_unread_ = (!length.empty() && length != "0") || value_of(environment_, "FCGI_ROLE") == "AUTHORIZER";
        return environment_;
    }
    http::BodySource body() {
        const auto read = [this, until = steady_now() + body_patience](char* into, std::size_t size) {
            std::size_t count = 0;
            while (count < size && still_time(until)) {
                const int letter = FCGX_GetChar(request_.in);
                if (letter == EOF) break;
                into[count++] = static_cast<char>(letter);
            }
            return count;
        };
        const auto begin = [this] {
            body_left_ = !seats_.take();
            body_unread_ = body_left_;
            return !body_left_;
        };
        return {.read = read, .begin = begin, .end = [this] { seats_.give_back(); }};
    }
    void write(const std::string& text) {
        FCGX_PutStr(text.data(), static_cast<int>(text.size()), request_.out);
    }

private:
    // A body that was not awaited: libfcgi's lingering close would go on waiting for it, up to two seconds, with the web
    // server that waits for its client. All other requests are closed with care, since the web server may still be sending.
    void finish() {
        // On a connection that the web server keeps, what is left of a body would be taken for the next request.
        if (request_.in && request_.keepConnection && !input_ended()) request_.keepConnection = 0;
        if (request_.ipcFd >= 0 && body_left_ && !request_.keepConnection) {
            char unread[4096];
            while (::recv(request_.ipcFd, unread, sizeof unread, MSG_DONTWAIT) > 0) {
            }
            FCGX_Detach(&request_);
        }
        body_left_ = body_unread_ = false;
        FCGX_Finish_r(&request_);
    }

    // Whatever was announced: the stream has its end, and it has come.
    bool input_ended() const {
        if (body_unread_ || body_left_) return false;
        const timeval wait{.tv_sec = 1, .tv_usec = 0};
        ::setsockopt(request_.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        return FCGX_GetChar(request_.in) == EOF && FCGX_GetError(request_.in) == 0;
    }

    // A web server that streams bodies lets a slow client hold the worker. Before libfcgi reads on, its read gets what is
    // left of the time; a read that runs out is the end of the body, which then is shorter than promised.
    bool still_time(std::chrono::milliseconds until) {
        if (request_.in->rdNext != request_.in->stop) return true;
        const auto left = (until - steady_now()).count();
        body_left_ = left <= 0;
        if (body_left_) return false;
        const timeval wait{.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};
        ::setsockopt(request_.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        return true;
    }

    // A connection that the web server keeps is read only when there is something on it.
    bool next_is_here() const {
        pollfd kept{.fd = request_.ipcFd, .events = POLLIN, .revents = 0};
        return request_.ipcFd < 0 || ::poll(&kept, 1, 0) != 0;
    }
    void wait_for_work() const {
        if (request_.ipcFd < 0) return doorbell_.wait();
        pollfd either[] = {{.fd = request_.ipcFd, .events = POLLIN, .revents = 0},
                           {.fd = stop_.descriptor(), .events = POLLIN, .revents = 0}};
        ::poll(either, 2, -1);
    }

    Doorbell doorbell_;
    const Listening& socket_;
    const Flag& stop_;
    BodySeats& seats_;
    Log& log_;
    FCGX_Request request_{};
    bool body_left_ = false;    // given up, with more of it to come
    bool body_unread_ = false;  // announced, and not begun
    std::vector<std::string_view> environment_;
};

// We are no filter, and nothing that is not known yet.
const std::string& other_role() {
    static const std::string text = http::to_cgi({.status = 403}, false);
    return text;
}

class Worker {
public:
    Worker(const Entry& entry, const WithAnswer& with, const Listening& socket, const Flag& stop, BodySeats& seats)
        : entry_(entry), with_(with), socket_(socket), stop_(stop), seats_(seats) {}

    void run() {
        do {  // once at least: somebody may have come in before this thread could run
            try {
                with_([&](const Answer& answer) { answer_all(answer); });
            } catch (const std::exception& fault) {
                entry_.log.error("worker.fault", {{"type", typeid(fault).name()}, {"why", fault.what()}});
                stop_.wait(1s);
            }
        } while (!stop_.raised());
    }

private:
    void answer_all(const Answer& answer) {
        Channel channel(socket_, stop_, seats_, entry_.log);
        while (channel.next()) {
            const auto environment = channel.environment();
            const auto role = value_of(environment, "FCGI_ROLE");
            const bool ours = role == "RESPONDER" || role == "AUTHORIZER";
            channel.write(ours ? exchange(entry_, answer, environment, channel.body()) : other_role());
        }
    }

    const Entry& entry_;
    const WithAnswer& with_;
    const Listening& socket_;
    const Flag& stop_;
    BodySeats& seats_;
};

// SIGTERM and SIGINT as something to read; blocked in this thread, and so in all it starts.
class Signals {
public:
    Signals() {
        if (::pthread_sigmask(SIG_BLOCK, &wanted_, &before_) != 0) system_fault("pthread_sigmask");
    }
    ~Signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    Signals(const Signals&) = delete;
    // False when the time is over or `other` was raised first.
    bool wait(const Flag& other, std::chrono::milliseconds most) const {
        pollfd either[] = {{.fd = descriptor_.get(), .events = POLLIN, .revents = 0},
                           {.fd = other.descriptor(), .events = POLLIN, .revents = 0}};
        int ready = 0;
        while ((ready = ::poll(either, 2, static_cast<int>(most.count()))) < 0 && errno == EINTR) {
        }
        if (ready < 0) system_fault("poll");
        if ((either[0].revents & POLLIN) == 0) return false;
        signalfd_siginfo taken;
        return ::read(descriptor_.get(), &taken, sizeof taken) > 0;
    }

private:
    static sigset_t set() {
        sigset_t set;
        ::sigemptyset(&set);
        ::sigaddset(&set, SIGTERM);
        ::sigaddset(&set, SIGINT);
        return set;
    }
    sigset_t wanted_ = set();
    sigset_t before_{};
    Descriptor descriptor_{::signalfd(-1, &wanted_, SFD_CLOEXEC), "signalfd"};
};

}  // namespace

int run_fastcgi(const Entry& entry, const WithAnswer& with, const std::string& listen) {
    const Signals signals;
    Listening socket(listen);
    if (FCGX_Init() != 0) throw Fault("libfcgi could not be started");

    Flag stop, all_left;
    BodySeats seats(entry.workers);
    std::atomic<unsigned> left_to_go = entry.workers;
    std::vector<std::jthread> workers;
    const RaiseAtEnd leaving{stop};  // also when not all threads could be made
    for (unsigned i = 0; i < entry.workers; ++i) {
        workers.emplace_back([&] {
            Worker(entry, with, socket, stop, seats).run();
            if (--left_to_go == 0) all_left.raise();
        });
    }
    entry.log.info("server.started", {{"workers", entry.workers}});

    while (!signals.wait(all_left, housekeeping_every) && !all_left.raised()) {
        if (entry.housekeeping) entry.housekeeping();
    }
    entry.log.info("server.stopping");
    socket.close_door();
    stop.raise();
    signals.wait(all_left, patience);
    if (!all_left.raised()) {
        entry.log.warn("server.left_behind", {{"workers", left_to_go.load()}});
        std::_Exit(1);  // what is stuck cannot be joined
    }
    return 0;
}

}  // namespace authtickets::server
