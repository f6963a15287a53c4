// SPDX-License-Identifier: MIT
// Devices: what a user has shown a code from. A claimed fingerprint rests as a keyed hash; a device token of ours names the
// row itself (X6). A known device has a budget of its own while the login is locked (TH5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/bytes.h>
#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/realms.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::devices {

// What a caller claims of where it comes from. Missing, empty and over-long count as changed, never as unchanged (X6).
struct Evidence {
    std::string fingerprint{}, region{};
    std::string token{};          // our own device token
    bool broken = false;          // a fingerprint was sent that is none
    bool browser = false;         // our own pages: there is no fingerprint, and the token alone tells the device
};
inline constexpr std::size_t longest_fingerprint = 512, longest_region = 64;
std::string usable_fingerprint(std::string_view);   // rules: itself, or empty
std::string usable_region(std::string_view);

struct Print {                    // a fingerprint at rest
    Bytes hash{};
    crypto::KeyId key{};
};

struct Device {
    DeviceId id{};
    std::optional<Print> print{};
    bool stepped = false;         // a browser that a code was entered in; it has no fingerprint
    Time first_at{}, last_at{};
    std::optional<Time> trusted_until{};  // its sign-ins owe no second step until then
    std::string browser{};        // User-Agent, of what our pages recorded
};

inline constexpr unsigned tries_while_locked = 5;   // TH5, for a day
inline constexpr unsigned most_devices = 50;        // of a user; a newer one takes the place of the one longest unseen

// rules: whether trust spares this sign-in its second step. What lasts longer than the setting allows now is none.
bool trusts(const realms::Settings&, const std::optional<Time>& trusted_until, Time now);

struct Recorded {
    DeviceId id{};
    bool fresh = false;           // not known before
};

class Devices {
public:
    Devices(crypto::Keyring& keys, Rng& rng) : keys_(keys), rng_(rng) {}

    std::optional<Print> print(const Context&, const UserId&, std::string_view fingerprint);  // none: nothing usable
    // The device that the evidence shows, if it is known: by fingerprint, and by our token. At most one read.
    struct Known {
        std::optional<DeviceId> by_fingerprint{}, by_token{}, lifted_lock{};
        std::optional<Time> trusted_until{};  // of by_token
        // Whose budget beside a lock this is (TH5).
        const std::optional<DeviceId>& of_lock() const { return by_token ? by_token : lifted_lock ? lifted_lock : by_fingerprint; }
    };
    Known known(db::Session&, const Context&, const UserId&, const Evidence&);
    // Known from now on. In the transaction of the step that validated it.
    // One statement, for a new device two. The id is the new row's; of a device that was known, find() tells it.
    Recorded record(db::Tx&, const Context&, const realms::Settings&, const UserId&, const std::optional<Print>&);
    // The browser that a code was just entered in, which the token of an earlier time may name: known from now on, and
    // trusted for trust.days if `trust` is set. Two statements, for a new device three.
    Recorded record_browser(db::Tx&, const Context&, const realms::Settings&, const UserId&, std::string_view token, bool trust);
    // The browsers that are trusted now, the last seen first (P16, docs/pages.md); no statement where trust.days is 0.
    std::vector<Device> trusted(db::Session&, const Context&, const realms::Settings&, const UserId&);
    bool end_trust(db::Tx&, const Context&, const UserId&, const DeviceId&);  // false: it is not trusted; of two one is told so
    std::optional<DeviceId> named(const Context&, const UserId&, std::string_view token);  // whether or not it is known still
    std::optional<DeviceId> find(db::Tx&, const Context&, const UserId&, const Print&);
    Secret token(const Context&, const realms::Settings&, const UserId&, const DeviceId&);
    // TH5: one try more of this device's own budget; autocommitted, before the password is compared.
    bool admit(db::Db&, const Context&, const UserId&, const DeviceId&);
    void forgive(db::Tx&, const Context&, const UserId&, const DeviceId&);
    std::uint64_t forget(db::Tx&, const Context&, const UserId&);   // RS3, RS7: how many there were

private:
    crypto::Keyring& keys_;
    Rng& rng_;
};

bool names_key(db::Session&, crypto::KeyId);
std::uint64_t purge(db::Tx&, RealmNo, Time before, unsigned most);

}  // namespace authtickets::devices
