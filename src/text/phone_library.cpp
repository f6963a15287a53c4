// SPDX-License-Identifier: MIT
// authtickets-phone.so: libphonenumber behind two C functions. It is a library of its own because linking libphonenumber
// would bring protobuf and a dozen others into the start of every process (D124).
#include <cstring>
#include <set>
#include <string>

#include <phonenumbers/phonenumberutil.h>

#include "phone_library.h"

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

const PhoneNumberUtil& numbers() { return *PhoneNumberUtil::GetInstance(); }

authtickets_phone_verdict of_parsing(PhoneNumberUtil::ErrorType error) {
    switch (error) {
        case PhoneNumberUtil::NO_PARSING_ERROR: return authtickets_phone_good;
        case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return authtickets_phone_no_country;
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
        case PhoneNumberUtil::TOO_SHORT_NSN: return authtickets_phone_too_short;
        case PhoneNumberUtil::TOO_LONG_NSN: return authtickets_phone_too_long;
        default: return authtickets_phone_no_number;
    }
}

authtickets_phone_verdict of_length(const PhoneNumber& number) {
    switch (numbers().IsPossibleNumberWithReason(number)) {
        case PhoneNumberUtil::INVALID_COUNTRY_CODE: return authtickets_phone_no_country;
        case PhoneNumberUtil::TOO_SHORT:
        case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return authtickets_phone_too_short;
        case PhoneNumberUtil::TOO_LONG: return authtickets_phone_too_long;
        default: return numbers().IsValidNumber(number) ? authtickets_phone_good : authtickets_phone_not_in_use;
    }
}

// Fixed lines may take messages, and read them out; the United States do not tell them from mobile ones.
bool reachable(const PhoneNumber& number) {
    switch (numbers().GetNumberType(number)) {
        case PhoneNumberUtil::FIXED_LINE:
        case PhoneNumberUtil::MOBILE:
        case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
        case PhoneNumberUtil::VOIP: return true;
        default: return false;
    }
}

}  // namespace

// An exception must not leave through C.
int authtickets_phone_e164_1(const char* text, const char* country, char* e164) try {
    PhoneNumber number;
    const auto parsed = of_parsing(numbers().Parse(text, country, &number));
    if (parsed != authtickets_phone_good) return parsed;
    const auto judged = of_length(number);
    if (judged != authtickets_phone_good) return judged;
    if (number.has_extension()) return authtickets_phone_no_number;
    if (!reachable(number)) return authtickets_phone_unreachable;
    std::string written;
    numbers().Format(number, PhoneNumberUtil::E164, &written);
    if (written.size() >= authtickets_phone_room) return authtickets_phone_too_long;
    std::memcpy(e164, written.c_str(), written.size() + 1);
    return authtickets_phone_good;
} catch (...) {
    return authtickets_phone_no_number;
}

int authtickets_phone_country_1(const char* country) try {
    std::set<std::string> known;
    numbers().GetSupportedRegions(&known);
    return known.contains(country) ? 1 : 0;
} catch (...) {
    return 0;
}
