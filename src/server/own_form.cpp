// SPDX-License-Identifier: MIT
// Answers that belong to no door: unknown paths, /healthz, a program that is not configured.
#include "own_form.h"

#include <algorithm>

namespace authtickets::server {

namespace {

struct Form {
    int status;
    std::string_view code, message;
};

// The same codes and texts as contrib/errors.
constexpr Form unreadable{400, "MISSING_OR_INVALID_PARAMETER",
                          "Missing or invalid parameter: request The request could not be read."};
constexpr Form not_allowed{403, "FORBIDDEN", "The system does not permit the attempted operation."};
constexpr Form nothing_here{404, "ITEM_NOT_FOUND", "Item not found: there is nothing at this address."};
constexpr Form wrong_method{405, "METHOD_NOT_ALLOWED", "The method is not allowed at this address."};
constexpr Form too_large{413, "REQUEST_TOO_LARGE", "The body of the request is too large."};
constexpr Form other_media{415, "UNSUPPORTED_MEDIA_TYPE", "The body of the request is in a form that is not read here."};
constexpr Form failed{500, "UNEXPECTED_ERROR", "An unexpected error occurred."};
constexpr Form away{503, "SYSTEM_MAINTENANCE", "The service is not available. Try again in a moment."};

// Only what can be refused before a door is known; the rest is a door's to say.
const Form& form_of(Why why) {
    switch (why) {
        case Why::body_too_large: return too_large;
        case Why::unsupported_media: return other_media;
        case Why::not_found:
        case Why::unknown_item: return nothing_here;
        case Why::method_not_allowed: return wrong_method;
        case Why::forbidden: return not_allowed;
        case Why::busy:
        case Why::unavailable: return away;
        default: return unreadable;
    }
}

http::Response error(const Context& context, const Form& form) {
    return own_answer(context, form.status,
                      Json::object({{"applicationName", "authtickets"},
                                    {"errorCode", form.code},
                                    {"message", form.message},
                                    {"items", Json::array()},
                                    {"additionalErrorData", Json::array()},
                                    {"exceptionDetail", nullptr}}));
}

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

http::Response own_answer(const Context& context, int status, const Json& body) {
    http::Response response{.status = status, .body = body.dump()};
    response.header("x-vol-correlation", hex(context.request_id));
    return response;
}

http::Response own_refusal(const Context& context, const Refusal& refusal) {
    return error(context, form_of(refusal.why));
}

http::Response own_fault(const Context& context, int status, Seconds retry_after) {
    auto response = error(context, status == 503 ? away : failed);
    if (retry_after.count() > 0) response.header("Retry-After", std::to_string(retry_after.count()));
    return response;
}

bool has_header(const http::Response& response, std::string_view name) {
    return std::ranges::any_of(response.headers, [&](const auto& header) { return same_name(header.first, name); });
}

void set_header(http::Response& response, std::string_view name, std::string value) {
    std::erase_if(response.headers, [&](const auto& header) { return same_name(header.first, name); });
    response.header(std::string(name), std::move(value));
}

void set_common_headers(http::Response& response) {
    if (!has_header(response, "Cache-Control")) response.header("Cache-Control", "no-store");  // a style sheet has its own
    set_header(response, "X-Content-Type-Options", "nosniff");
    set_header(response, "Referrer-Policy", "no-referrer");
}

}  // namespace authtickets::server
