// SPDX-License-Identifier: MIT
// The key file: the one thing that is not in the database (KL1). Lines `key ID CREATED SIGNS-FROM BASE64`, mode 0600.
// A subkey per purpose is derived by HKDF; nothing uses a file key itself. Workers read the file again
// when they meet an unknown id, and look at its modification time once a second.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <authtickets/base/clock.h>
#include <authtickets/base/rng.h>
#include <authtickets/crypto/hmac.h>

namespace authtickets::crypto {

using KeyId = std::uint32_t;

enum class Purpose {
    token,     // the MAC of every token (TK1)
    jwt,       // mixed with the realm's number: jwtAccessToken (kibo 4.4)
    password,  // sealing of stored password strings (PW10)
    event,     // the HMAC of audit rows (KL2)
    lookup,    // addresses as throttle keys (TH8)
    code,      // codes at rest (OC6)
    device,    // fingerprints at rest
    outbox,    // sealing of causes, deliveries and the secrets that sign hooks
    totp,      // sealing of the secrets of authenticator apps (TO7)
    recovery,  // recovery codes at rest (RC2)
    form,      // what the forms of a session carry (TK11)
    registration,  // sealing of what a browser holds while it registers (P19, docs/pages.md)
};
inline constexpr int purpose_count = 12;

struct FileKey {
    KeyId id{};
    Time created_at{};
    Time signs_from{};  // check-only before
    std::array<std::uint8_t, 32> bytes{};
};

// The content of the key file as a value; pure.
struct KeyFile {
    std::vector<FileKey> keys;  // by id, rising
    static std::optional<KeyFile> parse(std::string_view text, std::string& error);
    std::string text() const;
    const FileKey* find(KeyId) const;
    const FileKey* signer(Time now) const;  // the newest whose signs_from has come
};

class Keyring {
public:
    // Reads the file. When it is missing, unreadable, open to others or broken, it is tried again every second; the keys
    // read before stay good, and while there are none every function throws Unavailable, which says what is wrong.
    Keyring(std::string path, Clock&);
    ~Keyring();

    KeyId signing(Time now);                              // the key that new tokens, seals and rows use
    std::optional<Digest> subkey(Purpose, KeyId);         // none: unknown id, also after reading the file again
    Digest subkey_of_signer(Purpose, Time now, KeyId& id);

private:
    struct Loaded;
    std::shared_ptr<const Loaded> loaded();
    std::shared_ptr<const Loaded> kept();
    void read_again();
    bool unchanged();
    void keep(std::shared_ptr<const Loaded>);
    std::string path_;
    Clock& clock_;
    std::mutex reading_;  // one reader of the file at a time
    std::mutex keeping_;  // around pointer and text alone
    std::shared_ptr<const Loaded> loaded_;  // null until the file was good once
    std::string trouble_;                   // why it was not, the last time
    std::atomic<std::int64_t> looked_at_;  // at the file's times
    std::atomic<std::int64_t> read_at_;    // for an unknown id
};

// Writing, for the `keys` command: the file is replaced by rename, mode 0600, synced. Throws Fault.
KeyFile read_key_file(const std::string& path);  // Unavailable as above
void write_key_file(const std::string& path, const KeyFile&);

}  // namespace authtickets::crypto
