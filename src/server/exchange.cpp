// SPDX-License-Identifier: MIT
// One request from the environment, answered in CGI form.
#include "exchange.h"

namespace authtickets::server {

namespace {

// The path of a request that could not be read, as far as it can be told: enough to know whose error form to use.
std::string_view raw_path(Environment environment, std::string_view mount) {
    auto path = value_of(environment, "REQUEST_URI");
    path = path.substr(0, path.find_first_of("?#"));
    if (path.starts_with(mount)) path.remove_prefix(mount.size());
    return path;
}

}  // namespace

std::vector<std::string_view> environment_of(const char* const* items) {
    std::vector<std::string_view> out;
    for (; items && *items; ++items) out.emplace_back(*items);
    return out;
}

std::string_view value_of(Environment environment, std::string_view name) {
    for (const auto item : environment) {
        if (item.size() > name.size() && item[name.size()] == '=' && item.starts_with(name)) {
            return item.substr(name.size() + 1);
        }
    }
    return {};
}

std::string exchange(const Entry& entry, const Answer& answer, Environment environment, const http::BodySource& body) {
    const auto request = http::read_request(environment, entry.mount, body);
    const auto response = answer(request, raw_path(environment, entry.mount));
    return http::to_cgi(response, value_of(environment, "REQUEST_METHOD") == "HEAD");
}

}  // namespace authtickets::server
