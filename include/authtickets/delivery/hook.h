// SPDX-License-Identifier: MIT
// What a web hook says and how it is signed: Kibo's form (kibo 8.1) and our own (KL9). Pure. A signature holds for a moment
// (Kibo's receivers take 180 s, ours 300 s), so headers are made anew for every attempt.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <authtickets/base/clock.h>
#include <authtickets/base/ids.h>
#include <authtickets/base/secret.h>

namespace authtickets::delivery {

enum class HookFormat { own, kibo };

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

bool succeeded(HookFormat, int status);  // Kibo: 200 only; own: any 2xx

}  // namespace authtickets::delivery
