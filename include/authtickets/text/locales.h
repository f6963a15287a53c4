// SPDX-License-Identifier: MIT
// What differs from one language to the next: which built-in templates serve a reader, writing direction, times and
// durations in words. By ICU, which is met in src/text only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <authtickets/base/clock.h>
#include <authtickets/base/result.h>

namespace authtickets::text {

std::span<const std::string_view> built_in_locales();           // "en", "de", "ar"
std::string_view built_in_locale(std::string_view tag);         // of "de-AT": "de"; of "pt-BR", "" and nonsense: "en"

// "de_AT.UTF-8", "DE-at" and "de-AT" are one: "de-AT". Empty for what is no language tag.
std::string normal_locale(std::string_view tag);

// Where to look for a reader's template, best first: "de-AT", "de", "en". The store's own come before built-in ones
// of the same place. The shop's own language, when given, stands before the "en" at the end.
std::vector<std::string> locale_order(std::string_view tag, std::string_view shop = {});

std::string_view direction(std::string_view tag);  // "rtl" or "ltr", of any language

// Of "US-TX": "United States (TX)", in the tag's language. What has not the form of a region is given back as it is.
std::string region_in_words(std::string_view region, std::string_view tag);

// Of "pt-BR", for a reader of English: "Portuguese (Brazil)". What is no tag is given back as it is.
std::string language_in_words(std::string_view language, std::string_view tag);

bool known_time_zone(std::string_view id);  // "Europe/Berlin", "UTC"; no offsets, those do not know summer

// Of a template written in "de" for a reader of "de-AT": "de-AT"; for one of "fr": "de". What the words below are to
// be said in, so that a message speaks one language throughout.
std::string spoken_tag(std::string_view reader, std::string_view written);

// "March 14, 2026 at 11:20 AM GMT+1", in any language ICU knows, else in English; Gregorian, Western digits as in
// codes. An unknown zone is UTC.
std::string time_in_words(Time, std::string_view tag, std::string_view zone);
// "11:20 AM GMT+1": for what was a moment ago, or is soon.
std::string clock_in_words(Time, std::string_view tag, std::string_view zone);
// "Mar 14, 2026, 11:20:07 AM GMT+1": for lists, where the order of what happened matters.
std::string moment_in_words(Time, std::string_view tag, std::string_view zone);

// When a day begins in a zone; an unknown zone is UTC. Where clocks skip midnight: the first moment there is.
Time start_of_day(std::chrono::year_month_day, std::string_view zone);

// "3 minutes", "24 hours", "5 days"; rounded down, since it is a promise.
std::string duration_in_words(Seconds, std::string_view tag);

}  // namespace authtickets::text
