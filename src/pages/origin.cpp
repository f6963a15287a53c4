// SPDX-License-Identifier: MIT
// The origin rule.
#include "pages/origin.h"

#include <algorithm>

namespace authtickets::pages {

namespace {

constexpr std::string_view plain = "http://", tls = "https://";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

// "https://shop.example:8443/path" without the path.
std::string_view origin_of(std::string_view address) {
    const auto scheme = address.find("://");
    return scheme == address.npos ? std::string_view{} : address.substr(0, address.find('/', scheme + 3));
}

std::string_view host_of(std::string_view origin) {
    const auto scheme = origin.find("://");
    return scheme == origin.npos ? std::string_view{} : origin.substr(scheme + 3);
}

bool is_ours(std::string_view origin, const http::Request& request, std::string_view own) {
    if (same(origin, own)) return true;
    if (request.host.empty() || !same(host_of(origin), request.host)) return false;
    if (origin.starts_with(tls)) return true;  // TLS may end before us
    // A page that came without TLS may be anybody's, if we are there with it.
    return origin.starts_with(plain) && !request.secure && !(own.starts_with(tls) && same(host_of(own), request.host));
}

}  // namespace

bool from_own_page(const http::Request& request, std::string_view address) {
    const auto own = origin_of(address);
    const auto origin = request.header("origin");
    if (origin && *origin != "null") return is_ours(*origin, request, own);
    const auto judged = request.header("sec-fetch-site");  // by the browser, which scripts cannot make lie
    if (judged) return same(*judged, "same-origin") || same(*judged, "none");
    return !origin || (!request.secure && !own.starts_with(tls));
}

}  // namespace authtickets::pages
