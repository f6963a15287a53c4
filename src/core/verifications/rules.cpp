// SPDX-License-Identifier: MIT
// What may be an address or number to verify, and how long its codes are good.
#include <authtickets/core/verifications.h>

#include <authtickets/text/names.h>
#include <authtickets/text/phone.h>

namespace authtickets::verifications {
namespace {

std::string_view field(ContactKind kind) { return kind == ContactKind::phone ? "phone" : "email"; }

tl::unexpected<Refusal> broken(ContactKind kind, Refusal::Rule rule, std::string text, unsigned least = 0, unsigned most = 0) {
    return refuse(Refusal{.why = Why::bad_parameter, .field = std::string(field(kind)), .text = std::move(text), .rule = rule, .least = least, .most = most});
}

// What is wrong with a number, as the end of a sentence about it.
std::string said(const std::string& reason) {
    if (reason.starts_with("takes ")) return reason;
    return (reason.starts_with("no ") ? "has " : "is ") + reason;
}

}  // namespace

Terms terms(realms::PasswordPolicy policy) {
    if (policy == realms::PasswordPolicy::standard) return {.life = Seconds(600), .most_live = 1};
    return {.life = Seconds(1800), .most_live = 5};
}

Result<std::string> checked(ContactKind kind, std::string_view typed) {
    const auto value = text::trimmed(typed);
    if (value.empty()) return refuse(Why::missing_parameter, std::string(field(kind)));
    if (kind == ContactKind::email) {
        if (value.size() > longest_email) return broken(kind, Refusal::Rule::length, "must be 254 bytes at most", 0, longest_email);
        auto normal = text::normal_email(value);
        if (!normal || !text::mail_address(*normal)) return broken(kind, Refusal::Rule::format, "must be an e-mail address");
        return std::move(*normal);
    }
    if (value.size() < shortest_phone) return broken(kind, Refusal::Rule::length, "must be 9 characters at least", shortest_phone);
    if (value.front() != '+') return broken(kind, Refusal::Rule::format, "must begin with + and the country's code");
    auto number = text::normal_phone(value);
    if (number) return number;
    if (number.error().why != Why::bad_parameter) return refuse(std::move(number.error()));
    return broken(kind, Refusal::Rule::format, said(number.error().text));
}

std::string_view code_field(ContactKind kind) { return kind == ContactKind::phone ? "phone_code" : "email_code"; }

Refusal wrong_code(ContactKind kind) {
    return {.why = Why::bad_parameter, .field = std::string(code_field(kind)), .text = "is wrong, or no longer good", .rule = Refusal::Rule::invalid};
}

}  // namespace authtickets::verifications
