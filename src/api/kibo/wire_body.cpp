// SPDX-License-Identifier: MIT
// What callers send: bodies and their members (kibo 4.2, 6.2). Tolerant in spelling as the clients need it (kibo 11.4),
// strict in kinds: a value of the wrong kind is a 400 that names its parameter, never a guess.
#include <algorithm>
#include <charconv>

#include "api/kibo/wire.h"

namespace authtickets::kibo {
namespace {

Result<Json> body(const http::Request& request) {
    if (request.body.find_first_not_of(" \t\r\n") == std::string::npos) return Json();
    auto body = parse_json(request.body);
    if (!body) return refuse(body.error().why, "body", body.error().text);
    return body;
}

}  // namespace

bool same_without_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

Result<Json> body_object(const http::Request& request) {
    auto out = body(request);
    if (out && !out->is_object() && !out->is_null()) return refuse(Why::bad_request, "body", "not an object");
    return out;
}

Result<Json> body_list(const http::Request& request) {
    auto out = body(request);
    if (out && !out->is_array() && !out->is_null()) return refuse(Why::bad_request, "body", "not a list");
    return out;
}

Result<bool> body_flag(const http::Request& request) {
    const auto out = body(request);
    if (!out) return refuse(out.error());
    if (out->is_null() || out->is_object()) return false;
    if (const auto flag = out->boolean()) return *flag;
    return refuse(Why::bad_request, "body", "neither true nor false");
}

Members::Members(const Json& object) : object_(object) {
    const auto* members = object.members();
    if (!members) return;
    for (auto one = members->begin(); one != members->end(); ++one) {
        for (auto other = one + 1; other != members->end(); ++other) {
            if (!same_without_case(one->first, other->first)) continue;
            refused_ = Refusal{.why = Why::bad_request, .field = "body", .text = "a member is given twice"};
            return;
        }
    }
}

const Json* Members::any(std::string_view name) const {
    const Json* value = object_.find_any_case(name);
    return value && !value->is_null() ? value : nullptr;
}

void Members::wrong(std::string_view name, std::string_view text) {
    if (!refused_) {
        refused_ = Refusal{.why = Why::bad_parameter, .field = std::string(name), .text = std::string(text)};
    }
}

std::string Members::text(std::string_view name) { return text_if_given(name).value_or(std::string()); }

std::optional<std::string> Members::text_if_given(std::string_view name) {
    const Json* value = any(name);
    if (!value) return std::nullopt;
    if (const auto* text = value->text()) return *text;
    wrong(name, "must be text");
    return std::nullopt;
}

std::optional<std::int64_t> Members::integer(std::string_view name) {
    const Json* value = any(name);
    if (!value) return std::nullopt;
    const auto number = value->integer();
    if (!number) wrong(name, "must be a whole number");
    return number;
}

std::optional<bool> Members::boolean(std::string_view name) {
    const Json* value = any(name);
    if (!value) return std::nullopt;
    const auto truth = value->boolean();
    if (!truth) wrong(name, "must be true or false");
    return truth;
}

std::optional<Time> Members::time(std::string_view name) {
    const auto text = this->text(name);
    if (text.empty()) return std::nullopt;
    const auto time = parse_iso8601(text);
    if (!time) wrong(name, "must be a date and time in ISO 8601");
    return time;
}

std::optional<Json::Array> Members::list_if_given(std::string_view name) {
    const Json* value = any(name);
    if (!value) return std::nullopt;
    if (const auto* items = value->items()) return *items;
    wrong(name, "must be a list");
    return std::nullopt;
}

const Json* Members::object(std::string_view name) {
    const Json* value = any(name);
    if (!value || value->is_object()) return value;
    wrong(name, "must be an object");
    return nullptr;
}

accounts::Profile profile(Members& in, View view) {
    auto given = change(in, view);
    if (given.account_type && given.account_type->empty()) given.account_type.reset();
    return accounts::applied({}, given);
}

accounts::Change change(Members& in, View view) {
    accounts::Change out;
    out.account_type = in.text_if_given("accountType");
    out.email = in.text_if_given("emailAddress");
    out.first_name = in.text_if_given("firstName");
    out.last_name = in.text_if_given("lastName");
    out.company = in.text_if_given("companyOrOrganization");
    out.locale_code = in.text_if_given("localeCode");
    out.external_id = in.text_if_given("externalId");
    out.tax_id = in.text_if_given("taxId");
    out.tax_exempt = in.boolean("taxExempt");
    out.accepts_marketing = in.boolean("acceptsMarketing");
    out.customer_since_at = in.time("customerSinceDate");
    out.contacts = in.list_if_given("contacts");
    out.attributes = in.list_if_given("attributes");
    out.notes = in.list_if_given("notes");
    if (view == View::shopper) {  // the merchant's to give; read all the same, so that a wrong kind is refused
        out.tax_exempt.reset();
        out.notes.reset();
    }
    return out;
}

std::optional<std::uint32_t> positive(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0) return std::nullopt;
    return value;
}

}  // namespace authtickets::kibo
