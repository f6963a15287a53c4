/* SPDX-License-Identifier: MIT
 * What authtickets-phone.so offers, in C, since it is found by name. The number at the end of a name is raised when what
 * it means changes, so that a program never calls the library of another version. */
#pragma once

#include <cstddef>

extern "C" {

/* What became of a number. The order is part of the interface. */
enum authtickets_phone_verdict {
    authtickets_phone_good,
    authtickets_phone_no_number,
    authtickets_phone_no_country,  /* no + and no default country, or a country code that is nobody's */
    authtickets_phone_too_short,
    authtickets_phone_too_long,
    authtickets_phone_not_in_use,
    authtickets_phone_unreachable, /* takes no messages, or takes them at somebody's extra cost */
};

enum { authtickets_phone_room = 24 }; /* + and 15 digits at most, and an end */

/* text and country end with a zero byte; country may be empty. e164 is written when the verdict is good. */
int authtickets_phone_e164_1(const char* text, const char* country, char* e164);
int authtickets_phone_country_1(const char* country); /* 1: known */

}
