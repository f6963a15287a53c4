// SPDX-License-Identifier: MIT
// Customer accounts: made with and without a login, read by the shopper and by the merchant (kibo 6.1).
#include "api/kibo/handlers.h"

namespace authtickets::kibo::customer_accounts {
namespace {

// Hashes made elsewhere are taken over by the operator's import only: it knows their scheme and wraps weak ones. A call
// that sends one would otherwise make a login that nobody can sign in with.
void no_foreign_hash(Members& in) {
    if (in.any("externalPassword")) in.wrong("externalPassword", "is not accepted here");
    if (in.boolean("isImport").value_or(false)) in.wrong("isImport", "is not accepted here");
}

View view(const Call& call) {
    const bool merchant = call.application->application.may(applications::admin) && !call.shopper;
    return merchant ? View::merchant : View::shopper;
}

// The user of the account to be shown, by userId; none when not asked for.
Result<std::optional<UserId>> user_asked_for(const http::Request& request) {
    const auto text = request.query.get("userId");
    if (!text) return std::optional<UserId>{};
    const auto user = parse_uuid(*text);
    if (!user) return refuse(Why::bad_parameter, "userId", "must be the id of a user");
    return std::optional(UserId{*user});
}

// Live user claims confine the call to their own account (kibo 6.1); what lies outside does not exist for it.
Result<Answer> own(const Call& call, AccountNo no, const std::optional<UserId>& user) {
    const auto& ticket = call.shopper->ticket;
    if (!ticket || !ticket->account || ticket->account->no != no) return refuse(Why::unknown_item);
    if (user && *user != ticket->user) return refuse(Why::unknown_item);
    return Answer{200, account(*ticket->account, View::shopper)};
}

}  // namespace

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    if (body->is_null()) return refuse(Why::missing_parameter, "account");
    Members in(*body);
    const auto given = profile(in, view(call));
    if (in.refused()) return refuse(*in.refused());
    const auto made = app.customers.guest(app.db, context, given);
    if (!made) return refuse(made.error());
    return Answer{201, account(*made, view(call))};
}

Result<Answer> add_and_sign_in(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    no_foreign_hash(in);
    const Json* object = in.object("account");
    sign_in::Registration command;
    auto& login = command.customer.login.emplace();
    login.password = Secret(in.text("password"));
    auto wished = auth_tickets::wishes(app, context, call, in);
    if (!wished) return refuse(wished.error());
    command.wishes = std::move(*wished);
    if (!object) return refuse(Why::missing_parameter, "account");
    Members given(*object);
    command.customer.profile = profile(given, view(call));
    login.user_name = given.text("userName");
    if (given.refused()) return refuse(*given.refused());
    if (login.password->empty()) return refuse(Why::missing_parameter, "password");
    const auto done = app.sign_in.registered(app.db, context, *call.realm, command);
    if (!done) return refuse(done.error());
    return Answer{201, auth_tickets::signed_in(app, context, call, *done)};
}

Result<Answer> current(App&, const Context&, const Call& call) {
    const auto& ticket = call.shopper->ticket;
    if (!ticket || !ticket->account) return refuse(Why::unknown_item);  // an anonymous shopper has no account
    return Answer{200, account(*ticket->account, View::shopper)};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto no = positive(call.path.at(0));
    if (!no) return refuse(Why::unknown_item);
    const auto user = user_asked_for(call.request);
    if (!user) return refuse(user.error());
    if (call.shopper) return own(call, AccountNo{*no}, *user);
    if (!call.application->application.may(applications::admin)) return refuse(Why::forbidden);
    const auto found = app.accounts.get(app.db, call.realm->no, AccountNo{*no}, *user);
    if (!found) return refuse(found.error());
    return Answer{200, account(*found, view(call))};
}

}  // namespace authtickets::kibo::customer_accounts
