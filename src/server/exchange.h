// SPDX-License-Identifier: MIT
// What the two ways in have in common: from environment and body to the bytes that go back in one piece.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/http/cgi_environment.h>
#include <authtickets/server/server.h>

namespace authtickets::server {

using Environment = std::span<const std::string_view>;

std::vector<std::string_view> environment_of(const char* const* items);  // as in environ(7), ended by a null
std::string_view value_of(Environment, std::string_view name);           // empty when absent

// The whole answer as a CGI response.
std::string exchange(const Entry&, const Answer&, Environment, const http::BodySource&);

}  // namespace authtickets::server
