// SPDX-License-Identifier: MIT
// What the resources of the door have in common when they go out.
#include "api/elasticpath/wire.h"

namespace authtickets::elasticpath {

Json resource(Json data, std::string self) {
    return Json::object({{"data", std::move(data)}, {"links", Json::object({{"self", std::move(self)}})}});
}

Json times(Time created_at, Time updated_at) {
    return Json::object({{"created_at", iso8601(created_at)}, {"updated_at", iso8601(updated_at)}});
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json reference(const Uuid& id, std::string_view type) {
    return Json::object({{"data", Json::object({{"id", dashed(id)}, {"type", type}})}});
}

}  // namespace authtickets::elasticpath
