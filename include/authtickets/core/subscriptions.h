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

// Stored. Mail and SMS go to the customer, a notice by mail to an operator (M14).
enum class Action : std::uint8_t { mail = 1, sms = 2, hook = 3, notice = 4 };
std::string_view name(Action);                                      // "hook"
// Stored; the family of a hook's body, signature and schedule, and of freshcom that of its mails and SMS too.
enum class Format : std::uint8_t { own = 0, kibo = 1, elasticpath = 2, freshcom = 3 };
std::string_view name(Format);                                      // "elasticpath"

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

// What one that is off is called where there is more than off: kept back on purpose, not ready yet, or, of a built-in one, not
// to be seen any more.
enum class Off : std::uint8_t { disabled = 0, draft = 1, removed = 2 };  // stored

struct Subscription {
    SubscriptionId id{};
    std::string name{};
    std::vector<std::string> events{};   // names of events and "@" + names of groups; of other formats Kibo's topics, observable keys
    std::string condition{};             // empty, or "member = value"
    Action action{};
    Format format{};
    std::string target{};                // a template; the address of a hook; of a notice the operator's user id
    std::optional<Secret> secret{};      // that signs hooks; an integration may have none
    bool secret_lost = false;            // it has one, whose key is gone
    std::optional<ApplicationNo> application{};  // whose it is
    bool active = true;
    Time created_at{}, updated_at{};
    Time active_since{};                 // made or switched on: what the trail has from before is not told
    std::string label{}, description{};  // of an integration or trigger, whose `name` is its id: others may be called the same
    Off off_as{};

    const std::string& shown_name() const { return label.empty() ? name : label; }
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
// An active one that waits for this event, or for a topic of it, and whose condition holds. Notices are never meant: what
// they tell comes from the trail.
bool matches(const Subscription&, const outbox::Cause&);
// Most events bring no cause with them, so that they cost a request nothing more. Who waits for one of those, and every
// notice, is told by the worker, which follows the trail (docs/decisions.md).
bool follows(const Subscription&);
bool follows(const Subscription&, events::Name);
bool told_of(const Subscription&, const events::Stored&);
// Names of events, condition, address; what delivery would refuse is refused here. bad_parameter.
Result<Subscription> checked(Subscription, const net::UrlRules&);

// --- Integrations (docs/elasticpath.md): hooks of the format elasticpath, which client programs keep by their ids.
inline constexpr std::string_view one_time_token_key = "one-time-password-token-request.created";
inline constexpr std::size_t most_observed = 5, most_integrations = 100;  // of one integration; of one realm
std::span<const std::string_view> observable();                   // rules: every key that can be observed
// rules: what an event of the trail is to them; the token itself comes by its cause. of_user: the event is about one.
std::vector<std::string_view> keys_of(events::Name, std::string_view reason, bool of_user);
// rules: an active one observes the key.
bool observed(const std::vector<Subscription>& rows, std::string_view key);

// Reasons of webhook.changed where an integration was changed.
inline constexpr std::string_view integration_added = "integration_added", integration_changed = "integration_changed",
                                  integration_removed = "integration_removed";

struct IntegrationChanges {               // what is absent stays
    std::optional<std::string> label{}, description{}, url{};
    std::optional<bool> enabled{};
    std::optional<std::vector<std::string>> observes{};
    std::optional<Secret> secret{};       // empty: none from now on
};
// rules. missing_parameter, bad_parameter; of fields as they are called there: "name", "observes", "configuration.url", ...
Result<Subscription> integration_checked(Subscription, const net::UrlRules&);

// --- Notification triggers (docs/freshcom.md): rows of the format freshcom, each for one event under that door's name, which do
// one thing: a mail or SMS in the words of a template (core/triggers.h), or a hook. Codes and tokens come to them by their cause, all
// else from the trail.
enum class Carries : std::uint8_t { nothing, code, email_token, reset_token };
enum class About : std::uint8_t { user, phone_code, email_code, name, shop };
struct TriggerEvent {
    std::string_view name;        // "identity.user.tfa_code.create.success"
    About about;                  // what its data is
    Carries carries = Carries::nothing;
};
std::span<const TriggerEvent> trigger_events();                   // rules
const TriggerEvent* trigger_event(std::string_view name);         // rules; nullptr: there is none of this name
inline constexpr std::size_t most_triggers = 100;                 // of one realm
// rules: what an event is called there; none: nothing. Of codes the channel decides.
std::vector<std::string_view> trigger_events_of(const outbox::Cause&);
events::Name event_of_trigger(std::string_view name);             // rules: one that is called so, for tests of a hook

// Its rows stand for a built-in subscription, as a switch: of all that it sends, or of its mails or SMS alone, whose row is called
// way_name().
bool stands_for_built_in(const Subscription&);
std::string way_name(const BuiltIn&, Action);                     // "code.second_step/sms"
bool goes_by_sms(const BuiltIn&);
bool switched_off(const std::vector<Subscription>& rows, const BuiltIn&);          // all that it sends
bool switched_off(const std::vector<Subscription>& rows, const BuiltIn&, Action);  // by this way

// --- Mail to operators (M14): for each operator and group of events, a row of action notice or none.
struct Notice {
    enum class State : std::uint8_t { none, active, paused };
    events::Group group{};
    State state{};
};

// --- Mails to customers (M12): a switch of kibo 4.6 and the built-in messages that obey it, or one of those that obey none.
struct Mail {
    enum class State : std::uint8_t { on, off, by_hook };  // by_hook: mail.on_request, so that others send it
    std::string_view name;                   // "otpForLogin", or of a built-in subscription: "notice.new_device"
    std::vector<const BuiltIn*> sends{};
    State state{};
};
// rules
std::vector<Mail> mails(const realms::Settings&, const std::vector<Subscription>& rows);
// Those built-in messages with a code or link that nobody would send as things stand: the mail is off, and no subscriber of
// the store's own gets the code.
std::vector<const BuiltIn*> without_way(const realms::Settings&, const std::vector<Subscription>& rows);

class Subscriptions {
public:
    Subscriptions(crypto::Keyring& keys, Rng& rng, events::Events& events, outbox::Outbox& outbox)
        : keys_(keys), rng_(rng), events_(events), outbox_(outbox) {}

    std::vector<Subscription> list(db::Session&, RealmNo);        // the store's own rows, with their secrets opened
    std::optional<Subscription> find(db::Session&, RealmNo, std::string_view name);
    // Each writes webhook.changed. name_taken, bad_parameter, unknown_item. A hook without a secret gets one.
    Result<Subscription> add(db::Db&, const Context&, Subscription, const net::UrlRules&);
    Result<void> set_active(db::Db&, const Context&, std::string_view name, bool active);  // a built-in one too
    Result<void> remove(db::Db&, const Context&, std::string_view name);
    // A made-up event to one hook, whatever it waits for; its log tells what became of it. The id that the hook will bear.
    // unknown_item; bad_parameter: it is no hook, or is off.
    Result<EventId> test(db::Db&, const Context&, std::string_view name);

    // Integrations, the newest first. The changes write webhook.changed, whose reason tells them from those of other hooks
    // (keys_of). Of add: also bad_parameter of no field when there are most_integrations; of change and remove: unknown_item.
    std::vector<Subscription> integrations(db::Session&, RealmNo);
    std::optional<Subscription> integration(db::Session&, RealmNo, const SubscriptionId&);
    Result<Subscription> add_integration(db::Db&, const Context&, const IntegrationChanges&, const net::UrlRules&);
    Result<Subscription> change_integration(db::Db&, const Context&, const SubscriptionId&, const IntegrationChanges&, const net::UrlRules&);
    Result<void> remove_integration(db::Db&, const Context&, const SubscriptionId&);

    // Triggers, the newest first. A row has been judged (core/triggers). The changes write webhook.changed, or mail.changed of one
    // that sends mails or SMS. Of add: bad_parameter of no field when there are most_triggers. change: nothing but what a change
    // may change, and the secret where one is given.
    std::vector<Subscription> triggers(db::Session&, RealmNo);
    std::optional<Subscription> trigger(db::Session&, RealmNo, const SubscriptionId&);
    Result<Subscription> add_trigger(db::Tx&, const Context&, Subscription);
    Result<Subscription> change_trigger(db::Tx&, const Context&, Subscription);
    Result<void> remove_trigger(db::Tx&, const Context&, const SubscriptionId&);
    // A built-in one by one way; what it sends by the other stays as it was.
    void set_built_in(db::Tx&, const Context&, const BuiltIn&, Action, bool active, Off = Off::disabled);

    std::vector<Notice> notices(db::Session&, RealmNo, const UserId& operator_id);  // one for each group
    Result<void> set_notice(db::Db&, const Context&, const UserId& operator_id, events::Group, Notice::State);
    void remove_notices(db::Tx&, RealmNo, const UserId& operator_id);  // who is none any more
    // One of mails() on or off; writes mail.changed. What is sent by hook stays so. unknown_item.
    Result<void> set_mail(db::Db&, const Context&, realms::Realms&, std::string_view name, bool on);

    // For the worker: realms with a subscription that follows the trail.
    std::vector<RealmNo> following(db::Session&);

    // Seals secrets under the key that signs: how many were sealed, and how many do not open.
    struct Resealed {
        unsigned sealed = 0, lost = 0;
    };
    Resealed reseal(db::Db&, const Context&);

private:
    std::string sealed(const Context&, const SubscriptionId&, const Secret&);

    crypto::Keyring& keys_;
    Rng& rng_;
    events::Events& events_;
    outbox::Outbox& outbox_;
};

bool names_key(db::Session&, crypto::KeyId);

}  // namespace authtickets::subscriptions
