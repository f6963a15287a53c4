// SPDX-License-Identifier: MIT
// Deliveries made, leased and noted.
#include <authtickets/core/deliveries.h>

#include <algorithm>

#include <authtickets/crypto/seal.h>

#include "core/deliveries/store.h"

namespace authtickets::deliveries {
namespace {

// What the other side says may be anything.
std::string printable(std::string_view error) {
    constexpr std::size_t longest = 255;
    std::string out(error.substr(0, longest));
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

crypto::Place sent_place(RealmNo realm, const DeliveryId& id) {
    return {.table = "sent_messages", .column = "content", .realm = realm, .row = id.value, .user = {}};
}

SentMessage opened(crypto::Keyring& keys, RealmNo realm, store::SentRow row) {
    const auto text = row.sealed ? crypto::unseal(keys, crypto::Purpose::outbox, sent_place(realm, row.message.id), *row.sealed) : std::nullopt;
    row.message.kept = text && read_content(text->reveal(), row.message.content);
    return std::move(row.message);
}

crypto::Place place(const Delivery& delivery) {
    return {.table = "deliveries", .column = "payload", .realm = delivery.realm, .row = delivery.id.value, .user = {}};
}

}  // namespace

void Deliveries::add(db::Tx& tx, Time now, const Delivery& delivery, const Payload& payload) {
    Delivery owed = delivery;
    owed.sealed = crypto::seal(keys_, crypto::Purpose::outbox, now, rng_, place(owed), Secret(payload_text(payload)));
    store::insert(tx, owed, crypto::key_of(owed.sealed).value());
}

bool Deliveries::add_once(db::Session& session, Time now, const Delivery& delivery, const Payload& payload) {
    Delivery owed = delivery;
    owed.sealed = crypto::seal(keys_, crypto::Purpose::outbox, now, rng_, place(owed), Secret(payload_text(payload)));
    return store::insert_once(session, owed, crypto::key_of(owed.sealed).value());
}

std::optional<Receiver> Deliveries::operator_receiver(db::Session& session, RealmNo shop, const UserId& user) {
    return store::operator_receiver(session, shop, user);
}

std::optional<Receiver> Deliveries::receiver(db::Session& session, RealmNo realm, const UserId& user, AccountNo account) {
    return store::receiver(session, realm, user, account);
}

std::vector<Delivery> Deliveries::due(db::Session& session, Queue queue, Time now, unsigned most, const Spared& spared) {
    return store::due(session, queue, now, most, spared);
}

std::optional<Delivery> Deliveries::next_of_lane(db::Session& session, const Delivery& before, Time now) {
    return store::next_of_lane(session, before, now);
}

bool Deliveries::lease(db::Db& db, Delivery& delivery, Time now, Time until) {
    if (!store::lease(db, delivery, now, until)) return false;
    ++delivery.attempts;
    delivery.leased_until = until;
    return true;
}

std::optional<Payload> Deliveries::open(const Delivery& delivery) {
    const auto text = crypto::unseal(keys_, crypto::Purpose::outbox, place(delivery), delivery.sealed);
    return text ? read_payload(text->reveal()) : std::nullopt;
}

Deliveries::Noted Deliveries::note(db::Tx& tx, const Delivery& delivery, const Attempt& attempt, const After& after, Time now) {
    Attempt recorded = attempt;
    recorded.error = printable(attempt.error);
    store::insert_attempt(tx, delivery, recorded);
    const bool noted = store::note(tx, delivery, after, now, recorded.error);
    return {.noted = noted, .first_failure = delivery.last_error.empty()};
}

void Deliveries::keep(db::Tx& tx, const Delivery& delivery, const Content& content, bool words, Time now) {
    std::optional<std::string> sealed;
    if (words) sealed = crypto::seal(keys_, crypto::Purpose::outbox, now, rng_, sent_place(delivery.realm, delivery.id), Secret(content_text(content)));
    store::insert_sent(tx, delivery, content, sealed, sealed ? crypto::key_of(*sealed) : std::nullopt, now);
}

std::vector<SentMessage> Deliveries::sent(db::Session& session, RealmNo realm, Action action, unsigned skip, unsigned most) {
    std::vector<SentMessage> out;
    for (auto& row : store::sent(session, realm, action, skip, most)) out.push_back(opened(keys_, realm, std::move(row)));
    return out;
}

std::uint64_t Deliveries::count_sent(db::Session& session, RealmNo realm, Action action) { return store::count_of_sent(session, realm, action); }

std::optional<SentMessage> Deliveries::find_sent(db::Session& session, RealmNo realm, Action action, const DeliveryId& id) {
    auto row = store::find_sent(session, realm, action, id);
    return row ? std::optional(opened(keys_, realm, std::move(*row))) : std::nullopt;
}

std::uint64_t Deliveries::reseal(db::Db& db, const Context& context) {
    constexpr unsigned page = 500;
    const auto signer = keys_.signing(context.now);
    std::uint64_t done = 0;
    // Each page goes on after the last one: from the beginning, it would pass over all that is done already.
    for (DeliveryId after;;) {
        const auto rows = store::kept_under_others(db, context.realm, signer, after, page);
        for (const auto& row : rows) {
            const auto where = sent_place(context.realm, row.id);
            std::optional<std::string> sealed;
            if (const auto open = crypto::unseal(keys_, crypto::Purpose::outbox, where, row.sealed)) {
                sealed = crypto::seal(keys_, crypto::Purpose::outbox, context.now, rng_, where, *open);
            }
            store::reseal(db, context.realm, row, sealed, sealed ? crypto::key_of(*sealed) : std::nullopt);
            done += sealed ? 1 : 0;
        }
        if (rows.size() < page) return done;
        after = rows.back().id;
    }
}

std::vector<Delivery> Deliveries::list(db::Session& session, RealmNo realm, const Wanted& wanted, unsigned skip, unsigned most) {
    return wanted.subscription ? store::of_subscription(session, realm, *wanted.subscription, skip, most)
                               : store::of_format(session, realm, wanted.format, skip, most);
}

std::uint64_t Deliveries::count(db::Session& session, RealmNo realm, const Wanted& wanted) {
    return wanted.subscription ? store::count_of_subscription(session, realm, *wanted.subscription)
                               : store::count_of_format(session, realm, wanted.format);
}

std::optional<Delivery> Deliveries::find(db::Session& session, RealmNo realm, const DeliveryId& id) { return store::find(session, realm, id); }

std::vector<Attempt> Deliveries::attempts(db::Session& session, RealmNo realm, const DeliveryId& id) {
    return store::attempts(session, realm, id);
}

std::vector<Logged> Deliveries::logged(db::Session& session, RealmNo realm, const std::optional<SubscriptionId>& of, unsigned skip, unsigned most) {
    return store::logged(session, realm, of, skip, most);
}

std::uint64_t Deliveries::count_logged(db::Session& session, RealmNo realm, const std::optional<SubscriptionId>& of) {
    return store::count_of_logged(session, realm, of);
}

std::vector<Delivery> Deliveries::numbered(db::Session& session, RealmNo realm, std::uint64_t number) {
    const auto range = of_number(number);
    return range ? store::between(session, realm, *range) : std::vector<Delivery>{};
}

std::vector<Delivery> Deliveries::newest(db::Session& session, RealmNo realm, State state, unsigned most) {
    return store::newest(session, realm, state, most);
}

Result<void> Deliveries::again(db::Db& db, const Context& context, const DeliveryId& id) {
    return db.transact_or_undo([&](db::Tx& tx) -> Result<void> {
        const auto delivery = store::find(tx, context.realm, id);
        if (!delivery) return refuse(Why::unknown_item, "delivery");
        std::optional<subscriptions::Subscription> subscription;
        if (const auto active = delivery->subscription_id ? store::subscription_active(tx, context.realm, *delivery->subscription_id) : std::nullopt) {
            subscription = subscriptions::Subscription{.id = *delivery->subscription_id, .active = *active};
        }
        const auto event = events::find(tx, context.realm, delivery->event);
        if (const auto why = why_not_again(*delivery, subscription, event.has_value(), store::sites(tx, context.realm))) {
            return refuse(Why::bad_parameter, "delivery", std::string(name(*why)));
        }
        auto cause = outbox::cause_of(*event);
        cause.only = *delivery->subscription_id;
        cause.topic = delivery->topic;
        outbox_.add(tx, context, std::move(cause));
        events_.write(tx, context, {.name = events::Name::webhook_changed,
                                    .actor = "command",
                                    .details = Json::object({{"subscription", delivery->subscription}, {"change", "sent again"}, {"delivery", hex(id.value)}})});
        return {};
    });
}

}  // namespace authtickets::deliveries
