// SPDX-License-Identifier: MIT
// Deliveries: one message owed to one receiver, from the cause to its end. An attempt is leased and counted before anything
// is sent, so that a crash may repeat a message and never lose one. What is to be sent rests sealed and is blanked with the
// end (OC6); what stays is the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>

namespace authtickets::deliveries {

using subscriptions::Action;
using subscriptions::Format;

// dropped: its code or link was used or replaced before it went out, so nothing is missing.
enum class State : std::uint8_t { waiting = 1, sent = 2, abandoned = 3, dropped = 4 };        // stored
std::string_view name(State);                                                                 // "waiting"
// How one attempt ended. too_late, dropped: nothing was sent, since the message had run out or lost its use.
enum class Outcome : std::uint8_t { accepted = 1, temporary = 2, permanent = 3, too_late = 4, dropped = 5 };  // stored
std::string_view name(Outcome);
// What is worked off apart from the other: codes and links first, and no receiver of hooks holds up a mail.
enum class Queue : std::uint8_t { urgent = 1, messages = 2, hooks = 3 };                      // stored

// When a message is tried again. A `code` ends with its code, a `link` with its link.
enum class Schedule : std::uint8_t { code = 1, link = 2, notice = 3, kibo = 4, kibo_code = 5, own = 6 };  // stored in the payload

// What is to be sent, as it rests sealed.
struct Payload {
    outbox::Cause cause{};
    Schedule schedule{};
    std::string to{};              // in full; empty for a hook
    std::string template_name{};   // of a mail or SMS
    std::string mail_type{};       // the mail switch (kibo 4.6); empty: none
    std::string email_type{};      // of email.requested
    std::string email{};           // of email.requested: where the mail goes
    std::string first_name{}, locale{};
    std::uint32_t site{};          // whose words and headers; 0: the realm's first
};

struct Delivery {
    RealmNo realm{};
    DeliveryId id{};
    EventId event{};
    std::string name{};            // of the event: "signin.code_sent"
    std::string topic{};           // of a hook: "email.requested", or the event's name; of a mail or SMS its template
    std::optional<SubscriptionId> subscription_id{};  // none: a built-in one
    std::string subscription{};
    Action action{};
    std::optional<Format> format{};  // of a hook
    std::string recipient{};       // masked; of a hook the host
    std::optional<Uuid> lane{};
    std::optional<UserId> user{};
    std::optional<AccountNo> account{};
    Queue queue{};
    State state = State::waiting;
    unsigned attempts{};
    Time created_at{}, due_at{}, gives_up_at{}, leased_until{};
    std::optional<Time> finished_at{};
    std::string last_error{};
    std::string sealed{};          // empty once it is blanked; lists leave it out
};

struct Attempt {
    unsigned no{};
    Time began_at{}, ended_at{};
    Outcome outcome{};
    unsigned status{};             // of SMTP or HTTP; 0: there was none
    std::string error{};
};

// rules
std::string payload_text(const Payload&);
std::optional<Payload> read_payload(std::string_view);
Uuid lane_of(const SubscriptionId&, std::string_view topic);

// How long to wait after so many attempts; none: that was the last.
std::optional<Millis> pause_after(Schedule, unsigned attempts);
// Since when it is of no use any more.
Time gives_up_at(Schedule, Time created_at, std::optional<Time> expires_at);
// No more time than this lies between two attempts: a row that says more was written before a clock was set back.
inline constexpr auto longest_wait = std::chrono::hours(14);
inline constexpr auto longest_lease = std::chrono::hours(1);

// What a delivery is after an attempt.
struct After {
    State state{};
    Time due_at{};                 // when waiting
};
After after(const Delivery&, Schedule, Outcome, Time now);

// Who a message is for, as it stands when the worker looks.
struct Receiver {
    std::string email{}, phone{}, user_name{}, first_name{}, locale{};
    AccountNo account{};
    std::uint32_t epoch{};   // the user's; 0 for an account alone
};

// Receivers that do not answer, whose messages are left for later so that others get their turn.
struct Spared {
    static constexpr std::size_t most = 8;
    std::optional<Action> action{};
    std::vector<SubscriptionId> subscriptions{};  // more than `most` of them are not heeded
};
// A delivery's id for clients that know numbers only (kibo 8.2): its time and the twelve bits behind it, in 53 bits, which
// every client holds. Two of one millisecond share one number in 4096.
std::uint64_t number_of(const DeliveryId&);
struct Range {
    DeliveryId first{}, last{};
};
std::optional<Range> of_number(std::uint64_t);   // none: no id has it

class Deliveries {
public:
    Deliveries(crypto::Keyring& keys, Rng& rng) : keys_(keys), rng_(rng) {}

    // By the user, or by the account alone where it has none. None: it is gone.
    std::optional<Receiver> receiver(db::Session&, RealmNo, const UserId&, AccountNo);
    // One more is owed; `payload` is sealed. In the transaction that removes the cause.
    void add(db::Tx&, Time now, const Delivery&, const Payload&);
    // What is to be tried now, of all realms, the longest due first. Of a lane no more than its next one: it is not sent
    // while an older one of its lane waits for its first attempt or is in somebody's hands.
    std::vector<Delivery> due(db::Session&, Queue, Time now, unsigned most, const Spared& = {});
    std::optional<Delivery> next_of_lane(db::Session&, const Delivery& before, Time now);  // that was not tried yet
    // The attempt is counted and ours until then; false: somebody else has it. `delivery` is as it stands afterwards.
    bool lease(db::Db&, Delivery&, Time now, Time until);
    std::optional<Payload> open(const Delivery&);              // none: a lost key, or a row that was changed
    // What became of the leased attempt; false: the delivery had ended meanwhile. first_failure: it had not failed before.
    struct Noted {
        bool noted = false, first_failure = false;
    };
    Noted note(db::Tx&, const Delivery&, const Attempt&, const After&, Time now);

    // The log, newest first: of one subscription, or the hooks of a format.
    struct Wanted {
        std::optional<SubscriptionId> subscription{};
        Format format{};               // when no subscription is named
    };
    std::vector<Delivery> list(db::Session&, RealmNo, const Wanted&, unsigned skip, unsigned most);
    std::uint64_t count(db::Session&, RealmNo, const Wanted&);
    std::optional<Delivery> find(db::Session&, RealmNo, const DeliveryId&);
    std::vector<Attempt> attempts(db::Session&, RealmNo, const DeliveryId&);  // oldest first
    std::vector<Delivery> numbered(db::Session&, RealmNo, std::uint64_t number);
    std::vector<Delivery> newest(db::Session&, RealmNo, State, unsigned most);  // of all subscriptions

private:
    crypto::Keyring& keys_;
    Rng& rng_;
};

// For core/upkeep: at most `most` that ended before, with their attempts.
std::uint64_t purge(db::Tx&, RealmNo, Time finished_before, unsigned most);
inline constexpr auto kept = std::chrono::days(30);

bool names_key(db::Session&, crypto::KeyId);

}  // namespace authtickets::deliveries
