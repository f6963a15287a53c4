// SPDX-License-Identifier: MIT
// What the fuzz targets share: the input as text, and a promise that ends the run when it is broken.
// A crash becomes a case in tests/unit or a line in tests/vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace authtickets::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return size == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char*>(data), size);
}

inline void require(bool promise) {
    if (!promise) std::abort();
}

}  // namespace authtickets::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
