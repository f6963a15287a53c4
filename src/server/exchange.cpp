// SPDX-License-Identifier: MIT
// One request from the environment, answered in CGI form.
#include "exchange.h"

#include <authtickets/authorizer/authorizer.h>

namespace authtickets::server {

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
    const auto path = http::raw_path(environment, entry.mount);
    const bool role = value_of(environment, "FCGI_ROLE") == "AUTHORIZER";
    const bool head = value_of(environment, "REQUEST_METHOD") == "HEAD";
    if (role || http::match(authorizer::path, path)) {
        const auto response = answer(http::read_guarded(environment, role), path);
        // mod_fcgid gives the application's answer what headers a yes has, its length too (AZ60).
        return http::to_cgi(response, head, !role || response.status != 200);
    }
    return http::to_cgi(answer(http::read_request(environment, entry.mount, body), path), head);
}

}  // namespace authtickets::server
