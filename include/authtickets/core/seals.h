// SPDX-License-Identifier: MIT
// Seals: a hash chain over the trail (KL2). A seal closes a second that has events: it counts them, hashes their HMACs and
// the seal before. Rows are only ever added. Who changes, adds or takes away an event of a closed second, or a seal, is
// found out by verify(); who cuts off the end of both is, by a head that was written down elsewhere before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/crypto/hmac.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::seals {

// A row of event_seals.
struct Seal {
    RealmNo realm{};
    std::uint64_t no{};        // from 1, without gaps
    Time to{};                 // the end of the second that it closes
    std::uint32_t count{};     // of events between the end of the seal before and its own
    Bytes events_hash{};       // SHA-256 over their MACs, in the order of their ids
    Bytes chain_hash{};
    crypto::KeyId key_id{};
    Bytes mac{};
};

// The end of a chain, for a person to keep: "1042:9f86d0...".
struct Head {
    std::uint64_t no{};
    Bytes chain_hash{};
};

// What a purge has told: which events there need not be any more, and which seals.
struct Told {
    Time before{};                 // none older is owed
    std::uint64_t first_seal = 1;  // the first that was left
    bool operator==(const Told&) const = default;
};

// The events of a sealed second as they are found.
struct Found {
    std::uint64_t count = 0;
    Bytes hash{};
    std::uint64_t not_intact = 0;             // of them, rows that are not as they were written
    std::optional<EventId> first_not_intact{};
    std::optional<EventId> outside{};         // the first before the second: no seal has counted it
    std::optional<EventId> odd_one_out{};     // without which the hash would be the seal's
};

enum class Broken {
    event_changed,    // a row is not as it was written
    event_added,      // a row came into a second after its seal
    event_missing,
    event_replaced,   // as many rows, but not those that were sealed
    seal_changed,
    seal_missing,
    chain_broken,     // a seal that does not follow the one before
    cut_off,          // the head, or a seal that an earlier check has seen, is not there any more
    head_differs,     // there is another seal in its place
    head_purged,      // the head is of before the first seal that is left, so nothing can be said
    key_unknown,      // a row names a key that is not in the key file
};
std::string_view name(Broken);  // "event_changed"

struct Finding {
    Broken what{};
    std::uint64_t seal = 0;           // 0: none is concerned
    std::optional<EventId> event{};
    std::string text{};               // a sentence without personal data
};

// rules
inline constexpr auto settling = std::chrono::seconds(60);  // a request may last so long, and its events carry its beginning
Time second_of(Time);                                       // the beginning of its second
Time closed_before(Time now);                               // events before this are there or never will be
crypto::Digest chain_hash(ByteView previous, const Seal&);  // previous: 32 zeros for the first
Bytes sealed_form(const Seal&);                             // the bytes that the MAC covers: every column
std::string text(const Head&);
std::optional<Head> parse_head(std::string_view);
// A seal by itself and beside the one before, which is none for the first that is left.
std::optional<Finding> judge_place(const Seal&, const std::optional<Seal>& before, const Told&);
std::optional<Finding> judge_events(const Seal&, const Found&, const Told&);

// What seal() has done.
struct Sealed {
    std::uint64_t seals = 0;
    bool more = false;  // it stopped at the bound of one call
    bool held = true;   // false: another worker has the lease, and nothing was looked at
};

// What verify() has found out.
struct Verified {
    std::uint64_t events = 0, seals = 0;     // looked at
    std::uint64_t unsealed = 0;              // of the events, those after the last seal
    std::optional<Time> unsealed_since{};    // the oldest of those
    std::uint64_t first_seal = 0;            // 0: there is none
    std::optional<Seal> last{};
    std::optional<Finding> finding{};        // the first; nothing behind it was looked at
};

// One for each worker thread or command: it is the holder of a lease.
class Sealer {
public:
    Sealer(crypto::Keyring& keys, events::Events& events, Rng& rng) : keys_(keys), events_(events), rng_(rng) {}

    // Closes the seconds of a realm that are over for so long that no request of then is under way, as many as one call
    // may. Of two workers the first inserts the next number; the other one's is a duplicate, and nothing.
    Sealed seal(db::Db&, Time now, RealmNo);
    // The same for all of them, by the worker that has the lease. Called once a second; again at once while there is more.
    Sealed seal_all(db::Db&, const Context&, const std::vector<RealmNo>&);
    void release(db::Db&);  // when the worker ends

    std::optional<Seal> newest(db::Session&, RealmNo);
    bool verify(const Seal&);  // its MAC
    // The whole trail of a realm, page by page.
    Verified verify(db::Session&, RealmNo, const std::optional<Head>&);

private:
    bool hold(db::Db&, Time now);
    Seal made(RealmNo, const Seal* before, Time to, std::uint32_t count, const crypto::Digest& events_hash, Time now);
    crypto::Keyring& keys_;
    events::Events& events_;
    Rng& rng_;
    Uuid me_{};
    Time held_until_{};
};

// What the purges of a realm have told, in events that are intact.
Told told(db::Session&, events::Events&, RealmNo);

// For core/upkeep: at most `most` of the seals up to a time. The newest stays, so that numbers go on.
std::uint64_t purge(db::Tx&, RealmNo, Time up_to, unsigned most);
// The first that is left; 1 when there is none.
std::uint64_t first_left(db::Session&, RealmNo);

}  // namespace authtickets::seals
