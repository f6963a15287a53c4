// SPDX-License-Identifier: MIT
// What becomes of an account's login: made, its password changed, looked at, locked (kibo 6.1).
#include "api/kibo/handlers.h"

namespace authtickets::kibo::account_logins {
namespace {

constexpr std::size_t most_at_once = 100;  // each may be a hash of its own, and a web server waits 30 s

// `true` or `false` in the query; none is false.
Result<bool> flag_asked_for(const http::Request& request, std::string_view name) {
    const auto text = request.query.get(name);
    if (!text || same_without_case(*text, "false")) return false;
    if (same_without_case(*text, "true")) return true;
    return refuse(Why::bad_parameter, std::string(name), "must be true or false");
}

// CustomerPasswordInfo (kibo 4.2). Whose password it is, the caller adds.
Result<customers::PasswordChange> password_change(const Call& call, Members& in) {
    Secret current(in.text("oldPassword")), fresh(in.text("newPassword"));
    const Secret foreign(in.text("externalPassword"));
    if (in.refused()) return refuse(*in.refused());
    if (!foreign.empty() && !for_the_shop(call)) return refuse(Why::forbidden);
    customers::PasswordChange out;
    if (!current.empty()) out.current = std::move(current);
    if (foreign.empty()) {
        if (fresh.empty()) return refuse(Why::missing_parameter, "newPassword");
        out.fresh = std::move(fresh);
        return out;
    }
    auto hash = external_password(foreign, fresh, "newPassword");
    if (!hash) return refuse(hash.error());
    out.foreign = std::move(*hash);
    return out;
}

// One of Change-Passwords: whose it is stands beside it.
Result<customers::PasswordChange> password_change_of(const Call& call, Members& in, AccountNo account) {
    const auto user = in.text("userId");
    const bool unlock = in.boolean("unlockAccount").value_or(false);
    const Json* info = in.object("passwordInfo");
    if (in.refused()) return refuse(*in.refused());
    if (!info) return refuse(Why::missing_parameter, "passwordInfo");
    Members given(*info);
    auto out = password_change(call, given);
    if (!out) return out;
    out->account = account;
    out->unlock = unlock;
    if (user.empty()) return out;
    const auto id = parse_uuid(user);
    if (!id) return refuse(Why::bad_parameter, "userId", "must be the id of a user");
    out->user = UserId{*id};
    return out;
}

// An item without the number of an account cannot even be answered: it is the list that is wrong.
Result<AccountNo> account_in(const Json& item, std::size_t place) {
    if (!item.is_object()) return refuse(in_item({.why = Why::bad_parameter, .field = {}, .text = "must be an object"}, place));
    Members in(item);
    const auto number = in.integer("accountId");
    if (!in.refused() && !number) return refuse(in_item({.why = Why::missing_parameter, .field = "accountId"}, place));
    if (number && (*number <= 0 || *number > UINT32_MAX)) in.wrong("accountId", "must be the number of an account");
    if (in.refused()) return refuse(in_item(*in.refused(), place));
    return AccountNo{static_cast<std::uint32_t>(*number)};
}

Json outcome(AccountNo account, const Result<void>& done) {
    return Json::object({{"accountId", account.value},
                         {"succeeded", done.has_value()},
                         {"errorMessage", done ? Json() : Json(message(done.error()))}});
}

// For rows that answer nothing.
Result<Answer> empty(const Result<void>& done) {
    if (!done) return refuse(done.error());
    return Answer{};
}

// There is one set, and its code is "default".
bool of_another_set(const http::Request& request) {
    const auto code = request.query.get("customerSetCode");
    return code && !same_without_case(*code, "default");
}

// Any name that the login signs in with will do for either row.
Result<Answer> state_by(App& app, const Context& context, const Call& call, std::string_view parameter) {
    const auto name = call.request.query.get(parameter);
    if (!name) return refuse(Why::missing_parameter, std::string(parameter));
    if (of_another_set(call.request)) return refuse(Why::unknown_item);
    const auto state = app.customers.login_state(app.db, context, *call.realm, *name);
    if (!state) return refuse(state.error());
    const auto own = [&](const auto& ticket) { return ticket && ticket->user == state->login.user; };
    if (call.shopper && !own(call.shopper->ticket)) return refuse(Why::unknown_item);
    return Answer{200, login_state(*state)};
}

}  // namespace

Result<Answer> add(App& app, const Context& context, const Call& call) {
    // The ticket of an anonymous shopper beside the call confines nothing: the new one claims it, as at registration.
    const bool claims_anonymous = call.shopper && call.shopper->anonymous;
    const auto no = claims_anonymous ? account_named(call) : account_of(call);
    if (!no) return refuse(no.error());
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    auto wished = auth_tickets::wishes(app, context, call, in);
    if (!wished) return refuse(wished.error());
    auto email = in.text("emailAddress"), user_name = in.text("username");
    auto login = new_password(call, in);
    if (!login) return refuse(login.error());
    login->user_name = std::move(user_name);
    const auto done = app.sign_in.login_added(app.db, context, *call.realm,
                                              {.account = *no, .email = std::move(email), .login = std::move(*login),
                                               .wishes = std::move(*wished)});
    if (!done) return refuse(done.error());
    return Answer{201, auth_tickets::signed_in(app, context, call, *done)};
}

Result<Answer> change_password(App& app, const Context& context, const Call& call) {
    const auto whom = user_of(call);
    if (!whom) return refuse(whom.error());
    const auto unlock = flag_asked_for(call.request, "unlockAccount");
    if (!unlock) return refuse(unlock.error());
    if (*unlock && !for_the_shop(call)) return refuse(Why::forbidden);
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    if (body->is_null()) return refuse(Why::missing_parameter, "passwordInfo");
    Members in(*body);
    auto change = password_change(call, in);
    if (!change) return refuse(change.error());
    if (!change->current) return refuse(Why::missing_parameter, "password");
    change->account = whom->account;
    change->user = whom->user;
    change->unlock = *unlock;
    return empty(app.customers.change_password(app.db, context, *call.realm, *change));
}

Result<Answer> change_passwords(App& app, const Context& context, const Call& call) {
    if (!for_the_shop(call)) return refuse(Why::forbidden);
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto items = in.list_if_given("items");
    if (in.refused()) return refuse(*in.refused());
    if (!items) return refuse(Why::missing_parameter, "items");
    if (items->size() > most_at_once) return refuse(Why::bad_parameter, "items", "must be at most 100");
    std::vector<AccountNo> accounts;
    for (const auto& item : *items) {
        const auto account = account_in(item, accounts.size());
        if (!account) return refuse(account.error());
        accounts.push_back(*account);
    }
    // What cannot be read is its item's own failure, and the others go on.
    std::vector<std::optional<Refusal>> unread(items->size());
    std::vector<customers::PasswordChange> changes;
    for (std::size_t i = 0; i < items->size(); ++i) {
        Members item((*items)[i]);
        auto change = password_change_of(call, item, accounts[i]);
        if (change) {
            changes.push_back(std::move(*change));
        } else {
            unread[i] = std::move(change.error());
        }
    }
    const auto done = app.customers.change_passwords(app.db, context, *call.realm, changes);
    Json::Array out;
    for (auto next = done.begin(); const auto& account : accounts) {
        const auto& fault = unread[out.size()];
        out.push_back(outcome(account, fault ? Result<void>(refuse(*fault)) : *next++));
    }
    return Answer{200, Json::object({{"totalCount", static_cast<std::int64_t>(out.size())}, {"items", Json(std::move(out))}})};
}

Result<Answer> state(App& app, const Context& context, const Call& call) {
    const auto whom = user_of(call);
    if (!whom) return refuse(whom.error());
    const auto state = app.customers.login_state(app.db, context, *call.realm, whom->account, whom->user);
    if (!state) return refuse(state.error());
    return Answer{200, login_state(*state)};
}

Result<Answer> state_by_user_name(App& app, const Context& context, const Call& call) {
    return state_by(app, context, call, "userName");
}

Result<Answer> state_by_email_address(App& app, const Context& context, const Call& call) {
    return state_by(app, context, call, "emailAddress");
}

Result<Answer> set_locked(App& app, const Context& context, const Call& call) {
    const auto whom = user_of(call);
    if (!whom) return refuse(whom.error());
    const auto locked = body_flag(call.request);
    if (!locked) return refuse(locked.error());
    return empty(app.customers.set_locked(app.db, context, whom->account, whom->user, *locked));
}

// Either identifier (kibo 6.1). The answer is the same whoever it is (EN1).
Result<Answer> request_reset(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto email = in.text("emailAddress"), user_name = in.text("userName"), set = in.text("customerSetCode");
    if (in.refused()) return refuse(*in.refused());
    if (email.empty() && user_name.empty()) {
        return refuse(Why::bad_parameter, "resetPasswordInfo", "UserName or EmailAddress must be provided");
    }
    if (!set.empty() && !same_without_case(set, "default")) return empty({});  // nobody's name in a set that is not there
    return empty(app.recovery.request_reset(app.db, context, *call.realm, user_name.empty() ? email : user_name));
}

Result<Answer> reset(App& app, const Context& context, const Call& call) {
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    recovery::Reset wanted{.name = in.text("userName")};
    wanted.token = Secret(in.text("confirmationCode"));
    wanted.password = Secret(in.text("newPassword"));
    if (in.refused()) return refuse(*in.refused());
    if (wanted.name->empty()) return refuse(Why::missing_parameter, "userName");
    if (wanted.token.empty()) return refuse(Why::missing_parameter, "confirmationCode");
    if (wanted.password.empty()) return refuse(Why::missing_parameter, "newPassword");
    return empty(app.recovery.reset(app.db, context, *call.realm, wanted).map([](const UserId&) {}));
}

Result<Answer> demand_password_change(App& app, const Context& context, const Call& call) {
    const auto whom = user_of(call);
    if (!whom) return refuse(whom.error());
    const auto demanded = body_flag(call.request);
    if (!demanded) return refuse(demanded.error());
    return empty(app.customers.demand_password_change(app.db, context, whom->account, whom->user, *demanded));
}

}  // namespace authtickets::kibo::account_logins
