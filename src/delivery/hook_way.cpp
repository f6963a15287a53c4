// SPDX-License-Identifier: MIT
// Web hooks go out: the URL is judged, then the address of every connection.
#include <authtickets/delivery/ways.h>

namespace authtickets::delivery {
namespace {

constexpr std::size_t answer_bytes = std::size_t{4} * 1024;  // the status decides; of the body nothing is kept

}  // namespace

net::UrlRules hook_rules(const Config& config) {
    return {.insecure = config.hook_insecure, .addresses = net::AddressRules::public_and({config.hook_allow, "hook.allow"})};
}

HookWay::HookWay(const Config& config)
    : rules_(hook_rules(config)), limits_{.deadline = config.hook_timeout, .bytes = answer_bytes}, client_(rules_.addresses) {}

Sent HookWay::send(HookFormat format, const std::string& url, std::span<const std::string> headers, std::string_view body) {
    // Judged at every attempt: the configuration may have changed since the URL was taken in.
    if (const auto why = net::why_not(url, rules_); !why.empty()) {
        return hook_verdict(format, {.why = "refused URL: " + why, .refused = true});
    }
    return hook_verdict(format, client_.post(url, headers, body, limits_));
}

}  // namespace authtickets::delivery
