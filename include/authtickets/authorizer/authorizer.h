// SPDX-License-Identifier: MIT
// May this request pass to an application that knows nothing of tickets? A web server asks before it serves anything of it
// (docs/authorizer.md): in FastCGI's role AUTHORIZER, or by a sub-request to /authorize. One HMAC and one statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/core/tickets.h>
#include <authtickets/door/route.h>
#include <authtickets/http/message.h>

namespace authtickets::authorizer {

inline constexpr std::string_view path = "/authorize";

// --- What a mount demands (AUTHTICKETS_REQUIRE); AZ20 to AZ26

struct Rule {
    bool second_factor = false;
    std::optional<Seconds> within{};          // since the factor, or the sign-in, was shown last
    std::vector<AccountNo> accounts{};        // the ticket is for one of them; empty: for any, or for none
    std::optional<RealmNo> realm{};           // whose tickets; none: of the only shop there is
};
// Words separated by blanks. bad_parameter, with the word as its field: one that is not known, a number that is none, a word
// said twice.
Result<Rule> read_rule(std::string_view words);

// AZ21, AZ22: whether what was shown with the ticket is enough.
bool lately(const Rule&, const tickets::Ticket&, Time now);
bool of_account(const Rule&, const tickets::Ticket&);

// --- What is handed on (AUTHTICKETS_NAMES); AZ40 to AZ46

struct Fact {
    std::string_view word;      // "user": as AUTHTICKETS_NAMES and, in another case, the names below have it
    std::string value;          // tame: valid UTF-8 without control characters
};
// Always all of them, and in one order: one that is empty is handed on as empty.
std::vector<Fact> facts(const tickets::Admitted&);

struct Name {
    std::string_view word;
    std::string variable;       // "REMOTE_USER"
};
// "user=REMOTE_USER account=SHOP_ACCOUNT"; what is not named keeps AUTHTICKETS_USER and the like. bad_parameter as read_rule().
Result<std::vector<Name>> read_names(std::string_view words);

// --- Answers; AZ60 to AZ69

// GET or HEAD of a page by somebody who can be led to another one.
bool is_navigation(const http::Request&);
// The address of what was asked for, as the pages take it for a way back: a path of this host with its query, odd letters
// escaped. Empty: none that they would take.
std::string way_back(std::string_view uri);

http::Response granted(const http::Guarded&, const std::vector<Name>&, const tickets::Admitted&);
// What is wrong with the ticket, in the words of RFC 6750 and 9470: "invalid_token"; empty: there was none.
struct Challenge {
    std::string_view error{};
    std::optional<Seconds> max_age{};
};
// 401; with `page`, an address of this host, a browser is led there.
http::Response challenged(const http::Guarded&, const Challenge&, std::string_view page);
http::Response refused(const http::Guarded&, int status);  // 400, 403, 500, 503; a sub-request knows no 400: 403

// --- The use case

// mount: http.mount, before which our pages stand. Throws Unavailable when the database is away.
http::Response answer(App&, const Context&, const http::Request&, std::string_view mount);

}  // namespace authtickets::authorizer
