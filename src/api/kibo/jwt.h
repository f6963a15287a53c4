// SPDX-License-Identifier: MIT
// jwtAccessToken: a second copy of a ticket for clients that read its claims (kibo 4.4). It is written here and read by no
// code of this program: it opens nothing (TK1, docs/security.md). Pure but for the key file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/ids.h>
#include <authtickets/core/tickets.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/crypto/keyring.h>

namespace authtickets::kibo {

struct JwtClaims {
    // the shopper
    UserId user;
    Uuid session;
    bool anonymous = false;
    Time issued_at{}, expires_at{};
    std::uint32_t tenant{}, site{};
    std::optional<AccountNo> account{};
    std::string_view first_name{}, last_name{};
    std::optional<UserId> previous_anonymous{};
    // what it still owes, and when each factor was last shown
    struct Factors {
        tickets::Factor owes = tickets::Factor::none;
        std::optional<Time> password_at{}, app_at{}, email_at{}, sms_at{};
        bool used_recovery = false;
        std::optional<unsigned> recovery_left{};  // of the sign-in that used one
    } factors{};
    // the application
    ApplicationNo application;
    std::string_view client_id{}, application_name{};
    Time application_expires_at{};
    // both
    std::string_view issuer{};
    Uuid random{};  // gives the two `rnd`: claims tell a reader nothing about other tokens
};

std::string jwt_claims(const JwtClaims&);  // the JSON text in the middle part
std::string write_jwt(std::string_view claims, ByteView key);

// The realm's own key: HMAC of its number under the signer's subkey, so that no two realms share one.
crypto::Digest jwt_key(crypto::Keyring&, Time now, RealmNo);

}  // namespace authtickets::kibo
