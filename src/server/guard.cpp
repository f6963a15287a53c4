// SPDX-License-Identifier: MIT
// What the row of a route demands, judged in one order for all doors: body, caller, rights, budget, site, shopper.
// Cheap tests come first; a request that passes has cost one statement, for the shopper's ticket, while caches are warm.
#include <algorithm>
#include <charconv>

#include <authtickets/server/server.h>

namespace authtickets::server {

namespace {

// What a stranger holds opens what is everybody's, whatever else its application may do.
bool may(Caller caller, const applications::Applications::Checked& checked) {
    const auto& application = checked.application;
    if (checked.implicit) return caller == Caller::shop;
    switch (caller) {
        case Caller::anyone:
        case Caller::shop:
        case Caller::any_application: return true;
        case Caller::storefront: return application.may(applications::storefront | applications::admin);
        case Caller::admin: return application.may(applications::admin);
    }
    return false;  // unreachable
}

// Whoever holds such a token calls directly (TH2), unless one of the shop's own servers calls for all its shoppers.
void note_address(const Shared& shared, Context& context) {
    if (!shared.proxies.trusts(context.address)) context.own_address = true;
}

Result<void> check_application(const Shared& shared, App& app, const DoorFace& door, const Route& route,
                               const Credentials& credentials, Context& context, Call& call) {
    if (route.caller == Caller::anyone) return {};
    if (credentials.application.empty()) return refuse(Why::application_unknown);
    auto checked = door.implicit ? app.applications.check_or_implicit(app.db, context.now, credentials.application)
                                 : app.applications.check(app.db, context.now, credentials.application);
    if (!checked) return refuse(std::move(checked.error()));
    const auto& application = checked->application;
    if (auto charged = shared.buckets.charge(context, application.realm, application.no, checked->implicit); !charged) return charged;
    if (!may(route.caller, *checked)) return refuse(Why::forbidden);
    if (checked->implicit) note_address(shared, context);  // it was made in a browser
    context.realm = application.realm;
    context.application = application.no;
    call.realm = checked->realm;
    call.application = std::move(*checked);
    return {};
}

// What a publishable token gave: nobody in particular, of one realm.
Result<void> check_guest(App& app, std::string_view text, Context& context, Call& call) {
    auto checked = app.applications.check_guest(app.db, context.now, text);
    if (!checked) return refuse(std::move(checked.error()));
    context.realm = checked->application.realm;
    context.application = checked->application.no;
    call.realm = checked->realm;
    call.application = std::move(*checked);
    call.who = roles::guest;
    return {};
}

// The ticket of somebody who signed in. His tickets are of no application, as the sign-in was.
Result<void> check_user(App& app, RealmNo realm, std::string_view text, Context& context, Call& call) {
    context.realm = realm;
    auto shopper = app.tickets.check(app.db, context, text);
    // unreachable but for the first: only full tickets are made at such a door, and their tokens alone come this way.
    if (!shopper || !shopper->ticket || shopper->ticket->state != tickets::State::full) {
        context.realm = {};
        return refuse(Why::ticket_invalid);
    }
    context.user = shopper->ticket->user;
    call.realm = app.realms.get(app.db, context.now, realm, shopper->ticket->realm_version);
    call.who = roles::of(shopper->ticket->user_role);
    call.shopper = std::move(*shopper);
    return {};
}

// The MAC is judged before the realm in the token is believed.
Result<void> check_token(App& app, std::string_view text, Context& context, Call& call) {
    const auto token = crypto::read_token(app.keys, text);
    if (token && token->kind == crypto::TokenKind::guest_access) return check_guest(app, text, context, call);
    if (token && token->kind == crypto::TokenKind::ticket_access) return check_user(app, token->realm, text, context, call);
    return refuse(Why::ticket_invalid);
}

// Who calls a door that has one token for everything. Nobody's realm is the one whose site the Host names.
Result<void> check_bearer(const Shared& shared, App& app, const Route& route, const Credentials& credentials,
                          const http::Request& request, Context& context, Call& call) {
    note_address(shared, context);
    if (route.roles == 0) return {};
    if (auto checked = check_token(app, credentials.application, context, call); !checked && route.caller != Caller::anyone) return checked;
    if (call.who != roles::nobody) {
        // What people do stops none of the shop's own servers.
        if (auto charged = shared.buckets.charge(context, context.realm, context.application, true); !charged) return charged;
    }
    if ((route.roles & call.who) == 0) return refuse(Why::forbidden);
    if (call.who == roles::nobody) {
        if (const auto realm = app.realms.at_host(app.db, request.host)) {
            context.realm = *realm;
            call.realm = app.realms.get(app.db, context.now, *realm);
        }
    }
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
        if (route.claims == Claims::confine || route.claims == Claims::never) return {};
        if (route.claims == Claims::required) return refuse(Why::ticket_invalid);
        const bool for_the_shop = !call.application->implicit && call.application->application.may(applications::admin);
        if (for_the_shop) return {};
        return refuse(Why::forbidden);
    }
    auto shopper = app.tickets.check(app.db, context, sent.shopper, route.claims == Claims::or_new_password);
    if (!shopper) return refuse(std::move(shopper.error()));
    if (route.claims == Claims::never) return refuse(Why::forbidden);
    // TK7: what still owes a factor opens the second-step routes and nothing else.
    if (shopper->ticket && shopper->ticket->state != tickets::State::full) return refuse(Why::ticket_pending);
    const bool members_only = route.claims == Claims::unless_admin || route.claims == Claims::or_new_password;
    if (!shopper->ticket && members_only) return refuse(Why::ticket_invalid);  // an anonymous shopper is nobody's member
    if (shopper->ticket) context.user = shopper->ticket->user;
    call.shopper = std::move(*shopper);
    return {};
}

}  // namespace

Result<void> guard(const Shared& shared, App& app, const DoorFace& door, const Route& route,
                   const http::Request& request, Context& context, Call& call) {
    if (route.body != 0 && request.body.size() > route.body) return refuse(Why::body_too_large);
    const auto credentials = door.credentials(request);
    if (door.bearer) return check_bearer(shared, app, route, credentials, request, context, call);
    return check_application(shared, app, door, route, credentials, context, call)
        .and_then([&] { return check_site(route, credentials, context, call); })
        .and_then([&] { return check_shopper(app, route, credentials, context, call); });
}

}  // namespace authtickets::server
