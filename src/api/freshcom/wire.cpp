// SPDX-License-Identifier: MIT
// What the resources of the door have in common when they go out.
#include "api/freshcom/wire.h"

namespace authtickets::freshcom {

Json resource(const Uuid& id, std::string_view type, Json attributes, Json relationships) {
    auto out = Json::object({{"id", dashed(id)}, {"type", type}, {"attributes", std::move(attributes)}});
    if (!relationships.is_null()) out.set("relationships", std::move(relationships));
    return out;
}

Json reference(const std::optional<Uuid>& id, std::string_view type) {
    return Json::object({{"data", id ? Json::object({{"id", dashed(*id)}, {"type", type}}) : Json()}});
}

Answer shown(const Call& call, Json data, int status) {
    return {status, Json::object({{"data", std::move(data)}, {"meta", Json::object({{"locale", locale_of(call)}})}})};
}

// Six digits of a second, as clients know it; ours are three.
std::string moment(Time time) {
    auto out = iso8601(time);
    out.back() = '0';
    return out.append("00");
}

Json moment_or_null(const std::optional<Time>& time) { return time ? Json(moment(*time)) : Json(); }

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string camel(std::string_view snake) {
    std::string out;
    bool capital = false;
    for (const char c : snake) {
        if (c == '_') {
            capital = true;
            continue;
        }
        out += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        capital = false;
    }
    return out;
}

std::string snake(std::string_view camel) {
    std::string out;
    for (const char c : camel) {
        const bool capital = c >= 'A' && c <= 'Z';
        if (capital) out += '_';
        out += capital ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

}  // namespace authtickets::freshcom
