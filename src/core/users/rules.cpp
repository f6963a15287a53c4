// SPDX-License-Identifier: MIT
// Names of methods and roles, and what users may be called.
#include <authtickets/core/users.h>

#include <algorithm>

#include <authtickets/text/names.h>

namespace authtickets::users {

Result<Names> checked(Names names) {
    struct Limit {
        std::string Names::* member;
        const char* field;
        std::size_t most;  // code points, the columns' widths
    };
    for (const auto& [member, field, most] : {Limit{&Names::name, "name", 255}, {&Names::given_name, "given_name", 100},
                                              {&Names::middle_name, "middle_name", 100}, {&Names::family_name, "family_name", 100}}) {
        auto& value = names.*member;
        value = text::trimmed(value);
        if (text::code_points(value) > most) return refuse(Why::bad_parameter, field, "must be at most " + std::to_string(most) + " characters");
        if (std::ranges::any_of(value, [](unsigned char c) { return c < ' ' || c == 0x7F; })) return refuse(Why::bad_parameter, field, "must hold no control characters");
    }
    if (names.name.empty()) return refuse(Why::missing_parameter, "name");
    return names;
}

std::string_view name(Method method) {
    switch (method) {
        case Method::simple: return "simple";
        case Method::email: return "email";
        case Method::sms: return "sms";
    }
    return "simple";  // unreachable: the column holds nothing else
}

std::optional<Method> method_of(std::string_view text) {
    for (const auto method : {Method::simple, Method::email, Method::sms}) {
        if (name(method) == text) return method;
    }
    return {};
}

std::string_view name(Role role) {
    switch (role) {
        case Role::customer: return "customer";
        case Role::read_only: return "read_only";
        case Role::support_specialist: return "support_specialist";
        case Role::marketing_specialist: return "marketing_specialist";
        case Role::goods_specialist: return "goods_specialist";
        case Role::manager: return "manager";
        case Role::developer: return "developer";
        case Role::administrator: return "administrator";
    }
    return "customer";  // unreachable: the column holds nothing else
}

std::optional<Role> role_named(std::string_view text) {
    for (const auto role : all_roles) {
        if (name(role) == text) return role;
    }
    return {};
}

}  // namespace authtickets::users
