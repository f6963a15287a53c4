// SPDX-License-Identifier: MIT
// Outbox: the causes of messages. Whoever writes an event that can cause a message writes one cause with it, in the same
// transaction, and thinks no further: which messages come of it, in whose words and by which way, is the worker's business
// (delivery). A cause holds addresses, codes and links, so it rests sealed (OC6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <authtickets/base/bytes.h>
#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::outbox {

enum class Channel : std::uint8_t { none = 0, email = 1, sms = 2 };  // stored
std::string_view name(Channel);                                      // "email"

struct Cause {
    // given by who writes it
    events::Name event{};
    EventId event_id{};
    UserId user{};
    AccountNo account{};
    TicketId ticket{};
    std::string user_name{};
    std::string reason{};
    Channel channel = Channel::none;     // none: a notice, which goes by mail to the user's address
    std::string destination{};           // in full; empty: the user's address as it is when the worker looks
    std::string region{};
    Secret code{}, link{};               // what the message carries (of a link its token), and its end
    std::optional<Time> expires_at{};
    Uuid code_id{};                      // the code's row, so that a code that was used or replaced is not sent (OC5)
    Bytes code_hash{};
    Uuid profile_id{};                   // of a one-time token: the password profile that the login is one of
    LoginId login{};
    std::string remaining{};             // recovery codes that are left
    std::string old_value{}, new_value{};// of a contact that changed, in full
    bool decoy = false;                  // nothing comes of it: it stands for an unknown user's, so that both cost the same (EN2)
    SubscriptionId test_of{};            // a test of this one, which alone gets it, whatever it waits for; nothing has happened
    SubscriptionId only{};               // what this one is owed and nobody else: of the trail, or once more
    std::string topic{};                 // of `only`, once more: which of its hooks
    // of the trail, for notices to operators
    std::string outcome{}, factor{}, actor{}, operator_name{};
    std::string subject{};               // of the trail: the id of what was changed, where its row may be gone
    // filled in from the context by add()
    Uuid request{};
    Time at{};
    ApplicationNo application{};
    std::uint32_t site{};
    std::string address{}, browser{};    // the address only where it is the shopper's own
    bool by_shop = false;                // a command did it: somebody of the shop
};

// rules: the text that is sealed, and back; none when it is no such text
std::string cause_text(const Cause&);
std::optional<Cause> read_cause(std::string_view);
// What the trail tells of an event: all that a hook of the format own says, and a notice. No code, no link, no contact.
Cause cause_of(const events::Stored&);

struct Taken {
    RealmNo realm{};
    CauseId id{};
    Time created_at{};
    std::string sealed{};
};

class Outbox {
public:
    Outbox(crypto::Keyring& keys, Rng& rng) : keys_(keys), rng_(rng) {}

    // In the transaction of its event; one statement.
    void add(db::Session&, const Context&, Cause);

    // For the worker. Causes that are due, of all realms, the oldest first.
    std::vector<Taken> due(db::Session&, Time now, unsigned most);
    std::optional<Cause> open(const Taken&);                     // none: a lost key, or a row that was changed
    bool remove(db::Tx&, const Taken&);                          // false: another worker has turned it into deliveries
    void put_off(db::Session&, const Taken&, Time until);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
};

bool names_key(db::Session&, crypto::KeyId);

}  // namespace authtickets::outbox
