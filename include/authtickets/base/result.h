// SPDX-License-Identifier: MIT
// What may happen to an honest caller is a value: Result<T> holds a T or a Refusal.
// What should not happen is an exception (base/fault.h) and is caught in one place, the request loop.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace authtickets {

using Seconds = std::chrono::seconds;
using Millis = std::chrono::milliseconds;

// Why an honest caller is refused. A closed list: every door has one table that gives each member its
// status, public code and text. `sentence()` says it for logs and commands.
enum class Why {
    // about the request's form
    bad_request,            // unreadable: broken JSON, bad escape, truncated body (KL6)
    missing_parameter,      // `field` is absent or empty
    bad_parameter,          // `field` has a value that cannot be used; `text` says why
    body_too_large,         // KL6
    unsupported_media,      // a body in a content coding we do not speak
    not_found,              // no such path
    method_not_allowed,
    unknown_item,           // the thing named does not exist, or is not the caller's to know of
    // about the caller
    application_unknown,    // no, forged, expired or deleted application token
    application_secret_wrong,
    ticket_invalid,         // no, forged, expired or ended ticket
    ticket_pending,         // the ticket still owes a factor (TK7)
    forbidden,              // the row of the route does not allow this caller
    foreign_site,           // tenant or site of another realm
    // about signing in
    credentials_wrong,      // unknown, wrong, disabled, and locked unless signin.reveal_lock (EN1, X18)
    login_locked,           // said only where signin.reveal_lock is on
    password_change_required,
    code_wrong,             // wrong, expired, spent, older, or nobody's (OC3, OC5)
    link_dead,              // used, replaced, run out, or nobody's (RS1)
    step_up_required,       // factors were shown too long ago (RS6)
    // about the data
    name_taken,             // a login of that name or e-mail exists (X12)
    in_use,                 // others depend on it, so it cannot be removed
    password_weak,          // below the rule in force (X1)
    password_too_long,      // over 1024 bytes (PW1)
    password_context,       // the user's own name, the shop's name (PW4)
    password_common,        // stands in the block list (PW3)
    password_breached,      // known from a breach (PW5)
    password_wrong,         // the current password, shown to change it, is not the right one (PW12)
    // about us
    throttled,              // retry_after says when
    busy,                   // the hash gate is full (PW11), 503
    unavailable,            // the database is away, 503
};

std::string_view name(Why);      // "credentials_wrong"
std::string_view sentence(Why);  // one English sentence for logs and commands

struct Refusal {
    Why why{};
    std::string field{};         // the parameter, as the caller spells it
    std::string text{};          // what is wrong with it; never a secret
    Seconds retry_after{0};      // with throttled, busy, unavailable; with code_wrong for our own pages, which doors keep to themselves
    // Of bad_parameter, for doors that tell programs which rule was broken.
    enum class Rule { none, length, format, inclusion, must_match, taken, invalid } rule = Rule::none;
    unsigned least = 0, most = 0;         // of length; 0: no such bound
    std::vector<Refusal> others{};        // what else is wrong in the same body, for doors that tell all at once
};

// Of an item of a list: its field then names the place too, as "[3].password".
Refusal in_item(Refusal, std::size_t place);

template <class T>
using Result = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(Why why, std::string field = {}, std::string text = {}) {
    return tl::make_unexpected(Refusal{.why = why, .field = std::move(field), .text = std::move(text)});
}
inline tl::unexpected<Refusal> refuse(Refusal refusal) { return tl::make_unexpected(std::move(refusal)); }

}  // namespace authtickets
