// SPDX-License-Identifier: MIT
// The system's random generator, by way of libsodium.
#include <sodium.h>

#include <authtickets/base/rng.h>

namespace authtickets {

void SystemRng::fill(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }

}  // namespace authtickets
