// SPDX-License-Identifier: MIT
// Telephone numbers in E.164, and contacts as they may be shown. libphonenumber judges the numbers. It is met in
// src/text/phone_library.cpp only, a library of its own beside the program, loaded when the first number is read (D124).
#pragma once

#include <string>
#include <string_view>

#include <authtickets/base/result.h>

namespace authtickets::text {

// "+4915123456789" of "0151 23456789" and default country "DE" (ISO 3166; empty: only numbers with + are taken).
// Why::bad_parameter, with the reason as text and no field, for what is no number, too short, too long or not in use
// in its country, an emergency or other short number, and those that take no messages or cost extra (premium, shared
// cost, toll-free, pagers). Why::unavailable when the library cannot be loaded.
Result<std::string> normal_phone(std::string_view typed, std::string_view default_country = {});

bool known_country(std::string_view iso);  // "DE"; false too when the library cannot be loaded

// Loads the library now: what went wrong, or nothing. For doctor.
std::string phone_start();

// Enough to recognise for whoever knows it, too little for whoever does not.
std::string masked_email(std::string_view);  // "k•••@e•••.com"
std::string masked_phone(std::string_view);  // "•••89"
std::string masked(std::string_view contact);  // either, by whether it has an @

}  // namespace authtickets::text
