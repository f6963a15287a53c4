// SPDX-License-Identifier: MIT
// What one thread of the worker does: turn causes into deliveries, and attempt one delivery after another. It has a database
// connection and ways of its own. Database trouble flies out of every function; nothing is lost by it.
#pragma once

#include <atomic>
#include <map>
#include <set>

#include <authtickets/core/codes.h>
#include <authtickets/core/deliveries.h>
#include <authtickets/core/events.h>
#include <authtickets/core/links.h>
#include <authtickets/core/outbox.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/seals.h>
#include <authtickets/core/subscriptions.h>
#include <authtickets/core/templates.h>
#include <authtickets/core/triggers.h>
#include <authtickets/delivery/worker.h>

#include "delivery/plan.h"
#include "delivery/words.h"

namespace authtickets::delivery {

// Who follows the trails of all realms.
inline constexpr RealmNo every_realm{0};
inline constexpr std::string_view trails_lease = "trails";

enum class Did {
    nothing,    // somebody else has it
    sent,
    waiting,    // it failed and is tried again
    abandoned,
    dropped,    // its code or link was used or replaced: nobody waits for it
};
struct Attempted {
    Did did = Did::nothing;
    bool answered = true;  // false: the other side said nothing, so the next one may not be answered either
};

class Courier {
public:
    // stop: no note is waited for any longer when it is raised.
    Courier(const Parts&, const std::atomic<bool>& stop);

    // Seals the trail of every realm, when no other worker does (KL2); true: there is more to seal at once.
    bool seal();
    void leave();  // another worker may seal at once
    // What happened in the trails of realms where somebody waits for events without a cause becomes deliveries, when no other
    // worker looks; how many, and whether there is more to look at at once.
    struct Followed {
        unsigned told = 0;
        bool more = false;
    };
    Followed follow();
    // Causes that are due become deliveries, the oldest first; how many were taken in hand.
    unsigned fan_out(unsigned most);
    std::vector<deliveries::Delivery> due(deliveries::Queue, unsigned most, const deliveries::Spared& = {});
    std::optional<deliveries::Delivery> next_of_lane(const deliveries::Delivery& before);
    Attempted attempt(deliveries::Delivery);

private:
    struct Words {
        deliveries::Content content{};
        bool keep = false;
    };
    struct Tried {
        deliveries::Outcome outcome{};
        unsigned status = 0;
        std::string error{};
        std::string answer{};  // of an integration's receiver
        std::optional<Words> said{};  // of a mail or SMS to a customer
    };
    struct Chosen {
        text::Message message, layout;
        std::string written;  // the message's locale
    };

    bool fan_out(const outbox::Taken&);
    bool hold_trails(Time now);
    void follow(RealmNo, Time now, Followed&);
    bool look_through(RealmNo, const std::vector<subscriptions::Subscription>&, EventId& from, const EventId& to, Time now, Followed&);
    unsigned tell(RealmNo, const std::vector<subscriptions::Subscription>&, const EventId&, Time now);
    deliveries::Receiver receiver_of(RealmNo, const outbox::Cause&, const std::vector<subscriptions::Subscription>&);
    void add_unlock_link(db::Tx&, RealmNo, Time now, const std::optional<deliveries::Receiver>&, std::vector<Owed>&);
    std::vector<subscriptions::Subscription> rows_of(RealmNo, Time now, Time caused_at);
    Millis deadline(deliveries::Action) const;
    Tried send(const deliveries::Delivery&, deliveries::Payload&, Time now);
    Tried send_message(const deliveries::Delivery&, const deliveries::Payload&, Time now, Life);
    Tried send_trigger(const deliveries::Delivery&, const deliveries::Payload&, Time now, Life);
    Tried hand_over(const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&, const text::MessageText&, const std::string& written, Time now);
    Tried with_words(Tried, const deliveries::Delivery&, const deliveries::Payload&, const realms::Realm&, const text::MessageText&, const std::string& written);
    std::vector<triggers::Template> templates_for(RealmNo, const std::vector<subscriptions::Subscription>&);
    Tried send_hook(const deliveries::Delivery&, const deliveries::Payload&, Time now, Life);
    Life life(const deliveries::Delivery&, const deliveries::Payload&, Time now);
    std::optional<Chosen> choose(RealmNo, deliveries::Action, const std::string& name, std::string_view reader, std::string_view shop);
    std::optional<text::Message> parsed(RealmNo, const std::vector<templates::Stored>&, std::string_view name, std::string_view locale);
    deliveries::After note(const deliveries::Delivery&, const deliveries::Attempt&, deliveries::Schedule, const outbox::Cause*, const std::optional<Words>&);
    bool note_once(const deliveries::Delivery&, const deliveries::Attempt&, const deliveries::After&, Context, const std::optional<Words>&);
    Ways& ways();

    const Parts parts_;
    const std::atomic<bool>& stop_;
    db::Db db_;
    events::Events events_;
    seals::Sealer sealer_;
    outbox::Outbox outbox_;
    deliveries::Deliveries deliveries_;
    subscriptions::Subscriptions subscriptions_;
    templates::Templates templates_;
    realms::Realms realms_;
    codes::Codes codes_;
    links::Links links_;
    std::optional<Ways> ways_;  // made at the first message
    struct Rows {
        std::vector<subscriptions::Subscription> rows;
        Time read_at{};
    };
    std::map<RealmNo, Rows> rows_;
    // How far a trail was looked through: once at once, and once more when nothing can come to it any more.
    struct Trail {
        EventId read_to{};
        Time seen_to{}, noted_to{};
        std::set<EventId> told{};  // after seen_to
        std::set<SubscriptionId> who{};
    };
    std::map<RealmNo, Trail> trails_;
    Uuid me_{};                    // that holds the trails
    Time trails_until_{};
    Time last_id_at_{};  // ids rise in the order of making, within a millisecond too
};

}  // namespace authtickets::delivery
