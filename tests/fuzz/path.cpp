// Path matching: a parameter is not empty, is UTF-8, and holds no slash.
// SPDX-License-Identifier: MIT
#include <authtickets/base/utf8.h>
#include <authtickets/http/path.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string path = "/" + std::string(fuzz::text_of(data, size));
    for (const auto* const pattern : {"/{a}", "/{a}/b", "/a/{b}", "/a/{b}/c/{d}", "/a/b"}) {
        const auto found = http::match(pattern, path);
        if (!found) continue;
        for (const auto& value : *found) {
            fuzz::require(!value.empty() && is_utf8(value)
                          && value.find_first_of(std::string_view("/\0", 2)) == std::string::npos);
        }
    }
    return 0;
}
