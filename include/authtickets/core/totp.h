// SPDX-License-Identifier: MIT
// Authenticator apps (docs/security.md, section 3): time-based one-time codes by RFC 6238. A user has one at most; its
// secret rests sealed. A try is charged by an autocommitted statement before anything is compared (TO5), and consumed by a
// guarded statement in the use case's transaction (TO4). Recovery codes are charged to the same count (RC5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/realms.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::totp {

inline constexpr std::size_t secret_bytes = 20;              // TO1
inline constexpr Seconds setup_life{600};                    // TO8
inline constexpr unsigned pause_after = 10;                  // TO5: wrong tries in a row
inline constexpr std::chrono::minutes pause{15};
inline constexpr unsigned most_failures = 100;               // TO5: then it is blocked until it is turned off
inline constexpr int nearest_steps = 4;                      // a phone that far off is told of as drift; nothing is taken from it

// --- rules

std::int64_t step_of(Time);                                  // TO2: of 30 seconds since 1970
Secret code_at(const Secret& secret, std::int64_t step, unsigned digits = 6);  // eight for the vectors of RFC 6238
Secret base32(const Secret& bytes);                          // RFC 4648 section 6, without padding
Secret in_groups(const Secret& base32);                      // "JBSW Y3DP ...", to be typed by people
// otpauth://totp/Shop:user?...: what the QR picture of the set-up holds.
Secret otpauth_uri(std::string_view shop, std::string_view user_name, const Secret& secret);

// Why a try is not right; for the log and for what the user is told.
enum class Reason : std::uint8_t {
    none,
    malformed,  // not six digits (TO9), no recovery code: nothing was charged (TH7)
    absent,     // the user has no authenticator
    wrong,
    replayed,   // right, but its step or a later one was used (TO4)
    drift,      // right for a clock that is too far off: wrong
    paused,     // ten wrong ones in a row: nothing was compared
    blocked,    // a hundred
};
std::string_view name(Reason);

struct Verdict {
    Reason reason = Reason::wrong;   // none: right
    std::int64_t step = 0;
    int drift = 0;                   // steps that the app is ahead of us (TO6)
};
// Of six digits. Takes the same time whatever they are.
Verdict judge(const Secret& secret, std::string_view digits, std::int64_t now, unsigned skew, std::int64_t last_step);

// --- the service

struct Setup {
    Secret secret;
    Time expires_at{};
    bool fresh = false;              // made by this call
};

struct Activation {
    bool on = false;
    bool moved = false;              // it takes the place of another app
    bool expired = false;            // there is no live set-up: it ran out, or another call was first
    Reason reason = Reason::none;    // of a wrong code
};

// A charge made before anything is compared.
struct Charge {
    bool admitted = false;
    Reason reason = Reason::none;    // why not
    unsigned failed = 0;             // which one in a row it is; of what was admitted
    std::optional<Time> paused_until{};
    bool pauses() const { return admitted && failed != 0 && failed % pause_after == 0; }  // when it proves wrong
    bool blocks() const { return admitted && failed >= most_failures; }
};

// A try between charge and verdict.
struct Attempt {
    UserId user{};
    bool right = false;
    Reason reason = Reason::none;
    std::int64_t step = 0, last_step = 0;
    int drift = 0;
    Charge charge{};
    bool pauses() const { return !right && reason != Reason::replayed && charge.pauses(); }  // for one of those that race
    bool blocks() const { return !right && reason != Reason::replayed && charge.blocks(); }
    std::string sealed{}, resealed{};  // the secret that was compared, and under the key that signs
};

// For pages, the desk and commands.
struct State {
    Time enabled_at{}, made_at{};    // since when one is on; since when it is this app
    std::optional<Time> last_used_at{};
    int drift = 0;                   // TO6
    unsigned failed = 0;
    std::optional<Time> paused_until{}, blocked_at{};
    std::uint32_t codes_set = 0;     // 0: none was ever made
    std::optional<Time> codes_made_at{}, codes_confirmed_at{};
    unsigned codes_left = 0;
};

class Totp {
public:
    Totp(crypto::Keyring& keys, Rng& rng) : keys_(keys), rng_(rng) {}

    // The set-up that waits for its first code: the same one while it lives, so that a reload breaks nothing. Changes
    // nothing of an authenticator that is on. One statement, three for a new one.
    Setup setup(db::Session&, const Context&, const UserId&);
    // The first code of a set-up turns the authenticator on, or moves it to the new app: recovery codes, and the count of
    // wrong tries with its pause and block, stay. The code is used by it (TO4).
    Activation activate(db::Tx&, const Context&, const realms::Settings&, const UserId&, std::string_view typed);

    // Two statements; three where a right code was used before: that is no guess and takes its charge back.
    Attempt attempt(db::Db&, const Context&, const realms::Settings&, const UserId&, std::string_view typed);
    // Of a right try: true for one of those that race. It ends the count of wrong ones.
    bool consume(db::Tx&, const Context&, const Attempt&);
    // For a right try that changed nothing: another was first, or what it did was undone.
    void give_back(db::Session&, const Context&, const Attempt&);

    // Secret, set-up and recovery codes go for good. Whether it was on: of two that turn it off one is told so.
    bool turn_off(db::Tx&, const Context&, const UserId&);
    std::optional<State> state(db::Session&, RealmNo, const UserId&);  // none: it is off

    // For keys reseal: secrets under another key come under the one that signs. A page of the realm's above `after`.
    struct Resealed {
        std::uint64_t done = 0, lost = 0;  // lost: a key that is gone, or a row that was changed
        std::optional<UserId> last{};      // none: that was the last page
    };
    Resealed reseal(db::Db&, const Context&, const UserId& after);

    // For core/recovery_codes, which shares the count (RC5).
    Charge charge(db::Db&, const Context&, const UserId&);                        // two statements
    void forgive(db::Tx&, const Context&, const UserId&);
    // The number of the set to come; none where there is no authenticator. Who has it alone makes a set, until COMMIT.
    std::optional<std::uint32_t> begin_codes(db::Tx&, const Context&, const UserId&);
    // Whether this call was the one that confirmed this set.
    bool confirm_codes(db::Tx&, const Context&, const UserId&, std::uint32_t set);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
};

bool remove(db::Tx&, RealmNo, const UserId&);  // turn_off, of a user who is deleted
bool names_key(db::Session&, crypto::KeyId);
std::vector<crypto::KeyId> keys_named(db::Session&);  // by the secrets of all realms' apps
std::uint64_t purge_setups(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::totp
