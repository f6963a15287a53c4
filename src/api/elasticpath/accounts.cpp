// SPDX-License-Identifier: MIT
// Accounts and who belongs to them (EP192 to EP198, docs/elasticpath.md). A member sees the accounts he belongs to, and of
// each his own membership.
#include "api/elasticpath/handlers.h"
#include "api/elasticpath/wire_records.h"

namespace authtickets::elasticpath {
namespace {

// The account in the path, where the caller may know of it.
Result<AccountId> account_in_path(App& app, const Call& call) {
    const auto id = id_in_path(call, 0);
    if (!id) return refuse(id.error());
    const AccountId account{*id};
    if (const auto* const own = member(call)) {
        if (const auto his = app.members.membership(app.db, call.realm->no, account, own->user); !his) return refuse(his.error());
    }
    return account;
}

// The id says who it is (members::user_of); whether he belongs to the account is core's to say.
Result<UserId> member_in_path(const Call& call, const AccountId& account) {
    const auto id = id_in_path(call, 1);
    if (!id) return refuse(id.error());
    const auto user = members::user_of(account, *id);
    if (const auto own = own_user(call, user); !own) return refuse(own.error());
    return user;
}

}  // namespace

namespace customer_accounts {

Result<Answer> list(App& app, const Context&, const Call& call) {
    auto query = list_query(call.request.query, account_list());
    if (!query) return refuse(query.error());
    if (const auto* const own = member(call)) query->where.push_back(equal(accounts::Field::user, db::param(own->user)));
    const auto found = app.members.list_accounts(app.db, call.realm->no, *query);
    Json::Array items;
    for (const auto& each : found.items) items.push_back(account(each));
    return Answer{200, page(call.request, *query, found.total, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto id = account_in_path(app, call);
    if (!id) return refuse(id.error());
    const auto found = app.members.account(app.db, call.realm->no, *id);
    if (!found) return refuse(found.error());
    return Answer{200, whole(account(*found))};
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto body = data_of(call.request, {"account"});
    if (!body) return refuse(body.error());
    Members in(*body);
    members::NewAccount wanted{.name = in.required("name"),
                               .legal_name = in.clearable("legal_name").value_or(""),
                               .registration_id = in.clearable("registration_id").value_or(""),
                               .external_id = in.clearable("external_ref").value_or("")};
    const auto parent = in.clearable("parent_id").value_or("");
    if (in.refused()) return refuse(*in.refused());
    if (!parent.empty()) {
        const auto id = id_in(parent);
        if (!id) return refuse(Why::bad_parameter, "parent_id", "must be the id of an account");
        wanted.parent = AccountId{*id};
    }
    const auto made = app.members.add_account(app.db, context, wanted);
    if (!made) return refuse(made.error());
    return Answer{201, whole(account(*made))};
}

Result<Answer> update(App& app, const Context& context, const Call& call) {
    const auto id = account_in_path(app, call);
    if (!id) return refuse(id.error());
    const auto body = data_of(call.request, {"account"});
    if (!body) return refuse(body.error());
    Members in(*body);
    accounts::Change change{.external_id = in.clearable("external_ref"),
                            .name = in.text("name"),
                            .legal_name = in.clearable("legal_name"),
                            .registration_id = in.clearable("registration_id")};
    const auto parent = in.clearable("parent_id");
    if (in.refused()) return refuse(*in.refused());
    if (parent) {
        const auto now = app.members.account(app.db, call.realm->no, *id);
        if (!now) return refuse(now.error());
        const auto& set = now->profile.parent;
        if (*parent != (set.empty() ? "" : dashed(set.value))) return refuse(Why::bad_parameter, "parent_id", "cannot be changed");
    }
    const auto done = app.members.update_account(app.db, context, *call.realm, *id, change);
    if (!done) return refuse(done.error());
    return Answer{200, whole(account(*done))};
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto id = account_in_path(app, call);
    if (!id) return refuse(id.error());
    if (const auto done = app.members.remove_account(app.db, context, *id); !done) return refuse(done.error());
    return Answer{204};
}

}  // namespace customer_accounts

namespace account_memberships {

Result<Answer> list(App& app, const Context&, const Call& call) {
    const auto wanted = plain_paging(call.request.query);
    if (!wanted) return refuse(wanted.error());
    const auto account = account_in_path(app, call);
    if (!account) return refuse(account.error());
    Json::Array items;
    if (const auto* const own = member(call)) {
        const auto his = app.members.membership(app.db, call.realm->no, *account, own->user);
        if (!his) return refuse(his.error());
        if (wanted->offset == 0) items.push_back(account_membership(*his));
        return Answer{200, page(call.request, *wanted, 1, std::move(items))};
    }
    if (const auto known = app.members.account(app.db, call.realm->no, *account); !known) return refuse(known.error());
    const auto found = app.members.memberships(app.db, call.realm->no, *account, wanted->offset, wanted->limit);
    for (const auto& each : found.items) items.push_back(account_membership(each));
    return Answer{200, page(call.request, *wanted, found.total, std::move(items))};
}

Result<Answer> get(App& app, const Context&, const Call& call) {
    const auto account = account_in_path(app, call);
    if (!account) return refuse(account.error());
    const auto user = member_in_path(call, *account);
    if (!user) return refuse(user.error());
    const auto found = app.members.membership(app.db, call.realm->no, *account, *user);
    if (!found) return refuse(found.error());
    return Answer{200, whole(account_membership(*found))};
}

Result<Answer> add(App& app, const Context& context, const Call& call) {
    const auto account = account_in_path(app, call);
    if (!account) return refuse(account.error());
    const auto body = data_of(call.request, {"account_membership"});
    if (!body) return refuse(body.error());
    Members in(*body);
    const auto text = in.required("account_member_id");
    const auto user = id_in(text);
    if (!user) in.wrong_value("account_member_id", "must be the id of an account member");
    if (in.refused()) return refuse(*in.refused());
    const auto made = app.members.add_membership(app.db, context, *account, UserId{*user});
    if (!made && made.error().why == Why::name_taken) {
        return refuse(Why::name_taken, "account_member_id", "belongs to this account already");
    }
    if (!made) return refuse(made.error());
    return Answer{201, whole(account_membership(*made))};
}

Result<Answer> remove(App& app, const Context& context, const Call& call) {
    const auto account = account_in_path(app, call);
    if (!account) return refuse(account.error());
    const auto user = member_in_path(call, *account);
    if (!user) return refuse(user.error());
    if (const auto done = app.members.remove_membership(app.db, context, *account, *user); !done) return refuse(done.error());
    return Answer{204};
}

}  // namespace account_memberships

}  // namespace authtickets::elasticpath
