// SPDX-License-Identifier: MIT
// Identifiers as types of their own, so that an account's number cannot be passed as a realm's.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/bytes.h>
#include <authtickets/base/clock.h>
#include <authtickets/base/rng.h>

namespace authtickets {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const Uuid&) const = default;
    bool empty() const { return *this == Uuid{}; }
};

Uuid uuid_v4(Rng&);              // RFC 9562 section 5.4: users, accounts
Uuid secret_uuid(Rng&);          // the same for a token that has to look like one: drawn when it is wanted (Rng::fill_id)
Uuid uuid_v7(Time, Rng&);        // RFC 9562 section 5.7: tickets, events; sorts by time
std::string dashed(const Uuid&); // 8-4-4-4-12
std::string hex(const Uuid&);    // 32 digits, as the Kibo door writes it (kibo 4.3)
std::optional<Uuid> parse_uuid(std::string_view);  // either form, either case
Time time_of(const Uuid& v7);

template <class Tag>
struct UuidOf {
    Uuid value{};
    auto operator<=>(const UuidOf&) const = default;
    bool empty() const { return value.empty(); }
};

template <class Tag, class Int>
struct NumberOf {
    Int value{};
    auto operator<=>(const NumberOf&) const = default;
};

using RealmNo = NumberOf<struct RealmTag, std::uint32_t>;
using ApplicationNo = NumberOf<struct ApplicationTag, std::uint32_t>;
using ProfileNo = NumberOf<struct ProfileTag, std::uint32_t>;
using AccountNo = NumberOf<struct AccountNoTag, std::uint32_t>;  // the integer id, from 1001 up
using AccountId = UuidOf<struct AccountTag>;                     // the same account's UUID
using UserId = UuidOf<struct UserTag>;
using LoginId = UuidOf<struct LoginTag>;
using TicketId = UuidOf<struct TicketTag>;
using EventId = UuidOf<struct EventTag>;
using CauseId = UuidOf<struct CauseTag>;
using DeliveryId = UuidOf<struct DeliveryTag>;
using DeviceId = UuidOf<struct DeviceTag>;
using SubscriptionId = UuidOf<struct SubscriptionTag>;
using ApplicationTokenId = UuidOf<struct ApplicationTokenTag>;

}  // namespace authtickets
