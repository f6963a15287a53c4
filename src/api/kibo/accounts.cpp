// SPDX-License-Identifier: MIT
// Customer accounts: made with and without a login, read, changed, disabled and deleted, by the shopper and by the
// merchant (kibo 6.1).
#include "api/kibo/handlers.h"

namespace authtickets::kibo::customer_accounts {
namespace {

constexpr std::size_t most_at_once = 100;  // each may be a hash of its own, and a web server waits 30 s

// CustomerAccountAndAuthInfo (kibo 4.2).
Result<customers::NewCustomer> new_customer(const Call& call, Members& in) {
    const Json* object = in.object("account");
    if (in.refused()) return refuse(*in.refused());
    if (!object) return refuse(Why::missing_parameter, "account");
    Members given(*object);
    customers::NewCustomer out;
    out.profile = profile(given, view(call));
    auto user_name = given.text("userName");
    if (given.refused()) return refuse(*given.refused());
    auto password = new_password(call, in);
    if (!password) return refuse(password.error());
    password->user_name = std::move(user_name);
    out.login = std::move(*password);
    return out;
}

// One of a list. Its lives are not read: no ticket comes of it.
Result<customers::NewCustomer> new_customer(const Call& call, const Json& item) {
    if (!item.is_object()) return refuse(Why::bad_parameter, {}, "must be an object");
    Members in(item);
    return new_customer(call, in);
}

Result<bool> enabling(Members& in) {
    const auto action = in.text("actionName");
    if (in.refused()) return refuse(*in.refused());
    if (action.empty()) return refuse(Why::missing_parameter, "actionName");
    const bool enable = same_without_case(action, "EnableAccount");
    if (enable || same_without_case(action, "DisableAccount")) return enable;
    return refuse(Why::bad_parameter, "actionName", "is not known");
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
    auto wished = auth_tickets::wishes(app, context, call, in);
    if (!wished) return refuse(wished.error());
    auto customer = new_customer(call, in);
    if (!customer) return refuse(customer.error());
    const auto done = app.sign_in.registered(app.db, context, *call.realm,
                                             {.customer = std::move(*customer), .wishes = std::move(*wished)});
    if (!done) return refuse(done.error());
    return Answer{201, auth_tickets::signed_in(app, context, call, *done)};
}

Result<Answer> current(App&, const Context&, const Call& call) {
    const auto& ticket = call.shopper->ticket;
    if (!ticket || !ticket->account) return refuse(Why::unknown_item);  // an anonymous shopper has no account
    return Answer{200, account(*ticket->account, *ticket)};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto whom = user_of(call);
    if (!whom) return refuse(whom.error());
    if (call.shopper) return Answer{200, account(*call.shopper->ticket->account, *call.shopper->ticket)};
    const auto found = app.accounts.get(app.db, call.realm->no, whom->account, whom->user);
    if (!found) return refuse(found.error());
    return Answer{200, account(*found, view(call))};
}

Result<Answer> add_all(App& app, const Context& context, const Call& call) {
    if (!for_the_shop(call)) return refuse(Why::forbidden);
    const auto body = body_list(call.request);
    if (!body) return refuse(body.error());
    if (body->is_null()) return refuse(Why::missing_parameter, "accounts");
    const auto& items = *body->items();
    if (items.empty() || items.size() > most_at_once) return refuse(Why::bad_parameter, "accounts", "must be 1 to 100");
    std::vector<customers::NewCustomer> people;
    for (const auto& item : items) {
        auto person = new_customer(call, item);
        if (!person) return refuse(in_item(person.error(), people.size()));
        people.push_back(std::move(*person));
    }
    const auto made = app.customers.add_all(app.db, context, *call.realm, std::move(people));
    if (!made) return refuse(made.error());
    Json::Array out;
    for (const auto& each : *made) out.push_back(account(each, view(call)));
    return Answer{200, collection(std::move(out))};
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto no = account_of(call);
    if (!no) return refuse(no.error());
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    if (body->is_null()) return refuse(Why::missing_parameter, "account");
    Members in(*body);
    const auto given = change(in, view(call));
    auto user_name = in.text_if_given("userName");
    const bool shop = for_the_shop(call);
    if (!shop) user_name.reset();  // a shopper's is not changed here
    if (user_name && user_name->empty()) in.wrong("userName", "must not be empty");
    if (in.refused()) return refuse(*in.refused());
    auto done = app.customers.update(app.db, context, *call.realm, *no, given, user_name,
                                     shop ? nullptr : &*call.shopper->ticket);
    // One of several users of an account sees himself with it.
    if (done && call.shopper && done->user != call.shopper->ticket->user) {
        done = app.accounts.get(app.db, call.realm->no, *no, call.shopper->ticket->user);
    }
    if (!done) return refuse(done.error());
    return Answer{200, account(*done, view(call))};
}

Result<Answer> act(App& app, const Context& context, const Call& call) {
    const auto no = account_of(call);
    if (!no) return refuse(no.error());
    const auto body = body_object(call.request);
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto active = enabling(in);
    if (!active) return refuse(active.error());
    const auto done = app.customers.set_active(app.db, context, *no, *active);
    if (!done) return refuse(done.error());
    return Answer{200, account(*done, view(call))};
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto no = account_of(call);
    if (!no) return refuse(no.error());
    const auto done = app.customers.remove(app.db, context, *no);
    if (!done) return refuse(done.error());
    return Answer{};
}

}  // namespace authtickets::kibo::customer_accounts
