// SPDX-License-Identifier: MIT
// The one place that knows the JSON library. Its event interface feeds our value, so that depth, members,
// duplicate names and number texts are judged while reading and nothing is built from refused input (KL6,
// docs/security.md).
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include <nlohmann/json.hpp>

#include <authtickets/base/fault.h>
#include <authtickets/base/json.h>

namespace authtickets {
namespace {

using Library = nlohmann::json;

constexpr std::size_t number_letters = 64;  // no honest number is longer; the library takes any length

// A character pointer that tells how far the library has read.
class Counting {
  public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Counting(const char* at, const char*& seen) : at_(at), seen_(&seen) {}
    reference operator*() const { return *at_; }
    Counting& operator++() {
        *seen_ = ++at_;
        return *this;
    }
    Counting operator++(int) {
        const Counting before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Counting& other) const { return at_ == other.at_; }

  private:
    const char* at_;
    const char** seen_;
};

class Builder {
  public:
    Builder(JsonLimits limits, const char* begin, const char* const& seen)
        : limits_(limits), begin_(begin), seen_(seen) {}

    Json take() { return std::move(root_); }
    const std::string& error() const { return error_; }

    bool null() { return add(Json()); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(std::int64_t value) { return add(value); }
    bool number_unsigned(std::uint64_t value) {
        if (value <= INT64_MAX) return add(static_cast<std::int64_t>(value));
        return add(JsonNumber{
            std::to_string(value)});  // an integer has one spelling, so this is the text it came with
    }
    bool number_float(double, const std::string& text) {
        if (text.size() > number_letters) return fail("a number is too long");
        return add(JsonNumber{text});
    }
    bool string(std::string& text) {
        if (text.find('\0') != std::string::npos) return fail("a text holds NUL");
        return add(std::move(text));
    }
    bool binary(Library::binary_t&) { return fail("binary data"); }
    bool start_object(std::size_t) { return open(Json(Json::Object{})); }
    bool start_array(std::size_t) { return open(Json(Json::Array{})); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        if (name.find('\0') != std::string::npos) return fail("a name holds NUL");
        const auto& members = *open_.back().members();
        if (members.size() >= static_cast<std::size_t>(limits_.members))
            return fail("an object has too many members");
        if (open_.back().find(name)) return fail("an object has a name twice");
        open_.back().members()->emplace_back(std::move(name), Json());
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const Library::exception&) {
        error_ = "not JSON at byte " + std::to_string(position);
        return false;
    }

  private:
    bool fail(const char* what) {
        error_ = std::string(what) + " at byte " + std::to_string(seen_ - begin_);
        return false;
    }
    bool open(Json container) {
        if (open_.size() >= static_cast<std::size_t>(limits_.depth))
            return fail("the values are nested too deeply");
        open_.push_back(std::move(container));
        return true;
    }
    bool close() {
        Json done = std::move(open_.back());
        open_.pop_back();
        return add(std::move(done));
    }
    bool add(Json value) {
        if (open_.empty())
            root_ = std::move(value);
        else if (auto* members = open_.back().members())
            members->back().second = std::move(value);
        else
            open_.back().items()->push_back(std::move(value));
        return true;
    }

    JsonLimits limits_;
    const char* begin_;
    const char* const& seen_;
    std::vector<Json> open_;  // containers that are not closed yet, outermost first
    Json root_;
    std::string error_;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_any_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// Bytes that may need an escape: looked up, since most of what is sent is plain.
constexpr auto odd = [] {
    std::array<bool, 256> out{};
    for (std::size_t i = 0; i < 0x20; ++i) out[i] = true;
    for (const std::size_t c : {0x22U, 0x5CU, 0x7FU, 0xE2U}) out[c] = true;  // ", \, DEL, and the lead byte of U+2028
    return out;
}();

void dump_text(std::string_view text, std::string& out) {
    constexpr std::string_view digits = "0123456789abcdef";
    out.push_back('"');
    std::size_t done = 0;
    const auto escape = [&](std::size_t at, std::size_t length, std::string_view with) {
        out.append(text, done, at - done).append(with);
        done = at + length;
    };
    const auto first_odd = [&](std::size_t from) {
        const auto found = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(),
                                        [](char c) { return odd[static_cast<unsigned char>(c)]; });
        return static_cast<std::size_t>(found - text.begin());
    };
    for (auto i = first_odd(0); i < text.size(); i = first_odd(i + 1)) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '"')
            escape(i, 1, "\\\"");
        else if (c == '\\')
            escape(i, 1, "\\\\");
        else if (c == '\n')
            escape(i, 1, "\\n");
        else if (c == '\r')
            escape(i, 1, "\\r");
        else if (c == '\t')
            escape(i, 1, "\\t");
        else if (c < 0x20 || c == 0x7F) {
            const char code[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
            escape(i, 1, {code, sizeof code});
        } else if (c == 0xE2 && (text.substr(i, 3) == "\u2028" || text.substr(i, 3) == "\u2029")) {
            escape(i, 3, text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029");  // line ends to JavaScript, once
        }
    }
    out.append(text, done).push_back('"');
}

}  // namespace

std::optional<bool> Json::boolean() const {
    if (const auto* value = std::get_if<bool>(&value_)) return *value;
    return std::nullopt;
}

std::optional<std::int64_t> Json::integer() const {
    if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
    return std::nullopt;
}

const std::string* Json::text() const { return std::get_if<std::string>(&value_); }
const JsonNumber* Json::number() const { return std::get_if<JsonNumber>(&value_); }
const Json::Array* Json::items() const { return std::get_if<Array>(&value_); }
const Json::Object* Json::members() const { return std::get_if<Object>(&value_); }
Json::Array* Json::items() { return std::get_if<Array>(&value_); }
Json::Object* Json::members() { return std::get_if<Object>(&value_); }

const Json* Json::find(std::string_view name) const {
    if (const auto* all = members()) {
        for (const auto& [key, value] : *all) {
            if (key == name) return &value;
        }
    }
    return nullptr;
}

const Json* Json::find_any_case(std::string_view name) const {
    if (const auto* exact = find(name)) return exact;
    if (const auto* all = members()) {
        for (const auto& [key, value] : *all) {
            if (same_any_case(key, name)) return &value;
        }
    }
    return nullptr;
}

Json& Json::set(std::string_view name, Json value) {
    if (is_null()) value_ = Object{};
    auto* all = members();
    if (!all) throw Fault("a member was set on JSON that is no object");
    for (auto& [key, old] : *all) {
        if (key == name) {
            old = std::move(value);
            return *this;
        }
    }
    all->emplace_back(std::string(name), std::move(value));
    return *this;
}

Json& Json::push(Json value) {
    if (is_null()) value_ = Array{};
    auto* all = items();
    if (!all) throw Fault("an item was added to JSON that is no array");
    all->push_back(std::move(value));
    return *this;
}

std::string Json::dump() const {
    std::string out;
    dump_to(out);
    return out;
}

void Json::dump_to(std::string& out) const {
    if (const auto* all = members()) {
        char before = '{';
        for (const auto& [key, value] : *all) {
            out.push_back(before);
            before = ',';
            dump_text(key, out);
            out.push_back(':');
            value.dump_to(out);
        }
        out.append(all->empty() ? "{}" : "}");
    } else if (const auto* list = items()) {
        char before = '[';
        for (const auto& value : *list) {
            out.push_back(before);
            before = ',';
            value.dump_to(out);
        }
        out.append(list->empty() ? "[]" : "]");
    } else if (const auto* string = text()) {
        dump_text(*string, out);
    } else if (const auto* big = number()) {
        out.append(big->text);
    } else if (const auto whole = integer()) {
        out.append(std::to_string(*whole));
    } else if (const auto truth = boolean()) {
        out.append(*truth ? "true" : "false");
    } else {
        out.append("null");
    }
}

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
    // The library skips a byte order mark and takes a NUL for the end; here both are wrong.
    if (text.starts_with("\xEF\xBB\xBF")) return refuse(Why::bad_request, {}, "a byte order mark at byte 0");
    if (const auto nul = text.find('\0'); nul != text.npos) {
        return refuse(Why::bad_request, {}, "NUL at byte " + std::to_string(nul));
    }
    const char* seen = text.data();
    Builder builder(limits, text.data(), seen);
    const bool good =
        Library::sax_parse(Counting(text.data(), seen), Counting(text.data() + text.size(), seen), &builder);
    if (!good) return refuse(Why::bad_request, {}, builder.error());
    return builder.take();
}

}  // namespace authtickets
