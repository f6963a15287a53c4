// SPDX-License-Identifier: MIT
// Shoppers' tickets: sign-in by password, refresh, anonymous (kibo 4.1).
#include <algorithm>

#include "api/kibo/handlers.h"
#include "api/kibo/jwt.h"

namespace authtickets::kibo::auth_tickets {
namespace {

// The site that the claims name: the one sent, in whole or in part, else the realm's first.
void place(JwtClaims& claims, const Call& call) {
    claims.tenant = call.tenant;
    claims.site = call.site;
    const auto fits = [&](const realms::Site& site) {
        return (call.tenant == 0 || call.tenant == site.tenant) && (call.site == 0 || call.site == site.site);
    };
    const auto site = std::ranges::find_if(call.realm->sites, fits);
    if (site == call.realm->sites.end()) return;
    claims.tenant = site->tenant;
    claims.site = site->site;
}

std::string jwt(App& app, const Context& context, const Call& call, JwtClaims claims) {
    const auto issuer = call.realm->issuer();
    const auto& checked = *call.application;
    place(claims, call);
    claims.application = checked.application.no;
    claims.client_id = checked.application.client_id;
    claims.application_name = checked.application.name;
    claims.application_expires_at = checked.token_expires_at;
    claims.issuer = issuer;
    claims.random = context.request_id;
    return write_jwt(jwt_claims(claims), jwt_key(app.keys, context.now, call.realm->no));
}

Json answer(App& app, const Context& context, const Call& call, const tickets::Issued& issued,
            const accounts::Account* account, std::optional<unsigned> recovery_left = {}) {
    JwtClaims claims{.user = issued.ticket.user,
                     .session = issued.ticket.id.value,
                     .issued_at = issued.ticket.rotated_at,
                     .expires_at = issued.access_expires_at,
                     .account = issued.ticket.account_no,
                     .factors = {.owes = issued.ticket.owes, .password_at = issued.ticket.password_at,
                                 .app_at = issued.ticket.app_at, .email_at = issued.ticket.email_at, .sms_at = issued.ticket.sms_at,
                                 .used_recovery = issued.ticket.used_recovery, .recovery_left = recovery_left},
                     .application = {}};
    const bool pending = issued.ticket.state == tickets::State::pending;
    if (!pending) claims.previous_anonymous = issued.ticket.anonymous;
    // A pending ticket says whose it is, and nothing more (kibo 4.5).
    if (account && !pending) {
        claims.first_name = account->profile.first_name;
        claims.last_name = account->profile.last_name;
    }
    return ticket(issued, account && !pending ? kibo::account(*account, issued.ticket) : Json(), jwt(app, context, call, claims));
}

Json answer(App& app, const Context& context, const Call& call, const tickets::Anonymous& anonymous) {
    const JwtClaims claims{.user = anonymous.user,
                           .session = anonymous.session,
                           .anonymous = true,
                           .issued_at = context.now,
                           .expires_at = anonymous.access_expires_at,
                           .application = {}};
    return ticket(anonymous, jwt(app, context, call, claims));
}

// A life in minutes, as an application with admin rights may ask for it; core cuts it to the realm's (TK2).
std::optional<Seconds> life(const Call& call, Members& body, std::string_view name, bool& forbidden) {
    constexpr std::int64_t a_year = 366 * 24 * 60;  // far above every limit; keeps the product in range
    const auto minutes = body.integer(name);
    if (!minutes) return std::nullopt;
    if (*minutes <= 0) body.wrong(name, "must be greater than 0");
    if (!call.application->application.may(applications::admin)) forbidden = true;
    return std::chrono::minutes(std::min(*minutes, a_year));
}

}  // namespace

Result<sign_in::Wishes> wishes(App& app, const Context& context, const Call& call, Members& body) {
    bool forbidden = false;
    sign_in::Wishes out;
    out.access_life = life(call, body, "authTicketTtlMinutes", forbidden);
    out.refresh_life = life(call, body, "refreshTokenTtlMinutes", forbidden);
    if (body.refused()) return refuse(*body.refused());
    if (forbidden) return refuse(Why::forbidden);
    // Anything but a live anonymous ticket of this realm is passed over: stale claims must not stand in the way (kibo 4.1).
    if (const auto claims = call.request.header("x-vol-user-claims")) {
        out.claims_anonymous = app.tickets.anonymous_of(context, *claims);
    }
    return out;
}

Json signed_in(App& app, const Context& context, const Call& call, const sign_in::SignedIn& done) {
    auto out = answer(app, context, call, done.issued, &done.account, done.recovery_left);
    if (done.device) out.set("deviceToken", done.device->reveal());
    return out;
}

devices::Evidence evidence(App& app, const Context& context, const Call& call, const Members& body) {
    devices::Evidence out{.token = call.request.header("x-authtickets-device").value_or("")};
    if (const auto* const fingerprint = body.any("fingerprint")) {
        const auto* const text = fingerprint->text();
        if (text) out.fingerprint = *text;
        out.broken = !text || (!text->empty() && devices::usable_fingerprint(*text).empty());
    }
    const auto* const region = body.any("region");
    if (region) out.region = region->text() ? *region->text() : std::string();
    else if (context.own_address) out.region = app.geo.region_of(context.address, context.now).value_or("");
    return out;
}

Result<Answer> create(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    sign_in::ByPassword command;
    command.name = in.text("username");
    command.password = Secret(in.text("password"));
    if (const auto account = in.integer("accountId")) {
        if (*account <= 0 || *account > UINT32_MAX) in.wrong("accountId", "must be the number of an account");
        command.account = AccountNo{static_cast<std::uint32_t>(*account)};
    }
    auto wished = wishes(app, context, call, in);
    if (!wished) return refuse(wished.error());
    if (command.name.empty()) return refuse(Why::missing_parameter, "username");
    if (command.password.empty()) return refuse(Why::missing_parameter, "password");
    command.wishes = std::move(*wished);
    command.evidence = evidence(app, context, call, in);
    const auto done = app.sign_in.by_password(app.db, context, *call.realm, command);
    if (!done) return refuse(done.error());
    return Answer{200, signed_in(app, context, call, *done)};
}

Result<Answer> refresh(App& app, const Context& context, const Call& call) {
    auto sent = call.request.query.get("refreshToken");
    if (!sent) return refuse(Why::missing_parameter, "refreshToken");
    std::optional<AccountNo> account;
    if (const auto number = call.request.query.get("accountId")) {
        const auto no = positive(*number);
        if (!no) return refuse(Why::bad_parameter, "accountId", "must be the number of an account");
        account = AccountNo{*no};
    }
    const auto token = app.tickets.read_refresh(context, Secret(std::move(*sent)));
    if (!token) return refuse(token.error());
    if (token->kind == crypto::TokenKind::anonymous_refresh) {
        const auto again = app.tickets.refresh_anonymous(context, call.realm->settings, *token);
        if (!again) return refuse(again.error());
        return Answer{200, answer(app, context, call, *again)};
    }
    const auto issued = app.tickets.refresh(app.db, context, *call.realm, *token, account);
    if (!issued) return refuse(issued.error());
    const auto& holder = issued->ticket.account;
    return Answer{200, answer(app, context, call, *issued, holder ? &*holder : nullptr)};
}

namespace {

// The user that a body names by userId; none, or one that is no id, which is nobody's.
std::optional<UserId> user_named(const std::string& text) {
    if (text.empty()) return {};
    const auto id = parse_uuid(text);
    return UserId{id.value_or(Uuid{})};
}

// What cannot be a code is told so and costs no try (TH7).
Result<void> like_a_code(const Secret& typed, bool or_recovery = false) {
    if (typed.empty()) return refuse(Why::missing_parameter, "otpCode");
    const bool fine = codes::digits(typed.reveal()) || (or_recovery && recovery_codes::normal(typed.reveal()));
    if (!fine) return refuse(Why::bad_parameter, "otpCode", "Code must be six digits");
    return {};
}

// Live user claims, pending ones too, and the user that the body names (X16).
Result<sign_in::SecondStep> second_step_of(App& app, const Context& context, const Call& call, const std::string& user) {
    sign_in::SecondStep out{.user = user_named(user)};
    const auto claims = call.request.header("x-vol-user-claims");
    if (!claims || claims->empty()) {
        if (!out.user) return refuse(Why::missing_parameter, "userId");
        return out;
    }
    const auto shopper = app.tickets.check(app.db, context, *claims);
    if (!shopper) return refuse(shopper.error());
    if (!shopper->ticket) return refuse(Why::ticket_invalid);  // an anonymous shopper has no second step
    out.claims = *shopper->ticket;
    return out;
}

}  // namespace

Result<Answer> request_code(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto user = in.text("userId");
    const sign_in::CodeRequest command{.name = in.text("email"), .user = user_named(user)};
    if (in.refused()) return refuse(*in.refused());
    if (command.name.empty() && !command.user) return refuse(Why::missing_parameter, "otpRequest", "email or userId must be provided");
    if (const auto done = app.sign_in.request_code(app.db, context, *call.realm, command); !done) return refuse(done.error());
    return Answer{};
}

Result<Answer> by_code(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    sign_in::ByCode command{.name = in.text("email"), .user = user_named(in.text("userId"))};
    if (const auto account = in.integer("customerAccountId"); account && *account > 0 && *account <= UINT32_MAX) {
        command.account = AccountNo{static_cast<std::uint32_t>(*account)};
    }
    command.code = Secret(in.text("otpCode"));
    auto wished = wishes(app, context, call, in);
    if (!wished) return refuse(wished.error());
    if (command.name.empty() && !command.user && !command.account) {
        return refuse(Why::missing_parameter, "authTicketOtpInfo", "email, userId or customerAccountId must be provided");
    }
    if (auto shaped = like_a_code(command.code); !shaped) return refuse(shaped.error());
    command.wishes = std::move(*wished);
    command.evidence = evidence(app, context, call, in);
    const auto done = app.sign_in.by_code(app.db, context, *call.realm, command);
    if (!done) return refuse(done.error());
    return Answer{200, signed_in(app, context, call, *done)};
}

Result<Answer> request_second_step(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto user = in.text("userId");
    if (in.refused()) return refuse(*in.refused());
    const auto whom = second_step_of(app, context, call, user);
    if (!whom) return refuse(whom.error());
    if (const auto done = app.sign_in.request_second_step(app.db, context, *call.realm, *whom); !done) return refuse(done.error());
    return Answer{};
}

Result<Answer> second_step(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto user = in.text("userId");
    const Secret code(in.text("otpCode"));
    if (in.refused()) return refuse(*in.refused());
    const auto whom = second_step_of(app, context, call, user);
    if (!whom) return refuse(whom.error());
    if (auto shaped = like_a_code(code, true); !shaped) return refuse(shaped.error());
    const auto done = app.sign_in.second_step(app.db, context, *call.realm, *whom, code);
    if (!done) return refuse(done.error());
    return Answer{200, signed_in(app, context, call, *done)};
}

Result<Answer> anonymous(App& app, const Context& context, const Call& call) {
    return Answer{200, answer(app, context, call, app.tickets.anonymous(context, call.realm->settings))};
}

}  // namespace authtickets::kibo::auth_tickets
