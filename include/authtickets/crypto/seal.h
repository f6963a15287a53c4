// SPDX-License-Identifier: MIT
// Sealing of what must be read back: XChaCha20-Poly1305. sealed = key id (4) + nonce (24) + ciphertext and tag.
// The place (table, column, row, user) is associated data, so that a value moved elsewhere does not open (PW10).
#pragma once

#include <optional>
#include <string>

#include <authtickets/base/ids.h>
#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/crypto/keyring.h>

namespace authtickets::crypto {

struct Place {
    std::string_view table, column;
    RealmNo realm;
    Uuid row;
    Uuid user;
};

std::string seal(Keyring&, Purpose, Time now, Rng&, const Place&, const Secret& open);
std::optional<Secret> unseal(Keyring&, Purpose, const Place&, std::string_view sealed);
std::optional<KeyId> key_of(std::string_view sealed);

}  // namespace authtickets::crypto
