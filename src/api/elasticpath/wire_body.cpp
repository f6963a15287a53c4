// SPDX-License-Identifier: MIT
// What callers send. A body that is not understood, a member missing or of another kind among it, is a 400; one that is understood
// and holds a value that cannot be used is a 422 (EP31, EP37, docs/elasticpath.md).
#include <algorithm>

#include "api/elasticpath/wire.h"

namespace authtickets::elasticpath {

Result<Json> data_of(const http::Request& request, std::initializer_list<std::string_view> types) {
    if (request.body.empty()) return refuse(Why::bad_request, "", "the body is empty");
    auto body = parse_json(request.body);
    if (!body) return refuse(Why::bad_request, "", "the body cannot be read: " + body.error().text);
    const auto* const data = body->find("data");
    if (!data || !data->is_object()) return refuse(Why::bad_request, "data", "must be an object that holds the members of the request");
    const auto* const type = data->find("type");
    const auto* const text = type ? type->text() : nullptr;
    if (!text || std::ranges::find(types, *text) == types.end()) {
        return refuse(Why::bad_request, "type", "must be " + std::string(*types.begin()));
    }
    return *data;
}

std::optional<Uuid> id_in(std::string_view text) {
    const auto id = parse_uuid(text);
    return id && dashed(*id) == text ? id : std::nullopt;
}

const Json* Members::given(std::string_view name) const {
    const auto* const value = object_.find(name);
    return value && !value->is_null() ? value : nullptr;
}

void Members::wrong_kind(std::string_view name, std::string_view text) {
    if (!refused_) refused_ = Refusal{.why = Why::bad_request, .field = std::string(name), .text = std::string(text)};
}

void Members::wrong_value(std::string_view name, std::string_view text) {
    if (!refused_) refused_ = Refusal{.why = Why::bad_parameter, .field = std::string(name), .text = std::string(text)};
}

std::string Members::required(std::string_view name) {
    const auto* const value = given(name);
    if (value && !value->text()) {
        wrong_kind(name, "must be a text");
        return {};
    }
    if (!value || value->text()->empty()) {
        if (!refused_) refused_ = Refusal{.why = Why::missing_parameter, .field = std::string(name)};
        return {};
    }
    return *value->text();
}

std::optional<std::string> Members::text(std::string_view name) {
    const auto* const value = object_.find(name);
    if (!value) return std::nullopt;
    if (const auto* const text = value->text()) return *text;
    wrong_kind(name, "must be a text");
    return std::nullopt;
}

std::optional<std::string> Members::clearable(std::string_view name) {
    const auto* const value = object_.find(name);
    if (value && value->is_null()) return std::string();
    return text(name);
}

std::optional<Secret> Members::secret(std::string_view name) {
    auto value = text(name);
    if (!value) return std::nullopt;
    return Secret(std::move(*value));
}

std::optional<std::int64_t> Members::integer(std::string_view name) {
    const auto* const value = object_.find(name);
    if (!value) return std::nullopt;
    const auto number = value->integer();
    if (!number) wrong_kind(name, "must be a whole number");
    return number;
}

std::optional<bool> Members::boolean(std::string_view name) {
    const auto* const value = object_.find(name);
    if (!value) return std::nullopt;
    const auto truth = value->boolean();
    if (!truth) wrong_kind(name, "must be true or false");
    return truth;
}

const Json* Members::object(std::string_view name) {
    const auto* const value = given(name);
    if (!value || value->is_object()) return value;
    wrong_kind(name, "must be an object");
    return nullptr;
}

const Json::Array* Members::list(std::string_view name) {
    const auto* const value = given(name);
    if (!value) return nullptr;
    if (const auto* const items = value->items()) return items;
    wrong_kind(name, "must be a list");
    return nullptr;
}

}  // namespace authtickets::elasticpath
