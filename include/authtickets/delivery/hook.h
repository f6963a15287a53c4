// SPDX-License-Identifier: MIT
// What a web hook says and how it is signed: Kibo's form (kibo 8.1), Elastic Path's (docs/elasticpath.md), Freshcom's (docs/freshcom.md) and
// our own (KL9). Pure. A signature holds for a moment
// (Kibo's receivers take 180 s, ours 300 s), so headers are made anew for every attempt.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <authtickets/base/clock.h>
#include <authtickets/base/ids.h>
#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>

namespace authtickets::delivery {

enum class HookFormat { own, kibo, elasticpath, freshcom };

// Kibo's EventEvent as it is pushed.
struct KiboEvent {
    Uuid id{};
    std::string topic{};           // "email.requested"
    std::string entity_id{};
    Time at{};
    Uuid correlation{};
    bool is_test = false;
    std::vector<std::pair<std::string, std::string>> properties{};  // extendedProperties, in this order
};
std::string kibo_body(const KiboEvent&);

// Where the event happened; an empty text leaves its header out.
struct KiboPlace {
    std::string tenant{}, tenant_domain{}, site{}, master_catalog{}, catalog{}, locale{}, currency{};
};
std::vector<std::string> kibo_headers(const KiboPlace&, const Uuid& correlation, Time now, const Secret&, std::string_view body);
std::string kibo_signature(const Secret&, std::string_view date, std::string_view body);

// authtickets-id, authtickets-timestamp (seconds since 1970) and authtickets-signature: "v1=" and the HMAC-SHA-256, in
// hex, of id, a dot, timestamp, a dot and the body's bytes. The id is the delivery's, the same at every attempt.
std::vector<std::string> own_headers(const Uuid& id, Time now, const Secret&, std::string_view body);
std::string own_signature(const Secret&, std::string_view id, std::string_view timestamp, std::string_view body);

// X-Moltin-Secret-Key, which is the secret itself (EP153), and beside it our own headers; an integration without a secret has
// neither.
std::vector<std::string> elasticpath_headers(const Uuid& id, Time now, const std::optional<Secret>&, std::string_view body);
// The same for notification triggers, with X-Freshcom-Secret-Key and the content type of JSON:API (FC224, docs/freshcom.md).
std::vector<std::string> freshcom_headers(const Uuid& id, Time now, const Secret&, std::string_view body);
inline constexpr Millis elasticpath_deadline = std::chrono::seconds(10);  // EP223

bool succeeded(HookFormat, int status);  // Kibo: 200 only; others: any 2xx

}  // namespace authtickets::delivery
