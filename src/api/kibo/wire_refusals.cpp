// SPDX-License-Identifier: MIT
// One table: what a refusal is to a Kibo client (kibo 7.2). Statuses, codes and messages are spelled here and nowhere else.
// Shops' themes compare some of the messages letter by letter, so a text changes only together with docs/kibo.md.
#include <algorithm>
#include <array>
#include <utility>

#include "api/kibo/wire.h"

namespace authtickets::kibo {
namespace {

enum class Form {
    whole,      // the message as it stands
    parameter,  // "Missing or invalid parameter: <name> <text>": the refusal's own text, or the table's
    literal,    // the same, always with the table's text
    taken,      // the same: the name once more, then the table's text
};

struct Line {
    Why why;
    int status;
    std::string_view code;
    Form form;
    std::string_view text;
};

constexpr std::string_view parameter = "MISSING_OR_INVALID_PARAMETER", token = "INVALID_ACCESS_TOKEN",
                           credentials = "INVALID_CREDENTIALS", forbidden = "FORBIDDEN", item = "ITEM_NOT_FOUND",
                           maintenance = "SYSTEM_MAINTENANCE";

constexpr std::array lines{
    Line{Why::bad_request, 400, parameter, Form::parameter, "The request could not be read."},
    Line{Why::missing_parameter, 400, parameter, Form::parameter, "A value must be provided."},
    Line{Why::bad_parameter, 400, parameter, Form::parameter, "The value cannot be used."},
    Line{Why::body_too_large, 413, "REQUEST_TOO_LARGE", Form::whole, "The body of the request is too large."},
    Line{Why::unsupported_media, 415, "UNSUPPORTED_MEDIA_TYPE", Form::whole,
         "The content coding of the body is not supported."},
    Line{Why::not_found, 404, item, Form::whole, "Item not found: there is nothing at this address."},
    Line{Why::method_not_allowed, 405, "METHOD_NOT_ALLOWED", Form::whole,
         "The method is not allowed at this address."},
    Line{Why::unknown_item, 404, item, Form::whole, "Item not found: there is no such item."},
    Line{Why::application_unknown, 401, token, Form::whole,
         "Invalid access token: the application's token is missing, wrong or expired."},
    Line{Why::application_secret_wrong, 401, credentials, Form::whole,
         "Invalid Credentials: the application's id, secret or refresh token is wrong."},
    Line{Why::ticket_invalid, 401, token, Form::whole,
         "Invalid access token: the user claims are missing, wrong or expired."},
    Line{Why::ticket_pending, 401, token, Form::whole, "Invalid access token: the sign-in is not complete."},
    Line{Why::forbidden, 403, forbidden, Form::whole, "The system does not permit the attempted operation."},
    Line{Why::foreign_site, 403, forbidden, Form::whole,
         "The system does not permit the attempted operation.  The tenant or site is not the application's."},
    Line{Why::credentials_wrong, 401, credentials, Form::whole,
         "Invalid Credentials: the user name or the password is wrong."},
    Line{Why::login_locked, 403, forbidden, Form::whole,
         "The system does not permit the attempted operation.  User account is locked, Please contact System "
         "Administrator "},
    Line{Why::password_change_required, 403, forbidden, Form::whole,
         "The system does not permit the attempted operation.  The password must be changed first."},
    Line{Why::code_wrong, 401, credentials, Form::whole, "Invalid Credentials: the code is wrong or has expired."},
    Line{Why::link_dead, 400, parameter, Form::literal, "The code is wrong, was used or has expired."},
    Line{Why::step_up_required, 403, forbidden, Form::whole,
         "The system does not permit the attempted operation.  The sign-in must be confirmed again."},
    Line{Why::name_taken, 400, parameter, Form::taken, "already associated with a login"},
    Line{Why::in_use, 409, "ITEM_IN_USE", Form::whole, "The item is in use."},
    Line{Why::password_weak, 400, parameter, Form::parameter,  // the rule of policy documented (X1)
         "Password must be a minimum of 6 characters with at least 1 number and 1 alphabetic character"},
    Line{Why::password_too_long, 400, parameter, Form::literal, "Invalid password format."},
    Line{Why::password_context, 400, parameter, Form::literal, "Invalid password format."},
    Line{Why::password_common, 400, parameter, Form::literal, "Invalid password format."},
    Line{Why::password_breached, 400, parameter, Form::literal, "Invalid password format."},
    Line{Why::password_wrong, 400, parameter, Form::literal, ""},  // with the blank that themes compare
    Line{Why::throttled, 429, "TOO_MANY_REQUESTS", Form::whole, "There were too many requests. Try again later."},
    Line{Why::busy, 503, maintenance, Form::whole, "The service is busy. Try again in a moment."},
    Line{Why::unavailable, 503, maintenance, Form::whole, "The service is not available. Try again in a moment."},
};

consteval bool in_order() {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].why != static_cast<Why>(i)) return false;
    }
    return lines.back().why == Why::unavailable;
}
static_assert(in_order(), "one line for each refusal, in their order");

// Core's names in Kibo's spelling; what is not here came from this door and is spelled already.
std::string spelled(std::string_view field) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 15> core_and_kibo{
        {{"email", "EmailAddress"},
         {"user_name", "UserName"},
         {"first_name", "firstName"},
         {"last_name", "lastName"},
         {"company", "companyOrOrganization"},
         {"locale_code", "localeCode"},
         {"external_id", "externalId"},
         {"tax_id", "taxId"},
         {"tax_exempt", "taxExempt"},
         {"accepts_marketing", "acceptsMarketing"},
         {"active", "isActive"},
         {"locked", "isLocked"},
         {"password_change_required", "isPasswordChangeRequired"},
         {"account_type", "accountType"},
         {"customer_since_at", "customerSinceDate"}}};
    for (const auto& [core, kibo] : core_and_kibo) {
        if (field == core) return std::string(kibo);
    }
    return std::string(field);
}

struct Name {
    std::string place;   // "[3]" in a list, else empty
    std::string member;  // "EmailAddress"
    std::string whole() const { return place.empty() || member.empty() ? place + member : place + "." + member; }
};

// What is wrong, also when core did not say where.
Name name_of(const Refusal& refusal) {
    Name out;
    std::string_view field = refusal.field;
    if (const auto end = field.find(']'); field.starts_with('[') && end != field.npos) {
        out.place = field.substr(0, end + 1);
        field.remove_prefix(std::min(end + 2, field.size()));  // with the dot
    }
    out.member = spelled(field);
    if (!field.empty()) return out;
    switch (refusal.why) {
        case Why::password_weak:
        case Why::password_too_long:
        case Why::password_context:
        case Why::password_common:
        case Why::password_breached:
        case Why::password_wrong: out.member = "password"; break;
        case Why::name_taken: out.member = "EmailAddress"; break;
        default:
            if (out.place.empty()) out.member = "request";
    }
    return out;
}

const Line& line_of(const Refusal& refusal) { return lines.at(static_cast<std::size_t>(refusal.why)); }

std::string message_of(const Line& line, const Refusal& refusal, const Name& name) {
    if (line.form == Form::whole) return std::string(line.text);
    std::string out = "Missing or invalid parameter: " + name.whole() + " ";
    if (line.form == Form::taken) out.append(name.member).append(" ");
    return out.append(line.form == Form::parameter && !refusal.text.empty() ? refusal.text : line.text);
}

Json data(std::string_view name, std::string_view value) { return Json::object({{"name", name}, {"value", value}}); }

// The documented messages, which themes compare, do not tell these apart (kibo 7.1).
bool needs_reason(Why why) {
    switch (why) {
        case Why::password_weak:
        case Why::password_too_long:
        case Why::password_context:
        case Why::password_common:
        case Why::password_breached: return true;
        default: return false;
    }
}

// Exactly these members, the lists as lists: clients for Java and .NET read nothing else (kibo 7.1).
http::Response error(int status, std::string_view code, std::string_view message, Json additional, Seconds retry_after,
                     bool owes_code = false) {
    http::Response out;
    out.status = status;
    auto body = Json::object({{"applicationName", "Customer"},
                              {"errorCode", code},
                              {"message", message},
                              {"items", Json::array()},
                              {"additionalErrorData", std::move(additional)},
                              {"exceptionDetail", nullptr}});
    if (owes_code) body.set("requires2FA", true);  // kibo 4.5
    out.body = body.dump();
    if (retry_after > Seconds{0}) out.header("Retry-After", std::to_string(retry_after.count()));
    return out;
}

}  // namespace

http::Response refusal(const Context&, const http::Request&, const Refusal& refusal) {
    const auto& line = line_of(refusal);
    const auto name = name_of(refusal);
    Json additional = Json::array();
    if (line.form != Form::whole) additional.push(data("ParameterName", name.whole()));
    if (needs_reason(refusal.why)) additional.push(data("Reason", authtickets::name(refusal.why)));
    if (refusal.why == Why::code_wrong) additional.push(data("requires2fa", "true"));
    if (refusal.why == Why::password_change_required) additional.push(data("PasswordChangeRequired", "true"));
    if (refusal.why == Why::step_up_required) additional.push(data("StepUpRequired", "true"));
    // Of a wrong code nothing is told, nor when the next try will be taken.
    const auto retry_after = refusal.why == Why::code_wrong ? Seconds{0} : refusal.retry_after;
    return error(line.status, line.code, message_of(line, refusal, name), std::move(additional), retry_after,
                 refusal.why == Why::code_wrong);
}

std::string member_name(std::string_view core_field) { return spelled(core_field); }

std::string message(const Refusal& refusal) { return message_of(line_of(refusal), refusal, name_of(refusal)); }

http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after) {
    if (status == 503) {
        const auto& line = lines.at(static_cast<std::size_t>(Why::unavailable));
        return error(503, line.code, line.text, Json::array(), retry_after);
    }
    return error(status, "UNEXPECTED_ERROR", "An unexpected error occurred.", Json::array(), retry_after);
}

void finish(const Context& context, http::Response& response) {
    response.header("x-vol-correlation", hex(context.request_id));
}

}  // namespace authtickets::kibo
