// SPDX-License-Identifier: MIT
// What the tables of both sides are made of. To the guard every row is anyone's: browsers show cookies, which the pages read.
#pragma once

#include <authtickets/core/links.h>
#include <authtickets/door/route.h>

#include "pages/screen.h"

namespace authtickets::pages::rows {

inline constexpr auto GET = http::Method::get;
inline constexpr auto POST = http::Method::post;
inline constexpr auto body = 64_KiB;  // KL6
inline constexpr std::size_t unread = 0;
inline constexpr int reset_link = static_cast<int>(links::Purpose::reset);
inline constexpr int unlock_link = static_cast<int>(links::Purpose::unlock);
inline constexpr int email_link = static_cast<int>(links::Purpose::email);

constexpr Route anyones(http::Method method, std::string_view path, std::size_t most, Handler handler) {
    return {method, path, Caller::anyone, Claims::unread, SiteCheck::none, most, handler};
}

template <const auto& routes>
consteval bool sound(std::string_view prefix) {
    for (const auto& row : routes) {
        const bool under = row.path.starts_with(prefix) && (row.path.size() == prefix.size() || row.path[prefix.size()] == '/');
        if (!http::well_formed(row.path) || !under) return false;
    }
    return true;
}

inline Credentials none(const http::Request&) { return {}; }
inline Result<http::Response> styled(App&, const Context&, const Call& call) { return style_sheet(call.request); }
inline Result<http::Response> scripted(App&, const Context&, const Call& call) { return script(call.request); }

}  // namespace authtickets::pages::rows
