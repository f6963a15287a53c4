// SPDX-License-Identifier: MIT
// A password that was right and must be changed before it signs in. The old one is asked once more, since nothing is kept of it
// between two forms; what it proves is proved as at the entrance, so that this is no second way in.
#include "pages/entry/flow.h"
#include "pages/entry/screens.h"

namespace authtickets::pages::entry::demanded {

namespace {

Problem at(const Visit& visit, std::string_view field, std::string_view key) { return {.text = visit.look.text(key), .field = field}; }

}  // namespace

Result<http::Response> open(App&, const Visit& visit) { return go(visit.look, with_to("sign-in", wanted(visit))); }

Result<http::Response> save(App& app, const Visit& visit) {
    const std::string name(visit.said("name"));
    const Secret current(visit.said("current")), fresh(visit.said("password"));
    if (name.empty()) return refused_entrance(visit, name);
    if (current.empty()) return demand(app, visit, name, 400, at(visit, "current", "p.password_missing"));
    const auto again = app.sign_in.by_password(app.db, visit.context, *visit.realm,
                                               {.name = name, .password = current, .evidence = visit.evidence(app)});
    if (again) return follow(app, visit, *again, wanted(visit), name);  // it is demanded no longer
    const auto& refusal = again.error();
    if (refusal.why == Why::credentials_wrong || refusal.why == Why::login_locked || refusal.why == Why::password_too_long) return refused_entrance(visit, name);
    if (refusal.why == Why::throttled) {
        auto response = demand(app, visit, name, 429, waits(visit, refusal.retry_after));
        retry_after(response, refusal.retry_after);
        return response;
    }
    if (refusal.why != Why::password_change_required) return refuse(refusal);

    const auto login = app.logins.named(app.db, visit.context.realm, name);
    if (!login || !login->account) return refused_entrance(visit, name);
    if (fresh == current) return demand(app, visit, name, 400, at(visit, "password", "p.password_same"));
    auto context = visit.context;
    context.user = login->user;
    const auto changed = fresh.empty() ? refuse(Why::password_weak)
                                       : app.customers.change_password(app.db, context, *visit.realm,
                                                                       {.account = login->account->no, .user = login->user, .current = current, .fresh = fresh});
    if (!changed) {
        const auto why = changed.error().why;
        if (why == Why::password_wrong) return refused_entrance(visit, name);  // another change was first
        auto broken = broken_rule(visit, changed.error(), fresh.reveal(), login->app);
        if (broken.empty()) return refuse(changed.error());
        return demand(app, visit, name, 400, Problem{.text = std::move(broken), .field = "password"});
    }
    return entrance(visit, {.news = visit.look.text("m.password_saved"), .name = name});
}

}  // namespace authtickets::pages::entry::demanded
