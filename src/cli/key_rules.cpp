// SPDX-License-Identifier: MIT
// When a key signs, and when nothing made with it can be alive any more.
#include "cli/key_rules.h"

#include <algorithm>

namespace authtickets::cli {

Standing standing(const crypto::KeyFile& file, const crypto::FileKey& key, Time now) {
    const auto* const signer = file.signer(now);
    if (signer && signer->id == key.id) return {.state = Standing::State::signs};
    // It has made nothing yet.
    if (key.signs_from > now) return {.state = Standing::State::waits, .drop_from = now};
    // The first of those that sign in its place. Where that one has been dropped since, a later one stands for it.
    std::optional<Time> taken_over;
    for (const auto& other : file.keys) {
        const bool later = other.signs_from > key.signs_from || (other.signs_from == key.signs_from && other.id > key.id);
        if (later && other.signs_from <= now) taken_over = std::min(taken_over.value_or(other.signs_from), other.signs_from);
    }
    return {.state = Standing::State::checks,
            .signed_until = taken_over,
            .drop_from = taken_over.value_or(now) + longest_token};
}

std::string_view name(Standing::State state) {
    switch (state) {
        case Standing::State::signs: return "signs";
        case Standing::State::waits: return "waits";
        case Standing::State::checks: return "checks";
    }
    return "unknown";
}

crypto::FileKey next_key(const crypto::KeyFile& file, Time now, Rng& rng) {
    crypto::KeyId highest = 0;
    for (const auto& key : file.keys) highest = std::max(highest, key.id);
    return {.id = highest + 1,
            .created_at = now,
            .signs_from = file.keys.empty() ? now : now + known_everywhere,
            .bytes = rng.bytes<32>()};
}

}  // namespace authtickets::cli
