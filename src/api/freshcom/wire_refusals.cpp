// SPDX-License-Identifier: MIT
// One table: what a refusal is to a client of Freshcom (FC30 to FC40, docs/freshcom.md). Statuses and codes are spelled here and
// nowhere else; those of the token endpoint's own errors stand in tokens.cpp.
#include <algorithm>
#include <array>
#include <utility>

#include "api/freshcom/wire.h"

namespace authtickets::freshcom {
namespace {

enum class Form {
    empty,  // no body
    whole,  // of the call as a whole
    field,  // of an attribute, a relationship or a parameter of the query
};

struct Line {
    Why why;
    int status;
    Form form;
    std::string_view code, words;  // words: the sentence; of a field what follows its name
};

constexpr std::array lines{
    Line{Why::bad_request, 400, Form::whole, "bad_request", "The request could not be read"},
    Line{Why::missing_parameter, 422, Form::field, "required", "can't be blank"},
    Line{Why::bad_parameter, 422, Form::field, "invalid", "is invalid"},
    Line{Why::body_too_large, 413, Form::whole, "request_too_large", "The body of the request is too large"},
    Line{Why::unsupported_media, 415, Form::empty, "", ""},
    Line{Why::not_found, 404, Form::whole, "invalid_endpoint", "There is nothing at this address"},
    Line{Why::method_not_allowed, 404, Form::whole, "invalid_endpoint", "There is nothing at this address by this method"},
    Line{Why::unknown_item, 404, Form::whole, "not_found", "There is no such resource"},
    Line{Why::application_unknown, 401, Form::empty, "", ""},
    Line{Why::application_secret_wrong, 401, Form::empty, "", ""},
    Line{Why::ticket_invalid, 401, Form::empty, "", ""},
    Line{Why::ticket_pending, 401, Form::empty, "", ""},
    Line{Why::forbidden, 403, Form::whole, "access_denied", "The access token does not permit this"},
    Line{Why::foreign_site, 403, Form::whole, "access_denied", "The access token does not permit this"},
    Line{Why::credentials_wrong, 401, Form::empty, "", ""},
    Line{Why::login_locked, 401, Form::empty, "", ""},  // never told here
    Line{Why::password_change_required, 403, Form::whole, "access_denied", "The password must be changed first"},
    Line{Why::code_wrong, 422, Form::field, "invalid", "is invalid"},
    Line{Why::link_dead, 422, Form::field, "invalid", "is invalid"},
    Line{Why::step_up_required, 422, Form::field, "required", "can't be blank: the last sign-in is too long ago"},
    Line{Why::name_taken, 422, Form::field, "taken", "has already been taken"},
    Line{Why::in_use, 409, Form::whole, "in_use", "It is in use"},
    Line{Why::password_weak, 422, Form::field, "invalid", "must have at least 8 characters, 1 number and 1 letter"},
    Line{Why::password_too_long, 422, Form::field, "length", "should be at most 1024 bytes"},
    Line{Why::password_context, 422, Form::field, "invalid", "must not be the user's own name or the shop's"},
    Line{Why::password_common, 422, Form::field, "invalid", "is too common"},
    Line{Why::password_breached, 422, Form::field, "invalid", "is known from a breach"},
    Line{Why::password_wrong, 422, Form::field, "mustMatch", "does not match"},
    Line{Why::throttled, 429, Form::whole, "too_many_requests", "There were too many requests; try again later"},
    Line{Why::busy, 503, Form::whole, "service_unavailable", "The service is busy; try again in a moment"},
    Line{Why::unavailable, 503, Form::whole, "service_unavailable", "The service is not available; try again in a moment"},
};

consteval bool in_order() {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].why != static_cast<Why>(i)) return false;
    }
    return lines.back().why == Why::unavailable;
}
static_assert(in_order(), "one line for each refusal, in their order");

const Line& line_of(const Refusal& refusal) { return lines.at(static_cast<std::size_t>(refusal.why)); }

// Core's names in this door's spelling; the others differ by their case alone, or came from this door.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> core_and_wire{{{"user_name", "username"},
                                                                                     {"phone", "phoneNumber"},
                                                                                     {"phone_code", "phoneVerificationCode"},
                                                                                     {"email_code", "emailVerificationCode"},
                                                                                     {"method", "authMethod"},
                                                                                     {"auth_method", "authMethod"},
                                                                                     {"given_name", "firstName"},
                                                                                     {"family_name", "lastName"},
                                                                                     {"default_step", "defaultAuthMethod"}}};

std::string spelled(std::string_view field) {
    if (field.starts_with('/') || field.starts_with('?')) return std::string(field);
    const auto found = std::ranges::find(core_and_wire, field, &std::pair<std::string_view, std::string_view>::first);
    return found == core_and_wire.end() ? camel(field) : std::string(found->second);
}

std::string_view standard_field(Why why) {
    switch (why) {
        case Why::password_weak:
        case Why::password_too_long:
        case Why::password_context:
        case Why::password_common:
        case Why::password_breached: return "password";
        case Why::step_up_required:
        case Why::password_wrong: return "currentPassword";
        case Why::link_dead: return "resetToken";
        case Why::name_taken: return "username";
        default: return "";
    }
}

// "phoneNumber", "/data/relationships/user", "?page[size]": "Phone number", "User", "page[size]".
std::string in_words(std::string_view field) {
    if (field.starts_with('?')) return std::string(field.substr(1));
    field.remove_prefix(field.rfind('/') + 1);
    std::string out;
    for (const char c : snake(field)) out += c == '_' ? ' ' : c;
    if (out.ends_with(" html")) out.replace(out.size() - 4, 4, "HTML");
    if (!out.empty() && out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 'a' + 'A');
    return out;
}

Json source_of(std::string_view field) {
    if (field.starts_with('?')) return Json::object({{"parameter", field.substr(1)}});
    if (field.starts_with('/')) return Json::object({{"pointer", field}});
    return Json::object({{"pointer", "/data/attributes/" + std::string(field)}});
}

struct Said {
    std::string_view code;
    std::string words;
};

std::string length_in_words(const Refusal& refusal) {
    const auto number = [](unsigned n) { return std::to_string(n); };
    if (refusal.least != 0 && refusal.most != 0) return "should be " + number(refusal.least) + " to " + number(refusal.most) + " characters";
    if (refusal.most != 0) return "should be at most " + number(refusal.most) + " characters";
    return "should be at least " + number(refusal.least) + " characters";
}

// The rule that was broken, where core says which.
Said said(const Refusal& refusal) {
    using enum Refusal::Rule;
    if (refusal.why == Why::unknown_item) return {"notFound", "does not exist"};
    const auto& line = line_of(refusal);
    switch (refusal.rule) {
        case length: return {"length", length_in_words(refusal)};
        case format: return {"format", std::string(refusal.why == Why::bad_parameter ? "has invalid format" : line.words)};
        case inclusion: return {"inclusion", "is not one of the values that it can have"};
        case must_match: return {"mustMatch", "does not match"};
        case taken: return {"taken", "has already been taken"};
        case invalid: return {"invalid", "is invalid"};
        case none: break;
    }
    return {line.code, std::string(line.words)};
}

// What clients show is the title; the policy's sentence begins with the attribute's name already.
std::string title_of(std::string_view field, std::string words, const std::string& text) {
    constexpr std::string_view named = "Password ";
    if (!text.empty()) words = text.starts_with(named) ? text.substr(named.size()) : text;
    return in_words(field).append(" ").append(words);
}

// What the body names is not there; of the address's own id no pointer is told.
bool names_nothing_there(const Refusal& refusal) { return refusal.why == Why::unknown_item && refusal.field.starts_with("/data/"); }

Json field_error(const Refusal& refusal) {
    auto [code, words] = said(refusal);
    const auto field = refusal.field.empty() ? std::string(standard_field(refusal.why)) : spelled(refusal.field);
    auto out = Json::object({{"code", code}, {"source", source_of(field)}, {"title", title_of(field, std::move(words), refusal.text)}});
    if (refusal.rule == Refusal::Rule::length) {
        Json meta = Json::object({});
        if (refusal.least != 0) meta.set("min", std::int64_t{refusal.least});
        if (refusal.most != 0) meta.set("max", std::int64_t{refusal.most});
        if (!meta.members()->empty()) out.set("meta", std::move(meta));
    }
    return out;
}

Json whole_error(std::string_view code, std::string_view title) { return Json::object({{"code", code}, {"title", title}}); }

// A document that could not be read says so by its own code (wire_body.cpp), a query by the parameter (wire_list.cpp).
Json unreadable(const Refusal& refusal) {
    if (refusal.field.starts_with('?')) {
        return Json::object({{"code", "invalid_query"},
                             {"source", source_of(refusal.field)},
                             {"title", in_words(refusal.field).append(" ").append(refusal.text)}});
    }
    if (refusal.text == "invalid_json") return whole_error(refusal.text, "The body of the request is no JSON that can be read");
    if (refusal.text == "missing_required_fields") return whole_error(refusal.text, "The body of the request has no object in data");
    if (refusal.text == "missing_type") return whole_error(refusal.text, "The body of the request has no text in data.type");
    if (refusal.text == "invalid_type") return whole_error(refusal.text, "The data.type of the body is not the one of this address");
    const auto& line = line_of(refusal);
    return whole_error(line.code, line.words);
}

Json error_of(const Refusal& refusal) {
    const auto& line = line_of(refusal);
    if (refusal.why == Why::bad_request) return unreadable(refusal);
    if (names_nothing_there(refusal) || line.form == Form::field) return field_error(refusal);
    if ((refusal.why == Why::in_use || refusal.why == Why::forbidden) && !refusal.text.empty()) return whole_error(line.code, refusal.text);
    return whole_error(line.code, line.words);
}

// All of them, and of one field the first: a text that is none is not missing besides.
Json errors_of(const Refusal& refusal) {
    Json out = Json::array();
    Json::Array told;
    const auto tell = [&](const Refusal& each) {
        auto error = error_of(each);
        if (const auto* const source = error.find("source")) {
            if (std::ranges::find(told, *source) != told.end()) return;
            told.push_back(*source);
        }
        out.push(std::move(error));
    };
    tell(refusal);
    for (const auto& other : refusal.others) tell(other);
    return out;
}

http::Response document(int status, const Json& errors) {
    http::Response out;
    out.status = status;
    out.content_type = media_type;
    out.body = Json::object({{"errors", errors}}).dump();
    return out;
}

http::Response empty(int status) {
    http::Response out;
    out.status = status;
    out.content_type.clear();
    return out;
}

bool is_token_path(const http::Request& request) {
    const auto path = http::merged_slashes(request.path);
    return path.size() >= token_path.size() && http::match(token_path, path);
}

// What the guard and the request loop refuse at the token endpoint; its own errors are spelled in tokens.cpp.
http::Response token_refusal(const Refusal& refusal) {
    switch (refusal.why) {
        case Why::throttled: return token_error(429, "temporarily_unavailable", line_of(refusal).words);
        case Why::busy:
        case Why::unavailable: return token_error(503, "temporarily_unavailable", line_of(refusal).words);
        case Why::body_too_large: return token_error(413, "invalid_request", line_of(refusal).words);
        default: return token_error(400, "invalid_request", "The request could not be read");
    }
}

// What a page of another host may send. "*" stands for any but Authorization, which has to be spelled out; the others are for
// browsers that know no "*" here.
constexpr std::string_view request_headers = "Authorization, Content-Type, Accept, X-Freshcom-OTP, Accept-Language, *";

}  // namespace

http::Response token_error(int status, std::string_view error, std::string_view description) {
    http::Response out;
    out.status = status;
    out.body = Json::object({{"error", error}, {"error_description", description}}).dump();
    return out;
}

http::Response refusal(const Context&, const http::Request& request, const Refusal& refusal) {
    const auto& line = line_of(refusal);
    const bool nowhere = refusal.why == Why::not_found || refusal.why == Why::method_not_allowed;
    if (!nowhere && is_token_path(request)) return token_refusal(refusal);
    if (line.form == Form::empty) return empty(line.status);
    return document(names_nothing_there(refusal) ? 422 : line.status, errors_of(refusal));
}

http::Response fault(const Context&, const http::Request& request, int status, Seconds retry_after) {
    const std::string_view words =
        status == 503 ? lines.at(static_cast<std::size_t>(Why::unavailable)).words : "An unexpected error occurred";
    http::Response out;
    if (is_token_path(request)) {
        out = token_error(status, status == 503 ? "temporarily_unavailable" : "server_error", words);
    } else {
        Json errors = Json::array();
        errors.push(whole_error(status == 503 ? "service_unavailable" : "internal_error", words));
        out = document(status, errors);
    }
    if (retry_after > Seconds{0}) out.header("Retry-After", std::to_string(retry_after.count()));
    return out;
}

// No cookie and no other credential of the browser's own is read by this door, so its answers are for every page that holds a
// token.
void finish(const Context& context, http::Response& response) {
    response.header("x-vol-correlation", hex(context.request_id));
    response.header("Access-Control-Allow-Origin", "*");
    response.header("Access-Control-Expose-Headers",
                    "X-Freshcom-OTP, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Vol-Correlation");
}

http::Response preflight(const http::Request&) {
    auto out = empty(204);
    out.header("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, DELETE, OPTIONS");
    out.header("Access-Control-Allow-Headers", std::string(request_headers));
    out.header("Access-Control-Max-Age", "7200");
    return out;
}

}  // namespace authtickets::freshcom
