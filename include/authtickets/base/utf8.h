// SPDX-License-Identifier: MIT
// UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF. Every parser of foreign text asks here.
#pragma once

#include <cstddef>
#include <string_view>

namespace authtickets {

inline constexpr char32_t not_utf8 = 0xFFFFFFFF;

// The code point at `at`, which moves past it; not_utf8 (and `at` moves by one byte) where there is none. `at` < size.
char32_t next_code_point(std::string_view, std::size_t& at);

bool is_utf8(std::string_view);

}  // namespace authtickets
