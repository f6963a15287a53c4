// SPDX-License-Identifier: MIT
// The trail followed, for those who wait for events that bring no cause with them: a request that writes one pays nothing for
// it. Each stretch is looked through twice: at once, and once more when every transaction that began in it has ended. What is
// owed has an id made of event and subscription, so nobody is told twice, whoever looks how often.
#include <algorithm>

#include <authtickets/core/leases.h>

#include "delivery/courier.h"

namespace authtickets::delivery {
namespace {

using subscriptions::Action;
using subscriptions::Subscription;
using namespace std::chrono_literals;

constexpr auto lease_life = 10s;
constexpr auto all_in = 60s;          // an event is committed within half a minute of its time (core/events)
constexpr auto looked_at_again = 3s;  // most of those that were late are
constexpr auto noted_every = 10s;
constexpr unsigned most_notices = 100;  // of one operator and group
constexpr auto notices_within = 1h;     // an attack on sign-ins is not to bury who should see it, nor the mails of customers
constexpr unsigned page_size = 1000;
constexpr unsigned most_pages = 10;   // of one call

}  // namespace

bool Courier::hold_trails(Time now) {
    if (now < trails_until_ - lease_life / 2 && now >= trails_until_ - lease_life) return true;
    if (me_.empty()) me_ = uuid_v4(parts_.rng);
    const bool held = leases::hold(db_, every_realm, trails_lease, me_, now, lease_life);
    trails_until_ = held ? now + lease_life : Time{};
    if (!held) trails_.clear();  // whoever has it goes on from what was noted
    return held;
}

Courier::Followed Courier::follow() {
    const auto now = parts_.clock.now();
    Followed out;
    const auto realms = subscriptions_.following(db_);
    if (realms.empty() || !hold_trails(now)) return out;
    for (const auto realm : realms) follow(realm, now, out);
    return out;
}

void Courier::follow(RealmNo realm, Time now, Followed& out) {
    auto rows = rows_of(realm, now, now);
    std::erase_if(rows, [](const Subscription& each) { return !subscriptions::follows(each); });
    if (rows.empty()) return;
    // Of what was before any of them came, or was switched on again, nothing is told.
    const auto since = std::ranges::min(rows, {}, &Subscription::active_since).active_since;
    auto& trail = trails_[realm];
    // What was told before a subscription came may concern that one too; the others' deliveries are there already.
    std::set<SubscriptionId> who;
    for (const auto& each : rows) who.insert(each.id);
    if (who != trail.who) trail.told.clear();
    trail.who = std::move(who);
    if (trail.seen_to == Time{}) trail.noted_to = events::followed_to(db_, realm).value_or(Time{});
    trail.seen_to = std::max({trail.seen_to, trail.noted_to, since});
    trail.read_to = std::max(trail.read_to, events::first_of(trail.seen_to));

    // Once more, up to where nothing can come to any more.
    if (const auto closed = now - all_in; closed > trail.seen_to) {
        auto from = events::first_of(trail.seen_to);
        const bool all = look_through(realm, rows, from, events::first_of(closed), now, out);
        trail.seen_to = all ? closed : time_of(from.value);
        trail.told.erase(trail.told.begin(), trail.told.lower_bound(events::first_of(trail.seen_to)));
        if (trail.seen_to - trail.noted_to >= noted_every) {
            events::note_followed(db_, realm, trail.seen_to);
            trail.noted_to = trail.seen_to;
        }
        if (!all) return;  // far behind: in the order of time
    }
    // At once.
    trail.read_to = std::max(trail.read_to, events::first_of(trail.seen_to));
    look_through(realm, rows, trail.read_to, events::first_of(now + 1ms), now, out);
    trail.read_to = std::min(trail.read_to, events::first_of(now - looked_at_again));
}

// False: there is more than one call may look at.
bool Courier::look_through(RealmNo realm, const std::vector<Subscription>& rows, EventId& from, const EventId& to, Time now, Followed& out) {
    auto& told = trails_[realm].told;
    for (unsigned page = 0; page < most_pages; ++page) {
        const auto some = events::happened(db_, realm, from, to, page_size);
        for (const auto& each : some) {
            if (stop_) return false;
            const auto named = events::named(each.name);
            const bool wanted = named && std::ranges::any_of(rows, [&](const Subscription& row) { return subscriptions::follows(row, *named); });
            if (wanted && !told.contains(each.id)) {
                out.told += tell(realm, rows, each.id, now);
                told.insert(each.id);
            }
            from = each.id;
        }
        if (some.size() < page_size) return true;
    }
    out.more = true;
    return false;
}

unsigned Courier::tell(RealmNo realm_no, const std::vector<Subscription>& rows, const EventId& id, Time now) {
    const auto event = events::find(db_, realm_no, id);
    if (!event) return 0;  // purged meanwhile
    const auto realm = realms_.get(db_, now, realm_no);
    unsigned told = 0;
    for (const auto& row : rows) {
        if (!subscriptions::told_of(row, *event)) continue;
        if (row.action == Action::notice) {
            const auto hundredth = deliveries_.list(db_, realm_no, {.subscription = row.id}, most_notices - 1, 1);
            if (!hundredth.empty() && now - hundredth.front().created_at < notices_within) {
                parts_.log.info("notice.too_many", {{"realm", realm_no}, {"subscription", row.name}, {"event", id}});
                continue;
            }
        }
        auto cause = outbox::cause_of(*event);
        cause.only = row.id;
        const auto receiver = receiver_of(realm_no, cause, rows);
        const auto templates = templates_for(realm_no, {row});
        for (auto& each : plan({.realm = *realm, .rows = rows, .receiver = receiver, .now = now, .templates = &templates}, cause)) {
            // What several events of one request are to them is told once.
            const bool by_request = row.format == subscriptions::Format::elasticpath || row.format == subscriptions::Format::freshcom;
            each.delivery.id = by_request ? deliveries::told_id(told_of_request(cause, each.delivery.topic), row.id, each.delivery.topic)
                                           : deliveries::told_id(id, row.id);
            if (deliveries_.add_once(db_, now, each.delivery, each.payload)) ++told;
        }
    }
    return told;
}

// Whom a cause concerns: the customer, or of a notice the operator it goes to.
deliveries::Receiver Courier::receiver_of(RealmNo realm, const outbox::Cause& cause, const std::vector<Subscription>& rows) {
    const auto row = std::ranges::find(rows, cause.only, &Subscription::id);
    if (!cause.only.empty() && row != rows.end() && row->action == Action::notice) {
        const auto user = parse_uuid(row->target);
        return user ? deliveries_.operator_receiver(db_, realm, UserId{*user}).value_or(deliveries::Receiver{}) : deliveries::Receiver{};
    }
    if (cause.user.empty() && cause.account == AccountNo{}) return {};
    auto receiver = deliveries_.receiver(db_, realm, cause.user, cause.account);
    // An integration is told of the account, whose user may be gone by now.
    const bool integration = !cause.only.empty() && row != rows.end() && row->format == subscriptions::Format::elasticpath;
    if (!receiver && integration && cause.account != AccountNo{}) receiver = deliveries_.receiver(db_, realm, {}, cause.account);
    return receiver.value_or(deliveries::Receiver{});
}

}  // namespace authtickets::delivery
