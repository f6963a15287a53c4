// Tokens: as they come, and with the right MAC put behind the input, so that the reading of fields is
// reached. SPDX-License-Identifier: MIT
#include <authtickets/crypto/token.h>
#include <fuzz/fuzz.h>
#include <support/keys.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static test::Keys keys;
    fuzz::require(!crypto::read_token(keys.ring, fuzz::text_of(data, size)));

    ByteWriter out;
    out.number(crypto::KeyId{7});
    out.raw(ByteView(data, size));
    const auto key = keys.ring.subkey(crypto::Purpose::token, 7);
    out.raw(crypto::hmac_sha256(*key, out.bytes()));
    const auto text = base64url(out.bytes());
    if (const auto token = crypto::read_token(keys.ring, text)) {
        fuzz::require(crypto::write_token(keys.ring, keys.clock.now(), *token) == text);
    }
    return 0;
}
