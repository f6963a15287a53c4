// The CGI environment: lines of the input are its items, what follows an empty line is the body.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <vector>

#include <authtickets/base/utf8.h>
#include <authtickets/http/cgi_environment.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto text = fuzz::text_of(data, size);
    std::vector<std::string_view> items;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto item = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (item.empty()) break;
        items.push_back(item);
    }
    const http::BodySource body{[&text](char* into, std::size_t most) {
        const auto count = std::min({most, text.size(), std::size_t{7}});
        std::memcpy(into, text.data(), count);
        text.remove_prefix(count);
        return count;
    }};
    for (const bool role : {true, false}) {
        const auto guarded = http::read_guarded(items, role, {.target = 512, .header = 512});
        fuzz::require(guarded.guarded.has_value() && is_utf8(guarded.guarded->uri) && guarded.body.empty());
        for (const auto& [name, value] : guarded.headers) fuzz::require(value.size() <= 512 && is_utf8(value));
    }
    const auto request =
        http::read_request(items, "/auth", body, {.target = 512, .header = 512, .body = 1024});
    if (!request) return 0;
    fuzz::require(request->path.starts_with('/') && http::percent_decode(request->path, false).has_value());
    fuzz::require(request->body.size() <= 1024);
    for (const auto& [name, value] : request->headers)
        fuzz::require(!value.empty() && value.size() <= 512 && is_utf8(value));
    return 0;
}
