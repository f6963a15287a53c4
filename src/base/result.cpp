// SPDX-License-Identifier: MIT
// The names and sentences of refusals. The switches have no default, so the compiler asks for a new member.
#include <authtickets/base/fault.h>
#include <authtickets/base/result.h>

namespace authtickets {

std::string_view name(Why why) {
    using enum Why;
    switch (why) {
        case bad_request: return "bad_request";
        case missing_parameter: return "missing_parameter";
        case bad_parameter: return "bad_parameter";
        case body_too_large: return "body_too_large";
        case unsupported_media: return "unsupported_media";
        case not_found: return "not_found";
        case method_not_allowed: return "method_not_allowed";
        case unknown_item: return "unknown_item";
        case application_unknown: return "application_unknown";
        case application_secret_wrong: return "application_secret_wrong";
        case ticket_invalid: return "ticket_invalid";
        case ticket_pending: return "ticket_pending";
        case forbidden: return "forbidden";
        case foreign_site: return "foreign_site";
        case credentials_wrong: return "credentials_wrong";
        case login_locked: return "login_locked";
        case password_change_required: return "password_change_required";
        case code_wrong: return "code_wrong";
        case link_dead: return "link_dead";
        case step_up_required: return "step_up_required";
        case name_taken: return "name_taken";
        case in_use: return "in_use";
        case password_weak: return "password_weak";
        case password_too_long: return "password_too_long";
        case password_context: return "password_context";
        case password_common: return "password_common";
        case password_breached: return "password_breached";
        case password_wrong: return "password_wrong";
        case throttled: return "throttled";
        case busy: return "busy";
        case unavailable: return "unavailable";
    }
    throw Fault("a refusal outside the list");
}

std::string_view sentence(Why why) {
    using enum Why;
    switch (why) {
        case bad_request: return "The request cannot be read.";
        case missing_parameter: return "A required value is missing.";
        case bad_parameter: return "A value cannot be used.";
        case body_too_large: return "The body of the request is too large.";
        case unsupported_media: return "The body has a content coding that is not supported.";
        case not_found: return "There is nothing at this path.";
        case method_not_allowed: return "This path does not take this method.";
        case unknown_item: return "There is no such item.";
        case application_unknown: return "The application token is missing, wrong, expired or deleted.";
        case application_secret_wrong: return "The client id or the secret of the application is wrong.";
        case ticket_invalid: return "The ticket is missing, wrong, expired or ended.";
        case ticket_pending: return "The ticket still owes a second factor.";
        case forbidden: return "The caller has no right to do this.";
        case foreign_site: return "The tenant or the site belongs to another realm.";
        case credentials_wrong: return "The name or the password is wrong.";
        case login_locked: return "The login is locked.";
        case password_change_required: return "The password must be changed first.";
        case code_wrong: return "The code is wrong or has run out.";
        case link_dead: return "The link was used, replaced or has run out.";
        case step_up_required: return "The factors of this sign-in must be shown again.";
        case name_taken: return "A login with this name exists already.";
        case in_use: return "It is in use and cannot be removed.";
        case password_weak: return "The password does not meet the rule in force.";
        case password_too_long: return "The password is longer than 1024 bytes.";
        case password_context: return "The password is the user's own name or the shop's.";
        case password_common: return "The password is one of those that everybody tries first.";
        case password_breached: return "The password is known from a data breach.";
        case password_wrong: return "The current password is wrong.";
        case throttled: return "There were too many requests.";
        case busy: return "All places for hashing are taken.";
        case unavailable: return "A part that the service needs is away.";
    }
    throw Fault("a refusal outside the list");
}

Refusal in_item(Refusal refusal, std::size_t place) {
    refusal.field = "[" + std::to_string(place) + "]" + (refusal.field.empty() ? "" : "." + refusal.field);
    return refusal;
}

}  // namespace authtickets
