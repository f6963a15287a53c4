// SPDX-License-Identifier: MIT
// Tokens: our own references under a MAC (TK1).
//   base64url( key id 4 | kind 1 | realm 4 | id 16 | generation 4 | payload by kind | expiry 8 | HMAC-SHA-256 32 )
// Reading one costs an HMAC and no SQL; a forged or mangled token goes no further.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/ids.h>
#include <authtickets/base/secret.h>
#include <authtickets/crypto/keyring.h>

namespace authtickets::crypto {

// kind (written as one byte; never renumber), the row that `id` names, the payload
enum class TokenKind : std::uint8_t {
    ticket_access = 1,        // tickets
    ticket_refresh = 2,       // tickets
    cookie = 3,               // tickets; the session of a browser
    anonymous_access = 4,     // no row; id is the session; user 16, application 4
    anonymous_refresh = 5,    // no row; the same
    application_access = 6,   // application_tokens; application 4
    application_refresh = 7,  // application_tokens; application 4
    device = 8,               // devices; user 16
    implicit_access = 9,      // no row; application 4
    publishable = 10,         // no row; application 4; lives as long as its application may have it
    guest_access = 11,        // no row; application 4
};

struct Token {
    TokenKind kind{};
    RealmNo realm;
    Uuid id;
    std::uint32_t generation{};
    Time expires_at{};
    // by kind; zero where the kind has none
    UserId user{};
    ApplicationNo application{};
    bool operator==(const Token&) const = default;
};

std::string write_token(Keyring&, Time now, const Token&);

// None when forged, mangled, of an unknown key, or not spelled as write_token spells it. Expiry is the caller's to judge.
std::optional<Token> read_token(Keyring&, std::string_view);

}  // namespace authtickets::crypto
