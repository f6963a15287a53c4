// SPDX-License-Identifier: MIT
// What the token endpoint is asked for and what it answers (FC50 to FC60, docs/freshcom.md): OAuth's own forms, no documents. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/secret.h>

#include "api/freshcom/wire.h"

namespace authtickets::freshcom {

struct Grant {
    std::string type{}, user_name{}, scope{};  // empty: absent
    Secret password{}, refresh_token{}, code{};  // code: of the header, else of the body
};
// None for a body that is neither a form nor JSON, or that says one thing twice.
std::optional<Grant> read_grant(const http::Request&);

// The account that a scope names: "aid:<id>", "aid:aid-live-<id>" or "aid:aid-test-<id>" among pieces joined by commas. None: none, or two.
std::optional<Uuid> account_in(std::string_view scope);

// The token behind "prt-live-" or "urt-live-"; empty for what begins otherwise.
Secret behind(std::string_view head, const Secret& refresh_token);

http::Response token_answer(const Secret& access, Seconds life, const std::string& refresh_token);
// 400 with the header by which clients know that a one-time password is due. method: "tfa_sms".
http::Response code_due(std::string_view method);

}  // namespace authtickets::freshcom
