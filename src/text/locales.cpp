// SPDX-License-Identifier: MIT
// Languages by ICU. Which languages there are templates in is known by the folders of contrib/templates.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <tuple>

#include <unicode/datefmt.h>
#include <unicode/gregocal.h>
#include <unicode/localebuilder.h>
#include <unicode/locid.h>
#include <unicode/measfmt.h>
#include <unicode/measunit.h>
#include <unicode/smpdtfmt.h>
#include <unicode/dtptngen.h>
#include <unicode/timezone.h>

#include <authtickets/base/fault.h>
#include <authtickets/text/locales.h>


namespace authtickets::text {
namespace {

constexpr std::array<std::string_view, 3> locales{"en", "de", "ar"};
constexpr std::size_t tag_bytes = 35;  // language, script, region and a variant or two (RFC 5646, 4.4.1)

void good(UErrorCode error, const char* what) {
    if (U_FAILURE(error)) throw Fault(std::string("ICU cannot ") + what + ": " + u_errorName(error));
}

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    return text.toUTF8String(out);
}

// Language, script and region alone: other words of a tag could ask for other calendars or digits.
icu::Locale plain(std::string_view tag) {
    if (tag.empty() || tag.size() > tag_bytes) return icu::Locale("");
    std::string spelt(tag.substr(0, tag.find_first_of(".@")));
    std::ranges::replace(spelt, '_', '-');
    UErrorCode error = U_ZERO_ERROR;
    const auto read = icu::Locale::forLanguageTag(spelt, error);
    if (U_FAILURE(error) || read.isBogus()) return icu::Locale("");
    icu::LocaleBuilder made;
    made.setLanguage(read.getLanguage()).setScript(read.getScript()).setRegion(read.getCountry());
    const auto locale = made.build(error);
    return U_FAILURE(error) ? icu::Locale("") : locale;
}

bool icu_speaks(std::string_view language) {
    std::int32_t count = 0;
    const auto* const all = icu::Locale::getAvailableLocales(count);
    return std::any_of(all, all + count, [&](const icu::Locale& one) { return language == one.getLanguage(); });
}

// With Western digits, as in codes, and the Gregorian calendar, wherever it is.
icu::Locale spoken(std::string_view tag) {
    UErrorCode error = U_ZERO_ERROR;
    auto locale = plain(tag);
    if (!icu_speaks(locale.getLanguage())) locale = icu::Locale::getEnglish();
    locale.setUnicodeKeywordValue("nu", "latn", error);
    locale.setUnicodeKeywordValue("ca", "gregory", error);
    good(error, "set up a language");
    return locale;
}

std::unique_ptr<icu::TimeZone> zone_of(std::string_view id) {
    icu::UnicodeString canonical;
    UBool system = false;
    UErrorCode error = U_ZERO_ERROR;
    const auto name = icu::UnicodeString::fromUTF8(icu::StringPiece(id.data(), static_cast<std::int32_t>(id.size())));
    if (id.empty() || id.size() > 64) return nullptr;
    icu::TimeZone::getCanonicalID(name, canonical, system, error);
    if (U_FAILURE(error) || !system || name == icu::UnicodeString("Etc/Unknown")) return nullptr;
    return std::unique_ptr<icu::TimeZone>(icu::TimeZone::createTimeZone(name));
}

std::unique_ptr<icu::SimpleDateFormat> make_date_format(const std::string& tag, const std::string& zone, const char* wanted) {
    UErrorCode error = U_ZERO_ERROR;
    const auto locale = spoken(tag);
    const std::unique_ptr<icu::DateTimePatternGenerator> patterns(icu::DateTimePatternGenerator::createInstance(locale, error));
    good(error, "set up dates");
    const auto pattern = patterns->getBestPattern(icu::UnicodeString(wanted), error);
    auto format = std::make_unique<icu::SimpleDateFormat>(pattern, locale, error);
    good(error, "set up dates");
    auto known = zone_of(zone);
    format->adoptTimeZone(known ? known.release() : icu::TimeZone::createTimeZone("UTC"));
    return format;
}

// Kept by each thread, since one costs half a millisecond to make; a shop has few languages and one zone.
icu::SimpleDateFormat& date_format(const std::string& tag, const std::string& zone, const char* wanted) {
    constexpr std::size_t most = 32;
    thread_local std::map<std::tuple<std::string, std::string, std::string>, std::unique_ptr<icu::SimpleDateFormat>> kept;
    if (const auto found = kept.find({tag, zone, wanted}); found != kept.end()) return *found->second;
    if (kept.size() == most) kept.clear();
    return *kept.emplace(std::tuple{tag, zone, wanted}, make_date_format(tag, zone, wanted)).first->second;
}

std::string said(Time time, std::string_view tag, std::string_view zone, const char* wanted) {
    icu::UnicodeString out;
    return utf8(date_format(normal_locale(tag), std::string(zone), wanted).format(static_cast<UDate>(time.time_since_epoch().count()), out));
}

}  // namespace

std::span<const std::string_view> built_in_locales() { return locales; }

std::string_view built_in_locale(std::string_view tag) {
    const auto locale = plain(tag);
    const auto found = std::ranges::find(locales, std::string_view(locale.getLanguage()));
    return found == locales.end() ? locales[0] : *found;
}

std::string normal_locale(std::string_view tag) {
    const auto locale = plain(tag);
    if (*locale.getLanguage() == '\0') return {};
    UErrorCode error = U_ZERO_ERROR;
    auto text = locale.toLanguageTag<std::string>(error);
    return U_FAILURE(error) || text == "und" ? std::string() : text;
}

std::vector<std::string> locale_order(std::string_view tag, std::string_view shop) {
    std::vector<std::string> order;
    const auto add = [&](std::string place) {
        if (!place.empty() && std::ranges::find(order, place) == order.end()) order.push_back(std::move(place));
    };
    for (const auto wanted : {tag, shop, std::string_view("en")}) {
        auto place = normal_locale(wanted);
        while (!place.empty()) {
            add(place);
            const auto hyphen = place.rfind('-');
            place.resize(hyphen == place.npos ? 0 : hyphen);
        }
    }
    return order;
}

std::string spoken_tag(std::string_view reader, std::string_view written) {
    const auto mine = plain(reader), its = plain(written);
    const bool same = std::string_view(mine.getLanguage()) == its.getLanguage() && std::string_view(mine.getScript()) == its.getScript();
    return normal_locale(same ? reader : written);
}

std::string_view direction(std::string_view tag) { return plain(tag).isRightToLeft() ? "rtl" : "ltr"; }

std::string region_in_words(std::string_view region, std::string_view tag) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto country = region.substr(0, region.find('-'));
    const auto part = region.substr(std::min(country.size() + 1, region.size()));
    if (country.size() != 2 || !std::ranges::all_of(country, capital) || part.size() > 3) return std::string(region);
    icu::UnicodeString name;
    icu::Locale("", std::string(country).c_str()).getDisplayCountry(spoken(tag), name);
    auto words = utf8(name);
    if (!part.empty()) words.append(" (").append(part).append(")");
    return words;
}

std::string language_in_words(std::string_view language, std::string_view tag) {
    const auto meant = plain(language);
    if (*meant.getLanguage() == '\0') return std::string(language);
    icu::UnicodeString name;
    meant.getDisplayName(spoken(tag), name);
    return utf8(name);
}

bool known_time_zone(std::string_view id) { return zone_of(id) != nullptr; }

std::string time_in_words(Time time, std::string_view tag, std::string_view zone) {
    return said(time, tag, zone, "yMMMMdjmmz");
}

std::string clock_in_words(Time time, std::string_view tag, std::string_view zone) { return said(time, tag, zone, "jmmz"); }

std::string moment_in_words(Time time, std::string_view tag, std::string_view zone) { return said(time, tag, zone, "yMMMdjmmssz"); }

Time start_of_day(std::chrono::year_month_day day, std::string_view zone) {
    UErrorCode error = U_ZERO_ERROR;
    auto known = zone_of(zone);
    icu::GregorianCalendar calendar(known ? known.release() : icu::TimeZone::createTimeZone("UTC"), icu::Locale::getRoot(), error);
    good(error, "set up a calendar");
    calendar.clear();
    calendar.setSkippedWallTimeOption(UCAL_WALLTIME_NEXT_VALID);
    calendar.set(static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())) - 1, static_cast<int>(static_cast<unsigned>(day.day())));
    const auto at = calendar.getTime(error);
    good(error, "read a day");
    return Time(Millis(static_cast<std::int64_t>(at)));
}

std::string duration_in_words(Seconds life, std::string_view tag) {
    using namespace std::chrono_literals;
    UErrorCode error = U_ZERO_ERROR;
    // One unit: hours up to three days, where people say "72 hours"; minutes wherever hours would lose some.
    std::unique_ptr<icu::MeasureUnit> unit;
    std::int64_t count = 0;
    if (life < 60s) unit.reset(icu::MeasureUnit::createSecond(error)), count = std::max<std::int64_t>(life.count(), 0);
    else if (life < 1h || (life < 5h && life % 3600 != 0s)) unit.reset(icu::MeasureUnit::createMinute(error)), count = life / 60s;
    else if (life <= 72h) unit.reset(icu::MeasureUnit::createHour(error)), count = life / 3600s;
    else unit.reset(icu::MeasureUnit::createDay(error)), count = life / 86400s;
    const icu::MeasureFormat format(spoken(tag), UMEASFMT_WIDTH_WIDE, error);
    good(error, "set up durations");
    const icu::Measure measure(icu::Formattable(count), unit.release(), error);
    icu::UnicodeString out;
    icu::FieldPosition nowhere;
    format.formatMeasures(&measure, 1, out, nowhere, error);
    good(error, "say a duration");
    return utf8(out);
}

}  // namespace authtickets::text
