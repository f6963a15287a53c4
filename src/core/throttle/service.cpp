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

// What is left of the narrower of both budgets.
Quota left(const store::Arrivals& there, Time now, const Budget& budget) {
    const auto brief = throttle::left(there.brief, now, budget.brief), lasting = throttle::left(there.lasting, now, budget.lasting);
    auto narrower = lasting.remaining < brief.remaining ? lasting : brief;
    narrower.given_back = true;
    return narrower;
}

}  // namespace

Result<void> Throttle::charge_address(db::Db& db, const Context& context, const realms::Settings& settings) {
    if (!context.own_address) return {};
    const auto key = address_key(keys_, context);
    const auto budget = failure_budget(settings);
    const bool charged = store::charge(db, context.realm, key, budget, context.now);
    if (charged && !context.quota) return {};
    const auto there = store::arrivals(db, context.realm, key);
    if (there) note(context, left(*there, context.now, budget));
    if (charged) return {};
    Refusal refusal{.why = Why::throttled, .retry_after = Seconds(1)};
    if (there) {
        refusal.retry_after = std::max(wait(there->brief, context.now, budget.brief), wait(there->lasting, context.now, budget.lasting));
    }
    return refuse(std::move(refusal));
}

void Throttle::refund_address(db::Db& db, const Context& context, const realms::Settings& settings) {
    if (!context.own_address) return;
    const auto budget = failure_budget(settings);
    store::refund(db, context.realm, address_key(keys_, context), budget);
    if (!context.quota || !*context.quota || !(*context.quota)->given_back) return;
    // The answer tells what is left now, not what was left in between.
    auto& noted = **context.quota;
    const auto& rate = noted.limit == budget.brief.burst ? budget.brief : budget.lasting;
    noted.remaining = std::min(noted.limit, noted.remaining + 1);
    noted.reset = std::max(Seconds(0), noted.reset - std::chrono::floor<Seconds>(rate.interval));
    if (noted.remaining == noted.limit) noted.reset = Seconds(0);
}

Result<void> ApplicationBuckets::charge(const Context& context, RealmNo realm, ApplicationNo application) {
    const auto interval = microseconds(1'000'000) / per_second_;
    const auto burst = microseconds(1'000'000);  // a second's worth at once
    const auto now = std::chrono::duration_cast<microseconds>(steady_now());
    const std::lock_guard hold(lock_);
    auto& arrival = arrivals_[{realm.value, application.value}];
    const auto next = std::max(arrival, now) + interval;
    const bool charged = next <= now + burst;
    if (charged) arrival = next;
    const auto taken = arrival - now;
    note(context, {.limit = per_second_,
                   .remaining = static_cast<unsigned>(std::max<std::int64_t>(0, (burst - taken) / interval)),
                   .reset = std::chrono::ceil<Seconds>(std::max(microseconds(0), taken))});
    if (!charged) return refuse(Refusal{.why = Why::throttled, .retry_after = Seconds(1)});
    return {};
}

}  // namespace authtickets::throttle
