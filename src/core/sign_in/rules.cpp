// SPDX-License-Identifier: MIT
// Which factor a sign-in still owes (X6, X15): the user's own method, else e-mail where the realm's rules ask.
#include <authtickets/core/sign_in.h>

namespace authtickets::sign_in {
namespace {

using devices::Evidence;
using tickets::Factor;

// What is missing, empty or no fingerprint counts as changed. A token of ours must be that device's own.
bool device_known(const Evidence& evidence, const devices::Devices::Known& known, bool strict) {
    if (evidence.browser) return known.by_token.has_value();
    return !evidence.broken && known.by_fingerprint && (!strict || known.by_token == known.by_fingerprint);
}

bool region_known(const logins::Login& login, const Evidence& evidence, const devices::Devices::Known& known, bool strict) {
    const auto region = devices::usable_region(evidence.region);
    return !region.empty() && region == login.region && (!strict || known.by_token);
}

}  // namespace

std::string_view name(Rule rule) {
    switch (rule) {
        case Rule::none: return "none";
        case Rule::method: return "method";
        case Rule::always: return "always";
        case Rule::fingerprint: return "fingerprint";
        case Rule::region: return "region";
    }
    return "none";  // unreachable
}

Owed owed(const realms::Settings& settings, const logins::Login& login, const Evidence& evidence,
          const devices::Devices::Known& known, Shown shown, bool direct) {
    Owed owed;
    const bool strict = direct || settings.device_strict;
    if (const auto own = customers::own_factor(login); own != Factor::none) {
        owed = {.factor = own, .rule = Rule::method};
    } else if (settings.second_step_always) {
        owed = {.factor = Factor::email, .rule = Rule::always};
    } else if (settings.second_step_on_fingerprint && !device_known(evidence, known, strict)) {
        owed = {.factor = Factor::email, .rule = Rule::fingerprint};
    } else if (settings.second_step_on_region && !region_known(login, evidence, known, strict)) {
        owed = {.factor = Factor::email, .rule = Rule::region};
    }
    if (shown.trusted || (owed.factor == Factor::email && shown.email_code)) owed = {};  // X15
    return owed;
}

}  // namespace authtickets::sign_in
