// SPDX-License-Identifier: MIT
// Ids of memberships, what a member may be called, and addresses to look for.
#include <authtickets/core/members.h>

#include <authtickets/crypto/hmac.h>
#include <authtickets/text/names.h>

namespace authtickets::members {
namespace {

// The user's version and variant stand in the id too, so that it is a UUID like any other.
Uuid mixed(const AccountId& account, Uuid id) {
    auto mask = crypto::sha256(account.value.bytes);
    mask[6] &= 0x0F;
    mask[8] &= 0x3F;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] ^= mask[i];
    return id;
}

std::string normal(db::Op op, const std::string& value) {
    if (const auto whole = op == db::Op::like ? std::nullopt : text::normal_email(value)) return *whole;
    auto folded = text::folded(value);
    return folded.empty() ? value : folded;
}

void normalize(db::Condition& condition) {
    if (static_cast<users::Field>(condition.field) != users::Field::email) return;
    for (auto& value : condition.values) {
        if (auto* const text = std::get_if<std::string>(&value)) *text = normal(condition.op, *text);
    }
}

}  // namespace

Uuid membership_id(const AccountId& account, const UserId& user) { return mixed(account, user.value); }

UserId user_of(const AccountId& account, const Uuid& membership) { return UserId{mixed(account, membership)}; }

Result<NewMember> checked(NewMember member) {
    auto names = users::checked(std::move(member.names));
    if (!names) return refuse(names.error());
    member.names = std::move(*names);
    member.email = text::trimmed(member.email);
    if (member.email.empty()) return refuse(Why::missing_parameter, "email");
    if (!text::normal_email(member.email)) return refuse(Why::bad_parameter, "email", "must be an e-mail address");
    return member;
}

db::ListQuery normal(db::ListQuery query) {
    for (auto& each : query.where) normalize(each);
    for (auto& either : query.words) {
        for (auto& each : either) normalize(each);
    }
    return query;
}

}  // namespace authtickets::members
