// SPDX-License-Identifier: MIT
// What the screens of who is signed in share: when factors must be shown again, news of what was done, contacts as they are
// shown, fields that say what is wrong with them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <authtickets/core/codes.h>
#include <authtickets/core/users.h>

#include "pages/frame/visit.h"

namespace authtickets::pages::account {

inline constexpr Seconds code_rests{30};  // X13: between one "send a new code" and the next

// Whose numbers may be typed without their country code; empty: nobody's.
std::string_view country_of(const Visit&);

bool acted_for(const Visit&);             // an operator holds this session for the customer
// RS6: the factors that the user signs in with were shown within stepup.window.
bool fresh(const Visit&);
// TK8: one factor was.
bool one_fresh(const Visit&);
// To P17, and back to this page.
http::Response step_up(const Visit&, std::string_view to);

// The news that ?done= asks for, if it is one of this page's: its key, and the words.
struct News {
    std::string_view done, text;
};
std::string news_of(const Visit&, std::initializer_list<News>);

// {{value}}, {{masked}}, and {{verified}} or {{unverified}}.
View contact_of(const users::Contact&);
// A field: {{value}}, and {{why}} where something is wrong with it.
View field(std::string_view value, std::string_view why = {});

// How a sent code stands: {{sent}} at what time, {{minutes}} left, {{rest}} in seconds, or {{over}}.
View code_of(const Visit&, Time sent_at, Time dead_at, unsigned tries_left);
// After a press: a code was sent, or another one in its place.
std::string news_of_code(const Visit&, Time sent_at);
bool rests(Time sent_at, Time now);
// What a wrong code is told as. Empty for a refusal that is none of a code.
std::string why_wrong(const Visit&, const Refusal&, unsigned tries_left, Time sent_at);

std::optional<std::uint32_t> number_of(std::string_view);

// Times: {{iso}} for the machine and {{said}} for the reader.
View time_of(const Look&, Time);

}  // namespace authtickets::pages::account
