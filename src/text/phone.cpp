// SPDX-License-Identifier: MIT
// Telephone numbers by authtickets-phone.so, which is loaded with the first one; and contacts under a mask.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <unicode/uchar.h>

#include <authtickets/base/utf8.h>
#include <authtickets/text/phone.h>

#include "phone_library.h"

// Set by the build; this is what GNU's defaults would give.
#ifndef AUTHTICKETS_LIBEXECDIR
#define AUTHTICKETS_LIBEXECDIR "/usr/local/libexec"
#endif

namespace authtickets::text {
namespace {

constexpr std::string_view library = "authtickets-phone.so";
constexpr std::size_t typed_points = 40;  // 15 digits, each with a separator, and some blanks

// Beside the running program, where a build leaves it; in the tree it was installed in, wherever that was moved to; else
// where it was to be installed.
std::string library_path() {
    std::array<char, 4096> exe{};
    const auto length = ::readlink("/proc/self/exe", exe.data(), exe.size() - 1);
    const std::string_view program(exe.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::string folder(program.substr(0, program.rfind('/') + 1));  // npos + 1 is 0
    for (const auto* const from : {"", "../libexec/authtickets/"}) {
        auto path = folder + from;
        path += library;
        if (program.starts_with('/') && ::access(path.c_str(), R_OK) == 0) return path;
    }
    return std::string(AUTHTICKETS_LIBEXECDIR "/authtickets/") + std::string(library);
}

// Loaded once and never let go.
struct Phone {
    std::string why;  // it cannot be used; empty: it can
    decltype(&authtickets_phone_e164_1) e164{};
    decltype(&authtickets_phone_country_1) country{};

    Phone() {
        const auto path = library_path();
        void* const loaded = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!loaded) {
            why = ::dlerror();
            return;
        }
        e164 = reinterpret_cast<decltype(e164)>(::dlsym(loaded, "authtickets_phone_e164_1"));
        country = reinterpret_cast<decltype(country)>(::dlsym(loaded, "authtickets_phone_country_1"));
        if (!e164 || !country) why = path + " is of another version";
    }
};

const Phone& phone() {
    static const Phone loaded;
    return loaded;
}

// Digits of any script and what people write between them. No letters: neither "ext. 12" nor "1-800-FLOWERS" reaches
// anyone by SMS.
bool may_be_a_number(std::string_view text) {
    std::size_t points = 0;
    bool digits = false;
    for (std::size_t at = 0; at < text.size(); ++points) {
        const auto point = next_code_point(text, at);
        if (point == not_utf8 || points == typed_points) return false;
        const bool digit = u_isdigit(static_cast<UChar32>(point));
        digits = digits || digit;
        constexpr std::u32string_view between = U" \u00a0\u202f\u2009+\uff0b()-./\u2010\u2011\u2013";
        if (!digit && between.find(point) == between.npos) return false;
    }
    return digits;
}

// Address books put marks of writing direction around numbers.
std::string without_marks(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = at;
        const auto point = next_code_point(text, at);
        if (point == not_utf8 || u_charType(static_cast<UChar32>(point)) != U_FORMAT_CHAR) out += text.substr(begin, at - begin);
    }
    return out;
}

std::string_view reason(int verdict) {
    switch (verdict) {
        case authtickets_phone_no_country: return "no country code, or none that is in use";
        case authtickets_phone_too_short: return "too short";
        case authtickets_phone_too_long: return "too long";
        case authtickets_phone_not_in_use: return "not a number of its country";
        case authtickets_phone_unreachable: return "takes no messages, or at extra cost";
        default: return "not a telephone number";
    }
}

constexpr std::string_view dots = "\u2022\u2022\u2022";

std::string_view first_point(std::string_view text) {
    std::size_t end = 0;
    if (!text.empty()) (void)next_code_point(text, end);
    return text.substr(0, end);
}

}  // namespace

std::string phone_start() { return phone().why; }

Result<std::string> normal_phone(std::string_view typed, std::string_view default_country) {
    const auto text = typed.size() > 4 * 2 * typed_points ? std::string() : without_marks(typed);
    if (!may_be_a_number(text)) return refuse(Why::bad_parameter, {}, std::string(reason(authtickets_phone_no_number)));
    if (!phone().why.empty()) return refuse(Why::unavailable, {}, phone().why);
    std::array<char, authtickets_phone_room> e164{};
    const auto verdict = phone().e164(text.c_str(), std::string(default_country).c_str(), e164.data());
    if (verdict != authtickets_phone_good) return refuse(Why::bad_parameter, {}, std::string(reason(verdict)));
    return std::string(e164.data());
}

bool known_country(std::string_view iso) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return iso.size() == 2 && std::ranges::all_of(iso, capital) && phone().why.empty()
           && phone().country(std::string(iso).c_str()) == 1;
}

std::string masked_email(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == address.npos) return std::string(dots);
    const auto domain = address.substr(at + 1);
    const auto point = domain.rfind('.');
    std::string masked(first_point(address.substr(0, at)));
    masked.append(dots).append("@").append(first_point(domain)).append(dots);
    if (point != domain.npos && point > 0) masked.append(domain.substr(point));
    return masked;
}

std::string masked_phone(std::string_view number) {
    std::string digits;
    std::ranges::copy_if(number, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return std::string(dots) + (digits.size() > 4 ? digits.substr(digits.size() - 2) : std::string());
}

std::string masked(std::string_view contact) {
    return contact.find('@') == contact.npos ? masked_phone(contact) : masked_email(contact);
}

}  // namespace authtickets::text
