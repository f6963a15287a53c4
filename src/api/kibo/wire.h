// SPDX-License-Identifier: MIT
// The Kibo door's wire forms: JSON into values, values into JSON, refusals into statuses and error bodies (docs/kibo.md).
// Pure: no database, no clock. Handlers spell neither statuses nor error texts; the table in wire_refusals.cpp does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <authtickets/base/json.h>
#include <authtickets/base/result.h>
#include <authtickets/core/accounts.h>
#include <authtickets/core/applications.h>
#include <authtickets/core/context.h>
#include <authtickets/core/logins.h>
#include <authtickets/core/realms.h>
#include <authtickets/core/tickets.h>
#include <authtickets/http/message.h>

namespace authtickets::kibo {

// --- Coming in (wire_body.cpp) ---

// The object in the body, whatever its content type; null when there is no body (kibo 2, 11.4).
Result<Json> body_object(const http::Request&);
// The same of a list.
Result<Json> body_list(const http::Request&);
// A body that is `true` or `false` and nothing else. None, null and an object are false: the node client cannot send
// `false`, and sends what it made the address of (kibo 10).
Result<bool> body_flag(const http::Request&);

// Reads members of an object by kind. Names compare without letter case; null and absent are the same; a member
// of another kind makes refused() say so. The first fault stays.
enum class View { shopper, merchant };  // notes are the merchant's alone (kibo 6.2)

class Members {
public:
    // Names compare without case, so two that differ in case alone are one given twice (KL6): refused() from the start.
    explicit Members(const Json& object);

    std::string text(std::string_view name);  // empty when absent
    std::optional<std::string> text_if_given(std::string_view name);
    std::optional<Json::Array> list_if_given(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    std::optional<Time> time(std::string_view name);
    const Json* object(std::string_view name);
    const Json* any(std::string_view name) const;  // nullptr when absent or null
    void wrong(std::string_view name, std::string_view text);

    const std::optional<Refusal>& refused() const { return refused_; }

private:
    const Json& object_;
    std::optional<Refusal> refused_;
};

// What the caller may give of a CustomerAccount (kibo 6.2); ids and state in it are not read. Notes and the tax exemption
// are the merchant's to give: of others they are passed over.
accounts::Profile profile(Members&, View);
// The same of one that exists: what is absent or null stays, "" clears a text, a list takes the place of the old one.
accounts::Change change(Members&, View);

bool same_without_case(std::string_view, std::string_view);  // ASCII

// A number from 1 to 2^32 - 1 in plain digits; none otherwise.
std::optional<std::uint32_t> positive(std::string_view);

// --- Going out (wire.cpp) ---

Json account(const accounts::Account&, View);
// As the shopper of this ticket sees it, who is also told when each factor was last shown.
Json account(const accounts::Account&, const tickets::Ticket&);
Json login_state(const logins::State&);
Json collection(Json::Array items);                                  // the whole of it on one page
Json ticket(const tickets::Issued&, Json account, std::string jwt);
Json ticket(const tickets::Anonymous&, std::string jwt);
Json application_ticket(const applications::IssuedTicket&);          // kibo 3, second form
Json oauth_ticket(const applications::IssuedTicket&, Time now);      // kibo 3, first form
Json tenant(const realms::Realm&, std::uint32_t tenant);             // null when the realm has no such tenant

// --- Errors (wire_refusals.cpp) ---

// Core's name of a field in Kibo's spelling; what is not core's is this door's own and spelled already.
std::string member_name(std::string_view core_field);

http::Response refusal(const Context&, const http::Request&, const Refusal&);
std::string message(const Refusal&);      // the one that its error would carry
http::Response fault(const Context&, const http::Request&, int status, Seconds retry_after);
void finish(const Context&, http::Response&);  // x-vol-correlation

}  // namespace authtickets::kibo
