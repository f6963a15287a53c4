// SPDX-License-Identifier: MIT
// Normal forms, so that one person is one person under every spelling (TH3): names by NFKC case folding with
// outer blanks removed, passwords by NFC (PW2). ICU does the work and is met in src/text only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace authtickets::text {

// None for text that is empty, over 320 code points, or holds control characters or broken UTF-8.
std::optional<std::string> normal_name(std::string_view);

// The same, and shaped like an address: one @, something on both sides, no blanks, 254 bytes at most.
std::optional<std::string> normal_email(std::string_view);

// A mail address beyond doubt: letters, digits and signs of ASCII, and a host name of two labels and more. What has a place
// in the address of a page (/ : ?) is none, and no mail program makes more of it than an address to write to.
bool mail_address(std::string_view typed);

// Part of a name, for searching: case folding alone. Empty for broken UTF-8.
std::string folded(std::string_view);

std::optional<std::string> nfc(std::string_view);        // none for broken UTF-8
std::size_t code_points(std::string_view utf8);
bool has_letter_and_digit(std::string_view utf8);         // by Unicode category, X1
std::string trimmed(std::string_view);                    // Unicode white space at both ends

}  // namespace authtickets::text
