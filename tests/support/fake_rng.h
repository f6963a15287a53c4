// SPDX-License-Identifier: MIT
// Chance that is the same in every run: SplitMix64 from a seed. Ids and nonces of a test can be written down.
// Threads may share it; each call gets bytes of its own, in the order of the calls.
#pragma once

#include <atomic>

#include <authtickets/base/rng.h>

namespace authtickets::test {

class FakeRng final : public Rng {
  public:
    explicit FakeRng(std::uint64_t seed = 1) : state_(seed) {}

    void fill(std::span<std::uint8_t> out) override {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < out.size(); ++i, word >>= 8) {
            if (i % 8 == 0) word = next();
            out[i] = static_cast<std::uint8_t>(word);
        }
    }

  private:
    std::uint64_t next() {
        std::uint64_t z = state_.fetch_add(0x9E3779B97F4A7C15) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
    std::atomic<std::uint64_t> state_;
};

}  // namespace authtickets::test
