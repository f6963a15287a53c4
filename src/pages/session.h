// SPDX-License-Identifier: MIT
// The two faces that people see, the cookies of a browser that is signed in at one of them, and the token that its forms
// carry (TK10, TK11).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <authtickets/core/tickets.h>
#include <authtickets/http/message.h>

namespace authtickets::pages {

enum class Side : std::uint8_t { account, desk };
Side side_of(std::string_view path);
std::string_view prefix(Side);                          // "/account"
Door door(Side);

std::string_view session_cookie(Side);                  // its name without the prefix that browsers keep to one host
inline constexpr std::string_view device_cookie = "authtickets-device";

// Cookies of a shop without TLS are plain; their address says so, since TLS may end before us.
bool secure(const realms::Realm&);
// None: there is none, or there are two, of which one is not ours.
std::optional<std::string> cookie(const http::Request&, std::string_view name, bool secure);

// Of the session that a ticket is; it lives as long.
void set_session(http::Response&, Side, const realms::Realm&, const tickets::Issued&, Time now);
void clear_session(http::Response&, Side, const realms::Realm&);
void set_device(http::Response&, const realms::Realm&, const Secret& token);

// What a form of this session carries, and whether it is that. Nothing is stored.
std::string form_token(crypto::Keyring&, Time now, const tickets::Ticket&);
bool is_form_token(crypto::Keyring&, const tickets::Ticket&, std::string_view sent);

// Where to go after signing in or a step-up, as a page was asked for with ?to=: one of our own pages ("settings"), or an address
// of the same shop ("/cart", "https://shop.example/cart"). Empty for anything else, so that nobody is led elsewhere.
std::string way_back(std::string_view asked, const realms::Realm&);

}  // namespace authtickets::pages
