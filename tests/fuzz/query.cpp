// Query strings: names and values are UTF-8 without NUL.
// SPDX-License-Identifier: MIT
#include <authtickets/base/utf8.h>
#include <authtickets/http/message.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto query = http::parse_query(fuzz::text_of(data, size));
    if (!query) return 0;
    for (const auto& [name, value] : query->pairs()) {
        fuzz::require(is_utf8(name) && is_utf8(value));
        fuzz::require(name.find('\0') == std::string::npos && value.find('\0') == std::string::npos);
        fuzz::require(value.empty() || query->get(name).has_value());
    }
    return 0;
}
