// SPDX-License-Identifier: MIT
// Recovery codes (docs/security.md, section 4): the way in without the authenticator app. Ten of 80 random bits, of which
// keyed hashes rest; each is good once. Tries are charged to the authenticator's count before anything is compared (RC5).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <authtickets/core/totp.h>

namespace authtickets::recovery_codes {

inline constexpr unsigned how_many = 10;             // RC1
inline constexpr std::size_t symbols = 16;

// --- rules

inline constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // without 0 O 1 I
Secret code_of(ByteView ten);                        // 80 bits as sixteen symbols
Secret shown(const Secret& code);                    // "ABCD-EFGH-JKLM-NPQR"
// Letter case, blanks and hyphens do not matter. None unless sixteen symbols of the alphabet.
std::optional<Secret> normal(std::string_view typed);

// --- the service

struct Set {
    std::uint32_t number = 0;                        // what confirm() takes
    std::vector<Secret> codes{};                     // as they are shown; once, and nowhere again (RC4)
};

// A try between charge and verdict.
struct Attempt {
    UserId user{};
    bool right = false;
    totp::Reason reason = totp::Reason::none;
    totp::Charge charge{};
    bool pauses() const { return !right && charge.pauses(); }
    bool blocks() const { return !right && charge.blocks(); }
    Bytes hash{};
};

class RecoveryCodes {
public:
    RecoveryCodes(crypto::Keyring& keys, Rng& rng, totp::Totp& totp) : keys_(keys), rng_(rng), totp_(totp) {}

    // A new set, which voids the old one. None where no authenticator is on.
    std::optional<Set> make(db::Tx&, const Context&, const UserId&);
    // The user has saved this set: whether this call was the one that said so first. False for a set that is replaced.
    bool confirm(db::Tx&, const Context&, const UserId&, std::uint32_t set);

    Attempt attempt(db::Db&, const Context&, const UserId&, std::string_view typed);  // three statements
    // Of a right try: true for one of those that race. It ends the count of wrong ones; the authenticator stays on (RC6).
    bool consume(db::Tx&, const Context&, const Attempt&);
    unsigned left(db::Session&, RealmNo, const UserId&);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
    totp::Totp& totp_;
};

void remove(db::Session&, RealmNo, const UserId&);   // all of the user's
bool names_key(db::Session&, crypto::KeyId);

}  // namespace authtickets::recovery_codes
