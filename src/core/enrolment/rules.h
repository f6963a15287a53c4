// SPDX-License-Identifier: MIT
// The decisions of core/enrolment, for its service and their tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <authtickets/core/enrolment.h>

namespace authtickets::enrolment {

inline constexpr unsigned most_namesakes = 16;  // guests of one code and address that are looked at
inline constexpr std::size_t most_words = 8;  // of a search; what comes after is passed over

Refusal wrong_status(Refusal::Rule, Status from, Status to);
bool made_as_guest(const Customer&);         // at this door, and never registered: what a guest's token may reach
Refusal taken_meanwhile();                   // of two who register one guest at once, to the second
// Lengths, and what the shop keeps for itself; addresses and numbers are the proof's (core/staff).
void judge(const accounts::Profile&, std::vector<Refusal>& found);
Json kept(const Json& custom_data);          // an object without members is none
accounts::Change of_account(const Change&);  // the part that is the account's alone
bool has_users_part(const Change&);          // whether anything of it is the user's of a registered customer
// A guest as he is to be registered: what the change does not say is as it was.
NewCustomer after(const Customer& before, const Change&);
db::ListQuery list_query(const Query&);
db::ListQuery guest_query(const Known&);
bool enough(const Known&);                   // the code, and something more
std::vector<std::string> words(std::string_view search);

}  // namespace authtickets::enrolment
