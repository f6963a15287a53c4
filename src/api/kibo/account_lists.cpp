// SPDX-License-Identifier: MIT
// Customer accounts many at a time, and what has become of one: getAccounts and getAccountAuditLog (kibo 6.1).
#include "api/kibo/handlers.h"
#include "api/kibo/wire_list.h"

namespace authtickets::kibo::customer_accounts {
namespace {

// Live user claims confine the call to their own account (kibo 6.1). An anonymous shopper has none; no account is 0.
AccountNo own(const tickets::Shopper& shopper) {
    return shopper.ticket && shopper.ticket->account ? shopper.ticket->account->no : AccountNo{};
}

template <class Field>
db::Condition equal(Field field, const db::Param& value) {
    return {.field = static_cast<int>(field), .op = db::Op::eq, .values = {value}};
}

}  // namespace

Result<Answer> list(App& app, const Context&, const Call& call) {
    auto query = account_list_query(call.request.query);
    if (!query) return refuse(query.error());
    if (call.shopper) query->where.push_back(equal(accounts::Field::no, db::param(own(*call.shopper))));
    const auto page = app.accounts.list(app.db, call.realm->no, *query);
    const auto view = call.shopper ? View::shopper : View::merchant;
    Json::Array items;
    items.reserve(page.items.size());
    for (const auto& each : page.items) items.push_back(account(each, view));
    return Answer{200, collection(*query, page.total, std::move(items))};
}

Result<Answer> audit_log(App& app, const Context&, const Call& call) {
    auto query = list_query(call.request.query, kibo::audit_log());
    if (!query) return refuse(query.error());
    const auto no = positive(call.path.at(0));
    if (!no || (call.shopper && own(*call.shopper) != AccountNo{*no})) return refuse(Why::unknown_item);
    const auto user = user_asked_for(call);  // one who does not belong to the account sees none
    if (!user) return refuse(user.error());
    const auto found = app.accounts.get(app.db, call.realm->no, AccountNo{*no}, *user);
    if (!found) return refuse(found.error());
    // Notes are the merchant's alone (kibo 6.2), and so is what became of them.
    if (call.shopper) query->where.push_back(equal(accounts::LogField::of_notes, db::param(false)));
    const auto page = app.accounts.log(app.db, call.realm->no, found->no, *query);
    Json::Array items;
    items.reserve(page.items.size());
    for (const auto& each : page.items) items.push_back(audit_entry(each));
    return Answer{200, collection(*query, page.total, std::move(items))};
}

}  // namespace authtickets::kibo::customer_accounts
