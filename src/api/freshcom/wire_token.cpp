// SPDX-License-Identifier: MIT
#include "api/freshcom/wire_token.h"

#include <algorithm>
#include <array>

namespace authtickets::freshcom {
namespace {

constexpr std::array<std::string_view, 6> members{"grant_type", "username", "password", "scope", "refresh_token", "otp"};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Grant grant_of(const auto& value) {
    return {.type = value("grant_type"),
            .user_name = value("username"),
            .scope = value("scope"),
            .password = Secret(value("password")),
            .refresh_token = Secret(value("refresh_token")),
            .code = Secret(value("otp"))};
}

// JSON is told apart by its first letter, with which no form begins: some clients name the wrong type.
std::optional<Grant> of_json(std::string_view body) {
    const auto object = parse_json(body);  // which takes no member twice
    if (!object || !object->is_object()) return {};
    for (const auto member : members) {
        const auto* const value = object->find(member);
        if (value && !value->is_null() && !value->text()) return {};
    }
    return grant_of([&](std::string_view name) {
        const auto* const value = object->find(name);
        return value && value->text() ? *value->text() : std::string();
    });
}

std::optional<Grant> of_form(std::string_view body) {
    const auto form = http::parse_query(body);
    if (!form) return {};
    for (const auto member : members) {
        if (std::ranges::count(form->pairs(), member, &std::pair<std::string, std::string>::first) > 1) return {};
    }
    return grant_of([&](std::string_view name) { return form->get(name).value_or(""); });
}

}  // namespace

std::optional<Grant> read_grant(const http::Request& request) {
    auto out = request.body.starts_with('{') ? of_json(request.body) : of_form(request.body);
    if (!out) return {};
    if (auto code = request.header("x-freshcom-otp")) out->code = Secret(std::move(*code));
    return out;
}

std::optional<Uuid> account_in(std::string_view scope) {
    constexpr std::string_view key = "aid:";
    std::optional<Uuid> out;
    while (!scope.empty()) {
        const auto end = std::min(scope.find(','), scope.size());
        auto piece = trimmed(scope.substr(0, end));
        scope.remove_prefix(std::min(end + 1, scope.size()));
        if (!piece.starts_with(key)) continue;
        piece = trimmed(piece.substr(key.size()));
        // The prefix is how the account's id is printed elsewhere; which account it is, the id says.
        for (const std::string_view prefix : {"aid-live-", "aid-test-"}) {
            if (!piece.starts_with(prefix)) continue;
            piece.remove_prefix(prefix.size());
            break;
        }
        const auto id = id_of(piece);
        if (!id || out) return {};
        out = id;
    }
    return out;
}

Secret behind(std::string_view head, const Secret& refresh_token) {
    const auto& text = refresh_token.reveal();
    return text.starts_with(head) ? Secret(text.substr(head.size())) : Secret();
}

http::Response token_answer(const Secret& access, Seconds life, const std::string& refresh_token) {
    http::Response out;
    out.body = Json::object({{"access_token", access.reveal()},
                             {"token_type", "bearer"},
                             {"expires_in", std::int64_t{life.count()}},
                             {"refresh_token", refresh_token}})
                   .dump();
    return out;
}

http::Response code_due(std::string_view method) {
    auto out = token_error(400, "invalid_request", "A one-time password is required; the header X-Freshcom-OTP says which kind");
    out.header("X-Freshcom-OTP", std::string("required; auth_method=").append(method));
    return out;
}

}  // namespace authtickets::freshcom
