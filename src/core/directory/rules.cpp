// SPDX-License-Identifier: MIT
// What a row of the list shows, and the words that stand in addresses of it.
#include <authtickets/core/directory.h>

#include <algorithm>
#include <array>

namespace authtickets::directory {
namespace {

constexpr std::array<std::string_view, 4> statuses{"active", "suspended", "locked", "guest"};
constexpr std::array<std::string_view, 4> steps{"none", "app", "sms", "email"};
constexpr std::array<std::string_view, 4> sorts{"last_sign_in", "name", "user_name", "email"};

template <class Enum>
std::optional<Enum> named(const std::array<std::string_view, 4>& names, std::string_view text) {
    const auto* const found = std::ranges::find(names, text);
    return found == names.end() ? std::optional<Enum>{} : static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name(Status status) { return statuses.at(static_cast<std::size_t>(status)); }
std::string_view name(TwoStep step) { return steps.at(static_cast<std::size_t>(step)); }
std::string_view name(Sort sort) { return sorts.at(static_cast<std::size_t>(sort)); }
std::optional<Status> status_named(std::string_view text) { return named<Status>(statuses, text); }
std::optional<Sort> sort_named(std::string_view text) { return named<Sort>(sorts, text); }

bool falls(Sort sort) { return sort == Sort::last_sign_in; }

Status Customer::status() const {
    if (guest()) return Status::guest;
    return suspended ? Status::suspended : locked ? Status::locked : Status::active;
}

std::string Customer::shown() const {
    if (!first_name.empty() || !last_name.empty()) return first_name + (first_name.empty() || last_name.empty() ? "" : " ") + last_name;
    // Who is named by nothing else has the e-mail address as name.
    if (!name.empty() && name.find('@') == name.npos) return name;
    return !company.empty() ? company : !user_name.empty() ? user_name : email;
}

}  // namespace authtickets::directory
