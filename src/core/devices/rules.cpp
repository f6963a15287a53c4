// SPDX-License-Identifier: MIT
// What a claim must be to be looked at (X6).
#include <authtickets/core/devices.h>

#include <algorithm>

#include <authtickets/base/utf8.h>

namespace authtickets::devices {
namespace {

bool usable(std::string_view text, std::size_t longest) {
    if (text.empty() || text.size() > longest) return false;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = next_code_point(text, at);
        if (point == not_utf8 || point < ' ' || point == 0x7F) return false;
    }
    return std::ranges::any_of(text, [](char c) { return c != ' '; });
}

}  // namespace

std::string usable_fingerprint(std::string_view claimed) { return usable(claimed, longest_fingerprint) ? std::string(claimed) : std::string(); }
std::string usable_region(std::string_view claimed) { return usable(claimed, longest_region) ? std::string(claimed) : std::string(); }

bool trusts(const realms::Settings& settings, const std::optional<Time>& trusted_until, Time now) {
    return trusted_until && now < *trusted_until && *trusted_until <= now + settings.trust_life;
}

}  // namespace authtickets::devices
