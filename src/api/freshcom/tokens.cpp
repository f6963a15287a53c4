// SPDX-License-Identifier: MIT
// Tokens (FC50 to FC66, docs/freshcom.md): for a publishable token a guest's, for a name, a password and, where one is due, a
// one-time password a user's, and for a refresh token the next. What is wrong with a sign-in is one answer, byte for byte.
#include <authtickets/crypto/token.h>

#include "api/freshcom/handlers.h"
#include "api/freshcom/wire_token.h"

namespace authtickets::freshcom::tokens {
namespace {

using authtickets::tickets::Factor;

http::Response invalid_grant() {
    return token_error(400, "invalid_grant", "The user name, the password, the scope or the refresh token is not valid");
}

http::Response unreadable() { return token_error(400, "invalid_request", "The body is neither a form nor JSON, or says one thing twice"); }

http::Response missing(std::string_view parameter) {
    return token_error(400, "invalid_request", std::string(parameter).append(" is missing"));
}

// Whoever sets a shop's pages up looks for the reason, and the answer does not have it.
http::Response refused(App& app, const Context& context, std::string_view why) {
    app.log.info("token.refused", {{"request", context.request_id}, {"why", why}});
    return invalid_grant();
}

Seconds left(Time until, Time now) { return std::chrono::floor<Seconds>(until - now); }

http::Response ticket(const Context& context, const authtickets::tickets::Issued& issued) {
    return token_answer(issued.access, left(issued.access_expires_at, context.now),
                        std::string(user_head).append(issued.refresh.reveal()));
}

Result<http::Response> for_guest(App& app, const Context& context, const Grant& asked) {
    const auto issued = app.applications.guest(app.db, context, behind(publishable_head, asked.refresh_token));
    if (!issued) return refused(app, context, "no publishable token, or its application is none any more");
    return token_answer(issued->access, left(issued->access_expires_at, context.now), std::string(asked.refresh_token.reveal()));
}

// Its tickets are of no application, as the sign-in was.
Result<http::Response> refreshed(App& app, const Context& context, const Grant& asked) {
    const auto token = crypto::read_token(app.keys, behind(user_head, asked.refresh_token).reveal());
    const bool good = token && token->kind == crypto::TokenKind::ticket_refresh && context.now < token->expires_at;
    if (!good) return refused(app, context, "no live refresh token");
    auto own = context;
    own.realm = token->realm;
    const auto realm = app.realms.get(app.db, context.now, token->realm);
    const auto issued = app.tickets.refresh(app.db, own, *realm, *token);
    if (!issued) return refused(app, context, "no live refresh token");
    return ticket(context, *issued);
}

Result<http::Response> by_refresh_token(App& app, const Context& context, const Grant& asked) {
    if (asked.refresh_token.empty()) return missing("refresh_token");
    if (asked.refresh_token.reveal().starts_with(publishable_head)) return for_guest(app, context, asked);
    return refreshed(app, context, asked);
}

std::string_view way(Factor factor) {
    switch (factor) {
        case Factor::app: return "tfa_totp";
        case Factor::sms: return "tfa_sms";
        case Factor::none:  // unreachable: what is due is one of the others
        case Factor::email: break;
    }
    return "tfa_email";
}

Result<http::Response> by_password(App& app, const Context& context, const Grant& asked) {
    if (asked.user_name.empty()) return missing("username");
    if (asked.password.empty()) return missing("password");
    const auto account = account_in(asked.scope);
    if (!account) return refused(app, context, "the scope names no account");
    const auto realm = app.realms.with_id(app.db, context.now, *account);
    if (!realm) return refused(app, context, "no account of this id");
    auto own = context;
    own.realm = realm->no;
    sign_in::InOne wanted{.name = asked.user_name, .password = asked.password};
    if (!asked.code.empty()) wanted.code = asked.code;
    const auto done = app.sign_in.by_password_and_code(app.db, own, *realm, wanted);
    if (done) {
        if (const auto* const due = std::get_if<sign_in::CodeOwed>(&*done)) return code_due(way(due->factor));
        return ticket(context, std::get<authtickets::tickets::Issued>(*done));
    }
    // What is about the caller's pace or our own state is said; all else is the one answer.
    const auto why = done.error().why;
    if (why == Why::throttled || why == Why::busy || why == Why::unavailable) return refuse(done.error());
    return invalid_grant();
}

}  // namespace

Result<http::Response> create(App& app, const Context& context, const Call& call) {
    const auto asked = read_grant(call.request);
    if (!asked) return unreadable();
    if (asked->type.empty()) return missing("grant_type");
    if (asked->type == "password") return by_password(app, context, *asked);
    if (asked->type == "refresh_token") return by_refresh_token(app, context, *asked);
    return token_error(400, "unsupported_grant_type", "grant_type must be password or refresh_token");
}

}  // namespace authtickets::freshcom::tokens
