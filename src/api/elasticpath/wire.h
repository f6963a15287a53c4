// SPDX-License-Identifier: MIT
// The Elastic Path door's wire forms: bodies into values, values into JSON, refusals into statuses and error bodies
// (docs/elasticpath.md). Pure: no database, no clock. Handlers spell neither statuses of refusals nor their texts; the table in
// wire_refusals.cpp does.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/ids.h>
#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/core/realms.h>
#include <authtickets/http/message.h>

namespace authtickets::elasticpath {

// --- Coming in (wire_body.cpp) ---

// The object under "data" of the body, whose "type" is one of these. Whatever else is wrong with it is bad_request: no JSON, no
// "data", no type or another's.
Result<Json> data_of(const http::Request&, std::initializer_list<std::string_view> types);

// An id as this door writes it, with dashes and in lower case (EP7). None for anything else: one record has one address.
std::optional<Uuid> id_in(std::string_view);

// Reads members of an object by kind. Names compare exactly; what is not asked for is passed over. A member that is missing or of
// another kind makes refused() say so with its name (400), and a value that cannot be used too (422). The first fault stays.
class Members {
public:
    explicit Members(const Json& object) : object_(object) {}

    // missing_parameter when absent, null or empty
    std::string required(std::string_view name);
    // Of one that keeps its value when absent. null is no text.
    std::optional<std::string> text(std::string_view name);
    // Of one that may be empty: null and "" clear it.
    std::optional<std::string> clearable(std::string_view name);
    std::optional<Secret> secret(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    const Json* object(std::string_view name);  // nullptr when absent or null
    const Json::Array* list(std::string_view name);
    bool has(std::string_view name) const { return object_.find(name) != nullptr; }
    void wrong_kind(std::string_view name, std::string_view text);   // bad_request
    void wrong_value(std::string_view name, std::string_view text);  // bad_parameter

    const std::optional<Refusal>& refused() const { return refused_; }

private:
    const Json* given(std::string_view name) const;  // nullptr when absent or null
    const Json& object_;
    std::optional<Refusal> refused_;
};

// --- Going out (wire.cpp) ---

// {"data": ..., "links": {"self": path}}
Json resource(Json data, std::string self);
// {"created_at": ..., "updated_at": ...} in the form of the door
Json times(Time created_at, Time updated_at);
Json text_or_null(const std::string&);
// {"id", "type"} under "data", as relationships have it
Json reference(const Uuid&, std::string_view type);

// --- Errors (wire_refusals.cpp) ---

// {"errors": [{"status", "title", "detail"}]} with the status as text, and meta where it is not null.
Json errors(int status, std::string_view detail, Json meta = {});
// What the official storefront recognises as a dead one-time token (Why::code_wrong).
extern const std::string_view dead_token;

http::Response refusal(const Context&, const http::Request&, const Refusal&);
http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after);
void finish(const Context&, http::Response&);   // x-vol-correlation, and what lets browsers read the answer (CORS)
http::Response preflight(const http::Request&);

}  // namespace authtickets::elasticpath
