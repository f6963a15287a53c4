// SPDX-License-Identifier: MIT
// The hash gate (PW11). Slot files are locked by flock, so that FastCGI, fcgid and CGI processes of a host share the
// slots and a killed process gives its slot back. Of those who wait in this process the first one looks for a slot, the
// others sleep until they are first. It looks when one comes free here, and every few milliseconds for those of other
// processes: flock has no time limit, and the wait is short against the hash that it waits for.
// A file of the same kind stands for each time that the memory of a hash is kept, so that many processes with one request each
// do not keep more than the host has slots.
#include <authtickets/core/logins.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <authtickets/crypto/pwhash.h>

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
    ~Impl() {
        if (!kept.empty()) crypto::keep_hash_memory(0);
    }

    std::string folder;
    unsigned slots = 0;
    unsigned places = 0;
    Millis longest_wait{};
    std::atomic<unsigned> taken{0};    // of the places
    std::atomic<unsigned> refused{0};
    std::atomic<unsigned> next{0};
    std::mutex mutex;                  // of the queue
    std::condition_variable moved;
    std::deque<const void*> queue;
    std::mutex keeping;                // of what follows
    unsigned running = 0;
    std::vector<std::unique_ptr<Slot>> kept;  // a locked file for each time that this process may keep a hash's memory

    // Not all at the same second: a crowd that was sent away together would come again together.
    Refusal full() { return {.why = Why::busy, .retry_after = Seconds(1 + refused++ % 4)}; }

    // One slot after another, beginning at a different one for each thread.
    std::unique_ptr<Slot> free_slot() {
        const unsigned first = next++;
        for (unsigned i = 0; i < slots; ++i) {
            auto slot = std::make_unique<Slot>(folder + "/slot-" + std::to_string((first + i) % slots));
            if (slot->take()) return slot;
        }
        return nullptr;
    }

    std::unique_ptr<Slot> wait_for_slot() {
        const auto until = steady_now() + longest_wait;
        std::unique_lock lock(mutex);
        struct InQueue {
            Impl& gate;
            explicit InQueue(Impl& of) : gate(of) { gate.queue.push_back(this); }
            InQueue(const InQueue&) = delete;
            ~InQueue() {
                std::erase(gate.queue, static_cast<const void*>(this));
                gate.moved.notify_all();
            }
        } here(*this);
        for (;;) {
            const bool first = queue.front() == &here;
            if (first) {
                if (auto slot = free_slot()) return slot;
            }
            const auto left = until - steady_now();
            if (left <= Millis(0)) return nullptr;
            moved.wait_for(lock, first ? std::min<Millis>(left, ask_again) : left);
        }
    }
    // One more hash runs; its memory may be kept behind it where a file is free for that.
    void begin() {
        const std::lock_guard lock(keeping);
        if (++running <= kept.size()) return;
        try {
            for (unsigned i = 0; i < slots; ++i) {
                auto file = std::make_unique<Slot>(folder + "/memory-" + std::to_string(i));
                if (!file->take()) continue;
                kept.push_back(std::move(file));
                crypto::keep_hash_memory(static_cast<unsigned>(kept.size()));
                return;
            }
        } catch (const Unavailable&) {  // another user's file: a hash works without, only slower
        }
    }
    // The files go with the memory that they stand for, so that another process may keep as much.
    void rest(Millis unused_for) {
        const std::lock_guard lock(keeping);
        const auto used = crypto::rest_hash_memory(unused_for) + running;
        if (used >= kept.size()) return;
        crypto::keep_hash_memory(used);
        kept.resize(used);
    }
    void come_free(std::unique_ptr<Slot> slot) {
        {
            const std::lock_guard lock(keeping);
            --running;
        }
        slot.reset();
        const std::lock_guard lock(mutex);
        moved.notify_all();
    }
};

HashGate::HashGate(std::string folder, unsigned slots, unsigned places, Millis longest_wait)
    : impl_(std::make_unique<Impl>()) {
    impl_->folder = std::move(folder);
    impl_->slots = slots != 0 ? slots : std::max(1U, std::thread::hardware_concurrency());
    impl_->places = std::max(1U, places);
    impl_->longest_wait = longest_wait;
    mkdir(impl_->folder.c_str(), 0770);  // where its parent exists; opening a slot says what is wrong otherwise
}

HashGate::~HashGate() = default;

void HashGate::Leave::operator()(Impl* gate) const noexcept { --gate->taken; }

Result<HashGate::Place> HashGate::enter() {
    auto taken = impl_->taken.load();
    do {
        if (taken >= impl_->places) return refuse(impl_->full());
    } while (!impl_->taken.compare_exchange_weak(taken, taken + 1));
    Place place(impl_.get());
    return place;
}

Result<void> HashGate::run(const Place&, const std::function<void()>& work) {
    auto slot = impl_->wait_for_slot();
    if (!slot) return refuse(impl_->full());
    struct Free {
        Impl& gate;
        std::unique_ptr<Slot>& slot;
        ~Free() { gate.come_free(std::move(slot)); }
    } at_the_end{*impl_, slot};
    impl_->begin();
    work();
    return {};
}

Result<void> HashGate::run(const std::function<void()>& work) {
    const auto place = enter();
    if (!place) return refuse(place.error());
    return run(*place, work);
}

void HashGate::rest(Millis unused_for) { impl_->rest(unused_for); }

}  // namespace authtickets::logins
