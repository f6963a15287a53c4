// SPDX-License-Identifier: MIT
// Password hashes made by other systems (docs/import.md, "Password hashes"). Fast ones are wrapped when they
// come in: Argon2id over the old value, which itself then rests nowhere. Slow ones are kept until the first
// right sign-in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/crypto/pwhash.h>

namespace authtickets::crypto {

enum class ForeignScheme {
    bcrypt,
    sha512_crypt,
    sha256_crypt,
    phpass,
    django_pbkdf2_sha256,
    django_pbkdf2_sha1,
    md5_salt_first,
    md5_salt_last,
    sha256_salt_first,
    magento_chain,
    argon2id,
};

std::string_view name(ForeignScheme);  // "md5-salt-first", as `format` below takes it

struct ForeignHash {
    ForeignScheme scheme{};
    std::string setting{};  // what the old system mixed in: cost, salt, versions; as the old system wrote it
    Secret digest{};        // what it came to; hex in lower case
};

// Longest stored form. Sealed it must fit VARBINARY(512), and sealing adds 44 bytes.
inline constexpr std::size_t longest_stored = 400;

// Reads a hash made elsewhere. `format` empty: recognised by its shape; else one of "bcrypt", "sha512-crypt",
// "sha256-crypt", "phpass", "django", "magento", "md5-salt-first", "md5-salt-last", "sha256-salt-first",
// "argon2id". A text may carry its format itself, in braces in front: "{md5-salt-last}5f4d...:salt". Refused
// (bad_parameter, field "password_hash", the text never repeats the hash) when it cannot be read or its cost
// is out of bounds.
Result<ForeignHash> read_foreign_hash(std::string_view text, std::string_view format = {});

bool needs_wrapping(const ForeignHash&);

// What rests in the database, before sealing: "$wrapped$NAME$SETTING$argon2id$..." or "$foreign$NAME$TEXT".
// Hashes once when it wraps.
Secret stored_form(const ForeignHash&, HashCost);

// Verifies any stored string: our own Argon2id, a kept foreign one, a wrapped one. The cost is bounded and
// judged from the string before any work; a string that cannot be read is no match.
bool verify_stored(const Secret& password, const Secret& stored);
Derived derive_stored(const Secret& password, const Secret& stored);  // crypto/pwhash.h

// To be replaced at the next right sign-in; needs_rehash() says so too.
// The old system looked at a part of the password only: bcrypt at 72 bytes. Such a match says nothing of the rest, which
// must not become the password.
bool cut_off(const Secret& password, const Secret& stored);
bool is_foreign(const Secret& stored);

}  // namespace authtickets::crypto
