// SPDX-License-Identifier: MIT
// JSON values, read strictly and written plainly. The parser is nlohmann's, met in base/json.cpp only;
// it bounds depth and members, refuses duplicate keys, NUL and anything that is not UTF-8 (KL6).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <authtickets/base/result.h>

namespace authtickets {

// A number that is not a 64-bit integer keeps the text it came with, so that it goes out unchanged.
struct JsonNumber {
    std::string text;
    bool operator==(const JsonNumber&) const = default;
};

class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;  // keeps the order of writing

    Json() = default;  // null
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(std::int64_t{value}) {}
    Json(unsigned value) : value_(std::int64_t{value}) {}
    Json(std::int64_t value) : value_(value) {}
    Json(JsonNumber value) : value_(std::move(value)) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}
    template <class T>
    Json(const std::optional<T>& value) {
        if (value) *this = Json(*value);
    }

    static Json object(std::initializer_list<Member> members) { return Json(Object(members)); }
    static Json array() { return Json(Array{}); }

    bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    bool is_object() const { return std::holds_alternative<Object>(value_); }
    bool is_array() const { return std::holds_alternative<Array>(value_); }

    // The kind is tested first: no number reads as a bool, no text as a number. Empty when it is another kind.
    std::optional<bool> boolean() const;
    std::optional<std::int64_t> integer() const;
    const std::string* text() const;   // nullptr when not text
    const JsonNumber* number() const;  // nullptr when not a number outside int64
    const Array* items() const;
    const Object* members() const;
    Array* items();
    Object* members();

    // Member of an object by name, exactly; nullptr when absent or not an object.
    const Json* find(std::string_view name) const;
    // The same without regard to letter case (ASCII), as Kibo's clients need it.
    const Json* find_any_case(std::string_view name) const;

    // Writing. set() replaces or appends; the value becomes an object when it was null.
    Json& set(std::string_view name, Json value);
    Json& push(Json value);

    std::string dump() const;          // compact, UTF-8, control characters escaped
    void dump_to(std::string& out) const;

    bool operator==(const Json&) const = default;

private:
    std::variant<std::monostate, bool, std::int64_t, JsonNumber, std::string, Array, Object> value_;
};

struct JsonLimits {
    int depth = 16;         // KL6
    int members = 200;      // per object, KL6
};

// Why::bad_request with a text that says what is wrong and where (byte offset), never quoting the input.
Result<Json> parse_json(std::string_view text, JsonLimits = {});

}  // namespace authtickets
