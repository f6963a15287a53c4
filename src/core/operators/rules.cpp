// SPDX-License-Identifier: MIT
// Roles of operators and what each may do, as values.
#include <authtickets/core/operators.h>

#include <algorithm>

namespace authtickets::operators {
namespace {

constexpr std::array<std::string_view, 3> names{"viewer", "support", "manager"};  // by Role, from 1 on

}  // namespace

std::string_view name(Role role) { return names[static_cast<std::size_t>(role) - 1]; }

std::optional<Role> role_of(std::string_view text) {
    const auto found = std::ranges::find(names, text);
    return found == names.end() ? std::optional<Role>{} : all_roles[static_cast<std::size_t>(found - names.begin())];
}

bool may(Role role, Right right) {
    switch (right) {
        case Right::see: return true;
        case Right::disable_two_step:
        case Right::unlock:
        case Right::send_reset:
        case Right::suspend:
        case Right::end_sessions: return role != Role::viewer;
        case Right::act_as:
        case Right::edit:
        case Right::create:
        case Right::export_lists:
        case Right::rules:
        case Right::mails:
        case Right::notifications:
        case Right::manage_operators: break;
    }
    return role == Role::manager;
}

std::string Operator::shown() const {
    if (first_name.empty()) return last_name.empty() ? user_name : last_name;
    return last_name.empty() ? first_name : first_name + " " + last_name;
}

}  // namespace authtickets::operators
