// SPDX-License-Identifier: MIT
// Budgets per shopper's address and per application.
#include <authtickets/core/throttle.h>

#include <algorithm>
#include <vector>

#include "core/throttle/store.h"

namespace authtickets::throttle {
namespace {

using std::chrono::microseconds;

Budget failure_budget(const realms::Settings& settings) {
    return {.brief = {.burst = settings.failures_per_minute, .interval = Millis(60'000) / settings.failures_per_minute},
            .lasting = {.burst = settings.failures_per_hour, .interval = Millis(3'600'000) / settings.failures_per_hour}};
}

// Addresses and users do not rest in the table: the key is a keyed hash of what is budgeted and whose it is.
store::Key key_of(crypto::Keyring& keys, const Context& context, std::string_view what, std::string_view whose) {
    crypto::KeyId id{};
    const auto key = keys.subkey_of_signer(crypto::Purpose::lookup, context.now, id);
    const auto digest = crypto::hmac_sha256(key, as_bytes(std::string(what).append(" ").append(whose)));
    store::Key out;
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

store::Key address_key(crypto::Keyring& keys, const Context& context) {
    return key_of(keys, context, "sign-in failures", address_block(context.address));
}

// OC7. Each in the short run and over a day.
Budget sending_budget(const realms::Settings& settings, bool sms) {
    constexpr auto day = Millis(24 * 3600 * 1000);
    const auto daily = sms ? settings.sms_per_day : settings.mails_per_day;
    const Rate lasting{.burst = daily, .interval = day / daily};
    if (sms) return {.brief = {.burst = 10, .interval = Millis(120'000)}, .lasting = lasting};
    return {.brief = {.burst = 12, .interval = Millis(60'000)}, .lasting = lasting};
}

constexpr Rate sixty_an_hour{.burst = 60, .interval = Millis(60'000)};
constexpr Budget asking_budget{.brief = sixty_an_hour, .lasting = sixty_an_hour};

constexpr Rate five_an_hour{.burst = 5, .interval = Millis(3'600'000) / 5};
constexpr Budget taken_budget{.brief = five_an_hour, .lasting = five_an_hour};

constexpr Budget renewal_budget{.brief = {.burst = 60, .interval = Millis(60'000)}, .lasting = {.burst = 600, .interval = Millis(24 * 3'600'000) / 600}};

store::Key registration_key(crypto::Keyring& keys, const Context& context) {
    return key_of(keys, context, "told that a name is taken", address_block(context.address));
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

bool SendingCap::take() {
    const auto now = std::chrono::duration_cast<microseconds>(steady_now());
    const std::lock_guard hold(lock_);
    const auto next = std::max(arrival_, now) + interval_;
    if (next > now + microseconds(1'000'000)) return false;
    arrival_ = next;
    return true;
}

Result<bool> Throttle::charge_sending(db::Db& db, const Context& context, const realms::Settings& settings, const Sending& sending) {
    struct Charge {
        store::Key key;
        Budget budget;
        bool silent = false;
    };
    const auto budget = sending_budget(settings, sending.sms);
    const std::string what = std::string(sending.what).append(sending.sms ? " by SMS" : "");
    std::vector<Charge> charges{{key_of(keys_, context, what + " of", sending.whose), budget}};
    if (context.own_address) charges.push_back({key_of(keys_, context, "asked from", address_block(context.address)), asking_budget});
    std::ranges::sort(charges, {}, &Charge::key);  // TH8: one order for all
    if (!sending.destination.empty()) charges.push_back({key_of(keys_, context, what + " to", sending.destination), budget, sending.typed});
    const auto give_back = [&](std::size_t paid) {
        for (std::size_t i = 0; i < paid; ++i) store::refund(db, context.realm, charges[i].key, charges[i].budget);
    };
    Refusal refusal{.why = Why::throttled, .retry_after = Seconds(1)};
    for (std::size_t i = 0; i < charges.size(); ++i) {
        const auto& [key, limit, silent] = charges[i];
        if (store::charge(db, context.realm, key, limit, context.now)) continue;
        if (silent) return false;  // what was asked for is paid for all the same, as for a name that nobody has
        give_back(i);
        if (const auto there = store::arrivals(db, context.realm, key)) {
            refusal.retry_after = std::max(wait(there->brief, context.now, limit.brief), wait(there->lasting, context.now, limit.lasting));
        }
        return refuse(std::move(refusal));
    }
    // Last, so that what a budget refuses takes nothing from the others.
    if (cap_.take()) return true;
    give_back(charges.size());
    return refuse(std::move(refusal));
}

bool Throttle::charge(db::Db& db, const Context& context, std::string_view what, std::string_view whose, Rate rate) {
    return store::charge(db, context.realm, key_of(keys_, context, what, whose), {.brief = rate, .lasting = rate}, context.now);
}

bool Throttle::first_within(db::Db& db, const Context& context, std::string_view what, const UserId& user, Seconds window) {
    const Rate once{.burst = 1, .interval = Millis(window)};
    return store::charge(db, context.realm, key_of(keys_, context, what, as_text(user.value.bytes)), {.brief = once, .lasting = once}, context.now);
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

Result<void> Throttle::charge_registration(db::Db& db, const Context& context) {
    if (!context.own_address) return {};
    const auto key = registration_key(keys_, context);
    if (store::charge(db, context.realm, key, taken_budget, context.now)) return {};
    Refusal refusal{.why = Why::throttled, .retry_after = Seconds(1)};
    if (const auto there = store::arrivals(db, context.realm, key)) refusal.retry_after = wait(there->brief, context.now, five_an_hour);
    return refuse(std::move(refusal));
}

void Throttle::refund_registration(db::Db& db, const Context& context) {
    if (context.own_address) store::refund(db, context.realm, registration_key(keys_, context), taken_budget);
}

Result<void> Throttle::charge_renewal(db::Db& db, const Context& context, const UserId& user) {
    const auto key = key_of(keys_, context, "tickets from a ticket", as_text(user.value.bytes));
    if (store::charge(db, context.realm, key, renewal_budget, context.now)) return {};
    Refusal refusal{.why = Why::throttled, .retry_after = Seconds(1)};
    if (const auto there = store::arrivals(db, context.realm, key)) {
        refusal.retry_after = std::max(wait(there->brief, context.now, renewal_budget.brief), wait(there->lasting, context.now, renewal_budget.lasting));
    }
    return refuse(std::move(refusal));
}

Result<void> ApplicationBuckets::charge(const Context& context, RealmNo realm, ApplicationNo application, bool implicit) {
    const auto interval = microseconds(1'000'000) / per_second_;
    const auto burst = microseconds(1'000'000);  // a second's worth at once
    const auto now = std::chrono::duration_cast<microseconds>(steady_now());
    const std::lock_guard hold(lock_);
    auto& arrival = arrivals_[{realm.value, application.value, implicit}];
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
