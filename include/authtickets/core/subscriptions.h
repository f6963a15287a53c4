// SPDX-License-Identifier: MIT
// Subscriptions: which message an event causes (event, condition, action). The built-in ones send codes, links and notices;
// a store adds its own, hooks above all, and switches built-in ones off.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/events.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/crypto/keyring.h>
#include <authtickets/db/db.h>
#include <authtickets/net/url.h>

namespace authtickets::subscriptions {

enum class Action : std::uint8_t { mail = 1, sms = 2, hook = 3 };  // stored
enum class Format : std::uint8_t { own = 0, kibo = 1 };            // stored; the family of a hook's body, signature and schedule

// One that every realm has. It sends a mail, or an SMS where the cause says so.
struct BuiltIn {
    std::string_view name;        // "notice.password_changed"
    events::Name event;
    std::string_view reason;      // of the event; empty: any
    std::string_view template_name;
    std::string_view mail_type;   // the mail switch that it obeys (kibo 4.6); empty: none
    std::string_view email_type;  // as hooks of email.requested name it: "OtpForLogin"
    std::string_view help;
};
std::span<const BuiltIn> built_in();                              // rules
const BuiltIn* built_in(const outbox::Cause&);                    // of one cause there is one at most

struct Subscription {
    SubscriptionId id{};
    std::string name{};
    std::vector<std::string> events{};   // names of events, or Kibo topics where the format is kibo
    std::string condition{};             // empty, or "member = value"
    Action action{};
    Format format{};
    std::string target{};                // a template, or the address of a hook
    std::optional<Secret> secret{};      // that signs hooks
    std::optional<ApplicationNo> application{};  // whose it is
    bool active = true;
    Time created_at{}, updated_at{};
};

// rules
bool causes_messages(events::Name);                               // whether a cause is written with it
std::string_view kibo_topic_of_account(events::Name);             // "customeraccount.created"; empty: none (kibo 8.1)
std::vector<std::string_view> kibo_topics(events::Name, const outbox::Cause&);  // this, and "email.requested" where a mail is due
// One event can be two of Kibo's, and receivers drop what bears an id they have seen: that of email.requested differs from
// the event's in the version of its UUID (RFC 9562: 8 for 7).
Uuid kibo_event_id(const EventId&, std::string_view topic);
struct KiboEventId {
    EventId event{};
    bool email_requested = false;
};
KiboEventId read_kibo_event_id(const Uuid&);
// An active one that waits for this event, or for a topic of it, and whose condition holds.
bool matches(const Subscription&, const outbox::Cause&);
// Names of events, condition, address; what delivery would refuse is refused here. bad_parameter.
Result<Subscription> checked(Subscription, const net::UrlRules&);
// Its rows stand for a built-in subscription, as a switch.
bool stands_for_built_in(const Subscription&);
bool switched_off(const std::vector<Subscription>& rows, const BuiltIn&);

class Subscriptions {
public:
    Subscriptions(crypto::Keyring& keys, Rng& rng, events::Events& events) : keys_(keys), rng_(rng), events_(events) {}

    std::vector<Subscription> list(db::Session&, RealmNo);        // the store's own rows, with their secrets opened
    std::optional<Subscription> find(db::Session&, RealmNo, std::string_view name);
    // For commands. Each writes webhook.changed. name_taken, bad_parameter, unknown_item. A hook without a secret gets one.
    Result<Subscription> add(db::Db&, const Context&, Subscription, const net::UrlRules&);
    Result<void> set_active(db::Db&, const Context&, std::string_view name, bool active);  // a built-in one too
    Result<void> remove(db::Db&, const Context&, std::string_view name);
    // Seals secrets under the key that signs: how many were sealed, and how many do not open.
    struct Resealed {
        unsigned sealed = 0, lost = 0;
    };
    Resealed reseal(db::Db&, const Context&);

private:
    crypto::Keyring& keys_;
    Rng& rng_;
    events::Events& events_;
};

bool names_key(db::Session&, crypto::KeyId);

}  // namespace authtickets::subscriptions
