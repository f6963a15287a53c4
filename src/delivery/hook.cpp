// SPDX-License-Identifier: MIT
// Web hooks: bodies, headers, signatures.
#include <authtickets/delivery/hook.h>

#include <chrono>

#include <authtickets/base/json.h>
#include <authtickets/crypto/hmac.h>

namespace authtickets::delivery {
namespace {

// Texts that others gave (a site's domain) must not begin another header.
std::string header(std::string_view name, std::string_view value) {
    std::string out = std::string(name) + ": ";
    for (const char c : value) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
    return out;
}

std::string seven_digits(Time at) {
    auto text = iso8601(at);
    text.insert(text.size() - 1, "0000");
    return text;
}

}  // namespace

std::string kibo_body(const KiboEvent& event) {
    auto properties = Json::array();
    for (const auto& [key, value] : event.properties) properties.push(Json::object({{"key", key}, {"value", value}}));
    return Json::object({{"eventId", dashed(event.id)},
                         {"topic", event.topic},
                         {"entityId", event.entity_id},
                         {"timestamp", seven_digits(event.at)},
                         {"correlationId", hex(event.correlation)},
                         {"isTest", event.is_test},
                         {"extendedProperties", std::move(properties)}})
        .dump();
}

// kibo 8.1: plain SHA-256 over texts put together, not RFC 2104.
std::string kibo_signature(const Secret& secret, std::string_view date, std::string_view body) {
    std::string twice(secret.reveal());
    twice += secret.reveal();
    auto key = base64(crypto::sha256(as_bytes(twice)));
    wipe(twice);
    crypto::Sha256 hash;
    hash.feed(as_bytes(key));
    hash.feed(as_bytes(date));
    hash.feed(as_bytes(body));
    wipe(key);
    return base64(hash.finish());
}

std::vector<std::string> kibo_headers(const KiboPlace& place, const Uuid& correlation, Time now, const Secret& secret,
                                      std::string_view body) {
    const auto date = rfc1123(now);
    std::vector<std::string> out{"Content-Type: application/json", header("Date", date),
                                 header("x-vol-hmac-sha256", kibo_signature(secret, date, body)),
                                 header("x-vol-correlation", hex(correlation))};
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out.push_back(header(name, value));
    };
    add("x-vol-tenant", place.tenant);
    add("x-vol-tenant-domain", place.tenant_domain);
    add("x-vol-site", place.site);
    add("x-vol-master-catalog", place.master_catalog);
    add("x-vol-catalog", place.catalog);
    add("x-vol-locale", place.locale);
    add("x-vol-currency", place.currency);
    return out;
}

std::string own_signature(const Secret& secret, std::string_view id, std::string_view timestamp, std::string_view body) {
    std::string whole(id);
    whole.append(".").append(timestamp).append(".").append(body);
    const auto mac = crypto::hmac_sha256_once(as_bytes(secret.reveal()), as_bytes(whole));
    wipe(whole);  // a body may hold a code
    return "v1=" + hex(mac);
}

std::vector<std::string> own_headers(const Uuid& id, Time now, const Secret& secret, std::string_view body) {
    const auto name = dashed(id);
    const auto timestamp = std::to_string(std::chrono::floor<Seconds>(now).time_since_epoch().count());
    return {"Content-Type: application/json", header("authtickets-id", name), header("authtickets-timestamp", timestamp),
            header("authtickets-signature", own_signature(secret, name, timestamp, body))};
}

std::vector<std::string> elasticpath_headers(const Uuid& id, Time now, const std::optional<Secret>& secret, std::string_view body) {
    if (!secret) return {"Content-Type: application/json"};
    auto out = own_headers(id, now, *secret, body);
    out.push_back(header("X-Moltin-Secret-Key", secret->reveal()));
    return out;
}

std::vector<std::string> freshcom_headers(const Uuid& id, Time now, const Secret& secret, std::string_view body) {
    auto out = own_headers(id, now, secret, body);
    out.front() = "Content-Type: application/vnd.api+json";
    out.push_back(header("X-Freshcom-Secret-Key", secret.reveal()));
    return out;
}

bool succeeded(HookFormat format, int status) {
    return format == HookFormat::kibo ? status == 200 : status >= 200 && status < 300;
}

}  // namespace authtickets::delivery
