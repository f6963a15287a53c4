// SPDX-License-Identifier: MIT
// Addresses, fields and questions put together. Pure.
#include "pages/desk/parts.h"

#include <authtickets/core/desk.h>

namespace authtickets::pages::desk {

namespace {

// RFC 3986 section 2.3: what stands for itself.
std::string encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF", plain = "-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || plain.find(c) != plain.npos) out.push_back(c);
        else out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    return out;
}

}  // namespace

std::string page_at(std::string_view page, const Pairs& query) {
    std::string out(page);
    for (const auto& [name, value] : query) {
        if (value.empty()) continue;
        out.append(out.find('?') == out.npos ? "?" : "&").append(name).append("=").append(encoded(value));
    }
    return out;
}

std::string address(const Look& look, std::string_view page, const Pairs& query) {
    auto out = look.base + page_at(page, query);
    if (!look.query.empty()) out.append(out.find('?') == out.npos ? "?" : "&").append(std::string_view(look.query).substr(1));
    return out;
}

View field(std::string value, std::string why) { return std::move(View().text("value", std::move(value)).text("why", std::move(why))); }

View option(std::string value, std::string said, bool chosen) {
    return std::move(View().text("value", std::move(value)).text("said", std::move(said)).text("chosen", chosen ? "chosen" : ""));
}

View dialog(const Look& look, const Asks& asks) {
    View::Lines effects, carries;
    for (const auto& each : asks.effects) effects.push_back(std::move(View().text("effect", each)));
    for (const auto& [name, value] : asks.carries) {
        carries.push_back(std::move(View().text("name", std::string(name)).text("carried", value)));
    }
    View out;
    out.text("dialog", std::string(asks.id)).text("asked", asks.title).text("action", address(look, asks.action));
    out.text("back", address(look, asks.back)).text("press", asks.button).text("danger", asks.danger ? "danger" : "");
    if (asks.reason) {
        out.part("reason", std::move(View().text("typed", asks.typed).text("wrong", asks.wrong).text("longest", std::to_string(authtickets::desk::longest_why))));
    }
    return std::move(out.lines("effects", std::move(effects)).lines("carries", std::move(carries)));
}

http::Response page(const Look& look, const Asks& asks, int status) {
    Page out{.screen = "desk/sure", .title = asks.title, .status = status};
    if (!asks.wrong.empty()) out.problem = Problem{.text = asks.wrong, .field = "reason"};
    out.view.part("sure", std::move(dialog(look, asks).text("alone", "alone")));
    return show(look, std::move(out));
}

}  // namespace authtickets::pages::desk
