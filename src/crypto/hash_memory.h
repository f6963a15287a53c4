// SPDX-License-Identifier: MIT
// The memory of Argon2id, kept from one hash to the next (D415, docs/decisions.md). Within this folder.
#pragma once

#include <cstdint>

namespace authtickets::crypto {

// While it lives, libsodium's next hash of this cost computes in memory that is kept for hashes, the calling thread's alone
// meanwhile. Where none may be kept, where the hash would leave in it what a guess could be compared with (one pass, more than
// one lane), or under a sanitizer, libsodium asks the system as it always does. One at a time in a thread.
class HashMemory {
public:
    HashMemory(std::uint32_t memory_kib, std::uint32_t passes, std::uint32_t lanes) noexcept;
    HashMemory(const HashMemory&) = delete;
    ~HashMemory();
};

}  // namespace authtickets::crypto
