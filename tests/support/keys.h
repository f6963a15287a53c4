// SPDX-License-Identifier: MIT
// A key file in a folder of the test's own, and a keyring on it.
#pragma once

#include <authtickets/crypto/keyring.h>
#include <support/fake_clock.h>
#include <support/folder.h>

namespace authtickets::test {

// The key whose bytes are first, first + 1, ...; key 7 with first 1 is that of tests/vectors/token.txt.
inline crypto::FileKey file_key(crypto::KeyId id, std::uint8_t first, std::string_view signs_from) {
    crypto::FileKey key;
    key.id = id;
    key.created_at = key.signs_from = parse_iso8601(signs_from).value();
    for (auto& byte : key.bytes) byte = first++;
    return key;
}

struct Keys {
    FakeClock clock;
    Folder folder;
    std::string file = folder.path("keys");
    crypto::Keyring ring;

    Keys() : Keys({file_key(7, 1, "2026-01-01T00:00:00Z")}) {}
    explicit Keys(std::vector<crypto::FileKey> keys) : ring((write(std::move(keys)), file), clock) {}

    void write(std::vector<crypto::FileKey> keys) const { crypto::write_key_file(file, {std::move(keys)}); }
};

}  // namespace authtickets::test
