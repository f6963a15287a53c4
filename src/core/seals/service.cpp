// SPDX-License-Identifier: MIT
// Making seals. What is read was written a minute ago at least, so it is read outside of any transaction.
#include <authtickets/core/seals.h>

#include <authtickets/core/leases.h>

#include "core/seals/store.h"

namespace authtickets::seals {
namespace {

constexpr unsigned page_size = 1000;
// Of one call, about a tenth of a second. The second that is begun is finished.
constexpr std::size_t most_seals = 500;
constexpr std::uint64_t most_events = 10'000;

constexpr RealmNo every_realm{0};
constexpr std::string_view lease = "seal";
constexpr auto lease_life = std::chrono::seconds(10);

struct Second {
    Time begins{};
    std::uint32_t count = 0;
    crypto::Sha256 hash{};
    explicit Second(Time at) : begins(at) {}
};

}  // namespace

Seal Sealer::made(RealmNo realm, const Seal* before, Time to, std::uint32_t count, const crypto::Digest& events_hash, Time now) {
    Seal seal{.realm = realm, .no = before ? before->no + 1 : 1, .to = to, .count = count,
              .events_hash = Bytes(events_hash.begin(), events_hash.end())};
    const auto chained = chain_hash(before ? before->chain_hash : Bytes(32, 0), seal);
    seal.chain_hash.assign(chained.begin(), chained.end());
    const auto key = keys_.subkey_of_signer(crypto::Purpose::event, now, seal.key_id);
    const auto mac = crypto::hmac_sha256(key, sealed_form(seal));
    seal.mac.assign(mac.begin(), mac.end());
    return seal;
}

Sealed Sealer::seal(db::Db& db, Time now, RealmNo realm) {
    const auto last = store::newest(db, realm);
    const Time end = closed_before(now);
    if (last && last->to >= end) return {};

    Sealed sealed;
    std::vector<Seal> seals;
    std::optional<Second> open;
    std::uint64_t events = 0;
    const auto close = [&] {
        if (!open) return;
        const Seal* const before = !seals.empty() ? &seals.back() : last ? &*last : nullptr;
        seals.push_back(made(realm, before, open->begins + std::chrono::seconds(1), open->count, open->hash.finish(), now));
        open.reset();
    };
    for (EventId after = last ? events::first_of(last->to) : EventId{}; !sealed.more;) {
        const auto page = store::macs(db, realm, after, end, page_size);
        for (const auto& event : page) {
            const Time second = second_of(time_of(event.id.value));
            if (!open || open->begins != second) {
                close();
                sealed.more = seals.size() >= most_seals || events >= most_events;
                if (sealed.more) break;
                open.emplace(second);
            }
            open->hash.feed(event.mac);
            ++open->count;
            ++events;
        }
        if (page.size() < page_size) break;
        after = page.back().id;
    }
    close();
    if (seals.empty()) return {};
    try {
        db.transact([&](db::Tx& tx) {
            tx.gather([&] {
                for (const auto& each : seals) store::insert(tx, each);
            });
            return true;
        });
    } catch (const db::Duplicate&) {
        return {};  // another worker was first, with the same events
    }
    sealed.seals = seals.size();
    return sealed;
}

// Asked for again when half of it is over. It only saves work: what makes seals unique is their number.
bool Sealer::hold(db::Db& db, Time now) {
    const bool fresh = now < held_until_ - lease_life / 2 && now >= held_until_ - lease_life;
    if (fresh) return true;
    if (me_.empty()) me_ = uuid_v4(rng_);
    const bool held = leases::hold(db, every_realm, lease, me_, now, lease_life);
    held_until_ = held ? now + lease_life : Time{};
    return held;
}

Sealed Sealer::seal_all(db::Db& db, const Context& context, const std::vector<RealmNo>& realms) {
    if (!hold(db, context.now)) return {.held = false};
    Sealed sum;
    for (const auto realm : realms) {
        const auto sealed = seal(db, context.now, realm);
        sum.seals += sealed.seals;
        sum.more = sum.more || sealed.more;
    }
    return sum;
}

void Sealer::release(db::Db& db) {
    if (held_until_ == Time{}) return;
    leases::release(db, every_realm, lease, me_);
    held_until_ = {};
}

std::optional<Seal> Sealer::newest(db::Session& session, RealmNo realm) { return store::newest(session, realm); }

bool Sealer::verify(const Seal& seal) {
    const auto key = keys_.subkey(crypto::Purpose::event, seal.key_id);
    return key && crypto::equal(crypto::hmac_sha256(*key, sealed_form(seal)), seal.mac);
}

Told told(db::Session& session, events::Events& trail, RealmNo realm) {
    constexpr unsigned enough = 100;  // one would do, were it not for rows that somebody else has put in
    constexpr std::string_view names[] = {"audit.purged"};
    Told told;
    for (const auto& event : events::page_of_names(session, realm, names, {}, enough)) {
        if (!trail.verify(event)) continue;
        const auto details = parse_json(event.details);
        if (!details) continue;
        const auto* const before = details->find("before");
        const auto* const first = details->find("firstSeal");
        if (before && before->text()) told.before = std::max(told.before, parse_iso8601(*before->text()).value_or(Time{}));
        if (first && first->integer().value_or(0) > 0) {
            told.first_seal = std::max(told.first_seal, static_cast<std::uint64_t>(*first->integer()));
        }
    }
    return told;
}

}  // namespace authtickets::seals
