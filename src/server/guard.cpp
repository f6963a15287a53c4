// SPDX-License-Identifier: MIT
// What the row of a route demands, judged in one order for all doors: body, caller, rights, budget, site, shopper.
// Cheap tests come first; a request that passes has cost one statement, for the shopper's ticket, while caches are warm.
#include <algorithm>
#include <charconv>

#include <authtickets/server/server.h>

namespace authtickets::server {

namespace {

bool may(Caller caller, const applications::Application& application) {
    switch (caller) {
        case Caller::anyone:
        case Caller::any_application: return true;
        case Caller::storefront: return application.may(applications::storefront | applications::admin);
        case Caller::admin: return application.may(applications::admin);
    }
    return false;  // unreachable
}

Result<void> check_application(const Shared& shared, App& app, const Route& route, const Credentials& credentials,
                               Context& context, Call& call) {
    if (route.caller == Caller::anyone) return {};
    if (credentials.application.empty()) return refuse(Why::application_unknown);
    auto checked = app.applications.check(app.db, context.now, credentials.application);
    if (!checked) return refuse(std::move(checked.error()));
    const auto& application = checked->application;
    if (auto charged = shared.buckets.charge(context, application.realm, application.no); !charged) return charged;
    if (!may(route.caller, application)) return refuse(Why::forbidden);
    context.realm = application.realm;
    context.application = application.no;
    call.realm = checked->realm;
    call.application = std::move(*checked);
    return {};
}

// Decimal digits only; absent is 0, which is no tenant and no site.
Result<std::uint32_t> number_of(const std::optional<std::string>& sent, std::string_view name) {
    if (!sent) return 0U;
    std::uint32_t value = 0;
    const auto* const end = sent->data() + sent->size();
    const auto [stopped, error] = std::from_chars(sent->data(), end, value);
    if (error != std::errc() || stopped != end) {
        return refuse(Why::bad_parameter, std::string(name), "must be a number");
    }
    return value;
}

bool belongs(const realms::Realm& realm, const Credentials& sent, const Call& call) {
    if (sent.tenant && sent.site) return realm.site(call.tenant, call.site) != nullptr;
    if (sent.tenant) return realm.has_tenant(call.tenant);
    if (!sent.site) return true;
    // Some clients send the site alone (kibo 2).
    return std::ranges::any_of(realm.sites, [&](const auto& site) { return site.site == call.site; });
}

Result<void> check_site(const Route& route, const Credentials& sent, Context& context, Call& call) {
    if (route.sites == SiteCheck::none) return {};
    const auto tenant = number_of(sent.tenant, "x-vol-tenant");
    if (!tenant) return refuse(tenant.error());
    const auto site = number_of(sent.site, "x-vol-site");
    if (!site) return refuse(site.error());
    call.tenant = *tenant;
    call.site = context.site = *site;
    if (call.realm && !belongs(*call.realm, sent, call)) return refuse(Why::foreign_site);
    return {};
}

Result<void> check_shopper(App& app, const Route& route, const Credentials& sent, Context& context, Call& call) {
    if (route.claims == Claims::unread) return {};
    if (sent.shopper.empty()) {
        if (route.claims == Claims::confine) return {};
        return refuse(Why::ticket_invalid);
    }
    auto shopper = app.tickets.check(app.db, context, sent.shopper);
    if (!shopper) return refuse(std::move(shopper.error()));
    // TK7: what still owes a factor opens the second-step routes and nothing else.
    if (shopper->ticket && shopper->ticket->state != tickets::State::full) return refuse(Why::ticket_pending);
    if (shopper->ticket) context.user = shopper->ticket->user;
    call.shopper = std::move(*shopper);
    return {};
}

}  // namespace

Result<void> guard(const Shared& shared, App& app, const DoorFace& door, const Route& route,
                   const http::Request& request, Context& context, Call& call) {
    if (route.body != 0 && request.body.size() > route.body) return refuse(Why::body_too_large);
    const auto credentials = door.credentials(request);
    return check_application(shared, app, route, credentials, context, call)
        .and_then([&] { return check_site(route, credentials, context, call); })
        .and_then([&] { return check_shopper(app, route, credentials, context, call); });
}

}  // namespace authtickets::server
