// SPDX-License-Identifier: MIT
// What a short message takes: the default alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1), else UCS-2.
#include <algorithm>

#include <authtickets/base/utf8.h>
#include <authtickets/text/templates.h>

namespace authtickets::text {
namespace {

constexpr std::u32string_view basic =
    U"@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5\u0394_\u03a6\u0393\u039b\u03a9\u03a0"
    U"\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9 !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    U"\u00c4\u00d6\u00d1\u00dc\u00a7\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0";
constexpr std::u32string_view extension = U"\f^{}\\[~]|\u20ac";  // behind an escape, so each takes two
static_assert(basic.size() == 127 && extension.size() == 10);

}  // namespace

SmsSize sms_size(std::string_view text) {
    std::size_t septets = 0, units = 0;
    bool gsm = true;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = next_code_point(text, at);
        units += point != not_utf8 && point > 0xFFFF ? 2 : 1;
        if (basic.find(point) != basic.npos) septets += 1;
        else if (extension.find(point) != extension.npos) septets += 2;
        else gsm = false;
    }
    return {.gsm = gsm, .units = gsm ? septets : units};
}

// A part of several gives some of its room to a header.
std::size_t SmsSize::parts() const {
    const std::size_t alone = gsm ? 160 : 70, joined = gsm ? 153 : 67;
    return units <= alone ? 1 : (units + joined - 1) / joined;
}

}  // namespace authtickets::text
