// SPDX-License-Identifier: MIT
// Addresses, numbers and codes of whoever is made a user.
#include "core/staff/proof.h"

#include <authtickets/core/own_user.h>

namespace authtickets::staff {
namespace {

using users::ContactKind;
using users::Method;

struct One {
    ContactKind kind;
    Method method;
    std::string Brought::* typed;
    std::string Brought::* code;
    std::string Proof::* value;
    std::optional<verifications::Attempt> Proof::* attempt;
    const char* field;
};
constexpr One both[] = {
    {ContactKind::email, Method::email, &Brought::email, &Brought::email_code, &Proof::email, &Proof::email_code, "email"},
    {ContactKind::phone, Method::sms, &Brought::phone, &Brought::phone_code, &Proof::phone, &Proof::phone_code, "phone"},
};

}  // namespace

Proof checked(const Brought& brought, std::vector<Refusal>& found) {
    Proof out;
    for (const auto& one : both) {
        const auto& typed = brought.*one.typed;
        const auto& code = brought.*one.code;
        const bool needed = brought.method == one.method;
        if (typed.empty()) {
            if (needed || !code.empty()) found.push_back({.why = Why::missing_parameter, .field = one.field});
            if (needed && code.empty()) found.push_back({.why = Why::missing_parameter, .field = std::string(verifications::code_field(one.kind))});
            continue;
        }
        auto value = verifications::checked(one.kind, typed);
        if (value) out.*one.value = std::move(*value);
        else found.push_back(value.error());
        if (needed && code.empty()) found.push_back({.why = Why::missing_parameter, .field = std::string(verifications::code_field(one.kind))});
    }
    return out;
}

Result<void> try_codes(verifications::Verifications& verifications, db::Db& db, const Context& context, const realms::Settings& settings,
                       const Brought& brought, Proof& proof) {
    std::vector<Refusal> found;
    for (const auto& one : both) {
        if ((brought.*one.code).empty() || (proof.*one.value).empty()) continue;
        auto attempt = verifications.attempt(db, context, settings, one.kind, proof.*one.value, brought.*one.code);
        if (!attempt) found.insert(found.begin(), attempt.error());  // throttled, which leads
        else if (attempt->right) proof.*one.attempt = std::move(*attempt);
        else found.push_back(verifications::wrong_code(one.kind));
    }
    if (found.empty()) return {};
    give_back(verifications, db, context, proof);
    proof.email_code.reset();
    proof.phone_code.reset();
    return refuse(own_user::together(std::move(found)));
}

bool consume(verifications::Verifications& verifications, db::Tx& tx, const Context& context, const Proof& proof) {
    bool all = true;
    for (const auto& one : both) {
        if (proof.*one.attempt) all = verifications.consume(tx, context, *(proof.*one.attempt)) && all;
    }
    return all;
}

void give_back(verifications::Verifications& verifications, db::Session& session, const Context& context, const Proof& proof) {
    for (const auto& one : both) {
        if (proof.*one.attempt) verifications.give_back(session, context, *(proof.*one.attempt));
    }
}

}  // namespace authtickets::staff
