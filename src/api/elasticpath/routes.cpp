// SPDX-License-Identifier: MIT
// The Elastic Path door's table: which call, who may make it, what becomes of an account token, how large a body may be. Reading
// it is the access review.
#include <array>

#include <authtickets/api/elasticpath/door.h>

#include "api/elasticpath/handlers.h"

namespace authtickets::elasticpath {
namespace {

using Operation = Result<Answer> (*)(App&, const Context&, const Call&);

template <Operation operation>
Result<http::Response> answered(App& app, const Context& context, const Call& call) {
    auto answer = operation(app, context, call);
    if (!answer) return refuse(std::move(answer.error()));
    http::Response response;
    response.status = answer->status;
    if (answer->body.is_null()) {
        response.content_type.clear();  // one of the clients reads a body wherever there is a type for it
        return response;
    }
    response.body.reserve(2048);
    answer->body.dump_to(response.body);
    return response;
}

constexpr auto GET = http::Method::get;
constexpr auto POST = http::Method::post;
constexpr auto PUT = http::Method::put;
constexpr auto DELETE = http::Method::delete_;
constexpr auto body = 64_KiB;  // KL6
constexpr std::size_t unread = 0;

// Who holds no more than a client id is Caller::shop; the rows of Caller::admin are for client_credentials alone, and an account
// token beside them confines the call to what no member may do (EP6, EP44).
constexpr Route row(http::Method method, std::string_view path, Caller caller, Claims claims, std::size_t size, Handler handler) {
    return {method, path, caller, claims, SiteCheck::none, size, handler};
}

constexpr std::array routes{
    row(POST, "/oauth/access_token", Caller::anyone, Claims::unread, body, answered<access_tokens::create>),

    row(GET, "/v2/settings/account-authentication", Caller::shop, Claims::unread, unread, answered<account_settings::get>),
    row(PUT, "/v2/settings/account-authentication", Caller::admin, Claims::never, body, answered<account_settings::update>),

    row(GET, "/v2/authentication-realms", Caller::shop, Claims::unread, unread, answered<authentication_realms::list>),
    row(GET, "/v2/authentication-realms/{realmId}", Caller::shop, Claims::unread, unread, answered<authentication_realms::get>),
    row(PUT, "/v2/authentication-realms/{realmId}", Caller::admin, Claims::never, body, answered<authentication_realms::update>),

    row(GET, "/v2/authentication-realms/{realmId}/password-profiles", Caller::shop, Claims::unread, unread,
        answered<password_profiles::list>),
    row(POST, "/v2/authentication-realms/{realmId}/password-profiles", Caller::admin, Claims::never, body,
        answered<password_profiles::add>),
    row(GET, "/v2/authentication-realms/{realmId}/password-profiles/{profileId}", Caller::shop, Claims::unread, unread,
        answered<password_profiles::get>),
    row(PUT, "/v2/authentication-realms/{realmId}/password-profiles/{profileId}", Caller::admin, Claims::never, body,
        answered<password_profiles::update>),
    row(DELETE, "/v2/authentication-realms/{realmId}/password-profiles/{profileId}", Caller::admin, Claims::never, unread,
        answered<password_profiles::remove>),
    row(POST, "/v2/authentication-realms/{realmId}/password-profiles/{profileId}/one-time-password-token-request", Caller::shop,
        Claims::unread, body, answered<token_requests::create>),

    row(GET, "/v2/authentication-realms/{realmId}/user-authentication-info", Caller::shop, Claims::unless_admin, unread,
        answered<user_infos::list>),
    row(POST, "/v2/authentication-realms/{realmId}/user-authentication-info", Caller::admin, Claims::never, body,
        answered<user_infos::add>),
    row(GET, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}", Caller::shop, Claims::unless_admin, unread,
        answered<user_infos::get>),
    row(PUT, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}", Caller::shop, Claims::unless_admin, body,
        answered<user_infos::update>),
    row(DELETE, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}", Caller::admin, Claims::never, unread,
        answered<user_infos::remove>),

    row(GET, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}/user-authentication-password-profile-info",
        Caller::shop, Claims::unless_admin, unread, answered<password_infos::list>),
    row(POST, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}/user-authentication-password-profile-info",
        Caller::admin, Claims::never, body, answered<password_infos::add>),
    row(GET, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}/user-authentication-password-profile-info/{id}",
        Caller::shop, Claims::unless_admin, unread, answered<password_infos::get>),
    row(PUT, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}/user-authentication-password-profile-info/{id}",
        Caller::shop, Claims::or_new_password, body, answered<password_infos::update>),
    row(DELETE, "/v2/authentication-realms/{realmId}/user-authentication-info/{userId}/user-authentication-password-profile-info/{id}",
        Caller::admin, Claims::never, unread, answered<password_infos::remove>),

    row(POST, "/v2/account-members/tokens", Caller::shop, Claims::unread, body, answered<account_tokens::create>),
    row(GET, "/v2/account-members", Caller::shop, Claims::unless_admin, unread, answered<account_members::list>),
    row(GET, "/v2/account-members/{id}", Caller::shop, Claims::unless_admin, unread, answered<account_members::get>),

    row(GET, "/v2/accounts", Caller::shop, Claims::unless_admin, unread, answered<customer_accounts::list>),
    row(POST, "/v2/accounts", Caller::admin, Claims::never, body, answered<customer_accounts::add>),
    row(GET, "/v2/accounts/{id}", Caller::shop, Claims::unless_admin, unread, answered<customer_accounts::get>),
    row(PUT, "/v2/accounts/{id}", Caller::admin, Claims::never, body, answered<customer_accounts::update>),
    row(DELETE, "/v2/accounts/{id}", Caller::admin, Claims::never, unread, answered<customer_accounts::remove>),
    row(GET, "/v2/accounts/{id}/account-memberships", Caller::shop, Claims::unless_admin, unread,
        answered<account_memberships::list>),
    row(POST, "/v2/accounts/{id}/account-memberships", Caller::admin, Claims::never, body, answered<account_memberships::add>),
    row(GET, "/v2/accounts/{id}/account-memberships/{membershipId}", Caller::shop, Claims::unless_admin, unread,
        answered<account_memberships::get>),
    row(DELETE, "/v2/accounts/{id}/account-memberships/{membershipId}", Caller::admin, Claims::never, unread,
        answered<account_memberships::remove>),

    row(GET, "/v2/integrations", Caller::admin, Claims::never, unread, answered<integrations::list>),
    row(POST, "/v2/integrations", Caller::admin, Claims::never, body, answered<integrations::add>),
    row(GET, "/v2/integrations/logs", Caller::admin, Claims::never, unread, answered<integrations::all_logs>),
    row(GET, "/v2/integrations/{integrationId}", Caller::admin, Claims::never, unread, answered<integrations::get>),
    row(PUT, "/v2/integrations/{integrationId}", Caller::admin, Claims::never, body, answered<integrations::update>),
    row(DELETE, "/v2/integrations/{integrationId}", Caller::admin, Claims::never, unread, answered<integrations::remove>),
    row(GET, "/v2/integrations/{integrationId}/logs", Caller::admin, Claims::never, unread, answered<integrations::logs>),
    row(GET, "/v2/integrations/{integrationId}/jobs", Caller::admin, Claims::never, unread, answered<integrations::jobs>),
    row(GET, "/v2/integrations/{integrationId}/jobs/{jobId}/logs", Caller::admin, Claims::never, unread, answered<integrations::job_logs>),
};

consteval bool sound() {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        if (!http::well_formed(routes[i].path)) return false;
        for (std::size_t j = i + 1; j < routes.size(); ++j) {
            // The first pattern that fits decides, whatever the method.
            const bool shadow = http::hides(routes[i].path, routes[j].path);
            if (shadow && (routes[i].path != routes[j].path || routes[i].method == routes[j].method)) return false;
        }
    }
    return true;
}
static_assert(sound(), "every path is well formed, and no row stands in the shadow of an earlier one");

bool is_bearer(std::string_view header) {
    constexpr std::string_view scheme = "bearer ";
    if (header.size() < scheme.size()) return false;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        const char c = header[i] >= 'A' && header[i] <= 'Z' ? static_cast<char>(header[i] - 'A' + 'a') : header[i];
        if (c != scheme[i]) return false;
    }
    return true;
}

Credentials credentials(const http::Request& request) {
    Credentials out;
    const auto authorization = request.header("authorization");
    if (authorization && is_bearer(*authorization)) {
        const auto start = authorization->find_first_not_of(' ', 7);
        if (start != std::string::npos) out.application = authorization->substr(start);
    }
    // One with nothing in it is no live token, and not none: a storefront that has lost its shopper does not act for the shop.
    const auto sent = request.headers.find("ep-account-management-authentication-token");
    if (sent != request.headers.end()) out.shopper = sent->second.empty() ? "none" : sent->second;
    return out;
}

constexpr DoorFace face(std::string_view prefix) {
    return {.door = Door::elasticpath,
            .prefix = prefix,
            .routes = routes,
            .credentials = credentials,
            .refusal = refusal,
            .fault = fault,
            .finish = finish,
            .implicit = true,
            .merges_slashes = true,
            .preflight = preflight};
}

}  // namespace

const DoorFace& door() {
    static constexpr DoorFace out = face("/v2/");
    return out;
}

const DoorFace& oauth_door() {
    static constexpr DoorFace out = face("/oauth/");
    return out;
}

}  // namespace authtickets::elasticpath
