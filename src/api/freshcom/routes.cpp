// SPDX-License-Identifier: MIT
// The Freshcom door's table: which call, who may make it, how large a body may be. Reading it is the access review.
#include <array>

#include <authtickets/api/freshcom/door.h>

#include "api/freshcom/handlers.h"

namespace authtickets::freshcom {
namespace {

using Operation = Result<Answer> (*)(App&, const Context&, const Call&);

template <Operation operation>
Result<http::Response> answered(App& app, const Context& context, const Call& call) {
    auto answer = operation(app, context, call);
    if (!answer) return refuse(std::move(answer.error()));
    http::Response response;
    response.status = answer->status;
    if (answer->body.is_null()) {
        response.content_type.clear();
        return response;
    }
    response.content_type = media_type;
    response.body.reserve(2048);
    answer->body.dump_to(response.body);
    return response;
}

constexpr auto GET = http::Method::get;
constexpr auto POST = http::Method::post;
constexpr auto PATCH = http::Method::patch;
constexpr auto DELETE = http::Method::delete_;
constexpr auto body = 64_KiB;  // KL6
constexpr std::size_t unread = 0;

// Who holds a live token, and is one of these.
constexpr Route row(http::Method method, std::string_view path, roles::Mask who, std::size_t size, Handler handler) {
    return {method, path, Caller::any_application, Claims::unread, SiteCheck::none, size, handler, who};
}

// The same where a token need not be there (FC17): without one, or with one that is dead, the caller is nobody, and answered
// 401 only by what cannot do without.
constexpr Route open_row(http::Method method, std::string_view path, roles::Mask who, std::size_t size, Handler handler) {
    return {method, path, Caller::anyone, Claims::unread, SiteCheck::none, size, handler, who};
}

// Of a realm's developers and administrators.
constexpr auto builders = roles::developer | roles::administrator;
// Of what was sent.
constexpr auto readers = builders | roles::of(authtickets::users::Role::support_specialist);
constexpr auto everybody = roles::guest | roles::users;
constexpr auto whoever = everybody | roles::nobody;
constexpr auto writers = roles::staff & ~roles::of(authtickets::users::Role::read_only);

constexpr std::array routes{
    Route{POST, token_path, Caller::anyone, Claims::unread, SiteCheck::none, body, tokens::create},
    row(GET, "/v1/refresh_token", builders, unread, answered<refresh_token::get>),

    row(GET, "/v1/account", everybody, unread, answered<account::get>),
    row(PATCH, "/v1/account", builders, body, answered<account::update>),

    row(GET, "/v1/user", roles::users, unread, answered<user::get>),
    row(PATCH, "/v1/user", roles::users, body, answered<user::update>),
    open_row(POST, "/v1/users", roles::guest | builders, body, answered<users::add>),
    row(GET, "/v1/users/{id}", roles::administrator, unread, answered<users::get>),
    row(PATCH, "/v1/users/{id}", roles::administrator, body, answered<users::update>),
    row(DELETE, "/v1/users/{id}", roles::administrator, unread, answered<users::remove>),

    row(POST, "/v1/phone_verification_codes", everybody, body, answered<phone_verification_codes::create>),
    row(POST, "/v1/email_verification_codes", everybody, body, answered<email_verification_codes::create>),
    row(POST, "/v1/email_verification_tokens", roles::users, body, answered<email_verification_tokens::create>),
    open_row(POST, "/v1/email_verifications", whoever, body, answered<email_verifications::create>),

    row(GET, "/v1/customer", everybody, unread, answered<customer::get>),
    row(GET, "/v1/customers", roles::staff, unread, answered<customers::list>),
    row(POST, "/v1/customers", roles::guest | roles::customer | writers, body, answered<customers::add>),
    row(GET, "/v1/customers/{id}", roles::staff, unread, answered<customers::get>),
    row(PATCH, "/v1/customers/{id}", roles::guest | roles::customer | writers, body, answered<customers::update>),
    row(DELETE, "/v1/customers/{id}", writers, unread, answered<customers::remove>),

    open_row(POST, "/v1/password_reset_tokens", whoever, body, answered<password_reset_tokens::create>),
    open_row(PATCH, "/v1/password", whoever, body, answered<password::update>),
    row(PATCH, "/v1/passwords/{id}", roles::administrator, body, answered<passwords::update>),

    row(GET, "/v1/notification_triggers", builders, unread, answered<notification_triggers::list>),
    row(POST, "/v1/notification_triggers", builders, body, answered<notification_triggers::add>),
    row(GET, "/v1/notification_triggers/{id}", builders, unread, answered<notification_triggers::get>),
    row(PATCH, "/v1/notification_triggers/{id}", builders, body, answered<notification_triggers::update>),
    row(DELETE, "/v1/notification_triggers/{id}", builders, unread, answered<notification_triggers::remove>),
    row(GET, "/v1/email_templates", builders, unread, answered<email_templates::list>),
    row(POST, "/v1/email_templates", builders, body, answered<email_templates::add>),
    row(GET, "/v1/email_templates/{id}", builders, unread, answered<email_templates::get>),
    row(PATCH, "/v1/email_templates/{id}", builders, body, answered<email_templates::update>),
    row(DELETE, "/v1/email_templates/{id}", builders, unread, answered<email_templates::remove>),
    row(GET, "/v1/sms_templates", builders, unread, answered<sms_templates::list>),
    row(POST, "/v1/sms_templates", builders, body, answered<sms_templates::add>),
    row(GET, "/v1/sms_templates/{id}", builders, unread, answered<sms_templates::get>),
    row(PATCH, "/v1/sms_templates/{id}", builders, body, answered<sms_templates::update>),
    row(DELETE, "/v1/sms_templates/{id}", builders, unread, answered<sms_templates::remove>),
    row(GET, "/v1/emails", readers, unread, answered<emails::list>),
    row(GET, "/v1/emails/{id}", readers, unread, answered<emails::get>),
    row(GET, "/v1/sms", readers, unread, answered<sms::list>),
    row(GET, "/v1/sms/{id}", readers, unread, answered<sms::get>),
};

consteval bool sound() {
    for (std::size_t i = 0; i < routes.size(); ++i) {
        if (!http::well_formed(routes[i].path)) return false;
        if (routes[i].roles == 0 && routes[i].path != token_path) return false;
        for (std::size_t j = i + 1; j < routes.size(); ++j) {
            // The first pattern that fits decides, whatever the method.
            const bool shadow = http::hides(routes[i].path, routes[j].path);
            if (shadow && (routes[i].path != routes[j].path || routes[i].method == routes[j].method)) return false;
        }
    }
    return true;
}
static_assert(sound(), "every path is well formed, every row but one says who may call, and none stands in an earlier one's shadow");

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
    return out;
}

}  // namespace

const DoorFace& door() {
    static constexpr DoorFace out{.door = Door::freshcom,
                                  .prefix = "/v1/",
                                  .routes = routes,
                                  .credentials = credentials,
                                  .refusal = refusal,
                                  .fault = fault,
                                  .finish = finish,
                                  .merges_slashes = true,
                                  .preflight = preflight,
                                  .bearer = true,
                                  .media = media};
    return out;
}

}  // namespace authtickets::freshcom
