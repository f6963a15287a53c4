// SPDX-License-Identifier: MIT
// What the rules of all formats share.
#pragma once

#include <algorithm>

#include <authtickets/core/subscriptions.h>

namespace authtickets::subscriptions {

inline bool plain(std::string_view text, std::size_t longest) {
    return text.size() <= longest && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Of an integration (integrations.cpp): it observes the key, or one that the event is.
bool observes(const Subscription&, std::string_view key);
bool observes(const Subscription&, events::Name);

// Of a trigger (triggers.cpp): an event that may be called what it waits for; and that brings a code or token, so that it comes by
// its cause.
bool awaits(const Subscription&, events::Name);
bool carried(const Subscription&);

}  // namespace authtickets::subscriptions
