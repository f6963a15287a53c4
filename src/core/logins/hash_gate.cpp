// SPDX-License-Identifier: MIT
// The hash gate (PW11). Slot files are locked by flock, so that FastCGI, fcgid and CGI processes of a host share the
// slots and a killed process gives its slot back. Waiting is by asking again every few milliseconds: flock has no
// time limit, and the wait is short against the hash that it waits for.
#include <authtickets/core/logins.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

namespace authtickets::logins {
namespace {

constexpr auto ask_again = std::chrono::milliseconds(2);

class Slot {
public:
    explicit Slot(const std::string& path) : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0660)) {
        if (fd_ < 0) throw Unavailable("hash.folder: cannot open " + path + ": " + std::strerror(errno));
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { close(fd_); }  // gives the lock back
    bool take() { return flock(fd_, LOCK_EX | LOCK_NB) == 0; }

private:
    int fd_;
};

}  // namespace

struct HashGate::Impl {
    std::string folder;
    unsigned slots;
    unsigned most_waiting;
    Millis longest_wait;
    std::atomic<unsigned> waiting{0};

    // One slot after another, beginning at a different one for each thread.
    std::unique_ptr<Slot> free_slot() {
        static std::atomic<unsigned> next{0};
        const unsigned first = next++;
        for (unsigned i = 0; i < slots; ++i) {
            auto slot = std::make_unique<Slot>(folder + "/slot-" + std::to_string((first + i) % slots));
            if (slot->take()) return slot;
        }
        return nullptr;
    }

    std::unique_ptr<Slot> wait_for_slot() {
        if (auto slot = free_slot()) return slot;
        struct Waiting {
            std::atomic<unsigned>& count;
            unsigned mine;
            explicit Waiting(std::atomic<unsigned>& all) : count(all), mine(++all) {}
            ~Waiting() { --count; }
        } here(waiting);
        if (here.mine > most_waiting) return nullptr;
        const auto until = steady_now() + longest_wait;
        while (steady_now() < until) {
            std::this_thread::sleep_for(ask_again);
            if (auto slot = free_slot()) return slot;
        }
        return nullptr;
    }
};

HashGate::HashGate(std::string folder, unsigned slots, unsigned most_waiting, Millis longest_wait)
    : impl_(std::make_unique<Impl>()) {
    impl_->folder = std::move(folder);
    impl_->slots = slots != 0 ? slots : std::max(1U, std::thread::hardware_concurrency());
    impl_->most_waiting = std::max(1U, most_waiting);
    impl_->longest_wait = longest_wait;
    mkdir(impl_->folder.c_str(), 0770);  // where its parent exists; opening a slot says what is wrong otherwise
}

HashGate::~HashGate() = default;

Result<void> HashGate::run(const std::function<void()>& work) {
    const auto slot = impl_->wait_for_slot();
    if (!slot) return refuse(Refusal{.why = Why::busy, .retry_after = Seconds(2)});
    work();
    return {};
}

}  // namespace authtickets::logins
