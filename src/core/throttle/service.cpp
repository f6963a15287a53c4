// SPDX-License-Identifier: MIT
// Budgets per shopper's address and per application.
#include <authtickets/core/throttle.h>

#include <algorithm>

#include "core/throttle/store.h"

namespace authtickets::throttle {
namespace {

using std::chrono::microseconds;

Budget failure_budget(const realms::Settings& settings) {
    return {.brief = {.burst = settings.failures_per_minute, .interval = Millis(60'000) / settings.failures_per_minute},
            .lasting = {.burst = settings.failures_per_hour, .interval = Millis(3'600'000) / settings.failures_per_hour}};
}

// Addresses do not rest in the table: the key is a keyed hash of purpose and block.
store::Key address_key(crypto::Keyring& keys, const Context& context) {
    crypto::KeyId id{};
    const auto key = keys.subkey_of_signer(crypto::Purpose::lookup, context.now, id);
    const auto digest = crypto::hmac_sha256(key, as_bytes("sign-in failures " + address_block(context.address)));
    store::Key out;
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

}  // namespace

Result<void> Throttle::charge_address(db::Db& db, const Context& context, const realms::Settings& settings) {
    if (!context.own_address) return {};
    const auto key = address_key(keys_, context);
    const auto budget = failure_budget(settings);
    if (store::charge(db, context.realm, key, budget, context.now)) return {};
    Refusal refusal{.why = Why::throttled, .retry_after = Seconds(1)};
    if (const auto there = store::arrivals(db, context.realm, key)) {
        refusal.retry_after = std::max(wait(there->brief, context.now, budget.brief), wait(there->lasting, context.now, budget.lasting));
    }
    return refuse(std::move(refusal));
}

void Throttle::refund_address(db::Db& db, const Context& context, const realms::Settings& settings) {
    if (context.own_address) store::refund(db, context.realm, address_key(keys_, context), failure_budget(settings));
}

Result<void> ApplicationBuckets::charge(RealmNo realm, ApplicationNo application) {
    const auto interval = microseconds(1'000'000) / per_second_;
    const auto burst = microseconds(1'000'000);  // a second's worth at once
    const auto now = std::chrono::duration_cast<microseconds>(steady_now());
    const std::lock_guard hold(lock_);
    auto& arrival = arrivals_[{realm.value, application.value}];
    if (arrival > now + burst) return refuse(Refusal{.why = Why::throttled, .retry_after = Seconds(1)});
    arrival = std::max(arrival, now) + interval;
    return {};
}

}  // namespace authtickets::throttle
