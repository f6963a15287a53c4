// SPDX-License-Identifier: MIT
// One table: what a refusal is to a client of Elastic Path (EP30 to EP39, docs/elasticpath.md). Statuses and texts are spelled here
// and nowhere else.
#include <array>
#include <utility>

#include "api/elasticpath/wire.h"

namespace authtickets::elasticpath {

// A page of a published storefront compares it letter by letter and shows its "expired link" view.
const std::string_view dead_token = "the authorization realm for the token could not be found";

namespace {

enum class Form {
    whole,   // the text as it stands
    own,     // the refusal's own sentence, or the table's
    member,  // "<member> <text>": the refusal's own text, or the table's
};

struct Line {
    Why why;
    int status;
    Form form;
    std::string_view text;
};

constexpr std::string_view wrong_credentials = "the user name or the password is wrong";
constexpr std::string_view wrong_token = "the account token is missing, wrong or expired";

constexpr std::array lines{
    Line{Why::bad_request, 400, Form::member, "the request could not be read"},
    Line{Why::missing_parameter, 400, Form::member, "must be given"},
    Line{Why::bad_parameter, 422, Form::member, "has a value that cannot be used"},
    Line{Why::body_too_large, 413, Form::whole, "the body of the request is too large"},
    Line{Why::unsupported_media, 415, Form::whole, "the content coding of the body is not supported"},
    Line{Why::not_found, 404, Form::whole, "there is nothing at this address"},
    Line{Why::method_not_allowed, 405, Form::whole, "the method is not allowed at this address"},
    Line{Why::unknown_item, 404, Form::whole, "there is no such item"},
    Line{Why::application_unknown, 401, Form::whole, "the access token is missing, wrong or expired"},
    Line{Why::application_secret_wrong, 401, Form::whole, "the client id or the client secret is wrong"},
    Line{Why::ticket_invalid, 401, Form::whole, wrong_token},
    Line{Why::ticket_pending, 401, Form::whole, wrong_token},
    Line{Why::forbidden, 403, Form::own, "the access token or the account token does not permit this"},
    Line{Why::foreign_site, 403, Form::whole, "the access token or the account token does not permit this"},
    Line{Why::credentials_wrong, 401, Form::whole, wrong_credentials},
    Line{Why::login_locked, 401, Form::whole, wrong_credentials},  // never told here
    Line{Why::password_change_required, 403, Form::whole, "the password must be changed first"},
    Line{Why::code_wrong, 401, Form::whole, dead_token},
    Line{Why::link_dead, 401, Form::whole, dead_token},
    Line{Why::step_up_required, 403, Form::whole, "step_up_required: the last sign-in is too long ago; sign in again"},
    Line{Why::name_taken, 409, Form::member, "is taken"},
    Line{Why::in_use, 409, Form::own, "it is in use"},
    Line{Why::password_weak, 422, Form::member, "must have at least 8 characters, 1 number and 1 letter"},
    Line{Why::password_too_long, 422, Form::member, "is too long"},
    Line{Why::password_context, 422, Form::member, "must not be the user's own name or the shop's"},
    Line{Why::password_common, 422, Form::member, "is too common"},
    Line{Why::password_breached, 422, Form::member, "is known from a breach"},
    Line{Why::password_wrong, 422, Form::member, "is not the right one"},
    Line{Why::throttled, 429, Form::whole, "there were too many requests; try again later"},
    Line{Why::busy, 503, Form::whole, "the service is busy; try again in a moment"},
    Line{Why::unavailable, 503, Form::whole, "the service is not available; try again in a moment"},
};

consteval bool in_order() {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].why != static_cast<Why>(i)) return false;
    }
    return lines.back().why == Why::unavailable;
}
static_assert(in_order(), "one line for each refusal, in their order");

std::string_view title(int status) {
    switch (status) {
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 422: return "Unprocessable Entity";
        case 429: return "Too Many Requests";
        case 503: return "Service Unavailable";
        default: return "Internal Server Error";
    }
}

// Core's names in this door's spelling; what is not here is spelled alike, or came from this door.
std::string_view spelled(std::string_view field) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> core_and_wire{{{"user_name", "username"},
                                                                                         {"external_id", "external_ref"}}};
    for (const auto& [core, wire] : core_and_wire) {
        if (field == core) return wire;
    }
    return field;
}

std::string_view standard_field(Why why) {
    switch (why) {
        case Why::password_weak:
        case Why::password_too_long:
        case Why::password_context:
        case Why::password_common:
        case Why::password_breached:
        case Why::password_wrong: return "password";
        case Why::name_taken: return "username";
        default: return "";
    }
}

std::string detail(const Line& line, const Refusal& refusal) {
    if (line.form == Form::whole) return std::string(line.text);
    const auto text = refusal.text.empty() ? line.text : std::string_view(refusal.text);
    if (line.form == Form::own) return std::string(text);
    const auto field = refusal.field.empty() ? standard_field(refusal.why) : spelled(refusal.field);
    // Of a request that could not be read at all the field is no member.
    if (field.empty()) return std::string(text);
    // The policy's sentence begins with the member's name in a capital, as the Kibo door prints it.
    constexpr std::string_view named = "Password ";
    const auto rest = field == "password" && text.starts_with(named) ? text.substr(named.size()) : text;
    return std::string(field).append(" ").append(rest);
}

http::Response error(int status, std::string_view detail, Seconds retry_after) {
    http::Response out;
    out.status = status;
    out.body = errors(status, detail).dump();
    if (retry_after > Seconds{0}) out.header("Retry-After", std::to_string(retry_after.count()));
    return out;
}

// What a page of another host may send. The last name lets browsers send any but Authorization, which has to be spelled out; the
// others are for those that know no "*" here.
constexpr std::string_view request_headers =
    "Authorization, Content-Type, EP-Account-Management-Authentication-Token, EP-Channel, EP-Context-Tag, "
    "X-MOLTIN-APPLICATION, X-MOLTIN-AUTH-STORE, X-MOLTIN-CURRENCY, X-MOLTIN-CUSTOMER-TOKEN, X-MOLTIN-LANGUAGE, "
    "X-MOLTIN-SDK-LANGUAGE, X-MOLTIN-SDK-VERSION, *";

}  // namespace

Json errors(int status, std::string_view detail, Json meta) {
    auto error = Json::object({{"status", std::to_string(status)}, {"title", title(status)}, {"detail", detail}});
    if (!meta.is_null()) error.set("meta", std::move(meta));
    Json list = Json::array();
    list.push(std::move(error));
    return Json::object({{"errors", std::move(list)}});
}

http::Response refusal(const Context&, const http::Request&, const Refusal& refusal) {
    const auto& line = lines.at(static_cast<std::size_t>(refusal.why));
    // Of a wrong token nothing is told, nor when the next try will be taken.
    const auto retry_after = refusal.why == Why::code_wrong ? Seconds{0} : refusal.retry_after;
    return error(line.status, detail(line, refusal), retry_after);
}

http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after) {
    if (status == 503) return error(503, lines.at(static_cast<std::size_t>(Why::unavailable)).text, retry_after);
    return error(status, "an unexpected error occurred", retry_after);
}

// No cookie and no other credential of the browser's own is read by this door, so its answers are for every page that holds a
// token.
void finish(const Context& context, http::Response& response) {
    response.header("x-vol-correlation", hex(context.request_id));
    response.header("Access-Control-Allow-Origin", "*");
    response.header("Access-Control-Expose-Headers",
                    "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Vol-Correlation");
}

http::Response preflight(const http::Request&) {
    http::Response out;
    out.status = 204;
    out.content_type.clear();
    out.header("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    out.header("Access-Control-Allow-Headers", std::string(request_headers));
    out.header("Access-Control-Max-Age", "7200");
    return out;
}

}  // namespace authtickets::elasticpath
