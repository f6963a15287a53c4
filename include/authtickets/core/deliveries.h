// SPDX-License-Identifier: MIT
// Deliveries: one message owed to one receiver, from the cause to its end. An attempt is leased and counted before anything
// is sent, so that a crash may repeat a message and never lose one. What is to be sent rests sealed and is blanked with the
// end (OC6); what stays is the log.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/rng.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/users.h>
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

// When a message is tried again. A `code` ends with its code, a `link` with its link, a `hook_code` with the token in it.
enum class Schedule : std::uint8_t { code = 1, link = 2, notice = 3, kibo = 4, kibo_code = 5, own = 6, hook_code = 7 };  // stored in the payload

// A user as messages of notification triggers tell of him (docs/freshcom.md).
struct Person {
    std::string name{}, first_name{}, last_name{}, email{}, phone{};
    users::Method method{};
    users::Role role{};
    bool email_verified = false, phone_verified = false, blocked = false;
    Time created_at{}, updated_at{};
    bool operator==(const Person&) const = default;
};

// What is to be sent, as it rests sealed.
struct Payload {
    outbox::Cause cause{};
    Schedule schedule{};
    std::string to{};              // in full; empty for a hook
    std::string template_name{};   // of a mail or SMS; of a trigger's the id
    std::string mail_type{};       // the mail switch (kibo 4.6); empty: none
    std::string email_type{};      // of email.requested
    std::string email{};           // of email.requested: where the mail goes
    std::string first_name{}, locale{};
    std::uint32_t site{};          // whose words and headers; 0: the realm's first
    std::string full_name{};       // of an integration's: what is known of user and account
    std::string account_id{}, account_name{};
    std::optional<Person> person{}; // of a trigger's: as he was when it was owed
    std::string reply_to{};        // of a trigger's mail; not stored
    std::string refused{};         // why it must not be sent, which the log is to say
};

struct Delivery {
    RealmNo realm{};
    DeliveryId id{};
    EventId event{};
    std::string name{};            // of the event: "signin.code_sent"
    std::string topic{};           // of a hook and of a trigger's messages: "email.requested", or the event's name; of others the template
    std::optional<SubscriptionId> subscription_id{};  // none: a built-in one
    std::string subscription{};
    Action action{};
    std::optional<Format> format{};  // of a hook, and of a trigger's mails and SMS
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
    std::string answer{};          // of an integration's receiver, as kept_answer() leaves it
};

// An attempt at an integration's hook, as its log shows it.
struct Logged {
    DeliveryId delivery{};
    SubscriptionId subscription{};
    Attempt attempt{};
};
Uuid log_id(const DeliveryId&, unsigned attempt_no);   // rules: always the same
inline constexpr std::size_t longest_answer = 500;
// rules: what is kept of a receiver's answer: well-formed UTF-8 of at most so many bytes, with the secrets blanked out in it
// (OC6).
std::string kept_answer(std::string_view answer, std::span<const std::string_view> secrets);

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
    std::string full_name{};                     // the user's
    AccountId account_id{};
    std::string account_name{};
    std::optional<Person> person{};              // of a user
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

// Why a delivery cannot be sent again.
enum class NotAgain : std::uint8_t {
    waiting,       // it is still being tried
    a_message,     // a mail or SMS to a customer, whose words went with it
    code,          // it carried a code or link, or the address before a change, which are gone
    subscription,  // it was removed, or is off
    no_event,      // a test, or the trail has the event no longer
    site,          // which of several sites it was for is not kept
};
std::string_view name(NotAgain);
// rules: none: it can. `sites`: how many the realm has.
std::optional<NotAgain> why_not_again(const Delivery&, const std::optional<subscriptions::Subscription>&, bool event_found, std::size_t sites);
// The id of what one subscription is told of one event: as old as the event, and always the same. topic: of an integration,
// which one event may be two things to.
DeliveryId told_id(const EventId&, const SubscriptionId&, std::string_view topic = {});

// What a mail or SMS to a customer said. Codes and links are starred by who hands it over, contacts masked.
struct Content {
    Action action{};
    std::string template_name{};   // of a trigger's the id
    std::string locale{};
    std::string from{}, subject{}, html{}, text{};
};
std::string content_text(const Content&);                 // rules: what is sealed of it: all from `from` on
bool read_content(std::string_view, Content&);            // rules

struct SentMessage {
    DeliveryId id{};
    std::optional<SubscriptionId> subscription_id{};      // none: a built-in one
    std::string subscription{};
    std::string recipient{};                              // masked
    State state{};
    Content content{};
    bool kept = false;                                    // what it said: the shop may keep none, and a key may be lost
    Time created_at{};
};

class Deliveries {
public:
    Deliveries(crypto::Keyring& keys, Rng& rng, events::Events& events, outbox::Outbox& outbox)
        : keys_(keys), rng_(rng), events_(events), outbox_(outbox) {}

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
    // With the note of its first attempt. `words`: what it said is kept too.
    void keep(db::Tx&, const Delivery&, const Content&, bool words, Time now);
    // Mails or SMS of which an attempt was made, the newest first, without notices to operators.
    std::vector<SentMessage> sent(db::Session&, RealmNo, Action, unsigned skip, unsigned most);
    std::uint64_t count_sent(db::Session&, RealmNo, Action);
    // What messages said, under the key that signs; what does not open any more is blanked. How many were sealed.
    std::uint64_t reseal(db::Db&, const Context&);
    std::optional<SentMessage> find_sent(db::Session&, RealmNo, Action, const DeliveryId&);

    // The log, newest first: of one subscription, or the hooks of a format.
    struct Wanted {
        std::optional<SubscriptionId> subscription{};
        Format format{};               // when no subscription is named
    };
    std::vector<Delivery> list(db::Session&, RealmNo, const Wanted&, unsigned skip, unsigned most);
    std::uint64_t count(db::Session&, RealmNo, const Wanted&);
    std::optional<Delivery> find(db::Session&, RealmNo, const DeliveryId&);
    std::vector<Attempt> attempts(db::Session&, RealmNo, const DeliveryId&);  // oldest first
    // The log of integrations, newest first: of one, or of all.
    std::vector<Logged> logged(db::Session&, RealmNo, const std::optional<SubscriptionId>&, unsigned skip, unsigned most);
    std::uint64_t count_logged(db::Session&, RealmNo, const std::optional<SubscriptionId>&);
    std::vector<Delivery> numbered(db::Session&, RealmNo, std::uint64_t number);
    std::vector<Delivery> newest(db::Session&, RealmNo, State, unsigned most);  // of all subscriptions

    // A hook or a notice that has ended is owed once more, as a new delivery: what was to be sent is blanked, so it is made
    // from its event. Writes webhook.changed. unknown_item; bad_parameter, whose text is the name of a NotAgain.
    Result<void> again(db::Db&, const Context&, const DeliveryId&);

    // For the worker. Whoever an operator's notices go to; none: he is no operator of this shop any more, or is blocked.
    std::optional<Receiver> operator_receiver(db::Session&, RealmNo shop, const UserId&);
    // Of what is told from the trail, which is read more than once: true when it was not owed yet. The id says it, so it must
    // be told_id(). In a transaction of its own statement.
    bool add_once(db::Session&, Time now, const Delivery&, const Payload&);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
    events::Events& events_;
    outbox::Outbox& outbox_;
};

// For core/upkeep: at most `most` that ended before, with their attempts.
std::uint64_t purge(db::Tx&, RealmNo, Time finished_before, unsigned most);
inline constexpr auto kept = std::chrono::days(30);

bool names_key(db::Session&, crypto::KeyId);
bool sent_names_key(db::Session&, crypto::KeyId);  // what messages said

}  // namespace authtickets::deliveries
