// The configuration file: taken, or refused with the file's name in front.
// SPDX-License-Identifier: MIT
#include <authtickets/base/config.h>
#include <fuzz/fuzz.h>

using namespace authtickets;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto config = parse_config(fuzz::text_of(data, size), "fuzz.conf");
        fuzz::require(config.workers >= 1 && hash_costs_enough(config.hash_memory_kib, config.hash_passes));
    } catch (const BadConfiguration& fault) {
        fuzz::require(std::string_view(fault.what()).starts_with("fuzz.conf:"));
    }
    return 0;
}
