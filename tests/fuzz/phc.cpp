// Stored password strings: reading one never computes more than the bounds allow; only cheap ones are
// computed here. SPDX-License-Identifier: MIT
#include <authtickets/crypto/hmac.h>
#include <authtickets/crypto/pwhash.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool started = (crypto::start(), true);
    fuzz::require(started);
    constexpr crypto::HashCost cheap{.memory_kib = 64, .passes = 1};
    const Secret stored(fuzz::text_of(data, size));
    if (!crypto::needs_rehash(stored, cheap))
        (void)crypto::verify_password(Secret(std::string_view("x")), stored);
    return 0;
}
