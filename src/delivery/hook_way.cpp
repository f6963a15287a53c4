// SPDX-License-Identifier: MIT
// Web hooks go out: the URL is judged, then the address of every connection.
#include <authtickets/delivery/ways.h>

#include <algorithm>

namespace authtickets::delivery {
namespace {

constexpr std::size_t answer_bytes = std::size_t{4} * 1024;  // the status decides; of the body the log of integrations keeps the beginning

}  // namespace

HookWay::HookWay(const Config& config)
    : rules_(net::hook_rules(config)), limits_{.deadline = config.hook_timeout, .bytes = answer_bytes}, client_(rules_.addresses) {}

Sent HookWay::send(HookFormat format, const std::string& url, std::span<const std::string> headers, std::string_view body) {
    // Judged at every attempt: the configuration may have changed since the URL was taken in.
    if (const auto why = net::why_not(url, rules_); !why.empty()) {
        return hook_verdict(format, {.why = "refused URL: " + why, .refused = true});
    }
    auto limits = limits_;
    if (format == HookFormat::elasticpath || format == HookFormat::freshcom) limits.deadline = std::min(limits.deadline, elasticpath_deadline);
    return hook_verdict(format, client_.post(url, headers, body, limits));
}

}  // namespace authtickets::delivery
