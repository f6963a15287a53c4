// SPDX-License-Identifier: MIT
// The Freshcom door's wire forms (docs/freshcom.md): JSON:API documents into values and back, refusals into statuses and error
// bodies. Pure: no database, no clock. Handlers spell neither statuses of refusals nor their codes; the table in
// wire_refusals.cpp does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/api/freshcom/door.h>
#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/base/secret.h>
#include <authtickets/core/context.h>
#include <authtickets/door/route.h>
#include <authtickets/http/message.h>

namespace authtickets::freshcom {

inline constexpr std::string_view media_type = "application/vnd.api+json";
inline constexpr std::string_view token_path = "/v1/token";
inline constexpr std::string_view user_head = "urt-live-";  // before the refresh tokens of users

// --- Coming in (wire_body.cpp)

// The document's "data". Members that are not there are empty objects.
struct Data {
    std::string type{};
    Json attributes = Json::object({});
    Json relationships = Json::object({});
};
// bad_request for what is no JSON, has no "data", no "type" in it or another than this.
Result<Data> data_of(const http::Request&, std::string_view type);

// Reads attributes by kind; names compare exactly, and what is not asked for is passed over. All faults are kept, so that one
// answer tells them all. Of core's own refusals of the same body, add() takes in what is wrong with it.
class Attributes {
public:
    explicit Attributes(const Data& data) : data_(data) {}

    bool has(std::string_view name) const { return data_.attributes.find(name) != nullptr; }
    // None when absent; null and "" are the empty text, by which a value is taken away.
    std::optional<std::string> text(std::string_view name);
    // A fault `required` when absent, null or blank.
    std::string required(std::string_view name);
    std::optional<Secret> secret(std::string_view name);
    Secret required_secret(std::string_view name);
    std::optional<Json> object(std::string_view name);  // null is an empty one
    // The id of the resource that a relationship names; a fault `required` when there is none, `invalid` when it is no UUID.
    Uuid required_relationship(std::string_view name);

    void add(Refusal);                                                         // with its `others`
    void wrong(std::string_view name, Refusal::Rule rule, std::string text = {});  // bad_parameter
    void not_found(std::string_view name);               // it names something that is not there: `notFound`
    void not_found_relationship(std::string_view name);
    // The first fault with all others in it.
    std::optional<Refusal> refused() const;

private:
    const Data& data_;
    std::vector<Refusal> faults_;
};

// As the door writes an id, with dashes and in lower case, and no other (FC8).
std::optional<Uuid> id_of(std::string_view);

// The language of an answer: the call's `locale` where that is a tag, else the shop's own, else "en".
std::string locale_of(const Call&);

// --- Going out (wire.cpp)

struct Answer {
    int status = 200;
    Json body{};  // the whole document; null: an answer without a body
};
inline Answer nothing() { return {.status = 204}; }

// One resource: {"id", "type", "attributes", "relationships"}, the last only where there are any.
Json resource(const Uuid& id, std::string_view type, Json attributes, Json relationships = {});
// {"data": {"id", "type"}}, as relationships have it; with no id {"data": null}.
Json reference(const std::optional<Uuid>& id, std::string_view type);
// The document of one resource: data and meta.locale.
Answer shown(const Call&, Json data, int status = 200);

std::string moment(Time);                         // 2018-10-01T07:43:29.516000, without zone, in UTC
Json moment_or_null(const std::optional<Time>&);
Json text_or_null(const std::string&);
std::string camel(std::string_view snake);        // "read_only": "readOnly"
std::string snake(std::string_view camel);

// --- Errors (wire_refusals.cpp)

http::Response refusal(const Context&, const http::Request&, const Refusal&);
http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after);
void finish(const Context&, http::Response&);  // the correlation id, and what lets browsers read the answer (CORS)
http::Response preflight(const http::Request&);
// 415 and 406, without a body.
std::optional<http::Response> media(const http::Request&, const Route&);
// An error of the token endpoint, in the form of OAuth.
http::Response token_error(int status, std::string_view error, std::string_view description);

}  // namespace authtickets::freshcom
