// SPDX-License-Identifier: MIT
// The answers: what is handed on to the application, and how a no reads. No body anywhere, since nobody is there to read it. Pure.
#include <algorithm>

#include <authtickets/authorizer/authorizer.h>
#include <authtickets/base/utf8.h>

namespace authtickets::authorizer {

namespace {

// A value goes into an environment or a header, and from there perhaps into somebody's log: one line of valid UTF-8.
std::string tame(std::string_view text) {
    constexpr std::size_t most = 1280;  // 320 letters, the longest name: two of them never become one by a cut
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto from = at;
        const auto letter = next_code_point(text, at);
        const bool odd = letter == not_utf8 || letter < 0x20 || (letter >= 0x7f && letter < 0xa0) || letter == 0x2028 || letter == 0x2029;
        const auto piece = odd ? std::string_view("?") : text.substr(from, at - from);
        if (out.size() + piece.size() > most) break;
        out.append(piece);
    }
    return out;
}

std::string seconds(const std::optional<Time>& at) {
    return at ? std::to_string(std::chrono::floor<Seconds>(*at).time_since_epoch().count()) : std::string();
}

std::string factors(const tickets::Ticket& ticket) {
    std::string out;
    const auto add = [&](bool shown, std::string_view name) {
        if (!shown) return;
        if (!out.empty()) out.push_back(' ');
        out.append(name);
    };
    add(ticket.password_at.has_value(), "password");
    add(ticket.app_at.has_value(), ticket.used_recovery ? "recovery" : "app");
    add(ticket.email_at.has_value(), "email");
    add(ticket.sms_at.has_value(), "sms");
    return out;
}

// "user_id" as a header: "AUTHTICKETS-User-Id".
std::string header_of(std::string_view word) {
    std::string out = "AUTHTICKETS-";
    bool first = true;
    for (const char c : word) {
        out.push_back(c == '_' ? '-' : first ? static_cast<char>(c - 'a' + 'A') : c);
        first = c == '_';
    }
    return out;
}

// A web server that makes every no of an authorizer a 401 (mod_fcgid) leaves its headers: they say what was meant.
http::Response no(const http::Guarded& asked, int status) {
    http::Response response{.status = status};
    if (asked.role) response.header("AUTHTICKETS-Status", std::to_string(status));
    return response;
}

}  // namespace

std::vector<Fact> facts(const tickets::Admitted& who) {
    const auto& ticket = who.ticket;
    return {{"user", tame(who.user_name)},
            {"user_id", dashed(ticket.user.value)},
            {"account", ticket.account_no ? std::to_string(ticket.account_no->value) : std::string()},
            {"realm", tame(who.realm_name)},
            {"email", tame(who.email)},
            {"email_verified", who.email_verified ? "1" : ""},
            {"factors", factors(ticket)},
            {"password_at", seconds(ticket.password_at)},
            {"second_factor_at", seconds(tickets::second_factor_at(ticket))},
            {"operator", tame(who.operator_name)}};
}

http::Response granted(const http::Guarded& asked, const std::vector<Name>& names, const tickets::Admitted& who) {
    http::Response response{.status = 200};
    for (auto& [word, value] : facts(who)) {
        if (!asked.role) {
            response.header(header_of(word), std::move(value));
            continue;
        }
        for (const auto& name : names) {
            if (name.word == word) response.header("Variable-" + name.variable, value);
        }
    }
    return response;
}

http::Response challenged(const http::Guarded& asked, const Challenge& challenge, std::string_view page) {
    const bool led = asked.role && !page.empty();
    auto response = no(asked, led ? 303 : 401);
    if (!page.empty()) response.header("AUTHTICKETS-Sign-In", std::string(page));
    if (led) {
        response.header("Location", std::string(page));
        return response;
    }
    std::string value = "Bearer";
    if (!challenge.error.empty()) value.append(" error=\"").append(challenge.error).append("\"");
    if (challenge.max_age) value.append(", max_age=").append(std::to_string(challenge.max_age->count()));
    response.header("WWW-Authenticate", std::move(value));
    return response;
}

http::Response refused(const http::Guarded& asked, int status) {
    const bool told = asked.role || status >= 500;
    auto response = no(asked, told ? status : 403);
    if (status == 503) response.header("Retry-After", "1");
    return response;
}

}  // namespace authtickets::authorizer
