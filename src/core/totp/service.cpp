// SPDX-License-Identifier: MIT
// Authenticators set up, tried and turned off (TO3 to TO8).
#include <authtickets/core/totp.h>

#include <utility>

#include <authtickets/base/fault.h>
#include <authtickets/core/codes.h>
#include <authtickets/crypto/seal.h>

#include "core/totp/store.h"

namespace authtickets::totp {
namespace {

using crypto::Purpose;

constexpr std::string_view authenticators = "totp_authenticators", setups = "totp_setups";

crypto::Place place(std::string_view table, RealmNo realm, const UserId& user) {
    return {.table = table, .column = "secret", .realm = realm, .row = user.value, .user = user.value};
}

Charge why_not(const std::optional<store::Row>& row) {
    Charge refused;
    refused.reason = !row ? Reason::absent : row->blocked_at ? Reason::blocked : Reason::paused;
    if (row && !row->blocked_at) refused.paused_until = row->paused_until;
    return refused;
}

// The charge, and the row as it is after it. What is not admitted is compared with nothing.
std::pair<Charge, std::optional<store::Row>> charged(db::Db& db, const Context& context, const UserId& user) {
    const bool admitted = store::charge(db, context, user);
    auto row = store::get(db, context.realm, user);
    if (!admitted || !row) return {why_not(row), std::move(row)};
    const Charge charge{.admitted = true, .failed = row->charged, .paused_until = row->paused_until};
    return {charge, std::move(row)};
}

}  // namespace

Setup Totp::setup(db::Session& session, const Context& context, const UserId& user) {
    const auto here = place(setups, context.realm, user);
    auto row = store::setup(session, context.realm, user);
    if (row && context.now < row->dead_at) {
        if (auto secret = crypto::unseal(keys_, Purpose::totp, here, row->sealed)) return {.secret = std::move(*secret), .expires_at = row->dead_at};
        store::take_setup(session, context.realm, user, row->sealed);  // its key is lost
    }
    std::string bytes(secret_bytes, '\0');
    rng_.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    const Secret fresh(std::move(bytes));
    const auto sealed = crypto::seal(keys_, Purpose::totp, context.now, rng_, here, fresh);
    const bool ours = store::put_setup(session, context, user, sealed, context.now + setup_life);
    row = store::setup(session, context.realm, user);  // of two that began at once both show the first one's
    auto secret = row ? crypto::unseal(keys_, Purpose::totp, here, row->sealed) : std::nullopt;
    if (!secret) throw Fault("the set-up of an authenticator was changed while it was made");
    return {.secret = std::move(*secret), .expires_at = row->dead_at, .fresh = ours};
}

Activation Totp::activate(db::Tx& tx, const Context& context, const realms::Settings& settings, const UserId& user, std::string_view typed) {
    constexpr std::int64_t none_used = -1;
    const auto row = store::setup(tx, context.realm, user);
    const auto secret = row && context.now < row->dead_at ? crypto::unseal(keys_, Purpose::totp, place(setups, context.realm, user), row->sealed)
                                                          : std::nullopt;
    if (!secret) return {.expired = true};
    const auto digits = codes::digits(typed);
    if (!digits) return {.reason = Reason::malformed};
    const auto verdict = judge(*secret, *digits, step_of(context.now), settings.totp_skew, none_used);
    if (verdict.reason != Reason::none) return {.reason = verdict.reason};
    if (!store::take_setup(tx, context.realm, user, row->sealed)) return {.expired = true};
    const auto sealed = crypto::seal(keys_, Purpose::totp, context.now, rng_, place(authenticators, context.realm, user), *secret);
    return {.on = true, .moved = store::enable(tx, context, user, sealed, verdict)};
}

Attempt Totp::attempt(db::Db& db, const Context& context, const realms::Settings& settings, const UserId& user, std::string_view typed) {
    Attempt attempt{.user = user};
    const auto digits = codes::digits(typed);
    if (!digits) {
        attempt.reason = Reason::malformed;
        return attempt;
    }
    auto [charge, row] = charged(db, context, user);
    attempt.charge = charge;
    attempt.reason = charge.reason;
    if (!charge.admitted) return attempt;
    const auto here = place(authenticators, context.realm, user);
    const auto secret = crypto::unseal(keys_, Purpose::totp, here, row->sealed);
    if (!secret) throw Fault("the secret of an authenticator does not open: its key is lost, or its row was changed");
    const auto verdict = judge(*secret, *digits, step_of(context.now), settings.totp_skew, row->last_step);
    attempt.reason = verdict.reason;
    attempt.right = verdict.reason == Reason::none;
    attempt.step = verdict.step;
    attempt.drift = verdict.drift;
    attempt.last_step = row->last_step;
    attempt.sealed = std::move(row->sealed);
    attempt.resealed = attempt.sealed;
    if (attempt.right && crypto::key_of(attempt.sealed) != keys_.signing(context.now)) {
        attempt.resealed = crypto::seal(keys_, Purpose::totp, context.now, rng_, here, *secret);  // KL1
    }
    if (attempt.reason == Reason::replayed) {
        db.transact([&](db::Tx& tx) {  // which is tried again where two primaries meet in the row
            give_back(tx, context, attempt);
            return true;
        });
    }
    return attempt;
}

bool Totp::consume(db::Tx& tx, const Context& context, const Attempt& attempt) { return attempt.right && store::consume(tx, context, attempt); }

void Totp::give_back(db::Session& session, const Context& context, const Attempt& attempt) {
    if (attempt.charge.admitted) store::give_back(session, context, attempt);
}

bool Totp::turn_off(db::Tx& tx, const Context& context, const UserId& user) { return remove(tx, context.realm, user); }

std::optional<State> Totp::state(db::Session& session, RealmNo realm, const UserId& user) { return store::state(session, realm, user); }

Charge Totp::charge(db::Db& db, const Context& context, const UserId& user) { return charged(db, context, user).first; }

void Totp::forgive(db::Tx& tx, const Context& context, const UserId& user) { store::forgive(tx, context, user); }

std::optional<std::uint32_t> Totp::begin_codes(db::Tx& tx, const Context& context, const UserId& user) {
    return store::begin_codes(tx, context, user);
}

bool Totp::confirm_codes(db::Tx& tx, const Context& context, const UserId& user, std::uint32_t set) {
    return store::confirm_codes(tx, context, user, set);
}

Totp::Resealed Totp::reseal(db::Db& db, const Context& context, const UserId& after) {
    constexpr unsigned page = 100;  // rows that one transaction holds while their owners wait
    const auto rows = store::sealed_otherwise(db, context.realm, keys_.signing(context.now), after, page);
    Resealed out;
    std::vector<std::pair<const store::SealedSecret*, std::string>> fresh;
    for (const auto& row : rows) {
        const auto here = place(authenticators, context.realm, row.user);
        const auto open = crypto::unseal(keys_, Purpose::totp, here, row.sealed);
        if (open) fresh.emplace_back(&row, crypto::seal(keys_, Purpose::totp, context.now, rng_, here, *open));
        else ++out.lost;
    }
    out.done = db.transact([&](db::Tx& tx) {
        std::uint64_t done = 0;
        for (const auto& [row, sealed] : fresh) done += store::replace_sealed(tx, context.realm, row->user, row->sealed, sealed) ? 1 : 0;
        return done;
    });
    if (rows.size() == page) out.last = rows.back().user;
    return out;
}

}  // namespace authtickets::totp
