// SPDX-License-Identifier: MIT
// Decisions about the keys of a key file (KL1, docs/security.md). Pure.
#pragma once

#include <optional>
#include <string_view>

#include <authtickets/crypto/keyring.h>

namespace authtickets::cli {

inline constexpr auto known_everywhere = std::chrono::hours(1);  // KL1: when a further key begins to sign
inline constexpr auto longest_token = std::chrono::days(30);     // TK2: no token outlives this

struct Standing {
    enum class State { signs, waits, checks } state{};
    std::optional<Time> signed_until{};  // checks: when another key took over
    // When no token made with it can be good any more; none while it signs.
    std::optional<Time> drop_from{};
};
Standing standing(const crypto::KeyFile&, const crypto::FileKey&, Time now);
std::string_view name(Standing::State);

// A key to be added: the first of a file signs at once.
crypto::FileKey next_key(const crypto::KeyFile&, Time now, Rng&);

}  // namespace authtickets::cli
