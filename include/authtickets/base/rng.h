// SPDX-License-Identifier: MIT
// Chance comes from here and nowhere else, so that a test can print the exact token.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace authtickets {

class Rng {
public:
    virtual ~Rng() = default;
    virtual void fill(std::span<std::uint8_t>) = 0;
    // For what anybody may know: ids. It may have been drawn some requests ago.
    virtual void fill_id(std::span<std::uint8_t> out) { fill(out); }

    template <std::size_t N>
    std::array<std::uint8_t, N> bytes() {
        std::array<std::uint8_t, N> out;
        fill(out);
        return out;
    }
};

// The system's generator (libsodium's randombytes). Safe to share between threads.
class SystemRng final : public Rng {
public:
    void fill(std::span<std::uint8_t>) override;
    void fill_id(std::span<std::uint8_t>) override;
};

}  // namespace authtickets
