// SPDX-License-Identifier: MIT
// Percent decoding, queries, and the CGI form of a response. What cannot be read strictly is not read at all.
#include <algorithm>
#include <array>

#include <authtickets/base/utf8.h>
#include <authtickets/http/message.h>

namespace authtickets::http {
namespace {

struct MethodName {
    Method method;
    std::string_view name;
};
constexpr std::array<MethodName, 7> method_names{{{Method::get, "GET"},
                                                  {Method::head, "HEAD"},
                                                  {Method::post, "POST"},
                                                  {Method::put, "PUT"},
                                                  {Method::delete_, "DELETE"},
                                                  {Method::options, "OPTIONS"},
                                                  {Method::patch, "PATCH"}}};

struct Reason {
    int status;
    std::string_view text;
};
constexpr std::array<Reason, 37> reasons{{{200, "200 OK"},
                                          {201, "201 Created"},
                                          {202, "202 Accepted"},
                                          {204, "204 No Content"},
                                          {206, "206 Partial Content"},
                                          {301, "301 Moved Permanently"},
                                          {302, "302 Found"},
                                          {303, "303 See Other"},
                                          {304, "304 Not Modified"},
                                          {307, "307 Temporary Redirect"},
                                          {308, "308 Permanent Redirect"},
                                          {400, "400 Bad Request"},
                                          {401, "401 Unauthorized"},
                                          {402, "402 Payment Required"},
                                          {403, "403 Forbidden"},
                                          {404, "404 Not Found"},
                                          {405, "405 Method Not Allowed"},
                                          {406, "406 Not Acceptable"},
                                          {408, "408 Request Timeout"},
                                          {409, "409 Conflict"},
                                          {410, "410 Gone"},
                                          {411, "411 Length Required"},
                                          {412, "412 Precondition Failed"},
                                          {413, "413 Content Too Large"},
                                          {414, "414 URI Too Long"},
                                          {415, "415 Unsupported Media Type"},
                                          {416, "416 Range Not Satisfiable"},
                                          {417, "417 Expectation Failed"},
                                          {421, "421 Misdirected Request"},
                                          {422, "422 Unprocessable Content"},
                                          {428, "428 Precondition Required"},
                                          {429, "429 Too Many Requests"},
                                          {431, "431 Request Header Fields Too Large"},
                                          {500, "500 Internal Server Error"},
                                          {501, "501 Not Implemented"},
                                          {502, "502 Bad Gateway"},
                                          {503, "503 Service Unavailable"}}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_any_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One header line; CR, LF and other controls become blanks, so a value can not start another line.
void append_header(std::string& out, std::string_view name, std::string_view value) {
    const auto begin = static_cast<std::ptrdiff_t>(out.size());
    out.append(name).append(": ").append(value);
    std::ranges::replace_if(out.begin() + begin, out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    out.append("\r\n");
}

}  // namespace

std::string_view name(Method wanted) {
    for (const auto& [method, name] : method_names) {
        if (method == wanted) return name;
    }
    return "OTHER";
}

Method method(std::string_view text) {
    for (const auto& [method, name] : method_names) {
        if (name == text) return method;
    }
    return Method::other;
}

std::optional<std::string> Query::get(std::string_view name) const {
    for (const auto& [key, value] : pairs_) {
        if (!value.empty() && same_any_case(key, name)) return value;
    }
    return std::nullopt;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus) {
            c = ' ';
        } else if (c == '%') {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high << 4 | low);
            i += 2;
        }
        if (c == '\0') return std::nullopt;
        out.push_back(c);
    }
    if (!is_utf8(out)) return std::nullopt;
    return out;
}

std::optional<Query> parse_query(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value) return std::nullopt;
        query.add(std::move(*name), std::move(*value));
    }
    return query;
}

Result<Query> read_form(const Request& request) {
    constexpr std::size_t most_fields = 200;
    const std::string_view type = request.content_type;
    const auto end = std::min(type.find_first_of("; "), type.size());
    if (!same_any_case(type.substr(0, end), "application/x-www-form-urlencoded")) {
        return refuse(Why::unsupported_media, "content-type");
    }
    // Browsers name no charset here; who names one must mean UTF-8.
    const auto charset = std::ranges::search(type.substr(end), std::string_view("charset="),
                                             [](char a, char b) { return lower(a) == lower(b); });
    if (!charset.empty()) {
        auto value = std::string_view(charset.end(), type.end());
        value = value.substr(0, value.find_first_of("; "));
        if (!same_any_case(value, "utf-8") && !same_any_case(value, "\"utf-8\"")) {
            return refuse(Why::unsupported_media, "content-type");
        }
    }
    auto form = parse_query(request.body);
    if (!form) return refuse(Why::bad_request, "body", "a broken escape, NUL, or not UTF-8");
    if (form->pairs().size() > most_fields) return refuse(Why::bad_request, "body", "too many fields");
    return std::move(*form);
}

std::string set_cookie(const Cookie& cookie) {
    std::string out(cookie.secure ? "__Host-" : "");
    out.append(cookie.name).append("=").append(cookie.value);
    out.append("; Path=/; Max-Age=").append(std::to_string(cookie.life.count()));
    out.append(cookie.secure ? "; Secure; HttpOnly; SameSite=Lax" : "; HttpOnly; SameSite=Lax");
    return out;
}

std::optional<std::string> Request::header(std::string_view name) const {
    const auto found = headers.find(name);
    if (found == headers.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

std::string_view reason(int status) {
    for (const auto& [number, text] : reasons) {
        if (number == status) return text;
    }
    return "500 Internal Server Error";
}

std::string to_cgi(const Response& response, bool head, bool length) {
    std::string out;
    out.reserve(512 + (head ? 0 : response.body.size()));
    append_header(out, "Status", reason(response.status));
    if (!response.body.empty() && !response.content_type.empty()) {
        append_header(out, "Content-Type", response.content_type);
    }
    for (const auto& [name, value] : response.headers) append_header(out, name, value);
    if (length && response.status != 204 && response.status != 304) append_header(out, "Content-Length", std::to_string(response.body.size()));
    out.append("\r\n");
    if (!head) out.append(response.body);
    return out;
}

}  // namespace authtickets::http
