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

crypto::Place place(const Delivery& delivery) {
    return {.table = "deliveries", .column = "payload", .realm = delivery.realm, .row = delivery.id.value, .user = {}};
}

}  // namespace

void Deliveries::add(db::Tx& tx, Time now, const Delivery& delivery, const Payload& payload) {
    Delivery owed = delivery;
    owed.sealed = crypto::seal(keys_, crypto::Purpose::outbox, now, rng_, place(owed), Secret(payload_text(payload)));
    store::insert(tx, owed, crypto::key_of(owed.sealed).value());
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

std::vector<Delivery> Deliveries::numbered(db::Session& session, RealmNo realm, std::uint64_t number) {
    const auto range = of_number(number);
    return range ? store::between(session, realm, *range) : std::vector<Delivery>{};
}

std::vector<Delivery> Deliveries::newest(db::Session& session, RealmNo realm, State state, unsigned most) {
    return store::newest(session, realm, state, most);
}

}  // namespace authtickets::deliveries
