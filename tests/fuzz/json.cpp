// JSON: what is read is written so that it reads the same again.
// SPDX-License-Identifier: MIT
#include <authtickets/base/json.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = parse_json(fuzz::text_of(data, size));
    if (!value) {
        fuzz::require(value.error().why == Why::bad_request && !value.error().text.empty());
        return 0;
    }
    const auto again = parse_json(value->dump());
    fuzz::require(again && *again == *value);
    return 0;
}
