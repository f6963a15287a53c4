// SPDX-License-Identifier: MIT
// The Kibo door's table: which call, who may make it, what becomes of user claims, how large a body may be. Reading it is
// the access review. Every operation's answer is shaped by responseFields (kibo 5) in one place here.
#include <array>

#include <authtickets/api/kibo/door.h>

#include "api/kibo/handlers.h"
#include "api/kibo/response_fields.h"

namespace authtickets::kibo {
namespace {

using Operation = Result<Answer> (*)(App&, const Context&, const Call&);

// The fields are read first: a call that asks for an answer which cannot be given must not have done anything.
template <Operation operation>
Result<http::Response> answered(App& app, const Context& context, const Call& call) {
    const auto fields = ResponseFields::parse(call.request.query.get("responseFields").value_or(""));
    if (!fields) return refuse(fields.error());
    auto answer = operation(app, context, call);
    if (!answer) return refuse(answer.error());
    http::Response response;
    response.status = answer->status;
    if (answer->body.is_null()) return response;
    fields->shape(answer->body);
    response.body.reserve(4096);  // a ticket with its account
    answer->body.dump_to(response.body);
    return response;
}

constexpr auto GET = http::Method::get;
constexpr auto POST = http::Method::post;
constexpr auto PUT = http::Method::put;
constexpr auto DELETE = http::Method::delete_;
constexpr auto body = 64_KiB;    // KL6
constexpr auto bulk = 1024_KiB;  // KL6
constexpr std::size_t unread = 0;

// Rows with fixed segments stand before those with a parameter in the same place (kibo 11.7).
constexpr std::array routes{
    Route{POST, "/api/platform/applications/authtickets/oauth", Caller::anyone, Claims::unread, SiteCheck::none, body,
          answered<application_tickets::oauth>},
    Route{POST, "/api/platform/applications/authtickets", Caller::anyone, Claims::unread, SiteCheck::none, body,
          answered<application_tickets::create>},
    Route{PUT, "/api/platform/applications/authtickets/refresh-ticket", Caller::anyone, Claims::unread,
          SiteCheck::none, body, answered<application_tickets::refresh>},
    Route{DELETE, "/api/platform/applications/authtickets/{refreshToken}", Caller::anyone, Claims::unread,
          SiteCheck::none, unread, answered<application_tickets::end>},

    Route{GET, "/api/platform/tenants/{tenantId}", Caller::any_application, Claims::unread, SiteCheck::none, unread,
          answered<tenants::get>},

    Route{POST, "/api/commerce/customer/authtickets", Caller::storefront, Claims::unread, SiteCheck::when_sent, body,
          answered<auth_tickets::create>},
    Route{PUT, "/api/commerce/customer/authtickets/refresh", Caller::storefront, Claims::unread, SiteCheck::when_sent,
          unread, answered<auth_tickets::refresh>},
    Route{GET, "/api/commerce/customer/authtickets/anonymousshopper", Caller::storefront, Claims::unread,
          SiteCheck::when_sent, unread, answered<auth_tickets::anonymous>},

    Route{POST, "/api/commerce/customer/authtickets/otp/request", Caller::storefront, Claims::unread,
          SiteCheck::when_sent, body, answered<auth_tickets::request_code>},
    Route{POST, "/api/commerce/customer/authtickets/otp/auth", Caller::storefront, Claims::unread, SiteCheck::when_sent,
          body, answered<auth_tickets::by_code>},
    // Whose step it is stands in the claims, pending or full, or in the body (X16): the operations read them.
    Route{POST, "/api/commerce/customer/authtickets/2fa/request", Caller::storefront, Claims::unread,
          SiteCheck::when_sent, body, answered<auth_tickets::request_second_step>},
    Route{POST, "/api/commerce/customer/authtickets/2fa/auth", Caller::storefront, Claims::unread, SiteCheck::when_sent,
          body, answered<auth_tickets::second_step>},

    Route{POST, "/api/commerce/customer/accounts/Reset-Password", Caller::storefront, Claims::unread,
          SiteCheck::when_sent, body, answered<account_logins::request_reset>},
    Route{POST, "/api/commerce/customer/accounts/Update-Forgotten-Password", Caller::storefront, Claims::unread,
          SiteCheck::when_sent, body, answered<account_logins::reset>},
    Route{POST, "/api/commerce/customer/accounts/Add-Account-And-Login", Caller::storefront, Claims::unread,
          SiteCheck::when_sent, body, answered<customer_accounts::add_and_sign_in>},
    Route{GET, "/api/commerce/customer/accounts/current", Caller::storefront, Claims::required, SiteCheck::when_sent,
          unread, answered<customer_accounts::current>},
    // For the shop as a whole, so that user claims beside them are refused, which the operations see to.
    Route{POST, "/api/commerce/customer/accounts/Bulk", Caller::admin, Claims::confine, SiteCheck::when_sent, bulk,
          answered<customer_accounts::add_all>},
    Route{POST, "/api/commerce/customer/accounts/Change-Passwords", Caller::admin, Claims::confine, SiteCheck::when_sent,
          bulk, answered<account_logins::change_passwords>},
    Route{POST, "/api/commerce/customer/accounts/loginstatebyusername", Caller::admin, Claims::confine,
          SiteCheck::when_sent, unread, answered<account_logins::state_by_user_name>},
    Route{POST, "/api/commerce/customer/accounts/loginstatebyemailaddress", Caller::admin, Claims::confine,
          SiteCheck::when_sent, unread, answered<account_logins::state_by_email_address>},
    Route{POST, "/api/commerce/customer/accounts", Caller::storefront, Claims::unread, SiteCheck::when_sent, body,
          answered<customer_accounts::add>},
    // Without user claims for admin alone, which the operations see to: the row cannot say "or".
    Route{GET, "/api/commerce/customer/accounts/{accountId}", Caller::storefront, Claims::confine,
          SiteCheck::when_sent, unread, answered<customer_accounts::get>},

    Route{GET, "/api/commerce/customer/accounts", Caller::admin, Claims::confine, SiteCheck::when_sent, unread,
          answered<customer_accounts::list>},
    Route{GET, "/api/commerce/customer/accounts/{accountId}/AuditLog/Entries", Caller::admin, Claims::confine,
          SiteCheck::when_sent, unread, answered<customer_accounts::audit_log>},
    Route{GET, "/api/commerce/customer/customerSets", Caller::admin, Claims::confine, SiteCheck::when_sent, unread,
          answered<customer_sets::list>},
    Route{GET, "/api/commerce/customer/customerSets/{code}", Caller::admin, Claims::confine, SiteCheck::when_sent, unread,
          answered<customer_sets::get>},
    Route{PUT, "/api/commerce/customer/accounts/{accountId}", Caller::storefront, Claims::confine,
          SiteCheck::when_sent, body, answered<customer_accounts::update>},
    Route{POST, "/api/commerce/customer/accounts/{accountId}/Change-Password", Caller::storefront, Claims::confine,
          SiteCheck::when_sent, body, answered<account_logins::change_password>},
    // The merchant's alone.
    Route{DELETE, "/api/commerce/customer/accounts/{accountId}", Caller::admin, Claims::confine, SiteCheck::when_sent,
          unread, answered<customer_accounts::remove>},
    Route{POST, "/api/commerce/customer/accounts/{accountId}/action", Caller::admin, Claims::confine,
          SiteCheck::when_sent, body, answered<customer_accounts::act>},
    Route{POST, "/api/commerce/customer/accounts/{accountId}/Create-Login", Caller::admin, Claims::confine,
          SiteCheck::when_sent, body, answered<account_logins::add>},
    Route{GET, "/api/commerce/customer/accounts/{accountId}/loginstate", Caller::admin, Claims::confine,
          SiteCheck::when_sent, unread, answered<account_logins::state>},
    Route{POST, "/api/commerce/customer/accounts/{accountId}/Set-Login-Locked", Caller::admin, Claims::confine,
          SiteCheck::when_sent, body, answered<account_logins::set_locked>},
    Route{POST, "/api/commerce/customer/accounts/{accountId}/Set-Password-Change-Required", Caller::admin,
          Claims::confine, SiteCheck::when_sent, body, answered<account_logins::demand_password_change>},

    Route{GET, "/api/commerce/settings/general", Caller::storefront, Claims::unread, SiteCheck::when_sent, unread,
          answered<shop_settings::get>},
    Route{PUT, "/api/commerce/settings/general", Caller::admin, Claims::confine, SiteCheck::when_sent, body,
          answered<shop_settings::update>},

    Route{GET, "/api/event/pull", Caller::admin, Claims::confine, SiteCheck::when_sent, unread, answered<event_calls::list>},
    Route{GET, "/api/event/pull/{eventId}", Caller::admin, Claims::confine, SiteCheck::when_sent, unread, answered<event_calls::get>},
    Route{GET, "/api/event/push/subscriptions", Caller::admin, Claims::confine, SiteCheck::when_sent, unread,
          answered<event_calls::subscriptions>},
    Route{GET, "/api/event/push/subscriptions/deliveryattempts", Caller::admin, Claims::confine, SiteCheck::when_sent, unread,
          answered<event_calls::all_attempts>},
    Route{GET, "/api/event/push/subscriptions/{subscriptionId}", Caller::admin, Claims::confine, SiteCheck::when_sent, unread,
          answered<event_calls::subscription>},
    Route{GET, "/api/event/push/subscriptions/{subscriptionId}/deliveryattempts", Caller::admin, Claims::confine, SiteCheck::when_sent,
          unread, answered<event_calls::attempts>},
    Route{GET, "/api/event/push/subscriptions/{subscriptionId}/deliveryattempts/{processId}", Caller::admin, Claims::confine,
          SiteCheck::when_sent, unread, answered<event_calls::attempt>},
};

consteval bool sound() {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        if (!http::well_formed(routes[i].path)) return false;
        for (std::size_t j = i + 1; j < routes.size(); ++j) {
            if (routes[i].method == routes[j].method && http::hides(routes[i].path, routes[j].path)) return false;
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
    if (out.application.empty()) out.application = request.header("x-vol-app-claims").value_or("");
    out.shopper = request.header("x-vol-user-claims").value_or("");
    out.tenant = request.header("x-vol-tenant");
    out.site = request.header("x-vol-site");
    return out;
}

}  // namespace

const DoorFace& door() {
    static constexpr DoorFace face{Door::kibo, "/api/", routes, credentials, refusal, fault, finish};
    return face;
}

}  // namespace authtickets::kibo
