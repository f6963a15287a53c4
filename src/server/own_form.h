// SPDX-License-Identifier: MIT
// Answers that belong to no door, in the shape of the Kibo door's errors (kibo 7.1, docs/kibo.md) and of contrib/errors, so that
// a client reads the same whether program or web server refuses; and the headers that every answer carries (KL8).
#pragma once

#include <string_view>

#include <authtickets/base/json.h>
#include <authtickets/core/context.h>
#include <authtickets/http/message.h>

namespace authtickets::server {

http::Response own_answer(const Context&, int status, const Json& body);
http::Response own_refusal(const Context&, const Refusal&);
http::Response own_fault(const Context&, int status, Seconds retry_after);

// Replaces the header where it is set already.
void set_header(http::Response&, std::string_view name, std::string value);
bool has_header(const http::Response&, std::string_view name);

// KL8 (docs/security.md)
void set_common_headers(http::Response&);

}  // namespace authtickets::server
