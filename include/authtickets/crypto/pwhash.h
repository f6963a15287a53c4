// SPDX-License-Identifier: MIT
// Password strings: Argon2id by libsodium (PW8), stored sealed (PW10) by the caller.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <authtickets/base/secret.h>

namespace authtickets::crypto {

struct HashCost {
    std::uint32_t memory_kib = 19456;
    std::uint32_t passes = 2;
    bool operator==(const HashCost&) const = default;
};

// PW8: true for 19456/2, the listed equal choices and anything at least as costly as one of them.
bool strong_enough(HashCost);

Secret hash_password(const Secret& password, HashCost);  // "$argon2id$v=19$m=...,t=...,p=1$salt$hash"

// What verifying a stored string would cost is bounded before any work: above 128 MiB, 16 passes or 4 lanes
// the string counts as no match. A string that cannot be read is no match.
bool verify_password(const Secret& password, const Secret& stored);

// The same, and what the password was derived to, right or wrong: bytes by which one wrong password is told from another,
// at the price of the hash. Empty where nothing was derived, or the string is of a kind that libsodium gives no bytes of:
// another system's Argon2 with a salt or lanes of its own.
struct Derived {
    bool match = false;
    Secret value{};
};
Derived derive_password(const Secret& password, const Secret& stored);

// Why verify_password would do no work for this string: "must ...". Empty when it would.
std::string_view argon2_fault(std::string_view stored);

// The same work as verify_password, for a name that does not exist (EN2).
void verify_decoy(const Secret& password, HashCost);
Derived derive_decoy(const Secret& password, HashCost);  // no match; the same value whenever the password is the same

bool needs_rehash(const Secret& stored, HashCost);  // PW9

// The memory of a hash is kept for the next one of the same cost, `most` times at most; none until this is called. What is kept
// beyond that goes back at once.
void keep_hash_memory(unsigned most);
// Gives back to the system what no hash used for so long; how many times memory is kept still, without those in use.
unsigned rest_hash_memory(std::chrono::milliseconds unused_for);
bool keeps_hash_memory();  // false where this cannot be done: under sanitizers, on other systems

}  // namespace authtickets::crypto
