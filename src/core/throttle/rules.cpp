// SPDX-License-Identifier: MIT
// Budgets and addresses, the pure part.
#include <authtickets/core/throttle.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include <authtickets/base/fault.h>

namespace authtickets::throttle {
namespace {

constexpr std::string_view mapped_prefix("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);

// 16 bytes, IPv4 as IPv4-mapped IPv6; none when it is no address.
std::optional<std::string> address_bytes(std::string_view text) {
    const std::string address(text);
    if (address.find('\0') != address.npos) return {};  // what follows would not be looked at
    unsigned char bytes[16];
    if (inet_pton(AF_INET, address.c_str(), bytes) == 1) {
        return std::string(mapped_prefix) + std::string(reinterpret_cast<const char*>(bytes), 4);
    }
    if (inet_pton(AF_INET6, address.c_str(), bytes) == 1) return std::string(reinterpret_cast<const char*>(bytes), 16);
    return {};
}

bool same_bits(std::string_view a, std::string_view b, unsigned bits) {
    const unsigned whole = bits / 8, rest = bits % 8;
    if (a.substr(0, whole) != b.substr(0, whole)) return false;
    if (rest == 0) return true;
    const auto mask = static_cast<unsigned char>(0xff << (8 - rest));
    return ((static_cast<unsigned char>(a[whole]) ^ static_cast<unsigned char>(b[whole])) & mask) == 0;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Some proxies write 192.0.2.1:40000 and [2001:db8::1]:40000.
std::string_view without_port(std::string_view item) {
    if (item.starts_with('[')) {
        const auto end = item.find(']');
        return end == std::string_view::npos ? std::string_view{} : item.substr(1, end - 1);
    }
    const auto colon = item.find(':');
    return colon != std::string_view::npos && item.rfind(':') == colon ? item.substr(0, colon) : item;
}

}  // namespace

Time latest_arrival(Time now, Rate rate) { return now + rate.interval * (rate.burst - 1); }

// A spent budget reaches burst x interval. The minute is for hosts whose clocks differ.
Time beyond_clock(Time now, Rate rate) { return now + rate.interval * rate.burst + std::chrono::minutes(1); }

Seconds wait(Time arrival, Time now, Rate rate) {
    const auto left = arrival - latest_arrival(now, rate);
    return std::max(Seconds(1), std::chrono::ceil<Seconds>(left));
}

Quota left(Time arrival, Time now, Rate rate) {
    const auto taken = std::max(arrival, now) - now;  // of the burst, in time
    const auto free = latest_arrival(now, rate) - std::max(arrival, now);
    const auto remaining = free.count() < 0 ? 0 : free / rate.interval + 1;
    return {.limit = rate.burst, .remaining = static_cast<unsigned>(remaining), .reset = std::chrono::ceil<Seconds>(taken)};
}

void note(const Context& context, const Quota& quota) {
    if (!context.quota) return;
    auto& noted = *context.quota;
    if (!noted || quota.remaining < noted->remaining) noted = quota;
}

std::string address_block(std::string_view address) {
    const auto bytes = address_bytes(address);
    if (!bytes) return std::string(address);
    return bytes->starts_with(mapped_prefix) ? *bytes : bytes->substr(0, 8);
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& list) {
    for (const auto& item : list) {
        const auto slash = item.find('/');
        const auto bytes = address_bytes(item.substr(0, slash));
        unsigned bits = 128;
        bool good = bytes.has_value();
        if (good && slash != std::string::npos) {
            const unsigned offset = item.find(':') == std::string::npos ? 96 : 0;  // an IPv4 block counts from the mapped prefix
            const char* end = item.data() + item.size();
            const auto [stop, error] = std::from_chars(item.data() + slash + 1, end, bits);
            good = error == std::errc{} && stop == end && bits <= 128 - offset;
            bits += offset;
        }
        if (!good) throw BadConfiguration("trusted_proxies: " + item + " is no address and no block of addresses such as 10.0.0.0/8");
        blocks_.push_back({*bytes, bits});
    }
}

bool TrustedProxies::trusts(std::string_view address) const {
    const auto bytes = address_bytes(address);
    return bytes && std::any_of(blocks_.begin(), blocks_.end(),
                                [&](const Block& block) { return same_bits(block.bytes, *bytes, block.bits); });
}

ClientAddress TrustedProxies::client(std::string_view peer, std::string_view forwarded_for) const {
    if (forwarded_for.empty() || !trusts(peer)) return {.address = std::string(peer), .forwarded = false};
    std::string_view rest = forwarded_for;
    while (true) {  // right to left, to the first address that is none of ours; what stands left of it was sent by anyone
        const auto comma = rest.rfind(',');
        const auto item = without_port(trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1)));
        // No address where one decides: the budget is the peer's then, not nobody's.
        if (!address_bytes(item)) return {.address = std::string(peer), .forwarded = true};
        if (!trusts(item)) return {.address = std::string(item), .forwarded = true};
        if (comma == std::string_view::npos) return {.address = std::string(peer), .forwarded = false};  // nobody outside is named
        rest = rest.substr(0, comma);
    }
}

}  // namespace authtickets::throttle
