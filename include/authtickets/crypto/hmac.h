// SPDX-License-Identifier: MIT
// Hashes and keyed hashes: bytes in, bytes out. libsodium for SHA-256, libcrypto for HMAC.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <authtickets/base/bytes.h>

namespace authtickets::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView);
std::array<std::uint8_t, 20> sha1(ByteView);                       // for lists of breached passwords, which name them so (PW5)
// The same of what comes piece by piece.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    void feed(ByteView);
    Digest finish();  // once

private:
    struct State;
    std::unique_ptr<State> state_;
};
Digest hmac_sha256(ByteView subkey, ByteView data);                // RFC 2104, RFC 4231 vectors; a thread remembers its last four keys
Digest hmac_sha256_once(ByteView key, ByteView data);              // the same by a key that is remembered nowhere
std::array<std::uint8_t, 20> hmac_sha1(ByteView key, ByteView data);  // of RFC 4226 and 6238 only (TO2)
Digest hkdf_sha256(ByteView key, ByteView salt, ByteView info);    // RFC 5869, 32 bytes out
bool equal(ByteView, ByteView);                                    // constant time in the content (EN5)

// Must have run once before anything else of crypto/ (and base/rng) is used; safe to repeat.
void start();

}  // namespace authtickets::crypto
