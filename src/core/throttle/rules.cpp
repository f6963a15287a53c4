// SPDX-License-Identifier: MIT
// Budgets and addresses, the pure part.
#include <authtickets/core/throttle.h>

#include <algorithm>

#include <authtickets/base/bytes.h>

namespace authtickets::throttle {
namespace {

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
    const auto bytes = net::parse_address(address);
    return bytes ? as_text(ByteView(*bytes).first(net::is_ipv4(*bytes) ? 16 : 8)) : std::string(address);
}

bool TrustedProxies::trusts(std::string_view address) const {
    const auto bytes = net::parse_address(address);
    return bytes && blocks_.hold(*bytes);
}

ClientAddress TrustedProxies::client(std::string_view peer, std::string_view forwarded_for) const {
    if (forwarded_for.empty() || !trusts(peer)) return {.address = std::string(peer), .forwarded = false};
    std::string_view rest = forwarded_for;
    while (true) {  // right to left, to the first address that is none of ours; what stands left of it was sent by anyone
        const auto comma = rest.rfind(',');
        const auto item = without_port(trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1)));
        // No address where one decides: the budget is the peer's then, not nobody's.
        if (!net::parse_address(item)) return {.address = std::string(peer), .forwarded = true};
        if (!trusts(item)) return {.address = std::string(item), .forwarded = true};
        if (comma == std::string_view::npos) return {.address = std::string(peer), .forwarded = false};  // nobody outside is named
        rest = rest.substr(0, comma);
    }
}

}  // namespace authtickets::throttle
