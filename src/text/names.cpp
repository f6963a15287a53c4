// SPDX-License-Identifier: MIT
// Normal forms by ICU, which is met here only. Text that is not UTF-8 is refused before ICU could repair it.
#include <algorithm>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include <authtickets/base/fault.h>
#include <authtickets/base/utf8.h>
#include <authtickets/text/domains.h>
#include <authtickets/text/names.h>

namespace authtickets::text {
namespace {

constexpr std::size_t name_points = 320;  // what the columns hold; an address has 254 at most
constexpr std::size_t address_bytes = 254;

using Form = const icu::Normalizer2* (*)(UErrorCode&);

std::string normalized(std::string_view text, Form form) {
    UErrorCode error = U_ZERO_ERROR;
    const auto* const normalizer = form(error);
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    if (U_SUCCESS(error)) {
        normalizer->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())),
                                  sink, nullptr, error);
    }
    if (U_FAILURE(error)) throw Fault(std::string("ICU cannot normalize: ") + u_errorName(error));
    return out;
}

UChar32 icu_point(char32_t point) { return static_cast<UChar32>(point); }

bool white(char32_t point) { return point != not_utf8 && u_isUWhiteSpace(icu_point(point)); }

// Controls, and what shows nothing but changes what is seen: two names must not look the same and differ.
bool unwanted(char32_t point) {
    switch (u_charType(icu_point(point))) {
        case U_CONTROL_CHAR:
        case U_FORMAT_CHAR:
        case U_LINE_SEPARATOR:
        case U_PARAGRAPH_SEPARATOR: return true;
        default: return false;
    }
}

template <class Predicate>
bool any_point(std::string_view text, Predicate wanted) {
    for (std::size_t at = 0; at < text.size();) {
        if (wanted(next_code_point(text, at))) return true;
    }
    return false;
}

// "www" and what else begins a host name in the eyes of a mail program, whatever stands behind it.
bool begins_a_host(std::string_view local) { return local.starts_with("www.") || local.find("..") != local.npos; }

bool letter_of_mail(char c) {
    constexpr std::string_view signs = ".!#$%&'*+-=^_{|}~";  // RFC 5322 has / and ? too, which are those of addresses of pages
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || signs.find(c) != signs.npos;
}

}  // namespace

std::string trimmed(std::string_view text) {
    std::size_t begin = text.size(), end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t here = at;
        if (white(next_code_point(text, at))) continue;
        begin = std::min(begin, here);
        end = at;
    }
    return begin < end ? std::string(text.substr(begin, end - begin)) : std::string();
}

std::optional<std::string> normal_name(std::string_view typed) {
    const auto core = trimmed(typed);
    // The bytes bound the work: no code point takes more than four.
    if (core.empty() || core.size() > 4 * name_points || !is_utf8(core) || code_points(core) > name_points
        || any_point(core, unwanted)) {
        return std::nullopt;
    }
    // Compatibility forms of some letters begin with a blank, so the ends are looked at once more.
    auto name = trimmed(normalized(core, icu::Normalizer2::getNFKCCasefoldInstance));
    if (name.empty() || code_points(name) > name_points) return std::nullopt;
    return name;
}

std::optional<std::string> normal_email(std::string_view typed) {
    if (trimmed(typed).size() > address_bytes) return std::nullopt;
    auto address = normal_name(typed);
    if (!address || address->size() > address_bytes || any_point(*address, white)) return std::nullopt;
    const auto at = address->find('@');
    const bool shaped = at != 0 && at != address->npos && at + 1 < address->size()
                        && address->find('@', at + 1) == address->npos;
    return shaped ? address : std::nullopt;
}

bool mail_address(std::string_view typed) {
    constexpr std::size_t longest_local = 64;
    const auto at = typed.find('@');
    if (at == 0 || at == typed.npos || at > longest_local || typed.size() > address_bytes) return false;
    const auto local = folded(typed.substr(0, at)), domain = folded(typed.substr(at + 1));
    // Small letters apart it must look as it is: no other writing of a dot, nothing that does not show.
    if (code_points(local) + code_points(domain) + 1 != code_points(typed) || !std::ranges::all_of(local, letter_of_mail)) return false;
    if (local.starts_with('.') || local.ends_with('.') || begins_a_host(local)) return false;
    const auto ascii = ascii_domain(domain);
    const auto point = ascii ? ascii->rfind('.') : std::string::npos;
    if (point == std::string::npos || domain.find("\u3002") != domain.npos) return false;
    return (*ascii)[point + 1] > '9';
}

std::string folded(std::string_view text) {
    return is_utf8(text) ? normalized(text, icu::Normalizer2::getNFKCCasefoldInstance) : std::string();
}

std::optional<std::string> nfc(std::string_view text) {
    if (!is_utf8(text)) return std::nullopt;
    if (!any_point(text, [](char32_t point) { return point >= 0x80; })) return std::string(text);
    return normalized(text, icu::Normalizer2::getNFCInstance);
}

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) (void)next_code_point(text, at);
    return count;
}

bool has_letter_and_digit(std::string_view text) {
    const auto letter = [](char32_t point) { return point != not_utf8 && u_isalpha(icu_point(point)); };
    const auto digit = [](char32_t point) { return point != not_utf8 && u_isdigit(icu_point(point)); };
    return any_point(text, letter) && any_point(text, digit);
}

}  // namespace authtickets::text
