// SPDX-License-Identifier: MIT
// What callers send (FC5 to FC11, docs/freshcom.md).
#include <algorithm>

#include "api/freshcom/wire.h"

namespace authtickets::freshcom {
namespace {

constexpr std::size_t most_tag = 35;  // the longest language tag that is of any use (RFC 5646 section 4.4.1)

bool is_tag(std::string_view text) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return text.size() >= 2 && text.size() <= most_tag && std::ranges::all_of(text, letter);
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

Json object_in(const Json& data, std::string_view name) {
    const auto* const value = data.find(name);
    return value && value->is_object() ? *value : Json::object({});
}

}  // namespace

// The text of a refusal here is the wire's code of it.
Result<Data> data_of(const http::Request& request, std::string_view wanted) {
    const auto body = parse_json(request.body);
    if (!body) return refuse(Why::bad_request, "", "invalid_json");
    const auto* const data = body->find("data");
    if (!data || !data->is_object()) return refuse(Why::bad_request, "", "missing_required_fields");
    const auto* const type = data->find("type");
    if (!type || !type->text() || type->text()->empty()) return refuse(Why::bad_request, "", "missing_type");
    if (*type->text() != wanted) return refuse(Why::bad_request, "", "invalid_type");
    return Data{.type = *type->text(), .attributes = object_in(*data, "attributes"), .relationships = object_in(*data, "relationships")};
}

void Attributes::add(Refusal refusal) {
    auto others = std::move(refusal.others);
    refusal.others.clear();
    faults_.push_back(std::move(refusal));
    for (auto& each : others) faults_.push_back(std::move(each));
}

void Attributes::wrong(std::string_view name, Refusal::Rule rule, std::string text) {
    faults_.push_back({.why = Why::bad_parameter, .field = std::string(name), .text = std::move(text), .rule = rule});
}

void Attributes::not_found(std::string_view name) {
    faults_.push_back({.why = Why::unknown_item, .field = "/data/attributes/" + std::string(name)});
}

void Attributes::not_found_relationship(std::string_view name) {
    faults_.push_back({.why = Why::unknown_item, .field = "/data/relationships/" + std::string(name)});
}

std::optional<Refusal> Attributes::refused() const {
    if (faults_.empty()) return {};
    auto out = faults_.front();
    out.others.assign(faults_.begin() + 1, faults_.end());
    return out;
}

std::optional<std::string> Attributes::text(std::string_view name) {
    const auto* const value = data_.attributes.find(name);
    if (!value) return {};
    if (value->is_null()) return std::string();
    if (const auto* const text = value->text()) return *text;
    wrong(name, Refusal::Rule::invalid);
    return {};
}

std::string Attributes::required(std::string_view name) {
    const auto before = faults_.size();
    auto value = text(name);
    if (faults_.size() != before) return {};
    if (value && !blank(*value)) return std::move(*value);
    faults_.push_back({.why = Why::missing_parameter, .field = std::string(name)});
    return {};
}

std::optional<Secret> Attributes::secret(std::string_view name) {
    auto value = text(name);
    if (!value) return {};
    return Secret(std::move(*value));
}

Secret Attributes::required_secret(std::string_view name) { return Secret(required(name)); }

std::optional<Json> Attributes::object(std::string_view name) {
    const auto* const value = data_.attributes.find(name);
    if (!value) return {};
    if (value->is_null()) return Json::object({});
    if (value->is_object()) return *value;
    wrong(name, Refusal::Rule::invalid);
    return {};
}

Uuid Attributes::required_relationship(std::string_view name) {
    const auto field = "/data/relationships/" + std::string(name);
    const auto* const one = data_.relationships.find(name);
    const auto* const data = one ? one->find("data") : nullptr;
    const auto* const id = data ? data->find("id") : nullptr;
    if (!id || id->is_null()) {
        faults_.push_back({.why = Why::missing_parameter, .field = field});
        return {};
    }
    const auto uuid = id->text() ? id_of(*id->text()) : std::nullopt;
    if (!uuid) wrong(field, Refusal::Rule::invalid);
    return uuid.value_or(Uuid{});
}

std::optional<Uuid> id_of(std::string_view text) {
    auto id = parse_uuid(text);
    if (id && dashed(*id) != text) id.reset();
    return id;
}

std::string locale_of(const Call& call) {
    if (auto asked = call.request.query.get("locale"); asked && is_tag(*asked)) return std::move(*asked);
    return call.realm ? call.realm->default_locale : "en";
}

}  // namespace authtickets::freshcom
