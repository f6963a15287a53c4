// SPDX-License-Identifier: MIT
// The CGI environment read with suspicion (KL6, KL7, docs/security.md). Values that decide (the target,
// credentials, tenant and site) must be flawless, or the request is bad; values that only describe the caller
// are left out instead.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <authtickets/base/utf8.h>
#include <authtickets/http/cgi_environment.h>

namespace authtickets::http {
namespace {

// What becomes of a value that is doubled, too long, or holds controls or broken UTF-8. Kept: whoever reads it judges it, and
// of one that is too long the end is what counts.
enum class Flawed { refuse, drop, keep };

struct Known {
    std::string_view variable;
    std::string_view header;  // lower case; empty: not kept as a header
    Flawed flawed = Flawed::refuse;
    bool single =
        false;  // a comma would mean two headers that the server has joined, one of them perhaps a twin (KL7)
};

constexpr std::array<Known, 32> known{{
    {"REQUEST_METHOD", ""},
    {"REQUEST_URI", ""},
    {"SCRIPT_NAME", ""},
    {"PATH_INFO", ""},
    {"QUERY_STRING", ""},
    {"CONTENT_LENGTH", ""},
    {"CONTENT_TYPE", "", Flawed::drop},
    {"REMOTE_ADDR", ""},
    {"HTTPS", ""},
    {"HTTP_AUTHORIZATION", "authorization", Flawed::refuse, true},
    {"HTTP_X_VOL_APP_CLAIMS", "x-vol-app-claims", Flawed::refuse, true},
    {"HTTP_X_VOL_USER_CLAIMS", "x-vol-user-claims", Flawed::refuse, true},
    {"HTTP_X_VOL_TENANT", "x-vol-tenant", Flawed::refuse, true},
    {"HTTP_X_VOL_SITE", "x-vol-site", Flawed::refuse, true},
    {"HTTP_X_AUTHTICKETS_DEVICE", "x-authtickets-device", Flawed::refuse, true},
    {"HTTP_EP_ACCOUNT_MANAGEMENT_AUTHENTICATION_TOKEN", "ep-account-management-authentication-token", Flawed::refuse, true},
    {"HTTP_X_FRESHCOM_OTP", "x-freshcom-otp", Flawed::refuse, true},
    {"HTTP_ACCEPT", "accept", Flawed::drop},
    {"HTTP_ORIGIN", "origin"},
    {"HTTP_SEC_FETCH_SITE", "sec-fetch-site"},
    {"HTTP_CONTENT_ENCODING", "content-encoding"},
    {"HTTP_TRANSFER_ENCODING", ""},
    {"HTTP_X_FORWARDED_FOR", "x-forwarded-for", Flawed::keep},  // its items are judged one by one, from the right (TH9)
    {"HTTP_USER_AGENT", "user-agent", Flawed::drop},
    {"HTTP_COOKIE", "cookie", Flawed::drop},
    {"HTTP_ACCEPT_LANGUAGE", "accept-language", Flawed::drop},
    {"HTTP_IF_NONE_MATCH", "if-none-match", Flawed::drop},
    {"HTTP_HOST", "host", Flawed::drop},
    // of somebody else's request, and what the web server says of it
    {"HTTP_SEC_FETCH_MODE", "sec-fetch-mode", Flawed::drop},
    {"HTTP_X_ORIGINAL_URI", "", Flawed::drop},
    {"HTTP_X_FORWARDED_URI", "", Flawed::drop},
    {"AUTHTICKETS_URI", "", Flawed::drop},
}};

struct Variable {
    std::string_view value;
    int count = 0;
};
using Variables = std::array<Variable, known.size()>;

consteval std::size_t index_of(std::string_view name) {
    std::size_t at = 0;
    while (known[at].variable != name) ++at;
    return at;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

bool clean(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

std::string_view blanks_off(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

Variables collect(std::span<const std::string_view> environment) {
    Variables all;
    for (const auto item : environment) {
        const auto equals = item.find('=');
        if (equals == item.npos) continue;
        const auto found = std::ranges::find(known, item.substr(0, equals), &Known::variable);
        if (found == known.end()) continue;
        auto& variable = all[static_cast<std::size_t>(found - known.begin())];
        variable.value = item.substr(equals + 1);
        ++variable.count;
    }
    return all;
}

// What is wrong with a value; none: nothing.
const char* flaw(const Known& which, const Variable& variable, const EnvironmentLimits& limits) {
    const auto limit = which.variable.starts_with("HTTP_") ? limits.header : limits.target;
    if (variable.count > 1) return "given twice";
    if (variable.value.size() > limit) return "too long";
    if (!clean(variable.value)) return "control characters or broken UTF-8";
    return which.single && variable.value.find(',') != std::string_view::npos ? "given twice" : nullptr;
}

// Empties what is to be dropped; refuses what must be flawless and is not.
Result<void> judge(Variables& all, const EnvironmentLimits& limits) {
    for (std::size_t i = 0; i < known.size(); ++i) {
        auto& value = all[i].value;
        const auto& [variable, header, flawed, single] = known[i];
        if (flawed == Flawed::keep) {
            value = value.substr(value.size() - std::min(value.size(), limits.header));
            continue;
        }
        const char* const wrong = flaw(known[i], all[i], limits);
        if (!wrong) continue;
        if (flawed == Flawed::refuse) {
            return refuse(Why::bad_request, std::string(header.empty() ? variable : header), wrong);
        }
        value = {};
    }
    return {};
}

bool token_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
           || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool host_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
           || std::string_view("-._:[]").find(c) != std::string_view::npos;
}

// The server has decoded PATH_INFO (RFC 3875 section 4.1.5), so what has a meaning in a path is encoded
// again.
void append_encoded(std::string& out, std::string_view decoded) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : decoded) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || c == '?' || c == '#' || byte <= 0x20 || byte >= 0x7F) {
            out.append({'%', digits[byte >> 4], digits[byte & 15]});
        } else {
            out.push_back(c);
        }
    }
}

struct Target {
    std::string path, query;
};

// Origin form, or absolute form without its scheme and authority (RFC 9112 section 3.2).
Result<Target> split_target(std::string_view text) {
    const auto start = lowered(text.substr(0, 8));
    const std::size_t scheme = start.starts_with("http://") ? 7 : start.starts_with("https://") ? 8 : 0;
    if (scheme != 0) {
        text.remove_prefix(scheme);
        text.remove_prefix(std::min(text.find_first_of("/?#"), text.size()));
    }
    Target out;
    const auto mark = std::min(text.find('?'), text.size());
    out.path = text.substr(0, mark);
    out.query = text.substr(std::min(mark + 1, text.size()));
    if (scheme != 0 && out.path.empty()) out.path = "/";
    if (!out.path.starts_with('/') || text.find_first_of("# ") != text.npos) {
        return refuse(Why::bad_request, "REQUEST_URI", "no request path");
    }
    return out;
}

Result<Target> read_target(const Variables& all) {
    if (const auto uri = all[index_of("REQUEST_URI")].value; !uri.empty()) return split_target(uri);
    Target out;
    append_encoded(out.path, all[index_of("SCRIPT_NAME")].value);
    append_encoded(out.path, all[index_of("PATH_INFO")].value);
    out.query = all[index_of("QUERY_STRING")].value;
    if (!out.path.starts_with('/')) return refuse(Why::bad_request, "REQUEST_URI", "missing");
    return out;
}

// Whole segments of the prefix only: /auth is no prefix of /authority.
bool take_mount(std::string& path, std::string_view mount) {
    if (mount.empty()) return true;
    if (!path.starts_with(mount) || (path.size() > mount.size() && path[mount.size()] != '/')) return false;
    path.erase(0, mount.size());
    if (path.empty()) path = "/";
    return true;
}

bool is_address(std::string_view text) {
    std::array<unsigned char, 16> bytes;
    const std::string terminated(text);
    return inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1
           || inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1;
}

Result<std::string> read_exactly(const BodySource& source, std::size_t length) {
    std::string body(length, '\0');
    for (std::size_t done = 0; done < length;) {
        const auto count = source.read ? source.read(body.data() + done, length - done) : 0;
        if (count == 0) return refuse(Why::bad_request, "body", "truncated");
        done += count;
    }
    return body;
}

// For a chunked body, whose length nobody knows before.
Result<std::string> read_to_end(const BodySource& source, std::size_t limit) {
    constexpr std::size_t step = std::size_t{16} * 1024;
    std::string body;
    for (std::size_t done = 0;;) {
        body.resize(done + step);
        const auto count = source.read ? source.read(body.data() + done, step) : 0;
        done += count;
        body.resize(done);
        if (done > limit) return refuse(Why::body_too_large);
        if (count == 0) return body;
    }
}

template <class Read>
Result<std::string> in_turn(const BodySource& source, Read&& read) {
    if (source.begin && !source.begin()) return refuse(Refusal{.why = Why::busy, .retry_after = Seconds(1)});
    auto body = read();
    if (source.end) source.end();
    return body;
}

Result<std::string> read_body(const Variables& all, const BodySource& source, std::size_t limit) {
    const auto coding = lowered(blanks_off(all[index_of("HTTP_CONTENT_ENCODING")].value));
    if (!coding.empty() && coding != "identity") return refuse(Why::unsupported_media, "content-encoding");
    const auto text = blanks_off(all[index_of("CONTENT_LENGTH")].value);
    const bool chunked =
        lowered(all[index_of("HTTP_TRANSFER_ENCODING")].value).find("chunked") != std::string::npos;
    if (text == "-1" || (text.empty() && chunked)) return in_turn(source, [&] { return read_to_end(source, limit); });
    if (text.empty()) return std::string();
    std::uint64_t length = 0;
    const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (fault == std::errc::invalid_argument || stop != text.data() + text.size()) {
        return refuse(Why::bad_request, "content-length", "not a number");
    }
    if (fault != std::errc{} || length > limit) return refuse(Why::body_too_large);
    if (length == 0) return std::string();
    return in_turn(source, [&] { return read_exactly(source, length); });
}

}  // namespace

Result<Request> read_request(std::span<const std::string_view> environment, std::string_view mount,
                             const BodySource& source, const EnvironmentLimits& limits) {
    auto all = collect(environment);
    if (auto judged = judge(all, limits); !judged) return refuse(std::move(judged).error());

    Request request;
    request.method_text = all[index_of("REQUEST_METHOD")].value;
    if (request.method_text.empty() || request.method_text.size() > 32
        || !std::ranges::all_of(request.method_text, token_letter)) {
        return refuse(Why::bad_request, "REQUEST_METHOD", "missing or no method");
    }
    request.method = method(request.method_text);

    auto target = read_target(all);
    if (!target) return refuse(std::move(target).error());
    auto query = parse_query(target->query);
    if (!query || !percent_decode(target->path, false)) {
        return refuse(Why::bad_request, "REQUEST_URI", "a broken escape, NUL, or not UTF-8");
    }
    request.query = std::move(*query);
    request.path = std::move(target->path);
    if (!take_mount(request.path, mount)) return refuse(Why::not_found);

    for (std::size_t i = 0; i < known.size(); ++i) {
        // An empty one is kept as such: Request::header() takes it for none, and who must tell the two apart can (EP6).
        const bool kept = !all[i].value.empty() || (all[i].count != 0 && known[i].flawed == Flawed::refuse);
        if (!known[i].header.empty() && kept)
            request.headers.emplace(known[i].header, all[i].value);
    }
    request.content_type = all[index_of("CONTENT_TYPE")].value;
    if (const auto peer = all[index_of("REMOTE_ADDR")].value; is_address(peer)) request.peer = peer;
    const auto https = lowered(all[index_of("HTTPS")].value);
    request.secure = https == "on" || https == "1";
    if (const auto host = all[index_of("HTTP_HOST")].value; std::ranges::all_of(host, host_letter)) {
        request.host = lowered(host);
    }

    auto body = read_body(all, source, limits.body);
    if (!body) return refuse(std::move(body).error());
    request.body = std::move(*body);
    return request;
}

std::string raw_path(std::span<const std::string_view> environment, std::string_view mount) {
    const auto all = collect(environment);
    std::string path(all[index_of("REQUEST_URI")].value);
    if (path.empty()) path.append(all[index_of("SCRIPT_NAME")].value).append(all[index_of("PATH_INFO")].value);
    path.resize(std::min(path.find_first_of("?#"), path.size()));
    take_mount(path, mount);
    return path;
}

Request read_guarded(std::span<const std::string_view> environment, bool role, const EnvironmentLimits& limits) {
    const auto all = collect(environment);
    const auto unflawed = [&](std::size_t at) { return flaw(known[at], all[at], limits) ? std::string_view{} : all[at].value; };
    Guarded guarded{.role = role};
    Request request{.method_text = std::string(unflawed(index_of("REQUEST_METHOD")))};
    request.method = method(request.method_text);
    for (const auto at : {index_of("HTTP_ACCEPT"), index_of("HTTP_SEC_FETCH_MODE"), index_of("HTTP_COOKIE"), index_of("HTTP_USER_AGENT")}) {
        if (const auto value = unflawed(at); !value.empty()) request.headers.emplace(known[at].header, value);
    }
    for (const auto at : {index_of("HTTP_X_VOL_USER_CLAIMS"), index_of("HTTP_EP_ACCOUNT_MANAGEMENT_AUTHENTICATION_TOKEN")}) {
        if (all[at].count == 0) continue;
        if (flaw(known[at], all[at], limits)) guarded.flawed = true;
        else request.headers.emplace(known[at].header, all[at].value);
    }
    constexpr auto authorization = index_of("HTTP_AUTHORIZATION");
    const auto& [sent, times] = all[authorization];
    // What is no bearer's is not ours to judge; of two, one might be.
    if (times > 1) guarded.flawed = true;
    if (times == 1 && lowered(sent.substr(0, 7)) == "bearer ") {
        if (sent.find(',') != sent.npos) guarded.flawed = true;
        else if (!flaw(known[authorization], all[authorization], limits)) request.headers.emplace("authorization", sent);
    }
    for (const auto at : {index_of("AUTHTICKETS_URI"), role ? index_of("REQUEST_URI") : index_of("HTTP_X_ORIGINAL_URI"),
                          role ? index_of("REQUEST_URI") : index_of("HTTP_X_FORWARDED_URI")}) {
        if (guarded.uri.empty()) guarded.uri = unflawed(at);
    }
    for (const auto item : environment) {  // of a parameter that was set twice both are meant
        constexpr std::string_view rule = "AUTHTICKETS_REQUIRE=", names = "AUTHTICKETS_NAMES=";
        if (item.starts_with(rule)) guarded.rule.append(" ").append(item.substr(rule.size()));
        if (item.starts_with(names)) guarded.names.append(" ").append(item.substr(names.size()));
    }
    if (const auto peer = unflawed(index_of("REMOTE_ADDR")); is_address(peer)) request.peer = peer;
    if (const auto host = unflawed(index_of("HTTP_HOST")); std::ranges::all_of(host, host_letter)) request.host = lowered(host);
    request.guarded = std::move(guarded);
    return request;
}

}  // namespace authtickets::http
