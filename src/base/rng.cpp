// SPDX-License-Identifier: MIT
// The system's random generator, by way of libsodium. Ids take few bytes and are made at every request, so each thread draws
// some in advance. Everything else, codes and tokens before all, comes from the system when it is wanted.
#include <pthread.h>
#include <sodium.h>

#include <algorithm>
#include <atomic>

#include <authtickets/base/ids.h>
#include <authtickets/base/rng.h>

namespace authtickets {
namespace {

std::atomic<unsigned> forks{0};

class Pool {
  public:
    Pool() {
        [[maybe_unused]] static const int told = pthread_atfork(nullptr, nullptr, [] { ++forks; });
    }
    ~Pool() { sodium_memzero(bytes_.data(), bytes_.size()); }
    Pool(const Pool&) = delete;

    // Nothing is given out twice: what has left is wiped, and a child process throws away what its parent goes on with.
    void fill(std::span<std::uint8_t> out) {
        if (left_ < out.size() || forks_ != forks.load(std::memory_order_relaxed)) {
            randombytes_buf(bytes_.data(), bytes_.size());
            left_ = bytes_.size();
            forks_ = forks.load(std::memory_order_relaxed);
        }
        left_ -= out.size();
        const auto drawn = std::span(bytes_).subspan(left_, out.size());
        std::ranges::copy(drawn, out.begin());
        sodium_memzero(drawn.data(), drawn.size());
    }

  private:
    std::array<std::uint8_t, 256> bytes_{};
    std::size_t left_ = 0;
    unsigned forks_ = 0;
};

}  // namespace

void SystemRng::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

void SystemRng::fill_id(std::span<std::uint8_t> out) {
    if (out.size() > sizeof(Uuid::bytes)) return fill(out);
    thread_local Pool pool;
    pool.fill(out);
}

}  // namespace authtickets
