// SPDX-License-Identifier: MIT
// The address of a link. Its host comes from configuration, never from a request (RS5).
#include <authtickets/core/links.h>

namespace authtickets::links {
namespace {

void fill(std::string& text, std::string_view name, std::string_view value) {
    for (auto at = text.find(name); at != text.npos; at = text.find(name, at + value.size())) text.replace(at, name.size(), value);
}

}  // namespace

std::string address(std::string_view pattern, std::string_view base, std::string_view token, const UserId& user) {
    while (base.ends_with('/')) base.remove_suffix(1);
    std::string out(pattern);
    fill(out, "{base}", base);
    fill(out, "{token}", token);  // of letters that need no escape
    fill(out, "{user}", hex(user.value));
    return out;
}

}  // namespace authtickets::links
