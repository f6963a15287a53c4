// SPDX-License-Identifier: MIT
// The memory of Argon2id, kept from one hash to the next (D415, docs/decisions.md). Within this folder.
#pragma once

#include <cstddef>

namespace authtickets::crypto {

// While it lives, libsodium's next hash of so many bytes computes in memory that was used before: mapped, and the calling
// thread's alone. Where none can be had, or under a sanitizer, libsodium asks the system as it always does.
class HashMemory {
public:
    explicit HashMemory(std::size_t bytes) noexcept;
    HashMemory(const HashMemory&) = delete;
    ~HashMemory();
};

}  // namespace authtickets::crypto
