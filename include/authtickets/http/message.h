// SPDX-License-Identifier: MIT
// HTTP as this program meets it: a request made from the CGI environment, a response to be written. Knows no feature.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <authtickets/base/result.h>

namespace authtickets::http {

enum class Method { get, head, post, put, delete_, options, patch, other };
std::string_view name(Method);
Method method(std::string_view);  // case matters, RFC 9110 section 9.1

// Names in order of arrival; a name may repeat.
class Query {
public:
    // Empty values equal absent ones: both give none (kibo 11.4). Names compare without case.
    std::optional<std::string> get(std::string_view name) const;
    void add(std::string name, std::string value) { pairs_.emplace_back(std::move(name), std::move(value)); }
    const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

// Percent decoding. None for a broken escape, %00, or what is not UTF-8 after decoding. `plus`: + is a blank (queries).
std::optional<std::string> percent_decode(std::string_view, bool plus);
std::optional<Query> parse_query(std::string_view);

// What a web server asks before it serves something that is not ours (authorizer/authorizer.h).
struct Guarded {
    bool role = false;        // in FastCGI's role AUTHORIZER; else at a path of ours
    std::string uri{};        // of what was asked for, as the browser sent it; perhaps empty
    std::string rule{}, names{};  // the web server's parameters AUTHTICKETS_REQUIRE and AUTHTICKETS_NAMES
    bool flawed = false;      // a credential of ours was sent twice, or is no text (KL7)
};

struct Request {
    Method method = Method::get;
    std::string method_text{};
    std::string path{};           // as sent, before decoding, without the mount prefix and without the query
    Query query{};
    std::string body{};
    std::string content_type{};
    std::string peer{};           // REMOTE_ADDR
    bool secure = false;        // HTTPS
    std::string host{};           // Host header, only for finding sites
    // Headers the program knows, by lower-case name; all others were dropped on the way in (KL7).
    std::map<std::string, std::string, std::less<>> headers{};
    std::optional<Guarded> guarded{};  // by read_guarded() alone
    // none when absent or empty
    std::optional<std::string> header(std::string_view lower_case_name) const;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8";
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    void header(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
};

// "404 Not Found"; a status outside the table is a defect and reads as 500.
std::string_view reason(int status);

// The form in a body (application/x-www-form-urlencoded in UTF-8, which is all that our pages send). Refusals:
// unsupported_media for another type, bad_request for what cannot be read or has more than 200 fields (KL6).
Result<Query> read_form(const Request&);

// A value for Set-Cookie, for the whole host and for browsers' eyes alone: HttpOnly, SameSite=Lax, Path=/. On a secure
// host its name gets the prefix by which browsers keep it to that host (TK10).
struct Cookie {
    std::string_view name, value;  // letters of tokens
    Seconds life{};
    bool secure = true;
};
std::string set_cookie(const Cookie&);

// The CGI response (RFC 3875 section 6): Status, headers, body in one piece for one write. Content-Length always, 0 too,
// but not with 204 and 304 (RFC 9110 section 8.6); no Content-Type on an empty body; CR and LF can not get into a header.
// head: without the body. length: false for an authorizer's yes, whose headers may become the guarded application's (AZ60).
std::string to_cgi(const Response&, bool head, bool length = true);

}  // namespace authtickets::http
