// SPDX-License-Identifier: MIT
#include "http/server_door.h"

#include <array>
#include <stdexcept>

#include <authtickets/base/fault.h>
#include <authtickets/base/json.h>

namespace authtickets::test {

namespace {

Result<http::Response> tell(App&, const Context& context, const Call& call) {
    auto body = Json::object({{"realm", std::int64_t{context.realm.value}},
                              {"application", std::int64_t{context.application.value}},
                              {"address", context.address},
                              {"ownAddress", context.own_address},
                              {"browser", context.browser},
                              {"tenant", std::int64_t{call.tenant}},
                              {"site", std::int64_t{call.site}},
                              {"path", call.path.empty() ? Json() : Json(call.path.front())}});
    if (call.shopper && call.shopper->ticket) body.set("user", hex(call.shopper->ticket->user.value));
    if (call.shopper && call.shopper->anonymous) body.set("anonymous", hex(call.shopper->anonymous->value));
    return http::Response{.body = body.dump()};
}

Result<http::Response> empty(App&, const Context&, const Call&) { return http::Response{}; }
Result<http::Response> busy(App&, const Context&, const Call&) {
    return refuse({.why = Why::busy, .retry_after = Seconds{3}});
}
Result<http::Response> defect(App&, const Context&, const Call&) { throw Fault("a promise was broken"); }
Result<http::Response> away(App&, const Context&, const Call&) { throw Unavailable("it is away"); }
Result<http::Response> foreign(App&, const Context&, const Call& call) { throw std::runtime_error(call.request.body); }

constexpr auto GET = http::Method::get;
constexpr auto POST = http::Method::post;
constexpr auto PUT = http::Method::put;

constexpr std::array routes{
    Route{GET, "/t/open", Caller::anyone, Claims::unread, SiteCheck::none, 0, tell},
    Route{PUT, "/t/open", Caller::anyone, Claims::unread, SiteCheck::none, 0, empty},
    Route{POST, "/t/small", Caller::anyone, Claims::unread, SiteCheck::none, 16, tell},
    Route{GET, "/t/items/current", Caller::anyone, Claims::unread, SiteCheck::none, 0, tell},
    Route{GET, "/t/items/{id}", Caller::anyone, Claims::unread, SiteCheck::none, 0, tell},
    Route{PUT, "/t/items/{id}", Caller::anyone, Claims::unread, SiteCheck::none, 0, tell},
    Route{GET, "/t/any", Caller::any_application, Claims::unread, SiteCheck::none, 0, tell},
    Route{GET, "/t/storefront", Caller::storefront, Claims::unread, SiteCheck::none, 0, tell},
    Route{GET, "/t/admin", Caller::admin, Claims::unread, SiteCheck::none, 0, tell},
    Route{GET, "/t/site", Caller::storefront, Claims::unread, SiteCheck::when_sent, 0, tell},
    Route{GET, "/t/confine", Caller::storefront, Claims::confine, SiteCheck::none, 0, tell},
    Route{GET, "/t/required", Caller::storefront, Claims::required, SiteCheck::none, 0, tell},
    Route{GET, "/t/busy", Caller::anyone, Claims::unread, SiteCheck::none, 0, busy},
    Route{GET, "/t/defect", Caller::anyone, Claims::unread, SiteCheck::none, 0, defect},
    Route{GET, "/t/away", Caller::anyone, Claims::unread, SiteCheck::none, 0, away},
    Route{POST, "/t/foreign", Caller::anyone, Claims::unread, SiteCheck::none, 64, foreign},
};

Credentials credentials(const http::Request& request) {
    return {.application = request.header("app").value_or(""),
            .shopper = request.header("shopper").value_or(""),
            .tenant = request.header("tenant"),
            .site = request.header("site")};
}

// The status says which refusal it was as far as a test of the server needs to know; the body names it.
int status_of(Why why) {
    switch (why) {
        case Why::not_found: return 404;
        case Why::method_not_allowed: return 405;
        case Why::body_too_large: return 413;
        case Why::throttled: return 429;
        case Why::busy:
        case Why::unavailable: return 503;
        case Why::application_unknown:
        case Why::ticket_invalid: return 401;
        case Why::forbidden:
        case Why::foreign_site:
        case Why::ticket_pending: return 403;
        default: return 400;
    }
}

http::Response refusal(const Context&, const http::Request&, const Refusal& refusal) {
    return {.status = status_of(refusal.why),
            .body = Json::object({{"why", name(refusal.why)}, {"field", refusal.field}}).dump()};
}

http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after) {
    http::Response response{.status = status, .body = Json::object({{"fault", status}}).dump()};
    if (retry_after.count() > 0) response.header("Retry-After", std::to_string(retry_after.count()));
    return response;
}

void finish(const Context& context, http::Response& response) { response.header("plain-id", hex(context.request_id)); }

}  // namespace

const DoorFace& plain_door() {
    static constexpr DoorFace face{Door::kibo, "/t/", routes, credentials, refusal, fault, finish};
    return face;
}

}  // namespace authtickets::test
