// SPDX-License-Identifier: MIT
// A short table, since a message needs no more than what its reader would call the thing. Many browsers name others
// too, so the order matters.
#include <array>
#include <utility>

#include <authtickets/text/browsers.h>

namespace authtickets::text {
namespace {

using Named = std::pair<std::string_view, std::string_view>;  // what stands in the header, what people say

constexpr std::array<Named, 16> browsers{{
    {"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"OPT/", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"}, {"Vivaldi/", "Vivaldi"}, {"YaBrowser/", "Yandex Browser"},
    {"DuckDuckGo/", "DuckDuckGo"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"}, {"Trident/", "Internet Explorer"}, {"MSIE ", "Internet Explorer"}, {"Safari/", "Safari"},
}};
constexpr std::array<Named, 8> systems{{
    {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
    {"Macintosh", "macOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
}};

template <std::size_t size>
std::string_view first_of(const std::array<Named, size>& all, std::string_view text) {
    for (const auto& [mark, name] : all) {
        if (text.find(mark) != text.npos) return name;
    }
    return {};
}

}  // namespace

std::string browser_name(std::string_view user_agent) {
    std::string name(first_of(browsers, user_agent));
    const auto system = first_of(systems, user_agent);
    if (name.empty()) return std::string(system);
    if (!system.empty()) name.append(" (").append(system).append(")");
    return name;
}

}  // namespace authtickets::text
