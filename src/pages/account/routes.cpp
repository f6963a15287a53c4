// SPDX-License-Identifier: MIT
// The table of the account pages. Anyone may call: nobody is signed in here, and what acts is the token of a mailed link,
// or a code, in the form that a POST brings.
#include <array>

#include <authtickets/pages/account.h>

#include "pages/account/visit.h"

namespace authtickets::pages::account {

namespace {

template <Screen screen, int purpose = 0>
Result<http::Response> shown(App& app, const Context& context, const Call& call) {
    constexpr auto wanted = purpose == 0 ? Purpose{} : Purpose{static_cast<links::Purpose>(purpose)};
    const auto visit = arrive(app, context, call, wanted);
    if (!visit) return refuse(visit.error());
    return screen(app, *visit);
}

Result<http::Response> styled(App&, const Context&, const Call& call) { return style_sheet(call.request); }

constexpr auto GET = http::Method::get;
constexpr auto POST = http::Method::post;
constexpr auto body = 64_KiB;  // KL6
constexpr std::size_t unread = 0;
constexpr int reset_link = static_cast<int>(links::Purpose::reset);
constexpr int unlock_link = static_cast<int>(links::Purpose::unlock);

constexpr Route anyones(http::Method method, std::string_view path, std::size_t most, Handler handler) {
    return {method, path, Caller::anyone, Claims::unread, SiteCheck::none, most, handler};
}

constexpr std::array routes{
    anyones(GET, "/account/static/style.css", unread, styled),
    anyones(GET, "/account/forgot", unread, shown<forgot::open>),
    anyones(POST, "/account/forgot", body, shown<forgot::ask>),
    anyones(GET, "/account/reset", unread, shown<reset::open, reset_link>),
    anyones(POST, "/account/reset", body, shown<reset::save, reset_link>),
    anyones(GET, "/account/unlock", unread, shown<unlock::open, unlock_link>),
    anyones(POST, "/account/unlock", body, shown<unlock::press, unlock_link>),
    anyones(GET, "/account/confirm", unread, shown<confirm::open>),
    anyones(POST, "/account/confirm", body, shown<confirm::enter>),
};

consteval bool sound() {
    for (const auto& row : routes) {
        if (!http::well_formed(row.path) || !row.path.starts_with(prefix)) return false;
    }
    return true;
}
static_assert(sound(), "every path is well formed and under the door's prefix");

Credentials none(const http::Request&) { return {}; }

}  // namespace

const DoorFace& door() {
    static constexpr DoorFace face{.door = Door::pages, .prefix = prefix, .routes = routes, .credentials = none,
                                   .refusal = refusal, .fault = fault, .finish = finish, .direct = true};
    return face;
}

}  // namespace authtickets::pages::account
